// SPDX-License-Identifier: ISC
// Fans: speed, preset, swing and direction. Sirens: the tone and how loud it is.
import { useState } from 'preact/hooks';
import { command } from './command.js';
import { can, Choice } from './control_parts.js';
import { entityFullName, entityName } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { Slider, Toggle } from './ui.js';

const FAN = { speed: 1, oscillate: 2, direction: 4, preset: 8 };
const SIREN = { tones: 4, volume: 8, duration: 16 };

function Speed({ entity, view }) {
	const { percentage, percentage_step: step = 1 } = view.attributes;
	return html`<${Slider} label="Speed" unit="%" step=${Math.max(1, step)}
		value=${view.state === 'off' ? 0 : percentage ?? null}
		onCommit=${(next) => command(entity, 'set_percentage', { percentage: next },
		    { state: next > 0 ? 'on' : 'off', attributes: { percentage: next } })} />`;
}

function Oscillate({ entity, view }) {
	const swings = view.attributes.oscillating ?? null;
	return html`<div class="field-line"><span aria-hidden="true">Swing</span>
		<${Toggle} on=${swings} label=${`${entityFullName(entity)}: Swing`}
			disabled=${entity.available === false} onChange=${(on) => command(entity, 'oscillate',
			    { oscillating: on }, { attributes: { oscillating: on } })} /></div>`;
}

export function FanBody({ entity, view, full }) {
	const { preset_modes: presets = [], preset_mode: preset, direction, percentage, oscillating } =
	    view.attributes ?? {};
	const bits = view.attributes?.supported_features;
	const sure = (bit, value) => (bits === undefined ? value !== undefined : can(view, bit));
	const label = (text) => `${entityName(entity)}: ${text}`;
	return html`<div class="stack">
		${sure(FAN.speed, percentage) && html`<${Speed} entity=${entity} view=${view} />`}
		${presets.length > 0 && html`<${Choice} label=${label('Preset')} full=${full}
			options=${presets} value=${preset} onChange=${(mode) => command(entity,
			    'set_preset_mode', { preset_mode: mode },
			    { state: 'on', attributes: { preset_mode: mode } })} />`}
		${full && sure(FAN.oscillate, oscillating) && html`<${Oscillate} entity=${entity}
			view=${view} />`}
		${full && sure(FAN.direction, direction) && html`<${Choice} label=${label('Direction')}
			full=${true} options=${['forward', 'reverse']} value=${direction}
			onChange=${(way) => command(entity, 'set_direction', { direction: way },
			    { attributes: { direction: way } })} />`}
	</div>`;
}

/** How a siren shall sound when it is started from here; nothing is sent before. */
export function SirenBody({ entity, view, full }) {
	const tones = view.attributes?.available_tones ?? [];
	const [data, setData] = useState({});
	const set = (change) => setData({ ...data, ...change });
	const bits = view.attributes?.supported_features ?? 0;
	if (!full || (bits & (SIREN.tones | SIREN.volume | SIREN.duration)) === 0) {
		return null;
	}
	return html`<div class="stack">
		${tones.length > 0 && html`<${Choice} label=${`${entityName(entity)}: Tone`} asIs=${true}
			options=${tones}
			value=${data.tone} onChange=${(tone) => set({ tone })} />`}
		${(bits & SIREN.volume) !== 0 && html`<${Slider} label="Volume" unit="%"
			value=${Math.round((data.volume_level ?? 1) * 100)}
			onCommit=${(value) => set({ volume_level: value / 100 })} />`}
		${(bits & SIREN.duration) !== 0 && html`<${Slider} label="Duration" unit="s" min=${1}
			max=${300} value=${data.duration ?? null} onCommit=${(duration) => set({ duration })} />`}
		<div class="button-row"><button class="button" disabled=${entity.available === false}
			onClick=${() => command(entity, 'turn_on', data, { state: 'on' })}>
			<${Icon} name="siren" />Sound it like this</button></div>
	</div>`;
}
