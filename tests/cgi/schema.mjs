// SPDX-License-Identifier: ISC
//
// The published schema of automations against what saving says: every rule here and in the manual validates, and of
// rules that were changed at random places none is saved that the schema refuses.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import { Checker } from './check.mjs';

const [url, token, manual, automations] = process.argv.slice(2);
const c = await Checker.open(url, token);
const schema = (await c.get('/api/v1/automations/schema', 200)).body;
const validate = new Ajv({ strict: false }).compile(schema);
const body = schema.$defs;

// ---- what the house has ----

async function waitFor(path, key, fits)
{
	for (let i = 0; i < 100; i++) {
		const found = (await c.get(path, 200)).body[key].find(fits);
		if (found)
			return found;
		await new Promise((done) => setTimeout(done, 100));
	}
	throw new Error(`nothing fits in ${path}`);
}

const of = (domain) => (e) => (e.entity_id ?? '').startsWith(`${domain}.`);
const light = (await waitFor('/api/v1/entities?limit=500', 'entities', of('light'))).entity_id;
const sensor = (await waitFor('/api/v1/entities?limit=500', 'entities', of('sensor'))).entity_id;
const area = (await c.post('/api/v1/areas', { name: 'Attic' }, 201)).body.id;
const device = (await waitFor('/api/v1/devices?limit=100', 'devices', () => true)).id;

// ---- rules ----

const on = { action: 'light.turn_on', target: { entity_id: light }, data: { transition: 1 } };
const stop = { stop: 'enough', error: true };
const is = { condition: 'state', entity_id: light, state: ['on', 'off'], for: '00:01:00' };
const triggers = {
	state: { entity_id: [light], from: 'off', to: ['on'], for: { minutes: 5 } },
	numeric_state: { entity_id: sensor, above: 20, below: light, for: 60 },
	time: { at: ['07:30', '22:15:30'], weekday: ['mon', 'fri'] },
	time_pattern: { hours: '/2', minutes: 5 },
	cron: { expression: '0 7 * * mon-fri' },
	sun: { event: 'sunset', offset: '-00:30:00' },
	calendar: { entity_id: 'calendar.waste', event: 'end', offset: '-01:00:00' },
	device: { device_id: device, type: 'button_short_press', domain: 'mqtt' },
	tag: { tag_id: 'AA-BB', device_id: device },
	template: { value_template: `{{ is_state('${light}', 'on') }}`, for: 3 },
	event: { event_type: 'door', event_data: { who: 'me' } },
	homeassistant: { event: 'start' },
	mqtt: { topic: 'a/+', payload: 'x' },
	webhook: { webhook_id: 'abcdef', local_only: true },
	device_status: { device_id: device, to: 'online', for: 5 },
	zone: { entity_id: 'device_tracker.phone', zone: 'zone.home', event: 'leave' },
	emotion: { emotion: 'worry', above: 0.5, below: 0.9, for: '00:10:00' }
};
const conditions = {
	state: is,
	numeric_state: { entity_id: sensor, above: 3, attribute: 'x' },
	time: { after: '22:00', before: '06:00:00', weekday: 'sat' },
	sun: { after: 'sunset', before: 'sunrise', after_offset: -600 },
	template: { value_template: '{{ true }}' },
	trigger: { id: ['a', 'b'] },
	and: { conditions: [is, '{{ true }}'] },
	or: { conditions: is },
	not: { conditions: [{ and: [is] }] },
	zone: { entity_id: 'device_tracker.phone', zone: 'zone.home' },
	emotion: { primary: 'happiness' }
};
const actions = {
	action: on,
	'action, of an area': { action: 'climate.set_temperature', target: { area_id: area }, data: { temperature: 20 } },
	'action, by a template': { action: 'light.turn_on', target: { entity_id: '{{ this.name }}' },
	    data: { brightness: '{{ 3 }}', rgb_color: [1, 2, 3], effect: 'fire' } },
	scene: { scene: '{{ "scene.evening" }}' },
	delay: { delay: { minutes: '{{ 2 }}', seconds: 5 } },
	wait_template: { wait_template: `{{ is_state('${light}', 'on') }}`, timeout: '00:01:00', continue_on_timeout: false },
	wait_for_trigger: { wait_for_trigger: [{ trigger: 'event', event_type: 'x' }], timeout: 9 },
	choose: { choose: [{ conditions: [is], sequence: [stop], alias: 'a' }], default: [on] },
	if: { if: [is], then: stop, else: [on] },
	repeat: { repeat: { count: 3, sequence: [on] } },
	parallel: { parallel: [on, { sequence: [on, { delay: 1 }] }] },
	sequence: { sequence: [on], continue_on_error: true },
	variables: { variables: { a: 1, b: '{{ a }}' } },
	event: { event: 'door', event_data: { who: '{{ 1 }}' } },
	stop,
	scenario: { scenario: 'party-mode', parameters: { guest_count: 3 } },
	simulate_presence: { simulate_presence: { days: 2 } },
	scenario: { scenario: 'party-mode', parameters: { guest_count: '{{ 8 }}' } },
	simulate_presence: { simulate_presence: '02:00:00' },
	notify: { notify: 'Hello {{ 1 }}', title: 'x', severity: 'warning' },
	webhook: { webhook: 'https://example.org/', method: 'PUT', headers: { A: 'b' }, body: { a: 1 } }
};
const rule = (parts) => ({ name: 'x', triggers: [{ trigger: 'homeassistant', event: 'start' }], actions: [stop], ...parts });
const rules = [
	...Object.entries(triggers).map(([k, v]) => rule({ triggers: [{ trigger: k, id: 'a', ...v }] })),
	rule({ triggers: [{ trigger: 'state', entity_id: light, not_from: 'on', not_to: ['unavailable', 'unknown'] }] }),
	rule({ triggers: [{ trigger: 'emotion', from: 'happiness', to: 'worry' }],
	    conditions: [{ condition: 'emotion', emotion: 'worry', below: 0.5 }] }),
	...Object.entries(conditions).map(([k, v]) => rule({ conditions: [{ condition: k, alias: 'a', ...v }] })),
	...Object.values(actions).map((v) => rule({ actions: [{ alias: 'a', ...v }] })),
	rule({ conditions: [{ condition: 'numeric_state', entity_id: [sensor], above: -2.5, below: light,
	    value_template: '{{ state.state | float(0) * 2 }}' }] }),
	rule({ actions: [{ repeat: { for_each: ['a'], sequence: [stop] } }, { repeat: { until: is, sequence: [] } }] }),
	rule({ actions: [is, { or: [is, is] }, '{{ true }}', { enabled: false, from: 'a newer version' }], mode: 'queued',
	    max: 5, description: 'd', enabled: true, variables: { a: '{{ 1 }}' } })
];

// every kind has its rule
for (const [list, have] of [['trigger', triggers], ['condition', conditions], ['action', actions]])
	assert.deepEqual(Object.keys(body).filter((k) => k.startsWith(`${list}_`) && !/_ids$/.test(k))
	    .map((k) => k.slice(list.length + 1)).filter((k) => !(k in have)), [], `a rule for every ${list}`);

// those of the manual are about another house
const blocks = readFileSync(manual, 'utf8').match(/^ {4}\{"name"[^]*?\n\n/gm).map((b) => JSON.parse(b));
assert.ok(blocks.length > 0, 'the manual has examples');
for (const r of blocks)
	assert.ok(validate(r), `${JSON.stringify(r)}: ${JSON.stringify(validate.errors?.[0])}`);

const verdict = async (r) => (await c.post('/api/v1/automations/check', r, 200)).body;
const about = (text) => /no such (entity|device|area|label)/.test(text);

// a trigger's kind by its older word, of which the schema says no more
const older = [rule({ triggers: [{ platform: 'state', entity_id: light }] }),
	rule({ actions: [{ wait_for_trigger: { platform: 'event', event_type: 'x' } }] })];
assert.ok(!validate(rule({ triggers: [{ platform: 'stat', entity_id: light }] })));

for (const r of [...rules, ...older]) {
	const { faults } = await verdict(r);
	assert.deepEqual(faults.filter((f) => !about(f.message)), [], JSON.stringify(r));
	assert.ok(validate(r), `${JSON.stringify(r)}: ${JSON.stringify(validate.errors)}`);
}

// ---- as Home Assistant has them ----

for (const name of readdirSync(automations)) {
	const { given, own } = JSON.parse(readFileSync(`${automations}/${name}`, 'utf8'));
	assert.ok(validate(given), `${name}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
	assert.ok(validate(own), `${name}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
	const { rule: said, faults, warnings } = await verdict(given);
	assert.deepEqual(said, own, name);
	assert.deepEqual(faults.filter((f) => !about(f.message)), [], name);
	assert.deepEqual(['max_exceeded', 'trace'].filter((k) => k in given),
	    ['max_exceeded', 'trace'].filter((k) => warnings.some((w) => w.place === k)), name);
	assert.equal((await verdict(own)).rule, null, name);
	const { body: problem } = await c.post('/api/v1/automations', given, 422);
	assert.deepEqual(problem.faults, faults, `${name}: saving says all that is wrong`);
}

const pasted = { id: '1612345678901', alias: 'Pasted', trigger: { platform: 'event', event_type: 'x' },
    condition: '{{ true }}', action: { service: 'light.turn_on', target: { entity_id: light } }, initial_state: false,
    max_exceeded: 'silent' };
const saved = (await c.post('/api/v1/automations', pasted, 201)).body;
assert.equal(saved.id, 'pasted');
for (const r of [saved, (await c.get('/api/v1/automations/pasted', 200)).body])
	assert.deepEqual([r.name, r.enabled, r.triggers, r.conditions, r.actions], ['Pasted', false,
	    [{ trigger: 'event', event_type: 'x' }], ['{{ true }}'],
	    [{ action: 'light.turn_on', target: { entity_id: light } }]]);
assert.deepEqual((await c.patch('/api/v1/automations/pasted', { action: { service: 'light.toggle', entity_id: light } },
    200)).body.actions, [{ action: 'light.toggle', entity_id: light }]);
assert.deepEqual((await c.patch('/api/v1/automations/pasted', { condition: { condition: 'stat' }, action: { stopp: 1 } },
    422)).body.faults.map((f) => f.place), ['conditions[0].condition', 'actions[0].stopp']);
for (const body of [pasted, { rule: pasted }])
	assert.equal((await c.post('/api/v1/automations/dry-run', body, 200)).body.outcome, 'done');
const spelled = { ...pasted, trigger: [{ platform: 'numeric_state', entity_id: `${sensor}, ${sensor}`, above: '20', for: '00:05' }],
    action: [{ service_template: 'light.turn_{{ "on" }}', data_template: { entity_id: `${light}, ${light}`, brightness: 9 } },
	{ action: 'light.turn_on', data: { area_id: area, kelvin: 2700 } },
	{ action: 'light.turn_on', target: { entity_id: light }, data: '{{ {"brightness": 9} }}' }, { delay: '00:00:00.5' }] };
const parts = { name: 'x', triggers: spelled.trigger, actions: spelled.action };
for (const r of [spelled, { ...parts, triggers: [{ ...parts.triggers[0], platform: undefined, trigger: 'numeric_state' }] }]) {
	const plain = JSON.parse(JSON.stringify(r));
	assert.ok(validate(plain), JSON.stringify(validate.errors));
	assert.deepEqual((await verdict(plain)).faults, [], JSON.stringify(plain));
}
const film = { alias: 'Film', sequence: { service: 'light.turn_off', target: { entity_id: light } } };
assert.deepEqual((await c.post('/api/v1/scenarios', film, 201)).body.actions,
    [{ action: 'light.turn_off', target: { entity_id: light } }]);

// ---- changed rules ----

const FREE = ['event_data', 'variables', 'body', 'headers', 'metadata', 'parameters'];
const WRONG = [null, true, 7, -1.5, 'zzz', [], {}, [{}], 'light.'];

function* changes(root, value = root, path = [])
{
	if (value === null || typeof value !== 'object')
		return;
	for (const key of Object.keys(value)) {
		const at = [...path, key];
		const change = (fn) => {
			const copy = structuredClone(root);
			fn(at.slice(0, -1).reduce((v, k) => v[k], copy), key);
			return copy;
		};
		for (const w of WRONG)
			yield [change((o, k) => { o[k] = w; }), 'type', at];
		yield [change((o, k) => { Array.isArray(o) ? o.splice(k, 1) : delete o[k]; }), 'less', at];
		if (!FREE.includes(key))
			yield* changes(root, value[key], at);
	}
	if (!Array.isArray(value) && value.enabled !== false)
		yield [(() => {
			const copy = structuredClone(root);
			path.reduce((v, k) => v[k], copy).nonsense = 1;
			return copy;
		})(), 'unknown', path];
}

let n = 0, refused = 0, wider = 0;
for (const r of rules)
	for (const [changed, kind, at] of changes(r)) {
		const said = kind === 'unknown' && at.length === 0 ? { valid: false, faults: [] } : await verdict(changed);
		const text = `${JSON.stringify(changed)} (${at.join('.')})`;
		const reference = said.faults.length > 0 && said.faults.every((f) => about(f.message));
		const schemaSays = validate(changed);
		assert.ok(schemaSays || !(said.valid || reference), `saved, though the schema refuses it: ${text} ` +
		    JSON.stringify(validate.errors?.slice(0, 3)));
		if (kind === 'unknown')
			assert.ok(!schemaSays && !said.valid, `unknown member is let through: ${text}`);
		n++;
		refused += !schemaSays;
		wider += schemaSays && !(said.valid || reference);
	}
assert.ok(n > 2000, `${n} changes`);
assert.ok(wider < refused / 4, `${n} changed rules, ${refused} refused by the schema, ${wider} only by the house`);
console.log(`${rules.length} rules, ${n} changed, ${refused} refused by the schema, ${wider} only by the house`);
