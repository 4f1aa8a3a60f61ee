// SPDX-License-Identifier: ISC
// The days of a back-test as a calendar: the darker, the more often the rule would have run.
import { useRef } from 'preact/hooks';
import { html } from './html.js';

const DAY = 24 * 3600e3;
const WEEK = 7;
const LEVELS = 4;

const at = (date) => new Date(`${date}T00:00:00Z`);
const format = (options) => new Intl.DateTimeFormat(undefined, { timeZone: 'UTC', ...options });
const full = format({ weekday: 'long', day: 'numeric', month: 'long' });
const month = format({ month: 'short' });
const weekday = format({ weekday: 'short' });

/** "Monday, 3 November" of "2026-11-03". */
export const dateText = (date) => full.format(at(date));

/** Monday is 0. */
const place = (date) => (at(date).getUTCDay() + 6) % WEEK;

/** The weekdays' names from Monday on; 1 January 2024 was one. */
const NAMES = Array.from({ length: WEEK }, (_, i) => weekday.format(Date.UTC(2024, 0, 1) + i * DAY));

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -WEEK, ArrowDown: WEEK };

function spoken({ date, runs, noes, ignored }) {
	return [dateText(date), `${runs} ${runs === 1 ? 'run' : 'runs'}`, noes > 0 && `${noes} times no`,
		ignored > 0 && `${ignored} ignored`].filter(Boolean).join(', ');
}

/** The first of a month says which. */
function Day({ day, level, chosen, onChoose }) {
	const number = Number(day.date.slice(8));
	return html`<button type="button" class="back-day" data-level=${level} data-date=${day.date}
		data-no=${day.runs === 0 && day.noes > 0 ? 'true' : undefined}
		aria-pressed=${chosen ? 'true' : 'false'} aria-label=${spoken(day)} tabindex=${chosen ? 0 : -1}
		onClick=${() => onChoose(day.date)}>
		<span class="back-date">${number === 1 ? month.format(at(day.date)) : number}</span>
		<b>${day.runs || ''}</b></button>`;
}

/** DAYS of the result; DATE is the chosen one. Arrow keys go from day to day. */
export function BackCalendar({ days, date, onChoose }) {
	const box = useRef(null);
	const most = Math.max(1, ...days.map((one) => one.runs));
	const move = (e) => {
		const next = days[days.findIndex((one) => one.date === date) + (STEPS[e.key] ?? NaN)];
		if (next) {
			e.preventDefault();
			onChoose(next.date);
			box.current.querySelector(`[data-date="${next.date}"]`).focus();
		}
	};
	return html`<div class="back-calendar" role="group" aria-label="Days" ref=${box} onKeyDown=${move}>
		${NAMES.map((name) => html`<span key=${name} class="back-weekday" aria-hidden="true">${name}</span>`)}
		${Array.from({ length: place(days[0].date) }, (_, i) => html`<span key=${`before${i}`}></span>`)}
		${days.map((day) => html`<${Day} key=${day.date} day=${day} chosen=${day.date === date}
			level=${Math.ceil((day.runs / most) * LEVELS)} onChoose=${onChoose} />`)}
	</div>`;
}
