// SPDX-License-Identifier: ISC
// The page of one device: every entity with its control, and the labels a person may change.
import { patch } from './api.js';
import { isControl } from './control.js';
import { ControlLine, Reading } from './device_card.js';
import { isMinor } from './entity.js';
import { deviceSet, entitiesOf, house, houseLoad } from './house.js';
import { html } from './html.js';
import { Labels } from './labels.js';
import { useTopics } from './store.js';
import { Crumbs, Empty, Heading, Placeholder } from './ui.js';
import { DeviceStatus } from './view_devices.js';

async function save(device, change) {
	deviceSet({ ...device, ...await patch(`/api/v1/devices/${encodeURIComponent(device.id)}`,
	    change) });
	houseLoad();
}

function Group({ title, entities }) {
	const controls = entities.filter(isControl);
	const readings = entities.filter((entity) => !isControl(entity));
	return entities.length === 0 ? null : html`<section class="panel" aria-label=${title}>
		<h2>${title}</h2>
		${controls.map(({ entity_id: id }) => html`<${ControlLine} key=${id} id=${id} full=${true} />`)}
		${readings.length > 0 && html`<div class="tiles">
			${readings.map(({ entity_id: id }) => html`<${Reading} key=${id} id=${id}
				look="tile" />`)}</div>`}
	</section>`;
}

function About({ device }) {
	const rows = [['Maker', device.manufacturer], ['Model', device.model],
		['Firmware', device.sw_version], ['Room', house.areas.get(device.area_id)?.name],
		['Id', device.id]];
	return html`<section class="panel" aria-labelledby="about-title">
		<div class="panel-head"><h2 id="about-title">About</h2>
			<${DeviceStatus} device=${device} /></div>
		<dl class="details">${rows.filter(([, value]) => value).map(([name, value]) =>
			html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
	</section>`;
}

export function DeviceView({ id }) {
	useTopics('house', `device:${id}`);
	const device = house.devices.get(id) ??
	    [...house.devices.values()].find((one) => String(one.id) === id);
	if (!device) {
		return html`<${Heading} title="Device" />${house.loaded ? html`<${Empty} icon="search"
			title="The house does not know this device"><p>It was removed.${' '}
			<a href="/devices">See all devices</a>.</p></${Empty}>` :
		html`<${Placeholder} rows=${5} />`}`;
	}
	const entities = entitiesOf(device.id);
	return html`<${Crumbs} area=${house.areas.get(device.area_id)} />
		<${Heading} title=${device.name} />
		<div class="columns">
			<div class="column-wide">
				<${Group} title="Now" entities=${entities.filter((one) => !isMinor(one))} />
				<${Group} title="Condition" entities=${entities.filter(isMinor)} />
				${entities.length === 0 && html`<${Empty} icon="device"
					title="This device has no entities"><p>It has announced itself but nothing it
					can report or do yet.</p></${Empty}>`}
			</div>
			<div class="column-side"><${About} device=${device} />
				<${Labels} key=${device.id} name=${device.name} areaId=${device.area_id}
					none="No room" save=${(change) => save(device, change)} /></div>
		</div>`;
}
