// SPDX-License-Identifier: ISC
// Trying a rule against the house as it is: what it would do, without doing it.
import { useEffect, useState } from 'preact/hooks';
import { post } from './api.js';
import { subjectName, words } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { faultText } from './rule_language.js';
import { namedText, offsetText, placeText } from './rule_run_details.js';
import { ProblemNote } from './ui.js';

const OUTCOME = { done: 'It would run to its end.', stopped: 'It would stop', failed: 'It would fail',
	waits: 'It would wait for something to happen.', not_run: 'It would not run' };

export function Command({ command }) {
	const data = Object.entries(command.data).map(([key, value]) =>
		`${words(key).toLowerCase()} ${JSON.stringify(value)}`).join(', ');
	return html`<li>${words(command.service).toLowerCase()} ${subjectName(command.entity_id)}${
		data && ` (${data})`}${!command.sent && html` <b>refused</b>: ${command.reason}`}</li>`;
}

/** A message to people, or a call of another program. */
export function Delivery({ payload }) {
	return html`<li>${payload.url ? `calls ${payload.url}` : `tells people “${payload.message}”`}</li>`;
}

/** A value as short as it can be said: a text as it is, else as JSON. */
const valueText = (value) => (typeof value === 'string' ? `“${value}”` : JSON.stringify(value));

function Event({ event }) {
	const data = Object.entries(event.data ?? {}).map(([key, value]) => `${key} ${valueText(value)}`).join(', ');
	return html`<li>tells of the event ${event.type}${data && ` (${data})`}</li>`;
}

function Variables({ variables }) {
	return html`<ul class="plain">${Object.entries(variables).map(([name, value]) =>
		html`<li key=${name}>${name} is ${valueText(value)}</li>`)}</ul>`;
}

function Step({ step }) {
	return html`<li><span>${placeText(step.place)}: <b>${step.result}</b>${
		step.reason && ` (${namedText(step.reason)})`}</span>
		${' '}<span class="faint">+${offsetText(step.after)}</span>
		${step.commands.length > 0 && html`<ul class="plain">${step.commands.map((one, i) =>
			html`<${Command} key=${i} command=${one} />`)}</ul>`}
		${step.deliveries.length > 0 && html`<ul class="plain">${step.deliveries.map((one, i) =>
			html`<${Delivery} key=${i} payload=${one.payload} />`)}</ul>`}
		${step.events.length > 0 && html`<ul class="plain">${step.events.map((one, i) =>
			html`<${Event} key=${i} event=${one} />`)}</ul>`}
		${step.variables && html`<${Variables} variables=${step.variables} />`}
		${step.scenarios.map((one, i) => html`<div key=${i}><p>The scenario ${one.name}:</p>
			<${Result} result=${one} /></div>`)}</li>`;
}

function Result({ result }) {
	return html`<p role="status">${OUTCOME[result.outcome] ?? result.outcome}${
		result.reason && `: ${namedText(result.reason)}`}</p>
		${result.complete === false && html`<p class="faint">There is more to it than is looked at.</p>`}
		<ol class="plain steps">${result.steps.map((step, i) => html`<${Step} key=${i} step=${step} />`)}</ol>`;
}

/** Why a rule cannot even be tried: what is wrong where, as its form says it. */
export function RuleProblem({ problem }) {
	const { status, field, message } = problem;
	const known = status === 422 && field;
	return html`<${ProblemNote} problem=${known ?
		{ status, message: `${placeText(field)}: ${faultText(message)}` } : problem} />`;
}

/** RULE as it is on the page, saved or not. */
export function RuleTry({ rule }) {
	const [result, setResult] = useState(null);
	const [problem, setProblem] = useState(null);
	const text = JSON.stringify(rule);
	useEffect(() => {
		setResult(null);
		setProblem(null);
	}, [text]);
	const attempt = async () => {
		setProblem(null);
		try {
			setResult(await post('/api/v1/automations/dry-run', { rule }));
		} catch (e) {
			setResult(null);
			setProblem(e);
		}
	};
	return html`<section class="panel" aria-labelledby="try-title"><h2 id="try-title">Try it</h2>
		<p class="faint">Against the house as it is now. Nothing is switched.</p>
		<button type="button" class="button" onClick=${attempt}><${Icon} name="checks" />Try</button>
		${problem && html`<${RuleProblem} problem=${problem} />`}
		${result && html`<${Result} result=${result} />`}
	</section>`;
}
