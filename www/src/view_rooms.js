// SPDX-License-Identifier: ISC
// The home page: what matters at a glance, then every room with its devices, live.
import { LEADING, leaderOf } from './control.js';
import { DeviceCard } from './device_card.js';
import { areaIdOf, areasSorted, house, houseLoad } from './house.js';
import { domainOf, entityFullName, isMinor, numberText, toneOf } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { useTopics } from './store.js';
import { Empty, Heading, Placeholder, ProblemNote } from './ui.js';

const NOWHERE = '';

/** Lamps first, then the other controls, then what only reports: alike beside alike. */
function rankOf({ entities }) {
	const leader = leaderOf(entities);
	const readings = entities.filter((entity) => !isMinor(entity)).length;
	return leader ? LEADING.indexOf(domainOf(leader.entity_id)) : 100 - Math.min(readings, 9);
}

/** Entities of one device in one room, in the order of the devices' names. */
function cardsOf(entities) {
	const cards = new Map();
	for (const entity of entities) {
		const key = entity.device_id ?? entity.entity_id;
		const card = cards.get(key) ?? { key, entities: [] };
		card.entities.push(entity);
		cards.set(key, card);
	}
	for (const card of cards.values()) {
		const device = house.devices.get(card.key);
		card.ids = card.entities.map((entity) => entity.entity_id);
		card.title = device?.name ?? entityFullName(card.entities[0]);
		card.href = device ? `/devices/${encodeURIComponent(device.id)}` :
		    `/entities/${card.entities[0].entity_id}`;
	}
	return [...cards.values()].filter((card) => !card.entities.every(isMinor))
	    .sort((a, b) => rankOf(a) - rankOf(b) || a.title.localeCompare(b.title));
}

const withCards = (room) => ({ ...room, cards: cardsOf(room.entities) });

/** Rooms with their cards, the fullest first; what has no room comes last. */
function groupRooms() {
	const rooms = new Map(areasSorted().map((area) => [area.id, { area, entities: [] }]));
	const nowhere = { area: { id: NOWHERE, name: 'No room yet' }, entities: [] };
	for (const entity of house.entities.values()) {
		(rooms.get(areaIdOf(entity)) ?? nowhere).entities.push(entity);
	}
	const shown = [...rooms.values()].map(withCards)
	    .sort((a, b) => b.cards.length - a.cards.length);
	return [...shown, withCards(nowhere)].filter((room) => room.cards.length > 0);
}

const current = (entity) => house.entities.get(entity.entity_id) ?? entity;

function meanOf(entities, deviceClass) {
	const values = entities.map(current).filter((entity) => entity.available !== false &&
	    entity.device_class === deviceClass && domainOf(entity.entity_id) === 'sensor' &&
	    entity.state !== null && entity.state !== '')
	    .map((entity) => Number(entity.state)).filter(Number.isFinite);
	return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

function isOccupied(entities) {
	return entities.map(current).some((entity) => entity.state === 'on' &&
	    ['occupancy', 'motion', 'presence'].includes(entity.device_class));
}

function RoomFacts({ entities }) {
	useTopics(...entities.map((entity) => `entity:${entity.entity_id}`));
	const temperature = meanOf(entities, 'temperature');
	const humidity = meanOf(entities, 'humidity');
	return html`<p class="room-facts">
		${temperature !== null && html`<span><${Icon} name="temperature" />
			${temperature.toFixed(1)} °C</span>`}
		${humidity !== null && html`<span><${Icon} name="humidity" />
			${Math.round(humidity)} %</span>`}
		${isOccupied(entities) && html`<span><${Icon} name="person" />Somebody is here</span>`}
	</p>`;
}

function Room({ area, entities, cards }) {
	return html`<section class="room" data-span=${Math.min(3, cards.length)} id=${`room-${area.id || 'none'}`}
		aria-labelledby=${`room-title-${area.id || 'none'}`}>
		<header class="room-head">
			<h2 id=${`room-title-${area.id || 'none'}`}>${area.name}</h2>
			<${RoomFacts} entities=${entities} />
		</header>
		${area.id === NOWHERE && html`<p class="faint">Open a device to put it into a room.</p>`}
		<div class="cards">
			${cards.map((card) => html`<${DeviceCard} key=${card.key} title=${card.title}
				href=${card.href} room=${area.name} ids=${card.ids} />`)}
		</div>
	</section>`;
}

const countText = (n, one, many) => (n === 1 ? `1 ${one}` : `${n} ${many}`);

/** The facts worth knowing before any room: [icon, text, tone, href of the first of them]. */
function glanceFacts() {
	const all = [...house.entities.values()];
	const on = (domain) => all.filter((entity) => domainOf(entity.entity_id) === domain &&
	    entity.state === 'on' && entity.available !== false);
	const open = on('binary_sensor').filter((entity) =>
	    ['door', 'window', 'opening', 'garage_door'].includes(entity.device_class));
	const alarms = all.filter((entity) => toneOf(entity) === 'alarm');
	const lost = all.filter((entity) => entity.available === false);
	const lostDevices = new Set(lost.map((entity) => entity.device_id ?? entity.entity_id));
	const watts = all.filter((entity) => entity.device_class === 'power' && entity.unit === 'W')
	    .reduce((sum, entity) => sum + (Number(entity.state) || 0), 0);
	const unlocked = all.filter((entity) => domainOf(entity.entity_id) === 'lock' &&
	    entity.state === 'unlocked');
	const link = (list) => (list[0] ? `/entities/${list[0].entity_id}` : null);
	return [
		...alarms.map((entity) => ['warning', entityFullName(entity), 'alarm',
			`/entities/${entity.entity_id}`]),
		lostDevices.size > 0 && ['offline', countText(lostDevices.size, 'device unavailable',
		    'devices unavailable'), 'warn', '/devices'],
		['light', on('light').length ? countText(on('light').length, 'light on', 'lights on') :
		    'All lights off', on('light').length ? 'active' : 'idle', link(on('light'))],
		open.length > 0 && ['doorOpen', countText(open.length, 'opening open', 'openings open'),
			'active', link(open)],
		unlocked.length > 0 && ['unlock', countText(unlocked.length, 'lock open', 'locks open'),
			'active', link(unlocked)],
		watts > 0 && ['energy', `${numberText(Math.round(watts))} W`, 'idle', null],
	].filter(Boolean);
}

function Glance() {
	useTopics(...[...house.entities.keys()].map((id) => `entity:${id}`));
	return html`<ul class="glance" aria-label="At a glance">
		${glanceFacts().map(([icon, text, tone, href]) => html`<li key=${text} data-tone=${tone}>
			${href ? html`<a href=${href}><${Icon} name=${icon} />${text}</a>` :
			html`<span><${Icon} name=${icon} />${text}</span>`}</li>`)}
	</ul>`;
}

function RoomLinks({ rooms }) {
	return rooms.length < 2 ? null : html`<nav class="room-links" aria-label="Rooms">
		${rooms.map(({ area }) => html`<a key=${area.id} href=${`#room-${area.id || 'none'}`}>
			${area.name}</a>`)}
	</nav>`;
}

function NoDevices() {
	return html`<${Empty} icon="home" title="Your house has no devices yet">
		<p>Devices that announce themselves over MQTT appear here by themselves, within a
		second. Point Zigbee2MQTT, ESPHome, Tasmota or any device that speaks Home Assistant's
		MQTT discovery at the house's broker.</p>
	</${Empty}>`;
}

export function Rooms() {
	useTopics('house');
	const rooms = groupRooms();
	return html`<${Heading} title="Home" />
		${house.problem && !house.loaded && html`<${ProblemNote} problem=${house.problem}
			onRetry=${houseLoad} />`}
		${!house.loaded && !house.problem && html`<${Placeholder} rows=${6} />`}
		${house.loaded && rooms.length === 0 && html`<${NoDevices} />`}
		${rooms.length > 0 && html`<${Glance} />
			<${RoomLinks} rooms=${rooms} />
			<div class="rooms-place"><div class="rooms">${rooms.map((room) =>
				html`<${Room} key=${room.area.id} ...${room} />`)}</div></div>`}`;
}
