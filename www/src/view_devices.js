// SPDX-License-Identifier: ISC
// All devices: searchable, with room, maker, state.
import { useState } from 'preact/hooks';
import { ago, useTick } from './clock.js';
import { leaderOf } from './control.js';
import { byImportance, iconOf, isMinor } from './entity.js';
import { areasSorted, entitiesOf, house, houseLoad, isLabelled, labelsSorted } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { useTopics } from './store.js';
import { Empty, Heading, Placeholder, ProblemNote } from './ui.js';

const GOOD = ['online', 'available', 'ok', 'active'];

/** A device's state as a coloured word. */
export function DeviceStatus({ device }) {
	const good = GOOD.includes(device.status);
	return html`<span class="chip" data-tone=${good ? 'good' : 'warn'}>
		<span class="dot"></span>${device.status ?? 'unknown'}</span>`;
}

function lastHeard(entities) {
	return entities.map((entity) => entity.last_updated ?? '').sort().at(-1);
}

function matches(device, text) {
	return [device.name, device.manufacturer, device.model, house.areas.get(device.area_id)?.name]
	    .some((field) => field?.toLowerCase().includes(text));
}

function Row({ device }) {
	const entities = entitiesOf(device.id);
	const [first] = entities.filter((one) => !isMinor(one)).sort(byImportance);
	const about = leaderOf(entities) ?? first ?? entities[0];
	return html`<li><a class="row" href=${`/devices/${encodeURIComponent(device.id)}`}>
		<span class="row-icon"><${Icon} name=${about ? iconOf(about) : 'device'} /></span>
		<span class="row-main"><b>${device.name}</b>
			<span class="faint">${[device.manufacturer, device.model].filter(Boolean)
			    .join(' ') || 'Unknown maker'}</span></span>
		<span class="row-side">${house.areas.get(device.area_id)?.name ?? 'No room'}</span>
		<span class="row-side faint">${entities.length > 0 ? ago(lastHeard(entities)) : ''}</span>
		<${DeviceStatus} device=${device} />
	</a></li>`;
}

function Filters({ filter, setFilter }) {
	const set = (key) => (e) => setFilter({ ...filter, [key]: e.target.value });
	return html`<div class="filters" role="search">
		<label class="search"><${Icon} name="search" /><input type="search"
			placeholder="Search devices" aria-label="Search devices" value=${filter.text}
			onInput=${set('text')} /></label>
		<select class="select" aria-label="Room" onChange=${set('area')}>
			<option value="">All rooms</option>
			${areasSorted().map((area) => html`<option key=${area.id} value=${area.id}>
				${area.name}</option>`)}
		</select>
		${house.labels.size > 0 && html`<select class="select" aria-label="Label" onChange=${set('label')}>
			<option value="">All labels</option>
			${labelsSorted().map((label) => html`<option key=${label.id} value=${label.id}
				selected=${label.id === filter.label}>${label.name}</option>`)}
		</select>`}
	</div>`;
}

/** The page of labels leads here with one of them. */
const labelAsked = () => new URLSearchParams(location.search).get('label') ?? '';

export function Devices() {
	useTopics('house');
	useTick();
	const [filter, setFilter] = useState({ text: '', area: '', label: labelAsked() });
	const text = filter.text.trim().toLowerCase();
	const devices = [...house.devices.values()]
	    .filter((device) => !filter.area || String(device.area_id) === filter.area)
	    .filter((device) => !filter.label || isLabelled(device, filter.label))
	    .filter((device) => !text || matches(device, text))
	    .sort((a, b) => a.name.localeCompare(b.name));
	return html`<${Heading} title="Devices"><span class="faint">
			${house.devices.size} in the house</span>
			<a class="button quiet" href="/labels"><${Icon} name="tag" />Labels</a></${Heading}>
		${house.problem && !house.loaded && html`<${ProblemNote} problem=${house.problem}
			onRetry=${houseLoad} />`}
		${!house.loaded && !house.problem && html`<${Placeholder} rows=${8} />`}
		${house.loaded && html`<${Filters} filter=${filter} setFilter=${setFilter} />`}
		${house.loaded && devices.length === 0 && html`<${Empty} icon="device"
			title=${house.devices.size ? 'No device matches' : 'No devices yet'}>
			<p>${house.devices.size ? 'Change the search, the room or the label.' :
			    'Devices that announce themselves over MQTT appear here by themselves.'}</p>
		</${Empty}>`}
		${devices.length > 0 && html`<ul class="rows panel">
			${devices.map((device) => html`<${Row} key=${device.id} device=${device} />`)}
		</ul>`}`;
}
