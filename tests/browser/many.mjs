// SPDX-License-Identifier: ISC
// A house of more than a thousand tiles: all of them can be reached, and a report draws its own tile
// again and no other.
import { api, check, checkWidth, house, publish, run, signIn, until } from './browser.mjs';

const DEVICES = 120;
const ROOMS = 24;
const FLOORS = ['Cellar', 'Ground floor', 'First floor', 'Attic'];

/** What each device has: [component, key, more of its announcement, its first value]. */
const PARTS = [
	['light', 'lamp', { command_topic: 'many/told', state_value_template: '{{ value_json.lamp }}' }, 'OFF'],
	['switch', 'plug', { command_topic: 'many/told' }, 'ON'],
	['sensor', 'temperature', { device_class: 'temperature', unit_of_measurement: '°C' }, 20.5],
	['sensor', 'humidity', { device_class: 'humidity', unit_of_measurement: '%' }, 45],
	['sensor', 'illuminance', { device_class: 'illuminance', unit_of_measurement: 'lx' }, 300],
	['sensor', 'power', { device_class: 'power', unit_of_measurement: 'W' }, 12.5],
	['sensor', 'energy', { device_class: 'energy', unit_of_measurement: 'kWh' }, 99.5],
	['binary_sensor', 'motion', { device_class: 'motion' }, 'OFF'],
	['binary_sensor', 'door', { device_class: 'door' }, 'ON'],
];

const firstValues = Object.fromEntries(PARTS.map(([, key, , value]) => [key, value]));

function report(n, values) {
	publish(`many/${n}`, { ...firstValues, ...values });
}

function announce(n) {
	const components = PARTS.map(([platform, key, more]) => [key, { platform, unique_id: `many_${n}_${key}`,
		default_entity_id: `${platform}.many_${n}_${key}`, name: key, state_topic: `many/${n}`,
		value_template: `{{ value_json.${key} }}`, ...more }]);
	publish(`homeassistant/device/many_${n}/config`, { device: { identifiers: [`many_${n}`],
		name: `Device ${n}`, suggested_area: `Room ${n % ROOMS}` }, origin: { name: 'browser' },
	components: Object.fromEntries(components) });
	report(n, {});
}

async function seed() {
	for (const [level, name] of FLOORS.entries()) {
		await api('POST', '/api/v1/floors', { name, level: level - 1 });
	}
	for (let room = 0; room < ROOMS; room++) {
		await api('POST', '/api/v1/areas', { name: `Room ${room}`,
			floor: FLOORS[room % (FLOORS.length + 1)] });
	}
	for (let n = 0; n < DEVICES; n++) {
		announce(n);
	}
	const last = `/api/v1/entities/sensor.many_${DEVICES - 1}_energy`;
	await until(async () => (await api('GET', last).catch(() => null))?.state, 'the last of them');
}

const tile = (page, n, key) => page.locator(`[data-entity="sensor.many_${n}_${key}"]`);

/**
 * Before any page: what redraws by the clock is left out, and the numbers that are put into words are
 * counted, as each drawing of a measured value does that.
 */
async function prepare({ context }) {
	await signIn(context);
	await context.addInitScript(() => {
		const { setInterval: every } = window;
		window.setInterval = (fn, ms, ...rest) => (ms < 5000 ? every(fn, ms, ...rest) : 0);
		const format = Object.getOwnPropertyDescriptor(Intl.NumberFormat.prototype, 'format');
		window.formatted = 0;
		Object.defineProperty(Intl.NumberFormat.prototype, 'format', { get() {
			window.formatted++;
			return format.get.call(this);
		} });
	});
}

async function allThere({ page }) {
	await page.goto(`${house.url}/`);
	const tiles = page.locator('.rooms [data-entity] .reading-value, .rooms .card[data-entity], .control-line');
	await until(async () => await tiles.count() === DEVICES * PARTS.length, 'all tiles');
	check(await page.locator('[data-waiting]').count() === 0, 'an empty card is left');
	await page.locator('.live-mark[data-live="true"]').waitFor();
	await checkWidth(page, 'a large house');
}

async function byFloor({ page }) {
	const heads = await page.locator('.floor-name').allTextContents();
	check(String(heads) === String([...FLOORS, 'Other rooms']), `the floors: ${heads}`);
	const rooms = await page.locator('.floor').nth(0).locator('.room-name').allTextContents();
	check(rooms.length === 5 && rooms.includes('Room 5'), `the cellar: ${rooms}`);
}

/** Notes in window.touched what of the page changes; returns the number of formatted values. */
const watchPage = (page) => page.evaluate(() => {
	window.touched = [];
	window.watcher?.disconnect();
	window.watcher = new MutationObserver((records) => window.touched.push(...records.map(({ target }) =>
	    (target.closest ? target : target.parentElement).closest('[data-entity]')?.dataset.entity)));
	window.watcher.observe(document.getElementById('content'),
	    { subtree: true, childList: true, characterData: true, attributes: true });
	return window.formatted;
});

/** The last card of the page, far below the window. */
async function oneOnly({ page }) {
	const n = await page.locator('.card').last().locator('[data-entity$="_energy"]')
	    .getAttribute('data-entity').then((id) => Number(id.match(/\d+/)[0]));
	const before = await watchPage(page);
	report(n, { energy: 77.25 });
	await until(async () => /77.25/.test(await tile(page, n, 'energy').textContent()), 'the report');
	const { touched, formatted } = await page.evaluate(() => ({ touched: window.touched,
		formatted: window.formatted }));
	check(touched.every((id) => id === `sensor.many_${n}_energy`), `also changed: ${touched}`);
	check(formatted - before <= 3, `${formatted - before} values were drawn for one report`);
}

async function farControl({ page }) {
	const control = page.getByRole('switch').last();
	const name = await control.getAttribute('aria-label');
	await control.click();
	await until(async () => (await api('GET', '/api/v1/events?kind=command&limit=5')).events.length > 0,
	    `the command to ${name}`);
	check(await control.evaluate((node) => node.getBoundingClientRect().top < innerHeight), 'out of sight');
}

/** A name that changes is on every tile, also on those that had no report. */
async function renamed({ page }) {
	await api('PATCH', '/api/v1/devices/device_7', { name: 'Seventh' });
	await page.getByRole('heading', { name: 'Seventh' }).waitFor();
}

await run({}, [['seed', seed], ['sign in', prepare], ['all tiles', allThere], ['by floor', byFloor],
	['one report, one tile', oneOnly], ['a control at the end', farControl], ['a new name', renamed]]);
await run({ width: 390, height: 844 }, [['sign in', prepare], ['all tiles on a phone', allThere]]);
