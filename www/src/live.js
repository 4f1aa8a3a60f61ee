// SPDX-License-Identifier: ISC
// The live connection: one WebSocket that authenticates, subscribes after the last event it
// saw, and comes back by itself with a growing delay. Topic: live.
import { get } from './api.js';
import { notify } from './store.js';
import { session } from './session.js';

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 15e3;
const PING_MS = 20e3;
const PONG_MS = 8e3;
const AUTH_MS = 8e3;

/** status: off, connecting, live or down; since: when it was last live. */
export const live = { status: 'off', since: 0, retryAt: 0, lastId: 0 };

const wire = { socket: null, timer: 0, guard: 0, delay: FIRST_DELAY_MS, handlers: null };

function setStatus(status) {
	live.status = status;
	notify('live');
}

function sendJson(message) {
	wire.socket.send(JSON.stringify(message));
}

function guard(ms) {
	clearTimeout(wire.guard);
	wire.guard = setTimeout(() => wire.socket?.close(), ms);
}

function subscribe() {
	sendJson({ type: 'subscribe', id: 1, ...(live.lastId ? { since: live.lastId } : {}) });
}

/** A refused subscription is tried again without `since`; the lists tell the rest. */
function onError() {
	live.lastId = 0;
	wire.socket.close();
}

function onResult(message) {
	if (message.success === false) {
		onError();
		return;
	}
	const anew = live.lastId === 0;
	live.lastId ||= message.last ?? 0;
	clearTimeout(wire.guard);
	wire.delay = FIRST_DELAY_MS;
	live.since = Date.now();
	setStatus('live');
	schedulePing();
	wire.handlers.onLive(anew);
}

function onEvent({ event }) {
	if (event.id > live.lastId) {
		live.lastId = event.id;
	}
	wire.handlers.onEvent(event);
}

const MESSAGES = {
	auth_ok: subscribe,
	result: onResult,
	error: onError,
	event: onEvent,
	pong: () => { clearTimeout(wire.guard); schedulePing(); },
	ping: (message) => sendJson({ ...message, type: 'pong' }),
};

function onMessage(e) {
	const message = JSON.parse(e.data);
	if (message.type?.startsWith('auth_') && message.type !== 'auth_ok') {
		get('/api/v1/auth/me').catch(() => {});
		return;
	}
	MESSAGES[message.type]?.(message);
}

function schedulePing() {
	clearTimeout(wire.timer);
	wire.timer = setTimeout(() => {
		sendJson({ type: 'ping' });
		guard(PONG_MS);
	}, PING_MS);
}

function onClose() {
	wire.socket = null;
	clearTimeout(wire.guard);
	clearTimeout(wire.timer);
	if (live.status === 'off') {
		return;
	}
	const delay = wire.delay * (0.75 + Math.random() / 2);
	wire.delay = Math.min(wire.delay * 2, MAX_DELAY_MS);
	live.retryAt = Date.now() + delay;
	wire.timer = setTimeout(connect, delay);
	if (live.status === 'live') {
		live.since = Date.now();
	}
	setStatus('down');
}

function connect() {
	clearTimeout(wire.timer);
	const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
	const socket = new WebSocket(`${scheme}//${location.host}/ws`);
	wire.socket = socket;
	guard(AUTH_MS);
	socket.onopen = () => sendJson({ type: 'auth', token: session.token });
	socket.onmessage = (e) => socket === wire.socket && onMessage(e);
	socket.onclose = () => socket === wire.socket && onClose();
	notify('live');
}

/** Tries again at once: when the person asks, the network returns or the tab is shown. */
export function liveRetry() {
	if (live.status === 'down' && !wire.socket) {
		wire.delay = FIRST_DELAY_MS;
		connect();
	}
}

/**
 * Connects; HANDLERS: onEvent(event), onLive(anew) each time the connection is live. ANEW: what was in the log by then
 * is not told, also what happened since somebody read something.
 */
export function liveStart(handlers) {
	wire.handlers = handlers;
	live.since = Date.now();
	setStatus('connecting');
	connect();
}

/** Ends the connection for good, at the end of a session. */
export function liveStop() {
	setStatus('off');
	live.lastId = 0;
	clearTimeout(wire.timer);
	clearTimeout(wire.guard);
	const socket = wire.socket;
	wire.socket = null;
	socket?.close();
}

/** Listens to the signs that the network is back; called once. */
export function liveListen() {
	addEventListener('online', liveRetry);
	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState === 'visible') {
			liveRetry();
		}
	});
}
