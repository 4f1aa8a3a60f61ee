// SPDX-License-Identifier: ISC
// A revision in words: what somebody did to a thing, and where it differs from before.
import { words } from './entity.js';

/** Members of an automation as its page calls them. */
const PARTS = { enabled: 'on or off', triggers: 'when', conditions: 'only if', actions: 'then' };

const partText = (key) => PARTS[key] ?? words(key).toLowerCase();

const TEXTS = { added: 'Made', removed: 'Deleted', restored: 'Restored', found: 'As it was found' };

/** "Changed name, when", "Deleted". */
export function revisionText({ change, changed }) {
	return TEXTS[change] ?? ['Changed', changed.map(partText).join(', ')].join(' ').trim();
}

/** "/actions/0/data" -> "then 1 › data"; "" for the whole. */
export function stepPlace({ path }) {
	const [part, ...rest] = path.split('/').slice(1)
	    .map((piece) => piece.replaceAll('~1', '/').replaceAll('~0', '~'));
	return part === undefined ? '' : rest.reduce((text, piece) => (/^\d+$/.test(piece) ?
	    `${text} ${Number(piece) + 1}` : `${text} › ${piece}`), partText(part));
}

const isEmpty = (value) => value === null || (Array.isArray(value) && value.length === 0);

/** The steps of a diff; of a thing that went as a whole one for each part that it had. */
export function stepsOf(diff) {
	return (diff ?? []).flatMap((step) => (step.path === '' && step.op === 'remove' ?
	    Object.entries(step.from).filter(([, value]) => !isEmpty(value))
	        .map(([key, value]) => ({ op: 'remove', path: `/${key}`, from: value, to: null })) : [step]));
}
