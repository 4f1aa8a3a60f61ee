// SPDX-License-Identifier: ISC
// A device as a card of the rooms view: what it is about, how fresh that is, its controls
// and its readings.
import { ago, fullText, useTick } from './clock.js';
import { Body, CommandNote, isControl, isTold, leaderOf, Quick } from './control.js';
import { lightColour } from './control_light.js';
import {
	byImportance, capital, domainOf, entityName, freshnessOf, freshnessText, iconOf, isMinor,
	isNumeric, isOverdue, toneOf, valueParts, valueText,
} from './entity.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { memo } from './memo.js';
import { useTopics } from './store.js';
import { useEntity } from './use_entity.js';

/** Device classes that icon and unit tell apart; their name is for screen readers alone. */
const PLAIN = ['temperature', 'humidity', 'illuminance', 'power', 'energy', 'pressure'];

function Overdue({ entity }) {
	useTick();
	return html`<span class="reading-late"><${Icon} name="clock" />${ago(entity.last_updated)}</span>`;
}

/** A reading: its name, its value and, in its title, of when it is. LOOK: main, chip, tile. */
export const Reading = memo(({ id, look }) => {
	const { entity } = useEntity(id);
	if (!entity) {
		return null;
	}
	const [value, unit] = valueParts(entity);
	const time = fullText(entity.last_updated);
	const named = look === 'tile' || (look === 'chip' && !PLAIN.includes(entity.device_class));
	return html`<a class=${`reading ${look}`} href=${`/entities/${id}`} data-entity=${id}
		data-kind=${isNumeric(entity) ? 'number' : 'text'} data-tone=${toneOf(entity)}
		data-freshness=${freshnessOf(entity)} title=${time && `Reported ${time}`}>
		${look !== 'main' && html`<${Icon} name=${iconOf(entity)} />`}
		<span class=${named ? 'reading-label' : 'hidden'}>${entityName(entity)}</span>
		<span class="reading-value">${value}${unit && html`<span class="unit">${unit}</span>`}</span>
		${isOverdue(entity) && html`<${Overdue} entity=${entity} />`}
	</a>`;
});

/** A control with its name, for entities beside the leading one. */
export const ControlLine = memo(({ id, full }) => {
	const { entity, view, command } = useEntity(id);
	if (!entity) {
		return null;
	}
	return html`<div class="control-line" data-entity=${id}>
		<div class="control-head">
			<a href=${`/entities/${id}`} class="quiet-link"><${Icon} name=${iconOf(view)} />
				${entityName(entity)}</a>
			${!isTold(entity) && html`<span class="control-state">${valueText(view)}</span>`}
			<${Quick} entity=${entity} view=${view} open=${command} />
		</div>
		<${Body} entity=${entity} view=${view} full=${full} />
		<${CommandNote} open=${command} />
	</div>`;
});

function StatusLine({ about, leader, command, view }) {
	useTick();
	const freshness = freshnessOf(about);
	return html`<span class="card-status" data-freshness=${freshness}>
		${leader && freshness !== 'unavailable' && html`<b>${valueText(view)}</b>`}
		${command ? html`<${CommandNote} open=${command} />` :
		html`<span>${freshnessText(about)}</span>`}
	</span>`;
}

function LowBattery({ entities }) {
	const battery = entities.find((entity) => entity.device_class === 'battery' &&
	    toneOf(entity) === 'warn');
	return battery ? html`<span class="chip" data-tone="warn" title="Battery is low">
		<${Icon} name="batteryLow" /><span class="hidden">Battery</span>
		${valueText(battery)}</span>` : null;
}

/** The name without its room's, which stands above; screen readers hear all of it. */
function Title({ title, href, room }) {
	const shown = room && title.toLowerCase().startsWith(`${room.toLowerCase()} `) ?
	    capital(title.slice(room.length + 1)) : title;
	return html`<a href=${href} title=${title}>${shown !== title &&
		html`<span class="hidden">${room} </span>`}${shown}</a>`;
}

function CardHead({ title, href, room, level, entities, leader, about }) {
	const { view, command } = useEntity(about.entity_id);
	return html`<header class="card-head">
		<a class="card-icon" href=${`/entities/${about.entity_id}`} tabindex="-1"
			aria-hidden="true" data-tone=${toneOf(view)} data-domain=${domainOf(about.entity_id)}
			style=${{ '--lamp': lightColour(view) ?? '' }}><${Icon} name=${iconOf(view)} /></a>
		<div class="card-title">
			<${`h${level}`} class="card-name"><${Title} title=${title} href=${href}
				room=${room} /></${`h${level}`}>
			<${StatusLine} about=${about} leader=${leader} view=${view} command=${command} />
		</div>
		<${LowBattery} entities=${entities} />
		${leader ? html`<${Quick} entity=${leader} view=${view} open=${command} />` :
		about.available !== false && html`<${Reading} id=${about.entity_id} look="main" />`}
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

/**
 * A card for the entities IDS of one device; TITLE and HREF name it,
 * ROOM is the name of the room it is shown in, LEVEL that of its heading.
 */
export function DeviceCard({ title, href, room, ids, level }) {
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
	const about = leader ?? readings.shift() ?? entities[0];
	const tone = entities.some((entity) => toneOf(entity) === 'alarm') ? 'alarm' : 'idle';
	return html`<article class="card" data-tone=${tone}
		data-freshness=${freshnessOf(about)} data-entity=${leader?.entity_id}>
		<${CardHead} title=${title} href=${href} room=${room} level=${level}
			entities=${entities} leader=${leader} about=${about} />
		${leader && html`<${LeaderBody} id=${leader.entity_id} />`}
		${controls.map(({ entity_id: id }) => html`<${ControlLine} key=${id} id=${id} />`)}
		${readings.length > 0 && html`<div class="readings">
			${readings.map(({ entity_id: id }) => html`<${Reading} key=${id} id=${id}
				look="chip" />`)}
		</div>`}
	</article>`;
}
