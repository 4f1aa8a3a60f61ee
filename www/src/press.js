// SPDX-License-Identifier: ISC
// Nothing moves away under a finger: while a button is held down the page is not drawn again, because a press that
// begins on one thing and ends on another is none.
import { options } from 'preact';

const PRESSED = 'button, summary, a[href], [role="option"]';
/** Longer is no press: the page goes on. */
const HELD_MS = 2000;
/** The click follows when a finger is lifted, if there is one. */
const CLICK_MS = 50;

/** Since something is held: what draws the page, and what lets it. */
const held = { draw: null, timer: null };

function release() {
	const { draw } = held;
	clearTimeout(held.timer);
	held.draw = held.timer = null;
	draw?.();
}

function releaseIn(ms) {
	clearTimeout(held.timer);
	held.timer = setTimeout(release, ms);
}

function schedule(draw) {
	if (held.timer === null) {
		queueMicrotask(draw);
	} else {
		held.draw = draw;
	}
}

export function pressListen() {
	options.debounceRendering = schedule;
	addEventListener('pointerdown', ({ target }) => target.closest(PRESSED) && releaseIn(HELD_MS), true);
	addEventListener('pointerup', () => held.timer !== null && releaseIn(CLICK_MS), true);
	addEventListener('pointercancel', release, true);
	// after whoever does what was pressed
	addEventListener('click', release);
}
