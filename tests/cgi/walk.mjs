// SPDX-License-Identifier: ISC
//
// Walks through the whole API of a running house with a token that may everything, checks every answer
// against the OpenAPI document, and that the walk left out no operation.
//
//	node walk.mjs URL TOKEN ROUTES		ROUTES: a file with what consciousness-api --routes prints
//
// The house has the simulator's devices and nothing else.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Checker } from './check.mjs';

const [url, token, routesFile] = process.argv.slice(2);
const house = await Checker.open(url, token);
const { get, post, put, patch, del, call } = house;

/** Lines of a stream, each as the document has it. */
function linesOf(answer)
{
	assert.equal(answer.type, 'application/x-ndjson');
	return answer.text.trimEnd().split('\n').map((line) => JSON.parse(line));
}

/** The rule ran a moment ago: so it would have. */
async function lookBack(path, rule)
{
	const back = '/api/v1/automations/back-test';
	const lines = linesOf(await post(back, { rule, days: 1 }, 200));
	const { result } = lines.at(-1);
	house.promised('BackTestResultLine', lines.at(-1));
	lines.slice(0, -1).forEach((line) => house.promised('BackTestProgressLine', line));
	assert.ok(result.totals.runs >= 1 && result.runs.at(-1).commands.length === 1, JSON.stringify(result));
	const saved = linesOf(await post(back, { id: path.split('/').at(-1) }, 200)).at(-1).result;
	assert.ok(saved.totals.runs >= 1 && saved.days.length >= 1 && saved.from === saved.history_from);
	const bare = linesOf(await post(back, { ...rule, days: 1 }, 200)).at(-1).result;
	assert.deepEqual(bare.totals, result.totals);
	await post(back, { ...rule, rule }, 422);
	await post(back, {}, 422);
	await post(back, { id: 'nobody' }, 404);
	await post(back, { rule, from: '2020-01-01T00:00:00Z' }, 422);
	await post(back, { rule, days: 3, from: '2026-01-01T00:00:00Z' }, 422);
	assert.equal((await post(back, { rule: { ...rule, actions: [{ dance: 1 }] } }, 422)).body.field, 'actions[0]');
}

async function until(what, test)
{
	for (let i = 0; i < 400; i++) {
		const v = await test();
		if (v)
			return v;
		await sleep(25);
	}
	assert.fail(`never: ${what}`);
}

async function everyRouteIsDocumented()
{
	const lines = readFileSync(routesFile, 'utf8').trim().split('\n').map((l) => l.split(' '));
	assert.ok(lines.length > 40);
	for (const [method, path, permission] of lines) {
		const op = house.doc.paths[path]?.[method.toLowerCase()];
		assert.ok(op, `${method} ${path} is not documented`);
		assert.equal(op['x-permission'], permission);
		if (permission === 'none')
			continue;
		const concrete = path.replace(/\{[^}]+\}/g, '1');
		for (const bad of [undefined, 'hc_0000000000000000000000000000000000000000000']) {
			const r = await call(method, concrete, { token: bad });
			assert.equal(r.status, 401, `${method} ${path} without a token`);
			assert.match(r.headers.get('www-authenticate'), /^Bearer/);
			assert.equal(r.body.code, 'unauthorized');
		}
	}
	const documented = Object.entries(house.doc.paths)
	    .flatMap(([path, ops]) => Object.keys(ops).map((m) => `${m.toUpperCase()} ${path}`));
	assert.deepEqual(documented.sort(), lines.map((l) => `${l[0]} ${l[1]}`).sort());
}

async function meAndTokens()
{
	const me = await get('/api/v1/auth/me', 200);
	assert.equal(me.body.permission, 'manage');
	const made = await post('/api/v1/tokens', { name: 'walker', scope: 'read' }, 201);
	assert.equal(made.body.token.scope, 'read');
	assert.equal(made.headers.get('cache-control'), 'no-store');
	const reader = made.body.access_token;
	await call('GET', '/api/v1/devices', { token: reader, expect: 200 });
	const refused = await call('POST', '/api/v1/areas', { token: reader, body: { name: 'x' },
	    expect: 403 });
	assert.equal(refused.body.code, 'forbidden');
	const list = await get('/api/v1/tokens?limit=1000', 200);
	assert.ok(list.body.tokens.some((t) => t.id === made.body.token.id));
	assert.ok(!JSON.stringify(list.body).includes(reader));
	await del(`/api/v1/tokens/${made.body.token.id}`, 204);
	await call('GET', '/api/v1/devices', { token: reader, expect: 401 });
	await del(`/api/v1/tokens/${made.body.token.id}`, 404);
	await post('/api/v1/tokens', { name: 'late', expires: '2001-01-01T00:00:00Z' }, 422);
	const leaver = await post('/api/v1/tokens', { name: 'leaver' }, 201);
	await call('POST', '/api/v1/auth/logout', { token: leaver.body.access_token, expect: 204 });
	await call('GET', '/api/v1/auth/me', { token: leaver.body.access_token, expect: 401 });
}

async function devices()
{
	const all = (await get('/api/v1/devices?limit=1000', 200)).body;
	assert.ok(all.devices.length >= 15);
	assert.equal(all.next, null);
	const seen = [];
	for (let after = '', page; after !== null; after = page.next) {
		page = (await get(`/api/v1/devices?limit=7&after=${after}`, 200)).body;
		assert.ok(page.devices.length <= 7);
		seen.push(...page.devices.map((d) => d.id));
	}
	assert.deepEqual(seen, all.devices.map((d) => d.id));
	const lamp = all.devices.find((d) => d.entities.some((e) => e.startsWith('light.')));
	const area = (await get(`/api/v1/devices?area=${lamp.area_id}`, 200)).body.devices;
	assert.ok(area.length > 0 && area.every((d) => d.area_id === lamp.area_id));
	assert.equal((await get('/api/v1/devices?area=nowhere', 200)).body.devices.length, 0);
	const online = (await get('/api/v1/devices?status=online', 200)).body.devices;
	assert.ok(online.every((d) => d.status === 'online'));
	await get('/api/v1/devices?status=burning', 400);
	await get('/api/v1/devices/none', 404);
	await rename(`/api/v1/devices/${lamp.id}`, lamp);
	return all.devices;
}

async function rename(path, was)
{
	const before = await get(path, 200);
	const lasting = ({ battery, link_quality, ...rest }) => rest;	// what is measured moves
	assert.deepEqual(lasting(before.body), lasting(was));
	const etag = before.headers.get('etag');
	const same = await call('GET', path, { headers: { 'If-None-Match': etag }, expect: 304 });
	assert.equal(same.text, '');
	const listed = async () => (await get('/api/v1/devices?limit=1000', 200)).body.devices
	    .find((d) => d.id === was.id).name;
	assert.equal(await listed(), was.name);
	const named = await patch(path, { name: 'Ärgerlampe ☀' }, 200);
	assert.equal(await listed(), 'Ärgerlampe ☀', 'a kept list is shown after a change');
	assert.equal(named.body.name, 'Ärgerlampe ☀');
	await call('PATCH', path, { body: { name: 'lost' }, headers: { 'If-Match': etag },
	    expect: 412 });
	const fresh = (await get(path, 200)).headers.get('etag');
	const back = await call('PATCH', path, { body: { name: null }, headers: { 'If-Match': fresh },
	    expect: 200 });
	assert.equal(back.body.name, was.name);
	await patch(path, { area_id: 'nowhere' }, 422, 404);
	assert.equal((await patch(path, { area_id: null }, 200)).body.area_id, null);
	assert.equal((await patch(path, { area_id: was.area_id }, 200)).body.area_id, was.area_id);
}

async function entities()
{
	const all = (await get('/api/v1/entities?limit=1000', 200)).body.entities;
	assert.ok(all.length > 40);
	const lights = (await get('/api/v1/entities?domain=light', 200)).body.entities;
	assert.ok(lights.length > 0 && lights.every((e) => e.domain === 'light'));
	const one = lights[0];
	const byDevice = (await get(`/api/v1/entities?device=${one.device_id}`, 200)).body.entities;
	assert.ok(byDevice.every((e) => e.device_id === one.device_id));
	const states = (await get('/api/v1/states?limit=1000', 200)).body.states;
	assert.deepEqual(states.map((s) => s.entity_id), all.map((e) => e.entity_id));
	assert.equal((await get(`/api/v1/entities/${one.entity_id}`, 200)).body.unique_id,
	    one.unique_id);
	await get('/api/v1/entities/light.none', 404);
	await get('/api/v1/entities/x', 404);
	await get(`/api/v1/entities/${one.entity_id}/image`, 404);
	await del(`/api/v1/entities/${one.entity_id}`, 409);
	await del('/api/v1/entities/light.none', 404);
	const button = all.find((e) => e.domain === 'button');
	const off = await patch(`/api/v1/entities/${button.entity_id}`, { enabled: false,
	    name: 'Nothing' }, 200);
	assert.equal(off.body.enabled, false);
	assert.equal(off.body.name, 'Nothing');
	const path = `/api/v1/entities?device=${button.device_id}`;
	const ids = async (q) => (await get(path + q, 200)).body.entities.map((e) => e.entity_id);
	assert.ok(!(await ids('')).includes(button.entity_id));
	assert.ok((await ids('&disabled=true')).includes(button.entity_id));
	await patch(`/api/v1/entities/${button.entity_id}`, { enabled: true, name: '' }, 200);
	return all;
}

async function areas()
{
	const garage = await post('/api/v1/areas', { name: 'Garage', floor: 'ground' }, 201);
	assert.equal(garage.headers.get('location'), `/api/v1/areas/${garage.body.id}`);
	assert.deepEqual((await get(`/api/v1/areas/${garage.body.id}`, 200)).body, garage.body);
	const path = `/api/v1/areas/${garage.body.id}`;
	assert.equal((await patch(path, { name: 'Shed', floor: null }, 200)).body.floor, null);
	assert.ok((await get('/api/v1/areas', 200)).body.areas.some((a) => a.name === 'Shed'));
	await del(path, 204);
	await get(path, 404);
	await del(path, 404);
	await patch(path, { name: 'x' }, 404);
	await post('/api/v1/areas', { name: '' }, 422);
	await post('/api/v1/areas', { name: 'a', colour: 'red' }, 422);
	await post('/api/v1/areas', { name: 'a', floor_id: 'nowhere' }, 422);
}

async function floors()
{
	const first = await post('/api/v1/floors', { name: 'First floor', level: 1 }, 201);
	assert.deepEqual(first.body, { id: 'first_floor', name: 'First floor', level: 1, areas: [] });
	const path = first.headers.get('location');
	const cellar = (await post('/api/v1/floors', { name: 'Cellar', level: -1 }, 201)).body;
	assert.equal((await post('/api/v1/floors', { name: 'first FLOOR' }, 409)).body.field, 'name');
	const study = (await post('/api/v1/areas', { name: 'Study', floor_id: 'first_floor',
	    icon: 'mdi:desk', aliases: ['Office', 'office', 'Büro'] }, 201)).body;
	assert.deepEqual([study.floor, study.icon, study.aliases], ['First floor', 'mdi:desk',
	    ['Office', 'Büro']]);
	assert.deepEqual((await get(path, 200)).body.areas, ['study']);
	const levels = (await get('/api/v1/floors', 200)).body.floors.map((f) => f.level ?? 1e9);
	assert.deepEqual(levels, levels.toSorted((a, b) => a - b), 'from the lowest up');
	assert.equal((await patch(path, { name: 'Upstairs', level: null }, 200)).body.level, null);
	assert.equal((await get('/api/v1/areas/study', 200)).body.floor, 'Upstairs');
	await patch('/api/v1/areas/study', { floor: 'cellar' }, 200);
	assert.equal((await get('/api/v1/areas/study', 200)).body.floor_id, cellar.id);
	await patch('/api/v1/areas/study', { floor_id: null, aliases: null, icon: null }, 200);
	assert.deepEqual((await get('/api/v1/areas/study', 200)).body, { id: 'study', name: 'Study',
	    floor_id: null, floor: null, icon: null, aliases: [], labels: [] });
	await patch('/api/v1/areas/study', { aliases: [''] }, 422);
	await patch('/api/v1/areas/study', { aliases: Array.from({ length: 33 }, (_, i) => `${i}`) }, 422);
	for (const id of ['first_floor', cellar.id])
		await del(`/api/v1/floors/${id}`, 204);
	await get(path, 404);
	await patch(path, { name: 'x' }, 404);
	await del(path, 404);
	await del('/api/v1/areas/study', 204);
}

async function scenarios(dim)
{
	const light = { action: 'light.turn_on', target: { entity_id: dim.entity_id } };
	const made = await post('/api/v1/scenarios', { name: 'Good night', actions: [light, { delay: 60 }],
	    parameters: { n: { type: 'integer', default: 2, max: 3 } } }, 201);
	assert.deepEqual([made.body.id, made.body.mode, made.body.rollback, made.body.shipped], ['good-night', 'single', true,
	    false]);
	const path = made.headers.get('location');
	assert.equal((await post('/api/v1/scenarios', { name: 'x', actions: [{ action: 'light.turn_on',
	    target: { entity_id: 'light.nobody' } }] }, 422)).body.field, 'actions[0].target.entity_id');
	await post('/api/v1/scenarios', { name: 'x', actions: [], triggers: [] }, 422);
	const told = (parts) => post('/api/v1/scenarios/check', parts, 200).then((answer) => answer.body);
	const { faults, valid } = await told({ parameters: { guests: { type: 'crowd' } }, actions: [{ delay: 'long' },
		{ action: 'light.turn_on', target: { entity_id: 'light.nowhere' } }] });
	assert.deepEqual([valid, faults.map((f) => f.place)], [false, ['name', 'parameters.guests.type',
		'actions[0].delay', 'actions[1].target.entity_id']], JSON.stringify(faults));
	assert.equal((await told({ name: 'x', rollback: false, parameters: { guests: { type: 'integer', min: 1 } },
		actions: [light] })).valid, true);
	assert.equal((await patch(path, { description: 'Why', icon: 'mdi:bed' }, 200)).body.icon, 'mdi:bed');
	assert.equal((await patch(path, { icon: null }, 200)).body.icon, null);
	assert.deepEqual((await get(path, 200)).body.description, 'Why');
	assert.equal((await post(`${path}/run`, { parameters: { n: 4 } }, 422)).body.field, 'parameters.n');
	assert.equal((await post(`${path}/run`, { guest_count: 4 }, 422)).body.field, 'parameters.guest_count');
	const { event } = (await post(`${path}/run`, { parameters: { n: 3 } }, 202)).body;
	const run = await until('it runs', async () =>
	    (await get(`${path}/runs`, 200)).body.runs.find((r) => r.cause === event));
	assert.equal(run.status, 'running');
	await post(`${path}/run`, {}, 409);
	assert.equal((await get(`${path}/runs/${run.id}`, 200)).body.trace[0].result, 'done');
	await post(`${path}/stop`, { restore: true }, 204);
	await until('it is stopped', async () => (await get(`${path}/runs/${run.id}`, 200)).body.status === 'stopped');
	const undone = (await post(`${path}/runs/${run.id}/undo`, { force: true }, 200, 202)).body;
	assert.deepEqual([undone.complete, undone.results[0].entity_id], [true, dim.entity_id]);
	await post(`${path}/runs/999999/undo`, {}, 404);
	await post(`/api/v1/automations/good-night/runs/${run.id}/undo`, {}, 404);
	await post(`${path}/stop`, {}, 404);
	await post(`${path}/reset`, {}, 404);
	for (const all of ['/api/v1/scenarios', '/api/scenarios'])
		assert.ok((await get(all, 200)).body.scenarios.length >= 6);
	const party = '/api/v1/scenarios/party-mode';
	assert.deepEqual((await get(`${party}/used`, 200)).body, { automations: [], alerts: [], scenarios: [] });
	assert.equal((await patch(party, { name: 'Fiesta' }, 200)).body.changed, true);
	await del(party, 204);
	assert.deepEqual((await post(`${party}/reset`, {}, 200)).body.name, 'Party mode');
	await patch(path, { actions: [light] }, 200);
	await post('/api/scenarios/good-night/run', {}, 202);
	await del(path, 204);
	await get(path, 404);
	await get(`${path}/runs`, 404);
	await get(`${path}/runs/1`, 404);
	await del(path, 404);
	await patch(path, { name: 'x' }, 404);
	await post(`${path}/run`, {}, 404);
}

async function calendars()
{
	const day = new Date(Date.now() + 5 * 86400000).toISOString().slice(0, 10).replaceAll('-', '');
	const event = (uid, more) => `BEGIN:VEVENT\r\nUID:${uid}\r\n${more}\r\nEND:VEVENT\r\n`;
	const text = `BEGIN:VCALENDAR\r\n${event('a', `DTSTART;VALUE=DATE:${day}\r\nSUMMARY:Paper`)}${
	    event('b', `DTSTART:${day}T120000Z\r\nDURATION:PT1H\r\nLOCATION:Here`)}END:VCALENDAR\r\n`;
	const made = await post('/api/v1/calendars', { name: 'Waste', text }, 201);
	const path = made.headers.get('location');
	assert.deepEqual({ ...made.body, next: null }, { id: 'waste', entity_id: 'calendar.waste', name: 'Waste',
		source: 'file', events: 0, fetched: null, next: null, error: null });
	assert.equal((await post('/api/v1/calendars', { name: 'x' }, 422)).body.field, 'address');
	assert.equal((await post('/api/v1/calendars', { name: 'x', address: 'file:///etc/passwd' }, 422)).body.field,
	    'address');
	assert.equal((await post('/api/v1/calendars', { name: 'x', text: 'hello' }, 422)).body.field, 'text');
	await until('it is read', async () => (await get(path, 200)).body.events === 2);
	const { events } = (await get(`${path}/events`, 200)).body;
	assert.deepEqual(events.map((one) => [one.uid, one.summary, one.all_day, one.location]),
	    [['a', 'Paper', true, null], ['b', null, false, 'Here']]);
	assert.match(events[0].start, /^\d{4}-\d\d-\d\d$/);
	assert.equal((await get(`${path}/events?limit=1`, 200)).body.events.length, 1);
	assert.deepEqual((await get(`${path}/events?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z`, 200)).body.events,
	    []);
	const rule = (await post('/api/v1/automations', { name: 'Bins', triggers: [{ trigger: 'calendar',
		entity_id: 'calendar.waste', offset: '-12:00:00' }], actions: [{ event: 'bins' }] }, 201)).body;
	assert.equal((await get('/api/v1/entities/calendar.waste/used', 200)).body.automations[0].id, rule.id);
	assert.match((await post('/api/v1/automations', { name: 'Bins', triggers: [{ trigger: 'calendar',
		entity_id: 'calendar.wste' }], actions: [{ event: 'bins' }] }, 422)).body.detail, /did you mean "calendar.waste"/);
	await del(`/api/v1/automations/${rule.id}`, 204);
	await post(`${path}/fetch`, undefined, 202);
	assert.equal((await patch(path, { name: 'Bins' }, 200)).body.name, 'Bins');
	assert.ok((await get('/api/v1/calendars', 200)).body.calendars.some((one) => one.id === 'waste'));
	await del(path, 204);
	await get(`${path}/events`, 404);
}

async function labels(dim)
{
	const made = await post('/api/v1/labels', { name: 'Christmas', icon: 'mdi:tree', color: '#00aa33' }, 201);
	assert.deepEqual(made.body, { id: 'christmas', name: 'Christmas', icon: 'mdi:tree', color: '#00aa33',
	    areas: [], devices: [], entities: [] });
	const path = made.headers.get('location');
	assert.equal((await post('/api/v1/labels', { name: 'christmas' }, 409)).body.field, 'name');
	assert.equal((await post('/api/v1/labels', { name: 'x', color: 'green' }, 422)).body.field, 'color');
	const one = `/api/v1/entities/${dim.entity_id}`;
	assert.deepEqual((await patch(one, { labels: ['christmas', 'christmas'] }, 200)).body.labels, ['christmas']);
	assert.equal((await patch(one, { labels: ['easter'] }, 422)).body.field, 'labels');
	assert.deepEqual((await patch(`/api/v1/devices/${dim.device_id}`, { labels: ['christmas'] }, 200)).body.labels,
	    ['christmas']);
	const attic = (await post('/api/v1/areas', { name: 'Attic', labels: ['christmas'] }, 201)).body;
	assert.deepEqual(attic.labels, ['christmas']);
	assert.deepEqual((await get(path, 200)).body, { ...made.body, areas: ['attic'], devices: [dim.device_id],
	    entities: [dim.entity_id] });
	const rule = (await post('/api/v1/automations', { name: 'Tree', triggers: [{ trigger: 'event', event_type: 'e' }],
	actions: [{ action: 'light.turn_off', target: { label_id: 'christmas', area_id: 'attic' } }] }, 201)).body;
	await get('/api/v1/floors/attic/used', 200);
	for (const used of [`${path}/used`, '/api/v1/areas/attic/used'])
		assert.equal((await get(used, 200)).body.automations[0].id, rule.id);
	await del(`/api/v1/automations/${rule.id}`, 204);
	assert.deepEqual((await patch('/api/v1/areas/attic', { labels: null }, 200)).body.labels, []);
	await del('/api/v1/areas/attic', 204);
	assert.deepEqual((await patch(path, { name: 'Xmas', icon: null, color: null }, 200)).body, { ...made.body,
	    name: 'Xmas', icon: null, color: null, devices: [dim.device_id], entities: [dim.entity_id] });
	assert.ok((await get('/api/v1/labels', 200)).body.labels.some((l) => l.name === 'Xmas'));
	await del(path, 204);
	assert.deepEqual((await get(one, 200)).body.labels, []);
	await get(path, 404);
	await patch(path, { name: 'x' }, 404);
	await del(path, 404);
}

// What was changed, found again, compared and gone back to.
async function revisions(dim)
{
	const list = async (q) => (await get(`/api/v1/revisions?${q}`, 200)).body;
	const rule = (await post('/api/v1/automations?reason=for%20the%20walk', { name: 'Turned', triggers: [
	    { trigger: 'state', entity_id: dim.entity_id, to: 'on' }],
	actions: [{ action: 'light.turn_off', target: { entity_id: dim.entity_id } }] }, 201)).body;
	const path = `/api/v1/automations/${rule.id}`;
	await patch(`${path}?reason=${encodeURIComponent('Ärger')}`, { name: 'Twisted', enabled: false }, 200);
	await patch(`${path}?reason=${'x'.repeat(201)}`, { name: 'No' }, 400);
	await patch(path, { triggers: [{ trigger: 'moon' }] }, 422);
	await del(`${path}?reason=enough`, 204);
	const mine = (await list(`kind=automation&id=${rule.id}`)).revisions;
	assert.deepEqual(mine.map((one) => [one.number, one.change, one.author, one.reason, one.name,
	    one.changed]), [[3, 'removed', 'token:test', 'enough', 'Twisted', []],
	    [2, 'changed', 'token:test', 'Ärger', 'Twisted', ['name', 'enabled']],
	    [1, 'added', 'token:test', 'for the walk', 'Turned', []]]);
	assert.deepEqual((await list('limit=1')).revisions, [mine[0]], 'a removed thing is found without its id');
	const page = await list('kind=automation&limit=1');
	assert.equal(page.next, String(mine[0].id));
	assert.equal((await list(`kind=automation&limit=1&after=${page.next}`)).revisions[0].id, mine[1].id);
	await get('/api/v1/revisions?id=x', 400);
	await get('/api/v1/revisions?kind=dragon', 400);
	const one = `/api/v1/revisions/${mine[1].id}`, read = (await get(one, 200)).body;
	assert.equal(read.snapshot.name, 'Twisted');
	assert.deepEqual(read.diff, [{ op: 'replace', path: '/name', from: 'Turned', to: 'Twisted' },
	    { op: 'replace', path: '/enabled', from: true, to: false }]);
	const back = (await get(`${one}/diff?to=${mine[2].id}`, 200)).body;
	assert.deepEqual(back.diff.map((step) => step.to), ['Turned', true]);
	const area = (await list('kind=area')).revisions[0];
	await get(`${one}/diff?to=${area.id}`, 422);
	await get(`${one}/diff?to=999999`, 404);
	await get(`${one}/diff`, 400);
	await get('/api/v1/revisions/999999', 404);
	await get('/api/v1/revisions/x', 404);
	await post('/api/v1/revisions/999999/restore', undefined, 404);
	const made = (await post(`${one}/restore?reason=again`, undefined, 200)).body;
	assert.deepEqual([made.change, made.source, made.reason, made.number], ['restored', mine[1].id,
	    'again', 4]);
	assert.equal((await get(path, 200)).body.name, 'Twisted');
	assert.equal((await post(`${one}/restore`, undefined, 409)).body.code, 'exists');
	await del(path, 204);
	const reader = (await post('/api/v1/tokens', { name: 'looker', scope: 'control' }, 201)).body;
	await call('GET', '/api/v1/revisions', { token: reader.access_token, expect: 403 });
	await del(`/api/v1/tokens/${reader.token.id}`, 204);
}

async function usedAndReplaced(all)
{
	const lamps = all.filter((e) => e.domain === 'light'), [one, other] = lamps;
	const rule = (await post('/api/v1/automations', { name: 'User', triggers: [
	    { trigger: 'state', entity_id: [other.entity_id, one.entity_id], to: 'on' }],
	actions: [{ action: 'light.turn_off', target: { entity_id: one.entity_id } }] }, 201)).body;
	const use = (where) => ({ automations: [{ id: rule.id, name: 'User', where }], alerts: [], scenarios: [] });
	const mine = use(['triggers[0].entity_id[1]', 'actions[0].target.entity_id']);
	assert.deepEqual((await get(`/api/v1/entities/${one.entity_id}/used`, 200)).body, mine);
	assert.deepEqual((await get(`/api/v1/devices/${one.device_id}/used`, 200)).body, mine);
	assert.deepEqual((await get('/api/v1/entities/light.nowhere/used', 200)).body,
	    { automations: [], alerts: [], scenarios: [] });
	await get('/api/v1/devices/none/used', 404);
	const said = await post(`/api/v1/devices/${one.device_id}/messages`, undefined, 200);
	assert.ok(Array.isArray(said.body.messages));
	await post('/api/v1/devices/none/messages', undefined, 404);
	const path = `/api/v1/devices/${one.device_id}/replace`;
	const inUse = await post(`${path}?dry_run=true`, { by: other.device_id }, 409);
	assert.match(inUse.body.detail, /"User" uses the new device at triggers/);
	await del(`/api/v1/automations/${rule.id}`, 204);
	const plan = (await post(`${path}?dry_run=true`, { by: other.device_id }, 200)).body;
	assert.equal(plan.device, one.device_id);
	assert.ok(plan.replaced.some((p) => p.entity_id === one.entity_id &&
	    p.unique_id === other.unique_id && p.was === other.entity_id));
	assert.equal((await get(`/api/v1/entities/${one.entity_id}`, 200)).body.unique_id, one.unique_id);
	await post(path, { by: one.device_id }, 422);
	await post(path, { by: 'none' }, 422);
	await post('/api/v1/devices/none/replace', { by: one.device_id }, 404);
	assert.deepEqual((await del(path, 200)).body, { released: 0 });
	await del('/api/v1/devices/none/replace', 404);
}

// The whole device off and on again; what was off before stays off.
async function switched(device)
{
	const path = `/api/v1/devices/${device.id}`, [first, second] = device.entities;
	await patch(`/api/v1/entities/${first}`, { enabled: false }, 200);
	assert.deepEqual((await patch(path, { enabled: false }, 200)).body.entities, []);
	await patch(`/api/v1/entities/${second}`, { enabled: true }, 409);
	assert.deepEqual((await patch(path, { enabled: true }, 200)).body.entities,
	    device.entities.filter((id) => id !== first));
	const one = `/api/v1/entities/${first}`;
	const changed = await patch(one, { enabled: true, hidden: true, aliases: ['It'],
	    icon: 'mdi:star' }, 200);
	assert.deepEqual([changed.body.hidden, changed.body.aliases, changed.body.icon], [true, ['It'],
	    'mdi:star']);
	assert.equal((await patch(one, { hidden: false, aliases: null, icon: null }, 200)).body.hidden,
	    false);
	assert.deepEqual((await get(path, 200)).body.entities, device.entities);
	await del(path, 409);
	await del('/api/v1/devices/none', 404);
	const gauge = (await post('/api/v1/devices', { kind: 'http', name: 'Gauge' }, 201)).body;
	await post('/api/v1/devices', { kind: 'smoke', name: 'Gauge' }, 422);
	const fresh = (await post(`/api/v1/devices/${gauge.id}/key`, undefined, 201)).body;
	assert.notEqual(fresh.key, gauge.key);
	await post('/api/v1/devices/none/key', undefined, 404);
	const said = { readings: [{ key: 'rain', value: 1.5, unit: 'mm' }] }, body = JSON.stringify(said);
	const time = `${Math.floor(Date.now() / 1000)}`, nonce = randomBytes(16).toString('hex');
	const signed = (key) => ({ 'X-Timestamp': time, 'X-Nonce': nonce, 'X-Signature':
	    createHmac('sha256', key).update(`${time}\n${nonce}\n${body}`).digest('hex') });
	const readings = `/api/v1/devices/${gauge.id}/readings`;
	await call('POST', readings, { body: said, headers: signed(gauge.key), expect: 401 });
	await call('POST', readings, { body: said, headers: signed(fresh.key), expect: 202 });
	await call('POST', readings, { body: said, headers: signed(fresh.key), expect: 401 });
	const wants = (await get('/api/v1/attention', 200)).body;
	for (const list of ['found', 'late', 'silent', 'orphaned', 'low_battery', 'lost'])
		assert.ok(Array.isArray(wants[list]), list);
	assert.deepEqual((await get('/api/v1/orphans', 200)).body, { entities: [], next: null });
	assert.deepEqual((await get('/api/v1/orphans/used', 200)).body, { automations: [], alerts: [], scenarios: [] });
	assert.equal((await del('/api/v1/orphans', 200)).body.deleted, 0);
	await del(`/api/v1/orphans?entity_id=${first}`, 409);
	await del('/api/v1/orphans?entity_id=light.none', 404);
}

async function commands(all)
{
	const dim = all.find((e) => e.domain === 'light' &&
	    (e.capabilities.supported_color_modes ?? []).includes('brightness')) ??
	    all.find((e) => e.domain === 'light');
	const path = `/api/v1/devices/${dim.device_id}/control`;
	await post(`/api/v1/entities/${dim.entity_id}/command?wait=10`, { service: 'turn_off' }, 200);
	const on = await post(`${path}?wait=10`, { action: 'on', entity: dim.entity_id }, 200);
	assert.equal(on.body.status, 'confirmed');
	assert.equal(on.body.entity_id, dim.entity_id);
	const half = await put(`${path}?wait=10`, { action: 'set_brightness', value: 40 }, 200);
	assert.equal(half.body.status, 'confirmed');
	const now = (await get(`/api/v1/entities/${dim.entity_id}`, 200)).body;
	assert.equal(now.state, 'on');
	assert.ok(Math.abs(now.attributes.brightness - 102) <= 3, JSON.stringify(now));
	const sent = await post(path, { action: 'toggle' }, 202);
	assert.equal(sent.headers.get('location'), `/api/v1/commands/${sent.body.id}`);
	await until('the toggle is confirmed', async () =>
	    (await get(`/api/v1/commands/${sent.body.id}`, 200)).body.status === 'confirmed');
	const list = (await get(`/api/v1/commands?entity_id=${dim.entity_id}&limit=2`, 200)).body;
	assert.equal(list.commands[0].id, sent.body.id);
	const older = (await get(`/api/v1/commands?limit=1000&after=${list.next}`, 200)).body;
	assert.ok(older.commands.every((c) => c.id < list.commands[1].id));
	await get('/api/v1/commands?entity_id=light.none', 404);
	await get('/api/v1/commands/999999', 404);
	for (const [body, status] of [[{ action: 'fly' }, 422], [{ action: 'on', value: 3 }, 422],
	    [{ action: 'set_brightness' }, 422], [{ action: 'set_brightness', value: 'x' }, 422],
	    [{ action: 'press', entity: dim.entity_id }, 422], [{ action: 'on', entity: 'a.b' }, 404],
	    [{ action: 'set_brightness', value: 4000 }, 422], [{}, 422], [{ action: 7 }, 422]])
		await post(path, body, status);
	await post('/api/v1/devices/none/control', { action: 'on' }, 404);
	await post(`/api/v1/entities/${dim.entity_id}/command`, { service: 'climate.turn_on' }, 422);
	await post(`/api/v1/entities/${dim.entity_id}/command?wait=31`, { service: 'turn_on' }, 400);
	await post('/api/v1/entities/light.none/command', { service: 'turn_on' }, 404);
	return dim;
}

async function batch(devicesOfHouse)
{
	const lamps = devicesOfHouse.filter((d) => d.entities.some((e) => e.startsWith('light.')));
	const path = '/api/v1/devices/batch-control';
	const items = [{ device_id: lamps[0].id, action: 'off' }, { device_id: 'none', action: 'off' },
	    { device_id: lamps[1].id, action: 'off' }];
	const r = (await post(path, { devices: items }, 202)).body.results;
	assert.deepEqual(r.map((x) => x.status), ['pending', 'not_found', 'pending']);
	assert.equal(r[1].id, null);
	const waited = (await post(`${path}?wait=10`, { devices: items }, 200)).body.results;
	assert.deepEqual(waited.map((x) => x.status), ['confirmed', 'not_found', 'confirmed']);
	const bad = await post(path, { devices: [items[0], { device_id: 'x' }] }, 422);
	assert.equal(bad.body.field, 'devices[1].action');
	await post(path, { devices: [] }, 422);
	await post(path, { devices: Array(101).fill(items[0]) }, 422);
}

async function repeating(dim)
{
	const path = `/api/v1/entities/${dim.entity_id}/command`;
	const headers = { 'Idempotency-Key': `walk-${process.pid}-${Date.now()}` };
	const opts = { body: { service: 'turn_on' }, headers };
	const first = await call('POST', path, { ...opts, expect: 202 });
	const again = await call('POST', path, { ...opts, expect: 202 });
	assert.equal(again.text, first.text);
	assert.equal(again.headers.get('idempotency-replayed'), 'true');
	const waited = await call('POST', `${path}?wait=5`, { ...opts, expect: 409 });
	assert.equal(waited.body.field, 'Idempotency-Key');
	await call('POST', path, { body: { service: 'turn_off' }, headers, expect: 409 });
	const area = { body: { name: 'Once' }, headers: { 'Idempotency-Key': headers['Idempotency-Key'] + 'a' } };
	const made = await call('POST', '/api/v1/areas', { ...area, expect: 201 });
	assert.equal((await call('POST', '/api/v1/areas', { ...area, expect: 201 })).text, made.text);
	assert.equal((await get('/api/v1/areas', 200)).body.areas.filter((a) => a.name === 'Once').length, 1);
	await del(`/api/v1/areas/${made.body.id}`, 204);
	const secret = { body: { name: 'once' }, headers: { 'Idempotency-Key': headers['Idempotency-Key'] + 's' } };
	await call('POST', '/api/v1/tokens', { ...secret, expect: 201 });
	await call('POST', '/api/v1/tokens', { ...secret, expect: 409 });
	await call('POST', '/api/v1/areas', { body: { name: 'x' },
	    headers: { 'Idempotency-Key': 'x'.repeat(300) }, expect: 400 });
}

async function eventsAndReasons(dim)
{
	const tail = (await get('/api/v1/events?limit=5', 200)).body;
	assert.ok(tail.events[0].id < tail.events[1].id);
	assert.equal(tail.next, tail.events[4].id);
	const later = (await get(`/api/v1/events?since=${tail.next}`, 200)).body.events;
	assert.ok(later.every((e) => e.id > tail.next));
	const newest = (await get('/api/v1/events?limit=5&order=newest', 200)).body;
	assert.ok(newest.events[0].id > newest.events[1].id);
	const before = (await get(`/api/v1/events?limit=5&before=${newest.next}`, 200)).body.events;
	assert.ok(before[0].id < newest.events[4].id);
	const all = (await get('/api/v1/events/kinds', 200)).body.kinds;
	for (const kind of ['loop', 'alert', 'notification', 'question', 'webhook', 'emotion', 'scenario_complete']) {
		assert.ok(all.includes(kind), kind);
	}
	for (const kind of all) {
		const { events } = (await get(`/api/v1/events?kind=${kind}&limit=1`, 200)).body;
		assert.ok(events.every((one) => one.kind === kind), kind);
	}
	const oldest = (await get('/api/v1/events?since=0&limit=3', 200)).body;
	assert.deepEqual(oldest.events.map((e) => e.id), [1, 2, 3]);
	assert.equal((await get(`/api/v1/events?since=${oldest.next}&limit=1`, 200)).body.events[0].id, 4);
	const kinds = (await get('/api/v1/events?kind=command&limit=1000', 200)).body.events;
	assert.ok(kinds.length > 3 && kinds.every((e) => e.kind === 'command'));
	const own = (await get(`/api/v1/events?entity_id=${dim.entity_id}&kind=state_changed`, 200)).body;
	assert.ok(own.events.every((e) => e.data.entity_id === dim.entity_id));
	await get('/api/v1/events?kind=party', 400);
	await get('/api/v1/events?entity_id=light.none', 404);
	const path = `/api/v1/entities/${dim.entity_id}/command?wait=10`;
	await post(path, { service: 'turn_off' }, 200);
	await post(path, { service: 'turn_on' }, 200);
	const why = (await get(`/api/v1/explain?entity_id=${dim.entity_id}`, 200)).body;
	assert.equal(why.chain[0].data.new_state, 'on');
	assert.equal(why.chain[1].kind, 'command');
	assert.equal(why.chain[0].cause, why.chain[1].id);
	assert.match(why.text, / is on since .* because the key test sent turn_on/);
	const same = (await get(`/api/v1/explain?event=${why.chain[0].id}`, 200)).body;
	assert.equal(same.text, why.text);
	await get('/api/v1/explain', 400);
	await get('/api/v1/explain?event=1&entity_id=a.b', 400);
	await get('/api/v1/explain?event=999999999', 404);
	await get('/api/v1/explain?entity_id=light.none', 404);
}

async function automations(dim)
{
	assert.equal((await get('/api/v1/automations/schema', 200)).body.title, 'Automation');
	const said = (await post('/api/v1/automations/check', { triggers: [{ trigger: 'sun', event: 'sunset' }, { trigger: 'moon' },
	    { trigger: 'state', entity_id: 'light.nowhere' }], actions: [{ delay: 'long' }] }, 200)).body;
	assert.deepEqual([said.valid, said.faults.map((f) => f.place), said.warnings.map((f) => f.place)], [false, ['name',
	    'triggers[1].trigger', 'actions[0].delay', 'triggers[2].entity_id'], ['triggers[0]']]);
	// what no rule has is a fault as well, and hides no other
	const odd = (await post('/api/v1/automations/check', { name: 'Odd', trigers: [], missed: 'skip', missed_within: 60, id: 'x',
	    triggers: [{ trigger: 'homeassistant', event: 'start' }], actions: [{ delay: 'long' }] }, 200)).body;
	assert.deepEqual(odd.faults.map((f) => `${f.place}: ${f.message}`).map((text) => text.split(' must')[0]),
	    ['trigers: unknown field; did you mean "triggers"?', odd.faults[1] && `actions[0].delay: ${odd.faults[1].message}`
	        .split(' must')[0]]);
	// of templates that are conditions each is told
	assert.deepEqual((await post('/api/v1/automations/check', { name: 'Odd', triggers: [{ trigger: 'homeassistant', event: 'start' }],
	    conditions: ['{{ a }}', '{{ true }}', '{{ b }}', { or: ['{{ 1 }}', '{{ c }}'] }], actions: [{ delay: 1 }] }, 200)).body.faults
	    .map((f) => f.place), ['conditions[0]', 'conditions[2]', 'conditions[3].or[1]']);
	// a house of which nobody knows where it stands has no sunset to wait for
	const waits = { name: 'Waits', triggers: [{ trigger: 'homeassistant', event: 'start' }], actions: [{ if: [], then: [
	    { wait_for_trigger: { trigger: 'sun', event: 'sunset' } }] }] };
	const sunset = 'actions[0].then[0].wait_for_trigger';
	assert.deepEqual((await post('/api/v1/automations/check', waits, 200)).body.faults.map((f) => f.place), [sunset]);
	const refusal = (await post('/api/v1/automations', waits, 422)).body;
	assert.ok(refusal.field === sunset && /set LATITUDE and LONGITUDE/.test(refusal.detail), JSON.stringify(refusal));
	const other = (await get('/api/v1/entities?domain=switch', 200)).body.entities
	    .find((e) => e.category === null);
	const rule = { name: 'Lamp follows', description: 'for the walk',
	    triggers: [{ trigger: 'state', entity_id: dim.entity_id, to: 'on' }],
	    conditions: [], actions: [{ action: 'switch.turn_on', target: { entity_id: other.entity_id } }],
	    mode: 'single' };
	const made = await post('/api/v1/automations', rule, 201);
	assert.equal(made.body.id, 'lamp_follows');
	assert.deepEqual(made.body.triggers, rule.triggers);
	const hook = { ...rule, name: 'Called', triggers: [{ trigger: 'webhook', webhook_id: 'bell' }], actions: [{ event: 'rung' }] };
	await post('/api/v1/automations', hook, 201);
	await call('POST', '/api/v1/webhooks/bell', { token: undefined, body: { x: 1 }, expect: 202 });
	await call('PUT', '/api/v1/webhooks/bell', { token: undefined, body: { x: 1 }, expect: 202 });
	await call('POST', '/api/v1/webhooks/none', { token: undefined, body: { x: 1 }, expect: 404 });
	await del('/api/v1/automations/called', 204);
	const path = '/api/v1/automations/lamp_follows';
	const on = `/api/v1/entities/${dim.entity_id}/command?wait=10`;
	const flip = async () => {
		await post(`/api/v1/entities/${other.entity_id}/command?wait=10`, { service: 'turn_off' }, 200);
		await post(on, { service: 'turn_off' }, 200);
		await post(on, { service: 'turn_on' }, 200);
	};
	const state = async () => (await get(`/api/v1/entities/${other.entity_id}`, 200)).body.state;
	await sleep(200);
	await flip();
	await until('the switch followed', async () => await state() === 'on');
	const why = (await get(`/api/v1/explain?entity_id=${other.entity_id}`, 200)).body;
	assert.match(why.text, /is on since .* because automation 'Lamp follows' sent turn_on/);
	assert.match(why.text, /triggered by .* changing from off to on/);
	assert.deepEqual(why.chain.map((e) => e.kind).slice(0, 4),
	    ['state_changed', 'command', 'automation_run', 'state_changed']);
	const runs = (await get(`${path}/runs?limit=1`, 200)).body.runs;
	assert.equal(runs[0].status, 'done');
	await get(`${path}/runs?after=${runs[0].id}`, 200);
	const { trace } = (await get(`${path}/runs/${runs[0].id}`, 200)).body;
	assert.deepEqual(trace.map(({ place, result }) => [place, result]), [['actions[0]', 'done']]);
	await get(`${path}/runs/999999`, 404);
	await get(`${path}/runs?outcome=all&from=2020-01-01T00:00:00Z`, 200);
	await get(`${path}/runs?outcome=some`, 400);
	assert.deepEqual((await get('/api/v1/questions', 200)).body.questions, []);
	await post('/api/v1/questions/1', { answer: 'yes' }, 404);
	execFileSync('sqlite3', ['-cmd', '.timeout 5000', 'house/consciousness.db', `INSERT INTO question (automation,
	    trigger, due, asked) SELECT row, 0, 1, 2 FROM automation LIMIT 1`]);
	const [open] = (await get('/api/v1/questions', 200)).body.questions;
	await post(`/api/v1/questions/${open.id}`, { answer: 'no' }, 200);
	await post('/api/v1/questions/1', { answer: 'perhaps' }, 422);
	assert.match((await get(`${path}/explain`, 200)).body.text, /^It ran /);
	assert.equal((await get(`${path}/explain`, 200)).body.removed, null);
	assert.equal((await get(`${path}/explain?at=2020-01-01`, 200)).body.run, null);
	await get(`${path}/explain?at=some+day`, 400);
	await get('/api/v1/automations/none/explain', 404);
	await undo(`${path}/runs/${runs[0].id}`, other);
	const tried = (await post('/api/v1/automations/dry-run', rule, 200)).body;
	assert.deepEqual([tried.runs, tried.outcome, tried.steps[0].commands.map((c) => [c.entity_id, c.sent])],
	    [true, 'done', [[other.entity_id, true]]]);
	await post('/api/v1/automations/dry-run', { ...rule, actions: [{ dance: 1 }] }, 422);
	/* what only looks at a rule takes it in one form */
	for (const body of [{ rule }, { rule: { ...rule, mode: 'queued', max: 3, enabled: false } }, { id: path.split('/').at(-1) }])
		assert.deepEqual((await post('/api/v1/automations/dry-run', body, 200)).body, tried);
	for (const [body, field] of [[{}, 'rule'], [{ rule, name: 'x' }, 'rule'], [{ rule, days: 1 }, 'days'],
	    [{ rule: { name: 'x' } }, 'triggers'], [{ name: 'x' }, 'triggers']])
		assert.equal((await post('/api/v1/automations/dry-run', body, 422)).body.field, field);
	await post('/api/v1/automations/dry-run', { id: 'nobody' }, 404);
	const render = '/api/v1/templates/render';
	assert.deepEqual((await post(render, { template: '{{ n + 1 }}', variables: { n: '{{ 2 }}' } }, 200)).body,
	    { value: 3, reason: null, unknown: [] });
	assert.deepEqual((await post(render, { template: '{{ trigger.id }}' }, 200)).body.unknown, ['trigger']);
	await post(render, { variables: {} }, 422);
	await lookBack(path, rule);
	assert.equal((await patch(path, { enabled: false }, 200)).body.enabled, false);
	await until('it stays off', async () => { await flip(); await sleep(300); return await state() === 'off'; });
	await post(`${path}/trigger`, undefined, 409);
	await patch(path, { enabled: true, mode: 'restart' }, 200);
	const started = await post(`${path}/trigger`, undefined, 202);
	assert.ok(started.body.event > 0);
	await until('a run by hand', async () => (await get(`${path}/runs`, 200)).body.runs
	    .some((r) => r.cause === started.body.event));
	assert.equal((await get(path, 200)).body.mode, 'restart');
	assert.equal((await get('/api/v1/automations', 200)).body.automations.length, 1);
	for (const bad of [{ ...rule, name: '' }, { ...rule, triggers: [{ trigger: 'moon' }] },
	    { ...rule, actions: [{ dance: 1 }] }, { ...rule, mode: 'sideways' }, { name: 'x' },
	    { ...rule, triggers: [] }])
		await post('/api/v1/automations', bad, 422);
	const place = await post('/api/v1/automations', { ...rule, triggers: [rule.triggers[0],
	    { trigger: 'numeric_state', entity_id: 'sensor.x', above: 'warm' }] }, 422);
	assert.equal(place.body.field, 'triggers[1].above');
	await patch(path, { actions: [] }, 422);
	await aliases(path, rule);
	await conflicts(rule, other);
	await del(path, 204);
	await get(path, 404);
	await post(`${path}/trigger`, undefined, 404);
	/* what it did outlives it */
	assert.equal((await get(`${path}/runs/${runs[0].id}`, 200)).body.status, 'done');
	assert.ok((await get(`${path}/runs?limit=1`, 200)).body.next);
	const { text, notes, removed } = (await get(`${path}/explain`, 200)).body;
	assert.match(text, /^It ran /);
	assert.match(notes[0], / removed it at /);
	assert.ok(Date.now() - Date.parse(removed) < 60000);
	await get('/api/v1/automations/none/runs', 404);
}

/* the run told OTHER to follow */
async function undo(run, other)
{
	const id = other.entity_id;
	const state = async () => (await get(`/api/v1/entities/${id}`, 200)).body.state;
	const now = await state();
	const [last] = (await get(`/api/v1/commands?entity_id=${id}&limit=1`, 200)).body.commands;
	assert.equal(typeof last.before.state, 'string');
	const kept = async () => { const { undoable, undone } = (await get(run, 200)).body; return [undoable, undone]; };
	assert.deepEqual(await kept(), [true, null]);
	const back = (await post(`${run}/undo?wait=10`, undefined, 200)).body;
	assert.deepEqual(back.results.map((r) => [r.entity_id, r.result, r.status]), [[id, 'reversed', 'confirmed']]);
	const [, { event, actor, left }] = await kept();
	assert.deepEqual([event, typeof actor, left], [back.event, 'string', []]);
	const { undoable } = (await get('/api/v1/events?kind=undo', 200)).body;
	assert.ok(undoable.includes(back.event), JSON.stringify(undoable));
	const told = (await get(`/api/v1/events?kind=command&entity_id=${id}`, 200)).body;
	assert.ok(told.events.some((one) => one.data.id === back.results[0].id && told.undoable.includes(one.id)));
	assert.notEqual(await state(), now);
	const again = (await post(`${run}/undo`, { entities: [id] }, 202)).body;
	assert.deepEqual([again.event, again.results[0].result], [null, 'already']);
	/* the undo is undone, and that in turn; somebody else in between keeps what he did */
	const redo = (await post('/api/v1/undo?wait=10', { event: back.event }, 200)).body;
	assert.equal(redo.results[0].status, 'confirmed');
	assert.equal(await state(), now);
	assert.deepEqual(await kept(), [true, null]);
	const later = (await post(`/api/v1/commands/${back.results[0].id}/undo?wait=10`, undefined, 200)).body;
	assert.equal(later.results[0].result, 'already');
	const { results } = (await post('/api/v1/undo?wait=10', { by: 'me' }, 200)).body;
	assert.deepEqual(results.map((r) => r.result), ['reversed']);
	await post('/api/v1/undo?wait=10', { by: 'house', force: true }, 200);
	await post('/api/v1/undo', { by: 'house', event: 1 }, 422);
	await post('/api/v1/undo', { event: 99999999 }, 404);
	await post('/api/v1/commands/999999/undo', undefined, 404);
	await post(`${run}9999/undo`, undefined, 404);
	await post(`${run}/undo`, { entities: [] }, 422);
	/* as the walk goes on from here */
	await post(`/api/v1/entities/${id}/command?wait=10`, { service: now === 'on' ? 'turn_on' : 'turn_off' }, 200);
}

/* ENTITY's rule against one that wants the opposite at the same moment */
async function conflicts(rule, other)
{
	const against = { ...rule, name: 'Against', actions: [{ action: 'homeassistant.turn_off',
		target: { entity_id: other.entity_id } }] };
	const first = (await post('/api/v1/automations', { ...rule, name: 'First', actions: [{
		action: 'homeassistant.turn_on', target: { entity_id: other.entity_id } }] }, 201)).body;
	const { faults, conflicts: warnings } = (await post('/api/v1/automations/check', against, 200)).body;
	assert.deepEqual(faults, []);
	assert.ok(warnings.some((w) => w.kind === 'fight' && w.automations.join() === `,${first.id}` &&
	    w.names.join() === 'Against,First' && /run both when/.test(w.message)), JSON.stringify(warnings));
	/* a name may come later: what it meets is told before */
	for (const name of [undefined, '']) {
		const early = (await post('/api/v1/automations/check', { ...against, name }, 200)).body;
		assert.deepEqual([early.valid, early.faults.map((f) => f.place)], [false, ['name']]);
		assert.ok(early.conflicts.some((w) => w.names.join() === 'this rule,First'), JSON.stringify(early));
	}
	assert.deepEqual((await post('/api/v1/automations/check', { ...against, name: '', actions: [] }, 200)).body.conflicts, []);
	const saved = (await post('/api/v1/automations', against, 201)).body;
	assert.ok(saved.conflicts.some((w) => w.automations.join() === `${saved.id},${first.id}`));
	const all = (await get('/api/v1/conflicts', 200)).body;
	assert.ok(all.conflicts.some((w) => w.automations.toSorted().join() === [first.id, saved.id].toSorted().join()));
	/* what waits fights with nobody */
	assert.deepEqual((await patch(`/api/v1/automations/${saved.id}`, { enabled: false }, 200)).body.conflicts, []);
	for (const id of [first.id, saved.id])
		await del(`/api/v1/automations/${id}`, 204);
}

async function aliases(path, rule)
{
	const rules = '/api/v1/automation/rules';
	assert.deepEqual((await get(rules, 200)).body, (await get('/api/v1/automations', 200)).body);
	const made = (await post(rules, rule, 201)).body;
	assert.equal(made.id, 'lamp_follows_2');
	await get(`${rules}/${made.id}`, 200);
	await patch(`${rules}/${made.id}`, { name: 'Other' }, 200);
	await del(`${rules}/${made.id}`, 204);
	/* the unversioned paths of old */
	assert.deepEqual((await get('/api/automations/lamp_follows', 200)).body, (await get(path, 200)).body);
	await get('/api/devices', 200);
}

async function history(dim)
{
	const q = `/api/v1/history?entity_id=${dim.entity_id}`;
	const raw = (await get(`${q}&resolution=raw`, 200)).body;
	assert.equal(raw.resolution, 'raw');
	assert.ok(raw.points.some((p) => p[1] === 'on') && raw.points.some((p) => p[1] === 'off'));
	const from = new Date(Date.now() - 3600000).toISOString();
	await get(`${q}&from=${from}&to=${Date.now()}`, 200);
	await get(`${q}&from=2030-01-01T00:00:00Z&to=2020-01-01T00:00:00Z`, 422, 400);
	await get(`${q}&from=yesterday`, 400);
	await get('/api/v1/history', 400);
	await get('/api/v1/history?entity_id=light.none', 404);
}

async function alerts(dim)
{
	const all = '/api/v1/alerts', rules = `${all}/rules`;
	const rule = { name: 'Lamp', variables: { lamp: { entity_id: dim.entity_id } }, expression: "lamp != 'x'" };
	const tried = (await post(`${rules}/dry-run`, rule, 200)).body;
	assert.ok(['yes', 'unknown'].includes(tried.verdict) && 'lamp' in tried.values);
	assert.equal((await post(`${rules}/dry-run`, { ...rule, expression: '1 +' }, 422)).body.field, 'expression');
	assert.equal((await post(rules, { ...rule, variables: { lamp: { entity_id: 'light.none' } } }, 422)).body.field,
	    'variables.lamp.entity_id');
	await post(rules, { ...rule, colour: 1 }, 422, 400);
	const made = await post(rules, { ...rule, expression: 'true', repeat: 3600, channels: ['log'] }, 201);
	const path = made.headers.get('location');
	assert.equal(path, `${rules}/lamp`);
	assert.equal((await get(path, 200)).body.severity, 'warning');
	assert.deepEqual((await get(rules, 200)).body.rules.map((one) => one.id), ['lamp']);
	const active = async () => (await get(`${all}/active`, 200)).body.alerts;
	await until('the alert', async () => (await active()).length === 1);
	const [alert] = await active();
	assert.equal((await get(`${all}/${alert.id}`, 200)).body.rule_id, 'lamp');
	assert.ok((await post(`${all}/${alert.id}/acknowledge`, undefined, 200)).body.acknowledged_by);
	await post(`${all}/${alert.id}/acknowledge`, undefined, 409);
	await post(`${all}/999/acknowledge`, undefined, 404);
	assert.equal((await patch(path, { severity: 'critical', repeat: null, enabled: false }, 200)).body.repeat, null);
	await patch(path, { channels: ['pigeon'] }, 422);
	assert.equal((await get(`${all}?status=past`, 200)).body.alerts[0].reason, 'its rule was disabled');
	await get(`${all}/999`, 404);
	await del(path, 204);
	await get(path, 404);
	await patch(path, { enabled: true }, 404);
	await del(path, 404);
	assert.ok((await get(`${all}/channels`, 200)).body.channels.some((one) => one.name === 'log' && one.ready));
	const test = (await post(`${all}/channels/log/test`, undefined, 202)).body;
	await post(`${all}/channels/pigeon/test`, undefined, 404);
	await get(`${all}/deliveries/${test.id}`, 200);
	await get(`${all}/deliveries/999`, 404);
	assert.ok((await get(`${all}/deliveries`, 200)).body.deliveries.some((one) => one.id === test.id));
}

async function healthAndMeta()
{
	assert.equal((await call('GET', '/health', { token: undefined, expect: 200 })).body.status, 'healthy');
	const all = (await call('GET', '/health/detailed', { token: undefined })).body;
	for (const c of ['database', 'consciousness_engine', 'devices', 'memory', 'disk_space', 'mqtt',
	    'bridge', 'jobs', 'backup']) {
		assert.equal(typeof all.components[c].healthy, 'boolean', c);
		assert.equal(typeof all.components[c].critical, 'boolean', c);
	}
	assert.ok(all.components.database.healthy && all.components.consciousness_engine.critical === false);
	await call('GET', '/health/overall', { token: undefined });
	assert.equal((await get('/health/database', 200)).body.database.answers, true);
	const perf = (await get('/health/database/performance', 200)).body;
	assert.ok(perf.size_bytes > 0 && perf.queries.p99_ms > 0);
	await get('/api/v1/jobs', 200);
	const emotions = '/api/v1/consciousness/emotions';
	const mood = (await get(`${emotions}?from=2020-01-01T00:00:00Z&limit=2`, 200)).body;
	assert.deepEqual(mood.baselines, { happiness: 0.6, worry: 0.2, boredom: 0.3, excitement: 0.4 });
	assert.deepEqual((await get('/api/consciousness/emotions', 200)).body.baselines, mood.baselines);
	await get(`${emotions}?to=2020-01-01T00:00:00Z`, 422);
	await get(`${emotions}?from=yesterday`, 400);
	await get(`${emotions}?limit=0`, 400);
	const openapi = await get('/api/v1/openapi.json', 200);
	assert.equal(openapi.body.openapi, '3.1.0');
	const page = await get('/metrics', 200);
	for (const name of ['consciousness_requests_total{method="GET",endpoint="/api/v1/devices/{id}",status="200"}',
	    'system_cpu_usage_percent ', 'system_memory_usage_percent ', 'system_disk_usage_percent ',
	    'database_health_status 1', 'consciousness_memory_usage_bytes{component="total"} '])
		assert.ok(page.text.includes(name), name);
}

async function setup()
{
	const code = process.env.SETUP_CODE;
	assert.equal((await get('/api/v1/setup', 200)).body.needed, Boolean(code));
	if (!code)
		return;
	await call('POST', '/api/v1/setup', { token: undefined, expect: 401,
	    body: { code: 'ABCD-EFGH', username: 'anna', password: 'a long password' } });
	await call('POST', '/api/v1/setup', { token: undefined, expect: 422,
	    body: { code: 'ABCD-EFGH', username: 'anna', password: 'short' } });
	const anna = { username: 'anna', password: 'correct horse battery' };
	const made = await call('POST', '/api/v1/setup', { token: undefined, expect: 201,
	    body: { code, ...anna } });
	assert.equal(made.body.token_type, 'Bearer');
	assert.ok(made.body.expires_in > 0);
	await call('POST', '/api/v1/setup', { token: undefined, expect: 409, body: { code, ...anna } });
	assert.equal((await get('/api/v1/setup', 200)).body.needed, false);
	const login = await call('POST', '/api/v1/auth/login', { token: undefined, body: anna, expect: 200 });
	const me = await call('GET', '/api/v1/auth/me', { token: login.body.access_token, expect: 200 });
	assert.equal(me.body.user, 'anna');
	assert.equal(me.body.actor, 'user:anna');
	for (const wrong of [{ ...anna, password: 'wrong' }, { ...anna, username: 'bert' }])
		await call('POST', '/api/v1/auth/login', { token: undefined, body: wrong, expect: 401 });
	await call('POST', '/api/v1/auth/login', { token: undefined, body: { username: 'anna' }, expect: 422 });
}

await until('the devices are there', async () =>
    (await get('/api/v1/entities?limit=1000', 200)).body.entities.length > 60);
await setup();
await everyRouteIsDocumented();
await meAndTokens();
const found = await devices();
const things = await entities();
await areas();
await floors();
await usedAndReplaced(things);
await switched(found.find((d) => d.entities.length > 2));
const dim = await commands(things);
await batch(found);
await repeating(dim);
await eventsAndReasons(dim);
await history(dim);
await automations(dim);
await revisions(dim);
await labels(dim);
await calendars();
await scenarios(dim);
await alerts(dim);
await healthAndMeta();
house.done();
