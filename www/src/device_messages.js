// SPDX-License-Identifier: ISC
// The last messages on a device's topics and what each entity made of them: the place to look when
// a value is wrong. Asked for on demand, since the house has to look.
import { useState } from 'preact/hooks';
import { post } from './api.js';
import { ago, fullText, useTick } from './clock.js';
import { entityName, words } from './entity.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { ProblemNote, Spinner } from './ui.js';

/** [tone, words] of what became of a message. */
const RESULTS = {
	state: ['good', 'understood'], availability: ['good', 'availability'],
	event: ['good', 'an event'], nothing: ['', 'says nothing about it'],
	dropped: ['alarm', 'dropped'],
};

function reading({ state, available, attributes }) {
	const parts = [];
	if (state !== undefined) {
		parts.push(state ?? 'unknown');
	}
	if (available !== undefined) {
		parts.push(available ? 'available' : 'not available');
	}
	return [...parts, ...Object.entries(attributes ?? {}).filter(([, value]) => value !== null)
	    .slice(0, 6)
	    .map(([name, value]) => `${words(name)}: ${JSON.stringify(value)}`)].join(' · ');
}

function Decoded({ decoded }) {
	const [tone, text] = RESULTS[decoded.result] ?? ['', decoded.result];
	const entity = house.entities.get(decoded.entity_id);
	return html`<li class="decoded" data-result=${decoded.result}>
		<a href=${`/entities/${decoded.entity_id}`}>${entity ? entityName(entity) :
			decoded.entity_id}</a>
		<span class="chip" data-tone=${tone}>${text}</span>
		<span class="faint">${[reading(decoded), decoded.reason].filter(Boolean).join(' · ')}</span>
	</li>`;
}

function Message({ message }) {
	useTick();
	return html`<li class="message" data-topic=${message.topic}>
		<div class="message-head"><code>${message.topic}</code>
			${message.retain && html`<span class="chip">kept</span>`}
			<span class="faint" title=${message.time ? fullText(message.time) : ''}>
				${message.time ? ago(message.time) : 'nothing heard yet'}</span></div>
		${message.encoding === 'utf-8' && html`<pre class="payload">${message.payload}${
			message.truncated && '…'}</pre>`}
		${message.encoding === 'binary' && html`<p class="faint">${message.size} bytes that are
			no text</p>`}
		${message.decoded && html`<ul class="decoded-list">${message.decoded.map((one, i) =>
			html`<${Decoded} key=${i} decoded=${one} />`)}</ul>`}
	</li>`;
}

export function DeviceMessages({ device }) {
	const [{ messages, problem, busy }, set] = useState({});
	const look = async () => {
		set((was) => ({ ...was, busy: true }));
		try {
			const path = `/api/v1/devices/${encodeURIComponent(device.id)}/messages`;
			set({ messages: (await post(path)).messages });
		} catch (why) {
			set({ problem: why });
		}
	};
	return html`<section class="panel" aria-labelledby="messages-title">
		<div class="panel-head"><h2 id="messages-title">Last messages</h2>
			<button class="button" disabled=${busy} onClick=${look}>${busy ?
				html`<${Spinner} label="" />` : html`<${Icon} name="refresh" />`}
				${messages ? 'Look again' : 'Show'}</button></div>
		<p class="faint">What the device said last on each of its topics, and how it was
			understood.</p>
		${problem && html`<${ProblemNote} problem=${problem} />`}
		<div role="status">${messages?.length === 0 && html`<p class="faint">It has no topics of
			its own.</p>`}</div>
		${messages?.length > 0 && html`<ul class="messages">${messages.map((message) =>
			html`<${Message} key=${message.topic} message=${message} />`)}</ul>`}
	</section>`;
}
