// SPDX-License-Identifier: ISC
// Who is signed in. The token lives in sessionStorage, or in localStorage when the person
// asked to stay signed in on this device.
import { notify } from './store.js';

const KEY = 'consciousness.token';

/** leaving: ends what was asked for in this session. */
export const session = { token: read(), message: '', leaving: new AbortController() };

function read() {
	return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? '';
}

/** Begins a session with TOKEN; STAY keeps it after the browser is closed. */
export function sessionBegin(token, stay) {
	(stay ? localStorage : sessionStorage).setItem(KEY, token);
	session.token = token;
	session.message = '';
	notify('session');
}

/** Ends the session and whatever it still waits for; MESSAGE is shown on the sign-in page. */
export function sessionEnd(message = '') {
	sessionStorage.removeItem(KEY);
	localStorage.removeItem(KEY);
	session.token = '';
	session.leaving.abort();
	session.leaving = new AbortController();
	session.message = message;
	notify('session');
}
