// SPDX-License-Identifier: ISC
// Covers and valves: open, stop, close, the position and the tilt where they are known.
import { command } from './command.js';
import { ActionLine, can } from './control_parts.js';
import { entityFullName } from './entity.js';
import { html } from './html.js';
import { Slider } from './ui.js';

const COVER = { open: 1, close: 2, position: 4, stop: 8, openTilt: 16, closeTilt: 32,
	stopTilt: 64, tilt: 128 };
const VALVE = { open: 1, close: 2, position: 4, stop: 8 };

const known = (value) => value !== null && value !== undefined;

function Position({ entity, service, field, attribute, value, label }) {
	return html`<${Slider} label=${label} unit="%" bare=${true} value=${value ?? null}
		onCommit=${(next) => command(entity, service, { [field]: next },
		    { attributes: { [attribute]: next } })} />`;
}

function Tilt({ entity, view }) {
	const tilt = view.attributes.current_tilt_position;
	const name = `the slats of ${entityFullName(entity)}`;
	return html`<${ActionLine} entity=${entity} name=${name} actions=${[
	    can(view, COVER.openTilt) && ['up', 'Open', 'open_cover_tilt', null, tilt === 100],
	    can(view, COVER.stopTilt) && ['stop', 'Stop', 'stop_cover_tilt'],
	    can(view, COVER.closeTilt) && ['down', 'Close', 'close_cover_tilt', null, tilt === 0],
	]}>${can(view, COVER.tilt) && html`<${Position} entity=${entity} label="Tilt" value=${tilt}
		service="set_cover_tilt_position" field="tilt_position"
		attribute="current_tilt_position" />`}</${ActionLine}>`;
}

const tilts = (view) => known(view.attributes?.current_tilt_position) ||
    ((view.attributes?.supported_features ?? 0) & (COVER.openTilt | COVER.tilt)) !== 0;

export function CoverBody({ entity, view }) {
	const position = view.attributes?.current_position;
	return html`<div class="stack">
		<${ActionLine} entity=${entity} name=${entityFullName(entity)} actions=${[
		    can(view, COVER.open) && ['up', 'Open', 'open_cover', 'opening', position === 100],
		    can(view, COVER.stop) && ['stop', 'Stop', 'stop_cover'],
		    can(view, COVER.close) && ['down', 'Close', 'close_cover', 'closing', position === 0],
		]}>${known(position) && can(view, COVER.position) && html`<${Position} entity=${entity}
			label="Position" value=${position} service="set_cover_position" field="position"
			attribute="current_position" />`}</${ActionLine}>
		${tilts(view) && html`<${Tilt} entity=${entity} view=${view} />`}
	</div>`;
}

export function ValveBody({ entity, view }) {
	const position = view.attributes?.current_position;
	return html`<${ActionLine} entity=${entity} name=${entityFullName(entity)} actions=${[
	    can(view, VALVE.open) && ['up', 'Open', 'open_valve', 'opening', position === 100],
	    can(view, VALVE.stop) && ['stop', 'Stop', 'stop_valve'],
	    can(view, VALVE.close) && ['down', 'Close', 'close_valve', 'closing', position === 0],
	]}>${known(position) && can(view, VALVE.position) && html`<${Position} entity=${entity}
		label="Position" value=${position} service="set_valve_position" field="position"
		attribute="current_position" />`}</${ActionLine}>`;
}
