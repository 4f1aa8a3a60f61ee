// SPDX-License-Identifier: ISC
// Colours of lamps: red, green, blue 0..255; hue 0..360 with saturation 0..100; and the x, y of
// CIE 1931 with the primaries and D65 white of sRGB (IEC 61966-2-1).

/** Hue and saturation as red, green, blue, at full value. */
export function rgbOfHs([hue, saturation]) {
	const s = saturation / 100;
	const part = (n) => {
		const k = (n + hue / 60) % 6;
		return Math.round(255 * (1 - s * Math.max(0, Math.min(k, 4 - k, 1))));
	};
	return [part(5), part(3), part(1)];
}

/** Hue and saturation of red, green, blue. */
export function hsOfRgb([r, g, b]) {
	const max = Math.max(r, g, b);
	const range = max - Math.min(r, g, b);
	if (range === 0) {
		return [0, 0];
	}
	const sixth = max === r ? (g - b) / range : max === g ? 2 + (b - r) / range :
	    4 + (r - g) / range;
	return [Math.round((sixth * 60 + 360) % 360), Math.round((range / max) * 100)];
}

/** Red, green, blue of a colour with a white part, as bright as its brightest part. */
export function rgbOfRgbw([r, g, b, white]) {
	const mixed = [r + white, g + white, b + white];
	const scale = Math.max(r, g, b, white) / (Math.max(...mixed) || 1);
	return mixed.map((part) => Math.round(part * scale));
}

const linear = (part) => (part <= 10.31475 ? part / 3294.6 :
    ((part / 255 + 0.055) / 1.055) ** 2.4);
const encoded = (light) => (light <= 0.0031308 ? 12.92 * light :
    1.055 * light ** (1 / 2.4) - 0.055);

/** x and y of red, green, blue. */
export function xyOfRgb(rgb) {
	const [r, g, b] = rgb.map(linear);
	const x = 0.4124 * r + 0.3576 * g + 0.1805 * b;
	const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
	const sum = x + y + 0.0193 * r + 0.1192 * g + 0.9505 * b;
	return sum === 0 ? [0.3127, 0.329] : [x / sum, y / sum].map((n) => Number(n.toFixed(4)));
}

/** The brightest red, green, blue of x and y. */
export function rgbOfXy([x, y]) {
	const X = x / (y || 1e-6);
	const Z = (1 - x - y) / (y || 1e-6);
	const light = [3.2406 * X - 1.5372 - 0.4986 * Z, -0.9689 * X + 1.8758 + 0.0415 * Z,
		0.0557 * X - 0.204 + 1.057 * Z].map((n) => Math.max(0, n));
	const top = Math.max(...light) || 1;
	return light.map((n) => Math.round(255 * encoded(n / top)));
}
