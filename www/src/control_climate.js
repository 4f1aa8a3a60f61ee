// SPDX-License-Identifier: ISC
// Heating and cooling: the wanted temperature, the mode, and what it is doing now.
import { useEffect, useRef, useState } from 'preact/hooks';
import { command } from './command.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { entityName, numberText, words } from './entity.js';

const SETTLE_MS = 700;

/** A value that is sent once the person has stopped stepping it. */
function useSettled(value, send) {
	const [held, hold] = useState(null);
	const timer = useRef(0);
	useEffect(() => () => clearTimeout(timer.current), []);
	const set = (next) => {
		hold(next);
		clearTimeout(timer.current);
		timer.current = setTimeout(() => { hold(null); send(next); }, SETTLE_MS);
	};
	return [held ?? value, set];
}

function SetPoint({ entity, view }) {
	const { min_temp: min = 5, max_temp: max = 35, target_temp_step: step = 0.5,
	    temperature } = view.attributes;
	const [target, setTarget] = useSettled(temperature, (value) => command(entity,
	    'set_temperature', { temperature: value }, { attributes: { temperature: value } }));
	const stepped = (value) => Number((Math.round(value / step) * step).toFixed(2));
	const move = (by) => setTarget(Math.min(max, Math.max(min, stepped((target ?? min) + by))));
	return html`<div class="stepper" role="group" aria-label=${`${entityName(entity)}: target`}>
		<button class="icon-button filled" aria-label="Cooler" disabled=${target <= min}
			onClick=${() => move(-step)}><${Icon} name="minus" /></button>
		<output class="stepper-value" aria-live="polite">${target === undefined ||
		    target === null ? '–' : numberText(target)}<span class="unit">°C</span></output>
		<button class="icon-button filled" aria-label="Warmer" disabled=${target >= max}
			onClick=${() => move(step)}><${Icon} name="plus" /></button>
	</div>`;
}

export function ClimateBody({ entity, view }) {
	const { hvac_modes: modes = [] } = view.attributes ?? {};
	const setMode = (e) => command(entity, 'set_hvac_mode', { hvac_mode: e.target.value },
	    { state: e.target.value });
	return html`<div class="climate-line">
		${modes.length > 0 && html`<select class="select" aria-label="Mode" value=${view.state}
			onChange=${setMode}>
			${modes.map((mode) => html`<option key=${mode} value=${mode}
				selected=${mode === view.state}>${words(mode)}</option>`)}
		</select>`}
		<${SetPoint} entity=${entity} view=${view} />
	</div>`;
}
