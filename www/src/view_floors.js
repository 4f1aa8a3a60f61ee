// SPDX-License-Identifier: ISC
// Floors and their rooms: adding, naming, moving, deleting.
import { useState } from 'preact/hooks';
import { areasSorted, contentsOf, floorsSorted, house, houseLoad } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { shapeOf } from './icon_names.js';
import { FloorDeletion, FloorWindow, RoomDeletion, RoomWindow } from './room_forms.js';
import { useTopics } from './store.js';
import { Crumbs, Empty, Heading, Placeholder, ProblemNote } from './ui.js';
import { Deleted } from './versions.js';

/** Two buttons for a floor or a room: change it, delete it. */
function Tools({ row, Change, Delete, open }) {
	return html`<div class="place-tools">
		<button class="icon-button" aria-label=${`Change ${row.name}`} title="Change"
			onClick=${() => open(Change, row)}><${Icon} name="edit" /></button>
		<button class="icon-button" aria-label=${`Delete ${row.name}`} title="Delete"
			onClick=${() => open(Delete, row)}><${Icon} name="trash" /></button>
	</div>`;
}

function contentsText(id) {
	const { devices, entities } = contentsOf(id);
	const parts = [[devices.length, 'device', 'devices'], [entities.length, 'entity', 'entities']]
	    .filter(([n]) => n > 0).map(([n, one, many]) => `${n} ${n === 1 ? one : many}`);
	return parts.join(' and ') || 'Empty';
}

function RoomRow({ area, open }) {
	const about = [contentsText(area.id), area.aliases.length > 0 &&
	    `also ${area.aliases.join(', ')}`];
	return html`<li class="place"><span class="row-icon">
			<${Icon} name=${shapeOf(area.icon) ?? 'doorClosed'} /></span>
		<div class="row-main"><b>${area.name}</b>
			<span class="faint">${about.filter(Boolean).join(' · ')}</span></div>
		<${Tools} row=${area} Change=${RoomWindow} Delete=${RoomDeletion} open=${open} />
	</li>`;
}

function RoomList({ areas, open }) {
	return areas.length === 0 ? html`<p class="faint">No room is on this floor yet.</p>` :
	    html`<ul class="plain">${areas.map((area) => html`<${RoomRow} key=${area.id}
		area=${area} open=${open} />`)}</ul>`;
}

function Floor({ floor, open }) {
	const title = `floor-${floor.id}`;
	return html`<section class="panel" aria-labelledby=${title}>
		<div class="place-head"><div class="row-main"><h2 id=${title}>${floor.name}</h2>
				${Number.isFinite(floor.level) && html`<span class="faint">Level
					${' '}${floor.level}</span>`}</div>
			<${Tools} row=${floor} Change=${FloorWindow} Delete=${FloorDeletion} open=${open} />
		</div>
		<${RoomList} open=${open}
			areas=${areasSorted().filter((area) => area.floor_id === floor.id)} />
	</section>`;
}

/** Rooms on no floor; the only list of a house without floors. */
function Rest({ open }) {
	const areas = areasSorted().filter((area) => !house.floors.has(area.floor_id));
	return areas.length > 0 && html`<section class="panel" aria-labelledby="floor-none">
		<div class="place-head"><h2 id="floor-none">${house.floors.size > 0 ? 'No floor' :
			'Rooms'}</h2></div>
		<${RoomList} areas=${areas} open=${open} /></section>`;
}

function Places({ open }) {
	return house.floors.size + house.areas.size === 0 ? html`<${Empty} icon="layers"
		title="No rooms yet"><p>Rooms group devices; floors group rooms. Devices may bring the
		name of their room along, and their pages put them into another.</p></${Empty}>` :
	    html`<div class="stack">${floorsSorted().map((floor) => html`<${Floor} key=${floor.id}
		floor=${floor} open=${open} />`)}<${Rest} open=${open} /></div>`;
}

export function Floors() {
	useTopics('house');
	const [shown, show] = useState(null);
	const open = (Window, { id, name } = {}) => show({ Window, id, name });
	return html`<${Crumbs} />
		<${Heading} title="Floors and rooms">
			<button class="button" onClick=${() => open(FloorWindow)}><${Icon} name="plus" />Add
				floor</button>
			<button class="button" onClick=${() => open(RoomWindow)}><${Icon} name="plus" />Add
				room</button></${Heading}>
		${house.problem && !house.loaded && html`<${ProblemNote} problem=${house.problem}
			onRetry=${houseLoad} />`}
		${!house.loaded && !house.problem && html`<${Placeholder} rows=${4} />`}
		${house.loaded && html`<${Places} open=${open} />
			<${Deleted} kinds=${['floor', 'area']} onRestored=${houseLoad}
				serial=${[...house.floors.keys(), '', ...house.areas.keys()].join()} />`}
		${shown && html`<${shown.Window} id=${shown.id} name=${shown.name}
			close=${() => show(null)} />`}`;
}
