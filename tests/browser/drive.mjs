// SPDX-License-Identifier: ISC
// A person's first day: the one-time link, signing in, watching, switching, asking why.
import { execFileSync } from 'node:child_process';
import { api, check, checkAccess, checkWidth, entities, house, run, thermometer, until, writeJson } from
    './browser.mjs';

const PASSWORD = 'the cat sleeps on the stove';
const HUE = 36;	// how far a pixel may be from the colour that is looked for, per channel

async function setUp({ page }) {
	await page.goto(`${house.url}/setup#code=${house.code}`);
	check(await page.getByLabel('One-time code').inputValue() === house.code, 'no code in the form');
	await page.getByLabel('Your name').fill('anna');
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await page.getByLabel('Password again').fill(PASSWORD);
	await page.getByRole('button', { name: 'Create account' }).click();
	await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
	await page.locator('.live-mark[data-live="true"]').waitFor();
}

/** What a page still waits for when its person leaves ends with the session: it is not answered 401 later. */
async function leaveWhileItAsks(page) {
	const held = [];
	const hold = (route) => held.push(route);
	await page.route('**/api/v1/alerts/active', hold);
	await page.getByRole('link', { name: 'Alerts' }).click();
	await until(() => held.length > 0, 'a request on its way');
	const gone = page.waitForEvent('requestfailed', (one) => one.url().endsWith('/alerts/active'));
	const told = page.waitForResponse((one) => one.url().endsWith('/auth/logout'));
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
	await gone;
	check((await told).status() === 204, 'the house ended the session');
	await page.unroute('**/api/v1/alerts/active', hold);
	await Promise.all(held.map((route) => route.continue().catch(() => {})));
	await page.goto(`${house.url}/`);
}

async function signOutAndIn({ page, complaints }) {
	await leaveWhileItAsks(page);
	await page.getByLabel('Name', { exact: true }).fill('anna');
	await page.getByLabel('Password').fill('a wrong password');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('alert').waitFor();
	// the browser itself complains about the refused request, as it should be refused
	check(complaints.splice(0).every((text) => /401/.test(text)), 'complaints beside the 401');
	await page.getByLabel('Password').fill(PASSWORD);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.locator('.live-mark[data-live="true"]').waitFor();
}

const probe = {};

async function liveUpdate({ page }) {
	await page.evaluate(() => { window.sameDocument = true; });
	Object.assign(probe, thermometer('Attic probe'));
	const value = page.locator(`[data-entity="${probe.entityId}"] .reading-value`);
	await value.waitFor();
	probe.set(18.5);
	await until(async () => (await value.textContent()).startsWith('18.5'), 'the first value');
	const began = Date.now();
	probe.set(19.5);
	await until(async () => (await value.textContent()).startsWith('19.5'), 'the second value', 10);
	console.log(`a report was on the screen ${Date.now() - began} ms after it was sent`);
	check(await page.evaluate(() => window.sameDocument), 'the page was loaded again');
}

async function toggleSwitch({ page }) {
	const { entity_id: id } = (await entities()).find((one) => one.domain === 'switch' &&
	    one.available && !one.category);
	const control = page.locator(`.card[data-entity="${id}"] [role="switch"]`);
	const before = await control.getAttribute('aria-checked');
	const after = before === 'true' ? 'false' : 'true';
	await control.click();
	await until(async () => await control.getAttribute('aria-checked') === after,
	    'the switch moved');
	await page.locator(`.card[data-entity="${id}"] .command-note[data-tone="good"]`).waitFor();
	await until(async () => (await api('GET', `/api/v1/entities/${id}`)).state ===
	    (after === 'true' ? 'on' : 'off'), 'the switch in the house');
	probe.switch = id;
}

/** By the message after a press, and again by its own. */
async function undoSwitch({ page }) {
	const state = async () => (await api('GET', `/api/v1/entities/${probe.switch}`)).state;
	const before = await state();
	const other = before === 'on' ? 'off' : 'on';
	await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
	await until(async () => await state() === other, 'the switch as it was');
	await page.locator('.toast').getByRole('button', { name: 'Redo' }).click();
	await until(async () => await state() === before, 'the switch as it was told');
}

/** In a room where people do not switch lamps by hand. */
async function dimLight({ page }) {
	const { entity_id: id } = (await entities()).find((one) => one.domain === 'light' &&
	    one.area_id === 'living_room' && one.available && one.capabilities.supported_color_modes?.some((mode) => mode !== 'onoff'));
	const slider = page.locator(`.card[data-entity="${id}"] .slider[data-kind="light"] input`);
	await slider.fill('40');
	await page.locator(`.card[data-entity="${id}"] .command-note[data-tone="good"]`).waitFor();
	await until(async () => {
		const { state, attributes } = await api('GET', `/api/v1/entities/${id}`);
		return state === 'on' && Math.abs(attributes.brightness - 102) <= 2;
	}, 'the brightness in the house');
	await until(async () => await slider.inputValue() === '40', 'the slider where it was put');
}

/** How many pixels of the chart have the colour of the line. */
function linePixels(page) {
	return page.evaluate((near) => {
		const span = document.createElement('span');
		span.style.color = 'var(--accent)';
		document.body.append(span);
		const line = getComputedStyle(span).color.match(/\d+/g).map(Number);
		span.remove();
		const canvas = document.querySelector('.chart-box canvas');
		const copy = new OffscreenCanvas(canvas.width, canvas.height);
		copy.getContext('2d').drawImage(canvas, 0, 0);
		const { data } = copy.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
		let n = 0;
		for (let i = 0; i < data.length; i += 4) {
			n += data[i + 3] > 200 && line.every((part, c) =>
			    Math.abs(part - data[i + c]) < near);
		}
		return n;
	}, HUE);
}

async function historyChart({ page }) {
	await page.locator(`[data-entity="${probe.entityId}"]`).first().click();
	await page.getByRole('heading', { level: 2, name: 'History' }).waitFor();
	await page.getByRole('button', { name: 'Custom' }).click();
	const minutes = (n) => page.evaluate((ago) => {
		const ms = Date.now() - ago * 60e3;
		return new Date(ms - new Date(ms).getTimezoneOffset() * 60e3).toISOString().slice(0, 16);
	}, n);
	await page.getByLabel('From').fill(await minutes(5));
	await page.locator('.chart-box canvas').waitFor();
	await until(async () => await linePixels(page) > 40, 'a line on the canvas');
	const facts = await page.locator('.chart .facts').textContent();
	check(/18\.5 °C/.test(facts) && /19\.5 °C/.test(facts), `lowest and highest: ${facts}`);
	await page.getByRole('button', { name: 'Week' }).click();
	await until(async () => await linePixels(page) > 0, 'the chart of the week');
}

async function askWhy({ page }) {
	await page.getByRole('link', { name: 'Events' }).click();
	await page.getByLabel('Entity').selectOption(probe.switch);
	const row = page.locator('.event[data-kind="state_changed"]').first();
	await row.getByRole('button', { name: /^Why/ }).click();
	const dialog = page.getByRole('dialog');
	await dialog.locator('.chain-step').nth(1).waitFor();
	const text = await dialog.textContent();
	check(/anna/.test(text), `nobody is named in: ${text}`);
	await page.keyboard.press('Escape');
	await until(async () => !(await dialog.isVisible()), 'the dialog closed');
}

async function explainOnPage({ page }) {
	await page.goto(`${house.url}/entities/${probe.switch}`);
	await page.getByRole('button', { name: 'Why?' }).click();
	const text = page.getByRole('dialog').locator('.explain-text');
	await text.waitFor();
	check((await text.textContent()).length > 20, 'no explanation in words');
	await page.getByRole('button', { name: 'Close' }).click();
}

async function writeAutomation({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await page.getByLabel('Name').fill('Browser rule');
	await writeJson(page, { triggers: [{ trigger: 'state', entity_id: probe.switch, to: 'on', from: 'off' }],
		actions: [{ variables: { n: '{{ 20 * 2 }}' } },
			{ event: 'bell', event_data: { who: 'Ada', n: '{{ n + 1 }}', pin: '4711' } }] });
	await page.getByRole('button', { name: 'Try', exact: true }).click();
	await page.getByText('n is 40').waitFor();
	await page.getByText('tells of the event bell (who “Ada”, n 41, pin “***”)').waitFor();
	await writeJson(page, { actions: [{ action: 'switch.turn_on', target: { entity_id: probe.switch } }] });
	await page.getByRole('button', { name: 'Try', exact: true }).click();
	await page.getByText('It would run to its end.').waitFor();
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('heading', { level: 2, name: 'Browser rule' }).waitFor();
	const enabled = page.getByRole('switch', { name: 'Browser rule enabled' });
	await enabled.click();
	await until(async () => (await api('GET', '/api/v1/automations')).automations
	    .find((one) => one.name === 'Browser rule').enabled === false, 'the rule switched off');
}

/** A run is undone on its page, and the undo on the page of events. Nobody is overruled without a word. */
async function undoRun({ page }) {
	const state = async () => (await api('GET', `/api/v1/entities/${probe.switch}`)).state;
	const tell = (service) => api('POST', `/api/v1/entities/${probe.switch}/command?wait=10`, { service });
	// what it does must not start it again
	await api('PATCH', '/api/v1/automations/browser_rule', { triggers: [{ trigger: 'event', event_type: 'never' }],
		conditions: [], actions: [{ action: 'switch.turn_on', target: { entity_id: probe.switch } }] });
	await tell('turn_off');
	await api('POST', '/api/v1/automations/browser_rule/trigger');
	await until(async () => await state() === 'on', 'the run');
	await page.goto(`${house.url}/automations/browser_rule`);
	const newest = page.getByRole('region', { name: 'Runs' }).locator('[data-run]').first();
	const button = newest.getByRole('button', { name: /^Undo: the run/ });
	await button.click();
	await page.locator('.toast').getByText(/^Undone: /).waitFor();
	await until(async () => await state() === 'off', 'the switch before the run');
	await newest.getByText(/^Undone just now by /).waitFor();
	check(await button.count() === 0, 'what was taken back can be taken back');
	// a run that told nobody anything
	await api('PATCH', '/api/v1/automations/browser_rule', { actions: [{ stop: 'enough' }] });
	await api('POST', '/api/v1/automations/browser_rule/trigger');
	await newest.getByText('enough').waitFor();
	check(await newest.getByRole('button').count() === 0, 'undo of what told nobody anything');
	const undone = page.getByRole('region', { name: 'Runs' }).locator('[data-run]').nth(1);
	await undone.getByRole('button', { name: /^Redo: the run/ }).click();
	await until(async () => await state() === 'on', 'the run again');
	await undone.getByRole('button', { name: /^Undo: the run/ }).click();
	await until(async () => await state() === 'off', 'the switch before the run again');
	await undone.getByText(/^Undone just now by /).waitFor();
	const size = page.viewportSize();
	await page.setViewportSize({ width: 390, height: 780 });
	await checkWidth(page, 'runs with undo');
	await checkAccess(page, 'runs with undo');
	await page.setViewportSize(size);
	await page.getByRole('link', { name: 'Events' }).click();
	await page.getByLabel('Kind').selectOption('undo');
	const kinds = await page.getByLabel('Kind').locator('option').evaluateAll((all) => all.map((one) => one.value));
	check(JSON.stringify(kinds.slice(1).sort()) === JSON.stringify((await api('GET', '/api/v1/events/kinds')).kinds.sort()),
	    'every kind of event can be chosen');
	await page.getByRole('button', { name: /^Redo: Browser rule was undone/ }).first().click();
	await until(async () => await state() === 'on', 'the undo undone');
	await checkAccess(page, 'events with undo');
	await page.goto(`${house.url}/automations/browser_rule`);
	await tell('turn_on');
	await undone.getByRole('button', { name: /^Undo: the run/ }).click();
	await page.locator('.toast').getByText(/stays as it is: .* sent it turn_on since/).waitFor();
	check(await state() === 'on', 'somebody was overruled');
	await page.locator('.toast').getByRole('button', { name: 'Undo anyway' }).click();
	await until(async () => await state() === 'off', 'the switch as somebody insisted');
}

/** What was changed is told, taken back, deleted, and brought back from the list of the deleted. */
async function restoreAutomation({ page, complaints }) {
	await page.goto(`${house.url}/automations/browser_rule`);
	const versions = page.getByRole('region', { name: 'Versions' });
	const changed = versions.locator('li[data-version="2"]');
	await changed.getByText('Changed on or off').waitFor();
	check(/by anna/.test(await changed.textContent()), 'nobody is named');
	await changed.getByText('What changed').click();
	await changed.locator('.steps li').waitFor();
	check(/on or off:\s*true\s*false/.test(await changed.locator('.steps').textContent()), 'the step');
	const size = page.viewportSize();
	await page.setViewportSize({ width: 360, height: 740 });
	await checkWidth(page, 'versions of an automation');
	await page.setViewportSize(size);
	await checkAccess(page, 'versions of an automation');
	await versions.getByRole('button', { name: /^Restore version 1/ }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('Why (may be empty)').fill('it was right');
	await dialog.getByRole('button', { name: 'Restore' }).click();
	await versions.locator('li[data-version="3"]').getByText('“it was right”').waitFor();
	check((await api('GET', '/api/v1/automations/browser_rule')).enabled, 'it is not on again');
	await page.getByRole('button', { name: 'Delete' }).click();
	await page.getByRole('button', { name: 'Press again to delete' }).click();
	await page.getByText('Deleted', { exact: true }).click();
	await page.getByRole('link', { name: 'Browser rule' }).click();
	await versions.getByRole('button', { name: /^Restore version 4/ }).click();
	// the browser itself complains that the automation is not there, as it should not be
	const said = complaints.splice(0);
	check(said.every((text) => /404/.test(text)), `complaints beside the 404: ${said.join('; ')}`);
	await dialog.getByRole('button', { name: 'Restore' }).click();
	await page.getByRole('heading', { level: 1, name: 'Browser rule' }).waitFor();
	check((await api('GET', '/api/v1/automations/browser_rule')).enabled, 'it did not come back');
}

/** What a rule did and what it did not, with what its conditions saw. */
async function seeRuns({ page }) {
	const path = '/api/v1/automations/browser_rule';
	await api('PATCH', path, { actions: [{ event: 'seen', event_data: { room: 'hall' } },
		{ alias: 'Remember it', variables: { n: 3 } }], conditions: [{ condition: 'state',
		alias: 'nobody home', entity_id: probe.switch, state: 'never' }] });
	await api('POST', `${path}/trigger`);
	for (const service of ['turn_off', 'turn_on']) {
		await api('POST', `/api/v1/entities/${probe.switch}/command?wait=5`, { service });
	}
	await until(async () => (await api('GET', `${path}/runs?outcome=not`)).runs.length > 0, 'a condition said no');
	await page.goto(`${house.url}/automations/browser_rule`);
	const runs = page.getByRole('region', { name: 'Runs' });
	const no = runs.locator('li[data-status="no"]').first();
	await no.getByText("the condition 'nobody home' did not hold").waitFor();
	await no.getByText('Details').click();
	await no.getByText('Did not hold', { exact: true }).waitFor();
	await runs.getByLabel('Why did it run, or not? When:').fill('now');
	await runs.getByRole('button', { name: 'Why?' }).click();
	await runs.getByText(/^It ran at .* because somebody started it by hand/).waitFor();
	const size = page.viewportSize();
	for (const width of [390, size.width]) {
		await page.setViewportSize({ width, height: size.height });
		await checkWidth(page, 'runs of an automation');
	}
	await checkAccess(page, 'runs of an automation');
	await runs.getByRole('button', { name: 'Ran', exact: true }).click();
	await until(async () => await no.count() === 0, 'only runs are listed');
	await runs.locator('li[data-status="done"]').first().getByText('Details').click();
	await runs.getByText('Tell others of "seen" (room hall): done (room = hall)').waitFor();
	await runs.getByText('Remember it: done (n = 3)').waitFor();
	await runs.getByText(/Step 2$/).waitFor();
	await runs.locator('li[data-status="done"]').first().getByText(/\d:\d\d:\d\d.* · (just now|\d+ min ago)/).waitFor();
}

/** The house asks whether a rule whose time passed is to run. */
async function answerQuestion({ page }) {
	execFileSync('sqlite3', ['-cmd', '.timeout 5000', 'house/consciousness.db', `INSERT INTO question
	    (automation, trigger, due, asked) SELECT row, 0, ${Date.now() - 3600e3}, ${Date.now()}
	    FROM automation WHERE id = 'browser_rule'`]);
	const before = (await api('GET', '/api/v1/automations/browser_rule/runs')).runs.length;
	await page.goto(`${house.url}/attention`);
	const size = page.viewportSize();
	for (const width of [390, size.width]) {
		await page.setViewportSize({ width, height: size.height });
		await page.getByText('was to run at').waitFor();
		await checkWidth(page, 'questions');
	}
	await checkAccess(page, 'questions');
	await page.getByRole('button', { name: 'Yes, run Browser rule' }).click();
	await page.getByText('Browser rule: started.').waitFor();
	await page.locator('[data-list="questions"]').waitFor({ state: 'detached' });
	await until(async () => (await api('GET', '/api/v1/automations/browser_rule/runs')).runs.length > before,
	    'it ran');
}

/** Among many rules one is found; on a phone what stands below the form of a rule is one press away. */
async function findRules({ page }) {
	const many = Array.from({ length: 11 }, (_, n) => n);
	const search = page.getByRole('searchbox', { name: 'Search automations' });
	const size = page.viewportSize();
	const had = (await api('GET', '/api/v1/automations')).automations.length;
	for (const n of many) {
		await api('POST', '/api/v1/automations', { name: `Many ${n}`, enabled: false,
			triggers: [{ trigger: 'event', event_type: `called_${n}` }], actions: [{ stop: 'enough' }] });
	}
	await page.goto(`${house.url}/automations`);
	await search.fill('many called_7');
	await until(async () => await page.locator('li.automation').count() === 1, 'one is found by what it hears');
	await page.getByRole('link', { name: 'Many 7', exact: true }).waitFor();
	await checkAccess(page, 'automations that are searched');
	await search.fill('no such thing');
	await page.getByText('No automation matches').waitFor();
	for (const width of [390, size.width]) {
		await page.setViewportSize({ width, height: size.height });
		await search.fill('');
		await until(async () => await page.locator('li.automation').count() === had + many.length, 'all are there');
		await checkWidth(page, 'automations that are searched');
	}
	await page.goto(`${house.url}/automations/many_7`);
	await page.getByRole('region', { name: 'Versions' }).waitFor();
	const links = page.getByRole('navigation', { name: 'On this page' });
	check(size.width < 761 || !await links.isVisible(), 'nobody needs links where all is in view');
	await page.setViewportSize({ width: 390, height: 844 });
	await checkAccess(page, 'links on a page');
	for (const [name, place] of [['Runs', '#runs-title'], ['Why?', '#why'], ['Versions', '#versions-title']]) {
		await page.evaluate(() => scrollTo(0, 0));
		await links.getByRole('link', { name, exact: true }).click();
		await until(() => page.locator(place).evaluate((one) => {
			const { top } = one.getBoundingClientRect();
			return top >= 0 && top < innerHeight && document.activeElement === one;
		}), `${name} is in view`);
	}
	check(!page.url().includes('#'), 'the address stays');
	await page.setViewportSize(size);
	for (const n of many) {
		await api('DELETE', `/api/v1/automations/many_${n}`);
	}
}

await run({}, [['set-up by the one-time link', setUp], ['sign out and in', signOutAndIn],
	['live update', liveUpdate], ['switch', toggleSwitch], ['undo', undoSwitch], ['brightness', dimLight],
	['history chart', historyChart], ['why, of an event', askWhy],
	['why, of an entity', explainOnPage], ['automation', writeAutomation],
	['versions of an automation', restoreAutomation], ['runs of an automation', seeRuns],
	['question', answerQuestion], ['undo of a run', undoRun], ['many automations', findRules]]);
