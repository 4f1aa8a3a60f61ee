// SPDX-License-Identifier: ISC
// The model of the house in the browser: floors, areas, labels, devices, entities, rules. Loaded once, then
// kept current by the events of the live connection. Topics: house (what exists changed),
// states (any state changed), entity:ID, device:ID.
import { get, getAll } from './api.js';
import { idle } from './idle.js';
import { notify } from './store.js';

/** Changes that come closer together than this are read together. */
const GATHER_MS = 60;

/** From this many on, the whole house is read instead of each changed row. */
const MANY = 8;

/** The least time between two readings of the whole house. */
const REST_MS = 1000;

export const house = {
	floors: new Map(),
	areas: new Map(),
	labels: new Map(),
	devices: new Map(),
	entities: new Map(),
	automations: new Map(),
	loaded: false,
	problem: null,
};

/** What does not change (options, ranges, modes) among the attributes, as it is used. */
function entityOf(row) {
	return { ...row, attributes: { ...row.capabilities, ...row.attributes } };
}

/** What views are built from: a row without what changes with every report. */
function shapeOf({ state, attributes, available, last_changed, last_updated, ...rest }) {
	return JSON.stringify(rest);
}

/** A row without when it was heard last. */
function ageless({ last_updated, ...rest }) {
	return JSON.stringify(rest);
}

/** Tells of a row at once, or, when only its age is new, as soon as there is time for it. */
function tell(topic, old, row) {
	if (old && ageless(old) === ageless(row)) {
		idle(topic, () => notify(topic));
	} else {
		notify(topic);
	}
}

/** Puts ROWS into MAP and tells whom they changed for; true when views have to be rebuilt. */
function fill(map, rows, id, topic) {
	const before = new Map(map);
	let rebuilt = before.size !== rows.length;
	map.clear();
	for (const row of rows) {
		const old = before.get(row[id]);
		const same = old && JSON.stringify(old) === JSON.stringify(row);
		map.set(row[id], same ? old : row);
		if (!same) {
			tell(`${topic}:${row[id]}`, old, row);
			rebuilt ||= !old || shapeOf(old) !== shapeOf(row);
		}
	}
	return rebuilt;
}

function fillAll([floors, areas, labels, devices, entities, automations]) {
	const rows = entities.filter((row) => row.enabled !== false).map(entityOf);
	return [
		fill(house.floors, floors.floors, 'id', 'floor'),
		fill(house.entities, rows, 'entity_id', 'entity'),
		fill(house.automations, automations, 'id', 'automation'),
		fill(house.areas, areas.areas, 'id', 'area'),
		fill(house.labels, labels.labels, 'id', 'label'),
		fill(house.devices, devices, 'id', 'device'),
	].includes(true);
}

/** Ids of the entities of each device; made again after what exists has changed. */
const index = { byDevice: null };

/** What exists or where it belongs has changed. */
function changed() {
	index.byDevice = null;
	notify('house');
}

/** Who reads does so alone; the events since it asked are newer than what it is answered. */
const reader = { line: Promise.resolve(), events: null };

async function readAlone(read) {
	reader.events = [];
	try {
		await read();
	} finally {
		reader.events = null;
	}
}

function inLine(read) {
	const next = () => readAlone(read);
	reader.line = reader.line.then(next, next);
	return reader.line;
}

/** What was heard while an answer was on its way, once more on top of it. */
function hearAgain() {
	reader.events.forEach((event) => TOLD[event.kind]?.(event));
}

async function read() {
	let rebuilt = !house.loaded || house.problem !== null;
	try {
		rebuilt = fillAll(await Promise.all([
			get('/api/v1/floors'),
			get('/api/v1/areas'),
			get('/api/v1/labels'),
			getAll('/api/v1/devices', 'devices'),
			getAll('/api/v1/entities', 'entities'),
			getAll('/api/v1/automations', 'automations'),
		])) || rebuilt;
		hearAgain();
		house.loaded = true;
		house.problem = null;
	} catch (problem) {
		house.problem = problem;
		rebuilt = true;
	}
	if (rebuilt) {
		changed();
	}
	notify('states');
}

const reading = { now: null, again: false };

async function readUntilDone() {
	do {
		reading.again = false;
		await inLine(read);
		if (reading.again) {
			await new Promise((done) => setTimeout(done, REST_MS));
		}
	} while (reading.again);
	reading.now = null;
}

/** Reads the whole house; keeps what is shown when that fails. One reading at a time. */
export function houseLoad() {
	reading.again = reading.now !== null;
	reading.now ??= readUntilDone();
	return reading.now;
}

/** Forgets everything, at the end of a session. */
export function houseForget() {
	index.byDevice = null;
	house.floors.clear();
	house.areas.clear();
	house.labels.clear();
	house.devices.clear();
	house.entities.clear();
	house.automations.clear();
	house.loaded = false;
	house.problem = null;
}

/** The room an entity is in: its own, else its device's; null when none is set. */
export function areaIdOf(entity) {
	return entity.area_id ?? house.devices.get(entity.device_id)?.area_id ?? null;
}

/** The room of an entity when it is another than its device's, else null. */
export function ownAreaId({ area_id: id, device_id: device }) {
	return id === house.devices.get(device)?.area_id ? null : id ?? null;
}

/** What is in the room ID: {devices, entities}, those entities that are there on their own. */
export function contentsOf(id) {
	return {
		devices: [...house.devices.values()].filter((device) => device.area_id === id),
		entities: [...house.entities.values()].filter((entity) => ownAreaId(entity) === id),
	};
}

/** The entities of a device, in the order the house lists them. */
export function entitiesOf(deviceId) {
	index.byDevice ??= Map.groupBy(house.entities.keys(),
	    (id) => house.entities.get(id).device_id);
	return (index.byDevice.get(deviceId) ?? []).map((id) => house.entities.get(id))
	    .filter(Boolean);
}

/** Floors from the lowest up, as the house lists them. */
export function floorsSorted() {
	return [...house.floors.values()];
}

/** Labels in the order of their names. */
export function labelsSorted() {
	return [...house.labels.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** Whether the label ID is on the device, on its room or on one of its entities. */
export function isLabelled(device, id) {
	return [device, house.areas.get(device.area_id), ...entitiesOf(device.id)]
	    .some((one) => one?.labels?.includes(id));
}

/** Areas in the order of their names. */
export function areasSorted() {
	return [...house.areas.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** Replaces a row after a PATCH or a fresh GET and redraws it. */
export function deviceSet(device) {
	house.devices.set(device.id, device);
	changed();
	notify(`device:${device.id}`);
}

export function entitySet(entity) {
	if (entity.enabled === false) {
		house.entities.delete(entity.entity_id);
	} else {
		house.entities.set(entity.entity_id, entityOf(entity));
	}
	changed();
	notify(`entity:${entity.entity_id}`);
}

const pending = { timer: 0, jobs: new Map() };

function refreshPending() {
	const jobs = [...pending.jobs.values()];
	pending.timer = 0;
	pending.jobs.clear();
	if (jobs.length >= MANY) {
		houseLoad();
	} else {
		inLine(() => Promise.all(jobs.map((job) => job())));
	}
}

/** Reads the row at PATH again, together with what else changes now. */
function refetch(path, set, gone) {
	pending.jobs.set(path, () => refetchNow(path, set, gone));
	pending.timer ||= setTimeout(refreshPending, GATHER_MS);
}

async function refetchNow(path, set, gone) {
	try {
		set(await get(path));
		hearAgain();
	} catch (problem) {
		if (problem.status === 404) {
			gone();
		}
	}
}

function dropEntity(id) {
	house.entities.delete(id);
	changed();
	notify(`entity:${id}`);
}

function dropDevice(id) {
	house.devices.delete(id);
	changed();
	notify(`device:${id}`);
}

function onState({ time, data, subject }) {
	const known = house.entities.get(data?.entity_id ?? subject);
	if (!known) {
		return refreshEntity({ subject: data?.entity_id ?? subject });
	}
	const moved = data.new_state !== undefined && data.new_state !== known.state;
	house.entities.set(known.entity_id, {
		...known,
		state: data.new_state === undefined ? known.state : data.new_state,
		attributes: { ...known.attributes, ...data.attributes },
		unit: data.unit ?? known.unit,
		available: data.available ?? known.available,
		last_changed: moved ? time : known.last_changed,
		last_updated: time,
		freshness: known.freshness && 'fresh',
	});
	notify('states');
	notify(`entity:${known.entity_id}`);
}

function refreshEntity({ subject }) {
	refetch(`/api/v1/entities/${encodeURIComponent(subject)}`, entitySet,
	    () => dropEntity(subject));
}

/** The device that an event is about: data names it, and the subject as "device.ID". */
export function deviceIdOf({ data, subject }) {
	return data?.device_id ?? subject?.replace(/^device\./, '');
}

function refreshDevice(event) {
	const id = deviceIdOf(event);
	refetch(`/api/v1/devices/${encodeURIComponent(id)}`, deviceSet, () => dropDevice(id));
}

function onAvailability(event) {
	const { subject, data } = event;
	const known = house.entities.get(data?.entity_id ?? subject);
	if (known && typeof data?.available === 'boolean') {
		house.entities.set(known.entity_id, { ...known, available: data.available });
		notify('states');
		notify(`entity:${known.entity_id}`);
	} else if (house.devices.has(deviceIdOf(event)) && data?.status) {
		deviceSet({ ...house.devices.get(deviceIdOf(event)), status: data.status });
	}
}

/** What the events that tell everything do to the model. */
const TOLD = {
	state_changed: onState,
	availability: onAvailability,
	entity_removed: ({ subject }) => dropEntity(subject),
	device_removed: (event) => dropDevice(deviceIdOf(event)),
};

/** What each kind of event does to the model: of most only that something changed is known, so it is read again. */
const REDUCERS = {
	...TOLD,
	entity_added: refreshEntity,
	entity_changed: refreshEntity,
	device_added: refreshDevice,
	device_changed: refreshDevice,
	area_changed: () => houseLoad(),
	label_changed: () => houseLoad(),
	automation_changed: () => houseLoad(),
	device_replaced: () => houseLoad(),
	floor_changed: () => houseLoad(),
	freshness: refreshDevice,
	mass_loss: () => houseLoad(),
};

/** Applies one event of the house to the model. */
export function houseApply(event) {
	reader.events?.push(event);
	REDUCERS[event.kind]?.(event);
}
