// SPDX-License-Identifier: ISC
// An event of the house in words, and the newest events in memory. Topic: events.
import { get } from './api.js';
import { attributeText } from './attribute.js';
import { fullText } from './clock.js';
import { subjectName, valueParts, words } from './entity.js';
import { deviceIdOf, house } from './house.js';
import { notify } from './store.js';

const KEPT = 500;
const PAGE = 100;

/** Newest first; the ids of those that can be taken back, and of those of which the house was asked that. */
export const events = { list: [], undoable: new Set(), asked: new Set(), loaded: false };

/** Kinds of events that are undone as one. */
const WHOLE = ['automation_run', 'scenario_start', 'undo'];

/** What the commands among FRESH events were told for can be undone from now on. */
function markUndoable(fresh) {
	const known = new Map(events.list.map((event) => [event.id, event]));
	for (const event of fresh.filter(({ kind, data }) => kind === 'command' && data?.status === 'sent')) {
		for (let at = known.get(event.cause); at && !events.undoable.has(at.id); at = known.get(at.cause)) {
			if (WHOLE.includes(at.kind)) {
				events.undoable.add(at.id);
			}
		}
	}
}

/**
 * Adds rows, in any order; an event that is known already is not added again. UNDOABLE: ids of those of commands, runs
 * and undos that can be taken back, when the house has said so.
 */
export function eventsAdd(rows, undoable) {
	undoable?.forEach((id) => events.undoable.add(id));
	(undoable ? rows : []).forEach(({ id }) => events.asked.add(id));
	const known = new Set(events.list.map((event) => event.id));
	const fresh = rows.filter((event) => !known.has(event.id));
	if (fresh.length > 0) {
		events.list = [...fresh, ...events.list].sort((a, b) => b.id - a.id).slice(0, KEPT);
		markUndoable(fresh);
		notify('events');
	}
}

/** Reads the newest of the log, of those that QUERY names, and adds them. */
export async function eventsRead(query, options) {
	const doc = await get('/api/v1/events', { ...query, limit: PAGE, order: 'newest' }, options);
	eventsAdd(doc.events, doc.undoable);
	return doc.events;
}

/** Whether EVENT can be taken back. Of a command that just came all that is known is that its device did it. */
export function eventUndoable({ id, kind, data }) {
	if (kind !== 'command' || (events.asked.has(id) && data?.status === 'sent')) {
		return events.undoable.has(id);
	}
	return data?.status === 'confirmed' && (events.undoable.has(id) || !events.asked.has(id));
}

export function eventsForget() {
	events.list = [];
	events.undoable.clear();
	events.asked.clear();
	events.loaded = false;
}

function stateWords(entityId, state, unit, span) {
	const entity = house.entities.get(entityId) ?? { entity_id: entityId };
	const shown = { ...entity, state, unit: unit ?? entity.unit, available: true };
	// small steps count here, unlike on a card
	const [value, own] = valueParts(shown, span);
	return own ? `${value} ${own}` : value;
}

function stateText({ subject, data }) {
	const id = data.entity_id ?? subject;
	if (data.new_state === undefined || data.new_state === data.old_state) {
		const changed = Object.entries(data.attributes ?? {})
		    .map(([key, value]) => `${words(key).toLowerCase()} ${attributeText(house.entities.get(id) ??
		        { entity_id: id }, key, value)}`);
		return changed.length ? changed.join(', ') : 'reported again';
	}
	const first = data.old_state === null || data.old_state === undefined;
	const span = Math.abs(data.new_state - (first ? 0 : data.old_state));
	const to = stateWords(id, data.new_state, data.unit, span);
	return first ? to : `${stateWords(id, data.old_state, data.unit, span)} → ${to}`;
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

/** Of what people change. */
function changeText({ data }) {
	return `was ${data.change ?? 'changed'}`;
}

function freshnessChange({ data }) {
	return data.level === 'fresh' ? 'is heard again' :
	    `has not been heard since ${data.last_seen ? fullText(data.last_seen) : 'it should have been'}`;
}

function lossText({ data }) {
	const devices = data.devices === 1 ? '1 device' : `${data.devices} devices`;
	return `${devices} ${data.lost ? 'were lost' : 'came back'} at once`;
}

function loopText({ data }) {
	const rules = [...new Set(data.rules)].map((r) => r.replace(/^\w+:/, ''))
	    .map((id) => house.automations.get(id)?.name ?? id).join(', ');
	return `was stopped: ${data.reason ?? 'rules set off each other without end'} (${rules})`;
}

const ENDS = { done: 'ended', failed: 'failed', stopped: 'was stopped' };

function endText({ data }) {
	const back = data.not_restored?.length > 0 ?
	    `; not as before: ${data.not_restored.map((one) => subjectName(one.entity_id)).join(', ')}` : '';
	return `${ENDS[data.status] ?? 'did not run'}${data.reason ? `: ${data.reason}` : ''}${back}`;
}

function securityText({ data }) {
	const from = data.peer ? ` from ${data.peer}` : '';
	return `security: ${data.what ?? 'something was refused'}${from}${data.reason ? `: ${data.reason}` : ''}`;
}

const calendarText = ({ data }) => ({ asked: 'is to be read', read: 'was read',
	failed: `cannot be read: ${data.reason}` }[data.change] ?? `was ${data.change}`);

const TEXTS = {
	alert: ({ data }) => `${data.status} (${data.severity}): ${data.message}`,
	alert_changed: changeText,
	area_changed: changeText,
	automation_changed: changeText,
	automation_run: ({ data }) => `ran${data?.status ? `: ${data.status}` : ''}${
	    data?.reason ? ` (${data.reason})` : ''}`,
	availability: availabilityText,
	battery: ({ data }) => (data.low ? 'has a low battery' : 'has a good battery again'),
	calendar_changed: calendarText,
	command: commandText,
	custom: () => 'happened',
	device_added: () => 'was added',
	device_changed: () => 'was changed',
	device_removed: () => 'was removed',
	device_replaced: ({ data }) => `was replaced by ${house.devices.get(data.by)?.name ?? data.by}`,
	device_trigger: ({ data }) => words(`${data.type ?? ''} ${data.subtype ?? ''}`).toLowerCase(),
	emotion: ({ data }) => `feels ${data.primary ?? 'something else'}`,
	entity_added: () => 'was added',
	entity_changed: () => 'was changed',
	entity_removed: () => 'was removed',
	floor_changed: changeText,
	freshness: freshnessChange,
	inspection: () => 'was asked for its last messages',
	label_changed: changeText,
	login: ({ data }) => (data?.success === false ? 'failed to sign in' : 'signed in'),
	loop: loopText,
	mass_loss: lossText,
	message: ({ data }) => `was heard${data.payload ? `: ${data.payload}` : ''}`,
	question: ({ data }) => (data.status === 'asked' ? 'asks whether to run, as its time passed' :
	    `was answered: ${data.status ?? ''}`),
	reading: () => 'reported over HTTP',
	scenario_changed: changeText,
	scenario_complete: endText,
	scenario_run: () => 'was asked to run',
	scenario_start: () => 'began',
	scenario_stop: ({ data }) => `was asked to stop${data.restore ? ' and take back what it did' : ''}`,
	security: securityText,
	state_changed: stateText,
	system: ({ subject }) => (subject === 'house.start' ? 'started' : 'said something of itself'),
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
	webhook: ({ data }) => `was called${data.method ? ` with ${data.method}` : ''}`,
};

const ICONS = {
	automation_changed: 'automation', automation_run: 'automation', availability: 'wifi',
	battery: 'batteryLow', calendar_changed: 'calendar', command: 'forward',
	device_added: 'device', device_changed: 'device',
	device_removed: 'device', device_trigger: 'radio', question: 'why',
	device_replaced: 'swap', floor_changed: 'layers', freshness: 'wifi', label_changed: 'tag',
	mass_loss: 'offline', message: 'message', reading: 'radio', scenario_changed: 'play',
	scenario_complete: 'play', scenario_run: 'play', scenario_start: 'play', scenario_stop: 'stop',
	security: 'shield', webhook: 'link', loop: 'warning', alert: 'warning',
	entity_action: 'radio', job: 'checks', login: 'user',
	state_changed: 'activity', system: 'info', token_changed: 'key', undo: 'undo', user_changed: 'user',
};

/** Whether there are words for events of the KIND. */
export const eventKnows = (kind) => kind in TEXTS;

/** What happened, without the subject. */
export function eventText(event) {
	return TEXTS[event.kind]?.({ ...event, data: event.data ?? {} }) ?? words(event.kind);
}

export function eventIcon(event) {
	return ICONS[event.kind] ?? 'dot';
}

/** Who did it: a person's name, "automation NAME", a token's name; nothing for devices. */
export function actorText({ actor }) {
	const [, kind, name] = /^(user|automation|scenario|rollback|token)[:.](.+)$/.exec(actor ?? '') ?? [];
	if (kind === 'automation') {
		return `the automation ${house.automations.get(name)?.name ?? name}`;
	}
	if (kind === 'scenario') {
		return `the scenario ${name}`;
	}
	if (kind === 'rollback') {
		return `the scenario ${name}, which took back what it did`;
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
function automationOf({ subject }) {
	const [, id] = /^automation[.:](.+)$/.exec(subject ?? '') ?? [];
	return house.automations.get(id);
}

/** What stands before the name of a subject of each kind. */
const SUBJECTS = { job: 'The job ', mqtt: 'The topic ', notification: 'The channel ',
	event: 'The event ', scenario: 'The scenario ', alert_rule: 'The alert rule ' };

const NAMED = new RegExp(`^(alert|area|floor|label|token|user|${Object.keys(SUBJECTS).join('|')})[.:](.+)$`, 's');

/** "job.prune" -> "The job prune", "user.anna" -> "anna". */
function plainSubject(subject) {
	const [, kind, name] = NAMED.exec(subject) ?? [];
	// what follows is made out of its secret address
	if (subject.startsWith('webhook.')) {
		return 'A webhook';
	}
	return kind ? `${SUBJECTS[kind] ?? ''}${name}` :
	    { 'house.start': 'The house', 'house.emotion': 'The house', devices: 'Devices' }[subject] ?? subject;
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
	if (event.kind.startsWith('scenario')) {
		return '/scenarios';
	}
	const rule = automationOf(event);
	return rule ? `/automations/${encodeURIComponent(rule.id)}` : null;
}
