// SPDX-License-Identifier: ISC
// Work that can wait: done a little at a time while the browser has nothing else to do, in the order
// in which it was asked for.
const STEP = 4;
const WAIT_MS = 100;

/** key -> function */
const waiting = new Map();
const turn = { pending: false };

const whenIdle = (fn) => (globalThis.requestIdleCallback ?
    requestIdleCallback(fn, { timeout: WAIT_MS }) : setTimeout(fn, 16));

function serve() {
	turn.pending = false;
	for (const [key, fn] of [...waiting].slice(0, STEP)) {
		waiting.delete(key);
		fn();
	}
	schedule();
}

function schedule() {
	if (waiting.size > 0 && !turn.pending) {
		turn.pending = true;
		whenIdle(serve);
	}
}

/** Calls FN later, once for each KEY; returns the function that takes it back. */
export function idle(key, fn) {
	waiting.set(key, fn);
	schedule();
	return () => waiting.delete(key);
}
