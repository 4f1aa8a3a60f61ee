// SPDX-License-Identifier: ISC
// The last runs of an automation, and what each did, step by step.
import { useState } from 'preact/hooks';
import { get } from './api.js';
import { ago, fullText, toMs, useTick } from './clock.js';
import { html } from './html.js';
import { Placeholder, ProblemNote, useLoad } from './ui.js';

const SHOWN = 10;
const STATUS = { running: 'Runs since', done: 'Ran', stopped: 'Stopped', failed: 'Failed' };
const RESULT = { done: 'done', no: 'no', waits: 'waits', stopped: 'stopped', failed: 'failed' };

/** "actions[0].choose[1].sequence[0]" -> "1, option 2, step 1" for people. */
export function placeText(place) {
	const words = { actions: '', choose: 'option ', sequence: 'step ', then: 'then ', else: 'else ',
		parallel: 'branch ', default: 'default ' };
	return (place.match(/([a-z_]+)(?:\[(\d+)\])?/g) ?? []).map((part) => {
		const [, name, at] = /([a-z_]+)(?:\[(\d+)\])?/.exec(part);
		const word = words[name] ?? name.replaceAll('_', ' ');
		return at === undefined ? word : `${word}${Number(at) + 1}`;
	}).filter(Boolean).join(', ');
}

export function offsetText(ms) {
	return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(ms < 60000 ? 1 : 0)} s`;
}

function Steps({ path, run }) {
	const { data, problem } = useLoad(() => get(`${path}/${run.id}`), [run.id, run.status]);
	if (problem || !data) {
		return problem ? html`<${ProblemNote} problem=${problem} />` : html`<${Placeholder} rows=${1} />`;
	}
	return html`<ol class="plain steps">${data.trace.map((step, i) => html`<li key=${i}>
		<span>${placeText(step.place)}: <b>${RESULT[step.result] ?? step.result}</b>${
			step.reason && ` (${step.reason})`}</span>
		<span class="faint">+${offsetText(toMs(step.time) - toMs(run.started))}</span></li>`)}
		${data.trace.length === 0 && html`<li>Nothing was recorded.</li>`}</ol>`;
}

function Run({ path, run }) {
	const [open, setOpen] = useState(false);
	return html`<li data-run=${run.id}>
		<b>${STATUS[run.status] ?? run.status}</b>
		<span class="faint" title=${fullText(run.started)}>${ago(run.started)}</span>
		${run.reason && html`<span>${run.reason}</span>`}
		<details onToggle=${(e) => setOpen(e.target.open)}><summary>What it did</summary>
			${open && html`<${Steps} path=${path} run=${run} />`}</details></li>`;
}

/** Of the automation ID; SERIAL differs when there may be others. */
export function RuleRuns({ id, serial }) {
	useTick();
	const path = `/api/v1/automations/${encodeURIComponent(id)}/runs`;
	const { data, problem, reload } = useLoad(() => get(path, { limit: SHOWN }), [id, serial]);
	return html`<section class="panel" aria-labelledby="runs-title"><h2 id="runs-title">Runs</h2>
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${!data && !problem && html`<${Placeholder} rows=${2} />`}
		${data?.runs.length === 0 && html`<p class="faint">It has not run yet.</p>`}
		<ul class="plain rows-plain">${data?.runs.map((run) => html`<${Run} key=${run.id} path=${path}
			run=${run} />`)}</ul>
	</section>`;
}
