// SPDX-License-Identifier: ISC
// The page of one device: every entity with its control, and the labels a person may change.
import { useState } from 'preact/hooks';
import { patch } from './api.js';
import { isControl } from './control.js';
import { ControlLine, Reading } from './device_card.js';
import { isMinor } from './entity.js';
import { areasSorted, deviceSet, entitiesOf, house, houseLoad } from './house.js';
import { html } from './html.js';
import { useTopics } from './store.js';
import { toast } from './toast.js';
import { Crumbs, Empty, Heading, Placeholder, ProblemNote } from './ui.js';
import { DeviceStatus } from './view_devices.js';

async function save(device, change) {
	deviceSet({ ...device, ...await patch(`/api/v1/devices/${encodeURIComponent(device.id)}`,
	    change) });
	houseLoad();
}

function AreaField({ value, onInput }) {
	return html`<label class="field"><span>Room</span>
		<select class="select" onChange=${onInput}>
			<option value="" selected=${!value}>No room</option>
			${areasSorted().map((area) => html`<option key=${area.id} value=${area.id}
				selected=${area.id === value}>${area.name}</option>`)}
		</select></label>`;
}

function Labels({ device }) {
	const [draft, setDraft] = useState({});
	const [problem, setProblem] = useState(null);
	const submit = async (e) => {
		e.preventDefault();
		try {
			await save(device, draft);
			setDraft({});
			setProblem(null);
			toast('good', 'Saved.');
		} catch (why) {
			setProblem(why);
		}
	};
	const changed = Object.keys(draft).length > 0;
	return html`<form class="panel form" onSubmit=${submit} aria-labelledby="labels-title">
		<h2 id="labels-title">Name and room</h2>
		<label class="field"><span>Name</span><input required maxlength="120"
			value=${draft.name ?? device.name}
			onInput=${(e) => setDraft({ ...draft, name: e.target.value })} /></label>
		<${AreaField} value=${'area_id' in draft ? draft.area_id : device.area_id}
			onInput=${(e) => setDraft({ ...draft, area_id: e.target.value || null })} />
		${problem && html`<${ProblemNote} problem=${problem} />`}
		<button class="button primary" disabled=${!changed}>Save</button>
	</form>`;
}

function Group({ title, entities }) {
	const controls = entities.filter(isControl);
	const readings = entities.filter((entity) => !isControl(entity));
	return entities.length === 0 ? null : html`<section class="panel" aria-label=${title}>
		<h2>${title}</h2>
		${controls.map(({ entity_id: id }) => html`<${ControlLine} key=${id} id=${id} full=${true} />`)}
		${readings.length > 0 && html`<div class="readings wide">
			${readings.map(({ entity_id: id }) => html`<${Reading} key=${id} id=${id} />`)}</div>`}
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
				<${Labels} key=${device.id} device=${device} /></div>
		</div>`;
}
