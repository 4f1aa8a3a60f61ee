// SPDX-License-Identifier: ISC
// The rules of the house: in words, on or off, when each ran last.
import { useEffect, useState } from 'preact/hooks';
import { get, getAll, patch, post } from './api.js';
import { ago, fullText, useTick } from './clock.js';
import { events } from './event.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { ConflictBadge, useConflicts } from './rule_conflicts.js';
import { ruleText } from './rule_text.js';
import { useTopics } from './store.js';
import { toast } from './toast.js';
import { Empty, Heading, Placeholder, ProblemNote, Toggle, useLoad } from './ui.js';
import { Deleted } from './versions.js';

/** "When ... only if ... then ..." of a rule. */
export function RuleWords({ rule }) {
	const { when, only, then } = ruleText(rule);
	const line = (name, parts, joint) => parts.length > 0 &&
	    html`<div><dt>${name}</dt><dd>${parts.join(joint)}</dd></div>`;
	return html`<dl class="rule-words">
		${line('When', when, ', or ')}
		${line('Only if', only, ', and ')}
		${line('Then', then, ', then ')}
	</dl>`;
}

/** The rules of the house, each with its newest run. */
async function loadRules() {
	const rules = await getAll('/api/v1/automations', 'automations');
	return Promise.all(rules.map(async (rule) => ({ ...rule, run: (await
	    get(`/api/v1/automations/${encodeURIComponent(rule.id)}/runs`, { limit: 1 })).runs[0] })));
}

const hrefOf = (id) => `/automations/${encodeURIComponent(id)}`;

function LastRun({ run }) {
	if (!run) {
		return 'Has not run yet';
	}
	return html`<span title=${fullText(run.started)}>${run.status === 'running' ? 'Running since' :
		run.status === 'failed' ? 'Failed' : 'Ran'}${' '}${ago(run.started)}${
		run.reason ? `: ${run.reason}` : ''}</span>`;
}

function Row({ rule, conflicts, reload }) {
	const [wanted, want] = useState(null);
	const on = wanted ?? rule.enabled;
	const set = async (enabled) => {
		want(enabled);
		try {
			await patch(`/api/v1/automations/${encodeURIComponent(rule.id)}`, { enabled });
			reload();
		} catch (problem) {
			toast('bad', `${rule.name}: ${problem.message}`);
		}
		want(null);
	};
	const runNow = async () => {
		try {
			await post(`/api/v1/automations/${encodeURIComponent(rule.id)}/trigger`);
			toast('good', `${rule.name}: started.`);
		} catch (problem) {
			toast('bad', `${rule.name}: ${problem.message}`);
		}
	};
	return html`<li class="panel automation" data-off=${on ? undefined : 'true'}>
		<div class="automation-head">
			<h2><a href=${`/automations/${encodeURIComponent(rule.id)}`}>${rule.name}</a></h2>
			<${Toggle} on=${on} busy=${wanted !== null} label=${`${rule.name} enabled`}
				onChange=${set} />
		</div>
		<${RuleWords} rule=${rule} />
		<${ConflictBadge} rule=${rule} conflicts=${conflicts} />
		<div class="automation-foot">
			<p class="faint"><${Icon} name="clock" /><${LastRun} run=${rule.run} /></p>
			<button class="button quiet" aria-label=${`Run ${rule.name} now`} onClick=${runNow}>
				<${Icon} name="play" />Run now</button></div>
	</li>`;
}

/** Loads again a moment after an automation ran or was changed. */
function useFollow(reload) {
	useTopics('events');
	const newest = events.list.find((event) => event.kind.startsWith('automation'))?.id;
	useEffect(() => newest && reload(), [newest]);
}

export function Automations() {
	useTopics('house');
	useTick();
	const { data, problem, reload } = useLoad(loadRules, []);
	useFollow(reload);
	const conflictsOf = useConflicts(data?.map((rule) => `${rule.id} ${rule.revision} ${rule.enabled}`).join());
	return html`<${Heading} title="Automations">
			<a class="button quiet" href="/scenarios"><${Icon} name="play" />Scenarios</a>
			<a class="button primary" href="/automations/new"><${Icon} name="plus" />New</a>
		</${Heading}>
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${!data && !problem && html`<${Placeholder} rows=${4} />`}
		${data?.length === 0 && html`<${Empty} icon="automation" title="No automations yet">
			<p>An automation lets the house act by itself: when motion is seen, turn on a lamp.${' '}
			<a href="/automations/new">Write the first one</a>.</p></${Empty}>`}
		${data?.length > 0 && html`<ul class="automations">
			${data.map((rule) => html`<${Row} key=${rule.id} rule=${rule}
				conflicts=${conflictsOf(rule.id)} reload=${reload} />`)}
		</ul>`}
		${data && html`<${Deleted} kinds=${['automation']} href=${hrefOf}
			serial=${data.map((rule) => rule.id).join()} />`}`;
}
