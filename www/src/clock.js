// SPDX-License-Identifier: ISC
// Time as people read it. The house's clock leads: the difference to the browser's is learnt from the Date header of
// every answer, and the time zone in which it is read from another.
import { notify, useTopics } from './store.js';

const MINUTE = 60e3;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const skew = { ms: 0 };
/** name undefined: the browser's. */
const zone = { name: undefined };

function learnZone(name) {
	if (name && name !== zone.name) {
		try {
			new Intl.DateTimeFormat(undefined, { timeZone: name });
			zone.name = name;
		} catch {
			zone.name = undefined;
		}
	}
}

/** Learns the house's time, one second coarse, and its zone from the HEADERS of an answer. */
export function clockLearn(headers) {
	const ms = Date.parse(headers.get('Date') ?? '');
	if (!Number.isNaN(ms)) {
		const diff = ms + 500 - Date.now();
		skew.ms = Math.abs(diff) > 3000 ? diff : 0;
	}
	learnZone(headers.get('X-Time-Zone'));
}

/** A function that writes milliseconds as OPTIONS of Intl.DateTimeFormat say, as the house's clock shows them. */
export function timeFormat(options, locale) {
	const made = { zone: null, format: null };
	return (ms) => {
		if (made.zone !== zone.name) {
			made.zone = zone.name;
			made.format = new Intl.DateTimeFormat(locale, { timeZone: zone.name, ...options });
		}
		return made.format.format(ms);
	};
}

const sortable = timeFormat({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
	second: '2-digit' }, 'sv');

/** "2026-11-29T22:00:05", what the house's clock shows at MS. */
export const wallText = (ms) => sortable(ms).replace(' ', 'T');

/** What it shows at MS, as the milliseconds that read so in UTC. */
const wallMs = (ms) => Date.parse(`${wallText(ms)}Z`);

/** How much of its day is over on the house's clock at MS: 0.5 at noon. */
export const dayShare = (ms) => (wallMs(ms) % DAY) / DAY;

/** The milliseconds at which the house's clock shows TEXT, as wallText writes it; NaN when that is none. */
export function fromWall(text) {
	const wanted = Date.parse(`${text}Z`);
	const east = (ms) => wallMs(ms) - Math.floor(ms / 1000) * 1000;
	return Number.isNaN(wanted) ? NaN : wanted - east(wanted - east(wanted));
}

/** The house's time now, in milliseconds. */
export function now() {
	return Date.now() + skew.ms;
}

/** Milliseconds of an RFC 3339 text or a number of milliseconds; NaN when neither. */
export function toMs(time) {
	return typeof time === 'number' ? time : Date.parse(time ?? '');
}

/** "just now", "2 min ago", "3 h ago", "5 days ago". */
export function ago(time) {
	const ms = now() - toMs(time);
	if (Number.isNaN(ms)) {
		return 'never';
	}
	if (ms < 45e3) {
		return 'just now';
	}
	if (ms < HOUR) {
		return `${Math.max(1, Math.round(ms / MINUTE))} min ago`;
	}
	if (ms < 36 * HOUR) {
		return `${Math.round(ms / HOUR)} h ago`;
	}
	return `${Math.round(ms / DAY)} days ago`;
}

/** "1 h 5 min", "12 s": a length of time in at most two units. */
export function lengthText(ms) {
	const units = [['d', DAY], ['h', HOUR], ['min', MINUTE], ['s', 1000]];
	const first = units.findIndex(([, size]) => ms >= size);
	if (first < 0) {
		return `${Math.round(ms)} ms`;
	}
	const [name, size] = units[first];
	const [nextName, nextSize] = units[first + 1] ?? [];
	const head = nextSize ? Math.floor(ms / size) : Math.round(ms / size);
	const tail = nextSize ? Math.round((ms - head * size) / nextSize) : 0;
	return tail > 0 ? `${head} ${name} ${tail} ${nextName}` : `${head} ${name}`;
}

const time = timeFormat({ timeStyle: 'medium' });
const full = timeFormat({ dateStyle: 'medium', timeStyle: 'medium' });
const dayOf = (ms) => wallText(ms).slice(0, 10);

/** Hours, minutes and seconds when today, date and time otherwise. */
export function timeText(moment) {
	const ms = toMs(moment);
	return Number.isNaN(ms) ? '' : (dayOf(ms) === dayOf(now()) ? time : full)(ms);
}

/** Date and time, always both. */
export function fullText(moment) {
	const ms = toMs(moment);
	return Number.isNaN(ms) ? '' : full(ms);
}

/** Hours, minutes and seconds, always. */
export const clockText = (moment) => time(toMs(moment));

/** Draws the calling component again every ten seconds, for texts like "2 min ago". */
export function useTick() {
	useTopics('tick');
}

/** Starts the tick; called once. */
export function clockStart() {
	setInterval(() => notify('tick'), 10e3);
}
