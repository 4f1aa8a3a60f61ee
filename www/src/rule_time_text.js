// SPDX-License-Identifier: ISC
// Times of a rule in words: how long, how much earlier, at which of the moments that come again.

const UNITS = { days: 'd', hours: 'h', minutes: 'min', seconds: 's', milliseconds: 'ms' };
const DAYS = { mon: 'Monday', tue: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', fri: 'Friday', sat: 'Saturday',
	sun: 'Sunday' };
const SIZES = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];

/** "1 h 5 s". */
function secondsText(seconds) {
	let left = seconds;
	const parts = SIZES.map(([unit, size], i) => {
		const n = i === SIZES.length - 1 ? Number(left.toFixed(3)) : Math.floor(left / size);
		left -= n * size;
		return n > 0 && `${n} ${unit}`;
	});
	return parts.filter(Boolean).join(' ') || '0 s';
}

/** How long: seconds, "HH:MM:SS", "HH:MM", an object of units, a template of one of them. */
export function durationText(value) {
	if (value && typeof value === 'object') {
		return Object.entries(value).map(([unit, n]) => `${n} ${UNITS[unit] ?? unit}`).join(' ');
	}
	const [, ...parts] = /^(\d+):(\d+)(?::(\d+(?:\.\d+)?))?$/.exec(value) ?? [];
	const seconds = parts.length > 0 ? parts.reduce((sum, n) => sum * 60 + Number(n ?? 0), 0) : Number(value);
	return Number.isFinite(seconds) && String(value).trim() !== '' ? secondsText(seconds) : String(value);
}

/** "30 min before ", "1 h after ", of which a minus sign decides; '' of none. */
export function offsetText(offset) {
	if (!offset) {
		return '';
	}
	const text = String(offset);
	const before = text.startsWith('-');
	const long = typeof offset === 'object' ? offset : text.replace(/^[-+]/, '');
	return `${durationText(long)} ${before ? 'before' : 'after'} `;
}

/** "07:00" of "07:00:00". */
export const timeOfDay = (text) => String(text).replace(/^(\d+:\d+):00$/, '$1');

/** "Monday to Friday", "Saturday and Sunday". */
export function weekdaysText(value) {
	const names = Object.keys(DAYS);
	const at = [value].flat().map((day) => names.indexOf(day));
	if (at.includes(-1)) {
		return [value].flat().join(' and ');
	}
	const days = [...new Set(at)].sort((a, b) => a - b);
	const [first] = days;
	const full = days.map((day) => DAYS[names[day]]);
	return days.length > 2 && days.at(-1) - first === days.length - 1 ? `${full[0]} to ${full.at(-1)}` :
	    [full.slice(0, -1).join(', '), full.at(-1)].filter(Boolean).join(' and ');
}

/** "/1" is any, as it is written. */
const patternPart = (value, otherwise) => {
	const text = String(value ?? otherwise);
	return text === '/1' ? '*' : text.startsWith('/') ? { every: Number(text.slice(1)) } :
	    text === '*' ? text : Number(text);
};

const two = (n) => String(n).padStart(2, '0');

function ordinal(n) {
	const teen = n % 100 >= 11 && n % 100 <= 13;
	return `${n}${(!teen && ['th', 'st', 'nd', 'rd'][n % 10]) || 'th'}`;
}

/** At which hours a minute is meant: " of every hour". */
const ofHours = (hours) => (hours === '*' ? ' of every hour' : ` of every ${ordinal(hours.every)} hour`);

/** Of what comes more often than once an hour, when: ", between 05:00 and 06:00". */
function withinHours(hours) {
	if (hours === '*') {
		return '';
	}
	return hours.every ? `, in every ${ordinal(hours.every)} hour` :
	    `, between ${two(hours)}:00 and ${two((hours + 1) % 24)}:00`;
}

/** Of what comes more often than once a minute, when. */
function withinMinutes(hours, minutes) {
	if (minutes === '*') {
		return withinHours(hours);
	}
	if (minutes.every) {
		return `, in every ${ordinal(minutes.every)} minute${withinHours(hours)}`;
	}
	return typeof hours === 'number' ? `, from ${two(hours)}:${two(minutes)} on for a minute` :
	    `, in minute ${minutes}${ofHours(hours)}`;
}

/** Once in each minute that is meant. */
function minutesText(hours, minutes, second) {
	const at = second > 0 ? `at second ${second}` : '';
	const comma = at && ` ${at}`;
	if (minutes === '*') {
		return `every minute${comma}${withinHours(hours)}`;
	}
	if (minutes.every) {
		return `every ${minutes.every} minutes${comma}${withinHours(hours)}`;
	}
	if (typeof hours === 'number') {
		return `every day at ${two(hours)}:${two(minutes)}${second > 0 ? `:${two(second)}` : ''}`;
	}
	const minute = `minute ${minutes}${second > 0 ? `, second ${second}` : ''}`;
	return hours.every ? `every ${hours.every} hours at ${minute}` : `at ${minute} of every hour`;
}

/** A time_pattern as people say it: "every 5 seconds", "at minute 30 of every hour". As cron_say_pattern() does. */
export function patternText({ hours, minutes, seconds }) {
	const under = hours !== undefined && seconds === undefined ? 0 : '*';
	const [h, m, s] = [patternPart(hours, '*'), patternPart(minutes, under), patternPart(seconds, 0)];
	if (s === '*' || s.every) {
		return `every ${s === '*' ? 'second' : `${s.every} seconds`}${withinMinutes(h, m)}`;
	}
	return minutesText(h, m, s);
}
