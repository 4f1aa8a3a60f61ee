// SPDX-License-Identifier: ISC
// Long pages: what comes first is drawn at once, the rest while the browser is idle, so that the page
// can be used meanwhile.
import { useEffect, useState } from 'preact/hooks';
import { idle } from './idle.js';

/** So many are drawn at once, which is more than a screen holds. */
const FIRST = 24;

const drawn = { n: 0 };

/** False until it is the caller's turn to be drawn; in the order of the page. */
export function useTurn() {
	const [mine, draw] = useState(() => ++drawn.n <= FIRST);
	useEffect(() => {
		const cancel = mine ? () => {} : idle(draw, () => draw(true));
		return () => {
			cancel();
			drawn.n--;
		};
	}, []);
	return mine;
}
