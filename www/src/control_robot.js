// SPDX-License-Identifier: ISC
// Robots that clean floors or mow the lawn: start, pause, stop, go home, and how hard they work.
import { command } from './command.js';
import { ActionLine, can, Choice } from './control_parts.js';
import { entityFullName, entityName } from './entity.js';
import { html } from './html.js';

const VACUUM = { pause: 4, stop: 8, home: 16, fan: 32, locate: 512, spot: 1024, start: 8192 };
const MOWER = { start: 1, pause: 2, dock: 4 };

export function VacuumBody({ entity, view, full }) {
	const speeds = view.attributes?.fan_speed_list ?? [];
	return html`<div class="stack">
		<${ActionLine} entity=${entity} name=${entityFullName(entity)} actions=${[
		    can(view, VACUUM.start) && ['play', 'Start', 'start', 'cleaning',
		        view.state === 'cleaning'],
		    can(view, VACUUM.pause) && ['pause', 'Pause', 'pause', 'paused'],
		    can(view, VACUUM.stop) && ['stop', 'Stop', 'stop', 'idle'],
		    can(view, VACUUM.home) && ['home', 'Send home', 'return_to_base', 'returning',
		        view.state === 'docked'],
		    full && can(view, VACUUM.spot) && ['dot', 'Clean the spot with', 'clean_spot'],
		    full && can(view, VACUUM.locate) && ['bell', 'Find', 'locate'],
		]} />
		${speeds.length > 0 && can(view, VACUUM.fan) && html`<${Choice} full=${full}
			label=${`${entityName(entity)}: Suction`} options=${speeds}
			value=${view.attributes.fan_speed} onChange=${(speed) => command(entity,
			    'set_fan_speed', { fan_speed: speed }, { attributes: { fan_speed: speed } })} />`}
	</div>`;
}

export function MowerBody({ entity, view }) {
	return html`<${ActionLine} entity=${entity} name=${entityFullName(entity)} actions=${[
	    can(view, MOWER.start) && ['play', 'Start', 'start_mowing', 'mowing',
	        view.state === 'mowing'],
	    can(view, MOWER.pause) && ['pause', 'Pause', 'pause', 'paused'],
	    can(view, MOWER.dock) && ['home', 'Send home', 'dock', 'returning', view.state === 'docked'],
	]} />`;
}
