// SPDX-License-Identifier: ISC
// Heating, cooling, drying, hot water: the wanted values, the modes, and what is done now.
import { command, expected } from './command.js';
import { can, Choice, Stepper } from './control_parts.js';
import { entityName } from './entity.js';
import { html } from './html.js';
import { temperatureUnit } from './quantity.js';
import { Slider } from './ui.js';

const FEATURE = { target: 1, range: 2, humidity: 4, fan: 8, preset: 16, swing: 32 };
const WATER = { target: 1, mode: 2 };

const known = (value) => value !== null && value !== undefined;

function SetPoint({ entity, view, text, attribute, data }) {
	const unit = temperatureUnit(view);
	const { min_temp: min = 5, max_temp: max = 35, target_temp_step: step = unit === '°F' ? 1 : 0.5 } =
	    view.attributes;
	const set = (value) => command(entity, 'set_temperature', { ...data?.(), [attribute]: value },
	    { attributes: { [attribute]: value } });
	return html`<${Stepper} label=${`${entityName(entity)}: ${text}`} min=${min} max=${max}
		step=${step} unit=${unit} value=${view.attributes[attribute]} onSet=${set} />`;
}

/** The two limits go together: each is sent with the other as it is. */
function Range({ entity, view }) {
	const other = (name) => () => ({ [name]: expected(entity).attributes[name] });
	return html`<div class="range-line">
		<div><span>From</span><${SetPoint} entity=${entity} view=${view} text="at least"
			attribute="target_temp_low" data=${other('target_temp_high')} /></div>
		<div><span>to</span><${SetPoint} entity=${entity} view=${view} text="at most"
			attribute="target_temp_high" data=${other('target_temp_low')} /></div>
	</div>`;
}

/** What is chosen from a list: [feature, label, list, attribute, service]. */
const CHOICES = [
	[FEATURE.preset, 'Preset', 'preset_modes', 'preset_mode', 'set_preset_mode'],
	[FEATURE.fan, 'Fan', 'fan_modes', 'fan_mode', 'set_fan_mode'],
	[FEATURE.swing, 'Swing', 'swing_modes', 'swing_mode', 'set_swing_mode'],
];

function Modes({ entity, view }) {
	return CHOICES.filter(([bit, , list]) => can(view, bit) && view.attributes[list]?.length)
	    .map(([, label, list, attribute, service]) => html`<${Choice} key=${attribute}
			label=${`${entityName(entity)}: ${label}`} full=${true} value=${view.attributes[attribute]}
			options=${view.attributes[list]} onChange=${(value) => command(entity, service,
			    { [attribute]: value }, { attributes: { [attribute]: value } })} />`);
}

function Humidity({ entity, view }) {
	const { min_humidity: min = 30, max_humidity: max = 99, humidity } = view.attributes;
	return html`<${Slider} label="Humidity" unit="%" min=${min} max=${max}
		value=${humidity ?? null} onCommit=${(value) => command(entity, 'set_humidity',
		    { humidity: value }, { attributes: { humidity: value } })} />`;
}

export function ClimateBody({ entity, view, full }) {
	const { hvac_modes: modes = [], target_temp_low: low } = view.attributes ?? {};
	const ranged = can(view, FEATURE.range) && known(low);
	return html`<div class="stack">
		<div class="climate-line">
			${modes.length > 0 && html`<${Choice} bare=${true} full=${full} label="Mode"
				options=${modes} value=${view.state} onChange=${(mode) => command(entity,
				    'set_hvac_mode', { hvac_mode: mode }, { state: mode })} />`}
			${!ranged && can(view, FEATURE.target) && html`<${SetPoint} entity=${entity}
				view=${view} text="target" attribute="temperature" />`}
		</div>
		${ranged && html`<${Range} entity=${entity} view=${view} />`}
		${full && html`<${Modes} entity=${entity} view=${view} />`}
		${full && can(view, FEATURE.humidity) && known(view.attributes?.humidity) &&
		html`<${Humidity} entity=${entity} view=${view} />`}
	</div>`;
}

export function WaterHeaterBody({ entity, view, full }) {
	const { operation_list: modes = [] } = view.attributes ?? {};
	return html`<div class="climate-line">
		${modes.length > 0 && can(view, WATER.mode) && html`<${Choice} bare=${true} full=${full}
			label="Mode" options=${modes} value=${view.state} onChange=${(mode) => command(entity,
			    'set_operation_mode', { operation_mode: mode }, { state: mode })} />`}
		${can(view, WATER.target) && html`<${SetPoint} entity=${entity} view=${view}
			text="target" attribute="temperature" />`}
	</div>`;
}

export function HumidifierBody({ entity, view }) {
	const { available_modes: modes = [], mode, humidity } = view.attributes ?? {};
	return html`<div class="stack">
		${known(humidity ?? view.attributes?.min_humidity) && html`<${Humidity} entity=${entity}
			view=${view} />`}
		${modes.length > 0 && html`<${Choice} label=${`${entityName(entity)}: Mode`}
			options=${modes} value=${mode} onChange=${(value) => command(entity, 'set_mode',
			    { mode: value }, { attributes: { mode: value } })} />`}
	</div>`;
}
