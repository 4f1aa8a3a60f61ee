// SPDX-License-Identifier: ISC
// Lamps: brightness, colour, colour temperature, white and effects as far as the lamp has them.
import { useState } from 'preact/hooks';
import { colourOf, colourPatch, rgbwOf, whitePatch } from './colour_lamp.js';
import { hsOfRgb, rgbOfHs } from './colour_space.js';
import { command } from './command.js';
import { Choice } from './control_parts.js';
import { entityName } from './entity.js';
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

function setColour(entity, { data, attributes }) {
	command(entity, 'turn_on', data, { state: 'on', attributes });
}

function Swatches({ rgb, set }) {
	return html`<div class="swatches" role="group" aria-label="Colour">
		${SWATCHES.map(([name, ...one]) => html`<button key=${name} class="swatch" title=${name}
			aria-label=${name} style=${{ '--swatch': hex(one) }} onClick=${() => set(one)}>
			</button>`)}
		<input type="color" class="swatch swatch-any" aria-label="Any colour"
			data-unknown=${rgb ? undefined : 'true'}
			value=${hex(rgb ?? [255, 214, 160])} onChange=${(e) => set(fromHex(e.target.value))} />
	</div>`;
}

/** Hue and saturation as two sliders, which keys move as well; HS is null while the lamp has no colour. */
function Picker({ hs, set }) {
	const [hue, saturation] = hs?.map(Math.round) ?? [null, null];
	return html`<div class="stack" style=${{ '--pure': hs ? hex(rgbOfHs([hue, 100])) : 'var(--line-strong)' }}>
		<${Slider} label="Hue" kind="hue" max=${360} unit="°" value=${hue}
			onCommit=${(next) => set(rgbOfHs([next, saturation || 100]))} />
		<${Slider} label="Saturation" kind="saturation" unit="%" value=${saturation} disabled=${!hs}
			onCommit=${(next) => set(rgbOfHs([hue, next]))} />
	</div>`;
}

function Colour({ entity, view }) {
	const set = (next) => setColour(entity,
	    colourPatch(view.attributes.supported_color_modes, next));
	const rgb = colourOf(view.attributes);
	const hs = view.attributes.hs_color ?? (rgb && hsOfRgb(rgb));
	return html`<${Swatches} rgb=${rgb} set=${set} /><${Picker} hs=${hs} set=${set} />`;
}

function ColourTemperature({ entity, view }) {
	const { min_color_temp_kelvin: min = 2000, max_color_temp_kelvin: max = 6500,
	    color_temp_kelvin: kelvin } = view.attributes;
	return html`<${Slider} label="Warmth" kind="warmth" min=${min} max=${max} step=${50} unit="K"
		value=${kelvin ?? null} onCommit=${(value) => command(entity, 'turn_on',
		    { color_temp_kelvin: value },
		    { state: 'on', attributes: { color_temp_kelvin: value } })} />`;
}

/** The white light of its own beside the colours, as bright as the lamp is. */
function White({ entity, view }) {
	const { brightness, color_mode: mode } = view.attributes;
	return html`<div class="button-row"><button class="button" aria-pressed=${mode === 'white' ?
		'true' : 'false'} onClick=${() => command(entity, 'turn_on', { white: brightness || 255 },
		    { state: 'on', attributes: { color_mode: 'white' } })}>
		<${Icon} name="light" />White light</button></div>`;
}

/** The white part of a lamp that mixes it with the colour; nothing to set while that is unknown. */
function WhitePart({ entity, view }) {
	const now = rgbwOf(view.attributes);
	return html`<${Slider} label="White" max=${255} value=${now?.[3] ?? null} disabled=${!now}
		onCommit=${(white) => setColour(entity, whitePatch([...now.slice(0, 3), white]))} />`;
}

function Effect({ entity, view }) {
	const { effect_list: effects, effect } = view.attributes;
	return html`<${Choice} label=${`${entityName(entity)}: Effect`} asIs=${true}
		options=${effects}
		value=${effect} onChange=${(name) => command(entity, 'turn_on', { effect: name },
		    { state: 'on', attributes: { effect: name } })} />`;
}

/** How bright a lamp is in percent; null when nobody has said. */
export function brightnessOf({ state, attributes }) {
	const { brightness } = attributes ?? {};
	return state === 'off' ? 0 : state === 'on' && Number.isFinite(brightness) ?
	    Math.round(brightness / 2.55) : null;
}

function Brightness({ entity, view }) {
	const set = (value) => value === 0 ?
	    command(entity, 'turn_off', {}, { state: 'off' }) :
	    command(entity, 'turn_on', { brightness: Math.round(value * 2.55) },
	        { state: 'on', attributes: { brightness: Math.round(value * 2.55) } });
	return html`<${Slider} label="Brightness" kind="light" value=${brightnessOf(view)} unit="%"
		onCommit=${set} />`;
}

/** What a lamp has beside its brightness: [condition on modes and attributes, component]. */
const PARTS = [
	[(modes) => modes.includes('color_temp'), ColourTemperature],
	[(modes) => hasAny(modes, COLOURED), Colour],
	[(modes) => modes.includes('white'), White],
	[(modes) => modes.includes('rgbw'), WhitePart],
	[(_, { effect_list: effects }) => effects?.length > 0, Effect],
];

/** The sliders and colours of a lamp; FULL shows all of them at once. */
export function LightBody({ entity, view, full }) {
	const [more, setMore] = useState(full);
	const modes = view.attributes?.supported_color_modes ?? [];
	const dims = hasAny(modes, DIMMABLE) || view.attributes?.brightness > 0;
	const parts = PARTS.filter(([has]) => has(modes, view.attributes ?? {}));
	if (!dims && parts.length === 0) {
		return null;
	}
	return html`<div class="stack">
		<div class="slider-line">${dims && html`<${Brightness} entity=${entity} view=${view} />`}
			${parts.length > 0 && !full && html`<button class="icon-button"
				aria-label="Colours of the lamp" aria-expanded=${more ? 'true' : 'false'}
				onClick=${() => setMore(!more)}><${Icon} name="palette" /></button>`}</div>
		${more && parts.map(([, Part], at) => html`<${Part} key=${at} entity=${entity}
			view=${view} />`)}
	</div>`;
}

/** The colour that a lamp shows on its icon while it is on, or null. */
export function lightColour(view) {
	const { color_mode: mode } = view.attributes ?? {};
	const rgb = view.state === 'on' && mode !== 'color_temp' && mode !== 'brightness' ?
	    colourOf(view.attributes ?? {}) : null;
	return rgb && hex(rgb);
}
