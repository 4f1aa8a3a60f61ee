// SPDX-License-Identifier: ISC
// Numbers as people read them, and the units that the house does not say with each of them.

/** By the number of digits; they are dear to make. */
const FORMATS = new Map();

function formatOf(least, most) {
	const key = `${least} ${most}`;
	if (!FORMATS.has(key)) {
		FORMATS.set(key, new Intl.NumberFormat(undefined, { minimumFractionDigits: least,
			maximumFractionDigits: most }));
	}
	return FORMATS.get(key);
}

/** A number with as many digits as help. */
export function numberText(value) {
	const size = Math.abs(value);
	return formatOf(0, size >= 1000 ? 0 : size >= 100 ? 1 : 2).format(value);
}

/** A number with DIGITS behind its point, zeros included. */
export const fixedText = (value, digits) => formatOf(digits, digits).format(value);

/** The unit of every temperature that a thermostat or a water heater reports and is told. */
export const temperatureUnit = ({ attributes }) => (attributes?.temperature_unit === 'F' ? '°F' : '°C');
