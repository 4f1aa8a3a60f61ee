// SPDX-License-Identifier: ISC
// Lamps: on and off, brightness, colour and colour temperature as far as the lamp has them.
import { useState } from 'preact/hooks';
import { hsOfRgb, rgbOfHs, rgbOfXy, xyOfRgb } from './colour_space.js';
import { command } from './command.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { Slider } from './ui.js';

const DIMMABLE = ['brightness', 'color_temp', 'hs', 'rgb', 'rgbw', 'rgbww', 'xy', 'white'];
const COLOURED = ['hs', 'rgb', 'rgbw', 'rgbww', 'xy'];
const SWATCHES = [['Warm', 255, 183, 107], ['Daylight', 255, 244, 229], ['Rose', 255, 92, 138],
	['Violet', 148, 97, 255], ['Blue', 64, 128, 255], ['Green', 60, 200, 120]];

const hex = (rgb) => `#${rgb.map((part) =>
    Math.round(part).toString(16).padStart(2, '0')).join('')}`;

const fromHex = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));

const hasAny = (modes, wanted) => modes.some((mode) => wanted.includes(mode));

/** The colour of a lamp in the form it reports, or null. */
function reported({ rgb_color: rgb, hs_color: hs, xy_color: xy }) {
	return rgb ?? (hs ? rgbOfHs(hs) : xy ? rgbOfXy(xy) : null);
}

/** RGB as the data of turn_on, in the form the lamp knows. */
function colourData(modes, rgb) {
	if (modes.includes('hs')) {
		return { hs_color: hsOfRgb(rgb) };
	}
	return modes.includes('xy') ? { xy_color: xyOfRgb(rgb) } : { rgb_color: rgb };
}

const NO_COLOUR = { rgb_color: null, hs_color: null, xy_color: null };

function Colour({ entity, view }) {
	const set = (rgb) => {
		const data = colourData(view.attributes.supported_color_modes, rgb);
		command(entity, 'turn_on', data,
		    { state: 'on', attributes: { ...NO_COLOUR, ...data } });
	};
	return html`<div class="swatches" role="group" aria-label="Colour">
		${SWATCHES.map(([name, ...rgb]) => html`<button key=${name} class="swatch" title=${name}
			aria-label=${name} style=${{ '--swatch': hex(rgb) }} onClick=${() => set(rgb)}>
			</button>`)}
		<input type="color" class="swatch swatch-any" aria-label="Any colour"
			value=${hex(reported(view.attributes) ?? [255, 214, 160])}
			onChange=${(e) => set(fromHex(e.target.value))} />
	</div>`;
}

function ColourTemperature({ entity, view }) {
	const { min_color_temp_kelvin: min = 2000, max_color_temp_kelvin: max = 6500,
	    color_temp_kelvin: kelvin } = view.attributes;
	return html`<${Slider} label="Warmth" kind="warmth" min=${min} max=${max} step=${50} unit="K"
		value=${kelvin ?? null} onCommit=${(value) => command(entity, 'turn_on',
		    { color_temp_kelvin: value },
		    { state: 'on', attributes: { color_temp_kelvin: value } })} />`;
}

function Brightness({ entity, view }) {
	const percent = view.state === 'on' ?
	    Math.round((view.attributes.brightness ?? 255) / 2.55) : 0;
	const set = (value) => value === 0 ?
	    command(entity, 'turn_off', {}, { state: 'off' }) :
	    command(entity, 'turn_on', { brightness: Math.round(value * 2.55) },
	        { state: 'on', attributes: { brightness: Math.round(value * 2.55) } });
	return html`<${Slider} label="Brightness" kind="light" value=${percent} unit="%"
		onCommit=${set} />`;
}

/** The sliders and colours of a lamp; OPEN shows all of them at once. */
export function LightBody({ entity, view, open }) {
	const [more, setMore] = useState(Boolean(open));
	const modes = view.attributes?.supported_color_modes ?? [];
	const dims = hasAny(modes, DIMMABLE) || view.attributes?.brightness > 0;
	const colours = hasAny(modes, COLOURED);
	const warms = modes.includes('color_temp');
	if (!dims) {
		return null;
	}
	return html`<div class="stack">
		<div class="slider-line"><${Brightness} entity=${entity} view=${view} />
			${(colours || warms) && !open && html`<button class="icon-button"
				aria-label="Colours of the lamp" aria-expanded=${more ? 'true' : 'false'}
				onClick=${() => setMore(!more)}><${Icon} name="palette" /></button>`}</div>
		${more && warms && html`<${ColourTemperature} entity=${entity} view=${view} />`}
		${more && colours && html`<${Colour} entity=${entity} view=${view} />`}
	</div>`;
}

/** The colour that a lamp shows on its icon while it is on, or null. */
export function lightColour(view) {
	const { color_mode: mode } = view.attributes ?? {};
	const rgb = view.state === 'on' && mode !== 'color_temp' && mode !== 'brightness' ?
	    reported(view.attributes ?? {}) : null;
	return rgb && hex(rgb);
}
