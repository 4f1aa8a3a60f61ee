// SPDX-License-Identifier: ISC
// Writing one scenario: as a form or as JSON, with what it does in words beside it.
import { useState } from 'preact/hooks';
import { get, patch, post } from './api.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { navigate } from './router.js';
import { Field } from './rule_field.js';
import { DeleteButton, Doubts, ListForm, useFaults, useLanguage, ViewSwitch } from './rule_form.js';
import { defaultsOf, Parameters } from './scenario_parameters.js';
import { useTopics } from './store.js';
import { toast } from './toast.js';
import { Heading, Placeholder, ProblemNote, useLoad } from './ui.js';
import { VersionsFold } from './versions.js';
import { RuleWords } from './view_automations.js';

const LIST = '/api/v1/scenarios';

/** What people write about a scenario. */
const PARTS = ['name', 'description', 'icon', 'mode', 'max', 'parameters', 'variables', 'conditions', 'actions',
	'rollback'];

const ABOUT = [{ name: 'name', title: 'Name', type: 'string', must: true },
	{ name: 'description', title: 'What it does', type: 'string', long: true }];

const HOW = [{ name: 'mode', title: 'Mode', choices: ['single', 'restart', 'queued', 'parallel'],
	help: 'what a start does while it runs' },
{ name: 'rollback', title: 'Take back what it did when it fails', type: 'boolean', help: 'usually yes' }];

const EMPTY = { name: '', mode: 'single', actions: [] };

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** {value} of a scenario as JSON, or {error}. */
function parse(text) {
	try {
		const value = JSON.parse(text);
		return isObject(value) && isObject(value.parameters ?? {}) ? { value } :
			{ error: 'An object in braces is needed.' };
	} catch (why) {
		return { error: `This is not valid JSON: ${why.message}` };
	}
}

/** The scenario that is written: PARTS, and its TEXT while it is shown as JSON (else null), with its ERROR. */
function useDraft(initial) {
	const [parts, setParts] = useState(initial);
	const [text, setText] = useState(null);
	const error = text === null ? undefined : parse(text).error;
	const input = (next) => {
		setText(next);
		setParts(parse(next).value ?? parts);
	};
	const put = (name, value) => {
		const { [name]: gone, ...rest } = parts;
		setParts(value === undefined ? rest : { ...parts, [name]: value });
	};
	const setForm = (form) => !error && setText(form ? null : JSON.stringify(parts, null, 2));
	return { parts, put, text, input, error, setForm };
}

function Json({ text, input, error }) {
	return html`<label class="field"><span>The scenario as JSON</span><textarea class="code" rows="24"
			spellcheck="false" autocapitalize="off" aria-invalid=${error ? 'true' : undefined}
			aria-describedby="scenario-note" value=${text}
			onInput=${(e) => input(e.target.value)}></textarea></label>
		${error && html`<p class="field-error" id="scenario-note" role="alert"><${Icon} name="warning" />
			${error}</p>`}`;
}

function Form({ language, said, parts, put }) {
	const x = { language, faults: said.faults };
	const field = (one) => html`<${Field} key=${one.name} x=${x} field=${one} part=${parts} place=${one.name}
		value=${parts[one.name]} set=${(value) => put(one.name, value)} />`;
	const variables = { ...defaultsOf(parts.parameters), ...parts.variables };
	const list = (kind, place, title, help) => html`<${ListForm} language=${language} said=${said} list=${kind}
		variables=${variables} place=${place} title=${title} help=${help} value=${parts[place]}
		set=${(value) => put(place, value)} />`;
	return html`${ABOUT.map(field)}
		<${Parameters} x=${x} value=${parts.parameters} set=${(value) => put('parameters', value)} />
		${list('condition', 'conditions', 'Only if', 'All of these must hold; may be empty.')}
		${list('action', 'actions', 'Then', 'Done in this order.')}
		${HOW.map(field)}`;
}

function Editor({ scenario }) {
	const [initial] = useState(() => (scenario ? Object.fromEntries(PARTS.filter((key) => scenario[key] !== null)
	    .map((key) => [key, scenario[key]])) : EMPTY));
	const { parts, put, text, input, error, setForm } = useDraft(initial);
	const [problem, setProblem] = useState(null);
	const language = useLanguage();
	const said = useFaults(parts, null, !error && parts !== initial, `${LIST}/check`);
	const path = scenario && `${LIST}/${encodeURIComponent(scenario.id)}`;
	const act = async (what, done) => {
		try {
			await what();
			toast('good', done);
			navigate('/scenarios');
		} catch (why) {
			setProblem(why);
		}
	};
	const save = (e) => {
		e.preventDefault();
		const gone = Object.keys(initial).filter((key) => !(key in parts)).map((key) => [key, null]);
		return !error && act(() => (scenario ? patch(path, { ...Object.fromEntries(gone), ...parts }) :
			post(LIST, parts)), `${parts.name}: saved.`);
	};
	return html`<form class="columns" onSubmit=${save} novalidate>
		<div class="column-wide panel form">
			<${ViewSwitch} form=${text === null} setForm=${setForm} />
			${text !== null ? html`<${Json} text=${text} input=${input} error=${error} />` :
			language ? html`<${Form} language=${language} said=${said} parts=${parts} put=${put} />` :
			html`<${Placeholder} rows=${6} />`}
			<${Doubts} said=${said} />
			${problem && html`<${ProblemNote} problem=${problem} />`}
			<div class="button-row"><button class="button primary">Save</button>
				<a class="button" href="/scenarios">Cancel</a>
				${scenario?.changed && html`<button type="button" class="button"
					onClick=${() => act(() => post(`${path}/reset`), 'It is again as it came.')}>
					Reset to how it came</button>`}
				${scenario && html`<${DeleteButton} address=${path} name=${scenario.name}
					back="/scenarios" />`}</div>
		</div>
		<div class="column-side"><section class="panel" aria-labelledby="words-title">
			<h2 id="words-title">In words</h2><${RuleWords} rule=${parts} /></section></div>
	</form>`;
}

/** The scenario of the ID; without one, a new one. */
export function ScenarioView({ id }) {
	useTopics('house');
	const { data, problem, reload } = useLoad(() => (id ? get(`${LIST}/${encodeURIComponent(id)}`) :
		Promise.resolve({})), [id]);
	return html`<${Heading} title=${id ? data?.name ?? 'Scenario' : 'New scenario'} />
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${!data && !problem && html`<${Placeholder} rows=${6} />`}
		${data && html`<${Editor} key=${data.revision} scenario=${id ? data : null} />`}
		${id && data && html`<${VersionsFold} panel=${true} kind="scenario" id=${id} serial=${data.revision}
			onRestored=${reload} />`}`;
}
