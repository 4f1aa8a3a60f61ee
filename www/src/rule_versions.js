// SPDX-License-Identifier: ISC
// The versions of an automation: who changed what and when, and the way back. And the deleted ones.
import { useState } from 'preact/hooks';
import { get, post } from './api.js';
import { ago, fullText, useTick } from './clock.js';
import { Dialog } from './dialog.js';
import { actorText } from './event.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { revisionText, stepPlace } from './revision_text.js';
import { toast } from './toast.js';
import { Placeholder, ProblemNote, useLoad } from './ui.js';

const ALL = '/api/v1/revisions';
const SHOWN = 50;	// versions of one automation
const SEARCHED = 1000;	// newest changes among which the deleted ones are

function Step({ step }) {
	const value = (v) => html`<code>${JSON.stringify(v)}</code>`;
	return html`<li><span>${stepPlace(step)}:</span>
		${step.op !== 'add' && value(step.from)}
		${step.op === 'add' ? 'new' : step.op === 'remove' ? 'is gone' : html`<${Icon} name="forward" />`}
		${step.op !== 'remove' && value(step.to)}</li>`;
}

/** Loaded when somebody looks. */
function Steps({ id }) {
	const { data, problem } = useLoad(() => get(`${ALL}/${id}`), [id]);
	if (problem || !data) {
		return problem ? html`<${ProblemNote} problem=${problem} />` : html`<${Placeholder} rows=${1} />`;
	}
	return html`<ul class="plain steps">${(data.diff ?? []).map((step) => html`<${Step}
		key=${step.path} step=${step} />`)}</ul>`;
}

function Difference({ revision }) {
	const [open, setOpen] = useState(false);
	return html`<details onToggle=${(e) => setOpen(e.target.open)}><summary>What changed</summary>
		${open && html`<${Steps} id=${revision.id} />`}</details>`;
}

function RestoreForm({ revision, close, onRestored }) {
	const [reason, setReason] = useState('');
	const [problem, setProblem] = useState(null);
	const restore = async () => {
		try {
			await post(`${ALL}/${revision.id}/restore`, undefined, { reason: reason.trim() });
			close();
			toast('good', `${revision.name}: restored.`);
			onRestored();
		} catch (e) {
			setProblem(e);
		}
	};
	return html`<div class="stack">
		<p>The automation becomes again what it was on ${fullText(revision.time)}. What it is now
			stays in the list.</p>
		<label class="field"><span>Why (may be empty)</span><input maxlength="200" value=${reason}
			onInput=${(e) => setReason(e.target.value)} /></label>
		${problem && html`<${ProblemNote} problem=${problem} />`}
		<div class="button-row"><button type="button" class="button primary" onClick=${restore}>
			Restore</button>
			<button type="button" class="button" onClick=${close}>Cancel</button></div>
	</div>`;
}

function Version({ revision, present, onRestored }) {
	const [asked, ask] = useState(false);
	const text = revisionText(revision);
	const author = actorText({ actor: revision.author });
	return html`<li data-version=${revision.number}>
		<b>${text}</b>${author && html`<span>by ${author}</span>`}
		${revision.reason && html`<span>“${revision.reason}”</span>`}
		<span class="faint" title=${fullText(revision.time)}>${ago(revision.time)}</span>
		${present ? html`<span class="badge">Now</span>` : html`<button type="button"
			class="button quiet" aria-label=${`Restore version ${revision.number}: ${text}`}
			onClick=${() => ask(true)}><${Icon} name="refresh" />Restore</button>`}
		${revision.changed.length > 0 && html`<${Difference} revision=${revision} />`}
		${asked && html`<${Dialog} title=${`Restore ${revision.name}?`} close=${() => ask(false)}>
			<${RestoreForm} revision=${revision} close=${() => ask(false)}
				onRestored=${onRestored} /></${Dialog}>`}
	</li>`;
}

/** Of the automation ID; SERIAL differs when it was changed. Nothing for those who may not change it. */
export function RuleVersions({ id, serial, onRestored }) {
	useTick();
	const { data, problem, reload } = useLoad(() => get(ALL, { kind: 'automation', id, limit: SHOWN }),
	    [id, serial]);
	if (problem?.status === 403 || data?.revisions.length === 0) {
		return null;
	}
	const present = ({ change }, i) => i === 0 && change !== 'removed';
	return html`<section class="panel" aria-labelledby="versions-title"><h2 id="versions-title">Versions</h2>
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${!data && !problem && html`<${Placeholder} rows=${2} />`}
		<ul class="plain rows-plain">${data?.revisions.map((one, i) => html`<${Version} key=${one.id}
			revision=${one} present=${present(one, i)} onRestored=${onRestored} />`)}</ul>
	</section>`;
}

/** Of the newest change of each: those that were deleted last. */
async function loadDeleted() {
	const { revisions } = await get(ALL, { kind: 'automation', limit: SEARCHED });
	const newest = new Map();
	for (const one of revisions) {
		newest.set(one.subject, newest.get(one.subject) ?? one);
	}
	return [...newest.values()].filter(({ change }) => change === 'removed');
}

/** The deleted automations, whose pages lead back; SERIAL differs when there may be others. */
export function DeletedRules({ serial }) {
	const { data } = useLoad(loadDeleted, [serial]);
	return data?.length > 0 && html`<details class="panel"><summary>Deleted</summary>
		<ul class="plain rows-plain">${data.map((one) => html`<li key=${one.id}>
			<a href=${`/automations/${encodeURIComponent(one.subject)}`}>${one.name}</a>
			<span class="faint" title=${fullText(one.time)}>${ago(one.time)}</span></li>`)}</ul>
	</details>`;
}
