// SPDX-License-Identifier: ISC
// Long pages: what comes first is drawn at once, the rest a few at a time while the browser is idle,
// so that the page can be used meanwhile.
import { useEffect, useState } from 'preact/hooks';

/** So many are drawn at once, which is more than a screen holds, and then so many at a time. */
const FIRST = 24;
const STEP = 4;
const WAIT_MS = 100;

const queue = { waiting: new Set(), free: FIRST, timer: 0 };

const whenIdle = (fn) => (globalThis.requestIdleCallback ?
    requestIdleCallback(fn, { timeout: WAIT_MS }) : setTimeout(fn, 16));

function serve() {
	queue.timer = 0;
	for (const draw of [...queue.waiting].slice(0, STEP)) {
		queue.waiting.delete(draw);
		draw(true);
	}
	schedule();
}

function schedule() {
	if (queue.waiting.size > 0) {
		queue.timer ||= whenIdle(serve);
	}
}

function take() {
	queue.free--;
	return queue.free >= 0;
}

/** False until it is the caller's turn to be drawn; in the order of the page. */
export function useTurn() {
	const [mine, draw] = useState(take);
	useEffect(() => {
		if (!mine) {
			queue.waiting.add(draw);
			schedule();
		}
		return () => {
			queue.waiting.delete(draw);
			queue.free++;
		};
	}, []);
	return mine;
}
