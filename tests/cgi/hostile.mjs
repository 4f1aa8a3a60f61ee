// SPDX-License-Identifier: ISC
//
// Requests that nobody sends who means well, written to the socket byte by byte. Each must get an answer
// of the 400s, or nginx closes the connection; none may make the house answer 5xx or die.
//
//	node hostile.mjs URL TOKEN
import assert from 'node:assert/strict';
import net from 'node:net';

const [url, token] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const auth = `Authorization: Bearer ${token}`;

// The status of the answer to raw bytes; 0 when the connection was closed without one.
function send(bytes)
{
	return new Promise((resolve, reject) => {
		const socket = net.connect(Number(port), hostname);
		let got = Buffer.alloc(0);
		const end = () => {
			clearTimeout(impatience);
			const m = /^HTTP\/1\.[01] (\d{3})/.exec(got.toString('latin1'));
			resolve({ status: m ? Number(m[1]) : 0, text: got.toString('utf8') });
		};
		// whoever promises bytes and sends none is waited for: hang up then
		const impatience = setTimeout(() => socket.end(), 1500);
		socket.setTimeout(20000, () => {
			socket.destroy();
			reject(new Error(`no answer to ${bytes.slice(0, 200)}`));
		});
		socket.on('data', (d) => { got = Buffer.concat([got, d]); });
		socket.on('close', end);
		socket.on('error', () => {});
		socket.write(bytes);
	});
}

function request(line, headers = [], body = Buffer.alloc(0))
{
	const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
	const head = [line, 'Host: house', 'Connection: close', ...headers];
	if (bytes.length > 0 && !headers.some((h) => /^(content-length|transfer-encoding)/i.test(h)))
		head.push(`Content-Length: ${bytes.length}`);
	return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

const json = 'Content-Type: application/json';
const post = (body, path = '/api/v1/areas', ...more) =>
    request(`POST ${path} HTTP/1.1`, [auth, json, ...more], body);
const get = (path, ...more) => request(`GET ${path} HTTP/1.1`, [auth, ...more]);

const bodies = {
	'nothing but a brace': '{',
	'two values': '{"name":"a"}{"name":"b"}',
	'a trailing comma': '{"name":"a",}',
	'a comment': '{"name":"a"/*x*/}',
	'single quotes': "{'name':'a'}",
	'not a number': '{"name":NaN}',
	'a number too large': `{"name":1e999}`,
	'an integer too large': `{"name":${'9'.repeat(400)}}`,
	'a duplicate key': '{"name":"a","name":"b"}',
	'an array': '[{"name":"a"}]',
	'a scalar': '"name"',
	'null': 'null',
	'a wrong type': '{"name":7}',
	'an unknown field': '{"name":"a","__proto__":{}}',
	'a very long key': `{"${'k'.repeat(100000)}":1}`,
	'deep arrays': `{"name":${'['.repeat(5000)}${']'.repeat(5000)}}`,
	'deep objects': `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`,
	'many members': `{${Array.from({ length: 50000 }, (_, i) => `"k${i}":0`).join()}}`,
	'a text too long': `{"name":"${'x'.repeat(5000)}"}`,
	'a body too large': `{"name":"${'x'.repeat(2 << 20)}"}`,
	'bad UTF-8': Buffer.from([...Buffer.from('{"name":"'), 0xff, 0xfe, ...Buffer.from('"}')]),
	'an overlong form': Buffer.from([...Buffer.from('{"name":"'), 0xc0, 0xaf, ...Buffer.from('"}')]),
	'half a surrogate': '{"name":"\\ud800"}',
	'an escaped NUL': '{"name":"a\\u0000b"}',
	'a NUL byte': Buffer.from('{"name":"a\0b"}'),
	'a control character': '{"name":"a\nb"}',
	'a byte order mark': Buffer.from('\ufeff{"name":"a"}'),
	'UTF-16': Buffer.from('{"name":"a"}', 'utf16le'),
	'a zip': Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0]),
	'blanks alone': '   \n\t ',
};

const targets = [
	'/api/v1/devices/%00', '/api/v1/devices/a%2Fb', '/api/v1/devices/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
	'/api/v1/devices/%', '/api/v1/devices/%zz', '/api/v1/devices/%ff', '/api/v1/devices/%c0%af',
	'/api/v1/devices/', '/api/v1//devices', '/api/v1/devices/x/y/z', '/api/v1/../v1/nothing',
	`/api/v1/devices/${'a'.repeat(3000)}`, `/api/v1/entities/${'a'.repeat(300)}`,
	`/api${'/a'.repeat(400)}`, '/api/v2/devices', '/api/', '/api/v1', '/api/v1/devices;x=1',
	'/api/v1/commands/0', '/api/v1/commands/-1', '/api/v1/commands/1e3', '/api/v1/commands/99999999999999999999',
	'/api/v1/commands/0x1', '/api/v1/entities/%27%20OR%201=1',
	'/api/v1/devices?limit=0', '/api/v1/devices?limit=1001', '/api/v1/devices?limit=-1',
	'/api/v1/devices?limit=1e1x', '/api/v1/devices?limit=nan', '/api/v1/devices?limit=1&limit=2',
	'/api/v1/devices?colour=red', '/api/v1/devices?after=%ff', '/api/v1/devices?after=%00',
	'/api/v1/devices?after=%', '/api/v1/devices?=', '/api/v1/devices?status=online%00',
	`/api/v1/devices?after=${'a'.repeat(6000)}`, '/api/v1/events?since=-1', '/api/v1/events?kind=',
	'/api/v1/history?entity_id=sun.sun&from=9999999999999999999', '/api/v1/explain?event=x',
];

const heads = {
	'no token': request('GET /api/v1/devices HTTP/1.1'),
	'an empty token': request('GET /api/v1/devices HTTP/1.1', ['Authorization: Bearer ']),
	'another scheme': request('GET /api/v1/devices HTTP/1.1', ['Authorization: Basic YTpi']),
	'a long token': request('GET /api/v1/devices HTTP/1.1', [`Authorization: Bearer ${'x'.repeat(5000)}`]),
	'a token of bytes': request('GET /api/v1/devices HTTP/1.1', ['Authorization: Bearer \xff\xfe']),
	'an unknown method': request('BREW /api/v1/devices HTTP/1.1', [auth]),
	'a method that is not here': request('DELETE /api/v1/devices HTTP/1.1', [auth]),
	'another media type': request('POST /api/v1/areas HTTP/1.1', [auth, 'Content-Type: text/plain'],
	    '{"name":"a"}'),
	'a form': request('POST /api/v1/areas HTTP/1.1', [auth,
	    'Content-Type: application/x-www-form-urlencoded'], 'name=a'),
	'no media type': request('POST /api/v1/areas HTTP/1.1', [auth], '{"name":"a"}'),
	'a body nobody asked for': post('{"a":1}', '/api/v1/auth/logout'),
	'a length that is no number': post('{}', '/api/v1/areas', 'Content-Length: x'),
	'a negative length': post('{}', '/api/v1/areas', 'Content-Length: -2'),
	'two lengths': post('{}', '/api/v1/areas', 'Content-Length: 2', 'Content-Length: 3'),
	'an absurd length': post('{}', '/api/v1/areas', 'Content-Length: 99999999999999999999'),
	'a body that ends early': post('{', '/api/v1/areas', 'Content-Length: 100'),
	'chunks that are none': post('zz\r\n', '/api/v1/areas', 'Transfer-Encoding: chunked'),
	'a header without end': request('GET /api/v1/devices HTTP/1.1', [`X-Long: ${'x'.repeat(60000)}`]),
	'a folded header': request('GET /api/v1/devices HTTP/1.1', ['X-A: 1\r\n 2']),
	'a header with NUL': request('GET /api/v1/devices HTTP/1.1', ['X-A: 1\0 2']),
	'a key too long': post('{"name":"a"}', '/api/v1/areas', `Idempotency-Key: ${'k'.repeat(300)}`),
	'a key of bytes': post('{"name":"a"}', '/api/v1/areas', 'Idempotency-Key: \xc3\xa4'),
	'a tag that is none': request('PATCH /api/v1/areas/none HTTP/1.1', [auth, json, 'If-Match: "'], '{}'),
	'HTTP/0.9': Buffer.from('GET /api/v1/devices\r\n'),
	'HTTP/9': request('GET /api/v1/devices HTTP/9.9', [auth]),
	'no request at all': Buffer.from('\r\n\r\n\r\n'),
	'bytes': Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) & 255)),
	'TLS': Buffer.from('160301020001000001fc0303', 'hex'),
	'a preflight from anywhere': request('OPTIONS /api/v1/areas HTTP/1.1', ['Origin: http://evil.example',
	    'Access-Control-Request-Method: POST']),
};

// 501, 505: nginx does not know that transfer coding, that version
const may = (status) => status === 0 || status === 501 || status === 505 ||
    (status >= 400 && status < 500);
const samples = [
	...Object.entries(bodies).map(([what, b]) => [`a body with ${what}`, post(b)]),
	...Object.entries(bodies).map(([what, b]) => [`a rule with ${what}`, post(b, '/api/v1/automations')]),
	...targets.map((t) => [t.slice(0, 80), get(t)]),
	...Object.entries(heads),
];
let problems = 0;
for (const [what, bytes] of samples) {
	const r = await send(bytes);
	if (!may(r.status)) {
		console.error(`${what}: ${r.status} ${r.text.slice(-300)}`);
		problems++;
	}
}
// nginx takes this for a page of the dashboard; it must not be a file of the machine
assert.ok(!/root:/.test((await send(get('/api/v1/devices/../../../../../../etc/passwd'))).text));
// what was echoed must not break out of a header
const split = await send(get('/api/v1/devices', 'X-Request-Id: a%0d%0aSet-Cookie:x', 'Origin: http://evil.example'));
assert.equal(split.status, 200);
assert.ok(!/set-cookie|access-control-allow-origin/i.test(split.text));
assert.match((await send(get('/api/v1/devices', 'X-Request-Id: given-1'))).text, /x-request-id: given-1\r/i);
// and the house is still there, with nothing stored
const left = JSON.parse((await send(get('/api/v1/areas'))).text.split('\r\n\r\n')[1]).areas;
assert.deepEqual(left.filter((a) => ['a', 'b'].includes(a.name)), []);
console.log(`${samples.length} hostile requests, ${problems} of them answered wrongly`);
process.exit(problems === 0 ? 0 : 1);
