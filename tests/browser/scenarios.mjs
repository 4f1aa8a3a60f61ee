// SPDX-License-Identifier: ISC
// Scenarios: run with one tap, or told more, what they did, edit, reset, a new one that is stopped.
import { api, check, checkAccess, checkWidth, entities, house, pick, run, signIn, until } from './browser.mjs';

const WINDOWS = [{ width: 1280, height: 800 }, { width: 390, height: 844, dark: true }];

const shots = process.env.EDITOR_SHOTS;

const shoot = (page, name) => shots && page.screenshot({ fullPage: true,
	path: `${shots}/scenario-${name}-${page.viewportSize().width}.png` });

const dialog = (page) => page.getByRole('dialog');

const lights = async () => (await entities()).filter((one) => one.domain === 'light');

const closed = (page) => dialog(page).waitFor({ state: 'detached' });

/** With one tap, and back from the message that says so. */
async function oneTap({ page }) {
	await darken();
	await page.goto(`${house.url}/`);
	await page.getByRole('navigation', { name: 'Scenarios' }).getByRole('button', { name: 'Party mode' }).click();
	await until(async () => (await lights()).every((one) => one.state === 'on'), 'all lights on');
	await page.locator('.toast', { hasText: 'Party mode: started.' }).getByRole('button', { name: 'Undo' }).click();
	await checkAccess(page, 'a scenario that was taken back');
	await checkWidth(page, 'a scenario that was taken back');
	await until(async () => (await lights()).every((one) => one.state === 'off'), 'all lights off again');
}

async function darken() {
	for (const { entity_id: id } of await lights()) {
		await api('POST', `/api/v1/entities/${id}/command`, { service: 'turn_off' });
	}
	await until(async () => (await lights()).every((one) => one.state === 'off'), 'all lights off');
}

async function toldMore({ page }) {
	await darken();
	await page.goto(`${house.url}/scenarios`);
	await press(page, 'Say how Party mode runs');
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

const json = (page) => page.getByLabel('The scenario as JSON');

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** What the run made of the house is taken back where its runs are listed. */
async function undo({ page }) {
	await page.getByRole('link', { name: 'Edit Party mode' }).click();
	const done = page.getByRole('region', { name: 'Runs' }).locator('[data-status=done]').first();
	await done.getByRole('button', { name: 'Undo: the run' }).click();
	await page.getByText(/^Undone: /).waitFor();
	await until(async () => (await lights()).some((one) => one.state === 'off'), 'lights off again');
	await checkAccess(page, 'the runs of a scenario');
	await checkWidth(page, 'the runs of a scenario');
	await shoot(page, 'runs');
	await page.goBack();
}

async function edit({ page }) {
	await page.getByRole('link', { name: 'Edit Party mode' }).click();
	const title = page.getByLabel('Name', { exact: true }).first();
	await title.fill('Fiesta');
	await press(page, 'JSON');
	const text = await json(page).inputValue();
	check(JSON.parse(text).name === 'Fiesta', 'the form and the JSON are one');
	await json(page).fill(text.slice(1));
	await page.getByText('This is not valid JSON').waitFor();
	await press(page, 'Form');
	await json(page).fill(text.replace('How many come', 'Heads'));
	await press(page, 'Form');
	const meaning = page.getByLabel('What it means', { exact: true }).first();
	check(await meaning.inputValue() === 'Heads', 'the JSON and the form are one');
	await press(page, 'Save');
	await page.getByRole('heading', { level: 2, name: 'Fiesta' }).waitFor();
	const saved = await api('GET', '/api/v1/scenarios/party-mode');
	check(saved.parameters.guest_count.description === 'Heads' && saved.actions.length === 3 &&
	    Object.keys(saved.variables).length === 3, JSON.stringify(saved));
	await page.getByRole('link', { name: 'Edit Fiesta' }).click();
	await title.waitFor();
	// templates are tried with what a run is told when nothing is said
	await page.getByText('Says now: False').waitFor();
	await checkAccess(page, 'editing a scenario');
	await checkWidth(page, 'editing a scenario');
	await shoot(page, 'edit');
	await press(page, 'Reset to how it came');
	await page.getByRole('heading', { level: 2, name: 'Party mode' }).waitFor();
}

const section = (page, title) => page.getByRole('group', { name: title, exact: true });

async function add(page, title, kind) {
	const menu = page.locator('details.add-part', { has: page.getByLabel(`Add to ${title}`, { exact: true }) });
	await menu.locator('summary').click();
	await menu.getByRole('button', { name: kind }).click();
}

/** A parameter is told to the brightness of the lamp; then it waits. */
async function build(page, lamp) {
	await page.getByRole('link', { name: 'New', exact: true }).click();
	await page.getByLabel('Name', { exact: true }).fill('Dim');
	await press(page, 'Add a parameter');
	const parameter = section(page, 'Parameters');
	await parameter.getByLabel('Name', { exact: true }).fill('percent');
	await parameter.getByLabel('At least', { exact: true }).fill('1');
	await parameter.getByLabel('At most', { exact: true }).fill('100');
	await parameter.getByLabel('When nothing is said', { exact: true }).fill('200');
	await parameter.getByText('must be at most 100').waitFor();
	await parameter.getByLabel('When nothing is said', { exact: true }).fill('40');
	await add(page, 'Then', 'Control devices');
	const then = section(page, 'Then');
	await pick(then.getByLabel('Which', { exact: true }), lamp.entity_id, lamp.entity_id);
	await pick(then.getByLabel('Add a setting', { exact: true }), 'brightness_pct');
	await press(page, 'JSON');
	const text = await json(page).inputValue();
	await json(page).fill(text.replace(/"brightness_pct": \d+/, '"brightness_pct": "{{ percent }}"'));
	await press(page, 'Form');
	await add(page, 'Then', 'Wait a while');
	await then.getByLabel('Delay, minutes').fill('10');
	await then.getByLabel('Delay, minutes').blur();
	await until(async () => await page.locator('.field-error').count() === 0, 'nothing is wrong');
	await checkAccess(page, 'a new scenario');
	await checkWidth(page, 'a new scenario');
	await shoot(page, 'new');
	await press(page, 'Save');
	await page.getByRole('heading', { level: 2, name: 'Dim' }).waitFor();
}

async function addAndStop({ page }) {
	const lamp = (await lights()).find((one) => one.capabilities.supported_color_modes?.includes('color_temp'));
	const command = (service) => api('POST', `/api/v1/entities/${lamp.entity_id}/command`, { service });
	const now = () => api('GET', `/api/v1/entities/${lamp.entity_id}`);
	await command('turn_off');
	await until(async () => (await now()).state === 'off', 'the lamp off');
	await build(page, lamp);
	await press(page, 'Say how Dim runs');
	await dialog(page).getByLabel('Percent').fill('60');
	await press(dialog(page), 'Run');
	await closed(page);
	await until(async () => Math.abs((await now()).attributes.brightness - 153) <= 1, 'the lamp dimmed');
	await page.locator('.automation', { hasText: 'Dim' }).getByText(/^Runs since/).waitFor();
	await press(page, 'Stop Dim');
	await until(async () => (await now()).state === 'off', 'the lamp off again');
	await page.locator('.automation', { hasText: 'Dim' }).getByText(/^Stopped/).waitFor();
	await page.getByRole('link', { name: 'Edit Dim' }).click();
	await press(page, 'Delete');
	await press(page, 'Press again to delete');
	await page.getByRole('heading', { level: 1, name: 'Scenarios' }).waitFor();
	await until(async () => await page.getByRole('heading', { level: 2, name: 'Dim' }).count() === 0, 'it is gone');
}

/** The page of a run that failed says what is again what it was, and what is not. */
async function failed({ page }) {
	const lamp = (await lights())[0];
	const lock = (await entities()).find((one) => one.domain === 'lock');
	const target = (one) => ({ entity_id: one.entity_id });
	const now = async (one) => (await api('GET', `/api/v1/entities/${one.entity_id}`)).state;
	const be = async (one, service, state) => {
		await api('POST', `/api/v1/entities/${one.entity_id}/command`, { service });
		await until(async () => await now(one) === state, `${one.entity_id} ${state}`);
	};
	await be(lamp, 'turn_off', 'off');
	await be(lock, 'unlock', 'unlocked');
	await api('POST', '/api/v1/scenarios', { name: 'Breaks', actions: [{ action: 'light.turn_on', target: target(lamp) },
		{ action: 'lock.lock', target: target(lock) }, { wait_template: `{{ is_state("${lamp.entity_id}", "on") and
			is_state("${lock.entity_id}", "locked") }}` }, { stop: 'broken', error: true }] });
	await api('POST', '/api/v1/scenarios/breaks/run', {});
	await page.goto(`${house.url}/scenarios/breaks`);
	const done = page.getByRole('region', { name: 'Runs' }).locator('[data-status=failed]').first();
	await done.getByText('Details').click();
	await done.getByText(/^Taken back:/).waitFor();
	await done.getByText('Not as before:').waitFor();
	check((await done.locator('.run-back').innerText()).match(/lock/i), 'the lock is named');
	await checkAccess(page, 'a run that failed');
	await checkWidth(page, 'a run that failed');
	await shoot(page, 'failed');
	await api('DELETE', '/api/v1/scenarios/breaks');
}

// the rules of the demo switch lights too
for (const { id } of (await api('GET', '/api/v1/automations')).automations) {
	await api('PATCH', `/api/v1/automations/${id}`, { enabled: false });
}

for (const options of WINDOWS) {
	await run(options, [['sign in', ({ context }) => signIn(context)], ['one tap', oneTap], ['told more', toldMore],
		['the list', list], ['undo', undo], ['edit and reset', edit], ['a new one, stopped', addAndStop],
		['a failed one', failed]]);
}
