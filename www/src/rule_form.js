// SPDX-License-Identifier: ISC
// The lists of a rule as forms. What is true is the text of each list: the forms and the JSON show the same.
import { useEffect, useState } from 'preact/hooks';
import { post, remove } from './api.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { navigate } from './router.js';
import { ConflictRows } from './rule_conflicts.js';
import { loadLanguage } from './rule_language.js';
import { Parts } from './rule_parts.js';
import { toast } from './toast.js';
import { useLoad } from './ui.js';

/**
 * What the house says of RULE, saved as ID, while it is written: {faults, warnings, conflicts}; READY: ask it, at PATH.
 */
export function useFaults(rule, id, ready, path = '/api/v1/automations/check') {
	const [said, setSaid] = useState({ faults: [], warnings: [], conflicts: [] });
	const text = JSON.stringify(rule);
	useEffect(() => {
		let live = true;
		const timer = setTimeout(() => ready && post(path, id ? { ...rule, id } : rule)
		    .then((answer) => live && setSaid(answer)).catch(() => {}), 400);
		return () => {
			live = false;
			clearTimeout(timer);
		};
	}, [text, ready]);
	return said;
}

/** The language of rules; null while it is not there, or cannot be had. */
export function useLanguage() {
	return useLoad(loadLanguage, []).data;
}

export function ViewSwitch({ form, setForm }) {
	const button = (is, text) => html`<button type="button" class="button" aria-pressed=${form === is ?
		'true' : 'false'}
		onClick=${() => setForm(is)}>${text}</button>`;
	return html`<div class="view-switch" role="group" aria-label="How to write it">
		${button(true, 'Form')}${button(false, 'JSON')}</div>`;
}

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
			${warnings.map((one, i) => html`<li key=${`warning-${i}`}>${one.place}: ${one.message}</li>`)}
			<${ConflictRows} conflicts=${conflicts} own=${id} /></ul></div>`;
}

/** Removes what is at ADDRESS, at the second press, and goes BACK. */
export function DeleteButton({ address, name, back }) {
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
		<${Icon} name="trash" />${armed ? 'Press again to delete' : 'Delete'}</button>`;
}
