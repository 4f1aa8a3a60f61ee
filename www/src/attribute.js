// SPDX-License-Identifier: ISC
// The attributes of an entity as text, with the units that Home Assistant's names imply.
import { domainOf } from './entity.js';
import { quantityText, temperatureUnit } from './quantity.js';

const TEMPERATURES = ['current_temperature', 'max_temp', 'min_temp', 'target_temp_high', 'target_temp_low',
	'target_temp_step', 'temperature'];
const HUMIDITIES = ['current_humidity', 'humidity', 'max_humidity', 'min_humidity'];
const KELVINS = ['color_temp_kelvin', 'max_color_temp_kelvin', 'min_color_temp_kelvin'];

/** Domain -> [names, unit of an entity] of attributes that have one. */
const UNITS = {
	climate: [[TEMPERATURES, temperatureUnit], [HUMIDITIES, () => '%']],
	cover: [[['current_position', 'current_tilt_position'], () => '%']],
	fan: [[['percentage'], () => '%']],
	humidifier: [[HUMIDITIES, () => '%']],
	light: [[KELVINS, () => 'K']],
	number: [[['max', 'min', 'step'], ({ unit }) => unit]],
	vacuum: [[['battery_level'], () => '%']],
	valve: [[['current_position'], () => '%']],
	water_heater: [[TEMPERATURES, temperatureUnit]],
};

function unitOf(entity, name) {
	const row = UNITS[domainOf(entity.entity_id)]?.find(([names]) => names.includes(name));
	return row?.[1](entity);
}

/** The VALUE of the attribute NAME of an entity. */
export function attributeText(entity, name, value) {
	const unit = typeof value === 'number' && unitOf(entity, name);
	if (unit) {
		return `${quantityText(entity, value, 0)} ${unit}`;
	}
	if (Array.isArray(value)) {
		return value.join(', ');
	}
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
