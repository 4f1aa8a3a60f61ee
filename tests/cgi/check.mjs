// SPDX-License-Identifier: ISC
//
// A client that holds the house to its own OpenAPI document: every answer must be one that the document
// promises for that route and status.
import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

export class Checker {
	static async open(url, token)
	{
		const doc = await (await fetch(`${url}/api/v1/openapi.json`)).json();
		return new Checker(url, token, doc);
	}

	constructor(url, token, doc)
	{
		this.url = url;
		this.token = token;
		this.doc = doc;
		this.used = new Set();
		this.validators = new Map();
		this.ajv = new Ajv({ strict: false, allErrors: true });
		formats(this.ajv);
		this.ajv.addSchema(doc, 'doc');
		this.call = this.call.bind(this);
		this.get = (path, ...expect) => this.call('GET', path, { expect });
		this.del = (path, ...expect) => this.call('DELETE', path, { expect });
		for (const m of ['post', 'put', 'patch'])
			this[m] = (path, body, ...expect) => this.call(m.toUpperCase(), path, { body, expect });
		this.patterns = Object.keys(doc.paths).map((p) => [p,
		    new RegExp(`^${p.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`)]);
	}

	pattern(path)
	{
		const plain = path.replace(/\?.*/, '');
		const versioned = plain.replace(/^\/api\/(?!v1\/)/, '/api/v1/');
		const hits = this.patterns.filter(([, re]) => re.test(versioned)).map(([p]) => p);
		// literal segments win over {names}
		return hits.sort((a, b) => a.split('{').length - b.split('{').length)[0];
	}

	schemaPath(pattern, method, status, type)
	{
		const answers = this.doc.paths[pattern][method.toLowerCase()].responses;
		const key = answers[status] ? String(status) : status < 500 && answers['4XX'] ? '4XX' : 'default';
		let at = ['paths', pattern, method.toLowerCase(), 'responses', key];
		let answer = answers[key];
		if (answer.$ref) {
			at = answer.$ref.slice(2).split('/');
			answer = at.reduce((o, k) => o[k], this.doc);
		}
		if (!answer.content)
			return null;
		assert.ok(answer.content[type], `${method} ${pattern}: ${status} comes as ${type}`);
		at.push('content', type, 'schema');
		return at.map((s) => encodeURIComponent(s.replace(/~/g, '~0').replace(/\//g, '~1'))).join('/');
	}

	validate(pattern, method, r)
	{
		const path = this.schemaPath(pattern, method, r.status, r.type);
		if (path === null) {
			assert.equal(r.text, '', `${method} ${pattern}: ${r.status} has no body`);
			return;
		}
		let v = this.validators.get(path);
		if (!v) {
			v = this.ajv.compile({ $ref: `doc#/${path}` });
			this.validators.set(path, v);
		}
		assert.ok(v(r.body ?? r.text),
		    `${method} ${pattern} ${r.status}: ${this.ajv.errorsText(v.errors)}\n${r.text}`);
	}

	// Holds a value to a named schema of the document.
	promised(name, value)
	{
		const path = `components/schemas/${name}`;
		const v = this.validators.get(path) ?? this.ajv.compile({ $ref: `doc#/${path}` });
		this.validators.set(path, v);
		assert.ok(v(value), `${name}: ${this.ajv.errorsText(v.errors)}\n${JSON.stringify(value)}`);
	}

	async call(method, path, opts = {})
	{
		const headers = { ...opts.headers };
		const token = 'token' in opts ? opts.token : this.token;
		if (token)
			headers.Authorization = `Bearer ${token}`;
		if (opts.body !== undefined)
			headers['Content-Type'] = 'application/json';
		const res = await fetch(this.url + path, { method, headers,
		    body: opts.body === undefined ? undefined : JSON.stringify(opts.body) });
		const text = await res.text();
		const type = (res.headers.get('content-type') ?? '');
		const r = { status: res.status, headers: res.headers, text, type,
		    body: /[/+]json\b/.test(type) ? JSON.parse(text) : undefined };
		const expect = opts.expect === undefined ? [] : [opts.expect].flat();
		assert.ok(expect.length === 0 || expect.includes(r.status),
		    `${method} ${path}: ${r.status}, not ${expect}: ${text}`);
		assert.ok(res.headers.get('x-request-id'), `${method} ${path} has a request id`);
		if (type === 'application/problem+json') {
			assert.equal(r.body.request_id, res.headers.get('x-request-id'));
			assert.equal(r.body.status, r.status);
		}
		const pattern = this.pattern(path);
		if (pattern && this.doc.paths[pattern][method.toLowerCase()] && r.status !== 304) {
			this.validate(pattern, method, r);
			if (r.status < 400)
				this.used.add(`${method} ${pattern}`);
		}
		return r;
	}

	// Fails when some operation was never answered with success.
	done()
	{
		const all = Object.entries(this.doc.paths)
		    .flatMap(([p, ops]) => Object.keys(ops).map((m) => `${m.toUpperCase()} ${p}`));
		// an orphan needs a device that goes away, a picture one that has a lens: they have tests of their own
		const elsewhere = ['DELETE /api/v1/entities/{entity_id}', 'DELETE /api/v1/devices/{id}',
		    'GET /api/v1/entities/{entity_id}/image'];
		const left = all.filter((o) => !this.used.has(o) && !elsewhere.includes(o));
		assert.deepEqual(left, process.env.SETUP_CODE ? [] :
		    ['POST /api/v1/setup', 'POST /api/v1/auth/login']);
	}
}
