// SPDX-License-Identifier: ISC
// Lists of triggers, conditions and actions as forms, inside each other as deep as the rule goes.
import { useRef } from 'preact/hooks';
import { html } from './html.js';
import { Icon } from './icon.js';
import { faultText, fieldsOf, kindOf, kindsOf, newOption, newPart, schemaOf } from './rule_language.js';
import { Field, JsonField, More } from './rule_field.js';
import { listOf } from './rule_pick.js';
import { ServiceForm } from './rule_service.js';

const LIST_OF = { triggers: 'trigger', conditions: 'condition', actions: 'action' };
/** Seldom asked for: they wait behind "More". */
const RARE = ['alias', 'id', 'continue_on_error', 'metadata', 'attribute', 'match', 'not_from', 'not_to', 'subtype',
	'domain', 'service', 'local_only',
	'where_possible', 'continue_on_timeout', 'headers', 'severity', 'channels', 'seconds'];
const HIDDEN = ['trigger', 'condition', 'enabled'];

function put(part, name, value) {
	const { [name]: gone, ...rest } = part;
	return value === undefined ? rest : { ...part, [name]: value };
}

/** The fields of an object by its SCHEMA. */
function Fields({ x, schema, part, set, place, hide = [] }) {
	const fields = fieldsOf(schema).filter((field) => !HIDDEN.includes(field.name) && !hide.includes(field.name));
	const choice = fields.filter((field) => field.group);
	const chosen = choice.find((field) => field.name in part) ?? choice[0];
	const draw = (field) => html`<${AnyField} key=${field.name} x=${x} field=${field} part=${part}
		place=${`${place}.${field.name}`} value=${part[field.name]}
		set=${(value) => set(put(part, field.name, value))} />`;
	const often = fields.filter((field) => !field.group && (!RARE.includes(field.name) || field.must));
	const rare = fields.filter((field) => !field.group && !often.includes(field));
	const choose = (name) => {
		const { [chosen.name]: gone, ...rest } = part;
		const next = choice.find((field) => field.name === name);
		set({ [name]: next.start ?? (next.shape === 'conditions' ? [] : ''), ...rest });
	};
	return html`${choice.length > 0 && html`<label class="field"><span>How</span><select class="select"
			value=${chosen.name} onChange=${(e) => choose(e.target.value)}>${choice.map((field) =>
			html`<option key=${field.name}
				value=${field.name}>${field.title}: ${field.help}</option>`)}</select></label>
			${draw(chosen)}`}
		${often.map(draw)}
		<${More} fields=${rare} part=${part} draw=${draw} />`;
}

/** A field that may hold parts itself. */
function AnyField({ x, field, part, value, set, place }) {
	const schema = x.language.$defs[field.shape];
	if (LIST_OF[field.shape]) {
		return html`<${Parts} x=${x} list=${LIST_OF[field.shape]} title=${field.title} help=${field.help}
			value=${value}
			set=${set} place=${place} />`;
	}
	if (field.shape === 'options') {
		return html`<${Options} x=${x} title=${field.title} value=${value} set=${set} place=${place} />`;
	}
	if (field.shape === 'branches') {
		return html`<${Branches} x=${x} value=${value} set=${set} place=${place} />`;
	}
	if (schema?.properties && value !== null && typeof value === 'object' && !Array.isArray(value)) {
		return html`<${Fields} x=${x} schema=${schema} part=${value} set=${set} place=${place} />`;
	}
	return html`<${Field} x=${x} field=${field} part=${part} value=${value} set=${set} place=${place} />`;
}

/** What one does with a thing of a list; NAME says which one. */
function Tools({ name, list, i, set }) {
	const swap = (k) => set(list.map((one, at) => (at === i ? list[k] : at === k ? list[i] : one)));
	const off = list[i]?.enabled === false;
	const object = list[i] !== null && typeof list[i] === 'object' && !Array.isArray(list[i]);
	const button = (icon, label, act, disabled) => html`<button type="button" class="icon-button"
		disabled=${disabled}
		title=${label} aria-label=${`${label}: ${name}`} onClick=${act}><${Icon} name=${icon} /></button>`;
	return html`<div class="part-tools">
		${button('up', 'Move up', () => swap(i - 1), i === 0)}
		${button('down', 'Move down', () => swap(i + 1), i === list.length - 1)}
		${button('layers', 'Duplicate', () => set(list.toSpliced(i, 0, structuredClone(list[i]))))}
		${object && button(off ? 'eye' : 'hide', off ? 'Enable' : 'Disable', () =>
			set(list.with(i, off ? put(list[i], 'enabled', undefined) : { ...list[i], enabled: false })))}
		${button('trash', 'Remove', () => set(list.toSpliced(i, 1)))}</div>`;
}

function Card({ x, list, i, set, name, place, kind, children }) {
	const fault = x.faults.find((one) => one.place === place || one.place === `${place}.${kind ?? ''}`);
	return html`<li class="part" data-off=${list[i]?.enabled === false ? 'true' : undefined}
			data-wrong=${fault ? 'true' : undefined}>
		<div class="part-head"><strong>${name}${list[i]?.enabled === false && html` <span
			class="faint">disabled</span>`}</strong>
			<${Tools} name=${name} list=${list} i=${i} set=${set} /></div>
		${fault && html`<p class="field-error">${faultText(fault.message)}</p>`}
		<div class="form">${children}</div></li>`;
}

function PartForm({ x, is, part, set, place, name }) {
	if (is.kind === null) {
		return typeof part === 'string' ? html`<${Field} x=${x} part=${{}} value=${part} place=${place}
			field=${{ title: 'Template', shape: 'template', help: 'must say true' }} set=${(text) =>
				set(text ?? '')} />` :
		    html`<p class="faint">There is no form for this: it stays as it is written.</p>
			<${JsonField} title=${name} value=${part} set=${(value) => value !== undefined &&
				set(value)} rows=${5} />`;
	}
	if (is.list === 'action' && is.kind === 'action' && part.action && !part.entity_id) {
		return html`<${ServiceForm} x=${x} part=${part} set=${set} place=${place} />
			<${Fields} x=${x} schema=${schemaOf(x.language, is.list, is.kind)} part=${part} set=${set}
				place=${place}
				hide=${['action', 'service', 'target', 'entity_id', 'data']} />`;
	}
	return html`<${Fields} x=${x} schema=${schemaOf(x.language, is.list, is.kind)} part=${part} set=${set}
		place=${place} />`;
}

/** A list of parts of the kind LIST; VALUE may be one alone. PLACE is as the house names it. */
export function Parts({ x, list, title, help, value, set, place }) {
	const parts = listOf(value);
	const fault = x.faults.find((one) => one.place === place);
	return html`<section class="parts" role="group" aria-label=${title} data-wrong=${fault ? 'true' : undefined}>
		<div class="part-title"><strong>${title}</strong>${help && html`<span
			class="faint">${help}</span>`}</div>
		${fault && html`<p class="field-error">${faultText(fault.message)}</p>`}
		<ol class="plain">${parts.map((part, i) => {
			const is = kindOf(x.language, list, part);
			const kindTitle = is.kind === null ? 'Something else' : schemaOf(x.language, is.list,
				is.kind).title;
			const name = part?.alias || kindTitle;
			const at = `${place}[${i}]`;
			return html`<${Card} key=${i} x=${x} list=${parts} i=${i} set=${set} name=${name} place=${at}
				kind=${is.list}><${PartForm} x=${x} is=${is} part=${part} place=${at} name=${name}
				set=${(next) => set(parts.with(i, next))} /></${Card}>`;
		})}</ol>
		<${Add} x=${x} list=${list} title=${title} add=${(part) => set([...parts, part])} />
	</section>`;
}

/** A button that opens the kinds of LIST. */
function Add({ x, list, title, add }) {
	const menu = useRef(null);
	const take = (from, kind) => {
		menu.current.open = false;
		menu.current.firstElementChild.focus();
		add(newPart(x.language, from, kind));
	};
	const choice = (from) => kindsOf(x.language, from).map(([kind, name, help]) =>
		html`<li key=${`${from} ${kind}`}>
		<button type="button" class="add-kind" onClick=${() => take(from, kind)}><b>${name}</b>
			<span class="faint">${help}</span></button></li>`);
	return html`<details class="add-part" ref=${menu}><summary class="button" aria-label=${`Add to ${title}`}>
			<${Icon} name="plus" />Add ${list === 'action' ? 'an' : 'a'} ${list}</summary>
		<ul class="plain add-menu">${choice(list)}${list === 'action' && choice('condition')}</ul></details>`;
}

/** The options of a choice. */
function Options({ x, title, value, set, place }) {
	const options = listOf(value);
	return html`<section class="parts" role="group" aria-label=${title}>
		<ol class="plain">${options.map((one, i) => html`<${Card} key=${i} x=${x} list=${options} i=${i}
			set=${set}
			name=${`Option ${i + 1}`} place=${`${place}[${i}]`}><${Fields} x=${x}
				schema=${x.language.$defs.option}
			part=${one} set=${(next) => set(options.with(i, next))}
				place=${`${place}[${i}]`} /></${Card}>`)}</ol>
		<button type="button" class="button" onClick=${() => set([...options, newOption(x.language)])}>
			<${Icon} name="plus" />Add an option</button></section>`;
}

/** What is done at the same time: each branch is a list of its own. */
function Branches({ x, value, set, place }) {
	const branches = listOf(value).map((one) => (one?.sequence ? one : { sequence: listOf(one) }));
	return html`<section class="parts" role="group" aria-label="At the same time">
		<ol class="plain">${branches.map((one, i) => html`<${Card} key=${i} x=${x} list=${branches} i=${i}
			set=${set}
			name=${`Branch ${i + 1}`} place=${`${place}[${i}]`}><${Parts} x=${x} list="action"
				title=${`Branch ${i + 1}`}
			value=${one.sequence} place=${`${place}[${i}].sequence`}
			set=${(sequence) => set(branches.with(i, { ...one, sequence }))} /></${Card}>`)}</ol>
		<button type="button" class="button" onClick=${() => set([...branches, { sequence: [] }])}>
			<${Icon} name="plus" />Add a branch</button></section>`;
}
