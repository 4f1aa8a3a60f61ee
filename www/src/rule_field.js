// SPDX-License-Identifier: ISC
// One field of a part of a rule, drawn by its shape.
import { useEffect, useId, useState } from 'preact/hooks';
import { post } from './api.js';
import { house } from './house.js';
import { html } from './html.js';
import { jsonFault } from './json_fault.js';
import { faultText, takesTemplate } from './rule_language.js';
import { choicesOf, listOf, oneOrList, PickMany, PickOne } from './rule_pick.js';
import { DurationField, secondsOf, TimesField, WeekdaysField } from './rule_time_fields.js';

const PICK_MANY = ['entities', 'trackers', 'calendars', 'scenes', 'targets', 'devices', 'areas', 'floors', 'labels'];
const TEXTS = ['states', 'tags', 'event_types', 'trigger_ids'];

const isTemplate = (value) => typeof value === 'string' && /\{[{%]/.test(value);

/** What TEMPLATE, which sees VARIABLES, says now, in words; null for what is none. */
function useSaid(template, variables) {
	const [said, setSaid] = useState(null);
	useEffect(() => {
		let live = true;
		const show = (text) => live && setSaid(text);
		const timer = setTimeout(() => isTemplate(template) &&
		    post('/api/v1/templates/render', { template, variables }).then(show)
		        .catch((problem) => show({ reason: problem.message, unknown: [] })), 500);
		return () => {
			live = false;
			clearTimeout(timer);
		};
	}, [template, JSON.stringify(variables)]);
	return isTemplate(template) ? said : null;
}

function Said({ value, reason, unknown }) {
	const text = reason ?? (typeof value === 'string' ? value : JSON.stringify(value));
	return html`<p class="faint" role="status">${unknown.length > 0 ?
		html`Only a run knows <code>${unknown.join(', ')}</code> and what it says then.` :
		html`Says now: <code>${text}</code>`}</p>`;
}

export function TemplateField({ x, id, value, set, invalid, describedBy }) {
	const said = useSaid(value, x.variables);
	return html`<textarea id=${id} class="code" rows="2" spellcheck="false" autocapitalize="off"
		value=${value ?? ''}
			aria-invalid=${invalid} aria-describedby=${describedBy}
			placeholder="{{ is_state('light.kitchen', 'on') }}"
			onInput=${(e) => set(e.target.value || undefined)}></textarea>
		${said && html`<${Said} ...${said} />`}`;
}

/** [whether VALUE is written as a template, hold(yes)]: what is held stays one while its braces are being typed. */
export function useTemplate(value) {
	const [held, hold] = useState(false);
	return [isTemplate(value) || (held && (typeof value === 'string' || value === undefined)), hold];
}

/** Has a template, or else a value, stand at NAME: it begins with what was said before. */
export function TemplateSwitch({ name, on, hold, value, set }) {
	const turn = () => {
		hold(!on);
		set(on ? undefined : `{{ ${JSON.stringify(value ?? '')} }}`);
	};
	return html`<button type="button" class="template-switch" aria-pressed=${on ? 'true' : 'false'}
		title=${on ? 'Say it without a template' : 'Say it by a template'}
		aria-label=${`${name}: by a template`} onClick=${turn}>Template</button>`;
}

/** Anything as JSON; kept as text while it is none. */
export function JsonField({ id, title, value, set, rows = 3, invalid, describedBy }) {
	const [text, setText] = useState(null);
	const shown = text ?? (value === undefined ? '' : JSON.stringify(value, null, 2));
	const input = (next) => {
		try {
			set(next.trim() === '' ? undefined : JSON.parse(next));
			setText(null);
		} catch {
			setText(next);
		}
	};
	return html`<textarea id=${id} class="code" rows=${rows} spellcheck="false" autocapitalize="off"
		aria-label=${title}
			aria-invalid=${text === null ? invalid : 'true'} aria-describedby=${describedBy} value=${shown}
			onInput=${(e) => input(e.target.value)}></textarea>
		${text !== null && html`<p class="field-error">${jsonFault(text)} It is not taken over yet.</p>`}`;
}

/** States that an entity of the part has or may have. */
function statesOf(part) {
	const ids = listOf(part.entity_id);
	const found = ids.flatMap((one) => {
		const entity = house.entities.get(one);
		return entity ? [entity.state, ...(entity.attributes?.options ?? [])] : [];
	});
	return [...new Set([...found, 'on', 'off', 'unavailable'])].filter(Boolean);
}

function attributesOf(part) {
	return [...new Set(listOf(part.entity_id)
	    .flatMap((one) => Object.keys(house.entities.get(one)?.attributes ?? {})))];
}

function Suggested({ id, value, set, from, invalid, describedBy }) {
	return html`<input id=${id} value=${value ?? ''} list=${`${id}-list`} autocapitalize="off" autocomplete="off"
			aria-invalid=${invalid} aria-describedby=${describedBy} onInput=${(e) =>
				set(e.target.value)} />
		<datalist id=${`${id}-list`}>${from.map((one) => html`<option key=${one}
			value=${one} />`)}</datalist>`;
}

/** Entities that are numbers now. */
const numbers = () => [...house.entities.values()].filter(({ state }) => state !== null && state !== '' &&
	Number.isFinite(Number(state))).map((one) => one.entity_id).sort();

/** A number, or the id of an entity whose number it is. */
const limitOf = (text) => (text === '' ? undefined : text.trim() !== '' && Number.isFinite(Number(text)) ?
	Number(text) : text);

const splitTexts = (text) => oneOrList(text.split(',').map((one) => one.trim()).filter(Boolean));

/** The inside of the field: ID is that of its first input. */
function Input({ x, field, id, part, value, set, domain, ...rest }) {
	const { shape, title } = field;
	const common = { id, title, value, set, ...rest };
	if (PICK_MANY.includes(shape)) {
		return html`<${PickMany} ...${common} groups=${choicesOf(shape, domain)} />`;
	}
	switch (shape) {
	case 'device':
	case 'area':
		return html`<${PickOne} ...${common} title=${undefined} groups=${choicesOf(shape)} />`;
	case 'duration':
	case 'pause':
	case 'offset':
		return html`<${DurationField} ...${common} signed=${shape === 'offset'} must=${field.must} />`;
	case 'time':
	case 'times':
		return html`<${TimesField} ...${common} many=${shape === 'times'} />`;
	case 'weekdays':
		return html`<${WeekdaysField} ...${common} />`;
	case 'template':
		return html`<${TemplateField} x=${x} ...${common} />`;
	case 'attribute':
		return html`<${Suggested} ...${common} from=${attributesOf(part)}
			set=${(text) => set(text || undefined)} />`;
	case 'limit':
		return html`<${Suggested} ...${common} from=${numbers()} set=${(text) => set(limitOf(text))} />`;
	case 'values':
	case 'anything':
	case 'items':
		return html`<${JsonField} ...${common} title=${undefined} />`;
	default:
	}
	if (TEXTS.includes(shape)) {
		return html`<${Suggested} ...${common} value=${listOf(value).join(', ')}
			from=${shape === 'states' ? statesOf(part) : []} set=${(text) => set(splitTexts(text))} />`;
	}
	if (field.choices) {
		return html`<select id=${id} class="select" aria-invalid=${rest.invalid}
			aria-describedby=${rest.describedBy}
			value=${value ?? ''} onChange=${(e) => set(e.target.value || undefined)}>
			${(!field.must || value === undefined) && html`<option value="">–</option>`}
			${field.choices.map((one) => html`<option key=${one}
				value=${one}>${field.said?.[one] ?? one}</option>`)}</select>`;
	}
	return html`<${PlainInput} ...${common} field=${field} />`;
}

function PlainInput({ id, field, value, set, invalid, describedBy }) {
	const number = field.type === 'number' || field.type === 'integer' || field.shape === 'count';
	const take = (text) => {
		if (text === '') {
			set(field.must && field.type === 'string' ? '' : undefined);
		} else {
			set(number && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text);
		}
	};
	if (field.type === 'boolean') {
		return html`<select id=${id} class="select" value=${value === undefined ? '' : String(value)}
			aria-invalid=${invalid} aria-describedby=${describedBy}
			onChange=${(e) => set(e.target.value === '' ? undefined : e.target.value === 'true')}>
			<option value="">as usual</option>
			<option value="true">yes</option><option value="false">no</option></select>`;
	}
	if (field.type === 'object' || field.type === 'array') {
		return html`<${JsonField} id=${id} value=${value} set=${set} invalid=${invalid}
			describedBy=${describedBy} />`;
	}
	if (field.long) {
		return html`<textarea id=${id} rows="2" value=${value ?? ''} aria-invalid=${invalid}
			aria-describedby=${describedBy} onInput=${(e) => take(e.target.value)}></textarea>`;
	}
	return html`<input id=${id} inputmode=${number ? 'decimal' : undefined} value=${value ?? ''}
		autocapitalize="off" aria-invalid=${invalid} aria-describedby=${describedBy}
		onInput=${(e) => take(e.target.value)} />`;
}

/** Shapes whose inputs have names of their own: the title is no label of one of them. */
const GROUPS = ['duration', 'pause', 'offset', 'time', 'times', 'weekdays', ...PICK_MANY];

/** The faults at PLACE and inside of it. */
export const faultsAt = (faults, place) => faults.filter((one) => one.place === place ||
	one.place.startsWith(`${place}[`) || one.place.startsWith(`${place}.`));

/** The first of them. */
export const faultAt = (faults, place) => faultsAt(faults, place)[0];

/** A field with its title, its help and what is wrong with it. */
export function Field({ x, field, place, ...rest }) {
	const id = useId();
	const fault = faultAt(x.faults, place);
	const note = fault ? faultText(fault.message) : field.help;
	const [template, hold] = useTemplate(rest.value);
	const grouped = GROUPS.includes(field.shape) && !template && secondsOf(rest.value) !== null;
	const shown = template && field.shape !== 'template' ? { ...field, shape: 'template' } : field;
	return html`<div class="field" data-wrong=${fault ? 'true' : undefined}>
		<div class="field-head">${grouped ? html`<span>${field.title}</span>` :
			html`<label for=${id}>${field.title}</label>`}
			${takesTemplate(x.language, field.shape) && html`<${TemplateSwitch} name=${field.title}
				on=${template} hold=${hold} value=${rest.value}
				set=${(value) => rest.set(value ?? field.start)} />`}</div>
		<${Input} x=${x} field=${shown} id=${id} ...${rest} invalid=${fault ? 'true' : undefined}
			describedBy=${note ? `${id}-note` : undefined} />
		${note && html`<p id=${`${id}-note`} class=${fault ? 'field-error' : 'faint'}>${note}</p>`}
	</div>`;
}

/** FIELDS that are seldom asked for, drawn by DRAW; those that PART has are named, and seen when it is opened. */
export function More({ fields, part, draw }) {
	const used = fields.filter(({ name }) => name in part);
	const [open] = useState(used.length > 0);
	return fields.length > 0 && html`<details open=${open}><summary>More${used.length > 0 && html`<span
			class="faint">: ${used.map(({ title }) => title).join(', ')}</span>`}</summary>
		<div class="form">${fields.map(draw)}</div></details>`;
}
