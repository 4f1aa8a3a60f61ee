// SPDX-License-Identifier: ISC
// The alerts that are active, for the page and for the mark in the navigation. Topic: alerts.
import { useEffect } from 'preact/hooks';
import { get } from './api.js';
import { events } from './event.js';
import { notify, useTopics } from './store.js';

const READ_MS = 60e3;

/** The newest answer of the house. */
export const alerts = { active: null, problem: null };

const asked = { last: 0 };

/** Answers may overtake each other: only that to the newest question counts. */
export async function alertsRead() {
	const mine = ++asked.last;
	let next;
	try {
		next = { active: (await get('/api/v1/alerts/active')).alerts, problem: null };
	} catch (problem) {
		next = { problem };
	}
	if (mine === asked.last) {
		Object.assign(alerts, next);
		notify('alerts');
	}
}

/** How many are active; read again when something happens to one, and once a minute. */
export function useAlertCount() {
	useTopics('alerts', 'events');
	const newest = events.list.find((event) => event.kind.startsWith('alert'))?.id;
	useEffect(() => {
		alertsRead();
	}, [newest]);
	useEffect(() => {
		const timer = setInterval(() => document.visibilityState === 'visible' && alertsRead(),
		    READ_MS);
		return () => clearInterval(timer);
	}, []);
	return alerts.active?.length ?? 0;
}
