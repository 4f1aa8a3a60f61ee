// SPDX-License-Identifier: ISC
// Numbers as people read them, and the units that the house does not say with each of them.

/** By the number of digits; they are dear to make. */
const FORMATS = [0, 1, 2].map((digits) =>
    new Intl.NumberFormat(undefined, { maximumFractionDigits: digits }));

/** A number with as many digits as help. */
export function numberText(value) {
	const size = Math.abs(value);
	return FORMATS[size >= 1000 ? 0 : size >= 100 ? 1 : 2].format(value);
}

/** The unit of every temperature that a thermostat or a water heater reports and is told. */
export const temperatureUnit = ({ attributes }) => (attributes?.temperature_unit === 'F' ? '°F' : '°C');
