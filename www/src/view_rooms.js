// SPDX-License-Identifier: ISC
// The home page: what matters at a glance, then every room with its devices, live; by floor in a
// house that has floors.
import { DeviceCard } from './device_card.js';
import { Glance } from './glance.js';
import { house, houseLoad } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { shapeOf } from './icon_names.js';
import { meanHumidity, meanTemperature } from './measured.js';
import { memo } from './memo.js';
import { fixedText } from './quantity.js';
import { NOWHERE, roomsByFloor } from './room_groups.js';
import { useTopics } from './store.js';
import { useTurn } from './turn.js';
import { ScenarioButtons } from './view_scenarios.js';
import { Empty, Heading, Placeholder, ProblemNote } from './ui.js';

const PRESENCE = ['occupancy', 'motion', 'presence'];
const MEASURED = ['temperature', 'humidity'];

const current = (entity) => house.entities.get(entity.entity_id) ?? entity;

function isOccupied(entities) {
	return entities.map(current).some((entity) => entity.state === 'on' &&
	    PRESENCE.includes(entity.device_class));
}

const isTold = (entity) => PRESENCE.includes(entity.device_class) ||
    MEASURED.includes(entity.device_class);

function RoomFacts({ entities: all }) {
	const entities = all.filter(isTold);
	useTopics(...entities.map((entity) => `entity:${entity.entity_id}`));
	const temperature = meanTemperature(entities.map(current));
	const humidity = meanHumidity(entities.map(current));
	return html`<p class="room-facts">
		${temperature !== null && html`<span><${Icon} name="temperature" />
			${fixedText(temperature.value, 1)} ${temperature.unit}</span>`}
		${humidity !== null && html`<span><${Icon} name="humidity" />
			${Math.round(humidity)} %</span>`}
		${isOccupied(entities) && html`<span><${Icon} name="person" />Somebody is here</span>`}
	</p>`;
}

/** A card when it is its turn; until then an empty one in its place. */
const Card = memo((card) => (useTurn() ? html`<${DeviceCard} ...${card} />` :
    html`<div class="card" data-waiting="true"></div>`));

function Room({ area, entities, cards, level }) {
	const id = area.id || 'none';
	return html`<section class="room" data-span=${Math.min(3, cards.length)} id=${`room-${id}`}
		aria-labelledby=${`room-title-${id}`}>
		<header class="room-head">
			<${`h${level}`} class="room-name" id=${`room-title-${id}`}>
				${shapeOf(area.icon) && html`<${Icon} name=${shapeOf(area.icon)} />`}
				${area.name}</${`h${level}`}>
			<${RoomFacts} entities=${entities} />
		</header>
		${area.id === NOWHERE && html`<p class="faint room-hint">Open a device to put it into a room.</p>`}
		<div class="cards">
			${cards.map((card) => html`<${Card} key=${card.key} title=${card.title}
				href=${card.href} room=${area.name} ids=${card.ids} level=${level + 1} />`)}
		</div>
	</section>`;
}

/** A floor with its rooms; the rooms alone in a house without floors. */
function Floor({ floor, rooms }) {
	const list = html`<div class="rooms-place"><div class="rooms">${rooms.map((room) =>
		html`<${Room} key=${room.area.id} level=${floor ? 3 : 2} ...${room} />`)}</div></div>`;
	return floor ? html`<section class="floor" aria-labelledby=${`floor-title-${floor.id}`}>
		<h2 class="floor-name" id=${`floor-title-${floor.id}`}>${floor.name}</h2>${list}
	</section>` : list;
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
	const floors = roomsByFloor();
	return html`<${Heading} title="Home"><a class="button quiet" href="/floors">
			<${Icon} name="layers" />Floors and rooms</a></${Heading}>
		${house.problem && !house.loaded && html`<${ProblemNote} problem=${house.problem}
			onRetry=${houseLoad} />`}
		${!house.loaded && !house.problem && html`<${Placeholder} rows=${6} />`}
		${house.loaded && floors.length === 0 && html`<${NoDevices} />`}
		${floors.length > 0 && html`<${Glance} />
			<${ScenarioButtons} />
			<${RoomLinks} rooms=${floors.flatMap(({ rooms }) => rooms)} />
			${floors.map((group) => html`<${Floor} key=${group.floor?.id} ...${group} />`)}`}`;
}
