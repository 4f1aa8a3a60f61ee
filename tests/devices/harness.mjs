// SPDX-License-Identifier: ISC
// Runs the real zigbee2mqtt (npm package) on a radio that does not exist.
//
// zigbee-herdsman's Controller is the only thing replaced: its Device/Endpoint/Group objects
// become the small classes of radio.mjs, one device per definition of zigbee-herdsman-converters.
// Everything above it (Controller, Zigbee, State, Mqtt, all extensions, all converters) is the
// published package, unchanged.

import { createRequire } from 'node:module';
import { mkdtempSync, writeFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { exposesOf, flat } from './examples.mjs';
import { COORDINATOR, Device, Group, Herdsman } from './radio.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));


/** `--key value` / `--flag` arguments over defaults. */
export function args(defaults) {
	const out = { ...defaults };
	const argv = process.argv.slice(2);
	for (let i = 0; i < argv.length; i++) {
		const m = /^--([a-z][a-z-]*)(?:=(.*))?$/.exec(argv[i]);
		if (!m || !(m[1] in defaults))
			throw new Error(
				`unknown argument ${argv[i]}; known: ${Object.keys(defaults)
					.map((k) => `--${k}`)
					.join(' ')}`,
			);
		const want = defaults[m[1]];
		if (typeof want === 'boolean') out[m[1]] = m[2] === undefined ? true : m[2] !== 'false';
		else {
			const v = m[2] ?? argv[++i];
			if (v === undefined) throw new Error(`--${m[1]} needs a value`);
			out[m[1]] = typeof want === 'number' ? Number(v) : v;
		}
	}
	return out;
}


const slug = (s) =>
	s
		.normalize('NFKD')
		.replace(/[^\w.-]+/g, '_')
		.replace(/^_+|_+$/g, '')
		.toLowerCase();

/** Friendly names the way users really write them: mostly slugs, some with spaces, some with rooms, some left as the address. */
function friendlyName(definition, i, ieee, used) {
	const plain = `${definition.vendor} ${definition.model}`.replace(/[+#$/]/g, '-');
	const room = ['kitchen', 'living_room', 'Bedroom 1', 'garage', 'Büro'][i % 5];
	let name =
		i % 10 === 3
			? plain
			: i % 10 === 7
				? `${room}/${slug(plain)}`
				: i % 50 === 9
					? ieee
					: slug(plain);
	if (/\/\d*$/.test(name) || name.endsWith('/') || name === '') name += '_x';
	while (used.has(name.toLowerCase())) name += `_${i}`;
	used.add(name.toLowerCase());
	return name;
}

// ---------------------------------------------------------------- start

/**
 * profile: "default" = zigbee2mqtt with only homeassistant.enabled; "full" = also availability,
 * last_seen, experimental event entities and the legacy action sensor.
 * Returns the real Controller, not started, with one Device per chosen definition.
 */
export async function load({
	profile = 'default',
	limit = 0,
	filter = '',
	whiteLabels = false,
	groups = true,
	server = 'mqtt://127.0.0.1:1883',
	baseTopic = 'zigbee2mqtt',
	discoveryTopic = 'homeassistant',
} = {}) {
	if (!existsSync(join(HERE, 'node_modules/zigbee2mqtt')))
		throw new Error('the npm packages of tests/devices are missing');
	const require = createRequire(join(HERE, 'package.json'));
	const zhc = require('zigbee-herdsman-converters');

	// Definitions, each prepared as zigbee2mqtt would on a match.
	const defs = [];
	for (const base of require('zigbee-herdsman-converters/devices/index').default) {
		const prepared = zhc.prepareDefinition(base);
		defs.push(prepared);
		if (whiteLabels)
			for (const w of prepared.whiteLabel ?? [])
				defs.push({
					...prepared,
					vendor: w.vendor,
					model: w.model,
					description: w.description ?? prepared.description,
				});
	}
	const re = filter && new RegExp(filter, 'i');
	let chosen = re
		? defs.filter((d) => re.test(`${d.vendor} ${d.model} ${d.description}`))
		: defs;
	if (limit > 0 && limit < chosen.length)
		chosen = Array.from(
			{ length: limit },
			(_, k) => chosen[Math.floor((k * chosen.length) / limit)],
		);

	// Devices.
	const herdsman = new Herdsman();
	const coordinator = new Device(herdsman, {
		ieeeAddr: COORDINATOR,
		networkAddress: 0,
		type: 'Coordinator',
		endpointIDs: [1],
	});
	coordinator.interviewState = 'SUCCESSFUL';
	herdsman.devices.set(COORDINATOR, coordinator);
	const used = new Set(['coordinator', 'bridge']);
	const deviceSettings = {};
	const list = chosen.map((definition, i) => {
		const ieeeAddr = `0x00158d${(0x1000000000 + i).toString(16)}`;
		const sleepy = flat(exposesOf(definition)).some((e) => e.name === 'battery');
		let ids = [1];
		try {
			ids = [
				...new Set([
					1,
					...Object.values(
						definition.endpoint?.({
							isDummyDevice: true,
							endpoints: [],
							getEndpoint: () => undefined,
						}) ?? {},
					).filter(Number.isInteger),
				]),
			].sort((a, b) => a - b);
		} catch {}
		const zh = new Device(herdsman, {
			ieeeAddr,
			networkAddress: 1 + (i % 65000),
			type: sleepy ? 'EndDevice' : 'Router',
			powerSource: sleepy ? 'Battery' : 'Mains (single phase)',
			endpointIDs: ids,
			modelID:
				definition.zigbeeModel?.[0] ?? definition.fingerprint?.[0]?.modelID ?? definition.model,
			manufacturerName: definition.fingerprint?.[0]?.manufacturerName ?? definition.vendor,
		});
		zh.isDummyDevice = true; // definitions with computed exposes then expose everything they can
		zh.meta.configured = definition.version ?? '0.0.0';
		herdsman.devices.set(ieeeAddr, zh);
		deviceSettings[ieeeAddr] = { friendly_name: friendlyName(definition, i, ieeeAddr, used) };
		return { zh, definition };
	});

	// A few groups of like devices.
	const groupSettings = {};
	if (groups)
		for (const type of ['light', 'switch', 'cover', 'lock']) {
			const members = list
				.filter(({ definition }) =>
					exposesOf(definition).some((e) => e.type === type && !e.endpoint),
				)
				.slice(0, 6);
			if (members.length < 2) continue;
			const id = 1 + Object.keys(groupSettings).length;
			groupSettings[id] = { friendly_name: `all ${type}s` };
			herdsman.groups.set(
				id,
				new Group(
					id,
					members.map(({ zh }) => zh.endpoints[0]),
				),
			);
		}

	// zigbee2mqtt's own configuration (JSON is YAML).
	const dataDir = mkdtempSync(join(tmpdir(), 'z2m-'));
	process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));
	process.env.ZIGBEE2MQTT_DATA = dataDir;
	writeFileSync(
		join(dataDir, 'configuration.yaml'),
		JSON.stringify({
			version: 5,
			mqtt: { server, base_topic: baseTopic },
			serial: { port: '/dev/null', adapter: 'zstack' },
			frontend: { enabled: false },
			advanced: {
				log_output: [],
				cache_state_persistent: false,
				last_seen: profile === 'full' ? 'ISO_8601' : 'disable',
				network_key: Array(16).fill(1),
				pan_id: 0x1a62,
				ext_pan_id: Array(8).fill(0xdd),
				channel: 11,
			},
			availability: { enabled: profile === 'full' },
			homeassistant: {
				enabled: true,
				discovery_topic: discoveryTopic,
				experimental_event_entities: profile === 'full',
				legacy_action_sensor: profile === 'full',
			},
			devices: deviceSettings,
			groups: groupSettings,
		}),
	);

	// Hand zigbee2mqtt our Controller, then load it.
	const herdsmanPath = require.resolve('zigbee-herdsman');
	const real = require('zigbee-herdsman');
	require.cache[herdsmanPath].exports = {
		...real,
		Controller: function FakeController() {
			return herdsman;
		},
	};
	const dist = (p) => require(join(HERE, 'node_modules/zigbee2mqtt/dist', p));
	const { Controller } = dist('controller.js');
	const controller = new Controller(async () => {}, async () => {});

	/** Binds every device to its definition; call after controller.zigbee.start(). */
	const bind = () =>
		list.map(({ zh, definition }) => {
			zh.interviewState = 'SUCCESSFUL';
			const device = controller.zigbee.resolveEntity(zh.ieeeAddr);
			device.definition = definition;
			device._definitionModelID = zh.modelID;
			return device;
		});

	return {
		controller,
		herdsman,
		bind,
		zhc,
		dist,
		version: require('zigbee2mqtt/package.json').version,
		zhcVersion: require('zigbee-herdsman-converters/package.json').version,
		discoveryTopic,
		baseTopic,
	};
}
