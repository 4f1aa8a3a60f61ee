// SPDX-License-Identifier: ISC
// One evaluation of a rule: what its conditions saw, what was done, step by step, and what it sent.
import { lengthText, toMs } from './clock.js';
import { entityFullName, words } from './entity.js';
import { house } from './house.js';
import { html } from './html.js';
import { stepText } from './rule_text.js';

const RESULT = { done: 'done', no: 'no', waits: 'waits', heard: 'went on', stopped: 'stopped', failed: 'failed' };

/** "actions[0].choose[1].sequence[0]" -> "Step 1, option 2, step 1" for people. */
export function placeText(place) {
	const words = { triggers: 'Trigger ', conditions: 'Condition ', actions: 'Step ', choose: 'option ',
		sequence: 'step ', parallel: 'branch ', and: 'part ', or: 'part ', not: 'part ' };
	return (place.match(/([a-z_]+)(?:\[(\d+)\])?/g) ?? []).map((part) => {
		const [, name, at] = /([a-z_]+)(?:\[(\d+)\])?/.exec(part);
		const word = words[name] ?? `${name.replaceAll('_', ' ')} `;
		return at === undefined ? word.trim() : `${word}${Number(at) + 1}`;
	}).filter(Boolean).join(', ');
}

export function offsetText(ms) {
	return ms < 1000 ? `${ms} ms` : ms < 60000 ? `${(ms / 1000).toFixed(1)} s` : lengthText(ms);
}

/** Entity ids in a text as the names that people know. */
export function namedText(text) {
	return text.replace(/[a-z_]+\.[a-z0-9_]+/g, (id) => (house.entities.has(id) ?
	    entityFullName(house.entities.get(id)) : id));
}

function Conditions({ list }) {
	return html`<ul class="plain verdicts">${list.map((one, i) => html`<li key=${i}>
		<b data-holds=${one.holds ? 'true' : 'false'}>${one.holds ? 'Held' : 'Did not hold'}</b>
		${' '}${one.name}${one.saw && html`: <span class="faint">${namedText(one.saw)}</span>`}
		${one.conditions.length > 0 && html`<${Conditions} list=${one.conditions} />`}</li>`)}</ul>`;
}

function Commands({ list }) {
	return html`<ul class="plain verdicts">${list.map((one) => html`<li key=${one.id}>
		${one.entity_id ? html`${namedText(one.entity_id)}: ${words(one.service).toLowerCase()},
			<b>${` ${one.status}`}</b>${
			one.reason && ` (${one.reason})`}` : `Command ${one.id}, no longer recorded`}</li>`)}</ul>`;
}

/** What people call the step, else what it does; where it stands when neither is known. */
function Step({ step, started }) {
	const place = placeText(step.place);
	const name = step.alias ?? (step.action ? stepText(step.action) : place);
	const reason = step.reason && !name.includes(step.reason) && namedText(step.reason);
	return html`<li><span>${name}: <b>${RESULT[step.result] ?? step.result}</b>${
		reason && ` (${reason})`}${step.late && `, ${lengthText(step.late)} late`}</span>
		<span class="faint">+${offsetText(toMs(step.time) - started)}${name !== place && ` · ${place}`}</span>
		${step.conditions.length > 0 && html`<${Conditions} list=${step.conditions} />`}
		${step.commands.length > 0 && html`<${Commands} list=${step.commands} />`}</li>`;
}

/** What a scenario that failed, or was stopped, took back, and what it could not. */
function Back({ run }) {
	const { restored, not_restored: left, not_restored_because: because } = run;
	if (!restored && !because) {
		return null;
	}
	return html`<div class="run-back">
		${restored?.length > 0 && html`<p><b>Taken back:</b>${` ${restored.map(namedText).join(', ')}`}</p>`}
		${restored?.length === 0 && !because && html`<p><b>Nothing was taken back.</b></p>`}
		${because && html`<p><b>Not taken back:</b>${` ${because}`}</p>`}
		${left?.length > 0 && html`<p><b>Not as before:</b></p><ul class="plain verdicts">${left.map((one) =>
			html`<li key=${one.entity_id}>${namedText(one.entity_id)}${one.reason && html`: <span
				class="faint">${namedText(one.reason)}</span>`}</li>`)}</ul>`}</div>`;
}

/** RUN as /runs/{run} tells it. */
export function RunDetails({ run }) {
	const ran = ['running', 'done', 'stopped', 'failed'].includes(run.status);
	// what is late in the run is said at its step
	const begun = run.late > Math.max(0, ...run.trace.map((step) => step.late ?? 0));
	return html`${begun && html`<p>${lengthText(run.late)} after its time</p>`}
		${run.conditions.length > 0 && html`<${Conditions} list=${run.conditions} />`}
		<ol class="plain steps">${run.trace.map((step, i) => html`<${Step} key=${i} step=${step}
			started=${toMs(run.started)} />`)}
		${run.trace.length + run.conditions.length === 0 && html`<li>${ran ? 'Nothing was recorded.' :
			'No condition was asked.'}</li>`}</ol>
		<${Back} run=${run} />`;
}
