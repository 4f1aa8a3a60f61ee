// SPDX-License-Identifier: ISC
// Numbers as people read them, and the units that the house does not say with each of them.

/** Nobody feels their second digit. */
const ROUNDED = ['temperature', 'humidity'];

const DIGITS_MAX = 10;

/** By the number of digits; they are dear to make. */
const FORMATS = new Map();

function formatOf(least, most) {
	const key = `${least} ${most}`;
	if (!FORMATS.has(key)) {
		FORMATS.set(key, new Intl.NumberFormat(undefined, { minimumFractionDigits: least,
			maximumFractionDigits: most, signDisplay: 'negative' }));
	}
	return FORMATS.get(key);
}

/** A number with as many digits as help: the fewer the larger it and the SPAN of those beside it are. */
export function numberText(value, span = Infinity) {
	const size = Math.min(Math.abs(value), span);
	return formatOf(0, size >= 1000 ? 0 : size >= 100 ? 1 : 2).format(value);
}

/** A number with DIGITS behind its point, zeros included. */
export const fixedText = (value, digits) => formatOf(digits, digits).format(value);

const decimalsOf = (step) => String(step).split('.')[1]?.length ?? 0;

/** The marks of an axis, STEP apart: all with the digits that tell them apart. */
export const axisTexts = (values, step) => values.map((value) => (value === null ? '' :
    fixedText(value, Math.min(DIGITS_MAX, decimalsOf(step)))));

/** [least, most] digits behind the point that a sensor suggests or the steps of a number have; null: none. */
function digitsOf({ domain, attributes }) {
	const { suggested_display_precision: suggested, step } = attributes ?? {};
	if (Number.isInteger(suggested) && suggested >= 0) {
		return [Math.min(DIGITS_MAX, suggested), Math.min(DIGITS_MAX, suggested)];
	}
	return domain === 'number' ? [0, Math.min(DIGITS_MAX, Math.max(2, decimalsOf(step)))] : null;
}

/** A VALUE of the entity, without its unit; SPAN: how far the values go that it is to be compared with. */
export function quantityText(entity, value, span) {
	const digits = digitsOf(entity);
	if (digits) {
		return formatOf(...digits).format(value);
	}
	return span === undefined && ROUNDED.includes(entity.device_class) ?
	    numberText(Math.round(value * 10) / 10) : numberText(value, span);
}

/** The unit of every temperature that a thermostat or a water heater reports and is told. */
export const temperatureUnit = ({ attributes }) => (attributes?.temperature_unit === 'F' ? '°F' : '°C');
