// SPDX-License-Identifier: ISC
// The versions of what people change: who changed what and when, and the way back. And the deleted ones.
import { useState } from 'preact/hooks';
import { get, post } from './api.js';
import { ago, fullText, useTick } from './clock.js';
import { Dialog } from './dialog.js';
import { actorText } from './event.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { revisionText, stepPlace, stepsOf } from './revision_text.js';
import { toast } from './toast.js';
import { Placeholder, ProblemNote, useLoad } from './ui.js';

const ALL = '/api/v1/revisions';
const SHOWN = 50;	// versions of one thing
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
	return html`<ul class="plain steps">${stepsOf(data.diff).map((step) => html`<${Step}
		key=${step.path} step=${step} />`)}</ul>`;
}

function Difference({ revision }) {
	const [open, setOpen] = useState(false);
	return html`<details onToggle=${(e) => setOpen(e.target.open)}>
		<summary>${revision.change === 'removed' ? 'What is gone' : 'What changed'}</summary>
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
		<p>It becomes again what it was on ${fullText(revision.time)}. What it is now stays in the
			list.</p>
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
		${(revision.changed.length > 0 || revision.change === 'removed') &&
			html`<${Difference} revision=${revision} />`}
		${asked && html`<${Dialog} title=${`Restore ${revision.name}?`} close=${() => ask(false)}>
			<${RestoreForm} revision=${revision} close=${() => ask(false)}
				onRestored=${onRestored} /></${Dialog}>`}
	</li>`;
}

const present = ({ change }, i) => i === 0 && change !== 'removed';

/** The versions of the thing ID of KIND as a list; the newest comes first. */
function Rows({ revisions, onRestored }) {
	return html`<ul class="plain rows-plain">${revisions.map((one, i) => html`<${Version} key=${one.id}
		revision=${one} present=${present(one, i)} onRestored=${onRestored} />`)}</ul>`;
}

function useVersions(kind, id, serial) {
	useTick();
	return useLoad(() => get(ALL, { kind, id, limit: SHOWN }), [kind, id, serial]);
}

/**
 * As a part of the page about the thing ID of KIND; SERIAL differs when it was changed. Nothing for those who may
 * not change it.
 */
export function Versions({ kind, id, serial, onRestored }) {
	const { data, problem, reload } = useVersions(kind, id, serial);
	if (problem?.status === 403 || data?.revisions.length === 0) {
		return null;
	}
	return html`<section class="panel" aria-labelledby="versions-title">
		<h2 id="versions-title" tabindex="-1">Versions</h2>
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${!data && !problem && html`<${Placeholder} rows=${2} />`}
		${data && html`<${Rows} revisions=${data.revisions} onRestored=${onRestored} />`}
	</section>`;
}

function Loaded({ kind, id, serial, onRestored }) {
	const { data, problem, reload } = useVersions(kind, id, serial);
	const restored = () => {
		reload();
		onRestored?.();
	};
	if (!data) {
		return problem ? html`<${ProblemNote} problem=${problem} onRetry=${reload} />` :
		    html`<${Placeholder} rows=${2} />`;
	}
	return data.revisions.length > 0 ? html`<${Rows} revisions=${data.revisions} onRestored=${restored} />` :
	    html`<p class="faint">Nobody has changed it yet.</p>`;
}

/** Closed until somebody looks, on a page or in a window with much else; PANEL: it stands by itself. */
export function VersionsFold({ panel, ...thing }) {
	const [open, setOpen] = useState(false);
	return html`<details class=${panel ? 'panel' : 'versions'} onToggle=${(e) => e.target === e.currentTarget &&
			setOpen(e.target.open)}><summary>Versions</summary>
		${open && html`<${Loaded} ...${thing} />`}</details>`;
}

/** Of the newest change of each: those that were deleted last. */
async function loadDeleted(kinds) {
	const lists = await Promise.all(kinds.map((kind) => get(ALL, { kind, limit: SEARCHED })));
	const newest = new Map();
	for (const one of lists.flatMap(({ revisions }) => revisions)) {
		const key = `${one.kind} ${one.subject}`;
		newest.set(key, newest.get(key) ?? one);
	}
	return [...newest.values()].filter(({ change }) => change === 'removed');
}

function DeletedOne({ revision, href, onRestored }) {
	const [asked, ask] = useState(false);
	const { name, subject, time } = revision;
	return html`<li>${href ? html`<a href=${href(subject)}>${name}</a>` : html`<b>${name}</b>`}
		<span class="faint" title=${fullText(time)}>${ago(time)}</span>
		${!href && html`<button type="button" class="button quiet" aria-label=${`Restore ${name}`}
			onClick=${() => ask(true)}><${Icon} name="refresh" />Restore</button>
			<${Difference} revision=${revision} />`}
		${asked && html`<${Dialog} title=${`Restore ${name}?`} close=${() => ask(false)}>
			<${RestoreForm} revision=${revision} close=${() => ask(false)}
				onRestored=${onRestored} /></${Dialog}>`}</li>`;
}

/**
 * The deleted things of KINDS: HREF(id) is the page of one that leads back, else they come back from here. SERIAL
 * differs when there may be others.
 */
export function Deleted({ kinds, serial, href, onRestored }) {
	const { data, reload } = useLoad(() => loadDeleted(kinds), [serial]);
	const restored = () => {
		reload();
		onRestored();
	};
	return data?.length > 0 && html`<details class="panel"><summary>Deleted</summary>
		<ul class="plain rows-plain">${data.map((one) => html`<${DeletedOne} key=${one.id} revision=${one}
			href=${href} onRestored=${restored} />`)}</ul>
	</details>`;
}
