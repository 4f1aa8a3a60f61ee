// SPDX-License-Identifier: ISC
// The rules of the house: in words, on or off, when each ran last.
import { useEffect, useState } from 'preact/hooks';
import { get, getAll } from './api.js';
import { ago, fullText, useTick } from './clock.js';
import { useNewest } from './follow.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { ConflictBadge, useConflicts } from './rule_conflicts.js';
import { namedText } from './rule_run_details.js';
import { RunNow, useSwitch } from './rule_switch.js';
import { ruleText } from './rule_text.js';
import { useTopics } from './store.js';
import { Empty, Heading, Placeholder, ProblemNote, Toggle, useLoad } from './ui.js';
import { Deleted } from './versions.js';

/** "When ... only if ... then ..." of a rule. */
export function RuleWords({ rule }) {
	const { when, only, then } = ruleText(rule);
	const line = (name, parts, joint) => parts.length > 0 && html`<div><dt>${name}</dt><dd>${parts.map((part, i) =>
		html`<span key=${i}>${i > 0 && html`<span class="faint">${joint}</span>`} ${part}</span>`)}</dd></div>`;
	if (when.length + only.length + then.length === 0) {
		return html`<p class="faint">What you write is said here in a sentence.</p>`;
	}
	return html`<dl class="rule-words">
		${line('When', when, 'or')}
		${line('Only if', only, 'and')}
		${line('Then', then, 'then')}
	</dl>`;
}

/** So many are found without a search. */
const FEW = 10;

/** Whether a rule says each of the WORDS, in its name or in what it does. */
export function ruleMatches(rule, words) {
	const { when, only, then } = ruleText(rule);
	const text = [rule.name, rule.id, rule.description, ...when, ...only, ...then].join(' ').toLowerCase();
	return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
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
		run.reason ? `: ${namedText(run.reason)}` : ''}</span>`;
}

function Row({ rule, conflicts, reload }) {
	const { on, busy, set } = useSwitch(rule, reload);
	return html`<li class="panel automation" data-off=${on ? undefined : 'true'}>
		<div class="automation-head">
			<h2><a href=${`/automations/${encodeURIComponent(rule.id)}`}>${rule.name}</a></h2>
			<${Toggle} on=${on} busy=${busy} label=${`${rule.name} enabled`}
				onChange=${set} />
		</div>
		<${RuleWords} rule=${rule} />
		<${ConflictBadge} rule=${rule} conflicts=${conflicts} />
		<div class="automation-foot">
			<p class="faint"><${Icon} name="clock" /><${LastRun} run=${rule.run} /></p>
			<${RunNow} rule=${rule} on=${on} /></div>
	</li>`;
}

/** Loads again a moment after an automation ran or was changed. */
function useFollow(reload) {
	const newest = useNewest((event) => event.kind.startsWith('automation'));
	useEffect(() => newest && reload(), [newest]);
}

function List({ rules, conflictsOf, reload }) {
	const [text, setText] = useState('');
	const found = rules.filter((rule) => ruleMatches(rule, text.trim()));
	return html`${rules.length > FEW && html`<div class="filters" role="search">
			<label class="search"><${Icon} name="search" /><input type="search"
				placeholder="Search automations" aria-label="Search automations" value=${text}
				onInput=${(e) => setText(e.target.value)} /></label></div>`}
		${found.length === 0 && html`<${Empty} icon="search" title="No automation matches">
			<p>Search for its name, or for what it hears or does.</p></${Empty}>`}
		<ul class="automations">
			${found.map((rule) => html`<${Row} key=${rule.id} rule=${rule}
				conflicts=${conflictsOf(rule.id)} reload=${reload} />`)}
		</ul>`;
}

export function Automations() {
	useTopics('house');
	useTick();
	const { data, problem, reload } = useLoad(loadRules, []);
	useFollow(reload);
	const conflictsOf = useConflicts(data?.map((rule) => `${rule.id} ${rule.revision} ${rule.enabled}`).join());
	return html`<${Heading} title="Automations">
			<a class="button quiet" href="/calendars"><${Icon} name="calendar" />Calendars</a>
			<a class="button quiet" href="/scenarios"><${Icon} name="play" />Scenarios</a>
			<a class="button primary" href="/new-automation"><${Icon} name="plus" />New</a>
		</${Heading}>
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${!data && !problem && html`<${Placeholder} rows=${4} />`}
		${data?.length === 0 && html`<${Empty} icon="automation" title="No automations yet">
			<p>An automation lets the house act by itself: when motion is seen, turn on a lamp.${' '}
			<a href="/new-automation">Write the first one</a>.</p></${Empty}>`}
		${data?.length > 0 && html`<${List} rules=${data} conflictsOf=${conflictsOf} reload=${reload} />`}
		${data && html`<${Deleted} kinds=${['automation']} href=${hrefOf}
			serial=${data.map((rule) => rule.id).join()} />`}`;
}
