// SPDX-License-Identifier: ISC
// The address bar decides what is shown. Links inside the page are ordinary <a href>;
// clicks on them change the view without loading the page again.
import { notify, useTopics } from './store.js';
import { isAllSaved, leave } from './unsaved.js';

/** Addresses that the web server answers itself. */
const OUTSIDE = /^\/(api|docs|assets|health|metrics|ws)(\/|$)/;

/**
 * What is shown and its place in the browser's history. NEXT is what a step in that means when it is the dashboard's
 * own: "back" to what is shown, or "on" to where somebody wants to go; else null.
 */
const shown = { path: location.pathname, search: location.search, at: history.state?.at ?? 0, next: null };

function show(at) {
	Object.assign(shown, { path: location.pathname, search: location.search, at });
	notify('route');
}

/** Goes to PATH; REPLACE leaves no entry in the browser's history. */
export function navigate(path, replace = false) {
	const at = replace ? shown.at : shown.at + 1;
	history[replace ? 'replaceState' : 'pushState']({ at }, '', path);
	scrollTo(0, 0);
	show(at);
	if (location.hash) {
		// once the new view is painted
		setTimeout(() => document.getElementById(location.hash.slice(1))?.scrollIntoView(), 50);
	}
}

function onClick(e) {
	const link = e.target.closest?.('a[href]');
	if (!link || link.target || link.origin !== location.origin || e.button !== 0 ||
	    e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || e.defaultPrevented ||
	    OUTSIDE.test(link.pathname) || link.getAttribute('href').startsWith('#')) {
		return;
	}
	e.preventDefault();
	leave(() => navigate(link.pathname + link.search + link.hash));
}

/** The address has changed already: it is taken back while somebody is asked. */
function onStep() {
	if (history.state === null) {	// a link to a place on the page
		history.replaceState({ at: shown.at + 1 }, '');
	}
	const { at } = history.state;
	const { next } = shown;
	const step = at - shown.at;
	const go = (steps, meaning) => {
		shown.next = meaning;
		history.go(steps);
	};
	shown.next = null;
	if (next === 'on' || (next === null && (step === 0 || isAllSaved()))) {
		show(at);
	} else if (next === null) {
		go(-step, 'back');
		leave(() => go(step, 'on'));
	}
}

/** Listens to links and to back and forward; called once. */
export function routerStart() {
	history.replaceState({ at: shown.at }, '');
	document.addEventListener('click', onClick);
	addEventListener('popstate', onStep);
}

/** {path, query} of the address; redraws the caller when it changes. */
export function useRoute() {
	useTopics('route');
	return { path: shown.path, query: new URLSearchParams(shown.search) };
}
