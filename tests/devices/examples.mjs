// SPDX-License-Identifier: ISC
// Plausible states of a device, out of what its converters say that it exposes.

export function exposesOf(definition) {
	return typeof definition.exposes === 'function'
		? definition.exposes({ isDummyDevice: true }, {})
		: definition.exposes;
}

/** Exposes with the typed groups (light, climate, ...) replaced by their features. */
export function flat(exposes) {
	return exposes.flatMap((e) => (e.features && e.type !== 'composite' ? e.features : [e]));
}

const GUESS = [
	[/temperature|dew_point|humidex/, [21.5, -4.25, 38]],
	[/humidity|moisture/, [45.2, 12, 100]],
	[/battery$|battery_2|remaining/, [87, 5, 100]],
	[/voltage/, [230.1, 3000, 0]],
	[/power_factor/, [0.97, 1, 0]],
	[/current/, [0.52, 12.03, 0]],
	[/power/, [114.7, 0, -350]],
	[/energy|consum|produced/, [1234.56, 0, 0.01]],
	[/illuminance|lux/, [312, 0, 65535]],
	[/pressure/, [1013.2, 870, 1084]],
	[/co2/, [612, 400, 5000]],
	[/pm|voc|hcho|formaldehyd/, [12, 0, 999]],
	[/frequency/, [50, 49.98, 60.01]],
];
const r = (v, step) => {
	const s = String(step ?? 0.01);
	const d = s.includes('e-') ? Number(s.split('e-')[1]) : (s.split('.')[1] ?? '').length;
	return Number(v.toFixed(Math.min(d, 6)));
};

/** k-th example value of one expose. */
export function example(e, k) {
	switch (e.type) {
		case 'binary':
			return k % 2 ? e.value_off : e.value_on;
		case 'enum':
			return e.values[k % e.values.length];
		case 'text':
			return k % 3 === 2 ? '' : `${e.name} ${k}`;
		case 'numeric': {
			const min = e.value_min,
				max = e.value_max;
			if (min !== undefined && max !== undefined)
				return k % 3 === 1
					? min
					: k % 3 === 2
						? max
						: r(
								min + Math.round((max - min) / 2 / (e.value_step || 1)) * (e.value_step || 1),
								e.value_step || 1,
							);
			const guess = GUESS.find(([re]) => re.test(e.name))?.[1] ?? [42, 0, 3.5];
			return guess[k % 3];
		}
		case 'list':
			return [example(e.item_type, k)];
		case 'composite':
			return Object.fromEntries(e.features.map((f) => [f.property, example(f, k)]));
	}
	throw new Error(`no example for ${e.type}`);
}

/** k-th plausible state of a device: what its converters could have produced. */
export function exampleState(device, k) {
	const state = {};
	for (const e of device.exposes()) {
		if (!e.features || e.type === 'composite') {
			if (e.access & 1) state[e.property] = example(e, k);
			continue;
		}
		for (const f of e.features) {
			if (!(f.access & 1)) continue;
			const v = example(f, k);
			if (f.type === 'composite') state[f.property] = { ...state[f.property], ...v };
			else state[f.property] = v;
		}
		if (e.type === 'light') {
			const modes = ['color_xy', 'color_hs', 'color_temp']
				.filter((n) => e.features.some((f) => f.name === n))
				.map((n) => n.replace('color_xy', 'xy').replace('color_hs', 'hs'));
			if (modes.length)
				state[e.endpoint ? `color_mode_${e.endpoint}` : 'color_mode'] = modes[k % modes.length];
		}
	}
	const offer = (k + 1) % 3; // there is something to install from the first one on
	if (device.definition.ota && offer)
		state.update =
			offer === 1
				? { state: 'available', installed_version: 10, latest_version: 11 }
				: {
						state: 'updating',
						installed_version: 10,
						latest_version: 11,
						progress: 33.3,
						remaining: 120,
					};
	return state;
}

/** Number of variants needed to show every enum value and both ends of every range. */
export function variantsOf(device) {
	return Math.max(
		3,
		...flat(device.exposes())
			.filter((e) => e.type === 'enum' && e.access & 1)
			.map((e) => e.values.length),
	);
}
