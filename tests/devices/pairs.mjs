// SPDX-License-Identifier: ISC
// Turns device records of make.mjs into distinct {template, vars} pairs for the template evaluator.
//   node pairs.mjs --out FILE --in FILE[,FILE...]
// Every template of every discovery payload meets every state it would meet in service, plus a
// fixed set of broken inputs. A state keeps only the top-level keys a template can name, so that
// many devices share one pair. Lines: {kind: "value"|"command", template, vars}.

import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { args } from './harness.mjs';

const opt = args({ in: '', out: '' });
if (!opt.in || !opt.out) throw new Error('--in FILE and --out FILE are needed');
const out = createWriteStream(opt.out);

const seen = new Set();
const templates = new Map(); // template -> Set of the keys it names
function pair(kind, template, vars) {
	const line = JSON.stringify({ kind, template, vars });
	if (seen.has(line)) return;
	seen.add(line);
	out.write(`${line}\n`);
}

const isObject = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);

/** The state reduced to what `template` can tell apart. */
function project(template, payload) {
	let state;
	try {
		state = JSON.parse(payload);
	} catch {
		return payload;
	}
	const whole =
		/\bvalue\b(?!_json)/.test(template) ||
		/value_json(?!\s*[.[])/.test(template.replace(/\bin value_json\b/g, ''));
	if (!isObject(state) || whole) return payload;
	return JSON.stringify(
		Object.fromEntries(Object.entries(state).filter(([k]) => template.includes(k))),
	);
}

const COMMAND =
	/(^|_)command(_on|_off)?_template$|^command_(on|off)_template$|^set_position_template$/;

function walk(p, topics) {
	for (const [key, template] of Object.entries(p)) {
		if (key === 'availability' && Array.isArray(template)) {
			for (const a of template)
				if (a.value_template) value(a.value_template, topics.get(a.topic));
			continue;
		}
		if (typeof template !== 'string' || !key.endsWith('_template') || COMMAND.test(key))
			continue;
		const base = key.replace(/_?(state|value|status)?_?template$/, ''); // "brightness_value_template" -> "brightness", "value_template" -> ""
		const topic = base
			? (p[`${base}_state_topic`] ??
				p[`${base}_status_topic`] ??
				p[`${base}_topic`] ??
				p.state_topic)
			: p.state_topic;
		value(template, topics.get(topic));
	}
}

function value(template, payloads = []) {
	if (!templates.has(template)) templates.set(template, new Set());
	for (const payload of payloads) {
		const value = project(template, payload);
		pair('value', template, { value });
		try {
			const o = JSON.parse(value);
			if (isObject(o)) for (const k of Object.keys(o)) templates.get(template).add(k);
		} catch {}
	}
}

for (const file of opt.in.split(','))
	for await (const line of createInterface({ input: createReadStream(file) })) {
		const r = JSON.parse(line);
		const topics = new Map();
		for (const m of [...r.messages, ...r.availability, ...r.actions])
			topics.set(m.topic, [...(topics.get(m.topic) ?? []), m.payload]);
		for (const m of r.discovery) {
			const p = JSON.parse(m.payload);
			walk(p, topics);
			if (isObject(p.components))
				for (const c of Object.values(p.components))
					walk({ ...p, ...c, components: undefined }, topics);
		}
		for (const c of r.commands) if (c.template) pair('command', c.template, c.vars);
		// An event's action arrives once per press; pair its template with each.
		for (const m of r.discovery)
			if (m.topic.includes('/event/')) {
				const p = JSON.parse(m.payload);
				for (const a of r.actions)
					if (a.topic.endsWith('/action'))
						value(p.value_template, [JSON.stringify({ action: a.payload })]);
			}
	}

// What goes wrong in practice: keys missing or null, wrong types, no JSON at all. Templates that
// differ only in the key they read behave alike, so a few of each shape do.
const shapes = new Map();
for (const [template, keys] of templates) {
	const shape = template.replace(/value_json(\["[^"]*"\]|\['[^']*'\]|\.\w+)/g, 'value_json[K]');
	shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
	if (shapes.get(shape) > 12) continue;
	for (const v of [
		'',
		'garbage',
		'{}',
		'[]',
		'null',
		'true',
		'12',
		'-0.5',
		'"text"',
		'{"a":',
		'unavailable',
	])
		pair('value', template, { value: v });
	if (keys.size)
		for (const v of [
			null,
			'',
			'abc',
			'12.5',
			0,
			-1,
			1e21,
			0.1,
			true,
			false,
			[],
			[1, 'x'],
			{},
			{ state: 'ON' },
			'ü "\'<&>\n',
		])
			pair('value', template, {
				value: JSON.stringify(Object.fromEntries([...keys].map((k) => [k, v]))),
			});
}

await new Promise((done) => out.end(done));
const all = new Set([...seen].map((l) => JSON.parse(l).template));
console.error(`${seen.size} pairs, ${all.size} distinct templates -> ${opt.out}`);
