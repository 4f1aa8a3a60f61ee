// SPDX-License-Identifier: ISC
// Writing one automation: name, mode and its three lists as forms or as JSON, with the rule in words
// beside it and every error next to the field it is about.
import { useEffect, useState } from 'preact/hooks';
import { get, patch, post } from './api.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { navigate } from './router.js';
import { RuleBack } from './rule_back.js';
import { tellConflicts } from './rule_conflicts.js';
import { DeleteButton, Doubts, ListForm, useFaults, useLanguage, ViewSwitch } from './rule_form.js';
import { RuleRuns } from './rule_runs.js';
import { RuleTry } from './rule_try.js';
import { useTopics } from './store.js';
import { toast } from './toast.js';
import { Heading, Placeholder, ProblemNote, useLoad } from './ui.js';
import { Versions } from './versions.js';
import { RuleWords } from './view_automations.js';

const MODES = [['single', 'single: ignore triggers while it runs'],
	['restart', 'restart: begin again at each trigger'],
	['queued', 'queued: one run after the other'],
	['parallel', 'parallel: runs beside each other']];

/** The lists of a rule: [key, title, hint, [[button, what it adds]]] */
const LISTS = [
	['triggers', 'When', 'Any one of these starts it.', [
		['State', { trigger: 'state', entity_id: 'binary_sensor.', to: 'on' }],
		['Number', { trigger: 'numeric_state', entity_id: 'sensor.', above: 25 }],
		['Time', { trigger: 'time', at: '07:00:00' }],
		['Every', { trigger: 'time_pattern', minutes: '/5' }],
		['Sun', { trigger: 'sun', event: 'sunset', offset: '-00:30:00' }],
		['Device', { trigger: 'device', device_id: '', type: 'action', subtype: 'single' }],
		['Tag', { trigger: 'tag', tag_id: '' }],
		['Template', { trigger: 'template', value_template: "{{ is_state('sensor.', 'on') }}" }],
		['Event', { trigger: 'event', event_type: '' }],
		['Start', { trigger: 'homeassistant', event: 'start' }]]],
	['conditions', 'Only if', 'All of these must hold; may be empty.', [
		['State', { condition: 'state', entity_id: 'light.', state: 'off' }],
		['Number', { condition: 'numeric_state', entity_id: 'sensor.', below: 50 }],
		['Time', { condition: 'time', after: '22:00', before: '06:00' }],
		['Sun', { condition: 'sun', after: 'sunset', before: 'sunrise' }],
		['Template', { condition: 'template', value_template: "{{ is_state('sensor.', 'on') }}" }],
		['Any of', { condition: 'or', conditions: [] }],
		['None of', { condition: 'not', conditions: [] }]]],
	['actions', 'Then', 'Done in this order.', [
		['Command', { action: 'light.turn_on', target: { entity_id: 'light.' } }],
		['Wait', { delay: '00:02:00' }],
		['Wait for', { wait_for_trigger: [], timeout: '00:05:00' }],
		['If', { if: [], then: [], else: [] }],
		['Choose', { choose: [{ conditions: [], sequence: [] }], default: [] }],
		['Repeat', { repeat: { count: 3, sequence: [] } }],
		['At once', { parallel: [] }],
		['Event', { event: '', event_data: {} }]]],
];

const PART_OF = { triggers: 'trigger', conditions: 'condition', actions: 'action' };

/** Where the field of each key is, to put the focus there. */
const FIELDS = { name: '#rule-name', ...Object.fromEntries(LISTS.map(([key]) =>
    [key, `#rule-${key}`])) };

const pretty = (value) => JSON.stringify(value ?? [], null, 2);

function draftOf(rule) {
	return { name: rule.name ?? '', mode: rule.mode ?? 'single',
		...Object.fromEntries(LISTS.map(([key]) => [key, pretty(rule[key])])) };
}

/** Line and column of a JSON error, from the position that the browser names. */
function placeOf(message, text) {
	const at = Number(/position (\d+)/.exec(message)?.[1]);
	if (!Number.isFinite(at)) {
		return '';
	}
	const before = text.slice(0, at).split('\n');
	return ` (line ${before.length}, column ${before.at(-1).length + 1})`;
}

function parseList(text) {
	let value;
	try {
		value = JSON.parse(text.trim() || '[]');
	} catch (e) {
		return { error: `This is not valid JSON${placeOf(e.message, text)}: ${
			e.message.replace(/ in JSON at position.*| \(line.*/, '')}` };
	}
	return Array.isArray(value) ? { value } : { error: 'A list in square brackets is needed.' };
}

/** Entity ids of the text that the house does not know. */
function strangers(value) {
	const ids = JSON.stringify(value).match(/"entity_id":("[^"]*"|\[[^\]]*\])/g) ?? [];
	return ids.flatMap((text) => text.match(/"([a-z_]+\.[a-z0-9_]*)"/g) ?? [])
	    .map((text) => text.slice(1, -1)).filter((id) => !house.entities.has(id));
}

/** {rule, errors} of a draft: errors by field, rule null when there are any. */
function check(draft) {
	const errors = {};
	const rule = { name: draft.name.trim(), mode: draft.mode };
	if (!rule.name) {
		errors.name = 'A name is needed.';
	}
	for (const [key] of LISTS) {
		const { value, error } = parseList(draft[key]);
		rule[key] = value ?? [];
		const unknown = value && house.loaded ? strangers(value) : [];
		if (error || unknown.length > 0) {
			errors[key] = error ?? `The house does not know "${unknown.join('", "')}".`;
		}
	}
	for (const key of ['triggers', 'actions']) {
		if (!errors[key] && rule[key].length === 0) {
			errors[key] = key === 'triggers' ? 'At least one trigger is needed.' :
			    'At least one action is needed.';
		}
	}
	return { rule, errors };
}

function ErrorLine({ id, text }) {
	return text ? html`<p class="field-error" id=${id} role="alert"><${Icon} name="warning" />
		${text}</p>` : null;
}

/** The list as a form where it can be one, else as JSON. */
function ListBoth({ form, language, said, row, draft, setDraft, error }) {
	const [key, title, hint] = row;
	const { value } = parseList(draft[key]);
	if (!form || !language || !value) {
		return html`<${ListField} row=${row} draft=${draft} setDraft=${setDraft} error=${error} />`;
	}
	return html`<${ListForm} language=${language} said=${said} list=${PART_OF[key]} place=${key} title=${title}
			help=${hint} value=${value} set=${(next) => setDraft({ ...draft, [key]: pretty(next) })} />
		<${ErrorLine} id=${`rule-${key}-note`} text=${error} />`;
}

function ListField({ row, draft, setDraft, error }) {
	const [key, title, hint, snippets] = row;
	const add = (snippet) => {
		const { value } = parseList(draft[key]);
		if (value) {
			setDraft({ ...draft, [key]: pretty([...value, snippet]) });
		}
	};
	return html`<div class="field">
		<div class="field-head"><label for=${`rule-${key}`}>${title}</label>
			<span class="button-row">${snippets.map(([name, snippet]) => html`<button type="button"
				key=${name} class="button quiet" onClick=${() => add(snippet)}>
				<${Icon} name="plus" />${name}</button>`)}</span></div>
		<textarea id=${`rule-${key}`} class="code" spellcheck="false" autocapitalize="off"
			rows=${Math.min(16, Math.max(4, draft[key].split('\n').length + 1))}
			aria-invalid=${error ? 'true' : 'false'} aria-describedby=${`rule-${key}-note`}
			value=${draft[key]}
			onInput=${(e) => setDraft({ ...draft, [key]: e.target.value })}></textarea>
		${error ? html`<${ErrorLine} id=${`rule-${key}-note`} text=${error} />` :
		html`<p class="faint" id=${`rule-${key}-note`}>${hint}</p>`}
	</div>`;
}

/** Errors of the house by the field of the form they belong to. */
function fieldOf(problem) {
	const head = String(problem.field).split(/[.[/]/).filter(Boolean)[0];
	return ['name', 'mode', ...LISTS.map(([key]) => key)].includes(head) ? head : null;
}

function EntityIds() {
	return html`<details class="panel"><summary>Entity ids</summary>
		<ul class="ids">${[...house.entities.keys()].sort().map((id) =>
			html`<li key=${id}><code>${id}</code></li>`)}</ul></details>`;
}

async function store(id, rule) {
	const saved = await (id ? patch(`/api/v1/automations/${encodeURIComponent(id)}`, rule) :
	    post('/api/v1/automations', rule));
	toast('good', `${rule.name}: saved.`);
	tellConflicts(saved);
	navigate('/automations');
}

function useDraft(initial) {
	const [draft, setDraft] = useState(() => draftOf(initial));
	const [tried, setTried] = useState(false);
	const [problem, setProblem] = useState(null);
	useEffect(() => setProblem(null), [draft]);
	const { rule, errors } = check(draft);
	const house = problem && fieldOf(problem);
	const shown = { ...(tried ? errors : {}), ...(house ? { [house]: problem.message } : {}) };
	return { draft, setDraft, rule, errors, shown, setTried,
		problem: house ? null : problem, setProblem };
}

function Editor({ id, initial }) {
	const { draft, setDraft, rule, errors, shown, setTried, problem, setProblem } =
	    useDraft(initial);
	const [busy, setBusy] = useState(false);
	const [form, setForm] = useState(true);
	const language = useLanguage();
	const said = useFaults(rule, id, LISTS.every(([key]) => !parseList(draft[key]).error));
	const submit = async (e) => {
		e.preventDefault();
		setTried(true);
		if (Object.keys(errors).length > 0) {
			e.currentTarget.querySelector(FIELDS[Object.keys(errors)[0]])?.focus();
			return;
		}
		setBusy(true);
		await store(id, rule).catch(setProblem);
		setBusy(false);
	};
	return html`<form class="columns" onSubmit=${submit} novalidate>
		<div class="column-wide panel form">
			<label class="field"><span>Name</span><input id="rule-name" value=${draft.name}
				maxlength="120"
				aria-invalid=${shown.name ? 'true' : 'false'}
				onInput=${(e) => setDraft({ ...draft, name: e.target.value })} /></label>
			<${ErrorLine} id="rule-name-note" text=${shown.name} />
			<${ViewSwitch} form=${form} setForm=${setForm} />
			${LISTS.map((row) => html`<${ListBoth} key=${row[0]} form=${form} language=${language}
				said=${said}
				row=${row} draft=${draft} setDraft=${setDraft} error=${shown[row[0]]} />`)}
			<label class="field"><span>Mode</span><select class="select"
				onChange=${(e) => setDraft({ ...draft, mode: e.target.value })}>
				${MODES.map(([mode, text]) => html`<option key=${mode} value=${mode}
					selected=${draft.mode === mode}>${text}</option>`)}</select></label>
			<${ErrorLine} id="rule-mode-note" text=${shown.mode} />
			<${Doubts} said=${said} id=${id} />
			${problem && html`<${ProblemNote} problem=${problem} />`}
			<div class="button-row"><button class="button primary" disabled=${busy}>Save</button>
				<a class="button" href="/automations">Cancel</a>
				${id && html`<${DeleteButton} name=${initial.name} back="/automations"
					address=${`/api/v1/automations/${encodeURIComponent(id)}`} />`}</div>
		</div>
		<div class="column-side"><section class="panel" aria-labelledby="words-title">
			<h2 id="words-title">In words</h2><${RuleWords} rule=${rule} /></section>
			<${RuleTry} rule=${rule} />
			<${RuleBack} rule=${rule} id=${id} />
			<${EntityIds} /></div>
	</form>`;
}

const EMPTY_RULE = { name: '', mode: 'single', triggers: [], conditions: [], actions: [] };

export function AutomationView({ id }) {
	useTopics('house');
	const { data, problem, reload } = useLoad(() => (id === 'new' ? Promise.resolve(EMPTY_RULE) :
	    get(`/api/v1/automations/${encodeURIComponent(id)}`)), [id]);
	const gone = problem?.status === 404;
	return html`<${Heading} title=${id === 'new' ? 'New automation' : data?.name ?? 'Automation'} />
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${!data && !problem && html`<${Placeholder} rows=${6} />`}
		${data && !gone && html`<${Editor} key=${`${id} ${data.revision}`} id=${id === 'new' ? null : id}
			initial=${data} />`}
		${id !== 'new' && data && !gone && html`<${RuleRuns} id=${id} serial=${data.revision} />`}
		${id !== 'new' && (data || gone) && html`<${Versions} kind="automation" id=${id}
			serial=${data?.revision} onRestored=${reload} />`}`;
}
