// SPDX-License-Identifier: ISC
// Fields of time: how long, when on a day, on which days.
import { html } from './html.js';
import { listOf, oneOrList } from './rule_pick.js';

const DAYS = [['mon', 'Mon'], ['tue', 'Tue'], ['wed', 'Wed'], ['thu', 'Thu'], ['fri', 'Fri'], ['sat', 'Sat'],
	['sun', 'Sun']];
const UNITS = { days: 86400, hours: 3600, minutes: 60, seconds: 1, milliseconds: 0.001 };

/** Seconds of a duration in any of its forms; null for a template. */
export function secondsOf(value) {
	if (value === undefined || value === null) {
		return 0;
	}
	if (typeof value === 'number') {
		return value;
	}
	if (typeof value === 'object') {
		const parts = Object.entries(value);
		return parts.every(([, n]) => typeof n === 'number') ?
		    parts.reduce((sum, [unit, n]) => sum + n * (UNITS[unit] ?? 0), 0) : null;
	}
	const match = /^([-+]?)(\d{1,3}):(\d{1,2})(?::(\d{1,2}(?:\.\d{1,6})?))?$/.exec(value);
	return match && (match[1] === '-' ? -1 : 1) * (match[2] * 3600 + match[3] * 60 + Number(match[4] ?? 0));
}

const two = (n) => String(n).padStart(2, '0');

/** As it is written, to the millisecond: "00:05:00", "00:00:00.3". */
export function durationText(seconds) {
	const ms = Math.min(Math.round(Math.abs(seconds) * 1000), 999 * 3600000);
	const all = Math.floor(ms / 1000);
	const rest = ms % 1000 > 0 ? `.${String(ms % 1000).padStart(3, '0').replace(/0+$/, '')}` : '';
	const sign = seconds < 0 ? '-' : '';
	return `${sign}${two(Math.floor(all / 3600))}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}${rest}`;
}

/** Hours, minutes and seconds; SIGNED: also before. */
export function DurationField({ id, title, value, set, signed, must, invalid, describedBy }) {
	const seconds = secondsOf(value);
	if (seconds === null) {
		return html`<input id=${id} value=${typeof value === 'string' ? value : JSON.stringify(value)}
			class="code"
			aria-invalid=${invalid} aria-describedby=${describedBy} onInput=${(e) =>
				set(e.target.value)} />`;
	}
	const all = Math.round(Math.abs(seconds) * 1000) / 1000;
	const sign = seconds < 0 || Object.is(seconds, -0) ? -1 : 1;
	const parts = [['h', 'hours', Math.floor(all / 3600), 3600], ['min', 'minutes', Math.floor(all / 60) % 60,
		60],
		['s', 'seconds', Math.round((all % 60) * 1000) / 1000, 1]];
	const store = (next) => set(next === 0 && !must ? undefined : durationText(next));
	return html`<div class="duration" role="group" aria-label=${title}>
		${parts.map(([unit, name, n, size], i) => html`<label key=${unit}><input id=${i === 0 ?
			id : undefined}
			type="number" min="0" step=${unit === 's' ? 'any' : 1}
			inputmode=${unit === 's' ? 'decimal' : 'numeric'} value=${n} aria-label=${`${title}, ${name}`}
			aria-invalid=${invalid} aria-describedby=${describedBy} onChange=${(e) =>
				store(sign * (all - n * size + Math.max(0, Number(e.target.value) ||
					0) * size))} /> ${unit}</label>`)}
		${signed && html`<select class="select" aria-label=${`${title}, before or after`}
			value=${String(sign)}
			onChange=${(e) => store(all * Number(e.target.value))}>
			<option value="1">later</option><option value="-1">earlier</option></select>`}
	</div>`;
}

export function TimesField({ id, title, value, set, many, invalid, describedBy }) {
	const list = listOf(value);
	const shown = list.length > 0 ? list : [''];
	const store = (next) => set(oneOrList(next.filter(Boolean)));
	return html`<div class="pick">${shown.map((one, i) => html`<input key=${i} id=${i === 0 ? id : undefined}
		type="time"
		step=${String(one).length > 5 ? 1 : 60} value=${one} aria-invalid=${invalid}
			aria-describedby=${describedBy}
		aria-label=${i === 0 ? title : `${title}, number ${i + 1}`}
		onChange=${(e) => store(shown.map((old, k) => (k === i ? e.target.value : old)))} />`)}
		${many && list.length > 0 && html`<button type="button" class="button quiet"
			onClick=${() => store([...list, '12:00'])}>Another time</button>`}</div>`;
}

export function WeekdaysField({ title, value, set }) {
	const list = listOf(value);
	return html`<div class="weekdays" role="group" aria-label=${title}>${DAYS.map(([day, name]) =>
		html`<button type="button" key=${day} class="button" aria-pressed=${list.includes(day) ?
			'true' : 'false'}
			onClick=${() => set(oneOrList(DAYS.map(([one]) => one)
			    .filter((one) => (one === day) !== list.includes(one))))}>${name}</button>`)}</div>`;
}
