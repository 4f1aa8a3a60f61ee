// SPDX-License-Identifier: ISC
// What the sensors of a room measure together, whatever units they speak.
import { domainOf, isUnknown } from './entity.js';

/** Unit -> [to degrees Celsius, from degrees Celsius] */
const DEGREES = {
	'°C': [(celsius) => celsius, (celsius) => celsius],
	'°F': [(fahrenheit) => (fahrenheit - 32) / 1.8, (celsius) => celsius * 1.8 + 32],
	K: [(kelvin) => kelvin - 273.15, (celsius) => celsius + 273.15],
};

function readingsOf(entities, deviceClass) {
	return entities.filter((entity) => entity.available !== false && entity.device_class === deviceClass &&
	    domainOf(entity.entity_id) === 'sensor' && !isUnknown(entity.state))
	    .map(({ state, unit }) => ({ value: Number(state), unit }))
	    .filter(({ value }) => Number.isFinite(value));
}

const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The unit that most of READINGS have, degrees Celsius among equals. */
function commonUnit(readings) {
	const count = (wanted) => readings.filter(({ unit }) => unit === wanted).length;
	return Object.keys(DEGREES).reduce((best, unit) => (count(unit) > count(best) ? unit : best));
}

/** {value, unit}: the mean of the temperatures that ENTITIES report, or null; one that has no unit does not count. */
export function meanTemperature(entities) {
	const readings = readingsOf(entities, 'temperature').filter(({ unit }) => unit in DEGREES);
	if (readings.length === 0) {
		return null;
	}
	const unit = commonUnit(readings);
	const celsius = meanOf(readings.map((one) => DEGREES[one.unit][0](one.value)));
	return { value: DEGREES[unit][1](celsius), unit };
}

/** The mean of the relative humidities in percent, or null. */
export function meanHumidity(entities) {
	const readings = readingsOf(entities, 'humidity');
	return readings.length === 0 ? null : meanOf(readings.map(({ value }) => value));
}
