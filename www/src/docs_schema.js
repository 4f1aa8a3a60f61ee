// SPDX-License-Identifier: ISC
// JSON Schema as people read it: a table of members, a type in a few words, an example.
import { html } from './html.js';

const MAX_DEPTH = 5;

/** What NODE stands for: itself, or the part of the document its $ref names. */
export function resolve(node, spec) {
	if (!node?.$ref?.startsWith('#/')) {
		return node;
	}
	return node.$ref.slice(2).split('/').reduce((at, key) =>
	    at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], spec);
}

function limits(schema) {
	return [
		schema.format,
		schema.minimum !== undefined && `from ${schema.minimum}`,
		schema.maximum !== undefined && `to ${schema.maximum}`,
		schema.maxLength !== undefined && `at most ${schema.maxLength} characters`,
		schema.default !== undefined && `default ${JSON.stringify(schema.default)}`,
	].filter(Boolean).join(', ');
}

/** "string", "list of integer", "one of: on, off". */
export function typeText(node, spec) {
	const schema = resolve(node, spec);
	if (!schema || schema === true) {
		return 'anything';
	}
	if (schema.enum) {
		return `one of: ${schema.enum.join(', ')}`;
	}
	const choices = schema.oneOf ?? schema.anyOf;
	if (choices) {
		return choices.map((one) => typeText(one, spec)).join(' or ');
	}
	const type = [schema.type ?? 'anything'].flat().join(' or ');
	const text = type === 'array' ? `list of ${typeText(schema.items, spec)}` : type;
	const rest = limits(schema);
	return rest ? `${text} (${rest})` : text;
}

/** Rows [path, schema, required] of an object and the objects inside it. */
function rowsOf(node, spec, prefix = '', depth = 0) {
	const schema = resolve(node, spec);
	const inner = schema?.type === 'array' ? resolve(schema.items, spec) : schema;
	if (!inner?.properties || depth > MAX_DEPTH) {
		return [];
	}
	return Object.entries(inner.properties).flatMap(([name, child]) => [
		[`${prefix}${name}`, child, inner.required?.includes(name)],
		...rowsOf(child, spec, `${prefix}${name}${
			resolve(child, spec)?.type === 'array' ? '[]' : ''}.`, depth + 1),
	]);
}

export function SchemaTable({ schema, spec }) {
	const rows = rowsOf(schema, spec);
	if (rows.length === 0) {
		return html`<p>${typeText(schema, spec)}</p>`;
	}
	return html`<div class="table-wrap" tabindex="0" role="group" aria-label="Members"><table>
		<thead><tr><th scope="col">Member</th><th scope="col">Type</th>
			<th scope="col">Meaning</th></tr></thead>
		<tbody>${rows.map(([name, child, required]) => html`<tr key=${name}>
			<td><code>${name}</code>${required && html`<span class="must">required</span>`}</td>
			<td>${typeText(child, spec)}</td>
			<td>${resolve(child, spec)?.description ?? ''}</td></tr>`)}</tbody>
	</table></div>`;
}

const EXAMPLES = { string: '', integer: 0, number: 0, boolean: false, null: null };

/** A value that has the shape of NODE, to begin from. */
export function exampleOf(node, spec, depth = 0) {
	const schema = resolve(node, spec);
	const given = schema?.example ?? schema?.examples?.[0] ?? schema?.default ?? schema?.enum?.[0];
	if (given !== undefined) {
		return given;
	}
	const type = [schema?.type].flat()[0];
	if (type === 'array') {
		return depth > MAX_DEPTH ? [] : [exampleOf(schema.items, spec, depth + 1)];
	}
	if (type === 'object' || schema?.properties) {
		const names = Object.keys(schema.properties ?? {}).filter((name) =>
		    !schema.required || schema.required.includes(name));
		return Object.fromEntries(names.map((name) => [name,
			exampleOf(schema.properties[name], spec, depth + 1)]));
	}
	return EXAMPLES[type] ?? null;
}
