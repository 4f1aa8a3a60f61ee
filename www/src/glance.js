// SPDX-License-Identifier: ISC
// What is worth knowing about the whole house before any room.
import { domainOf, entityFullName, isUnknown, toneOf } from './entity.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { numberText } from './quantity.js';
import { useTopics } from './store.js';

const countText = (n, one, many) => (n === 1 ? `1 ${one}` : `${n} ${many}`);

/** How many of ENTITIES are lights that are on; null where no light has said anything. */
export function lightsText(entities) {
	const lights = entities.filter((entity) => domainOf(entity.entity_id) === 'light' &&
	    entity.available !== false);
	const known = lights.filter(({ state }) => !isUnknown(state));
	const on = known.filter(({ state }) => state === 'on').length;
	if (known.length === 0) {
		return null;
	}
	return on > 0 ? countText(on, 'light on', 'lights on') :
	    known.length === lights.length ? 'All lights off' : 'No light known to be on';
}

const WATTS = { mW: 0.001, W: 1, kW: 1000, MW: 1e6 };

/** What the sensors among ENTITIES that are there measure together, in watts. */
export const wattsOf = (entities) => entities
    .filter((entity) => entity.device_class === 'power' && entity.available !== false && entity.unit in WATTS &&
	domainOf(entity.entity_id) === 'sensor')
    .reduce((sum, { state, unit }) => sum + (Number(state) || 0) * WATTS[unit], 0);

/** The facts worth knowing before any room: [icon, text, tone, href of the first of them]. */
function glanceFacts() {
	const all = [...house.entities.values()];
	const on = (domain) => all.filter((entity) => domainOf(entity.entity_id) === domain &&
	    entity.state === 'on' && entity.available !== false);
	const open = on('binary_sensor').filter((entity) =>
	    ['door', 'window', 'opening', 'garage_door'].includes(entity.device_class));
	const alarms = all.filter((entity) => toneOf(entity) === 'alarm');
	const lost = all.filter((entity) => entity.available === false);
	const lostDevices = new Set(lost.map((entity) => entity.device_id ?? entity.entity_id));
	const watts = wattsOf(all);
	const unlocked = all.filter((entity) => domainOf(entity.entity_id) === 'lock' &&
	    entity.state === 'unlocked');
	const link = (list) => (list[0] ? `/entities/${list[0].entity_id}` : null);
	return [
		...alarms.map((entity) => ['warning', entityFullName(entity), 'alarm',
			`/entities/${entity.entity_id}`]),
		lostDevices.size > 0 && ['offline', countText(lostDevices.size, 'device unavailable',
		    'devices unavailable'), 'warn', '/devices'],
		lightsText(all) && ['light', lightsText(all), on('light').length ? 'active' : 'idle',
			link(on('light'))],
		open.length > 0 && ['doorOpen', countText(open.length, 'opening open', 'openings open'),
			'active', link(open)],
		unlocked.length > 0 && ['unlock', countText(unlocked.length, 'lock open', 'locks open'),
			'active', link(unlocked)],
		watts > 0 && ['energy', `${numberText(Math.round(watts))} W`, 'idle', null],
	].filter(Boolean);
}

export function Glance() {
	useTopics('states', 'house');
	return html`<ul class="glance" aria-label="At a glance">
		${glanceFacts().map(([icon, text, tone, href]) => html`<li key=${text} data-tone=${tone}>
			${href ? html`<a href=${href}><${Icon} name=${icon} />${text}</a>` :
			html`<span><${Icon} name=${icon} />${text}</span>`}</li>`)}
	</ul>`;
}
