// SPDX-License-Identifier: ISC
// An event of the house in words, and the newest events in memory. Topic: events.
import { numberText, subjectName, valueParts, words } from './entity.js';
import { deviceIdOf, house } from './house.js';
import { notify } from './store.js';

const KEPT = 500;

/** Newest first. */
export const events = { list: [], loaded: false };

/** Adds rows, in any order; an event that is known already is not added again. */
export function eventsAdd(rows) {
	const known = new Set(events.list.map((event) => event.id));
	const fresh = rows.filter((event) => !known.has(event.id));
	if (fresh.length > 0) {
		events.list = [...fresh, ...events.list].sort((a, b) => b.id - a.id).slice(0, KEPT);
		notify('events');
	}
}

export function eventsForget() {
	events.list = [];
	events.loaded = false;
}

function stateWords(entityId, state, unit) {
	const entity = house.entities.get(entityId) ?? { entity_id: entityId };
	const shown = { ...entity, state, unit: unit ?? entity.unit, available: true };
	const [value, own] = valueParts(shown);
	// small steps count here, unlike on a card
	const exact = own && Number.isFinite(Number(state)) ? numberText(Number(state)) : value;
	return own ? `${exact} ${own}` : value;
}

function stateText({ subject, data }) {
	const id = data.entity_id ?? subject;
	if (data.new_state === undefined || data.new_state === data.old_state) {
		const changed = Object.entries(data.attributes ?? {})
		    .map(([key, value]) => `${words(key).toLowerCase()} ${Array.isArray(value) ?
		        value.join(', ') : value}`);
		return changed.length ? changed.join(', ') : 'reported again';
	}
	const to = stateWords(id, data.new_state, data.unit);
	return data.old_state === null || data.old_state === undefined ? to :
	    `${stateWords(id, data.old_state, data.unit)} → ${to}`;
}

/** Status of a command -> what is said about the entity; the star is the service. */
const COMMAND_TEXTS = {
	pending: 'was asked to *', sent: 'was told to *', confirmed: 'confirmed to *',
	failed: 'failed to *', expired: 'did not * in time', refused: 'must not *',
};

function commandText({ data }) {
	const asked = words(data.service ?? 'act').toLowerCase();
	const text = (COMMAND_TEXTS[data.status] ?? COMMAND_TEXTS.pending).replace('*', asked);
	return data.reason ? `${text}: ${data.reason}` : text;
}

function availabilityText({ data }) {
	return data?.available === false || data?.status === 'offline' ?
	    'became unavailable' : 'is available';
}

const TEXTS = {
	alert: ({ data }) => `${data.status} (${data.severity}): ${data.message}`,
	alert_changed: () => 'was changed',
	area_changed: () => 'was changed',
	automation_changed: () => 'was changed',
	automation_run: ({ data }) => `ran${data?.status ? `: ${data.status}` : ''}${
	    data?.reason ? ` (${data.reason})` : ''}`,
	availability: availabilityText,
	command: commandText,
	custom: () => 'happened',
	device_added: () => 'was added',
	device_changed: () => 'was changed',
	device_removed: () => 'was removed',
	device_trigger: ({ data }) => words(`${data.type ?? ''} ${data.subtype ?? ''}`).toLowerCase(),
	entity_added: () => 'was added',
	entity_changed: () => 'was changed',
	entity_removed: () => 'was removed',
	login: ({ data }) => (data?.success === false ? 'failed to sign in' : 'signed in'),
	loop: ({ data }) => `was stopped: rules set off each other without end (${[...new Set(data.rules)]
	    .map((r) => r.replace(/^\w+:/, '')).join(', ')})`,
	question: ({ data }) => (data.status === 'asked' ? 'asks whether to run, as its time passed' :
	    `was answered: ${data.status ?? ''}`),
	state_changed: stateText,
	automation_trigger: () => 'was started by hand',
	entity_action: ({ data }) => words(data.event_type ?? data.action ?? 'acted').toLowerCase(),
	job: ({ data }) => ['ran', data.status, data.detail].filter(Boolean).join(' '),
	notification: ({ data }) => `${data.title ?? ''}: ${data.status}${data.reason ?
	    ` (${data.reason})` : ''}`,
	object_detected: ({ data }) =>
		words(`${data.type ?? ''} ${data.label ?? ''} at ${data.camera ?? ''}`).toLowerCase(),
	tag_scanned: ({ data }) => (data.device_id ? `scanned the tag ${data.tag_id}` : 'was scanned'),
	token_changed: () => 'was changed',
	undo: () => 'was undone',
	user_changed: () => 'was changed',
};

const ICONS = {
	automation_changed: 'automation', automation_run: 'automation', availability: 'wifi',
	command: 'forward', device_added: 'device', device_changed: 'device',
	device_removed: 'device', device_trigger: 'radio', question: 'why',
	entity_action: 'radio', job: 'checks', login: 'user',
	state_changed: 'activity', system: 'info', token_changed: 'key', undo: 'undo', user_changed: 'user',
};

/** What happened, without the subject. */
export function eventText(event) {
	return TEXTS[event.kind]?.({ ...event, data: event.data ?? {} }) ?? words(event.kind);
}

export function eventIcon(event) {
	return ICONS[event.kind] ?? 'dot';
}

/** Who did it: a person's name, "automation NAME", a token's name; nothing for devices. */
export function actorText({ actor }) {
	const [, kind, name] = /^(user|automation|token)[:.](.+)$/.exec(actor ?? '') ?? [];
	if (kind === 'automation') {
		return `the automation ${house.automations.get(name)?.name ?? name}`;
	}
	return kind === 'user' ? name : kind === 'token' ? `the key ${name}` :
	    actor && actor !== 'device' ? actor : '';
}

/** The entity an event is about, or null. */
export function eventEntity(event) {
	const id = event.data?.entity_id ?? event.subject;
	return house.entities.has(id) ? id : null;
}

/** The automation an event is about, or undefined. */
function automationOf({ subject, kind }) {
	return kind.startsWith('automation') || kind === 'undo' ?
	    house.automations.get(subject?.replace(/^automation[.:]/, '')) : undefined;
}

/** "job.prune" -> "Prune", "user.anna" -> "anna". */
function plainSubject(subject) {
	const [, kind, name] = /^(area|job|user|token)[.:](.+)$/.exec(subject) ?? [];
	return kind === 'job' ? `The job ${name}` : name ?? subject;
}

/** The subject in words: names of entities, devices and automations, else the id. */
export function eventSubject(event) {
	const id = eventEntity(event);
	return id ? subjectName(id) : automationOf(event)?.name ?? event.data?.name ??
	    house.devices.get(deviceIdOf(event))?.name ?? plainSubject(event.subject ?? '');
}

/** The address of the page about the subject, or null. */
export function eventHref(event) {
	const id = eventEntity(event);
	if (id) {
		return `/entities/${id}`;
	}
	const device = house.devices.get(deviceIdOf(event));
	if (device) {
		return `/devices/${encodeURIComponent(device.id)}`;
	}
	const rule = automationOf(event);
	return rule ? `/automations/${encodeURIComponent(rule.id)}` : null;
}
