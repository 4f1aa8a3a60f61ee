// SPDX-License-Identifier: ISC
// What is written on the page of a rule: its parts, drawn as a form, or as JSON; both are the same rule, and what no
// form knows stays in it.
import { useState } from 'preact/hooks';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { jsonFault } from './json_fault.js';

/** What the house says of a rule and nobody writes. */
const OF_THE_HOUSE = ['id', 'revision', 'created', 'updated', 'conflicts', 'shipped', 'changed'];

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

const isNothing = (value) => value === null || (isObject(value) && Object.keys(value).length === 0);

/** What people write of a rule, out of a DOC of the house; HIDDEN: written elsewhere; USUAL: what goes unsaid. */
export function partsOf(doc, hidden = [], usual = {}) {
	const isWritten = ([name, value]) => !OF_THE_HOUSE.includes(name) && !hidden.includes(name) &&
	    value !== usual[name] && !isNothing(value);
	return Object.fromEntries(Object.entries(doc).filter(isWritten));
}

/** {value} of a rule as JSON, or {error}. */
function parse(text) {
	const fault = jsonFault(text);
	const value = fault ? null : JSON.parse(text);
	return isObject(value) && isObject(value.parameters ?? {}) ? { value: partsOf(value) } :
		{ error: fault ?? 'An object in braces is needed: { "name": … }.' };
}

/**
 * {parts, put, changed}; TEXT while they are shown as JSON (else null), with its ERROR. Who changes or shows them
 * brings them as the house has them, OWN: what is written may be in other words.
 */
export function useDraft(initial) {
	const [parts, setParts] = useState(initial);
	const [text, setText] = useState(null);
	const error = text === null ? undefined : parse(text).error;
	const input = (next) => {
		setText(next);
		setParts(parse(next).value ?? parts);
	};
	const put = (name, value, own) => {
		const { [name]: gone, ...rest } = own;
		setParts(value === undefined ? rest : { ...own, [name]: value });
	};
	const setForm = (form, own) => !error && setText(form ? null : JSON.stringify(own, null, 2));
	const changed = Boolean(error) || JSON.stringify(parts) !== JSON.stringify(initial);
	return { parts, put, text, input, error, setForm, changed };
}

/** The PARTS in the words of the house, as it SAID them, or as they are. */
export const ownOf = (parts, said) => (said.rule && said.of === JSON.stringify(parts) ? partsOf(said.rule) : parts);

export function ViewSwitch({ draft, own }) {
	const button = (form, text) => html`<button type="button" class="button" aria-pressed=${form ===
		(draft.text === null) ? 'true' : 'false'} onClick=${() => draft.setForm(form, own)}>${text}</button>`;
	return html`<div class="view-switch" role="group" aria-label="How to write it">
		${button(true, 'Form')}${button(false, 'JSON')}</div>`;
}

/** The whole rule as text; FAULTS are what the house says of it. */
export function Json({ title, draft, faults }) {
	const { text, input, error } = draft;
	const wrong = error ? [error] : faults.map((one) => `${one.place}: ${one.message}`);
	return html`<div class="field" data-wrong=${wrong.length > 0 ? 'true' : undefined}>
		<label for="rule-json">${title}</label>
		<textarea id="rule-json" class="code" rows="24" spellcheck="false" autocapitalize="off"
			aria-invalid=${wrong.length > 0 ? 'true' : undefined} aria-describedby="rule-json-note"
			value=${text} onInput=${(e) => input(e.target.value)}></textarea>
		<div id="rule-json-note" role="status">${wrong.map((one) => html`<p key=${one} class="field-error">
			<${Icon} name="warning" /><span>${one}</span></p>`)}</div></div>`;
}

/** For who writes by hand. */
export function EntityIds() {
	return html`<details class="panel"><summary>Entity ids</summary>
		<ul class="ids">${[...house.entities.keys()].sort().map((id) =>
			html`<li key=${id}><code>${id}</code></li>`)}</ul></details>`;
}
