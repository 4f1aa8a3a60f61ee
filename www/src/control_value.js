// SPDX-License-Identifier: ISC
// Values that a person sets: numbers, choices, texts, dates and times; and what is only pressed.
import { useEffect, useRef, useState } from 'preact/hooks';
import { fromWall, wallText } from './clock.js';
import { command } from './command.js';
import { Choice } from './control_parts.js';
import { entityFullName, entityName } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { quantityText } from './quantity.js';
import { Slider } from './ui.js';

/** A slider with more steps than this is a box to write in. */
const STEPS_MAX = 1000;

/** Domain -> [type of the field, name of what is sent] */
const FIELDS = { date: ['date', 'date'], datetime: ['datetime-local', 'datetime'],
	number: ['number', 'value'], text: ['text', 'value'], time: ['time', 'time'] };

/** The state as the field of its type wants it. */
const SHOWN = {
	'datetime-local': (state) => (Number.isNaN(Date.parse(state)) ? '' : wallText(Date.parse(state))),
};

/** The text of the field as the house wants it. */
const SENT = {
	number: Number,
	'datetime-local': (text) => new Date(fromWall(text)).toISOString(),
};

const limitsOf = (type, { min, max, step, pattern }) => (type === 'number' ? { min, max, step } :
    type === 'text' ? { minLength: min || undefined, maxLength: max, pattern } : { step: 1 });

/** A field that is sent when it is left or Enter is pressed, and taken back by Escape. */
function Field({ entity, view }) {
	const [type, name] = FIELDS[entity.domain];
	const secret = view.attributes?.mode === 'password';
	const now = SHOWN[type]?.(view.state) ?? view.state ?? '';
	const [text, setText] = useState(now);
	const writing = useRef(false);
	useEffect(() => writing.current || setText(now), [now]);
	const send = (e) => {
		writing.current = false;
		if (text !== now && (text !== '' || type === 'text') && e.target.reportValidity()) {
			command(entity, 'set_value', { [name]: (SENT[type] ?? String)(text) }, { state: text });
		}
	};
	return html`<span class="value-field"><input class="select" type=${secret ? 'password' : type}
		aria-label=${entityFullName(entity)} value=${text} autocomplete="off"
		disabled=${entity.available === false} ...${limitsOf(type, view.attributes ?? {})}
		onFocus=${() => { writing.current = true; }}
		onInput=${(e) => setText(e.target.value)} onBlur=${send}
		onKeyDown=${(e) => e.key === 'Enter' ? send(e) : e.key === 'Escape' && setText(now)} />
		${entity.unit && html`<span class="unit">${entity.unit}</span>`}</span>`;
}

const isSlider = ({ attributes }) => attributes?.mode !== 'box' &&
    ((attributes?.max ?? 100) - (attributes?.min ?? 0)) / (attributes?.step ?? 1) <= STEPS_MAX;

/** Numbers with few steps have a slider below their name, the others a box beside it. */
export function NumberQuick({ entity, view }) {
	return isSlider(view) ? null : html`<${Field} entity=${entity} view=${view} />`;
}

export function NumberBody({ entity, view }) {
	const { min = 0, max = 100, step = 1 } = view.attributes ?? {};
	const number = view.state === null || view.state === '' ? NaN : Number(view.state);
	return isSlider(view) ? html`<${Slider} label=${entityFullName(entity)} bare=${true}
		value=${Number.isFinite(number) ? number : null} min=${min} max=${max} step=${step}
		unit=${entity.unit ?? ''} write=${(n) => quantityText(entity, n)}
		onCommit=${(next) => command(entity, 'set_value',
		    { value: next }, { state: String(next) })} />` : null;
}

export function FieldQuick({ entity, view }) {
	return html`<${Field} entity=${entity} view=${view} />`;
}

export function SelectQuick({ entity, view }) {
	return html`<${Choice} bare=${true} asIs=${true} label=${entityFullName(entity)} value=${view.state}
		options=${view.attributes?.options ?? []} disabled=${entity.available === false}
		onChange=${(option) => command(entity, 'select_option', { option }, { state: option })} />`;
}

/** Domain -> [service, text, icon] of what has one button. */
const PRESS = { button: ['press', 'Press', 'power'], scene: ['turn_on', 'Activate', 'play'] };

export function PressQuick({ entity }) {
	const [service, text, icon] = PRESS[entity.domain];
	return html`<button class="button" disabled=${entity.available === false}
		aria-label=${`${text} ${entityFullName(entity)}`} onClick=${() => command(entity, service)}>
		<${Icon} name=${icon} />${text}</button>`;
}

export function NotifyBody({ entity }) {
	const [message, setMessage] = useState('');
	const send = (e) => {
		e.preventDefault();
		command(entity, 'send_message', { message });
		setMessage('');
	};
	return html`<form class="inline-form" onSubmit=${send}>
		<input class="select" required maxlength="1000" aria-label=${`Message to ${entityName(entity)}`}
			placeholder="Message" value=${message} onInput=${(e) => setMessage(e.target.value)} />
		<button class="button" disabled=${message === ''}>Send</button></form>`;
}
