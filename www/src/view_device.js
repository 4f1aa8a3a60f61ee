// SPDX-License-Identifier: ISC
// The page of one device: every entity with its control, and the labels a person may change.
import { getAll, patch, remove } from './api.js';
import { isControl } from './control.js';
import { CarefulButton } from './control_parts.js';
import { ControlLine, Reading } from './device_card.js';
import { isMinor } from './entity.js';
import { deviceSet, entitiesOf, house, houseLoad } from './house.js';
import { html } from './html.js';
import { Labels } from './labels.js';
import { useTopics } from './store.js';
import { Crumbs, Empty, Heading, Placeholder, useLoad } from './ui.js';
import { DeviceMessages } from './device_messages.js';
import { DeviceSignals } from './device_signals.js';
import { DeviceReplace, DeviceUsed } from './device_replace.js';
import { Icon } from './icon.js';
import { numberText } from './quantity.js';
import { navigate } from './router.js';
import { toast } from './toast.js';
import { VersionsFold } from './versions.js';
import { DeviceStatus } from './view_devices.js';
import { bareAddress, webAddress } from './web_address.js';

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
		['Model id', device.model_id],
		['Hardware', device.hw_version],
		['Firmware', device.sw_version],
		['Serial number', device.serial_number],
		['Its own page', webAddress(device.configuration_url) ? html`<a href=${device.configuration_url}
			target="_blank" rel="noreferrer">${bareAddress(device.configuration_url)}</a>` :
			device.configuration_url],
		['Battery', Number.isFinite(device.battery) && `${numberText(device.battery)} %`],
		['Link quality', Number.isFinite(device.link_quality) && numberText(device.link_quality)],
		['Speaks through', device.via_device && html`<a href=${`/devices/${
			encodeURIComponent(device.via_device)}`}>${house.devices.get(device.via_device)?.name ??
			device.via_device}</a>`],
		['Announced as', device.announced_name !== device.name && device.announced_name],
		['Room', house.areas.get(device.area_id)?.name],
		['Id', device.id]];
	return html`<section class="panel" aria-labelledby="about-title">
		<div class="panel-head"><h2 id="about-title">About</h2>
			<${DeviceStatus} device=${device} /></div>
		<dl class="details">${rows.filter(([, value]) => value).map(([name, value]) =>
			html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
	</section>`;
}

/** Entities that are switched off are not part of the house; here they can come back. */
function Disabled({ device }) {
	const { data, reload } = useLoad(() => getAll('/api/v1/entities', 'entities',
	    { device: device.id, disabled: true }), [device.id, entitiesOf(device.id).length]);
	const off = (data ?? []).filter((entity) => entity.enabled === false && !entity.orphaned);
	const enable = async (entity) => {
		await patch(`/api/v1/entities/${encodeURIComponent(entity.entity_id)}`, { enabled: true })
		    .catch((problem) => toast('bad', problem.message));
		houseLoad();
		reload();
	};
	return off.length === 0 ? null : html`<details class="panel"><summary>Switched off
		(${off.length})</summary><ul class="plain rows-plain">${off.map((entity) => html`<li
			key=${entity.entity_id}><span>${entity.name ?? entity.entity_id}</span>
			<button class="button" onClick=${() => enable(entity)}>Switch on</button></li>`)}</ul>
	</details>`;
}

/** What a person may do with the device as a whole. */
function Manage({ device, entities }) {
	const gone = entities.every((entity) => entity.orphaned);
	const complain = (problem) => toast('bad', problem.message);
	const off = device.enabled === false;
	const forget = () => remove(`/api/v1/devices/${encodeURIComponent(device.id)}`)
	    .then(() => navigate('/devices'), complain);
	return html`<section class="panel" aria-labelledby="manage-title">
		<h2 id="manage-title">Device</h2>
		<div class="button-row"><${DeviceReplace} device=${device} />
			<button class="button" onClick=${() => save(device, { enabled: off }).catch(complain)}>
				<${Icon} name="power" />${off ? 'Switch on' : 'Switch off'}</button>
			${gone && html`<${CarefulButton} icon="trash" text="Remove" name=${device.name}
				used=${`/api/v1/devices/${encodeURIComponent(device.id)}`} onPress=${forget} />`}</div>
	</section>`;
}

const CONFIG = (entity) => entity.category === 'config';

/** Differs when a person has changed the device. */
const settingsOf = ({ name, area_id: area, enabled, labels }) => JSON.stringify([name, area, enabled, labels]);

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
	const shown = entities.filter((one) => !one.hidden);
	return html`<${Crumbs} area=${house.areas.get(device.area_id)} />
		<${Heading} title=${device.name} />
		<div class="columns">
			<div class="column-wide">
				<${Group} title="Now" entities=${shown.filter((one) => !isMinor(one))} />
				<${Group} title="Configuration" entities=${shown.filter((one) => isMinor(one) &&
					CONFIG(one))} />
				<${Group} title="Condition" entities=${shown.filter((one) => isMinor(one) &&
					!CONFIG(one))} />
				<${Group} title="Hidden" entities=${entities.filter((one) => one.hidden)} />
				<${Disabled} device=${device} />
				<${DeviceSignals} key=${`signals-${device.id}`} device=${device} />
				<${DeviceMessages} key=${`messages-${device.id}`} device=${device} />
				${entities.length === 0 && html`<${Empty} icon="device"
					title="This device has no entities"><p>It has announced itself but nothing it
					can report or do yet.</p></${Empty}>`}
			</div>
			<div class="column-side"><${About} device=${device} />
				<${Labels} key=${device.id} name=${device.name} areaId=${device.area_id}
					labels=${device.labels}
					none="No room" save=${(change) => save(device, change)} />
				<${DeviceUsed} key=${`used-${device.id}`} device=${device} />
				<${Manage} device=${device} entities=${entities} />
				<${VersionsFold} key=${`versions-${device.id}`} panel=${true} kind="device"
					id=${device.id} serial=${settingsOf(device)} onRestored=${houseLoad} /></div>
		</div>`;
}
