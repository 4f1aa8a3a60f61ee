// SPDX-License-Identifier: ISC
// What the forms of automations and scenarios share: what the house says meanwhile, a list of parts, deleting.
import { useEffect, useRef, useState } from 'preact/hooks';
import { post, remove } from './api.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { navigate } from './router.js';
import { ConflictRows } from './rule_conflicts.js';
import { LinkedText } from './linked_text.js';
import { Parts } from './rule_parts.js';
import { placeText } from './rule_run_details.js';
import { toast } from './toast.js';
import { UsedNote } from './used.js';

/**
 * [what the house says of RULE, saved as ID, while it is written: {faults, warnings, conflicts, rule: it in the words
 * of the house, of: the text that all this is about}; ask() it now]. READY: it is asked, at PATH.
 */
export function useFaults(rule, id, ready, path) {
	const [said, setSaid] = useState({ faults: [], warnings: [], conflicts: [] });
	const text = JSON.stringify(rule);
	const newest = useRef(text);
	newest.current = text;
	const ask = () => post(path, id ? { ...rule, id } : rule)
	    .then((answer) => newest.current === text && setSaid({ ...answer, of: text })).catch(() => {});
	useEffect(() => {
		const timer = setTimeout(() => ready && ask(), 400);
		return () => clearTimeout(timer);
	}, [text, ready]);
	return [said, ask];
}

/** The field of the mode: what a start does while it runs. */
export const MODE = { name: 'mode', title: 'If it is started while it runs', must: true,
	choices: ['single', 'restart', 'queued', 'parallel'],
	said: { single: 'it is ignored (single)', restart: 'the run ends and begins again (restart)',
		queued: 'it runs again after that (queued)', parallel: 'it runs twice at the same time (parallel)' } };

/** How many of them: asked where there may be several. */
export const MAX = { name: 'max', title: 'At most', type: 'integer', help: 'runs at the same time; 10 when empty' };

export const hasMax = ({ mode }) => mode === 'queued' || mode === 'parallel';

/** One list as a form. LIST: trigger, condition or action; PLACE: where it is in the rule; VARIABLES: what it sees. */
export function ListForm({ language, said, variables, list, place, title, help, value, set }) {
	return html`<${Parts} x=${{ language, variables, faults: said.faults }} list=${list} title=${title} help=${help}
		value=${value}
		set=${(next) => set([next ?? []].flat())} place=${place} />`;
}

/** What the rule ID may not mean, and which rules it meets; nobody is kept from saving it. */
export function Doubts({ said, id }) {
	const { warnings, conflicts } = said;
	return warnings.length + conflicts.length > 0 && html`<div class="note" data-tone="warn" role="status">
		<${Icon} name="warning" /><ul class="plain stack">
			${warnings.map((one, i) => html`<li key=${`warning-${i}`}>${placeText(one.place)}:${' '}
				<${LinkedText} text=${one.message} /></li>`)}
			<${ConflictRows} conflicts=${conflicts} own=${id} /></ul></div>`;
}

/** Removes what is at ADDRESS, at the second press, and goes BACK. USED: others may speak of it. */
export function DeleteButton({ address, name, back, used }) {
	const [armed, arm] = useState(false);
	const act = async () => {
		arm(!armed);
		if (!armed) {
			return;
		}
		try {
			await remove(address);
			toast('good', `${name}: deleted.`);
			navigate(back);
		} catch (problem) {
			toast('bad', problem.message);
		}
	};
	return html`<button type="button" class="button danger" onClick=${act}>
		<${Icon} name="trash" />${armed ? 'Press again to delete' : 'Delete'}</button>
		${used && armed && html`<${UsedNote} path=${address} />`}`;
}
