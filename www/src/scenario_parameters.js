// SPDX-License-Identifier: ISC
// What a scenario is told when it is run, as a form: name, type, default, range.
import { useId, useState } from 'preact/hooks';
import { html } from './html.js';
import { Icon } from './icon.js';
import { faultAt, Field } from './rule_field.js';

const TYPES = ['text', 'integer', 'number', 'boolean', 'area'];

const number = (name, title) => ({ name, title, type: 'number' });

/** The fields that a type has beside its default. */
const LIMITS = {
	text: [{ name: 'options', title: 'One of', shape: 'tags', help: 'with commas; empty: any text' }],
	integer: [number('min', 'At least'), number('max', 'At most')],
	number: [number('min', 'At least'), number('max', 'At most')],
};

/** The shape of the default by type. */
const DEFAULTS = { text: { type: 'string' }, integer: { type: 'number' }, number: { type: 'number' },
	boolean: { type: 'boolean' }, area: { shape: 'area' } };

function fieldsOf({ type, options }) {
	return [{ name: 'default', title: 'When nothing is said', ...DEFAULTS[type], choices: options },
		...(LIMITS[type] ?? []), { name: 'description', title: 'What it means', type: 'string' }];
}

/** What a run sees of the parameters that is told nothing. */
export function defaultsOf(parameters = {}) {
	const nothing = { integer: 0, number: 0, boolean: false };
	return Object.fromEntries(Object.entries(parameters).map(([name, one]) =>
	    [name, one?.default ?? nothing[one?.type] ?? '']));
}

/** MEMBERS of an object with NAME set, or without it. */
function put(members, name, value) {
	const { [name]: gone, ...rest } = members;
	return value === undefined ? rest : { ...members, [name]: name === 'options' ? [value].flat() : value };
}

/** The name, taken over when it is left; two never have the same. */
function NameField({ name, taken, rename, fault }) {
	const id = useId();
	const [again, setAgain] = useState(null);
	const change = (e) => {
		const next = e.target.value.trim().toLowerCase().replaceAll(/\s+/g, '_');
		const bad = next === '' || (next !== name && taken.includes(next));
		setAgain(bad ? e.target.value : null);
		if (!bad) {
			rename(next);
		}
	};
	const said = again === null ? fault?.message : again === '' ? 'A name is needed.' :
		`There is a parameter "${again}" already.`;
	return html`<div class="field" data-wrong=${said ? 'true' : undefined}><label for=${id}>Name</label>
		<input id=${id} value=${again ?? name} maxlength="63" autocapitalize="off" onChange=${change}
			aria-invalid=${said ? 'true' : undefined} aria-describedby=${`${id}-note`} />
		<p id=${`${id}-note`} class=${said ? 'field-error' : 'faint'}>${said ??
			html`Templates say <code>${`{{ ${name} }}`}</code>`}</p></div>`;
}

function Parameter({ x, name, declared, taken, rename, set }) {
	const place = `parameters.${name}`;
	const own = fieldsOf(declared);
	const fault = faultAt(x.faults, place);
	const elsewhere = fault && ![...own.map((one) => one.name), 'type'].some((one) =>
		fault.place === `${place}.${one}`);
	const retype = (type) => set({ type, ...(declared.description ? { description: declared.description } : {}) });
	const field = (one, change) => html`<${Field} key=${`${declared.type} ${one.name}`} x=${x} field=${one}
		part=${{}} place=${`${place}.${one.name}`} value=${declared[one.name]} set=${change} />`;
	return html`<li class="part">
		<div class="part-head"><strong>${name}</strong>
			<button type="button" class="icon-button" aria-label=${`Remove: ${name}`}
				onClick=${() => set(undefined)}><${Icon} name="trash" /></button></div>
		<div class="form"><${NameField} name=${name} taken=${taken} rename=${rename}
			fault=${elsewhere ? fault : undefined} />
			${field({ name: 'type', title: 'Type', choices: TYPES, must: true }, retype)}
			${own.map((one) => field(one, (value) => set(put(declared, one.name, value))))}</div></li>`;
}

/** VALUE: {name: {type, default, min, max, options, description}}. */
export function Parameters({ x, value = {}, set }) {
	const all = Object.entries(value);
	const names = all.map(([name]) => name);
	const replace = (i, entry) => set(Object.fromEntries(all.toSpliced(i, 1, ...entry)));
	const add = () => {
		let name = 'parameter';
		for (let n = 2; names.includes(name); n++) {
			name = `parameter_${n}`;
		}
		set({ ...value, [name]: { type: 'integer' } });
	};
	return html`<section class="parts" role="group" aria-label="Parameters">
		<div class="part-title"><strong>Parameters</strong>
			<span class="faint">What it is told when it is run; may be none.</span></div>
		<ol class="plain">${all.map(([name, declared], i) => html`<${Parameter} key=${i} x=${x} name=${name}
			declared=${declared ?? {}} taken=${names}
			rename=${(next) => replace(i, [[next, declared]])}
			set=${(next) => replace(i, next === undefined ? [] : [[name, next]])} />`)}</ol>
		<button type="button" class="button" onClick=${add}><${Icon} name="plus" />Add a parameter</button>
	</section>`;
}
