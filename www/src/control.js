// SPDX-License-Identifier: ISC
// How each domain is controlled: one row per domain. Quick stands beside the name, Body below it. A
// domain without a row is only shown.
import { AlarmBody, LockBody, LockQuick } from './control_lock.js';
import { ClimateBody, HumidifierBody, WaterHeaterBody } from './control_climate.js';
import { CoverBody, ValveBody } from './control_cover.js';
import { FanBody, SirenBody } from './control_fan.js';
import { LightBody } from './control_light.js';
import { OnOff } from './control_parts.js';
import { PictureBody } from './control_picture.js';
import { MowerBody, VacuumBody } from './control_robot.js';
import { UpdateBody, UpdateQuick } from './control_update.js';
import {
	FieldQuick, NotifyBody, NumberBody, NumberQuick, PressQuick, SelectQuick,
} from './control_value.js';
import { domainOf } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { Spinner } from './ui.js';

/** told: the control itself says what the state is, so that it is not written beside it. */
const CONTROLS = {
	alarm_control_panel: { Body: AlarmBody },
	button: { Quick: PressQuick, told: true },
	camera: { Body: PictureBody, told: true },
	climate: { Body: ClimateBody },
	cover: { Body: CoverBody },
	date: { Quick: FieldQuick, told: true },
	datetime: { Quick: FieldQuick, told: true },
	fan: { Quick: OnOff, Body: FanBody },
	humidifier: { Quick: OnOff, Body: HumidifierBody },
	image: { Body: PictureBody, told: true },
	lawn_mower: { Body: MowerBody },
	light: { Quick: OnOff, Body: LightBody },
	lock: { Quick: LockQuick, Body: LockBody },
	notify: { Body: NotifyBody, told: true },
	number: { Quick: NumberQuick, Body: NumberBody, told: true },
	scene: { Quick: PressQuick, told: true },
	select: { Quick: SelectQuick, told: true },
	siren: { Quick: OnOff, Body: SirenBody },
	switch: { Quick: OnOff },
	text: { Quick: FieldQuick, told: true },
	time: { Quick: FieldQuick, told: true },
	update: { Quick: UpdateQuick, Body: UpdateBody },
	vacuum: { Body: VacuumBody },
	valve: { Body: ValveBody },
	water_heater: { Body: WaterHeaterBody },
};

const controlOf = (entity) => CONTROLS[domainOf(entity.entity_id)];

/** Whether a person can act on the entity, or look at its picture. */
export function isControl(entity) {
	return controlOf(entity) !== undefined;
}

/** Whether its control shows the state already. */
export function isTold(entity) {
	return Boolean(controlOf(entity)?.told) && entity.available !== false;
}

/** The control that stands for a whole device: the first of these domains it has. */
export const LEADING = ['light', 'climate', 'water_heater', 'cover', 'valve', 'lock',
	'alarm_control_panel', 'fan', 'vacuum', 'lawn_mower', 'switch', 'humidifier', 'siren'];

/** The entity that a device's card is about, or undefined for a device that only reports. */
export function leaderOf(entities) {
	return LEADING.flatMap((domain) => entities.filter(
	    (entity) => domainOf(entity.entity_id) === domain && !entity.category))[0];
}

/** What stands beside the name of an entity, or nothing. */
export function Quick({ entity, view, open }) {
	const control = controlOf(entity);
	return control?.Quick ?
	    html`<${control.Quick} entity=${entity} view=${view} open=${open} />` : null;
}

/** The rest of an entity's controls; FULL shows everything at once. */
export function Body({ entity, view, full = false }) {
	const control = controlOf(entity);
	return control?.Body && entity.available !== false ?
	    html`<${control.Body} entity=${entity} view=${view} full=${full} />` : null;
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
