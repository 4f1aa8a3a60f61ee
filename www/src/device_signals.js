// SPDX-License-Identifier: ISC
// What a device reports without a state: its triggers and the tags that it reads, each with when that happened last.
import { get, getAll } from './api.js';
import { ago, fullText, useTick } from './clock.js';
import { capital, entityName, words } from './entity.js';
import { events } from './event.js';
import { html } from './html.js';
import { useTopics } from './store.js';
import { useLoad } from './ui.js';

/** As many events as one answer holds. */
const PAGE = 1000;

const triggerName = ({ type, subtype }) => words([type, subtype].filter(Boolean).join(' '));

const isOf = ({ type, subtype }, { data }) => data?.type === type && (data.subtype ?? null) === (subtype ?? null);

/** The newest of events ALL, or undefined. */
const newest = (all) => all.reduce((best, one) => (best?.id > one.id ? best : one), undefined);

async function lastOf(entity, kind, signal) {
	const { events: [last] } = await get('/api/v1/events', { entity_id: entity.entity_id, kind,
		order: 'newest', limit: 1 }, { signal });
	return last;
}

/** Those of a DOMAIN that the device ID announces and that are switched on. */
async function announced(id, domain) {
	const rows = await getAll('/api/v1/entities', 'entities', { device: id, domain });
	return rows.filter((entity) => entity.enabled !== false && !entity.orphaned);
}

/**
 * The triggers of a device: one answer has the newest events of all devices, what is older than these is asked for one
 * by one.
 */
async function triggersOf(id, signal) {
	const rows = await announced(id, 'device_automation');
	const { events: all } = rows.length === 0 ? { events: [] } :
		await get('/api/v1/events', { kind: 'device_trigger', order: 'newest', limit: PAGE }, { signal });
	const made = [];
	for (const entity of rows) {
		const found = newest(all.filter((event) => event.data?.device_id === id &&
		    isOf(entity.capabilities, event)));
		made.push({ entity, last: found ?? (all.length === PAGE ?
			await lastOf(entity, 'device_trigger', signal) : undefined) });
	}
	return made;
}

async function tagsOf(id, signal) {
	const rows = await announced(id, 'tag');
	return Promise.all(rows.map(async (entity) => ({ entity,
		last: await lastOf(entity, 'tag_scanned', signal) })));
}

/**
 * {triggers, tags} of the device ID as rows [name, last event or undefined]. LOADED: what the house had when it was
 * asked, HEARD: the events since. A tag is of the only reader of its device; of several the event does not say which.
 */
export function signalRows({ id, loaded: { triggers, tags }, heard }) {
	const ours = heard.filter((event) => event.data?.device_id === id);
	const later = (last, fits) => newest([last, ...ours.filter(fits)].filter(Boolean));
	return {
		triggers: triggers.map(({ entity, last }) => [triggerName(entity.capabilities), later(last, (event) =>
			event.kind === 'device_trigger' && isOf(entity.capabilities, event))]),
		tags: tags.map(({ entity, last }) => [entityName(entity), later(last, (event) =>
			event.kind === 'tag_scanned' && tags.length === 1)]),
	};
}

function Row({ name, last, note }) {
	return html`<li><span>${name}${note && html` <code>${note}</code>`}</span>
		<span class="faint" title=${last && fullText(last.time)}>${last ? capital(ago(last.time)) :
			'Not in the log'}</span></li>`;
}

export function DeviceSignals({ device }) {
	useTopics('events');
	useTick();
	const { data } = useLoad(async (signal) => ({ triggers: await triggersOf(device.id, signal),
		tags: await tagsOf(device.id, signal) }), [device.id, device.triggers?.length]);
	if (!data || data.triggers.length + data.tags.length === 0) {
		return null;
	}
	const { triggers, tags } = signalRows({ id: device.id, loaded: data, heard: events.list });
	return html`<section class="panel" aria-labelledby="signals-title">
		<h2 id="signals-title">Triggers and tags</h2>
		<p class="faint">What it reports without a state, and when it did so last.</p>
		<ul class="plain rows-plain">
			${triggers.map(([name, last]) => html`<${Row} key=${`trigger ${name}`} name=${name}
				last=${last} />`)}
			${tags.map(([name, last], at) => html`<${Row} key=${at} name=${name} last=${last}
				note=${last?.data.tag_id} />`)}
		</ul>
	</section>`;
}
