// SPDX-License-Identifier: ISC
// The one door to the house's REST interface: adds the token, turns problem documents
// (RFC 9457) into Problem, follows paging. A 401 ends the session.
import { clockLearn } from './clock.js';
import { session, sessionEnd } from './session.js';

/** What went wrong, in words for people; field and code come from the problem document. */
export class Problem extends Error {
	constructor(status, doc = {}) {
		super(doc.detail || doc.title || `The house answered ${status}.`);
		this.status = status;
		this.code = doc.code ?? '';
		this.field = doc.field ?? '';
		this.requestId = doc.request_id ?? '';
	}
}

function urlOf(path, query) {
	const params = new URLSearchParams();
	for (const [name, value] of Object.entries(query ?? {})) {
		if (value !== undefined && value !== null && value !== '') {
			params.set(name, value);
		}
	}
	const text = params.toString();
	return text ? `${path}?${text}` : path;
}

/** What is answered without a token. */
const OPEN = /^\/(health|api\/v1\/(setup|auth\/login|openapi\.json))/;

/** What ends a request: SIGNAL, or the end of the session that it belongs to. */
const endOf = (signal) => (signal ? AbortSignal.any([signal, session.leaving.signal]) : session.leaving.signal);

async function send(method, path, { body, query, signal, tag, accept = 'application/json' }) {
	if (!session.token && !OPEN.test(path)) {
		throw new DOMException('Nobody is signed in.', 'AbortError');
	}
	const headers = { Accept: accept };
	if (tag) {
		headers['If-Match'] = tag;
	}
	if (session.token) {
		headers.Authorization = `Bearer ${session.token}`;
	}
	if (body !== undefined) {
		headers['Content-Type'] = 'application/json';
	}
	try {
		return await fetch(urlOf(path, query), {
			method, headers, signal: endOf(signal),
			body: body === undefined ? undefined : JSON.stringify(body),
		});
	} catch (e) {
		if (e.name === 'AbortError') {
			throw e;
		}
		throw new Problem(0, { detail: 'The house cannot be reached.', code: 'unreachable' });
	}
}

/** The bytes at PATH as a data: address, for pictures; throws Problem like the others. */
export async function getDataUrl(path, signal) {
	const answer = await send('GET', path, { signal, accept: 'image/*' });
	if (!answer.ok) {
		throw new Problem(answer.status, (await decode(answer)) ?? {});
	}
	const reader = new FileReader();
	const read = new Promise((done, fail) => {
		reader.onload = () => done(reader.result);
		reader.onerror = () => fail(reader.error);
	});
	reader.readAsDataURL(await answer.blob());
	return read;
}

async function decode(answer) {
	const text = await answer.text();
	try {
		return text === '' ? null : JSON.parse(text);
	} catch {
		return null;
	}
}

/** {doc, tag}: the document and its version. */
async function exchange(method, path, options) {
	const answer = await send(method, path, options);
	clockLearn(answer.headers);
	const doc = await decode(answer);
	if (answer.ok || options.allow?.includes(answer.status)) {
		return { doc, tag: answer.headers.get('ETag') };
	}
	if (answer.status === 401 && session.token) {
		sessionEnd('Your session has ended. Please sign in again.');
	}
	throw new Problem(answer.status, doc ?? {});
}

/**
 * One request. OPTIONS: body, query, signal, tag: the version that is changed (412 when it is no
 * longer the present one), and allow: a list of further status codes whose document is returned
 * instead of thrown.
 */
export async function request(method, path, options = {}) {
	return (await exchange(method, path, options)).doc;
}

export const get = (path, query, options) => request('GET', path, { query, ...options });
export const post = (path, body, query) => request('POST', path, { body, query });
/** Ends the session here at once and, as soon as it hears of it, in the house. */
export function signOut() {
	const headers = { Authorization: `Bearer ${session.token}` };
	sessionEnd();
	return fetch('/api/v1/auth/logout', { method: 'POST', headers, keepalive: true }).catch(() => {});
}

export const patch = (path, body, tag) => request('PATCH', path, { body, tag });
export const remove = (path, tag) => request('DELETE', path, { tag });

/** {doc, tag} of PATH, for a change that must not go over another's. */
export const getTagged = (path, signal) => exchange('GET', path, { signal });

/** What the house sends line by line while it works; throws Problem as the others do. */
export async function* postLines(path, body, signal) {
	const answer = await send('POST', path, { body, signal, accept: 'application/x-ndjson' });
	if (!answer.ok) {
		throw new Problem(answer.status, (await decode(answer)) ?? {});
	}
	const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
	let rest = '';
	for (;;) {
		const { done, value } = await reader.read();
		const lines = `${rest}${value ?? ''}`.split('\n');
		rest = lines.pop();
		yield* lines.filter(Boolean).map((line) => JSON.parse(line));
		if (done) {
			return;
		}
	}
}

/** All rows of a paged list; KEY names the array in the document, QUERY chooses among the rows. */
export async function getAll(path, key, query = {}) {
	const rows = [];
	let after;
	do {
		const doc = await get(path, { ...query, limit: 1000, after });
		rows.push(...(doc?.[key] ?? []));
		after = doc?.next;
	} while (after);
	return rows;
}
