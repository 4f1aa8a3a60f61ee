// SPDX-License-Identifier: ISC
// Time as people read it. The house's clock leads: the difference to the browser's is
// learnt from the Date header of every answer.
import { notify, useTopics } from './store.js';

const MINUTE = 60e3;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const skew = { ms: 0 };

/** Learns the house's time from an HTTP Date header (one second coarse). */
export function clockLearn(dateHeader) {
	const ms = Date.parse(dateHeader ?? '');
	if (!Number.isNaN(ms)) {
		const diff = ms + 500 - Date.now();
		skew.ms = Math.abs(diff) > 3000 ? diff : 0;
	}
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

const timeFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** Hours, minutes and seconds when today, date and time otherwise. */
export function timeText(time) {
	const ms = toMs(time);
	if (Number.isNaN(ms)) {
		return '';
	}
	const today = new Date(now()).toDateString() === new Date(ms).toDateString();
	return (today ? timeFormat : fullFormat).format(ms);
}

/** Date and time, always both. */
export function fullText(time) {
	const ms = toMs(time);
	return Number.isNaN(ms) ? '' : fullFormat.format(ms);
}

/** Draws the calling component again every ten seconds, for texts like "2 min ago". */
export function useTick() {
	useTopics('tick');
}

/** Starts the tick; called once. */
export function clockStart() {
	setInterval(() => notify('tick'), 10e3);
}
