// SPDX-License-Identifier: ISC
// Fields in which one picks what the house has: entities by room, devices, rooms, floors.
import { Combobox } from './combobox.js';
import { entityFullName } from './entity.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';

export const listOf = (value) => (value === undefined || value === null ? [] : [value].flat());

/** One alone is written without a list; nothing is left away. */
export const oneOrList = (list) => (list.length > 1 ? list : list[0]);

const nameOfArea = (id) => house.areas.get(id)?.name ?? 'No room';

/** [[room, [[id, name]]]] of the entities that FITS lets through. */
function entitiesByRoom(fits) {
	const rooms = new Map();
	for (const entity of house.entities.values()) {
		if (!fits(entity)) {
			continue;
		}
		const area = nameOfArea(entity.area_id ?? house.devices.get(entity.device_id)?.area_id);
		rooms.set(area, [...(rooms.get(area) ?? []), [entity.entity_id, entityFullName(entity)]]);
	}
	return [...rooms].sort(([a], [b]) => a.localeCompare(b)).map(([room, rows]) =>
		[room, rows.sort(([, a], [, b]) => a.localeCompare(b))]);
}

const byName = (rows) => [['', [...rows.values()].map((row) => [row.id, row.name])
    .sort(([, a], [, b]) => a.localeCompare(b))]];

/** What may be picked of a SHAPE: groups as above. DOMAIN: only entities of it. */
export function choicesOf(shape, domain) {
	const domains = { trackers: ['device_tracker', 'person'], scenes: ['scene'], calendars: ['calendar'] }[shape] ??
	    (domain && domain !== 'homeassistant' ? [domain] : null);
	switch (shape) {
	case 'device':
	case 'devices':
		return byName(house.devices);
	case 'area':
	case 'areas':
		return byName(house.areas);
	case 'floors':
		return byName(house.floors);
	case 'labels':
		return byName(house.labels ?? new Map());
	default:
		return entitiesByRoom((entity) => !domains || domains.includes(entity.entity_id.split('.')[0]));
	}
}

/** Several of them: each with a button that takes it away, and a choice of one more. */
export function PickMany({ id, title, value, set, groups, invalid, describedBy }) {
	const list = listOf(value);
	const names = new Map(groups.flatMap(([, rows]) => rows));
	const left = groups.map(([room, rows]) => [room, rows.filter(([one]) => !list.includes(one))]);
	return html`<div class="pick">
		${list.map((one, i) => html`<span class="chip pick-one" key=${`${i} ${one}`}>${names.get(one) ??
			String(one)}
			<button type="button" class="icon-button" aria-label=${`Remove ${names.get(one) ?? one}`}
				onClick=${() => set(oneOrList(list.filter((_, k) => k !== i)))}><${Icon}
					name="close" /></button>
		</span>`)}
		<${Combobox} id=${id} title=${title} hint=${list.length > 0 ? 'Add another…' : 'Choose…'} groups=${left}
			take=${(one) => set(oneOrList([...list, one]))} invalid=${invalid} describedBy=${describedBy} />
	</div>`;
}

export function PickOne({ id, value, set, groups, invalid, describedBy }) {
	const name = groups.flatMap(([, rows]) => rows).find(([one]) => one === value)?.[1];
	return html`<${Combobox} id=${id} hint="Choose…" shown=${name ?? value} groups=${groups} take=${set}
		invalid=${invalid} describedBy=${describedBy} />`;
}
