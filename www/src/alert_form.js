// SPDX-License-Identifier: ISC
// The window in which an alert rule is written and tried.
import { useEffect, useRef, useState } from 'preact/hooks';
import { getTagged, post } from './api.js';
import { cancelDialog, Dialog } from './dialog.js';
import { entityFullName } from './entity.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { patchUnlessChanged, SaveNote } from './meanwhile.js';
import { toast } from './toast.js';
import { Placeholder, ProblemNote, useLoad } from './ui.js';
import { useUnsaved } from './unsaved.js';
import { VersionsFold } from './versions.js';
import { goToWrong } from './wrong.js';

const RULES = '/api/v1/alerts/rules';

const pathOf = ({ id }) => `${RULES}/${encodeURIComponent(id)}`;

export const SEVERITIES = ['info', 'warning', 'critical'];

/** What a name may stand for: [value, text]; "over" wants a length of time. */
const KINDS = [['now', 'its value now'], ['average', 'its average over'], ['min', 'its lowest over'],
	['max', 'its highest over'], ['sum', 'the sum of its values over'],
	['change', 'what it went up by over'], ['hour', 'what is usual at this hour'],
	['weekday', 'what is usual at this hour on this weekday']];

const OVER = ['average', 'min', 'max', 'sum', 'change'];

const durationText = (value) => (value === null || value === undefined ? '' :
    typeof value === 'object' ? JSON.stringify(value) : String(value));

/** A row of the form out of a variable of the rule; what no row can say stays as it is. */
function rowOf([name, value]) {
	if (value === null || typeof value !== 'object' || Array.isArray(value) || value.attribute ||
	    value.days) {
		return { name, kept: value };
	}
	return { name, entity: value.entity_id, kind: value.aggregate ?? value.baseline ?? 'now',
		over: durationText(value.over) || '01:00:00' };
}

/** Seconds, an object or text, as a rule has it. */
function durationOf(text) {
	const trimmed = text.trim();
	if (trimmed === '') {
		return null;
	}
	return /^\d+$/.test(trimmed) ? Number(trimmed) : trimmed.startsWith('{') ?
	    JSON.parse(trimmed) : trimmed;
}

function variableOf(row) {
	if ('kept' in row) {
		return row.kept;
	}
	const source = { entity_id: row.entity };
	if (OVER.includes(row.kind)) {
		return { ...source, aggregate: row.kind, over: durationOf(row.over) };
	}
	return row.kind === 'now' ? source : { ...source, baseline: row.kind };
}

function draftOf(rule) {
	return { name: rule.name ?? '', severity: rule.severity ?? 'warning',
		expression: rule.expression ?? '', hysteresis: rule.hysteresis ?? '',
		clear: rule.clear_expression ?? '', for: durationText(rule.for),
		repeat: durationText(rule.repeat), message: rule.message ?? '',
		channels: rule.channels ?? null,
		rows: Object.entries(rule.variables ?? { value: { entity_id: '' } }).map(rowOf) };
}

/** The rule that the form says; null takes a part of one that is changed away. */
function ruleOf(draft) {
	return { name: draft.name, severity: draft.severity, expression: draft.expression,
		variables: Object.fromEntries(draft.rows.map((row) => [row.name, variableOf(row)])),
		hysteresis: draft.hysteresis === '' ? null : Number(draft.hysteresis),
		clear_expression: draft.clear || null, for: durationOf(draft.for),
		repeat: durationOf(draft.repeat), message: draft.message || null,
		channels: draft.channels };
}

/** What people write of a rule. */
const written = (rule) => ruleOf(draftOf(rule));

const given = (rule) => Object.fromEntries(Object.entries(rule)
    .filter(([, value]) => value !== null));

function Field({ draft, set, name, label, problem, ...rest }) {
	const wrong = problem?.field === (name === 'clear' ? 'clear_expression' : name);
	return html`<label class="field" data-wrong=${wrong ? 'true' : undefined}><span>${label}</span>
		<input ...${rest} value=${draft[name]} aria-invalid=${wrong ? 'true' : undefined}
			onInput=${(e) => set({ [name]: e.target.value })} /></label>`;
}

function Entities() {
	return html`<datalist id="alert-entities">${[...house.entities.values()].map((entity) =>
		html`<option key=${entity.entity_id} value=${entity.entity_id}>
			${entityFullName(entity)}</option>`)}</datalist>`;
}

function KindFields({ row, set, label, isWrong }) {
	return html`<input aria-label=${`Entity of ${label}`} list="alert-entities" value=${row.entity}
			placeholder="sensor.power" required aria-invalid=${isWrong('entity_id')}
			onInput=${(e) => set({ entity: e.target.value.trim() })} />
		<select class="select" aria-label=${`What ${label} is`}
			onChange=${(e) => set({ kind: e.target.value })}>${KINDS.map(([value, text]) =>
			html`<option key=${value} value=${value} selected=${row.kind === value}>
				${text}</option>`)}</select>
		${OVER.includes(row.kind) && html`<input aria-label=${`How long back ${label} goes`}
			value=${row.over} required aria-invalid=${isWrong('over')}
			onInput=${(e) => set({ over: e.target.value })} />`}`;
}

function Row({ row, set, drop, problem }) {
	const label = row.name || 'the name';
	const place = `variables.${row.name}`;
	const wrong = row.name !== '' && `${problem?.field}.`.startsWith(`${place}.`);
	const isWrong = (name) => (problem?.field === `${place}.${name}` ? 'true' : undefined);
	return html`<li class="alert-variable" data-wrong=${wrong ? 'true' : undefined}>
		<input aria-label="Name" value=${row.name} required
			pattern="[a-z_][a-z0-9_]*" title="a to z, digits and _"
			onInput=${(e) => set({ name: e.target.value })} />
		${'kept' in row ? html`<code>${JSON.stringify(row.kept)}</code>` :
		html`<${KindFields} row=${row} set=${set} label=${label} isWrong=${isWrong} />`}
		<button type="button" class="icon-button" aria-label=${`Remove ${label}`}
			onClick=${drop}><${Icon} name="trash" /></button></li>`;
}

function Rows({ rows, set, problem }) {
	const change = (i, more) => set({ rows: rows.map((row, k) => (k === i ? { ...row, ...more } :
	    row)) });
	return html`<fieldset class="field"><legend>Names that the condition may use</legend>
		<ul class="plain stack">${rows.map((row, i) => html`<${Row} key=${i} row=${row} problem=${problem}
			set=${(more) => change(i, more)}
			drop=${() => set({ rows: rows.filter((_, k) => k !== i) })} />`)}</ul>
		<button type="button" class="button" onClick=${() => set({ rows: [...rows, { name: '',
			entity: '', kind: 'now', over: '01:00:00' }] })}><${Icon} name="plus" />Add a name
		</button><${Entities} /></fieldset>`;
}

function Channels({ channels, chosen, set }) {
	const toggle = (name, on) => {
		const next = on ? [...(chosen ?? []), name] : chosen.filter((one) => one !== name);
		set({ channels: next.length > 0 ? next : null });
	};
	return html`<fieldset class="field"><legend>Tell by (all that are set up, when none is chosen)
		</legend><div class="choices">${channels.map(({ name, ready }) => html`<label key=${name}>
			<input type="checkbox" checked=${chosen?.includes(name) ?? false}
				onChange=${(e) => toggle(name, e.target.checked)} />
			${name}${ready ? '' : ' (not set up)'}</label>`)}</div></fieldset>`;
}

/** What a try said. */
function Tried({ result }) {
	const text = { yes: 'It would be raised now.', no: 'It would not be raised now.',
		unknown: `It cannot be said now: ${result.reason}.` }[result.verdict];
	return html`<div class="note" role="status" data-tone=${result.verdict === 'no' ? undefined :
		'warn'}><div><p><b>${text}</b></p><p>${result.message}</p></div></div>`;
}

function Fields({ draft, set, problem, channels }) {
	const field = (name, label, rest) => html`<${Field} draft=${draft} set=${set} name=${name}
		label=${label} problem=${problem} ...${rest} />`;
	return html`${field('name', 'Name', { required: true, maxlength: 128 })}
		<label class="field"><span>Severity</span><select class="select"
			onChange=${(e) => set({ severity: e.target.value })}>${SEVERITIES.map((one) =>
			html`<option key=${one} value=${one} selected=${draft.severity === one}>${one}
			</option>`)}</select></label>
		<${Rows} rows=${draft.rows} set=${set} problem=${problem} />
		${field('expression', 'Raised when', { required: true, maxlength: 2000,
			placeholder: 'value > 100' })}
		${field('for', 'For at least (seconds or HH:MM:SS)', { placeholder: '00:05:00' })}
		${field('hysteresis', 'Over when it came back by (percent)', { type: 'number', min: 0, max: 100,
			step: 'any' })}
		${field('clear', 'Or over when', { maxlength: 2000, placeholder: 'value < 80' })}
		${field('repeat', 'Told again every', { placeholder: '01:00:00' })}
		${field('message', 'Message', { maxlength: 4096, placeholder: '{{ value }} is too much' })}
		<${Channels} channels=${channels} chosen=${draft.channels} set=${set} />`;
}

/** What the fields of a rule are called here. */
const LABELS = { name: 'Name', expression: 'Raised when', clear_expression: 'Or over when', for: 'For at least',
	hysteresis: 'Over when it came back by', repeat: 'Told again every', message: 'Message' };

/** A problem in the words of the form. */
function inWords(problem) {
	const label = LABELS[problem.field];
	const { message, field } = problem;
	return label ? Object.assign(problem, { message: message.startsWith(`${field} `) ?
		`${label}${message.slice(field.length)}` : `${label}: ${message}` }) : problem;
}

/** SAVED: {doc, tag}; without a tag it is a new one. AGAIN reads it anew, DONE is called when it was stored. */
function Form({ saved, channels, again, done }) {
	const { doc: rule, tag } = saved;
	const [first] = useState(() => draftOf(rule));
	const [draft, setDraft] = useState(first);
	const [problem, setProblem] = useState(null);
	const [note, setNote] = useState(null);
	const [result, setResult] = useState(null);
	const form = useRef(null);
	const set = (more) => {
		setDraft((before) => ({ ...before, ...more }));
		setResult(null);
	};
	useUnsaved(JSON.stringify(draft) !== JSON.stringify(first));
	useEffect(() => {
		const wrong = problem && goToWrong(form.current, problem.message);
		setNote(wrong && LABELS[problem.field] ? problem.message : wrong);
	}, [problem]);
	const attempt = async (act) => {
		setProblem(null);
		setResult(null);
		try {
			await act();
		} catch (why) {
			setProblem(inWords(why));
		}
	};
	const dryRun = () => post(`${RULES}/dry-run`, given({ ...ruleOf(draft), name: draft.name || 'try' }));
	/** What cannot be judged now is said before it is saved, once. */
	const save = (over) => {
		const warned = result?.verdict === 'unknown';
		return attempt(async () => {
			const said = warned ? null : await dryRun();
			if (said?.verdict === 'unknown') {
				setResult(said);
				return;
			}
			await (tag ? patchUnlessChanged(pathOf(rule), ruleOf(draft), over ? {} : saved, written) :
			    post(RULES, given(ruleOf(draft))));
			toast('good', 'Saved.');
			done();
		});
	};
	const submit = (e) => {
		e.preventDefault();
		save();
	};
	const look = () => attempt(async () => setResult(await dryRun()));
	return html`<form class="form" ref=${form} onSubmit=${submit}>
			<${Fields} draft=${draft} set=${set} problem=${problem} channels=${channels} />
			${result && html`<${Tried} result=${result} />`}
			<${SaveNote} kind="alert_rule" id=${rule.id} note=${note} problem=${problem} load=${again}
				overwrite=${() => save(true)} />
			<div class="button-row"><button class="button primary">
				${result?.verdict === 'unknown' ? 'Save all the same' : 'Save'}</button>
				<button type="button" class="button" onClick=${look}>Try it</button>
				<button type="button" class="button" onClick=${cancelDialog}>Cancel</button></div>
		</form>
		${tag && html`<${VersionsFold} kind="alert_rule" id=${rule.id} onRestored=${done} />`}`;
}

/** RULE, of which only the id counts, is {} for a new one; DONE is called when it was stored. */
export function AlertForm({ rule, channels, close, done }) {
	const { data, problem, reload } = useLoad((signal) => (rule.id ? getTagged(pathOf(rule), signal) :
	    Promise.resolve({ doc: {} })), [rule.id]);
	return html`<${Dialog} title=${rule.id ? rule.name : 'New alert rule'} close=${close}>
		${!data && !problem && html`<${Placeholder} rows=${6} />`}
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${data && html`<${Form} key=${data.tag} saved=${data} channels=${channels} again=${reload}
			done=${done} />`}
	</${Dialog}>`;
}
