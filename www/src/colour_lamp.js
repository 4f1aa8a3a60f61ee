// SPDX-License-Identifier: ISC
// What colour a lamp has by its attributes, and what is sent to give it another one.
import { hsOfRgb, rgbOfHs, rgbOfRgbw, rgbOfXy, xyOfRgb } from './colour_space.js';

/** The colour of a lamp in the form it reports, as red, green, blue; null when it is unknown. */
export function colourOf({ rgb_color: rgb, hs_color: hs, xy_color: xy, rgbw_color: rgbw }) {
	if (rgb) {
		return rgb;
	}
	if (hs) {
		return rgbOfHs(hs);
	}
	return xy ? rgbOfXy(xy) : rgbw ? rgbOfRgbw(rgbw) : null;
}

/** Red, green, blue and white of a lamp that mixes them; white is null when only that is unknown. */
export function rgbwOf(attributes) {
	const rgb = colourOf(attributes);
	return attributes.rgbw_color ?? (rgb && [...rgb, null]);
}

const UNKNOWN = { rgb_color: null, hs_color: null, xy_color: null, rgbw_color: null,
	rgbww_color: null };

/** RGB as the data of turn_on, in the form that a lamp of these MODES knows. */
function dataOf(modes, rgb) {
	if (modes.includes('hs')) {
		return { hs_color: hsOfRgb(rgb) };
	}
	return modes.includes('xy') ? { xy_color: xyOfRgb(rgb) } : { rgb_color: rgb };
}

/** {data, attributes}: what asks a lamp of these MODES for RGB, and how it is then. */
export function colourPatch(modes, rgb) {
	const data = dataOf(modes, rgb);
	return { data, attributes: { ...UNKNOWN, ...data } };
}

/** The same for the colour RGBW, white included. */
export function whitePatch(rgbw) {
	const data = { rgbw_color: rgbw };
	return { data, attributes: { ...UNKNOWN, ...data } };
}
