// SPDX-License-Identifier: ISC
// "Why?": the dialog that walks from a change back to what caused it. For an entity the
// house explains the newest change; for an event how that one came to be.
import { get } from './api.js';
import { fullText, lengthText, toMs } from './clock.js';
import { Dialog } from './dialog.js';
import { entityFullName } from './entity.js';
import { actorText, eventHref, eventIcon, eventSubject, eventText } from './event.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { notify, useTopics } from './store.js';
import { Placeholder, ProblemNote, useLoad } from './ui.js';

const shown = { about: null };

/** Opens the dialog about an entity: the reason of its newest change. */
export function explainEntity(entityId) {
	shown.about = { key: entityId, title: entityFullName(house.entities.get(entityId) ??
	    { entity_id: entityId }), load: () => get('/api/v1/explain', { entity_id: entityId }) };
	notify('explain');
}

/** Opens the dialog about one event: the chain of its causes. */
export function explainEvent(event) {
	shown.about = { key: event.id, title: `${eventSubject(event)} ${eventText(event)}`,
		load: () => get('/api/v1/explain', { event: event.id }) };
	notify('explain');
}

function close() {
	shown.about = null;
	notify('explain');
}

const laterText = (ms) => (ms < 1 ? 'at once' : `${lengthText(ms)} later`);

function Step({ event, first, last, before }) {
	const href = eventHref(event);
	const subject = eventSubject(event);
	const later = before ? toMs(event.time) - toMs(before.time) : 0;
	return html`<li class="chain-step" data-end=${first ? 'cause' : last ? 'effect' : ''}>
		<span class="chain-icon"><${Icon} name=${eventIcon(event)} /></span>
		<div>
			<p>${href ? html`<a href=${href} onClick=${close}>${subject}</a>` :
				html`<b>${subject}</b>`}${' '}${eventText(event)}</p>
			<p class="faint">${before ? laterText(later) : fullText(event.time)}
				${actorText(event) && ` · by ${actorText(event)}`}</p>
		</div>
	</li>`;
}

function Chain({ chain }) {
	const ordered = [...chain].sort((a, b) => a.id - b.id);
	return html`<ol class="chain">
		${ordered.map((event, i) => html`<${Step} key=${event.id} event=${event}
			first=${i === 0} last=${i === ordered.length - 1} before=${ordered[i - 1]} />`)}
	</ol>`;
}

function Answer({ about }) {
	const { data, problem, reload } = useLoad(about.load, [about.key]);
	if (problem) {
		return html`<${ProblemNote} problem=${problem} onRetry=${reload} />`;
	}
	if (!data) {
		return html`<${Placeholder} rows=${3} />`;
	}
	return html`${data.text && html`<p class="explain-text">${data.text}</p>`}
		<${Chain} chain=${data.chain ?? []} />
		${data.chain?.length === 1 && !data.chain[0].cause && html`<p class="faint">Nothing in the
			house led to this: the device reported it by itself.</p>`}`;
}

/** The dialog itself; placed once in the page. */
export function ExplainDialog() {
	useTopics('explain');
	const { about } = shown;
	return about && html`<${Dialog} key=${about.key} eyebrow="Why?" title=${about.title} light
		close=${close}><${Answer} about=${about} /></${Dialog}>`;
}

/** The button that asks why; ABOUT is an event, or ENTITY the id of an entity. */
export function WhyButton({ event, entity, small }) {
	return html`<button class=${small ? 'button quiet' : 'button'} data-test="why"
		aria-label=${event ? `Why? ${eventSubject(event)} ${eventText(event)}` : 'Why?'}
		onClick=${() => (event ? explainEvent(event) : explainEntity(entity))}>
		<${Icon} name="why" />Why?</button>`;
}
