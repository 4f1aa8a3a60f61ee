// SPDX-License-Identifier: ISC
// A device as a card of the rooms view: what it is about, how fresh that is, its controls
// and its readings.
import { useTick } from './clock.js';
import { Body, CommandNote, isControl, leaderOf, Quick } from './control.js';
import { lightColour } from './control_light.js';
import {
	byImportance, domainOf, entityName, freshnessOf, freshnessText, iconOf, isMinor, toneOf, valueParts,
	valueText,
} from './entity.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { useTopics } from './store.js';
import { useEntity } from './use_entity.js';

/** A reading: its name, its value and, in its title, how old it is. */
export function Reading({ id }) {
	useTick();
	const { entity } = useEntity(id);
	if (!entity) {
		return null;
	}
	const [value, unit] = valueParts(entity);
	const freshness = freshnessOf(entity);
	return html`<a class="reading" href=${`/entities/${id}`} data-entity=${id}
		data-tone=${toneOf(entity)} data-freshness=${freshness} title=${freshnessText(entity)}>
		<${Icon} name=${iconOf(entity)} />
		<span class="reading-label">${entityName(entity)}</span>
		<span class="reading-value">${value}${unit && html`<span class="unit">${unit}</span>`}</span>
		${freshness === 'late' && html`<span class="reading-late">
			<${Icon} name="clock" />${freshnessText(entity)}</span>`}
	</a>`;
}

/** A control with its name, for entities beside the leading one. */
export function ControlLine({ id, full }) {
	const { entity, view, command } = useEntity(id);
	if (!entity) {
		return null;
	}
	const named = ['number', 'select', 'button'].includes(domainOf(id));
	return html`<div class="control-line" data-entity=${id}>
		${!named && html`<div class="control-head">
			<a href=${`/entities/${id}`} class="quiet-link"><${Icon} name=${iconOf(view)} />
				${entityName(entity)}</a>
			<span class="control-state">${valueText(view)}</span>
			<${Quick} entity=${entity} view=${view} open=${command} />
		</div>`}
		<${Body} entity=${entity} view=${view} full=${full} />
		<${CommandNote} open=${command} />
	</div>`;
}

function byLastUpdate(a, b) {
	return (b.last_updated ?? '') > (a.last_updated ?? '') ? 1 : -1;
}

function StatusLine({ entities, leader, command, view }) {
	useTick();
	const about = leader ?? [...entities].sort(byLastUpdate)[0];
	const freshness = freshnessOf(about);
	return html`<span class="card-status" data-freshness=${freshness}>
		${leader && freshness !== 'unavailable' && html`<b>${valueText(view)}</b>`}
		${command ? html`<${CommandNote} open=${command} />` :
		html`<span>${freshnessText(about)}</span>`}
	</span>`;
}

function CardHead({ title, href, entities, leader }) {
	const { view, command } = useEntity(leader?.entity_id ?? entities[0].entity_id);
	const shown = leader ? view : entities.find((entity) => toneOf(entity) !== 'idle' &&
	    !isMinor(entity)) ?? entities.find((entity) => !isMinor(entity)) ?? entities[0];
	const battery = entities.find((entity) => entity.device_class === 'battery' &&
	    toneOf(entity) === 'warn');
	const colour = leader ? lightColour(view) : null;
	return html`<header class="card-head">
		<a class="card-icon" href=${leader ? `/entities/${leader.entity_id}` : href} tabindex="-1"
			aria-hidden="true" data-tone=${toneOf(shown)} data-domain=${domainOf(shown.entity_id)}
			style=${{ '--lamp': colour ?? '' }}><${Icon} name=${iconOf(shown)} /></a>
		<div class="card-title">
			<h3><a href=${href}>${title}</a></h3>
			<${StatusLine} entities=${entities} leader=${leader} view=${view} command=${command} />
		</div>
		${battery && html`<span class="chip" data-tone="warn" title="Battery is low">
			<${Icon} name="batteryLow" /><span class="hidden">Battery</span>
			${valueText(battery)}</span>`}
		${leader && html`<${Quick} entity=${leader} view=${view} open=${command} />`}
	</header>`;
}

function LeaderBody({ id }) {
	const { entity, view } = useEntity(id);
	return entity ? html`<${Body} entity=${entity} view=${view} />` : null;
}

/** Whether a card's leading control already tells what a reading of its device would. */
function toldBy(leader, reading) {
	const domain = leader && domainOf(leader.entity_id);
	return (domain === 'climate' && ['temperature', undefined, null].includes(
	    reading.device_class)) || (domain === 'lock' && !reading.device_class);
}

/** A card for the entities IDS of one device; TITLE and HREF name it. */
export function DeviceCard({ title, href, ids }) {
	useTopics(...ids.map((id) => `entity:${id}`));
	const entities = ids.map((id) => house.entities.get(id)).filter(Boolean);
	if (entities.length === 0) {
		return null;
	}
	const leader = leaderOf(entities);
	const rest = entities.filter((entity) => entity !== leader && !isMinor(entity));
	const controls = rest.filter(isControl);
	const readings = rest.filter((entity) => !isControl(entity) && !toldBy(leader, entity))
	    .sort(byImportance);
	const about = leader ?? readings[0] ?? entities[0];
	const tone = entities.some((entity) => toneOf(entity) === 'alarm') ? 'alarm' : 'idle';
	return html`<article class="card" data-tone=${tone}
		data-freshness=${freshnessOf(about)} data-entity=${leader?.entity_id}>
		<${CardHead} title=${title} href=${href} entities=${entities} leader=${leader} />
		${leader && html`<${LeaderBody} id=${leader.entity_id} />`}
		${controls.map(({ entity_id: id }) => html`<${ControlLine} key=${id} id=${id} />`)}
		${readings.length > 0 && html`<div class="readings">
			${readings.map(({ entity_id: id }) => html`<${Reading} key=${id} id=${id} />`)}
		</div>`}
	</article>`;
}
