// SPDX-License-Identifier: ISC
// Short messages at the edge of the screen, read aloud by screen readers.
import { html } from './html.js';
import { Icon } from './icon.js';
import { notify, useTopics } from './store.js';

const SHOWN_MS = 8e3;
/** One that offers to do something: there must be time to read and decide. */
const OFFERED_MS = 20e3;
const list = [];
const serial = { next: 1 };

function dismiss(id) {
	const at = list.findIndex((item) => item.id === id);
	if (at >= 0) {
		list.splice(at, 1);
		notify('toasts');
	}
}

function act(id, action) {
	dismiss(id);
	action.run();
}

/**
 * Shows TEXT for some seconds; TONE is good or bad. ACTION {label, run} is a button in it. One with the same KEY
 * takes the place of the one before.
 */
export function toast(tone, text, action, key) {
	const id = serial.next++;
	list.splice(0, list.length, ...list.filter((item) => !key || item.key !== key));
	list.push({ id, tone, text, action, key });
	list.splice(0, Math.max(0, list.length - 4));
	setTimeout(() => dismiss(id), action ? OFFERED_MS : SHOWN_MS);
	notify('toasts');
}

/** Drops all of them, at the end of a session. */
export function toastsForget() {
	list.length = 0;
	notify('toasts');
}

export function Toasts() {
	useTopics('toasts');
	return html`<div class="toasts" role="status" aria-live="polite">
		${list.map(({ id, tone, text, action }) => html`<div key=${id} class="toast" data-tone=${tone}>
			<${Icon} name=${tone === 'bad' ? 'warning' : 'check'} />
			<span>${text}</span>
			${action && html`<button class="button quiet" onClick=${() => act(id, action)}>
				${action.label}</button>`}
			<button class="icon-button" aria-label="Dismiss" onClick=${() => dismiss(id)}>
				<${Icon} name="close" /></button>
		</div>`)}
	</div>`;
}
