// SPDX-License-Identifier: ISC
// What a hub sends to an entity described by an (unabbreviated) discovery payload.
// One entry per example: {component, topic, payload} or, where the payload is made by a
// template, {component, topic, template, vars}; the template oracle renders the latter.

const num = (v) =>
	v === undefined || v === null || v === '' || Number.isNaN(Number(v)) ? undefined : Number(v);

export function commandsFor(component, p) {
	const out = [];
	const send = (topicKey, value, templateKey = 'command_template', vars = {}) => {
		const topic = p[topicKey];
		if (!topic || value === null || value === undefined) return;
		const template = p[templateKey];
		if (template) out.push({ component, topic, template, vars: { value, ...vars } });
		else out.push({ component, topic, payload: String(value) });
	};
	const each = (topicKey, values, templateKey) => {
		for (const v of values ?? []) send(topicKey, v, templateKey);
	};
	const range = (lo, hi, step) =>
		[lo, lo + Math.round((hi - lo) / 2 / (step || 1)) * (step || 1), hi].map((v) =>
			Number(v.toFixed(6)),
		);

	switch (component) {
		case 'switch':
			each('command_topic', [p.payload_on ?? 'ON', p.payload_off ?? 'OFF']);
			break;
		case 'light': {
			const json = (o) =>
				out.push({ component, topic: p.command_topic, payload: JSON.stringify(o) });
			if (p.schema !== 'json') {
				each('command_topic', [p.payload_on ?? 'ON', p.payload_off ?? 'OFF']);
				break;
			}
			json({ state: 'ON' });
			json({ state: 'OFF' });
			const modes = p.supported_color_modes ?? [];
			if (p.brightness || modes.some((m) => m !== 'onoff'))
				json({ state: 'ON', brightness: Math.round((p.brightness_scale ?? 255) / 2) });
			if (modes.includes('color_temp'))
				json({
					state: 'ON',
					color_temp: Math.round(((p.min_mireds ?? 153) + (p.max_mireds ?? 500)) / 2),
				});
			if (modes.includes('xy')) json({ state: 'ON', color: { x: 0.701, y: 0.299 } });
			if (modes.includes('hs')) json({ state: 'ON', color: { h: 240, s: 100 } });
			if (modes.includes('rgb')) json({ state: 'ON', color: { r: 255, g: 0, b: 64 } });
			if (p.effect_list?.length) json({ state: 'ON', effect: p.effect_list[0] });
			json({ state: 'ON', transition: 2 });
			break;
		}
		case 'cover':
		case 'valve':
			if (!p.reports_position)
				each('command_topic', [
					p.payload_open === undefined ? 'OPEN' : p.payload_open,
					p.payload_close === undefined ? 'CLOSE' : p.payload_close,
					component === 'valve'
						? p.payload_stop
						: p.payload_stop === undefined
							? 'STOP'
							: p.payload_stop,
				]);
			else each('command_topic', [p.position_closed ?? 0, 50, p.position_open ?? 100]);
			for (const position of [p.position_closed ?? 0, 50, p.position_open ?? 100])
				send('set_position_topic', position, 'set_position_template', { position });
			for (const tilt of [p.tilt_closed_value ?? 0, 50, p.tilt_opened_value ?? 100])
				send('tilt_command_topic', tilt, 'tilt_command_template', { tilt_position: tilt });
			break;
		case 'lock':
			each('command_topic', [
				p.payload_lock ?? 'LOCK',
				p.payload_unlock ?? 'UNLOCK',
				p.payload_open,
			]);
			break;
		case 'climate':
		case 'water_heater': {
			each('mode_command_topic', p.modes, 'mode_command_template');
			const lo = num(p.min_temp) ?? 7,
				hi = num(p.max_temp) ?? 35;
			for (const k of ['temperature', 'temperature_low', 'temperature_high'])
				each(`${k}_command_topic`, range(lo, hi, num(p.temp_step)), `${k}_command_template`);
			each('fan_mode_command_topic', p.fan_modes, 'fan_mode_command_template');
			each('swing_mode_command_topic', p.swing_modes, 'swing_mode_command_template');
			each('preset_mode_command_topic', p.preset_modes, 'preset_mode_command_template');
			each(
				'target_humidity_command_topic',
				[p.min_humidity ?? 30, p.max_humidity ?? 99],
				'target_humidity_command_template',
			);
			each(
				'power_command_topic',
				[p.payload_on ?? 'ON', p.payload_off ?? 'OFF'],
				'power_command_template',
			);
			break;
		}
		case 'fan': {
			each('command_topic', [p.payload_on ?? 'ON', p.payload_off ?? 'OFF']);
			const lo = p.speed_range_min ?? 1,
				hi = p.speed_range_max ?? 100;
			each(
				'percentage_command_topic',
				[...new Set([0, ...range(lo, hi, 1)])],
				'percentage_command_template',
			);
			each('preset_mode_command_topic', p.preset_modes, 'preset_mode_command_template');
			each(
				'oscillation_command_topic',
				[
					p.payload_oscillation_on ?? 'oscillate_on',
					p.payload_oscillation_off ?? 'oscillate_off',
				],
				'oscillation_command_template',
			);
			each('direction_command_topic', ['forward', 'reverse'], 'direction_command_template');
			break;
		}
		case 'humidifier':
			each('command_topic', [p.payload_on ?? 'ON', p.payload_off ?? 'OFF']);
			each(
				'target_humidity_command_topic',
				[p.min_humidity ?? 0, p.max_humidity ?? 100],
				'target_humidity_command_template',
			);
			each('mode_command_topic', p.modes, 'mode_command_template');
			break;
		case 'number':
			each('command_topic', range(num(p.min) ?? 1, num(p.max) ?? 100, num(p.step)));
			break;
		case 'select':
			each('command_topic', p.options);
			break;
		case 'text':
			each('command_topic', ['', 'hello', 'quote " and ünicode']);
			break;
		case 'button':
			send('command_topic', p.payload_press ?? 'PRESS');
			break;
		case 'scene':
			send('command_topic', p.payload_on ?? 'ON');
			break;
		case 'update':
			send('command_topic', p.payload_install);
			break;
		case 'infrared': {
			const signal = { timings: [9000, -4500, 560, -560], modulation: 38000, repeat_count: 0 };
			send('command_topic', JSON.stringify(signal), 'command_template', signal);
			break;
		}
		case 'siren': {
			const on = p.state_on ?? p.payload_on ?? 'ON',
				off = p.state_off ?? p.payload_off ?? 'OFF';
			const asked = [
				{},
				...(p.available_tones ?? []).map((tone) => ({ tone })),
				...(p.support_volume_set !== false
					? [0.1, 0.5, 0.75, 1].map((volume_level) => ({ volume_level }))
					: []),
				...(p.support_duration !== false ? [{ duration: 30 }] : []),
			];
			for (const vars of asked)
				if (p.command_template)
					out.push({
						component,
						topic: p.command_topic,
						template: p.command_template,
						vars: { value: on, ...vars },
					});
				else
					out.push({
						component,
						topic: p.command_topic,
						payload: JSON.stringify({ state: on, ...vars }),
					});
			const offTemplate = p.command_off_template ?? p.command_template;
			if (offTemplate)
				out.push({
					component,
					topic: p.command_topic,
					template: offTemplate,
					vars: { value: off },
				});
			else
				out.push({
					component,
					topic: p.command_topic,
					payload: JSON.stringify({ state: off }),
				});
			break;
		}
	}
	return out;
}
