// SPDX-License-Identifier: ISC
// Automations that start each other without end, or fight over an entity: in words, with the way to the others.
import { get } from './api.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { toast } from './toast.js';
import { useLoad } from './ui.js';

const KINDS = { loop: 'Loop', fight: 'Fight' };

/** The rules of a conflict but OWN, whose page is open; one that is not saved yet has no id. */
function Others({ conflict, own }) {
	return conflict.automations.filter((id) => id && id !== own && house.automations.has(id))
	    .map((id) => html`${' '}<a key=${id} href=${`/automations/${encodeURIComponent(id)}`}>
		${house.automations.get(id).name}</a>`);
}

/** Rows of a list. OWN: id of the rule beside which they stand. */
export function ConflictRows({ conflicts, own }) {
	return conflicts.map((one, i) => html`<li key=${`conflict-${i}`} data-conflict=${one.kind}>
		${one.message}<${Others} conflict=${one} own=${own} /></li>`);
}

/** Those of the house, to be asked which a rule is part of; read again when SERIAL differs. */
export function useConflicts(serial) {
	const { data } = useLoad(() => get('/api/v1/conflicts'), [serial]);
	return (id) => (data?.conflicts ?? []).filter((one) => one.automations.includes(id));
}

/** On the list of automations: which kinds there are, and more when it is opened. */
export function ConflictBadge({ conflicts, rule }) {
	const kinds = [...new Set(conflicts.map((one) => one.kind))];
	return kinds.length > 0 && html`<details class="conflicts"><summary
			aria-label=${`${rule.name}: ${kinds.map((kind) => KINDS[kind]).join(', ')}`}>
			${kinds.map((kind) => html`<span key=${kind} class="chip" data-tone="warn">
				<${Icon} name="warning" />${KINDS[kind]}</span>`)}</summary>
		<ul class="plain stack"><${ConflictRows} conflicts=${conflicts} own=${rule.id} /></ul>
	</details>`;
}

/** Said once a rule is saved as ANSWER says; the list of automations, which opens then, says the rest. */
export function tellConflicts({ name, conflicts }) {
	if (conflicts?.length > 0) {
		toast('bad', `${name} is saved, but: ${conflicts[0].message}${conflicts.length > 1 ?
		    ` And ${conflicts.length - 1} more.` : ''}`);
	}
}
