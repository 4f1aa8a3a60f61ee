// SPDX-License-Identifier: ISC
// What the browser tests share: Chromium, the house's interface and broker, waiting, looking.
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

export const house = {
	url: process.env.HOUSE_URL,
	code: process.env.HOUSE_CODE,
	token: process.env.HOUSE_TOKEN,
	brokerPort: process.env.HOUSE_BROKER,
};

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
	'--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Said when a page is left while the browser still fetches these; look.mjs installs it. */
const LEFT_EARLY = /from the Manifest: |^Manifest: /;

/** A browser window, that of somebody far away in ZONE; every complaint of a page is kept in `complaints`. */
export async function open({ width = 1280, height = 800, dark = false, zone } = {}) {
	const context = await chromium.launchPersistentContext(mkdtempSync(path.resolve('chromium-')), {
		executablePath: '/usr/bin/chromium', args: ARGUMENTS, viewport: { width, height },
		colorScheme: dark ? 'dark' : 'light', timezoneId: zone,
	});
	const complaints = [];
	const page = context.pages()[0];
	page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
	page.on('console', (message) => ['error', 'warning'].includes(message.type()) &&
	    !LEFT_EARLY.test(message.text()) && complaints.push(message.text()));
	page.setDefaultTimeout(30e3);
	return { context, page, complaints };
}

/** Puts the token where the dashboard keeps it, before any page is loaded. */
export async function signIn(context) {
	await context.addInitScript((token) => localStorage.setItem('consciousness.token', token),
	    house.token);
}

/** A request with the token of the test; throws unless it succeeds. */
export async function api(method, address, body) {
	const answer = await fetch(house.url + address, { method,
		headers: { Authorization: `Bearer ${house.token}`, 'Content-Type': 'application/json' },
		body: body && JSON.stringify(body) });
	const text = await answer.text();
	check(answer.ok, `${method} ${address}: ${answer.status} ${text}`);
	return text ? JSON.parse(text) : null;
}

export async function entities() {
	return (await api('GET', '/api/v1/entities?limit=200')).entities;
}

function send(topic, payload, ...options) {
	execFileSync('mosquitto_pub', ['-h', '127.0.0.1', '-p', house.brokerPort, '-q', '1', ...options,
		'-t', topic, '-m', typeof payload === 'string' ? payload : JSON.stringify(payload)]);
}

/** Publishes a retained message at the house's broker. */
export const publish = (topic, payload) => send(topic, payload, '-r');

/** Publishes one that the broker does not keep: something happens now. */
export const happen = (topic, payload) => send(topic, payload);

/** A thermometer that announces itself; set(value) makes it report. */
export function thermometer(name) {
	const id = name.toLowerCase().replaceAll(' ', '_');
	publish(`homeassistant/sensor/${id}/config`, {
		name: 'Temperature', unique_id: `${id}_temperature`, device_class: 'temperature',
		unit_of_measurement: '°C', state_class: 'measurement', state_topic: `browser/${id}`,
		device: { identifiers: [id], name, manufacturer: 'Browser', model: 'Test',
			suggested_area: 'Attic' },
		default_entity_id: `sensor.${id}_temperature`,
	});
	return { entityId: `sensor.${id}_temperature`,
		set: (value) => publish(`browser/${id}`, String(value)) };
}

/** Types TEXT into a picker and takes ID, or the first that has it. */
export async function pick(field, text, id) {
	await field.fill(text);
	if (id) {
		await field.page().locator(`[role="option"][data-value="${id}"]`).click();
	} else {
		await field.press('Enter');
	}
}

/** The rule on the page as JSON, with what it says of PARTS. */
export async function writeJson(page, parts) {
	await page.getByRole('button', { name: 'JSON', exact: true }).click();
	const text = page.getByLabel(/^The \w+ as JSON$/);
	await text.fill(JSON.stringify({ ...JSON.parse(await text.inputValue()), ...parts }, null, 1));
}

/** What the page has as JSON. */
export async function readJson(page) {
	await page.getByRole('button', { name: 'JSON', exact: true }).click();
	return JSON.parse(await page.getByLabel(/^The \w+ as JSON$/).inputValue());
}

export function check(truth, text) {
	if (!truth) {
		throw new Error(text);
	}
}

/** Until LOOK() is true; fails with TEXT after SECONDS. */
export async function until(look, text, seconds = 30) {
	const end = Date.now() + seconds * 1000;
	while (!(await look())) {
		check(Date.now() < end, `not within ${seconds} s: ${text}`);
		await new Promise((done) => setTimeout(done, 25));
	}
}

/** Whether colours and places have come to rest; what breathes for ever does not count. */
const isStill = () => document.getAnimations().every((one) => one.playState !== 'running' ||
    one.effect.getComputedTiming().endTime === Infinity);

/** How many changes of a colour or a place have begun since it was asked first. */
function begun() {
	if (!window.begunChanges) {
		window.begunChanges = { count: 0 };
		addEventListener('transitionrun', () => window.begunChanges.count++, true);
	}
	return window.begunChanges.count;
}

/** No finding of axe, while nothing is on its way to another colour. */
export async function checkAccess(page, name) {
	let found;
	await until(async () => {
		await until(() => page.evaluate(isStill), `${name}: the end of the transitions`);
		const before = await page.evaluate(begun);
		found = (await new AxeBuilder({ page }).analyze()).violations;
		return found.length === 0 || await page.evaluate(begun) === before;
	}, `${name}: a look at it without a transition`);
	check(found.length === 0, `${name}: ${JSON.stringify(found.map((one) =>
	    [one.id, one.impact, one.nodes[0].target, one.nodes[0].failureSummary]))}`);
}

/** No sideways scrolling. */
export async function checkWidth(page, name) {
	const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	check(over <= 0, `${name}: ${over} pixels wider than the window`);
}

/** Runs STEPS, [name, function] each, with one window; prints what passed. */
export async function run(options, steps) {
	const { context, page, complaints } = await open(options);
	let current = 'start';
	try {
		for (const [name, step] of steps) {
			current = name;
			await step({ context, page, complaints });
			console.log(`ok ${name}`);
		}
		check(complaints.length === 0, `the page complained: ${complaints.join('; ')}`);
	} catch (error) {
		await page.screenshot({ path: 'failed.png' }).catch(() => {});
		console.log(`failed: ${current} at ${page.url()}: ${error.stack}`);
		console.log(`complaints: ${complaints.join('; ')}`);
		process.exitCode = 1;
	} finally {
		await context.close();
	}
}
