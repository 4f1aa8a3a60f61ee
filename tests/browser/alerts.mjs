// SPDX-License-Identifier: ISC
// An alert rule is written, tried, raised, acknowledged and removed; a channel is tested.
import {
	api, check, checkAccess, checkWidth, entities, house, publish, run, signIn, thermometer, until,
} from './browser.mjs';

const WINDOWS = [{ width: 1280, height: 800 }, { width: 390, height: 844, dark: true }];

const freezer = thermometer('Freezer');

const dialog = (page) => page.getByRole('dialog');

const field = (page, label) => dialog(page).getByLabel(label, { exact: true });

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** For those who want to look at it themselves. */
async function shot(page, name) {
	if (process.env.SHOTS) {
		await page.screenshot({ path: `${process.env.SHOTS}/${name}_${page.viewportSize().width}.png`,
			fullPage: true });
	}
}

async function enter({ page }) {
	freezer.set(-18);
	await page.goto(`${house.url}/`);
	await page.getByRole('link', { name: 'Alerts', exact: true }).click();
	await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor();
	await page.getByText('No alert is active.').waitFor();
	await checkAccess(page, 'no alerts');
	await checkWidth(page, 'no alerts');
}

/** The house says which field is wrong. */
async function write({ page, complaints }) {
	await press(page, 'New rule');
	await field(page, 'Name').first().fill('Freezer warm');
	await dialog(page).getByRole('combobox', { name: 'Severity' }).selectOption('critical');
	await field(page, 'Entity of value').fill('sensor.frezer_temperature');
	await field(page, 'Raised when').fill('value > -10');
	await field(page, 'Over when it came back by (percent)').fill('20');
	await field(page, 'Message').fill('It is {{ value }} degrees in the freezer');
	await dialog(page).getByText('log', { exact: true }).click();
	await press(page, 'Save');
	await dialog(page).getByText(/did you mean "sensor.freezer_temperature"/).waitFor();
	complaints.length = 0;	// of the browser, about the refusal
	await field(page, 'Entity of value').fill(freezer.entityId);
	await press(page, 'Try it');
	await dialog(page).getByText('It would not be raised now.').waitFor();
	await checkAccess(page, 'the form');
	await checkWidth(page, 'the form');
	await shot(page, 'alert_form');
	await press(page, 'Save');
	await dialog(page).waitFor({ state: 'detached' });
	await page.getByRole('heading', { level: 3, name: 'Freezer warm' }).waitFor();
	const { rules } = await api('GET', '/api/v1/alerts/rules');
	check(rules.length === 1 && rules[0].hysteresis === 20 && rules[0].channels.join() === 'log' &&
	    rules[0].variables.value.entity_id === freezer.entityId, JSON.stringify(rules));
}

/** One that compares a text with a number can never fire: said before it is saved, and after. */
async function silent({ page, complaints }) {
	publish('homeassistant/sensor/browser_mood/config', JSON.stringify({ name: 'Mood', unique_id: 'browser_mood',
		state_topic: 'browser/mood' }));
	publish('browser/mood', 'calm');
	await until(async () => (await entities()).some((one) => one.state === 'calm'), 'the mood');
	const mood = (await entities()).find((one) => one.state === 'calm').entity_id;
	await press(page, 'New rule');
	await field(page, 'Name').first().fill('Never');
	await field(page, 'Entity of value').fill(mood);
	await field(page, 'Raised when').fill('value >');
	await press(page, 'Save');
	await dialog(page).getByText('Raised when: the expression ends too early').waitFor();
	complaints.length = 0;
	await field(page, 'Raised when').fill('value > 3');
	await press(page, 'Save');
	await dialog(page).getByText(/It cannot be said now: value is a text, not a number/).waitFor();
	await checkAccess(page, 'a rule that can never fire');
	await checkWidth(page, 'a rule that can never fire');
	await press(page, 'Save all the same');
	await dialog(page).waitFor({ state: 'detached' });
	const row = page.locator('.alert-rule', { hasText: 'Never' });
	await until(async () => {
		await page.reload();
		await row.waitFor();
		return await row.getByText(/cannot be judged, so nothing is raised or ended: value is a text/).count() === 1;
	}, 'the problem of the rule');
	await checkAccess(page, 'the problem of a rule');
	await checkWidth(page, 'the problem of a rule');
	await shot(page, 'alert_problem');
	await api('DELETE', '/api/v1/alerts/rules/never');
	await page.reload();
	await row.waitFor({ state: 'detached' });
}

/** It is on the screen when it happens, and in the navigation. */
async function raise({ page }) {
	freezer.set(-5);
	await page.locator('[data-list="active"]').getByRole('heading', { name: 'Freezer warm' }).waitFor();
	await page.locator('[data-list="active"]').getByText('It is -5 degrees in the freezer').waitFor();
	await until(async () => await page.locator('.places a[href="/alerts"] .badge').count() === 1, 'the badge');
	await checkAccess(page, 'an alert');
	await checkWidth(page, 'an alert');
	await shot(page, 'alert_active');
	await press(page, 'Acknowledge Freezer warm');
	await page.getByText('Acknowledged by token:test').waitFor();
	freezer.set(-11);
	await until(async () => (await api('GET', `/api/v1/entities/${freezer.entityId}`)).state === '-11', 'the report');
	check((await api('GET', '/api/v1/alerts/active')).alerts.length === 1, 'over within the margin');
	freezer.set(-18);
	await page.locator('[data-list="past"]').getByText(/Freezer warm/).first().waitFor();
	await page.getByText('No alert is active.').waitFor();
	await until(async () => await page.locator('.places a[href="/alerts"] .badge').count() === 0, 'no badge for nothing');
}

/** What happens while a page begins, behind its first answers and before it listens, is on it as soon as it is live. */
async function early({ page }) {
	let listen;
	const held = new Promise((resolve) => {
		listen = resolve;
	});
	await page.routeWebSocket(/\/ws$/, (socket) => {
		const server = socket.connectToServer();
		socket.onMessage((message) => held.then(() => server.send(message)));
	});
	await page.goto(`${house.url}/alerts`);
	await page.getByText('No alert is active.').waitFor();
	freezer.set(-5);
	await until(async () => (await api('GET', '/api/v1/alerts/active')).alerts.length === 1, 'the alert in the house');
	listen();
	await page.locator('[data-list="active"]').getByRole('heading', { name: 'Freezer warm' }).waitFor();
	freezer.set(-18);
	await page.getByText('No alert is active.').waitFor();
}

async function changeRule({ page }) {
	await press(page, 'Change Freezer warm');
	check(await field(page, 'Raised when').inputValue() === 'value > -10', 'the form of a rule');
	await field(page, 'For at least (seconds or HH:MM:SS)').fill('00:10:00');
	await press(page, 'Add a name');
	await dialog(page).getByLabel('Name', { exact: true }).last().fill('usual');
	await field(page, 'Entity of usual').fill(freezer.entityId);
	await field(page, 'What usual is').selectOption('hour');
	await press(page, 'Save');
	await dialog(page).waitFor({ state: 'detached' });
	const rule = await api('GET', '/api/v1/alerts/rules/freezer_warm');
	check(rule.for === '00:10:00' && rule.variables.usual.baseline === 'hour' && rule.message !== null,
	    JSON.stringify(rule));
	await page.getByRole('switch', { name: 'Freezer warm enabled' }).click();
	await until(async () => !(await api('GET', '/api/v1/alerts/rules/freezer_warm')).enabled, 'disabled');
}

async function testChannel({ page }) {
	await press(page, 'Test log');
	await page.getByText('log: it arrived.').waitFor();
	await page.getByText(/set SMTP_URL in the configuration/).waitFor();
	await shot(page, 'alert_page');
}

async function removeRule({ page }) {
	await press(page, 'Delete Freezer warm');
	await press(page, 'Press again to delete Freezer warm');
	await until(async () => (await api('GET', '/api/v1/alerts/rules')).rules.length === 0, 'removed');
	await page.getByText(/No rule says yet what is wrong/).waitFor();
}

for (const window of WINDOWS) {
	if (!process.exitCode) {
		await run(window, [['sign in', ({ context }) => signIn(context)], ['enter', enter], ['write', write],
			['silent', silent],
			['raise', raise], ['early', early], ['change', changeRule], ['test a channel', testChannel], ['remove', removeRule]]);
	}
}
