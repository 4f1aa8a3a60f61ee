// SPDX-License-Identifier: ISC
// Floors and rooms are added, named, moved and deleted; entities and rooms get icons.
import { api, check, checkAccess, checkWidth, entities, house, run, signIn, until } from './browser.mjs';

const WINDOWS = [{ width: 1280, height: 800 }, { width: 390, height: 844, dark: true }];

const area = (id) => api('GET', `/api/v1/areas/${id}`);

const areaNamed = async (name) => (await api('GET', '/api/v1/areas')).areas
    .find((one) => one.name === name);

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

const dialog = (page) => page.getByRole('dialog');

const field = (page, label) => dialog(page).getByLabel(label, { exact: true });

async function closed(page) {
	await dialog(page).waitFor({ state: 'detached' });
}

async function enter({ page }) {
	await page.goto(`${house.url}/`);
	check(await page.locator('.floor-name').count() === 0, 'a floor in a house without');
	await page.getByRole('link', { name: 'Floors and rooms' }).click();
	await page.getByRole('heading', { level: 1, name: 'Floors and rooms' }).waitFor();
	await page.getByRole('heading', { level: 2, name: 'Rooms' }).waitFor();
}

async function addFloor({ page }) {
	await press(page, 'Add floor');
	await field(page, 'Name').fill('Upper floor');
	await dialog(page).getByLabel(/^Level/).fill('1');
	await checkAccess(page, 'a new floor');
	await dialog(page).getByRole('button', { name: 'Add floor' }).click();
	await closed(page);
	await page.getByRole('heading', { level: 2, name: 'Upper floor' }).waitFor();
	// the house's own words when it refuses
	await press(page, 'Add floor');
	await field(page, 'Name').fill('upper floor');
	await page.keyboard.press('Enter');
	await dialog(page).getByText('there is a floor of that name: upper_floor').waitFor();
	await page.keyboard.press('Escape');
	await press(page, 'Leave without saving');
	await closed(page);
	const { floors } = await api('GET', '/api/v1/floors');
	check(floors.length === 1 && floors[0].level === 1, JSON.stringify(floors));
}

/** By keys alone, with an icon that is found by its name. */
async function addRoom({ page }) {
	await page.getByRole('button', { name: 'Add room' }).focus();
	await page.keyboard.press('Enter');
	await field(page, 'Name').fill('Library');
	await dialog(page).getByRole('combobox', { name: 'Floor' }).selectOption({ label: 'Upper floor' });
	await field(page, 'Other names, with commas').fill('Study,  Books ');
	await dialog(page).locator('summary').focus();
	await page.keyboard.press('Enter');
	await field(page, 'Search icons').fill('library');
	await dialog(page).getByRole('radio', { name: 'No icon' }).focus();
	await page.keyboard.press('ArrowDown');
	await checkAccess(page, 'a new room');
	await checkWidth(page, 'a new room');
	await field(page, 'Name').press('Enter');
	await closed(page);
	await page.getByRole('region', { name: 'Upper floor' }).getByText('Library').waitFor();
	const room = await areaNamed('Library');
	check(room.floor_id === 'upper_floor' && room.icon === 'mdi:bookshelf' &&
	    String(room.aliases) === 'Study,Books', JSON.stringify(room));
	await checkFocus(page, /^Add\s+room$/);
	await press(page, 'Add room');
	await page.keyboard.press('Escape');
	await closed(page);
	await checkFocus(page, /^Add\s+room$/);
}

/** What has the focus, which the whole page has when it is lost. */
async function checkFocus(page, text) {
	const focused = await page.evaluate(() => document.activeElement !== document.body &&
	    document.activeElement.textContent.trim());
	check(text.test(focused), `the focus is on ${focused}`);
}

/** Sent twice by an impatient hand while the house has not answered yet. */
async function addOnce({ page }) {
	let posts = 0, open;
	const gate = new Promise((done) => { open = done; });
	await page.route('**/api/v1/areas', async (route) => {
		posts += route.request().method() === 'POST' ? 1 : 0;
		await gate;
		await route.continue();
	});
	await press(page, 'Add room');
	await field(page, 'Name').fill('Cellar');
	await field(page, 'Name').press('Enter');
	await until(() => posts > 0, 'the room on its way');
	await field(page, 'Name').press('Enter');
	await dialog(page).locator('form').evaluate((form) => form.requestSubmit());
	open();
	await closed(page);
	await page.unroute('**/api/v1/areas');
	await page.getByText('Cellar').first().waitFor();
	const { areas } = await api('GET', '/api/v1/areas');
	check(posts === 1 && areas.filter((one) => one.name === 'Cellar').length === 1,
	    `sent ${posts} times: ${JSON.stringify(areas)}`);
	await api('DELETE', '/api/v1/areas/cellar');
}

async function change({ page }) {
	await press(page, 'Change Kitchen');
	await dialog(page).getByRole('combobox', { name: 'Floor' }).selectOption({ label: 'Upper floor' });
	await press(page, 'Save');
	await closed(page);
	check((await area('kitchen')).floor_id === 'upper_floor', 'the kitchen was not moved');
	await page.goto(`${house.url}/`);
	const floor = page.locator('.floor').first();
	await floor.locator('.room-name', { hasText: 'Kitchen' }).waitFor();
	check(await page.locator('.floor-name').allTextContents()
	    .then((names) => String(names) === 'Upper floor,Other rooms'), 'the floors of the home page');
	await checkAccess(page, 'home by floor');
	await page.goto(`${house.url}/floors`);
}

/** Two people change a room: the second is told, and begins with what the first has made of it. */
async function conflict({ page, complaints }) {
	await press(page, 'Change Kitchen');
	const name = field(page, 'Name');
	await name.fill('Mine');
	await api('PATCH', '/api/v1/areas/kitchen', { name: 'Theirs' });
	await press(page, 'Save');
	await dialog(page).getByText('it has changed since you read it').waitFor();
	check(complaints.splice(0).every((text) => /4(09|12)/.test(text)), 'complaints beside 409 and 412');
	await press(page, 'Read again');
	await until(async () => await name.inputValue() === 'Theirs', 'the newer name');
	await name.fill('Kitchen');
	await press(page, 'Save');
	await closed(page);
	check((await area('kitchen')).name === 'Kitchen', 'the last name');
}

async function removeRoom({ page }) {
	const inside = async () => (await api('GET', '/api/v1/devices?limit=100')).devices
	    .filter((device) => device.area_id === 'kitchen').map((device) => device.name);
	const devices = await inside();
	check(devices.length > 1, 'nothing is in the kitchen');
	await api('POST', '/api/v1/automations', { name: 'Kitchen out', triggers: [{ trigger: 'time', at: '01:00:00' }],
		actions: [{ action: 'light.turn_off', target: { area_id: 'kitchen' } }] });
	await press(page, 'Delete Kitchen');
	const lost = dialog(page).locator('.lost li');
	await lost.first().waitFor();
	check(String(await lost.allTextContents()) === String(devices.sort((a, b) => a.localeCompare(b))),
	    `said to be lost: ${await lost.allTextContents()}`);
	await dialog(page).locator('.used-note').getByRole('link', { name: 'Kitchen out' }).waitFor();
	await checkAccess(page, 'deleting a room');
	await press(page, 'Cancel');
	await closed(page);
	check((await inside()).length === devices.length, 'it was deleted without a word');
	await press(page, 'Delete Kitchen');
	await press(page, 'Delete room');
	await closed(page);
	await page.getByRole('button', { name: 'Delete Kitchen' }).waitFor({ state: 'detached' });
	check((await inside()).length === 0, 'devices are in a room that is not there');
	await api('DELETE', '/api/v1/automations/kitchen_out');
}

async function removeFloor({ page }) {
	await api('POST', '/api/v1/automations', { name: 'Upstairs off', triggers: [{ trigger: 'time', at: '01:00:00' }],
		actions: [{ action: 'light.turn_off', target: { floor_id: 'upper_floor' } }] });
	await press(page, 'Delete Upper floor');
	await dialog(page).locator('.lost').getByText('Library').waitFor();
	await dialog(page).locator('.used-note').getByRole('link', { name: 'Upstairs off' }).waitFor();
	await checkAccess(page, 'deleting a floor');
	await press(page, 'Delete floor');
	await closed(page);
	await page.getByRole('heading', { level: 2, name: 'Rooms' }).waitFor();
	check((await areaNamed('Library')).floor_id === null, 'the room is on a floor that is not there');
	const { rules } = await api('GET', '/api/v1/attention');
	check(rules.some((one) => one.id === 'upstairs_off' && one.message === 'no such floor "upper_floor"'),
	    JSON.stringify(rules));
	await api('DELETE', '/api/v1/automations/upstairs_off');
	await press(page, 'Delete Library');
	await dialog(page).getByText('No device is in this room.').waitFor();
	await press(page, 'Delete room');
	await closed(page);
}

async function entityIcon({ page }) {
	const { entity_id: id, icon } = (await entities()).find((one) => one.domain === 'switch' && !one.category);
	const stored = async () => (await api('GET', `/api/v1/entities/${id}`)).icon;
	await page.goto(`${house.url}/entities/${id}`);
	const plain = await page.locator('.hero .card-icon').innerHTML();
	const choose = async (search, name) => {
		await page.getByLabel('Search icons').fill(search);
		await page.getByRole('radio', { name }).check({ force: true });
		await press(page, 'Save');
	};
	await page.locator('.icon-field summary').click();
	await choose('coffee', 'Coffee machine');
	await until(async () => await stored() === 'mdi:coffee-maker', 'the icon in the house');
	await until(async () => await page.locator('.hero .card-icon').innerHTML() !== plain, 'the icon on the page');
	await checkAccess(page, 'the choice of an icon');
	await checkWidth(page, 'the choice of an icon');
	await choose('nothing of the kind', 'As it was announced');
	await until(async () => await stored() === icon, 'the icon that was announced');
	await until(async () => await page.locator('.hero .card-icon').innerHTML() === plain, 'the icon as before');
}

for (const window of WINDOWS) {
	if (process.exitCode) {
		break;
	}
	const kitchen = await areaNamed('Kitchen');
	if (!kitchen) {
		const { id } = await api('POST', '/api/v1/areas', { name: 'Kitchen' });
		const { devices } = await api('GET', '/api/v1/devices?limit=100');
		for (const device of devices.filter((one) => !one.area_id)) {
			await api('PATCH', `/api/v1/devices/${device.id}`, { area_id: id });
		}
	}
	await run(window, [['sign in', ({ context }) => signIn(context)], ['enter', enter],
		['add a floor', addFloor], ['add a room', addRoom], ['add a room once', addOnce],
		['change a room', change],
		['conflict', conflict], ['delete a room', removeRoom], ['delete a floor', removeFloor],
		['icon of an entity', entityIcon]]);
}
