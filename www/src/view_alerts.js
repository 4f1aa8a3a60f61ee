// SPDX-License-Identifier: ISC
// What is wrong in the house and what was, the rules that say so, and how people are told.
import { useEffect, useState } from 'preact/hooks';
import { AlertForm } from './alert_form.js';
import { alerts, alertsRead, useAlertCount } from './alerts.js';
import { get, getAll, patch, post, remove } from './api.js';
import { ago, fullText, useTick } from './clock.js';
import { CarefulButton } from './control_parts.js';
import { events } from './event.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { toast } from './toast.js';
import { Empty, Heading, Placeholder, ProblemNote, Toggle, useLoad } from './ui.js';
import { Deleted } from './versions.js';

const ICONS = { info: 'info', warning: 'warning', critical: 'warning' };

const ruleOf = (id) => `/api/v1/alerts/rules/${encodeURIComponent(id)}`;

/** Does it and says why it failed. */
async function tried(act) {
	try {
		await act();
	} catch (problem) {
		toast('bad', problem.message);
	}
}

function Severity({ severity }) {
	return html`<span class="severity" data-severity=${severity}><${Icon} name=${ICONS[severity]} />
		${severity}</span>`;
}

function Active({ alert }) {
	const acknowledge = () => tried(async () => {
		await post(`/api/v1/alerts/${alert.id}/acknowledge`);
		alertsRead();
	});
	return html`<li class="panel alert" data-severity=${alert.severity}>
		<div class="automation-head"><h2>${alert.name}</h2>
			<${Severity} severity=${alert.severity} /></div>
		<p>${alert.message}</p>
		<div class="automation-foot"><p class="faint" title=${fullText(alert.raised)}>
			<${Icon} name="clock" />Since ${ago(alert.raised)}${alert.repeats > 0 &&
			`, told ${alert.repeats + 1} times`}</p>
			${alert.acknowledged ? html`<p class="faint"><${Icon} name="check" />Acknowledged by${' '}
				${alert.acknowledged_by}</p>` : html`<button class="button"
				aria-label=${`Acknowledge ${alert.name}`} onClick=${acknowledge}>
				<${Icon} name="check" />Acknowledge</button>`}</div>
	</li>`;
}

function ActiveList() {
	const { active, problem } = alerts;
	return html`${problem && html`<${ProblemNote} problem=${problem} onRetry=${alertsRead} />`}
		${!active && !problem && html`<${Placeholder} rows=${2} />`}
		${active?.length === 0 && html`<${Empty} icon="check" title="Nothing is wrong">
			<p>No alert is active.</p></${Empty}>`}
		${active?.length > 0 && html`<ul class="automations" data-list="active">${active.map((alert) =>
			html`<${Active} key=${alert.id} alert=${alert} />`)}</ul>`}`;
}

function Rule({ rule, edit, reload }) {
	const set = (enabled) => tried(async () => {
		await patch(ruleOf(rule.id), { enabled });
		reload();
	});
	const drop = () => tried(async () => {
		await remove(ruleOf(rule.id));
		reload();
	});
	return html`<li class="alert-rule"><div class="automation-head"><h3>${rule.name}</h3>
			<${Severity} severity=${rule.severity} />
			<${Toggle} on=${rule.enabled} label=${`${rule.name} enabled`} onChange=${set} /></div>
		<p><code>${rule.expression}</code></p>
		${rule.problem && html`<div class="note" data-tone="warn"><${Icon} name="warning" />
			<p>It cannot be judged, so nothing is raised or ended: ${rule.problem}.
			${rule.problem_since && ` Since ${ago(rule.problem_since)}.`}</p></div>`}
		<div class="button-row"><button class="button" aria-label=${`Change ${rule.name}`}
			onClick=${() => edit(rule)}><${Icon} name="edit" />Change</button>
			<${CarefulButton} icon="trash" text="Delete" name=${rule.name} onPress=${drop} /></div>
	</li>`;
}

/** Waits for what comes of a test, for a while. */
async function outcome(id) {
	for (let i = 0; i < 40; i++) {
		const delivery = await get(`/api/v1/alerts/deliveries/${id}`);
		if (delivery.status === 'delivered') {
			toast('good', `${delivery.channel}: it arrived.`);
			return;
		}
		if (delivery.reason) {
			toast('bad', `${delivery.channel}: ${delivery.reason}`);
			return;
		}
		await new Promise((done) => setTimeout(done, 250));
	}
	toast('bad', 'Nothing is known of it yet; it is tried again.');
}

function Channel({ channel: { name, help, ready, missing } }) {
	const [busy, setBusy] = useState(false);
	const test = async () => {
		setBusy(true);
		await tried(async () => outcome((await post(`/api/v1/alerts/channels/${name}/test`)).id));
		setBusy(false);
	};
	return html`<li><${Icon} name=${ready ? 'check' : 'close'} /><span><b>${name}</b>${' '}
		<span class="faint">${ready ? help : `set ${missing} in the configuration`}</span></span>
		${ready && html`<button class="button" disabled=${busy} aria-label=${`Test ${name}`}
			onClick=${test}>Test</button>`}</li>`;
}

function Past({ rows }) {
	return html`<section class="panel" aria-labelledby="alerts-past"><h2 id="alerts-past">Past</h2>
		${rows.length === 0 ? html`<p class="faint">None yet.</p>` : html`<ul
			class="plain rows-plain" data-list="past">${rows.map((alert) => html`<li
			key=${alert.id}><${Icon} name=${ICONS[alert.severity]} />
			<span>${alert.name}: ${alert.message}</span>
			<span class="faint" title=${fullText(alert.cleared)}>over ${ago(alert.cleared)}${
				alert.reason ? `: ${alert.reason}` : ''}</span></li>`)}</ul>`}
	</section>`;
}

async function load() {
	const [rules, channels, past] = await Promise.all([getAll('/api/v1/alerts/rules', 'rules'),
		get('/api/v1/alerts/channels'), get('/api/v1/alerts', { status: 'past', limit: 20 })]);
	return { rules, channels: channels.channels, past: past.alerts };
}

function Below({ data, edit, reload }) {
	return html`<section class="panel" aria-labelledby="alerts-rules">
			<h2 id="alerts-rules">Rules</h2>
			${data.rules.length === 0 ? html`<p class="faint">No rule says yet what is wrong: a
				freezer that is too warm, more energy than is usual.</p>` : html`<ul
				class="plain stack">${data.rules.map((rule) => html`<${Rule} key=${rule.id}
				rule=${rule} edit=${edit} reload=${reload} />`)}</ul>`}</section>
		<${Deleted} kinds=${['alert_rule']} onRestored=${reload}
			serial=${data.rules.map((rule) => rule.id).join()} />
		<${Past} rows=${data.past} />
		<section class="panel" aria-labelledby="alerts-channels">
			<h2 id="alerts-channels">How people are told</h2>
			<ul class="plain rows-plain">${data.channels.map((channel) => html`<${Channel}
				key=${channel.name} channel=${channel} />`)}</ul></section>`;
}

export function Alerts() {
	useAlertCount();
	useTick();
	const { data, problem, reload } = useLoad(load, []);
	const [edited, edit] = useState(null);
	const newest = events.list.find((event) => event.kind.startsWith('alert'))?.id;
	useEffect(() => newest && reload(), [newest]);
	return html`<${Heading} title="Alerts"><button class="button primary" disabled=${!data}
			onClick=${() => edit({})}><${Icon} name="plus" />New rule</button></${Heading}>
		<div class="stack"><${ActiveList} />
			${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
			${data && html`<${Below} data=${data} edit=${edit} reload=${reload} />`}</div>
		${edited && html`<${AlertForm} rule=${edited} channels=${data.channels}
			close=${() => edit(null)} done=${() => {
				edit(null);
				reload();
			}} />`}`;
}
