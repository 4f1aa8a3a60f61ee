// SPDX-License-Identifier: ISC
// How each domain is controlled: one row per domain. Quick is the switch beside the name,
// Body is what stands below it. A domain without a row is only shown.
import { CoverBody } from './control_cover.js';
import { ClimateBody } from './control_climate.js';
import { LightBody } from './control_light.js';
import { LockQuick } from './control_lock.js';
import { command } from './command.js';
import { domainOf, entityFullName, entityName, words } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { Slider, Spinner, Toggle } from './ui.js';

function OnOff({ entity, view, open }) {
	const set = (on) => command(entity, on ? 'turn_on' : 'turn_off', {},
	    { state: on ? 'on' : 'off' });
	return html`<${Toggle} on=${view.state === 'on'} label=${entityFullName(entity)}
		busy=${open?.status === 'pending' || open?.status === 'sent'}
		disabled=${entity.available === false} onChange=${set} />`;
}

function NumberBody({ entity, view }) {
	const { min = 0, max = 100, step = 1 } = view.attributes ?? {};
	const value = Number.isFinite(Number(view.state)) && view.state !== null ?
	    Number(view.state) : null;
	return html`<${Slider} label=${entityName(entity)} value=${value} min=${min} max=${max}
		step=${step} unit=${entity.unit ?? ''} onCommit=${(next) => command(entity, 'set_value',
		    { value: next }, { state: String(next) })} />`;
}

function SelectBody({ entity, view }) {
	const options = view.attributes?.options ?? [];
	return html`<label class="field-line"><span>${entityName(entity)}</span>
		<select class="select" onChange=${(e) => command(entity, 'select_option',
		    { option: e.target.value }, { state: e.target.value })}>
			${!options.includes(view.state) && html`<option value="" selected disabled>–</option>`}
			${options.map((option) => html`<option key=${option} value=${option}
				selected=${option === view.state}>${words(option)}</option>`)}
		</select></label>`;
}

function ButtonBody({ entity }) {
	return html`<div class="button-row"><button class="button" aria-label=${entityFullName(entity)}
		onClick=${() => command(entity, 'press')}><${Icon} name="play" />${entityName(entity)}
		</button></div>`;
}

function FanBody({ entity, view }) {
	const percentage = view.attributes?.percentage;
	return percentage === undefined ? null : html`<${Slider} label="Speed" unit="%"
		value=${view.state === 'on' ? percentage : 0}
		step=${view.attributes.percentage_step ?? 1}
		onCommit=${(next) => command(entity, 'set_percentage', { percentage: next },
		    { state: next > 0 ? 'on' : 'off', attributes: { percentage: next } })} />`;
}

const CONTROLS = {
	button: { Body: ButtonBody },
	climate: { Body: ClimateBody },
	cover: { Body: CoverBody },
	fan: { Quick: OnOff, Body: FanBody },
	humidifier: { Quick: OnOff },
	light: { Quick: OnOff, Body: LightBody },
	lock: { Quick: LockQuick },
	number: { Body: NumberBody },
	select: { Body: SelectBody },
	siren: { Quick: OnOff },
	switch: { Quick: OnOff },
};

/** Whether a person can act on the entity. */
export function isControl(entity) {
	return domainOf(entity.entity_id) in CONTROLS;
}

/** The control that stands for a whole device: the first of these domains it has. */
export const LEADING = ['light', 'climate', 'cover', 'lock', 'fan', 'switch', 'humidifier', 'siren'];

/** The entity that a device's card is about, or undefined for a device that only reports. */
export function leaderOf(entities) {
	return LEADING.flatMap((domain) => entities.filter(
	    (entity) => domainOf(entity.entity_id) === domain && !entity.category))[0];
}

/** The switch of an entity, or nothing. */
export function Quick({ entity, view, open }) {
	const control = CONTROLS[domainOf(entity.entity_id)];
	return control?.Quick ?
	    html`<${control.Quick} entity=${entity} view=${view} open=${open} />` : null;
}

/** The rest of an entity's controls; FULL shows everything at once. */
export function Body({ entity, view, full }) {
	const control = CONTROLS[domainOf(entity.entity_id)];
	return control?.Body && entity.available !== false ?
	    html`<${control.Body} entity=${entity} view=${view} open=${full} />` : null;
}

/** Where a command stands, in a word. */
export function CommandNote({ open }) {
	if (!open) {
		return null;
	}
	if (open.status === 'confirmed') {
		return html`<span class="command-note" data-tone="good"><${Icon} name="check" />done</span>`;
	}
	return html`<span class="command-note"><${Spinner} label="" />
		${open.status === 'sent' ? 'waiting for the device' : 'sending'}</span>`;
}
