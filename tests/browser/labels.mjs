// SPDX-License-Identifier: ISC
// Labels: made where they are put on something, found by, coloured, renamed, deleted and brought back.
import { api, check, checkAccess, checkWidth, entities, house, run, signIn, until } from './browser.mjs';

const WINDOWS = [{ width: 1280, height: 800 }, { width: 390, height: 844, dark: true }];

const dialog = (page) => page.getByRole('dialog');

const closed = (page) => dialog(page).waitFor({ state: 'detached' });

const open = async (page, address) => {
	await page.goto(house.url + address);
	await page.getByRole('heading', { level: 1 }).waitFor();
	await page.locator('.placeholder').waitFor({ state: 'detached' });
};

const labelled = async (path) => (await api('GET', path)).labels;

const about = {};

async function onDevice({ page }) {
	const light = (await entities()).find((one) => one.domain === 'light' && !one.category);
	Object.assign(about, { device: light.device_id, entity: light.entity_id, room: light.area_id });
	await open(page, `/devices/${about.device}`);
	await page.getByLabel('New label').fill('Winter');
	await page.keyboard.press('Enter');
	const box = page.getByRole('checkbox', { name: 'Winter' });
	await box.and(page.locator(':checked')).waitFor();
	await page.getByLabel('New label').fill('Night');
	await page.getByRole('button', { name: 'Add label' }).click();
	await page.getByRole('checkbox', { name: 'Night', checked: true }).uncheck();
	await checkAccess(page, 'labels of a device');
	await checkWidth(page, 'labels of a device');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await until(async () => String(await labelled(`/api/v1/devices/${about.device}`)) === 'winter',
	    'the label of the device');
}

async function onEntityAndRoom({ page }) {
	await open(page, `/entities/${about.entity}`);
	await page.getByRole('checkbox', { name: 'Night' }).check();
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await until(async () => String(await labelled(`/api/v1/entities/${about.entity}`)) === 'night',
	    'the label of the entity');
	const room = (await api('GET', `/api/v1/areas/${about.room}`)).name;
	await open(page, '/floors');
	await page.getByRole('button', { name: `Change ${room}` }).click();
	await dialog(page).getByRole('checkbox', { name: 'Winter' }).check();
	await checkAccess(page, 'labels of a room');
	await checkWidth(page, 'labels of a room');
	await dialog(page).getByRole('button', { name: 'Save' }).click();
	await closed(page);
	check(String(await labelled(`/api/v1/areas/${about.room}`)) === 'winter', 'the label of the room');
}

async function filter({ page }) {
	await open(page, '/devices');
	const rows = page.locator('.rows .row');
	const all = await rows.count();
	await page.getByLabel('Label', { exact: true }).selectOption({ label: 'Night' });
	await until(async () => await rows.count() === 1, 'the one device with it');
	await page.getByLabel('Label', { exact: true }).selectOption({ label: 'Winter' });
	const { devices } = await api('GET', '/api/v1/devices?limit=100');
	const inRoom = devices.filter((one) => one.area_id === about.room).length;
	await until(async () => await rows.count() === inRoom, 'the devices of the room');
	check(inRoom > 1 && inRoom < all, `${inRoom} of ${all}`);
	await checkAccess(page, 'devices by label');
	await checkWidth(page, 'devices by label');
}

async function change({ page }) {
	await api('POST', '/api/v1/automations', { name: 'Lamps out', triggers: [{ trigger: 'time', at: '01:00:00' }],
		actions: [{ if: [{ condition: 'time', after: '00:00:00' }],
			then: [{ action: 'light.turn_off', target: { label_id: ['winter'] } }] }] });
	await api('POST', '/api/v1/scenarios', { name: 'Cold night', actions: [{ action: 'light.turn_off',
		target: { label_id: 'winter' } }] });
	await page.getByRole('link', { name: 'Labels' }).click();
	await page.getByRole('heading', { level: 1, name: 'Labels' }).waitFor();
	const row = page.locator('[data-label="winter"]');
	await row.getByText('Where used').click();
	await row.getByRole('link', { name: 'Lamps out' }).waitFor();
	await row.getByRole('link', { name: 'Cold night' }).waitFor();
	await until(async () => await row.locator('details li').count() === 4, 'room, device, automation and scenario');
	await checkAccess(page, 'labels');
	await checkWidth(page, 'labels');
	await page.getByRole('button', { name: 'Change Winter' }).click();
	await dialog(page).getByLabel('Name').fill('Cold days');
	await dialog(page).getByLabel('Colour', { exact: true }).fill('#3366cc');
	await checkAccess(page, 'changing a label');
	await checkWidth(page, 'changing a label');
	await dialog(page).getByRole('button', { name: 'Save' }).click();
	await closed(page);
	await row.getByRole('heading', { name: 'Cold days' }).waitFor();
	check((await api('GET', '/api/v1/labels/winter')).color === '#3366cc', 'the colour');
	const shown = await row.locator('.label-dot').evaluate((dot) => getComputedStyle(dot).backgroundColor);
	check(shown === 'rgb(51, 102, 204)', `the colour is ${shown}`);
}

async function removeAndRestore({ page }) {
	await page.getByRole('button', { name: 'Delete Cold days' }).click();
	const note = page.locator('[data-label="winter"] .used-note');
	await note.getByRole('link', { name: 'Lamps out' }).waitFor();
	await note.getByRole('link', { name: 'Cold night' }).waitFor();
	await checkAccess(page, 'what uses a label');
	await checkWidth(page, 'what uses a label');
	await page.getByRole('button', { name: 'Press again to delete Cold days' }).click();
	await page.locator('[data-label="winter"]').waitFor({ state: 'detached' });
	check((await labelled(`/api/v1/devices/${about.device}`)).length === 0, 'a label that is gone is on a device');
	await open(page, '/attention');
	const broken = page.locator('[data-list="rules"]');
	await broken.getByText('no such label "winter"').first().waitFor();
	check(await broken.getByRole('link', { name: 'Cold night' }).getAttribute('href') === '/scenarios/cold-night',
	    'the way to what is broken');
	await checkAccess(page, 'broken rules');
	await checkWidth(page, 'broken rules');
	await open(page, '/labels');
	await page.getByText('Deleted', { exact: true }).click();
	await page.getByRole('button', { name: 'Restore Cold days' }).first().click();
	await dialog(page).getByRole('button', { name: 'Restore', exact: true }).click();
	await page.locator('[data-label="winter"]').waitFor();
	await until(async () => String(await labelled(`/api/v1/devices/${about.device}`)) === 'winter',
	    'the label on the device again');
}

async function tidy() {
	for (const path of ['automations/lamps_out', 'scenarios/cold-night', 'labels/winter', 'labels/night']) {
		await api('DELETE', `/api/v1/${path}`);
	}
}

for (const options of WINDOWS) {
	const at = `at ${options.width}`;
	await run(options, [['sign in', ({ context }) => signIn(context)], [`a device ${at}`, onDevice],
		[`an entity and a room ${at}`, onEntityAndRoom], [`filter ${at}`, filter], [`change ${at}`, change],
		[`delete and restore ${at}`, removeAndRestore], [`tidy ${at}`, tidy]]);
}
