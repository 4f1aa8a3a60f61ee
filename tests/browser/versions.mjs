// SPDX-License-Identifier: ISC
// What people changed of rooms, floors, devices, entities, scenarios, alert rules and labels, and the way back.
import { api, check, checkAccess, checkWidth, entities, house, run, signIn, until } from './browser.mjs';

const WINDOWS = [{ width: 1280, height: 800 }, { width: 390, height: 844, dark: true }];

const dialog = (page) => page.getByRole('dialog');

const press = (page, name) => page.getByRole('button', { name }).click();

/** What was changed from the name BEFORE to AFTER is shown where VIEW is, and taken back there. */
async function takeBack({ page }, what, path, [before, after]) {
	const list = page.locator('details', { has: page.locator('summary', { hasText: /^Versions$/ }) });
	await list.locator('summary', { hasText: /^Versions$/ }).click();
	const rows = list.locator('li[data-version]');
	await rows.nth(1).waitFor();
	check(/Changed name/.test(await rows.first().textContent()), `${what}: ${await rows.first().textContent()}`);
	await rows.first().getByText('What changed').click();
	await rows.first().locator('.steps li').first().waitFor();
	const step = await rows.first().locator('.steps').textContent();
	check(step.includes(after), `${what}: ${step}`);
	await checkAccess(page, `versions of ${what}`);
	await checkWidth(page, `versions of ${what}`);
	await rows.nth(1).getByRole('button', { name: /^Restore version/ }).click();
	await dialog(page).last().getByLabel('Why (may be empty)').fill('a test');
	await checkAccess(page, `restoring ${what}`);
	await dialog(page).last().getByRole('button', { name: 'Restore', exact: true }).click();
	await until(async () => (await api('GET', path)).name === before, `${what} is ${before} again`);
}

/** Opens the page and presses what leads to the versions. */
async function open(page, address, button) {
	await page.goto(house.url + address);
	await page.getByRole('heading', { level: 1 }).waitFor();
	if (button) {
		await press(page, button);
		await dialog(page).waitFor();
	}
}

async function renamed(view, what, path, address, button) {
	const { name } = await api('GET', path);
	await api('PATCH', path, { name: 'Another name' });
	await open(view.page, address, button && `${button} Another name`);
	await takeBack(view, what, path, [name, 'Another name']);
	// it reads again what it shows, which the test takes away
	await open(view.page, '/nowhere');
}

async function places(view) {
	await api('POST', '/api/v1/floors', { name: 'Attic floor' });
	const { id } = (await api('GET', '/api/v1/areas')).areas[0];
	await renamed(view, 'a room', `/api/v1/areas/${id}`, '/floors', 'Change');
	await renamed(view, 'a floor', '/api/v1/floors/attic_floor', '/floors', 'Change');
	const before = (await api('GET', `/api/v1/areas/${id}`)).floor_id;
	await api('PATCH', `/api/v1/areas/${id}`, { floor_id: 'attic_floor' });
	await api('DELETE', '/api/v1/floors/attic_floor');
	await open(view.page, '/floors');
	await view.page.getByText('Deleted', { exact: true }).click();
	const gone = view.page.locator('li').filter({ has: view.page.getByRole('button', { name: 'Restore Attic floor' }) });
	await gone.getByText('What is gone').click();
	await gone.locator('li').filter({ hasText: 'areas:' }).getByText(`["${id}"]`).waitFor();
	await checkWidth(view.page, 'what was on a floor');
	await press(view.page, 'Restore Attic floor');
	await dialog(view.page).getByRole('button', { name: 'Restore', exact: true }).click();
	await view.page.getByRole('heading', { level: 2, name: 'Attic floor', exact: true }).waitFor();
	await until(async () => (await api('GET', `/api/v1/areas/${id}`)).floor_id === 'attic_floor', 'the room is on it again');
	await api('PATCH', `/api/v1/areas/${id}`, { floor_id: before });
	await api('DELETE', '/api/v1/floors/attic_floor');
}

async function things(view) {
	const light = (await entities()).find((one) => one.domain === 'light' && !one.category);
	await renamed(view, 'a device', `/api/v1/devices/${light.device_id}`, `/devices/${light.device_id}`);
	await renamed(view, 'an entity', `/api/v1/entities/${light.entity_id}`, `/entities/${light.entity_id}`);
}

async function rules(view) {
	const party = (await api('GET', '/api/v1/scenarios')).scenarios.find((one) => one.name === 'Party mode');
	await renamed(view, 'a scenario', `/api/v1/scenarios/${party.id}`, `/scenarios/${party.id}`);
	const { id } = await api('POST', '/api/v1/alerts/rules', { name: 'Warm', severity: 'info', expression: 'v > 90',
		variables: { v: { entity_id: (await entities()).find((one) => one.domain === 'sensor').entity_id } } });
	await renamed(view, 'an alert rule', `/api/v1/alerts/rules/${id}`, '/alerts', 'Change');
	await api('DELETE', `/api/v1/alerts/rules/${id}`);
	await api('POST', '/api/v1/labels', { name: 'Summer' });
	await renamed(view, 'a label', '/api/v1/labels/summer', '/labels', 'Change');
	await api('DELETE', '/api/v1/labels/summer');
}

/** A scenario that ran and was renamed. */
async function ran() {
	const { id } = await api('POST', '/api/v1/scenarios', { name: 'Press', mode: 'parallel', max: 5, actions: [{ event: 'pressed' }] });
	const path = `/api/v1/scenarios/${id}`;
	for (let i = 0; i < 5; i++) {
		await api('POST', `${path}/run`);
	}
	await until(async () => (await api('GET', `${path}/runs`)).runs.filter((one) => one.status === 'done').length >= 5,
	    'five runs');
	return path;
}

/** Until everything else on the page has come. */
async function settled(element) {
	let before;
	await until(async () => {
		const last = before;
		before = (await element.boundingBox())?.y;
		await new Promise((done) => setTimeout(done, 250));
		return before !== undefined && before === last;
	}, 'the page has come to rest');
}

/** What the house answers between a press and its release moves nothing away under the finger. */
async function pressed({ page }) {
	const path = await ran();
	const runs = new RegExp(`${path}/runs`);
	let answer;
	const held = new Promise((resolve) => {
		answer = resolve;
	});
	await page.route(runs, (route) => held.then(() => route.continue()));
	await open(page, path.replace('/api/v1', ''));
	const list = page.locator('details.panel', { has: page.locator('summary', { hasText: /^Versions$/ }) });
	await settled(list);
	await list.locator('summary').hover();
	await page.mouse.down();
	const { y } = await list.boundingBox();
	const answered = page.waitForResponse(runs);
	answer();
	await (await answered).finished();
	await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
	check((await list.boundingBox()).y === y, 'it stays where it is pressed');
	await page.mouse.up();
	await until(() => list.evaluate((details) => details.open), 'the press counts');
	await page.locator('li[data-status="done"]').first().waitFor();
	await page.unroute(runs);
	await open(page, '/nowhere');
	await api('DELETE', path);
}

for (const options of WINDOWS) {
	const at = `at ${options.width}`;
	await run(options, [['sign in', ({ context }) => signIn(context)], [`a press ${at}`, pressed], [`rooms and floors ${at}`, places],
		[`devices and entities ${at}`, things], [`scenarios, alert rules, labels ${at}`, rules]]);
}
