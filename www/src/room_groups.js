// SPDX-License-Identifier: ISC
// What the home page shows, in its order: floors, their rooms, the cards of a room.
import { LEADING, leaderOf } from './control.js';
import { domainOf, entityFullName, isMinor } from './entity.js';
import { areaIdOf, areasSorted, floorsSorted, house } from './house.js';

/** The id of the room of what is in none. */
export const NOWHERE = '';

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
function rooms() {
	const all = new Map(areasSorted().map((area) => [area.id, { area, entities: [] }]));
	const nowhere = { area: { id: NOWHERE, name: 'No room yet' }, entities: [] };
	for (const entity of house.entities.values()) {
		(all.get(areaIdOf(entity)) ?? nowhere).entities.push(entity);
	}
	const shown = [...all.values()].map(withCards)
	    .sort((a, b) => b.cards.length - a.cards.length);
	return [...shown, withCards(nowhere)].filter((room) => room.cards.length > 0);
}

/**
 * The rooms by floor, from the lowest up: [{floor, rooms}]. Those on no floor come last, with a
 * floor without id; floor is null when no room is on any.
 */
export function roomsByFloor() {
	const all = rooms();
	const on = (id) => all.filter(({ area }) => area.floor_id === id);
	const floors = floorsSorted().map((floor) => ({ floor, rooms: on(floor.id) }));
	const rest = all.filter(({ area }) => !house.floors.has(area.floor_id));
	const shown = floors.filter((group) => group.rooms.length > 0);
	const other = shown.length > 0 ? { id: NOWHERE, name: 'Other rooms' } : null;
	return [...shown, { floor: other, rooms: rest }].filter((group) => group.rooms.length > 0);
}
