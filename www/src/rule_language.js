// SPDX-License-Identifier: ISC
// The language of rules as the house publishes it: which triggers, conditions and actions there are, and what fields
// they have. Forms are drawn from it; a part that it does not know is left as it is.
import { get } from './api.js';

let loading = null;

/** The JSON Schema of automations, read once. */
export function loadLanguage() {
	loading ??= get('/api/v1/automations/schema').catch((problem) => {
		loading = null;
		throw problem;
	});
	return loading;
}

const plain = (schema) => {
	const some = (schema.anyOf ?? []).filter((one) => one.type !== 'null');
	return some.length === 1 ? some[0] : schema;
};

const words = (name) => {
	const text = name.replace(/_id$/, '').replaceAll('_', ' ');
	return text[0].toUpperCase() + text.slice(1);
};

const typeOf = (schema) => [schema.type].flat().find((type) => type !== 'null');

/** A property as a field: {name, title, help, must, shape, type, choices, low, high, start} */
function fieldOf(name, schema, must, group) {
	return { name, title: schema.title ?? words(name), help: schema.description, must, group,
		shape: plain(schema).$ref?.split('/').at(-1), type: typeOf(schema),
		choices: schema.enum?.filter((one) => one !== null), items: schema.items?.$ref?.split('/').at(-1),
		low: schema.minimum, high: schema.maximum, long: schema.maxLength > 512, start: schema.default };
}

/** The fields of an object's schema, as the house lists them. */
export function fieldsOf(schema) {
	const group = new Set((schema.oneOf ?? []).map((one) => one.required[0]));
	return Object.entries(schema.properties).map(([name, one]) =>
		fieldOf(name, one, schema.required.includes(name), group.has(name)));
}

/** [[kind, title, help]] of LIST: trigger, condition or action. */
export function kindsOf(language, list) {
	const refs = language.$defs[list].anyOf.map((one) => one.$ref?.split('/').at(-1) ?? '');
	return refs.filter((ref) => ref.startsWith(`${list}_`)).map((ref) => [ref.slice(list.length + 1),
		language.$defs[ref].title, language.$defs[ref].description]);
}

export const schemaOf = (language, list, kind) => language.$defs[`${list}_${kind}`];

const isObject = (part) => part !== null && typeof part === 'object' && !Array.isArray(part);

const isTemplate = (value) => typeof value === 'string' && /\{[{%]/.test(value);

/** {list, kind} of a PART that stands in LIST; kind is null when no form fits it. */
export function kindOf(language, list, part) {
	if (!isObject(part)) {
		return { list, kind: null };
	}
	if (list === 'action' && part.condition !== undefined) {
		return kindOf(language, 'condition', part);
	}
	const kind = list === 'action' ? kindsOf(language, list).map(([name]) => name).find((name) => name in part) :
	    part[list];
	const schema = typeof kind === 'string' && schemaOf(language, list, kind);
	const told = kind === 'action' && [part.action, part.data].some(isTemplate);
	const fits = schema && !told && Object.keys(part).every((name) => name in schema.properties);
	return { list, kind: fits ? kind : null };
}

/** What a new object of a schema begins with. */
function beginning(language, schema) {
	const part = {};
	const first = (schema.oneOf ?? [])[0]?.required[0];
	for (const field of fieldsOf(schema)) {
		if (field.start !== undefined && (field.must || field.name === first)) {
			part[field.name] = field.start;
		} else if (field.must && /^(actions|conditions|triggers|options|branches)$/.test(field.shape)) {
			part[field.name] = [];
		} else if (field.must && language.$defs[field.shape]?.properties) {
			part[field.name] = beginning(language, language.$defs[field.shape]);
		}
	}
	return part;
}

/** Whether a template may stand where SHAPE does. */
export function takesTemplate(language, shape) {
	const { anyOf = [], else: one } = language.$defs[shape] ?? {};
	return [...anyOf, one].map((some) => some?.$ref?.split('/').at(-1))
	    .some((ref) => ref === 'embedded_template' || (ref && takesTemplate(language, ref)));
}

/** A new part of a kind; what people have to say is not in it yet. */
export function newPart(language, list, kind) {
	const part = beginning(language, schemaOf(language, list, kind));
	delete part[list];
	if (list === 'action') {
		return kind === 'action' ? { action: 'light.turn_on', target: {} } :
		    { [kind]: part[kind] ?? '', ...part };
	}
	return { [list]: kind, ...part };
}

/** A new option of a choice. */
export const newOption = (language) => beginning(language, language.$defs.option);

const NAMED = /^[a-z_]+(?:, [a-z_]+)*(?: or [a-z_]+)?(?= (?:is|must) )/;

/** What the house says is wrong, in the words of the forms: "entity_id is missing" as "Entity is missing". */
export function faultText(message) {
	const said = message.replace(NAMED, (names) => names.replace(/[a-z_]+/g, (name) => (name === 'or' ? name :
		words(name).toLowerCase().replace(/^area$/, 'room'))));
	return said[0].toUpperCase() + said.slice(1);
}
