// SPDX-License-Identifier: ISC
// Commands to entities, shown at once: what was asked is drawn as pending until the house
// confirms it, and taken back with the reason when it fails. Topic: entity:ID.
import { post } from './api.js';
import { house } from './house.js';
import { notify } from './store.js';
import { toast } from './toast.js';
import { entityFullName, words } from './entity.js';
import { undoCommand } from './undo.js';

const DONE_MS = 1600;
const GIVE_UP_MS = 35e3;
const FAILED = ['failed', 'expired', 'refused'];

/** How long a confirmed change is drawn while the report of the new state is on its way. */
const REPORT_MS = 500;

/**
 * entity id -> {id, service, data, patch, status: pending|sent|confirmed, seen, queued, heard}; heard: how commands to
 * it ended, by their ids, while that of this one was not known
 */
const open = new Map();

/** The command that is under way for an entity, or null. */
export function commandOf(entityId) {
	return open.get(entityId) ?? null;
}

/** The entity as it will be once its open command is confirmed. */
export function expected(entity) {
	const command = open.get(entity.entity_id);
	if (!command) {
		return entity;
	}
	return {
		...entity,
		state: command.patch.state ?? entity.state,
		attributes: { ...entity.attributes, ...command.patch.attributes },
	};
}

function drop(entityId, command) {
	clearTimeout(command.timer);
	if (open.get(entityId) === command) {
		open.delete(entityId);
		notify(`entity:${entityId}`);
	}
}

function fail(entityId, command, reason) {
	const entity = house.entities.get(entityId);
	drop(entityId, command);
	toast('bad', `${entity ? entityFullName(entity) : entityId}: ${reason}`);
}

function trustReport(entityId, command) {
	command.patch = {};
	notify(`entity:${entityId}`);
}

/** What was done can be taken back, as long as somebody still looks at it. */
function offerUndo(entityId, { id, service }) {
	const entity = house.entities.get(entityId);
	toast('good', `${entity ? entityFullName(entity) : entityId}: ${words(service).toLowerCase()}.`,
	    { label: 'Undo', run: () => undoCommand(id) }, 'command');
}

function confirm(entityId, command) {
	command.status = 'confirmed';
	offerUndo(entityId, command);
	clearTimeout(command.timer);
	setTimeout(() => trustReport(entityId, command), command.seen ? 0 : REPORT_MS);
	command.timer = setTimeout(() => drop(entityId, command), DONE_MS);
	notify(`entity:${entityId}`);
}

function settle(entityId, command, status, reason) {
	if (status === 'confirmed') {
		confirm(entityId, command);
	} else if (FAILED.includes(status)) {
		fail(entityId, command, reason || `The command ${status}.`);
	} else {
		command.status = 'sent';
		notify(`entity:${entityId}`);
	}
}

async function send(entityId, command) {
	try {
		const answer = await post(`/api/v1/entities/${encodeURIComponent(entityId)}/command`,
		    { service: command.service, data: command.data }, { wait: 2 });
		command.id = answer.id;
		const { status, reason } = command.heard.get(answer.id) ?? answer;
		settle(entityId, command, status, reason);
	} catch (problem) {
		fail(entityId, command, problem.message);
	}
	if (command.queued) {
		command.queued();
	}
}

/**
 * Asks ENTITY for SERVICE with DATA; PATCH {state?, attributes?} is what is drawn meanwhile.
 * While one command is on its way only the newest further one is kept.
 */
export function command(entity, service, data = {}, patch = {}) {
	const entityId = entity.entity_id;
	const before = open.get(entityId);
	if (before?.status === 'pending') {
		before.queued = () => command(entity, service, data, patch);
		before.patch = patch;
		notify(`entity:${entityId}`);
		return;
	}
	clearTimeout(before?.timer);
	const mine = { id: null, service, data, patch, status: 'pending', seen: false, queued: null, heard: new Map() };
	mine.timer = setTimeout(
	    () => fail(entityId, mine, 'the device has not confirmed the change.'), GIVE_UP_MS);
	open.set(entityId, mine);
	notify(`entity:${entityId}`);
	send(entityId, mine);
}

function onReport(entityId, command) {
	command.seen = true;
	if (command.status === 'confirmed') {
		trustReport(entityId, command);
	}
}

/** How a command ended may be heard before the house has answered who it is. */
function onCommand(entityId, command, data) {
	if (command.id === data.id) {
		settle(entityId, command, data.status, data.reason);
	} else if (command.id === null && (data.status === 'confirmed' || FAILED.includes(data.status))) {
		command.heard.set(data.id, data);
	}
}

/** Follows the house's own word: events of the kinds "command" and "state_changed". */
export function commandApply({ kind, data }) {
	const mine = open.get(data?.entity_id);
	if (mine && kind === 'state_changed') {
		onReport(data.entity_id, mine);
	} else if (mine && kind === 'command') {
		onCommand(data.entity_id, mine, data);
	}
}
