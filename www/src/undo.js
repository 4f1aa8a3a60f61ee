// SPDX-License-Identifier: ISC
// The way back from what devices were told: the button, and what came of it, in words.
import { useState } from 'preact/hooks';
import { post } from './api.js';
import { subjectName } from './entity.js';
import { eventUndoable } from './event.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { toast } from './toast.js';

/** Results that somebody may insist on. */
const INSIST = ['changed', 'ask'];

const names = (results) => [...new Set(results.map((one) => subjectName(one.entity_id)))].join(', ');

function tellLeft(path, body, left) {
	const own = left.filter((one) => INSIST.includes(one.result));
	const entities = [...new Set(own.map((one) => one.entity_id))];
	const [first] = left;
	const text = `${names(left)} ${left.length > 1 ? 'stay as they are' : 'stays as it is'}: ${first.reason}.`;
	toast('bad', text, own.length > 0 && { label: 'Undo anyway',
		run: () => undo(path, { ...body, entities, force: true }) });
}

function tell(path, body, { event, complete, results }) {
	const back = results.filter((one) => one.result === 'reversed');
	const left = results.filter((one) => !['reversed', 'already'].includes(one.result));
	if (left.length > 0) {
		tellLeft(path, body, left);
	}
	if (!complete) {
		toast('bad', 'More followed from it than is looked at; that stays as it is.');
	}
	if (back.length > 0) {
		toast('good', `Undone: ${names(back)}.`, { label: 'Redo', run: () => undo('/api/v1/undo', { event }) });
	} else if (left.length === 0) {
		toast('good', 'It is as it was before.');
	}
}

/** Asks the house to take back what PATH names; says what came of it. */
export async function undo(path, body = {}) {
	try {
		tell(path, body, await post(path, body));
	} catch (problem) {
		toast('bad', `It cannot be undone: ${problem.message}`);
	}
}

export const undoCommand = (id) => undo(`/api/v1/commands/${id}/undo`);

/** WHAT is said to those who do not see where it stands. REDO: what is undone is an undo. */
export function UndoButton({ path, body, what, small, redo }) {
	const [busy, setBusy] = useState(false);
	const text = redo ? 'Redo' : 'Undo';
	const press = async () => {
		setBusy(true);
		await undo(path, body);
		setBusy(false);
	};
	return html`<button type="button" class=${small ? 'icon-button' : 'button quiet'} disabled=${busy}
		aria-label=${`${text}: ${what}`} title=${text} onClick=${press}>
		<${Icon} name=${text.toLowerCase()} />${!small && text}</button>`;
}

/** Of an event that told devices something, or led to that; nothing for others. */
export function UndoEvent({ event, what }) {
	if (!eventUndoable(event)) {
		return null;
	}
	if (event.kind === 'command') {
		return html`<${UndoButton} small=${true} what=${what}
			path=${`/api/v1/commands/${event.data.id}/undo`} />`;
	}
	return html`<${UndoButton} small=${true} what=${what} path="/api/v1/undo"
		body=${{ event: event.id }} redo=${event.kind === 'undo'} />`;
}
