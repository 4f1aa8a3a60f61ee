// SPDX-License-Identifier: ISC
// Automations that start each other without end, or fight over an entity: in words, with the way to the others.
import { get } from './api.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { toast } from './toast.js';
import { useLoad } from './ui.js';

const KINDS = { loop: 'Loop', fight: 'Fight' };

/** The address of the page of what a part of a message names; none of OWN, whose page is open. */
function hrefOf({ entity_id: entity, automation }, own) {
	if (entity && house.entities.has(entity)) {
		return `/entities/${entity}`;
	}
	return automation && automation !== own ? `/automations/${encodeURIComponent(automation)}` : null;
}

function Part({ part, own }) {
	const href = hrefOf(part, own);
	return href ? html`<a href=${href}>${part.text}</a>` : part.text;
}

/** Rows of a list. OWN: id of the rule beside which they stand. */
export function ConflictRows({ conflicts, own }) {
	return conflicts.map((one, i) => html`<li key=${`conflict-${i}`} data-conflict=${one.kind}>
		${one.parts.map((part, at) => html`<${Part} key=${at} part=${part} own=${own} />`)}</li>`);
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
