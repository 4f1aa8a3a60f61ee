// SPDX-License-Identifier: ISC
// What the controls of several domains share: the switch, choices, steppers, buttons that ask twice.
import { useEffect, useRef, useState } from 'preact/hooks';
import { command } from './command.js';
import { entityFullName, isUnknown, modeText } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { numberText } from './quantity.js';
import { Toggle } from './ui.js';
import { UsedNote } from './used.js';

const SETTLE_MS = 700;
const ARMED_MS = 4000;
const READ_MS = 12000;	// there is more to read

/** How many options still stand side by side. */
const SIDE_BY_SIDE = 5;

/** Whether the entity has the feature BIT; one that says nothing about features has all. */
export function can(view, bit) {
	const bits = view.attributes?.supported_features;
	return bits === undefined || bits === null || (bits & bit) !== 0;
}

/** The switch of a domain with turn_on and turn_off; BIT is what those need, if anything. */
export function OnOff({ entity, view, open }) {
	const set = (on) => command(entity, on ? 'turn_on' : 'turn_off', {},
	    { state: on ? 'on' : 'off' });
	return html`<${Toggle} on=${isUnknown(view.state) ? null : view.state === 'on'}
		label=${entityFullName(entity)}
		busy=${open?.status === 'pending' || open?.status === 'sent'}
		disabled=${entity.available === false} onChange=${set} />`;
}

const optionText = (option, asIs) => (asIs ? option : modeText(option));

function Select({ label, value, options, asIs, disabled, onChange }) {
	return html`<select class="select" aria-label=${label} disabled=${disabled}
		onChange=${(e) => onChange(e.target.value)}>
		${!options.includes(value) && html`<option value="" selected disabled>–</option>`}
		${options.map((option) => html`<option key=${option} value=${option}
			selected=${option === value}>${optionText(option, asIs)}</option>`)}
	</select>`;
}

function Buttons({ label, value, options, asIs, disabled, onChange }) {
	return html`<div class="options" role="group" aria-label=${label}>
		${options.map((option) => html`<button key=${option} class="button" disabled=${disabled}
			aria-pressed=${option === value ? 'true' : 'false'}
			onClick=${() => option !== value && onChange(option)}>${optionText(option, asIs)}
			</button>`)}
	</div>`;
}

/**
 * One of OPTIONS: BARE without a label beside it, FULL as buttons when they are few, ASIS where they are the device's
 * names and no words.
 */
export function Choice({ label, bare, full, ...rest }) {
	const How = full && rest.options.length <= SIDE_BY_SIDE ? Buttons : Select;
	return bare ? html`<${How} label=${label} ...${rest} />` :
	    html`<div class="field-line"><span aria-hidden="true">${label.split(': ').at(-1)}</span>
		<${How} label=${label} ...${rest} /></div>`;
}

/** [value, set]: a value that is sent once the person has stopped stepping it. */
function useSettled(value, send) {
	const [held, hold] = useState(null);
	const timer = useRef(0);
	const latest = useRef(null);	// {next, send} until it is sent
	const flush = () => {
		clearTimeout(timer.current);
		const { next, send: go } = latest.current ?? {};
		latest.current = null;
		go?.(next);
	};
	useEffect(() => flush, []);	// who leaves the page has said what they want
	const set = (next) => {
		hold(next);
		latest.current = { next, send };
		clearTimeout(timer.current);
		timer.current = setTimeout(() => { hold(null); flush(); }, SETTLE_MS);
	};
	return [held ?? value ?? null, set];
}

/** A number with a button on each side. NAMES: what the two buttons do. */
export function Stepper({ label, value, min, max, step, unit, names = ['Cooler', 'Warmer'],
    onSet }) {
	const [shown, set] = useSettled(value, onSet);
	const stepped = (next) => Number((Math.round(next / step) * step).toFixed(2));
	const move = (by) => set(Math.min(max, Math.max(min, stepped((shown ?? min) + by))));
	return html`<div class="stepper" role="group" aria-label=${label}>
		<button class="icon-button filled" aria-label=${names[0]} disabled=${shown !== null &&
			shown <= min} onClick=${() => move(-step)}><${Icon} name="minus" /></button>
		<output class="stepper-value" aria-live="polite">${shown === null ? '–' :
			numberText(shown)}<span class="unit">${unit}</span></output>
		<button class="icon-button filled" aria-label=${names[1]} disabled=${shown !== null &&
			shown >= max} onClick=${() => move(step)}><${Icon} name="plus" /></button>
	</div>`;
}

/**
 * A button that acts at the second press, so that nothing opens by a slip of the thumb. USED: where the house says who
 * speaks of it, or (WITHOUT) of them.
 */
export function CarefulButton({ icon, text, name, disabled, used, without, onPress }) {
	const [armed, arm] = useState(false);
	useEffect(() => {
		const timer = armed && setTimeout(() => arm(false), used ? READ_MS : ARMED_MS);
		return () => clearTimeout(timer);
	}, [armed]);
	const press = () => {
		arm(!armed);
		if (armed) {
			onPress();
		}
	};
	return html`<button type="button" class="button" data-armed=${armed ? 'true' : 'false'}
		disabled=${disabled} onClick=${press} aria-label=${armed ?
		    `Press again to ${text.toLowerCase()} ${name}` : `${text} ${name}`}>
		<${Icon} name=${icon} />${armed ? 'Really?' : text}</button>
		${used && armed && html`<${UsedNote} path=${used} without=${without} />`}`;
}

/** A row of round buttons: [icon, text, service, expected state, disabled?]; NAME is of whom. */
export function ActionLine({ entity, actions, name, children }) {
	return html`<div class="cover-line" role="group" aria-label=${name}>
		${actions.filter(Boolean).map(([icon, text, service, state, off]) => html`<button
			key=${service} class="icon-button filled" aria-label=${`${text} ${name}`} title=${text}
			disabled=${off || entity.available === false}
			onClick=${() => command(entity, service, {}, state ? { state } : {})}>
			<${Icon} name=${icon} /></button>`)}
		${children}
	</div>`;
}
