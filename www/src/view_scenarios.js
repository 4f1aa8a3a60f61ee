// SPDX-License-Identifier: ISC
// The scenarios of the house: run with one tap, or told more than that; what each does or did last.
import { useEffect, useState } from 'preact/hooks';
import { get, getAll, post } from './api.js';
import { ago, fullText, useTick } from './clock.js';
import { Dialog } from './dialog.js';
import { events } from './event.js';
import { RowField, TextField } from './form.js';
import { areasSorted } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { useTopics } from './store.js';
import { toast } from './toast.js';
import { Empty, Heading, Placeholder, ProblemNote, Toggle, useLoad } from './ui.js';
import { undo } from './undo.js';
import { Deleted } from './versions.js';

const LIST = '/api/v1/scenarios';

const pathOf = (id, rest = '') => `${LIST}/${encodeURIComponent(id)}${rest}`;

const newestRun = async (id) => (await get(pathOf(id, '/runs'), { limit: 1 })).runs[0];

/** Each with its newest run. */
async function loadScenarios() {
	const list = await getAll(LIST, 'scenarios');
	return Promise.all(list.map(async (one) => ({ ...one, run: await newestRun(one.id) })));
}

/** Loads again a moment after a scenario began, ended or was changed. */
function useScenarios() {
	useTopics('events');
	const loaded = useLoad(loadScenarios, []);
	const newest = events.list.find((event) => event.kind.startsWith('scenario'))?.id;
	useEffect(() => newest && loaded.reload(), [newest]);
	return loaded;
}

const labelOf = (name, { description }) => `${name.replaceAll('_', ' ').replace(/^./, (c) => c.toUpperCase())}${
	description ? `: ${description}` : ''}`;

/** One parameter, as its type asks for. */
function Parameter({ form, name, declared }) {
	const label = labelOf(name, declared);
	if (declared.type === 'boolean') {
		return html`<div class="automation-head"><span>${label}</span><${Toggle} label=${label}
			on=${form.values[name]} onChange=${(on) => form.set(name, on)} /></div>`;
	}
	if (declared.type === 'area') {
		return html`<${RowField} form=${form} name=${name} label=${label}
			none="Everywhere" rows=${areasSorted()} />`;
	}
	if (declared.options) {
		return html`<${RowField} form=${form} name=${name} label=${label} none="None"
			rows=${declared.options.map((id) => ({ id, name: id }))} />`;
	}
	const number = declared.type !== 'text';
	return html`<${TextField} form=${form} name=${name} label=${label} type=${number ? 'number' : 'text'}
		min=${declared.min} max=${declared.max} step=${declared.type === 'integer' ? 1 : 'any'} maxlength="255"
		required=${number} />`;
}

const given = (parameters, values) => Object.fromEntries(Object.entries(parameters).map(([name, { type }]) =>
	[name, type === 'integer' || type === 'number' ? Number(values[name]) : values[name]]));

/** Ends it and takes back what it did. */
async function stop({ id, name }) {
	await post(pathOf(id, '/stop'), { restore: true });
	toast('good', `${name}: stopped, what it did is taken back.`);
}

/** What the EVENT started goes back, also while it runs. */
async function takeBack(scenario, event) {
	const run = await newestRun(scenario.id);
	return run?.status === 'running' ? stop(scenario) : undo('/api/v1/undo', { event });
}

const tell = ({ name }) => (problem) => toast('bad', `${name}: ${problem.message}`);

/** Runs it, told PARAMETERS; what was started by mistake goes back from the message. */
async function start(scenario, parameters) {
	const { event } = await post(pathOf(scenario.id, '/run'), { parameters });
	toast('good', `${scenario.name}: started.`, { label: 'Undo',
		run: () => takeBack(scenario, event).catch(tell(scenario)) });
}

/** Whether it has to be told something before it can run. */
const asks = ({ parameters }) => Object.values(parameters).some((one) => one.default === undefined);

/** With one tap, unless it has to ASK first. */
const tap = (scenario, ask) => (asks(scenario) ? ask(scenario) : start(scenario, {}).catch(tell(scenario)));

/** What it is told, and the button that runs it. */
function RunDialog({ scenario, close }) {
	const { parameters } = scenario;
	const [values, setValues] = useState(() => Object.fromEntries(Object.entries(parameters)
	    .map(([name, one]) => [name, one.default ?? (one.type === 'boolean' ? false : '')])));
	const [problem, setProblem] = useState(null);
	const form = { values, problem: { field: problem?.field?.replace('parameters.', '') },
		set: (name, value) => setValues((before) => ({ ...before, [name]: value })) };
	const submit = async (e) => {
		e.preventDefault();
		try {
			await start(scenario, given(parameters, values));
			close();
		} catch (why) {
			setProblem(why);
		}
	};
	return html`<${Dialog} title=${scenario.name} eyebrow="Run a scenario" close=${close}>
		<form class="form" onSubmit=${submit}>
			${scenario.description && html`<p>${scenario.description}</p>`}
			${Object.entries(parameters).map(([name, declared]) => html`<${Parameter} key=${name}
				form=${form} name=${name} declared=${declared} />`)}
			${problem && html`<${ProblemNote} problem=${problem} />`}
			<div class="button-row"><button class="button primary"><${Icon} name="play" />Run</button>
				<button type="button" class="button" onClick=${close}>Cancel</button></div>
		</form>
	</${Dialog}>`;
}

/** When it runs: since when, and what it does next; else how it ended last. */
function LastRun({ run }) {
	if (!run) {
		return 'Has not run yet';
	}
	const words = { running: 'Runs since', done: 'Done', failed: 'Failed', stopped: 'Stopped' };
	return html`<span title=${fullText(run.started)}>
		${words[run.status] ?? 'Did not run'}${' '}${ago(run.started)}${
		run.status === 'running' && run.wake ? `, goes on ${fullText(run.wake)}` : ''}${
		run.reason ? `: ${run.reason}` : ''}</span>`;
}

function Row({ scenario, ask }) {
	const { name } = scenario;
	return html`<li class="panel automation">
		<div class="automation-head"><h2>${name}</h2>
			<a class="icon-button" aria-label=${`Edit ${name}`}
				href=${`/scenarios/${encodeURIComponent(scenario.id)}`}>
				<${Icon} name="edit" /></a></div>
		${scenario.description && html`<p>${scenario.description}</p>`}
		<div class="automation-foot">
			<p class="faint"><${Icon} name="clock" /><${LastRun} run=${scenario.run} /></p>
			<div class="button-row">${Object.keys(scenario.parameters).length > 0 && html`<button
				class="icon-button" title="Say how" aria-label=${`Say how ${name} runs`}
				onClick=${() => ask(scenario)}><${Icon} name="number" /></button>`}
			${scenario.run?.status === 'running' ? html`<button class="button"
				aria-label=${`Stop ${name}`} onClick=${() => stop(scenario).catch(tell(scenario))}>
				<${Icon} name="stop" />Stop</button>` :
			html`<button class="button primary" aria-label=${`Run ${name}`}
				onClick=${() => tap(scenario, ask)}><${Icon} name="play" />Run</button>`}</div></div>
	</li>`;
}

/** On the home page: a button for each. */
export function ScenarioButtons() {
	const { data } = useLoad(() => getAll(LIST, 'scenarios'), []);
	const [asked, ask] = useState(null);
	return data?.length > 0 && html`<nav class="room-links" aria-label="Scenarios">
		${data.map((one) => html`<button key=${one.id} class="button quiet" onClick=${() => tap(one, ask)}>
			<${Icon} name="play" />${one.name}</button>`)}
		<a href="/scenarios">All scenarios</a>
		${asked && html`<${RunDialog} scenario=${asked} close=${() => ask(null)} />`}
	</nav>`;
}

export function Scenarios() {
	useTopics('house');
	useTick();
	const { data, problem, reload } = useScenarios();
	const [asked, ask] = useState(null);
	return html`<nav class="crumbs" aria-label="Where this is"><a href="/automations">Automations</a></nav>
		<${Heading} title="Scenarios"><a class="button primary"
			href="/new-scenario"><${Icon} name="plus" />New</a></${Heading}>
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${!data && !problem && html`<${Placeholder} rows=${5} />`}
		${data?.length === 0 && html`<${Empty} icon="automation" title="No scenarios">
			<p>A scenario does several things in order when somebody asks for it.</p></${Empty}>`}
		${data?.length > 0 && html`<ul class="automations">
			${data.map((scenario) => html`<${Row} key=${scenario.id} scenario=${scenario}
				ask=${ask} />`)}</ul>`}
		${data && html`<${Deleted} kinds=${['scenario']} onRestored=${reload}
			serial=${data.map((one) => one.id).join()} />`}
		${asked && html`<${RunDialog} scenario=${asked} close=${() => ask(null)} />`}`;
}
