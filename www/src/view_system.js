// SPDX-License-Identifier: ISC
// How the house itself is: every component with its numbers, and the jobs with progress.
import { useEffect } from 'preact/hooks';
import { get } from './api.js';
import { ago, fullText, lengthText, toMs } from './clock.js';
import { words } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { numberText } from './quantity.js';
import { Empty, Heading, Placeholder, ProblemNote, useLoad } from './ui.js';

const REFRESH_MS = 10e3;
const STATUS_TONE = { healthy: 'good', degraded: 'warn', critical: 'alarm' };

function componentsOf(doc) {
	return Object.entries(doc.components ?? {});
}

function toneOf({ healthy, critical }) {
	return critical ? 'alarm' : healthy ? 'good' : 'warn';
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT/;

/** Ends of names -> how their numbers are written. */
const UNITS = [
	[/_bytes$/, (n) => (n >= 1e9 ? `${numberText(n / 1e9)} GB` :
	    n >= 1e6 ? `${numberText(n / 1e6)} MB` : `${numberText(n / 1e3)} KB`)],
	[/_gb$/, (n) => `${numberText(n)} GB`],
	[/_percent$/, (n) => `${numberText(n)} %`],
	[/_ms$/, (n) => `${numberText(n)} ms`],
	[/_seconds$/, (n) => (n < 1 ? `${numberText(n * 1000)} ms` : lengthText(n * 1000))],
];

function factText(name, value) {
	if (value === null) {
		return 'never';
	}
	if (typeof value === 'boolean') {
		return value ? 'yes' : 'no';
	}
	if (typeof value === 'number') {
		return (UNITS.find(([end]) => end.test(name))?.[1] ?? numberText)(value);
	}
	return ISO_TIME.test(value) ? ago(value) : typeof value === 'object' ?
	    JSON.stringify(value) : String(value);
}

const factName = (name) => UNITS.reduce((text, [end]) => text.replace(end, ''), name);

/** Components whose name is no word. */
const NAMES = { mqtt: 'MQTT' };
/** Facts that would read as another one without their unit. */
const FACTS = { online_percent: 'Share online' };

function Component({ name, data }) {
	const facts = Object.entries(data)
	    .filter(([key, value]) => !['healthy', 'critical'].includes(key));
	const tone = toneOf(data);
	return html`<li class="panel component" data-tone=${tone}>
		<div class="panel-head"><h2>${NAMES[name] ?? words(name)}</h2><span class="chip" data-tone=${tone}>
			<${Icon} name=${tone === 'good' ? 'check' : 'warning'} />${tone === 'good' ? 'healthy' :
			tone === 'warn' ? 'degraded' : 'critical'}</span></div>
		<dl class="details">${facts.map(([key, value]) => html`<div key=${key}>
			<dt>${FACTS[key] ?? words(factName(key))}</dt><dd>${factText(key, value)}</dd></div>`)}</dl>
	</li>`;
}

const JOB_TONE = { running: 'active', done: 'good', failed: 'alarm' };

function Job({ job }) {
	const running = job.status === 'running';
	const took = job.ended ? toMs(job.ended) - toMs(job.started) : null;
	return html`<li class="row job">
		<span class="row-main"><b>${words(job.name)}</b>
			<span class="faint">${job.detail ?? `ran ${job.runs} times`}</span></span>
		${running && html`<progress max="100" value=${job.percent}
				aria-label=${`Progress of ${job.name}`}></progress>` ||
			html`<span class="no-progress"></span>`}
		<span class="row-side faint" title=${fullText(job.started)}>${ago(job.started)}
			${took === null ? '' : ` · took ${lengthText(took)}`}</span>
		<span class="chip" data-tone=${JOB_TONE[job.status] ?? 'idle'}><span class="dot"></span>
			${job.status}</span>
	</li>`;
}

function Jobs() {
	const { data, problem, reload } = useLoad((signal) => get('/api/v1/jobs', {}, { signal }), []);
	useRefresh(reload);
	return html`<section aria-labelledby="jobs-title"><h2 id="jobs-title">Jobs</h2>
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${data?.jobs?.length === 0 && html`<${Empty} icon="checks" title="No job has run yet">
			<p>Jobs keep the history small and the backups fresh; cron starts them.</p></${Empty}>`}
		${data?.jobs?.length > 0 && html`<ul class="rows panel">
			${data.jobs.map((job) => html`<${Job} key=${job.name}
				job=${job} />`)}</ul>`}
	</section>`;
}

function useRefresh(reload) {
	useEffect(() => {
		const timer = setInterval(() => document.visibilityState === 'visible' && reload(),
		    REFRESH_MS);
		return () => clearInterval(timer);
	}, []);
}

export function System() {
	const { data, problem, reload } = useLoad((signal) => get('/health/detailed', {},
	    { signal, allow: [503] }), []);
	useRefresh(reload);
	return html`<${Heading} title="Health">${data && html`<span class="chip"
			data-tone=${STATUS_TONE[data.status] ?? 'idle'}><span class="dot"></span>
			${data.status}</span>`}</${Heading}>
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${!data && !problem && html`<${Placeholder} rows=${6} />`}
		${data && html`<section aria-label="Components"><ul class="components">
			${componentsOf(data).map(([name, part]) => html`<${Component} key=${name} name=${name}
				data=${part} />`)}</ul></section>`}
		<${Jobs} />
		<p class="faint">Programs talk to the house through its interface:${' '}
			<a href="/docs">read its documentation</a>.</p>`;
}
