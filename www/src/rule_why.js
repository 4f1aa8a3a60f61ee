// SPDX-License-Identifier: ISC
// "Why did it (not) run?": the house's answer for some time, in a sentence, with what else was.
import { useState } from 'preact/hooks';
import { get } from './api.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { Placeholder, ProblemNote, useLoad } from './ui.js';

const TIMES = ['last night', 'this morning', 'yesterday', '10 minutes ago', 'now'];

function Answer({ id, at, serial }) {
	const { data, problem } = useLoad(() => get(`/api/v1/automations/${encodeURIComponent(id)}/explain`,
	    at ? { at } : {}), [id, at, serial]);
	if (problem || !data) {
		return problem ? html`<${ProblemNote} problem=${problem} />` : html`<${Placeholder} rows=${1} />`;
	}
	return html`<div class="why-answer"><p class="explain-text">${data.text}</p>
		${data.notes.length > 0 && html`<ul class="plain verdicts">${data.notes.map((text) =>
			html`<li key=${text}>${text}</li>`)}</ul>`}</div>`;
}

/** Of the automation ID; SERIAL differs when the answer may be another. */
export function RuleWhy({ id, serial }) {
	const [text, setText] = useState('');
	const [asked, ask] = useState(null);
	const submit = (e) => {
		e.preventDefault();
		ask({ at: text.trim(), n: (asked?.n ?? 0) + 1 });
	};
	return html`<form id="why" class="why-form" tabindex="-1" onSubmit=${submit}>
		<label class="field"><span>Why did it run, or not? When:</span>
			<input list="why-times" value=${text} maxlength="60" placeholder="the last 24 hours"
				onInput=${(e) => setText(e.target.value)} /></label>
		<datalist id="why-times">${TIMES.map((time) =>
			html`<option key=${time} value=${time}></option>`)}</datalist>
		<button class="button"><${Icon} name="why" />Why?</button></form>
		${asked && html`<${Answer} id=${id} at=${asked.at} serial=${`${serial} ${asked.n}`} />`}`;
}
