// SPDX-License-Identifier: ISC
// An entity in words: its name, its state as text, its icon, its tone, its freshness.
// Domains and device classes are Home Assistant's.
import { ago, timeText, toMs } from './clock.js';
import { house } from './house.js';
import { shapeOf } from './icon_names.js';
import { numberText, quantityText, temperatureUnit } from './quantity.js';

export { numberText };

/** Device class of a binary sensor -> [text when on, text when off, icon on, icon off, tone] */
const BINARY = {
	battery: ['Low', 'Normal', 'batteryLow', 'battery', 'warn'],
	carbon_monoxide: ['Detected', 'Clear', 'smoke', 'smoke', 'alarm'],
	connectivity: ['Connected', 'Disconnected', 'wifi', 'offline', 'idle'],
	door: ['Open', 'Closed', 'doorOpen', 'doorClosed', 'active'],
	garage_door: ['Open', 'Closed', 'doorOpen', 'doorClosed', 'active'],
	gas: ['Detected', 'Clear', 'smoke', 'smoke', 'alarm'],
	heat: ['Hot', 'Normal', 'flame', 'flame', 'warn'],
	light: ['Bright', 'Dark', 'sun', 'sun', 'idle'],
	lock: ['Unlocked', 'Locked', 'unlock', 'lock', 'active'],
	moisture: ['Wet', 'Dry', 'water', 'water', 'alarm'],
	motion: ['Motion', 'Clear', 'person', 'person', 'active'],
	moving: ['Moving', 'Still', 'vibration', 'vibration', 'active'],
	occupancy: ['Occupied', 'Clear', 'person', 'person', 'active'],
	opening: ['Open', 'Closed', 'doorOpen', 'doorClosed', 'active'],
	power: ['Power', 'No power', 'energy', 'energy', 'idle'],
	presence: ['Home', 'Away', 'person', 'person', 'active'],
	problem: ['Problem', 'OK', 'warning', 'check', 'alarm'],
	running: ['Running', 'Stopped', 'activity', 'activity', 'active'],
	safety: ['Unsafe', 'Safe', 'warning', 'check', 'alarm'],
	smoke: ['Smoke', 'Clear', 'smoke', 'smoke', 'alarm'],
	sound: ['Sound', 'Quiet', 'sound', 'sound', 'active'],
	tamper: ['Tampered', 'OK', 'warning', 'check', 'alarm'],
	update: ['Update available', 'Up to date', 'refresh', 'check', 'idle'],
	vibration: ['Vibration', 'Still', 'vibration', 'vibration', 'active'],
	window: ['Open', 'Closed', 'window', 'window', 'active'],
};

const DOMAIN_ICON = {
	alarm_control_panel: 'shield', button: 'dot', camera: 'camera', climate: 'temperature',
	cover: 'cover', date: 'calendar', datetime: 'calendar', device_tracker: 'pin', event: 'radio',
	fan: 'fan', humidifier: 'humidity', image: 'picture', lawn_mower: 'mower', light: 'light',
	lock: 'lock', notify: 'bell', number: 'number', scene: 'palette', select: 'list',
	sensor: 'gauge', siren: 'siren', switch: 'toggle', tag: 'radio', text: 'edit', time: 'clock',
	update: 'refresh', vacuum: 'robot', valve: 'water', water_heater: 'temperature',
};

const CLASS_ICON = {
	apparent_power: 'energy', aqi: 'wind', battery: 'battery', carbon_dioxide: 'wind',
	current: 'energy', duration: 'timer', energy: 'energy', gas: 'flame',
	humidity: 'humidity', illuminance: 'sun', moisture: 'water', outlet: 'plug',
	pm25: 'wind', power: 'energy', pressure: 'gauge', signal_strength: 'wifi',
	temperature: 'temperature', timestamp: 'clock', voltage: 'energy',
	volatile_organic_compounds: 'wind', water: 'water', wind_speed: 'wind',
};

/** Domains whose state is "doing something" when it is not one of these. */
const RESTING = {
	alarm_control_panel: ['disarmed'], climate: ['off'], cover: ['closed'], fan: ['off'],
	humidifier: ['off'], lawn_mower: ['docked', 'paused'], light: ['off'], lock: ['locked'],
	siren: ['off'], switch: ['off'], update: ['off'], vacuum: ['docked', 'idle', 'paused'],
	valve: ['closed'], water_heater: ['off'],
};

export const domainOf = (entityId) => entityId?.slice(0, entityId.indexOf('.')) ?? '';

/** With a capital first letter. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** snake_case as words: "target_temperature" -> "Target temperature". */
export const words = (text) => capital(String(text).replace(/_pct$/, ' in %').replaceAll('_', ' '));

/** A mode that is a word for programs as one for people; any other name as the device has it. */
export const modeText = (text) => (/^[a-z]+(_[a-z]+)*$/.test(text) ? words(text) : String(text));

/** The entity's name without the device's, for places that show the device already. */
export function entityName(entity) {
	const device = house.devices.get(entity.device_id)?.name ?? '';
	const name = entity.name ?? '';
	if (device && name.toLowerCase().startsWith(`${device.toLowerCase()} `)) {
		return capital(name.slice(device.length + 1));
	}
	if (name && name !== device) {
		return name;
	}
	return words(entity.device_class ?? domainOf(entity.entity_id));
}

/** Device and entity, for places that show neither. */
export function entityFullName(entity) {
	const device = house.devices.get(entity.device_id)?.name ?? '';
	const name = entity.name ?? '';
	if (!device || name.toLowerCase().startsWith(device.toLowerCase())) {
		return name || device || entity.entity_id;
	}
	return name ? `${device} ${name}` : device;
}

/** The name of any subject of an event: an entity, a device, else the id itself. */
export function subjectName(subject) {
	const entity = house.entities.get(subject);
	return entity ? entityFullName(entity) : house.devices.get(subject)?.name ?? subject;
}

/** Device classes of sensors whose values are no quantities. */
const NO_NUMBERS = ['date', 'enum', 'timestamp', 'uptime'];

/**
 * Whether its state is a number, to be drawn as a line: where a unit, a class or a precision says so. What only looks
 * like one may be a serial number.
 */
export function isNumeric(entity) {
	const { device_class: kind, unit, attributes } = entity;
	const domain = entity.domain ?? domainOf(entity.entity_id);
	return domain === 'number' || (domain === 'sensor' && !NO_NUMBERS.includes(kind) &&
	    Boolean(unit || kind || attributes?.state_class ||
	    Number.isFinite(attributes?.suggested_display_precision)));
}

/** Whether STATE is one that stands for none. */
export const isUnknown = (state) => state === null || state === undefined || state === '' ||
    state === 'unknown' || state === 'unavailable';

/** Domains whose state is the time of the last thing that happened. */
const MOMENTS = ['button', 'event', 'image', 'notify', 'scene', 'tag'];

/** Domains whose states are Home Assistant's words; those of the others are the device's own. */
const WORDED = ['alarm_control_panel', 'camera', 'climate', 'cover', 'fan', 'humidifier', 'lawn_mower', 'light', 'lock',
	'siren', 'switch', 'vacuum', 'valve', 'water_heater'];

/** Domain -> state -> text, where the state's own word is not what people say. */
const STATE_TEXT = {
	device_tracker: { home: 'Home', not_home: 'Away' },
	update: { on: 'Update available', off: 'Up to date' },
};

/** What says more than the state: "double press, 2 min ago" of an event. */
function momentText({ state, attributes }) {
	const time = Number.isNaN(toMs(state)) ? String(state) : timeText(state);
	return attributes?.event_type ? `${modeText(attributes.event_type)} · ${time}` : time;
}

/**
 * [value, unit] as they are shown; the unit is empty when there is none. SPAN: how far the values go that a number is
 * to be compared with; 0 where every digit counts.
 */
export function valueParts(entity, span) {
	const { state } = entity;
	const domain = entity.domain ?? domainOf(entity.entity_id);
	if (isUnknown(state)) {
		return [entity.available === false ? 'Unavailable' : 'No value yet', ''];
	}
	if (MOMENTS.includes(domain)) {
		return [momentText(entity), ''];
	}
	if (STATE_TEXT[domain]?.[state]) {
		return [STATE_TEXT[domain][state], ''];
	}
	if (domain === 'binary_sensor') {
		const [on, off] = BINARY[entity.device_class] ?? ['On', 'Off'];
		return [state === 'on' || state === true ? on : off, ''];
	}
	if (entity.device_class === 'timestamp' && !Number.isNaN(toMs(state))) {
		return [timeText(state), ''];
	}
	if (isNumeric(entity) && Number.isFinite(Number(state))) {
		return [quantityText(entity, Number(state), span), entity.unit ?? ''];
	}
	return [WORDED.includes(domain) ? modeText(state) : String(state), entity.unit ?? ''];
}

/** Value and unit as one text, with what an actuator adds: "On · 60 %". */
export function valueText(entity) {
	const [value, unit] = valueParts(entity);
	const attributes = entity.attributes ?? {};
	if (domainOf(entity.entity_id) === 'light' && entity.state === 'on' &&
	    attributes.brightness > 0) {
		return `${value} · ${Math.round(attributes.brightness / 2.55)} %`;
	}
	if (domainOf(entity.entity_id) === 'cover' && attributes.current_position > 0 &&
	    attributes.current_position < 100) {
		return `${value} · ${attributes.current_position} %`;
	}
	if (domainOf(entity.entity_id) === 'vacuum' && Number.isFinite(attributes.battery_level)) {
		return `${value} · battery ${Math.round(attributes.battery_level)} %`;
	}
	if (['climate', 'water_heater'].includes(domainOf(entity.entity_id))) {
		const doing = attributes.hvac_action ? words(attributes.hvac_action) : value;
		const measured = attributes.current_temperature;
		return Number.isFinite(measured) ? `${doing} · ${numberText(Math.round(measured * 10) / 10)} ${
			temperatureUnit(entity)}` : doing;
	}
	return unit ? `${value} ${unit}` : value;
}

/** alarm, warn, active or idle. */
export function toneOf(entity) {
	const domain = domainOf(entity.entity_id);
	if (domain === 'binary_sensor') {
		return entity.state === 'on' ? BINARY[entity.device_class]?.[4] ?? 'active' : 'idle';
	}
	if (domain === 'alarm_control_panel' && entity.state === 'triggered') {
		return 'alarm';
	}
	if (entity.device_class === 'battery' && !isUnknown(entity.state) && Number(entity.state) <= 15) {
		return 'warn';
	}
	const resting = RESTING[domain];
	return resting && !isUnknown(entity.state) && !resting.includes(entity.state) ?
	    'active' : 'idle';
}

/** What was chosen or announced when it can be drawn, else what suits its kind and state. */
export function iconOf(entity) {
	const domain = domainOf(entity.entity_id);
	const named = shapeOf(entity.icon);
	if (named) {
		return named;
	}
	if (domain === 'binary_sensor') {
		const row = BINARY[entity.device_class];
		return row ? row[entity.state === 'on' ? 2 : 3] : 'dot';
	}
	if (domain === 'lock') {
		return entity.state === 'unlocked' ? 'unlock' : 'lock';
	}
	return CLASS_ICON[entity.device_class] ?? DOMAIN_ICON[domain] ?? 'dot';
}

/** fresh, late, silent, unknown or unavailable. */
export function freshnessOf(entity) {
	return entity.available === false ? 'unavailable' : entity.freshness ?? 'fresh';
}

/** Whether it should have reported by now. */
export const isOverdue = (entity) => ['late', 'silent'].includes(freshnessOf(entity));

/** "2 min ago", "late, 3 h ago" or "unavailable since 2 h". */
export function freshnessText(entity) {
	const freshness = freshnessOf(entity);
	if (freshness === 'unavailable') {
		return `Unavailable, last heard ${ago(entity.last_updated)}`;
	}
	return isOverdue(entity) ? `${capital(freshness)}, last heard ${ago(entity.last_updated)}` :
	    ago(entity.last_updated);
}

const MINOR = ['signal_strength', 'battery', 'voltage', 'current', 'update', 'identify', 'restart'];

/** What comes first on a card; the rest follows by name. */
const ORDER = ['occupancy', 'motion', 'presence', 'door', 'window', 'moisture', 'smoke',
	'temperature', 'humidity', 'illuminance', 'power', 'energy'];

/** For sort(): readings in the order of what people look for. */
export function byImportance(a, b) {
	const rank = ({ device_class: name }) => (ORDER.indexOf(name) + 1) || ORDER.length + 1;
	return rank(a) - rank(b) || a.entity_id.localeCompare(b.entity_id);
}

/** What is shown only on the page of the device: hidden, configuration, diagnostics. */
export function isMinor(entity) {
	return Boolean(entity.hidden) || Boolean(entity.category) ||
	    MINOR.includes(entity.device_class) ||
	    domainOf(entity.entity_id) === 'update' ||
	    /linkquality|link_quality/.test(entity.entity_id);
}
