// SPDX-License-Identifier: ISC
// What a view follows of the events of the house, so that it reads again when something happened.
import { useEffect, useRef, useState } from 'preact/hooks';
import { events } from './event.js';
import { useTopics } from './store.js';

const GATHER_MS = 300;

/** The id of the newest event that FITS, a moment after it came: of many at once only the last is told. */
export function useNewest(fits) {
	useTopics('events');
	const newest = () => events.list.find(fits)?.id;
	const [told, tell] = useState(newest);
	const timer = useRef(0);
	useEffect(() => () => clearTimeout(timer.current), []);
	if (newest() !== told && timer.current === 0) {
		timer.current = setTimeout(() => {
			timer.current = 0;
			tell(newest());
		}, GATHER_MS);
	}
	return told;
}
