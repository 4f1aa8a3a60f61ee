// SPDX-License-Identifier: ISC
// Topics: who draws something subscribes to a topic ("entity:light.kitchen"), who changes
// it notifies. Notifications of one frame are delivered together, so a burst of events
// costs one drawing.
import { useEffect, useReducer } from 'preact/hooks';

const watchers = new Map();
const dirty = new Set();
const versions = new Map();
let scheduled = false;

function flush() {
	scheduled = false;
	const topics = [...dirty];
	dirty.clear();
	const called = new Set();
	for (const topic of topics) {
		for (const fn of watchers.get(topic) ?? []) {
			called.add(fn);
		}
	}
	for (const fn of called) {
		fn();
	}
}

/** Calls FN after TOPIC changed; returns the function that ends it. */
export function watch(topic, fn) {
	if (!watchers.has(topic)) {
		watchers.set(topic, new Set());
	}
	watchers.get(topic).add(fn);
	return () => {
		const set = watchers.get(topic);
		set?.delete(fn);
		if (set?.size === 0) {
			watchers.delete(topic);
		}
	};
}

/** Marks TOPIC as changed; its watchers run before the next frame is painted. */
export function notify(topic) {
	versions.set(topic, (versions.get(topic) ?? 0) + 1);
	dirty.add(topic);
	if (scheduled) {
		return;
	}
	scheduled = true;
	if (document.visibilityState === 'visible') {
		requestAnimationFrame(flush);
	} else {
		setTimeout(flush, 250);
	}
}

const versionOf = (topics) => topics.reduce((sum, topic) => sum + (versions.get(topic) ?? 0), 0);

/** Draws the calling component again whenever one of TOPICS changes. */
export function useTopics(...topics) {
	const [, redraw] = useReducer((n) => n + 1, 0);
	const drawn = versionOf(topics);
	useEffect(() => {
		const ends = topics.map((topic) => watch(topic, redraw));
		if (versionOf(topics) !== drawn) {
			// changed between the drawing and now, when nobody was listening
			redraw();
		}
		return () => ends.forEach((end) => end());
	}, topics);
}
