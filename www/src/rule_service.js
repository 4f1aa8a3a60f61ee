// SPDX-License-Identifier: ISC
// The form of an action that tells devices something: the service, whom, and how; only what they can do is offered.
import { useId } from 'preact/hooks';
import { Combobox } from './combobox.js';
import { words } from './entity.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { faultAt, Field, JsonField, TemplateField, TemplateSwitch, useTemplate } from './rule_field.js';
import { faultText, fieldsOf } from './rule_language.js';
import { listOf } from './rule_pick.js';

/** [[domain, [service]]] of the domains that the house has; CURRENT is among them. */
function servicesOf(language, current) {
	const here = new Set([...house.entities.keys()].map((id) => id.split('.')[0]));
	const groups = new Map();
	for (const name of language.$defs.service.enum) {
		const domain = name.split('.')[0];
		if (here.has(domain) || name === current) {
			groups.set(domain, [...(groups.get(domain) ?? []), name]);
		}
	}
	return [...groups];
}

const MODES = { dimming: /^(brightness|color_temp|hs|xy|rgb|rgbw|rgbww|white)$/, color: /^(hs|xy|rgb|rgbw|rgbww)$/,
	tint: /^(color_temp|hs|xy|rgb|rgbw|rgbww)$/, white: /^white$/ };

/** Whether the entity can do what a parameter needs. */
function fits(entity, schema) {
	const { supported_features: features = 0, supported_color_modes: modes = [] } = entity.attributes ?? {};
	return (!schema['x-feature'] || (features & schema['x-feature']) !== 0) &&
	    (!schema['x-need'] || modes.some((mode) => MODES[schema['x-need']].test(mode)));
}

function targetsOf(part) {
	return listOf(part.target?.entity_id ?? part.entity_id).map((id) => house.entities.get(id)).filter(Boolean);
}

/** The limits of a number for all whom it is told. */
function limits(schema, entities) {
	const number = schema.anyOf.find((one) => one.type === 'integer' || one.type === 'number') ?? {};
	const of = (key, limit) => entities.map((one) => one.attributes?.[schema[key]]).find((n) =>
		n !== undefined) ??
	    number[limit];
	return { low: of('x-low', 'minimum'), high: of('x-high', 'maximum'), whole: number.type === 'integer' };
}

const hex = (rgb) => `#${rgb.map((n) => Math.round(n).toString(16).padStart(2, '0')).join('')}`;
const rgbOf = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));

function Parameter({ id, name, schema, value, set, entities, ...rest }) {
	const options = schema['x-options'] && entities.flatMap((one) => one.attributes?.[schema['x-options']] ?? []);
	const type = schema.anyOf[0].type;
	if (options?.length > 0) {
		return html`<select id=${id} class="select" value=${value} ...${rest} onChange=${(e) =>
			set(e.target.value)}>
			${[...new Set([value, ...options])].map((one) => html`<option key=${one}
				value=${one}>${one}</option>`)}
			</select>`;
	}
	if (name === 'rgb_color' && Array.isArray(value) && value.every((n) => typeof n === 'number')) {
		return html`<input id=${id} type="color" value=${hex(value)} ...${rest}
			onChange=${(e) => set(rgbOf(e.target.value))} />`;
	}
	if (type === 'boolean' && typeof value === 'boolean') {
		return html`<select id=${id} class="select" value=${String(value)} ...${rest}
			onChange=${(e) => set(e.target.value === 'true')}>
			<option value="true">yes</option><option value="false">no</option></select>`;
	}
	if ((type === 'integer' || type === 'number') && typeof value === 'number') {
		return html`<${NumberInput} id=${id} ...${limits(schema, entities)} value=${value} set=${set}
			rest=${rest}
			title=${words(name)} />`;
	}
	return typeof value === 'string' ? html`<input id=${id} value=${value} ...${rest} autocapitalize="off"
		onInput=${(e) => set(e.target.value)} />` : html`<${JsonField} id=${id} value=${value} set=${set}
			rows="2" />`;
}

function NumberInput({ id, title, low, high, whole, value, set, rest }) {
	const slides = low !== undefined && high !== undefined && high - low <= 10000;
	const take = (e) => e.target.value !== '' && set(Number(e.target.value));
	return html`<div class="number-field">${slides && html`<input type="range" min=${low} max=${high}
			step=${whole ? 1 : 'any'} value=${value} aria-label=${`${title}, slider`}
			onInput=${(e) => set(whole ?
				Number(e.target.value) : Math.round(e.target.value * 10) / 10)} />`}
		<input id=${id} type="number" min=${low} max=${high} step=${whole ? 1 : 'any'}
			value=${value} ...${rest}
			onInput=${take} /></div>`;
}

/** What a parameter begins with: what the first entity is set to, or the middle of what may be. */
function firstValue(name, schema, entities) {
	const now = entities.map((one) => one.attributes?.[name]).find((one) => one !== undefined && one !== null);
	const { low, high } = limits(schema, entities);
	switch (schema.anyOf[0].type) {
	case 'integer':
	case 'number':
		return typeof now === 'number' ? now : Math.round(((low ?? 0) + (high ?? 100)) / 2);
	case 'boolean':
		return true;
	case 'array':
		return Array.isArray(now) ? now : name === 'rgb_color' ? [255, 180, 80] :
		    Array(schema.anyOf[0].minItems ?? 1).fill(0);
	default:
		return now ?? entities.flatMap((one) => one.attributes?.[schema['x-options']] ?? [])[0] ?? '';
	}
}

/** One thing that the service is told, with what takes it away. */
function Setting({ x, id, name, schema, fault, value, set, entities, remove }) {
	const [template, hold] = useTemplate(value);
	const invalid = fault ? 'true' : undefined;
	const put = (next) => set(next ?? firstValue(name, schema, entities));
	const Known = schema ? Parameter : JsonField;
	return html`<div class="field" data-wrong=${invalid}><div class="field-head">
			<label for=${id}>${words(name)}</label>
			${schema && html`<${TemplateSwitch} name=${words(name)} on=${template} hold=${hold}
				value=${value} set=${put} />`}</div>
		<div class="with-button">${template && schema ? html`<div class="field"><${TemplateField} x=${x}
				id=${id} value=${value} set=${(next) => set(next ?? '')} invalid=${invalid} /></div>` :
			html`<${Known} id=${id} name=${name} schema=${schema} value=${value}
				entities=${entities} aria-invalid=${invalid} set=${set} />`}
			<button type="button" class="icon-button" aria-label=${`Remove ${words(name)}`}
				onClick=${remove}><${Icon} name="close" /></button></div>
		${fault && html`<p class="field-error">${faultText(fault.message)}</p>`}</div>`;
}

function Parameters({ x, part, set, place }) {
	const id = useId();
	const schema = x.language.$defs[`service_data.${part.action}`];
	const data = part.data ?? {};
	const entities = targetsOf(part);
	const store = (next) => set({ ...part, data: Object.keys(next).length > 0 ? next : undefined });
	const { data: _, ...others } = part;
	const without = (name) => {
		const { [name]: gone, ...rest } = data;
		return Object.keys(rest).length > 0 ? set({ ...part, data: rest }) : set(others);
	};
	const all = Object.entries(schema?.properties ?? {});
	const offered = all.filter(([name, one]) => !(name in data) &&
		(entities.length === 0 || entities.some((entity) => fits(entity, one))));
	return html`${Object.keys(data).map((name) => html`<${Setting} key=${name} x=${x} name=${name}
		id=${`${id}-${name}`} schema=${schema?.properties[name]} value=${data[name]} entities=${entities}
		fault=${faultAt(x.faults, `${place}.data.${name}`)} remove=${() => without(name)}
		set=${(value) => store({ ...data, [name]: value })} />`)}
	${offered.length > 0 && html`<${Combobox} id=${`${id}-more`} title="Add a setting" hint="Add a setting…"
		groups=${[['', offered.map(([name]) => [name, words(name)])]]}
		take=${(name) => store({ ...data, [name]: firstValue(name, schema.properties[name], entities) })} />`}`;
}

export function ServiceForm({ x, part, set, place }) {
	const id = useId();
	const domain = part.action?.split('.')[0];
	const fault = faultAt(x.faults, `${place}.action`);
	const target = part.target ?? {};
	const change = (name, value) => {
		const { [name]: gone, ...rest } = target;
		set({ ...part, target: value === undefined ? rest : { ...rest, [name]: value } });
	};
	const [first, ...more] = fieldsOf(x.language.$defs.target);
	const nobody = x.faults.find((one) => one.place === `${place}.target`);
	const faults = nobody ? [...x.faults, { ...nobody, place: `${nobody.place}.${first.name}` }] : x.faults;
	const field = (one) => html`<${Field} key=${one.name} x=${{ ...x, faults }} field=${one} part=${target}
		domain=${domain} place=${`${place}.target.${one.name}`} value=${target[one.name]}
		set=${(value) => change(one.name, value)} />`;
	const used = more.filter((one) => one.name in target);
	const unused = more.filter((one) => !(one.name in target));
	return html`<div class="field" data-wrong=${fault ? 'true' : undefined}><label for=${id}>What</label>
			<select id=${id} class="select" value=${part.action} aria-invalid=${fault ?
				'true' : undefined}
				onChange=${(e) => set({ ...part, action: e.target.value })}>
				${servicesOf(x.language, part.action).map(([name, services]) =>
					html`<optgroup key=${name}
					label=${words(name)}>${services.map((one) => html`<option key=${one}
						value=${one}>
					${words(one.split('.')[0])}: ${words(one.split('.')[1]).toLowerCase()}
					</option>`)}</optgroup>`)}
			</select>${fault && html`<p class="field-error">${faultText(fault.message)}</p>`}</div>
		${field({ ...first, title: 'Which' })}${used.map(field)}
		<${Parameters} x=${x} part=${part} set=${set} place=${place} />
		${unused.length > 0 && html`<details><summary>Whole rooms, floors, devices or labels</summary>
			<div class="form">${unused.map(field)}</div></details>`}`;
}
