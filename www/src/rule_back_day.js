// SPDX-License-Identifier: ISC
// One day of a back-test: when it would have run, why, with which commands, and what really happened then.
import { useState } from 'preact/hooks';
import { clockText, dayShare, toMs } from './clock.js';
import { numberText, subjectName, words } from './entity.js';
import { actorText } from './event.js';
import { html } from './html.js';
import { dateText } from './rule_back_calendar.js';
import { namedText, offsetText } from './rule_run_details.js';
import { Command, Delivery } from './rule_try.js';
import { list, triggerText } from './rule_when_text.js';

const SHOWN = 20;
const OUTCOME = { done: 'Ran', stopped: 'Stopped', failed: 'Failed', waits: 'Still running', queued: 'Waiting' };

const state = (text) => words(text ?? 'unknown').toLowerCase();

/** What would have started it; TRIGGERS are those of the rule: the house counts those that are not disabled. */
export function causeText({ kind, index, id, entity_id: entity, from, to, event }, triggers) {
	if (entity) {
		return `${subjectName(entity)}: ${state(from)} → ${state(to)}`;
	}
	// the event of a webhook is made out of its secret address
	if (event && kind !== 'webhook') {
		return subjectName(event);
	}
	const trigger = list(triggers).filter((one) => one?.enabled !== false)[index];
	return trigger && [trigger.trigger, trigger.platform].includes(kind) ? triggerText(trigger) : id ?? words(kind);
}

function whoText(by) {
	return by === 'device' ? ' at the device or by itself' : by ? ` by ${actorText({ actor: by })}` : '';
}

/** What one thing really did; ABOUT is the run's time. */
function Around({ one, time }) {
	return html`<li>${subjectName(one.entity_id)} was ${state(one.before)}${one.changes.length === 0 ?
		' and stayed so' : one.changes.map((change, i) => html`<span key=${i}>, ${state(change.state)}
			<span class="faint">${` ${offsetText(toMs(change.time) - toMs(time))}`} later${
			whoText(change.by)}</span></span>`)}</li>`;
}

function Run({ run, triggers }) {
	const wh = run.energy_wh;
	return html`<li data-outcome=${run.outcome}>
		<div class="back-head"><b>${clockText(run.time)}</b> <span>${OUTCOME[run.outcome]}${
			run.reason && `: ${namedText(run.reason)}`}</span></div>
		<div class="faint">${causeText(run.trigger, triggers)}</div>
		<ul class="plain back-commands">${run.commands.map((one, i) => html`<${Command} key=${i}
				command=${one} />`)}
			${run.commands.length === 0 && html`<li class="faint">no commands</li>`}
			${run.command_count > run.commands.length && html`<li class="faint">and ${
				run.command_count - run.commands.length} more</li>`}
			${run.deliveries.map((one, i) => html`<${Delivery} key=${i} payload=${one.payload} />`)}
			${run.delivery_count > run.deliveries.length && html`<li class="faint">and ${
				run.delivery_count - run.deliveries.length} more</li>`}
			${run.scenarios.map((one, i) => html`<li key=${i}>starts ${one.name}${
				one.reason && `: ${one.reason}`}</li>`)}</ul>
		${run.around.length > 0 && html`<div class="faint">What really happened</div>
			<ul class="plain back-commands">${run.around.map((one) => html`<${Around} key=${one.entity_id}
				one=${one} time=${run.time} />`)}</ul>`}
		${wh !== null && wh !== 0 && html`<div class="faint">${numberText(Math.abs(wh))} Wh ${
			wh < 0 ? 'less' : 'more'}</div>`}
	</li>`;
}

function No({ no, triggers }) {
	return html`<li data-outcome="no"><div class="back-head"><b>${clockText(no.time)}</b> <span>No: ${
		namedText(no.reason)}</span></div><div class="faint">${causeText(no.trigger, triggers)}</div></li>`;
}

/** The day as a band from midnight to midnight; what is on it is in the list below. */
function Band({ items }) {
	const x = (time) => `${dayShare(toMs(time)) * 100}%`;
	return html`<div class="back-band" aria-hidden="true">
		${items.map((one, i) => html`<i key=${i} data-outcome=${one.outcome ?? 'no'}
			style=${{ left: x(one.time) }}></i>`)}</div>
		<div class="timeline-ends faint" aria-hidden="true">${[0, 6, 12, 18, 24].map((hour) =>
			html`<span key=${hour}>${hour}</span>`)}</div>`;
}

/** The DATE of RESULT, of a rule with these TRIGGERS. */
export function BackDay({ result, date, triggers }) {
	const [all, showAll] = useState(false);
	const items = [...result.runs, ...result.noes].filter((one) => one.date === date)
	    .sort((a, b) => toMs(a.time) - toMs(b.time));
	const day = result.days.find((one) => one.date === date);
	const hidden = day.noes - items.filter((one) => !one.outcome).length;
	const shown = all ? items : items.slice(0, SHOWN);
	return html`<h3 id="back-day-title">${dateText(date)}</h3>
		${items.length === 0 ? html`<p class="faint">It would not have run.</p>` :
			html`<${Band} items=${items} />`}
		<ol class="plain back-list" aria-labelledby="back-day-title">${shown.map((one, i) => (one.outcome ?
			html`<${Run} key=${`${one.time} ${i}`} run=${one} triggers=${triggers} />` :
			html`<${No} key=${`${one.time} ${i}`} no=${one} triggers=${triggers} />`))}</ol>
		${shown.length < items.length && html`<button type="button" class="button"
			onClick=${() => showAll(true)}>Show all ${items.length}</button>`}
		${hidden > 0 && html`<p class="faint">${hidden} more times no.</p>`}`;
}
