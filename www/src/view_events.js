// SPDX-License-Identifier: ISC
// Everything that happens in the house, live, with the reason of each change.
import { useEffect, useState } from 'preact/hooks';
import { get } from './api.js';
import { fullText, timeText } from './clock.js';
import { domainOf, entityFullName, words } from './entity.js';
import {
	actorText, eventEntity, eventHref, eventIcon, eventsRead, eventSubject, eventText, events,
} from './event.js';
import { WhyButton } from './explain.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { useTopics } from './store.js';
import { Empty, Heading, Placeholder, ProblemNote, useLoad } from './ui.js';
import { live } from './live.js';
import { UndoEvent } from './undo.js';

function Row({ event }) {
	const href = eventHref(event);
	return html`<li class="event" data-kind=${event.kind}>
		<time title=${fullText(event.time)}>${timeText(event.time)}</time>
		<span class="row-icon small"><${Icon} name=${eventIcon(event)} /></span>
		<p>${href ? html`<a href=${href}>${eventSubject(event)}</a>` :
			html`<b>${eventSubject(event)}</b>`}${' '}<span>${eventText(event)}</span>
			${event.kind !== 'state_changed' && actorText(event) &&
			    actorText(event) !== eventSubject(event) &&
			    event.actor.replace(':', '.') !== event.subject &&
			    html`<span class="faint"> by ${actorText(event)}</span>`}</p>
		<span class="button-row">
			<${UndoEvent} event=${event} what=${`${eventSubject(event)} ${eventText(event)}`} />
			<${WhyButton} event=${event} small=${true} /></span>
	</li>`;
}

function Filters({ filter, setFilter, paused, setPaused }) {
	const entities = [...house.entities.values()]
	    .sort((a, b) => entityFullName(a).localeCompare(entityFullName(b)));
	const { data } = useLoad(() => get('/api/v1/events/kinds'), []);
	const kinds = (data?.kinds ?? []).map((kind) => [kind, words(kind)])
	    .sort((a, b) => a[1].localeCompare(b[1]));
	const set = (key) => (e) => setFilter({ ...filter, [key]: e.target.value });
	return html`<div class="filters">
		<select class="select" aria-label="Kind" value=${filter.kind} onChange=${set('kind')}>
			<option value="">All kinds</option>
			${kinds.map(([kind, text]) => html`<option key=${kind} value=${kind}>${text}</option>`)}
		</select>
		<select class="select" aria-label="Entity" value=${filter.entity} onChange=${set('entity')}>
			<option value="">All entities</option>
			${entities.map((entity) => html`<option key=${entity.entity_id}
				value=${entity.entity_id}>${entityFullName(entity)} (${
				domainOf(entity.entity_id)})</option>`)}
		</select>
		<button class="button" aria-pressed=${paused ? 'true' : 'false'}
			onClick=${() => setPaused(!paused)}>
			<${Icon} name=${paused ? 'play' : 'pause'} />${paused ? 'Resume' : 'Pause'}</button>
	</div>`;
}

/** The newest page of the log, with the filter applied by the house. */
const newest = ({ kind, entity }, signal) => eventsRead({ kind, entity_id: entity }, { signal });

function useShown(filter, paused) {
	useTopics(...(paused ? [] : ['events']));
	const [frozen, freeze] = useState(null);
	useEffect(() => freeze(paused ? events.list : null), [paused]);
	return (frozen ?? events.list)
	    .filter((event) => !filter.kind || event.kind === filter.kind)
	    .filter((event) => !filter.entity || eventEntity(event) === filter.entity)
	    .slice(0, 200);
}

export function Events() {
	useTopics('house', 'live');
	const [filter, setFilter] = useState({ kind: '', entity: '' });
	const [paused, setPaused] = useState(false);
	const { data, problem, reload } = useLoad((signal) => newest(filter, signal),
	    [filter.kind, filter.entity]);
	const list = useShown(filter, paused);
	return html`<${Heading} title="Events"><span class="chip"
			data-tone=${live.status === 'live' && !paused ? 'good' : 'idle'}>
			<span class="dot"></span>${paused ? 'Paused' : live.status === 'live' ? 'Live' :
			'Not live'}</span></${Heading}>
		<${Filters} filter=${filter} setFilter=${setFilter} paused=${paused}
			setPaused=${setPaused} />
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${!data && !problem && list.length === 0 && html`<${Placeholder} rows=${8} />`}
		${data && list.length === 0 && html`<${Empty} icon="events" title="Nothing happened yet">
			<p>As soon as a device reports, a person acts or an automation runs, it is written
			here, with its reason.</p></${Empty}>`}
		${list.length > 0 && html`<ol class="events panel" aria-label="Events, newest first">
			${list.map((event) => html`<${Row} key=${event.id} event=${event} />`)}</ol>`}`;
}
