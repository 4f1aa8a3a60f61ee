// SPDX-License-Identifier: ISC
// Writes what zigbee2mqtt would publish for every Zigbee device it knows.
//   node make.mjs --out FILE [--profile default|full] [--limit N] [--filter REGEX] [--variants N] [--white-labels]
// One NDJSON record per device, plus one for the bridge and one per group.

import { createWriteStream } from 'node:fs';
import { exampleState, flat, variantsOf } from './examples.mjs';
import { args, load } from './harness.mjs';
import { commandsFor } from './commands.mjs';

Date.now = () => Date.UTC(2026, 0, 1, 12, 0, 0); // same bytes on every run

const opt = args({
	profile: 'default',
	limit: 0,
	filter: '',
	variants: 4,
	'white-labels': false,
	out: '',
});
if (!opt.out) throw new Error('--out FILE is missing');
const z = await load({
	profile: opt.profile,
	limit: opt.limit,
	filter: opt.filter,
	whiteLabels: opt['white-labels'],
});
const { controller } = z;

let caught = [];
controller.mqtt.publish = async (topic, payload, o = {}) => {
	if (/[+#]/.test(topic)) return; // as the real one
	caught.push({
		topic: `${o.baseTopic ?? z.baseTopic}/${topic}`,
		payload,
		retain: !!o.clientOptions?.retain,
		qos: o.clientOptions?.qos ?? 0,
	});
};
controller.mqtt.subscribe = controller.mqtt.unsubscribe = async () => {};
const take = () => {
	const c = caught;
	caught = [];
	return c;
};
/** Publishes a state and waits for what the extensions publish because of it (endpoint topics, device triggers). */
const publishState = async (entity, state) => {
	controller.state.clear();
	await controller.publishEntityState(entity, state);
	await new Promise(setImmediate);
	return take();
};
const isDiscovery = (m) => m.topic.startsWith(`${z.discoveryTopic}/`);

await controller.zigbee.start(new AbortController().signal);
const devices = z.bind();
const ha = new (z.dist('extension/homeassistant.js').HomeAssistant)(
	...controller.extensionArgs,
);
const availability = new (z.dist('extension/availability.js').default)(
	...controller.extensionArgs,
);
controller.extensions.clear();
controller.extensions.add(ha);
{
	// start() arms a timer that publishes everything at once; here each device is announced on its own.
	const { setTimeout } = globalThis;
	globalThis.setTimeout = () => {};
	await ha.start();
	globalThis.setTimeout = setTimeout;
	take();
}

const out = createWriteStream(opt.out);
const write = (record) =>
	out.write(`${JSON.stringify(record)}\n`) || new Promise((r) => out.once('drain', r));

const commandsOf = (discovery) =>
	discovery.flatMap((m) => commandsFor(m.topic.split('/')[1], JSON.parse(m.payload)));

let repeated = 0;
async function record(entity, head) {
	const r = {
		...head,
		discovery: [],
		availability: [],
		state: null,
		messages: [],
		actions: [],
		commands: [],
	};
	controller.state.clear();
	await ha.discover(entity, true);
	const byTopic = new Map();
	for (const m of take()) {
		if (byTopic.has(m.topic)) repeated++;
		byTopic.set(m.topic, m);
	} // a later one replaces an earlier one on the broker, too
	r.discovery = [...byTopic.values()];
	if (opt.profile === 'full' && entity !== ha.bridge) {
		await availability.publishAvailability(entity, false, true);
		r.availability = take();
	}
	return r;
}

// The bridge itself.
{
	const r = await record(ha.bridge, {
		device: 'bridge',
		name: 'bridge',
		vendor: 'Zigbee2MQTT',
		model: 'Bridge',
	});
	const at = (topic, payload) => ({
		topic: `${z.baseTopic}/bridge/${topic}`,
		payload: JSON.stringify(payload),
		retain: true,
		qos: 0,
	});
	r.availability = [at('state', { state: 'online' })];
	r.state = at('info', {
		version: z.version,
		commit: 'unknown',
		coordinator: {
			ieee_address: ha.bridge.ID,
			type: 'zStack3x0',
			meta: { revision: 20240710 },
		},
		log_level: 'info',
		permit_join: false,
		restart_required: false,
		network: { channel: 11, pan_id: 6754, extended_pan_id: '0xdddddddddddddddd' },
	});
	r.messages = [
		r.availability[0],
		r.state,
		{
			...at('response/networkmap', {
				data: { type: 'raw', routes: false, value: { nodes: [], links: [] } },
				status: 'ok',
			}),
			retain: false,
		},
	];
	r.commands = commandsOf(r.discovery);
	await write(r);
}

for (const device of devices) {
	const d = device.definition;
	const r = await record(device, {
		device: device.ieeeAddr,
		name: device.name,
		vendor: d.vendor,
		model: d.model,
		description: d.description,
	});
	const want = Math.min(opt.variants, variantsOf(device));
	for (let k = 0; k < want; k++) {
		const state = exampleState(device, k);
		delete state.action;
		for (const m of await publishState(device, state)) r.messages.push({ ...m, variant: k });
	}
	r.state = r.messages[0] ?? null;
	// Device triggers are announced when they first happen, so make every one happen.
	for (const e of flat(device.exposes()))
		if (e.name === 'action' && e.property === 'action' && e.access & 1 && e.values)
			for (const action of e.values.map(String).filter((v) => !v.includes('*')))
				for (const m of await publishState(device, { action }))
					if (isDiscovery(m)) r.discovery.push({ ...m, lazy: true });
					else r.actions.push(m);
	r.commands = commandsOf(r.discovery);
	await write(r);
}

for (const group of controller.zigbee.groupsIterator()) {
	const r = await record(group, {
		device: `group ${group.ID}`,
		name: group.name,
		vendor: 'Zigbee2MQTT',
		model: 'Group',
	});
	const state = {};
	for (const member of group.membersDevices())
		for (const [k, v] of Object.entries(exampleState(member, 0)))
			if (['state', 'brightness', 'color', 'color_temp', 'color_mode', 'position'].includes(k))
				state[k] ??= v;
	r.messages = await publishState(group, state);
	r.state = r.messages[0] ?? null;
	r.commands = commandsOf(r.discovery);
	await write(r);
}

await new Promise((done) => out.end(done));
const twice = repeated
	? ` (${repeated} discovery topics published twice by definitions with computed exposes)`
	: '';
console.error(
	`zigbee2mqtt ${z.version}, converters ${z.zhcVersion}, profile ${opt.profile}: ` +
		`${devices.length} devices -> ${opt.out}${twice}`,
);
process.exit(0);
