// SPDX-License-Identifier: ISC
// Scenarios: run with one tap and what they are told, what they did, edit, reset, a new one that is stopped.
import { api, check, checkAccess, checkWidth, entities, house, run, signIn, until } from './browser.mjs';

const WINDOWS = [{ width: 1280, height: 800 }, { width: 390, height: 844, dark: true }];

const dialog = (page) => page.getByRole('dialog');

const lights = async () => (await entities()).filter((one) => one.domain === 'light');

const closed = (page) => dialog(page).waitFor({ state: 'detached' });

async function fromHome({ page }) {
	for (const { entity_id: id } of await lights()) {
		await api('POST', `/api/v1/entities/${id}/command`, { service: 'turn_off' });
	}
	await until(async () => (await lights()).every((one) => one.state === 'off'), 'all lights off');
	await page.goto(`${house.url}/`);
	await page.getByRole('navigation', { name: 'Scenarios' }).getByRole('button', { name: 'Party mode' }).click();
	await dialog(page).getByLabel(/^Guest count/).fill('12');
	await checkAccess(page, 'running a scenario');
	await checkWidth(page, 'running a scenario');
	await dialog(page).getByRole('button', { name: 'Run', exact: true }).click();
	await closed(page);
	await until(async () => (await lights()).every((one) => one.state === 'on'), 'all lights on');
	const thermostat = (await entities()).find((one) => one.domain === 'climate');
	await until(async () => (await api('GET', `/api/v1/entities/${thermostat.entity_id}`)).attributes.temperature === 19,
	    'a cooler room');
}

async function list({ page }) {
	await page.goto(`${house.url}/automations`);
	await page.getByRole('link', { name: 'Scenarios', exact: true }).click();
	await page.getByRole('heading', { level: 1, name: 'Scenarios' }).waitFor();
	const row = page.locator('.automation', { hasText: 'Party mode' });
	await row.getByText(/^Done/).waitFor();
	await checkAccess(page, 'scenarios');
	await checkWidth(page, 'scenarios');
}

async function edit({ page }) {
	await page.getByRole('button', { name: 'Edit Party mode' }).click();
	const text = dialog(page).getByLabel('The scenario as JSON');
	await text.fill((await text.inputValue()).replace('Party mode', 'Fiesta'));
	await dialog(page).getByRole('button', { name: 'Save' }).click();
	await closed(page);
	await page.getByRole('heading', { level: 2, name: 'Fiesta' }).waitFor();
	await page.getByRole('button', { name: 'Edit Fiesta' }).click();
	await checkAccess(page, 'editing a scenario');
	await dialog(page).getByRole('button', { name: 'Reset to how it came' }).click();
	await closed(page);
	await page.getByRole('heading', { level: 2, name: 'Party mode' }).waitFor();
}

async function addAndStop({ page, complaints }) {
	const [lamp] = await lights();
	await page.getByRole('button', { name: 'New', exact: true }).click();
	const text = dialog(page).getByLabel('The scenario as JSON');
	await text.fill('{"name": "Dark", "actions": [{"action": "light.turn_of"}]}');
	await dialog(page).getByRole('button', { name: 'Save' }).click();
	await dialog(page).getByRole('alert').waitFor();
	check(complaints.splice(0).every((one) => /422/.test(one)), 'complaints beside 422');
	await text.fill(JSON.stringify({ name: 'Dark', actions: [{ action: 'light.turn_off',
	    target: { entity_id: lamp.entity_id } }, { delay: 600 }] }));
	await dialog(page).getByRole('button', { name: 'Save' }).click();
	await closed(page);
	await page.getByRole('button', { name: 'Run Dark' }).click();
	await dialog(page).getByRole('button', { name: 'Run', exact: true }).click();
	await closed(page);
	const state = async () => (await api('GET', `/api/v1/entities/${lamp.entity_id}`)).state;
	await until(async () => await state() === 'off', 'the lamp off');
	await page.locator('.automation', { hasText: 'Dark' }).getByText(/^Runs since/).waitFor();
	await page.getByRole('button', { name: 'Stop Dark' }).click();
	await until(async () => await state() === 'on', 'the lamp on again');
	await page.locator('.automation', { hasText: 'Dark' }).getByText(/^Stopped/).waitFor();
	await api('DELETE', '/api/v1/scenarios/dark');
}

for (const options of WINDOWS) {
	await run(options, [['sign in', ({ context }) => signIn(context)], ['from the home page', fromHome],
		['the list', list], ['edit and reset', edit], ['a new one, stopped', addAndStop]]);
}
