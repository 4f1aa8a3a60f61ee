// SPDX-License-Identifier: ISC
// What an automation or a scenario did and what it did not: its evaluations as a timeline, each to be opened.
import { useEffect, useState } from 'preact/hooks';
import { get } from './api.js';
import { ago, fullText, timeText, useTick } from './clock.js';
import { useNewest } from './follow.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { RunUndo } from './rule_run_undo.js';
import { namedText, RunDetails } from './rule_run_details.js';
import { RuleWhy } from './rule_why.js';
import { Placeholder, ProblemNote, useLoad } from './ui.js';

const SHOWN = 10;
const LOOK_MS = 5e3;
const STATUS = { running: 'Runs since', done: 'Ran', stopped: 'Stopped', failed: 'Failed', no: 'Did not run',
	busy: 'Ignored', cut_short: 'Almost', missed: 'Missed' };
const ICON = { running: 'refresh', done: 'play', stopped: 'close', failed: 'warning' };
const OUTCOMES = [['all', 'All'], ['ran', 'Ran'], ['not', 'Did not']];

/** What started it, in words; '' when nobody knows. */
export function causeText(by) {
	if (!by) {
		return '';
	}
	if (by.name === null) {
		return by.subject ?? 'by hand';
	}
	if (by.entity_id) {
		const change = by.from ? `${by.from} → ${by.to ?? 'unknown'}` : by.to ?? '';
		return `${namedText(by.entity_id)}${change && `: ${change}`}`;
	}
	// the subject of a webhook is made out of its secret address
	if (by.subject?.startsWith('webhook.')) {
		return by.name === 'webhook' ? 'a webhook' : `the webhook ${by.name}`;
	}
	return by.subject ?? 'its time came';
}

/** SERIAL: also what its commands came to is read again, which may be known later than that it is done. */
function Loaded({ path, run, serial }) {
	const { data, problem } = useLoad(() => get(`${path}/${run.id}`), [run.id, run.status, serial]);
	if (problem || !data) {
		return problem ? html`<${ProblemNote} problem=${problem} />` : html`<${Placeholder} rows=${1} />`;
	}
	return html`<${RunDetails} run=${data} />`;
}

function Run({ path, run, serial }) {
	const [open, setOpen] = useState(false);
	const cause = causeText(run.by);
	return html`<li class="chain-step" data-run=${run.id} data-status=${run.status}>
		<span class="chain-icon"><${Icon} name=${ICON[run.status] ?? 'minus'} /></span>
		<div><p><b>${STATUS[run.status] ?? run.status}</b>${' '}<span class="faint"
			title=${fullText(run.started)}>${timeText(run.started)} · ${ago(run.started)}${
			cause && ` · ${cause}`}</span></p>
		${run.reason && html`<p>${namedText(run.reason)}</p>`}
		<${RunUndo} path=${`${path}/${run.id}/undo`} run=${run} />
		<details onToggle=${(e) => setOpen(e.target.open)}><summary>Details</summary>
			${open && html`<${Loaded} path=${path} run=${run} serial=${serial} />`}</details></div></li>`;
}

/** A page of them and, when asked for, those behind it. */
function Page({ path, outcome, after, serial, gone }) {
	const [more, setMore] = useState(false);
	const { data, problem, reload } = useLoad(() => get(path, { limit: SHOWN, ...(outcome ? { outcome } : {}),
		...(after ? { after } : {}) }), [path, outcome, after, serial]);
	if (problem || !data) {
		return problem ? html`<${ProblemNote} problem=${problem} onRetry=${reload} />` :
		    html`<${Placeholder} rows=${2} />`;
	}
	const { runs, next } = data;
	return html`${runs.length === 0 && !after && html`<p class="faint">${outcome === 'not' ?
			'Nothing that did not come to a run.' : gone ? 'Nothing that it did is kept.' :
			'It has not run yet.'}</p>`}
		<ol class="plain chain">${runs.map((run) => html`<${Run} key=${run.id} path=${path}
			run=${run} serial=${serial} />`)}</ol>
		${next && !more && html`<button class="button quiet"
			onClick=${() => setMore(true)}>Earlier ones</button>`}
		${next && more && html`<${Page} path=${path} outcome=${outcome} after=${next}
			serial=${serial} gone=${gone} />`}`;
}

/** The newest that did not come to a run: no event tells of it, so a page that is seen looks for it. */
function useNewestNot(path, wanted) {
	const [newest, setNewest] = useState(null);
	useEffect(() => {
		const look = () => get(path, { outcome: 'not', limit: 1 })
		    .then(({ runs }) => setNewest(runs[0]?.id ?? null)).catch(() => {});
		const timer = setInterval(() => wanted && document.visibilityState === 'visible' && look(), LOOK_MS);
		return () => clearInterval(timer);
	}, [path, wanted]);
	return newest;
}

/** Of the automation (or SCENARIO) ID, perhaps GONE; SERIAL differs when there may be others. */
export function RuleRuns({ id, serial, scenario, gone }) {
	useTick();
	const [chosen, setOutcome] = useState('all');
	const outcome = scenario ? null : chosen;
	const kind = scenario ? 'scenario' : 'automation';
	// also what it tells devices while it goes on: that can be undone then
	const newest = useNewest((event) => event.subject === `${kind}.${id}` || event.actor === `${kind}:${id}`);
	const path = `/api/v1/${scenario ? 'scenarios' : 'automations'}/${encodeURIComponent(id)}/runs`;
	const newestNot = useNewestNot(path, !scenario && outcome !== 'ran');
	return html`<section class="panel" aria-labelledby="runs-title"><div class="field-head">
			<h2 id="runs-title" tabindex="-1">Runs</h2>
			${!scenario && html`<div class="segments" role="group" aria-label="Which">
				${OUTCOMES.map(([name, text]) => html`<button key=${name} type="button"
					aria-pressed=${outcome === name ? 'true' : 'false'}
					onClick=${() => setOutcome(name)}>${text}</button>`)}</div>`}</div>
		${!scenario && html`<${RuleWhy} id=${id} serial=${serial} />`}
		<${Page} key=${outcome} path=${path} outcome=${outcome} gone=${gone}
			serial=${`${serial} ${newest} ${newestNot}`} />
	</section>`;
}
