// SPDX-License-Identifier: ISC
// Calendars: given as a file, subscribed to by an address, seen with what comes next, used in a rule that is built by
// pressing and choosing, deleted and brought back.
import { api, check, checkAccess, checkWidth, house, pick, run, signIn, until } from './browser.mjs';

const WINDOWS = [{ width: 1280, height: 800 }, { width: 390, height: 844, dark: true }];
const shots = process.env.CALENDAR_SHOTS;

const dialog = (page) => page.getByRole('dialog');
const closed = (page) => dialog(page).waitFor({ state: 'detached' });
const row = (page, id) => page.locator(`[data-calendar="${id}"]`);

async function look(page, name) {
	await checkAccess(page, name);
	await checkWidth(page, name);
	if (shots) {
		await page.screenshot({ path: `${shots}/${name.replaceAll(' ', '_')}_${page.viewportSize().width}.png`,
			fullPage: true });
	}
}

const inDays = (days) => new Date(Date.now() + days * 86400e3).toISOString().slice(0, 10).replaceAll('-', '');

const event = (uid, ...lines) => ['BEGIN:VEVENT', `UID:${uid}`, ...lines, 'END:VEVENT'].join('\r\n');

const FILE = ['BEGIN:VCALENDAR',
	event('paper', `DTSTART;VALUE=DATE:${inDays(2)}`, 'SUMMARY:Waste paper', 'RRULE:FREQ=WEEKLY;INTERVAL=2'),
	event('glass', `DTSTART:${inDays(3)}T080000Z`, 'DURATION:PT1H', 'SUMMARY:Glass', 'LOCATION:At the corner'),
	event('holidays', `DTSTART;VALUE=DATE:${inDays(4)}`, `DTEND;VALUE=DATE:${inDays(9)}`, 'SUMMARY:Holidays'),
	'END:VCALENDAR', ''].join('\r\n');

async function addFile({ page }) {
	await page.goto(`${house.url}/automations`);
	await page.getByRole('link', { name: 'Calendars' }).click();
	await page.getByText('No calendars yet').waitFor();
	await look(page, 'no calendars');
	await page.getByRole('button', { name: 'New calendar' }).click();
	await dialog(page).getByLabel('Name').fill('Waste collection');
	await dialog(page).getByLabel('Or a file').setInputFiles({ name: 'waste.ics', mimeType: 'text/calendar',
		buffer: Buffer.from('no calendar') });
	await dialog(page).getByText('It is no calendar').waitFor();
	await look(page, 'a new calendar');
	await dialog(page).getByLabel('Or a file').setInputFiles({ name: 'waste.ics', mimeType: 'text/calendar',
		buffer: Buffer.from(FILE) });
	// the browser reads it beside the page
	await until(async () => {
		await dialog(page).getByRole('button', { name: 'Add calendar' }).click({ timeout: 500 }).catch(() => null);
		return await dialog(page).count() === 0;
	}, 'it is taken');
	// nobody has to look again for what was read
	const waste = row(page, 'waste_collection');
	await waste.getByText('Glass, At the corner').waitFor();
	check(await waste.locator('li').count() === 4, 'four that come next');
	await waste.getByText(/ – /).waitFor();
}

async function addAddress({ page }) {
	await page.getByRole('button', { name: 'New calendar' }).click();
	await dialog(page).getByLabel('Name').fill('Family');
	await dialog(page).getByLabel('Address').fill('http://127.0.0.1:1/private-s3cret/basic.ics');
	await dialog(page).getByRole('button', { name: 'Add calendar' }).click();
	await closed(page);
	await row(page, 'family').getByText('It cannot be read').waitFor();
	check(!(await page.content()).includes('s3cret'), 'the address is shown');
	await look(page, 'calendars');
}

async function rule({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await page.getByLabel('Name', { exact: true }).fill('Bins out');
	const add = async (title, kind) => {
		const menu = page.locator('details.add-part', { has: page.getByLabel(`Add to ${title}`, { exact: true }) }).last();
		await menu.locator('summary').click();
		await menu.getByRole('button', { name: kind }).click();
	};
	await add('When', 'An appointment');
	const when = page.getByRole('group', { name: 'When', exact: true });
	await pick(when.getByLabel('Calendar', { exact: true }), 'waste', 'calendar.waste_collection');
	await look(page, 'a rule with an appointment');
	await add('Then', 'Tell of an event');
	await page.getByRole('group', { name: 'Then', exact: true }).getByLabel('Event', { exact: true }).fill('bins');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('link', { name: 'Bins out' }).first().waitFor();
	const saved = await api('GET', '/api/v1/automations/bins_out');
	check(saved.triggers[0].trigger === 'calendar' && saved.triggers[0].entity_id === 'calendar.waste_collection',
	    JSON.stringify(saved.triggers));
	await page.getByText('an appointment of Waste collection begins').first().waitFor();
}

async function change({ page }) {
	await page.goto(`${house.url}/calendars`);
	const waste = row(page, 'waste_collection');
	await waste.getByText('Where used').click();
	await waste.getByRole('link', { name: 'Bins out' }).waitFor();
	await page.getByRole('button', { name: 'Read Waste collection now' }).click();
	await page.getByRole('button', { name: 'Change Waste collection' }).click();
	await dialog(page).getByLabel('Name').fill('Bins');
	await look(page, 'changing a calendar');
	await dialog(page).getByRole('button', { name: 'Save' }).click();
	await closed(page);
	await waste.getByRole('heading', { name: 'Bins' }).waitFor();
}

async function removeAndRestore({ page }) {
	await page.getByRole('button', { name: 'Delete Family' }).click();
	await page.getByRole('button', { name: 'Press again to delete Family' }).click();
	await row(page, 'family').waitFor({ state: 'detached' });
	await page.getByText('Deleted', { exact: true }).click();
	await page.getByRole('button', { name: 'Restore Family' }).first().click();
	await dialog(page).getByRole('button', { name: 'Restore', exact: true }).click();
	await row(page, 'family').waitFor();
	await page.goto(`${house.url}/system`);
	for (const path of ['automations/bins_out', 'calendars/waste_collection', 'calendars/family']) {
		await api('DELETE', `/api/v1/${path}`);
	}
}

for (const options of WINDOWS) {
	const at = `at ${options.width}`;
	await run(options, [['sign in', ({ context }) => signIn(context)], [`a file ${at}`, addFile],
		[`an address ${at}`, addAddress], [`a rule ${at}`, rule], [`change ${at}`, change],
		[`delete and restore ${at}`, removeAndRestore]]);
}
