// SPDX-License-Identifier: ISC
// An event of the house in words, and the newest events in memory. Topic: events.
import { subjectName, valueParts, words } from './entity.js';
import { house } from './house.js';
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
	const [value, own] = valueParts({ ...entity, state, unit: unit ?? entity.unit,
		available: true });
	return own ? `${value} ${own}` : value;
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

function commandText({ data }) {
	const asked = words(data.service ?? 'command').toLowerCase();
	return `${asked} ${data.status ?? ''}${data.reason ? `: ${data.reason}` : ''}`;
}

function availabilityText({ data }) {
	return data?.available === false || data?.status === 'offline' ?
	    'became unavailable' : 'is available';
}

const TEXTS = {
	automation_changed: () => 'was changed',
	automation_run: ({ data }) => `ran${data?.status ? `: ${data.status}` : ''}${
	    data?.reason ? ` (${data.reason})` : ''}`,
	availability: availabilityText,
	command: commandText,
	device_added: () => 'was added',
	device_changed: () => 'was changed',
	device_removed: () => 'was removed',
	entity_added: () => 'was added',
	entity_changed: () => 'was changed',
	entity_removed: () => 'was removed',
	login: ({ data }) => (data?.success === false ? 'failed to sign in' : 'signed in'),
	state_changed: stateText,
};

const ICONS = {
	automation_changed: 'automation', automation_run: 'automation', availability: 'wifi',
	command: 'forward', device_added: 'device', device_changed: 'device',
	device_removed: 'device', login: 'user', state_changed: 'activity',
};

/** What happened, without the subject. */
export function eventText(event) {
	return TEXTS[event.kind]?.({ ...event, data: event.data ?? {} }) ?? words(event.kind);
}

export function eventIcon(event) {
	return ICONS[event.kind] ?? 'dot';
}

/** The entity an event is about, or null. */
export function eventEntity(event) {
	const id = event.data?.entity_id ?? event.subject;
	return house.entities.has(id) ? id : null;
}

/** The subject in words: names of entities, devices and automations, else the id. */
export function eventSubject(event) {
	const id = eventEntity(event);
	return id ? subjectName(id) : event.data?.name ?? subjectName(event.subject ?? '');
}

/** The address of the page about the subject, or null. */
export function eventHref(event) {
	const id = eventEntity(event);
	if (id) {
		return `/entities/${id}`;
	}
	if (house.devices.has(event.subject)) {
		return `/devices/${encodeURIComponent(event.subject)}`;
	}
	return event.kind.startsWith('automation') ?
	    `/automations/${encodeURIComponent(event.data?.id ?? event.subject)}` : null;
}
