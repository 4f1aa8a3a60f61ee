// SPDX-License-Identifier: ISC
// The address bar decides what is shown. Links inside the page are ordinary <a href>;
// clicks on them change the view without loading the page again.
import { notify, useTopics } from './store.js';

/** Addresses that the web server answers itself. */
const OUTSIDE = /^\/(api|docs|assets|health|metrics|ws)(\/|$)/;

/** Goes to PATH; REPLACE leaves no entry in the browser's history. */
export function navigate(path, replace = false) {
	history[replace ? 'replaceState' : 'pushState'](null, '', path);
	scrollTo(0, 0);
	notify('route');
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
	navigate(link.pathname + link.search + link.hash);
}

/** Listens to links and to back and forward; called once. */
export function routerStart() {
	document.addEventListener('click', onClick);
	addEventListener('popstate', () => notify('route'));
}

/** {path, query} of the address; redraws the caller when it changes. */
export function useRoute() {
	useTopics('route');
	return { path: location.pathname, query: new URLSearchParams(location.search) };
}
