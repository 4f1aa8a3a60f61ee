// SPDX-License-Identifier: ISC
// What people write on the pages of rules is not lost: what is wrong is found, leaving asks, the JSON is the whole rule,
// two people do not write over each other; and what those pages say of a rule that is off or deleted.
import { api, check, checkAccess, checkWidth, house, pick, run, signIn, until } from './browser.mjs';

const shots = process.env.EDITOR_SHOTS;

const shoot = (page, name) => shots && page.screenshot({
	path: `${shots}/keep-${name}-${page.viewportSize().width}.png` });

const section = (page, title) => page.getByRole('group', { name: title, exact: true });

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

const dialog = (page) => page.getByRole('dialog');

const json = (page, noun = 'automation') => page.getByLabel(`The ${noun} as JSON`);

async function add(page, title, kind) {
	const menu = page.locator('details.add-part', { has: page.getByLabel(`Add to ${title}`, { exact: true }) }).last();
	await menu.locator('summary').click();
	await menu.locator('.add-kind', { has: page.getByText(kind, { exact: true }) }).first().click();
}

const isFocused = (field) => field.evaluate((one) => one === document.activeElement);

async function inSight(page, field) {
	const { y, height } = await field.boundingBox();
	return y >= 0 && y + height <= page.viewportSize().height;
}

const rule = (more) => ({ name: 'Kept', triggers: [{ trigger: 'event', event_type: 'never' }],
	actions: [{ event: 'nothing' }], ...more });

async function make(more) {
	await api('DELETE', '/api/v1/automations/kept').catch(() => null);
	await api('POST', '/api/v1/automations', rule(more));
}

/** Save leads to what is wrong and says it, before the house is asked and after. */
async function wrong({ page, complaints }) {
	await page.goto(`${house.url}/new-automation`);
	await press(page, 'Save');
	const name = page.getByLabel('Name', { exact: true });
	await until(() => isFocused(name), 'the name has the focus');
	await page.getByRole('alert').getByText(/“Name”: .*More is wrong in 2 other places/).waitFor();
	await name.fill('Wrong');
	await add(page, 'When', 'Something changes');
	await pick(section(page, 'When').getByLabel('Entity', { exact: true }), 'switch.tv_plug', 'switch.tv_plug');
	await add(page, 'Only if', 'It is a time of the day');
	await add(page, 'Then', 'Wait a while');
	await add(page, 'Then', 'Wait a while');
	await press(page, 'Save');
	const after = section(page, 'Only if').getByLabel('After', { exact: true });
	await until(() => isFocused(after), 'the time has the focus');
	await until(() => inSight(page, after), 'it is in sight');
	await page.getByRole('alert').getByText(/^Not saved. “After” under “Only if”: After, before or weekday must be given/)
	    .waitFor();
	await checkAccess(page, 'a rule that was not saved');
	await checkWidth(page, 'a rule that was not saved');
	await shoot(page, 'wrong');
	await page.getByRole('alert').scrollIntoViewIfNeeded();
	await shoot(page, 'wrong-button');
	await after.fill('00:00');
	await until(async () => await page.getByRole('alert').count() === 0, 'it is said no more');
	await section(page, 'Then').getByText('More').first().click();
	await add(page, 'Then', 'Control devices');
	await press(page, 'Save');
	const which = section(page, 'Then').getByLabel('Which', { exact: true });
	await until(() => isFocused(which), 'whom has the focus');
	await section(page, 'Then').getByText('Entity, device, room, floor or label must be given').waitFor();
	complaints.length = 0;	// of the browser, about the refusals
}

async function wrongScenario({ page, complaints }) {
	await page.goto(`${house.url}/new-scenario`);
	await page.getByLabel('Name', { exact: true }).fill('Wrong');
	await add(page, 'Then', 'Control devices');
	await press(page, 'Save');
	await page.getByRole('alert').getByText(/^Not saved. “Which” under “Then”: /).waitFor();
	complaints.length = 0;
	await page.goto(`${house.url}/alerts`);
	await press(page, 'New rule');
	await dialog(page).getByLabel('Name', { exact: true }).first().fill('Wrong');
	await dialog(page).getByLabel('Entity of value').fill('sensor.nowhere');
	await dialog(page).getByLabel('Raised when').fill('value > 1');
	await press(dialog(page), 'Save');
	await until(() => isFocused(dialog(page).getByLabel('Entity of value')), 'the entity has the focus');
	await dialog(page).getByRole('alert').getByText(/“Entity of value”: no such entity/).waitFor();
	complaints.length = 0;
}

/** A link, a step back, a new load of the page and a window that is closed ask first. */
async function leaving({ page }) {
	const name = page.getByLabel('Name', { exact: true });
	const home = page.getByRole('link', { name: 'Home', exact: true });
	await page.goto(`${house.url}/automations`);
	await page.getByRole('link', { name: 'New', exact: true }).click();
	await name.waitFor();
	await home.click();
	await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
	await page.goBack();
	await name.click();
	await name.fill('Not saved');
	await home.click();
	await dialog(page).getByText('Leave without saving?').waitFor();
	await checkAccess(page, 'the question');
	await shoot(page, 'leave');
	await press(dialog(page), 'Stay here');
	check(await name.inputValue() === 'Not saved', 'it stays');
	await page.goBack();
	await dialog(page).getByText('Leave without saving?').waitFor();
	await until(() => page.url().endsWith('/new-automation'), 'the address stays');
	await page.keyboard.press('Escape');
	check(await name.inputValue() === 'Not saved', 'it stays after a step back');
	const asked = new Promise((done) => page.once('dialog', async (one) => {
		await one.dismiss();
		done(one.type());
	}));
	await page.close({ runBeforeUnload: true });
	check(await asked === 'beforeunload', 'the browser asks');
	check(await name.inputValue() === 'Not saved', 'the window stays');
	await page.goBack();
	await press(dialog(page), 'Leave without saving');
	await page.getByRole('heading', { level: 1, name: 'Automations' }).waitFor();
	check(page.url().endsWith('/automations'), page.url());
	await page.goForward();
	await name.waitFor();
	check(await name.inputValue() === '', 'what was left is gone');
	await page.goBack();
	await page.getByRole('heading', { level: 1, name: 'Automations' }).waitFor();
}

async function leavingWindow({ page }) {
	await page.goto(`${house.url}/alerts`);
	await press(page, 'New rule');
	const name = dialog(page).getByLabel('Name', { exact: true }).first();
	await press(dialog(page), 'Cancel');
	await dialog(page).waitFor({ state: 'detached' });
	await press(page, 'New rule');
	await name.fill('Half');
	for (const close of [() => press(dialog(page), 'Cancel'), () => press(dialog(page), 'Close'),
		() => page.keyboard.press('Escape')]) {
		await close();
		await press(page, 'Stay here');
		await page.getByText('Leave without saving?').waitFor({ state: 'detached' });
		check(await name.inputValue() === 'Half', 'it stays');
	}
	await press(dialog(page), 'Cancel');
	await press(page, 'Leave without saving');
	await dialog(page).waitFor({ state: 'detached' });
	await page.goto(`${house.url}/new-scenario`);
	await page.getByLabel('Name', { exact: true }).fill('Half');
	await page.getByRole('link', { name: 'Cancel' }).click();
	await press(page, 'Leave without saving');
	await page.getByRole('heading', { level: 1, name: 'Scenarios' }).waitFor();
}

/** The whole rule is one text; its faults are said while it is typed; the form has a field for all of it. */
async function whole({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await press(page, 'JSON');
	const text = JSON.stringify(rule({ id: 'whatever', description: 'Why', mode: 'queued', max: 3,
		variables: { a: 1 }, triggers: [{ trigger: 'time', at: '07:00' }], missed: 'ask', missed_within: '00:20:00' }),
	    null, 2);
	await json(page).fill(text.replace('"Why",', '"Why"'));
	const line = text.slice(0, text.indexOf('"mode"')).split('\n').length;
	await page.getByText(`This is not valid JSON (line ${line}, column 3): a comma`).waitFor();
	await checkAccess(page, 'JSON with a fault');
	await shoot(page, 'json');
	await press(page, 'Save');
	await until(() => isFocused(json(page)), 'the text has the focus');
	await page.getByRole('alert').getByText(/^Not saved. “The automation as JSON”/).waitFor();
	await json(page).fill('[1, 2]');
	await page.getByText(/An object in braces is needed/).first().waitFor();
	for (const odd of ['{"triggers": 5, "conditions": {"a": 1}, "actions": [null, 5, "x", [1]], "name": 5, "mode": []}',
		'{"name": {}, "triggers": ["x", null], "variables": 5, "max": "many", "missed": {}}']) {
		await json(page).fill(odd);
		await press(page, 'Form');
		await section(page, 'When').waitFor();
		await press(page, 'JSON');
	}
	await json(page).fill(text);
	await press(page, 'Form');
	check(await page.getByLabel('At most', { exact: true }).inputValue() === '3', 'max');
	check(await page.getByLabel('Missed times', { exact: true }).inputValue() === 'ask', 'missed');
	check(await page.getByLabel('Missed within, minutes').inputValue() === '20', 'missed within');
	check(await page.getByLabel('Description', { exact: true }).inputValue() === 'Why', 'description');
	check(await page.getByLabel('Variables', { exact: true }).inputValue() === '{\n  "a": 1\n}', 'variables');
	await page.getByLabel('At most', { exact: true }).fill('4');
	await checkAccess(page, 'the whole rule');
	await checkWidth(page, 'the whole rule');
	await page.getByLabel('Description', { exact: true }).scrollIntoViewIfNeeded();
	await shoot(page, 'whole');
	await press(page, 'Save');
	await page.getByRole('link', { name: 'Kept' }).first().waitFor();
	const saved = await api('GET', '/api/v1/automations/kept');
	check(saved.max === 4 && saved.missed === 'ask' && saved.missed_within === '00:20:00' && saved.variables.a === 1 &&
	    saved.description === 'Why' && saved.mode === 'queued', JSON.stringify(saved));
}

/** What is taken away in the form is gone in the house. */
async function takenAway({ page }) {
	await page.goto(`${house.url}/automations/kept`);
	await page.getByLabel('Description', { exact: true }).fill('');
	await page.getByLabel('Description', { exact: true }).pressSequentially('So');
	check(await page.getByLabel('Description', { exact: true }).inputValue() === 'So', 'the field stays while one types');
	await page.getByLabel('Description', { exact: true }).fill('');
	await page.getByLabel('Variables', { exact: true }).fill('');
	await press(page, 'Save');
	await page.getByRole('heading', { level: 1, name: 'Automations' }).waitFor();
	const saved = await api('GET', '/api/v1/automations/kept');
	check(!saved.description && JSON.stringify(saved.variables ?? {}) === '{}' && saved.max === 4,
	    JSON.stringify(saved));
}

/** Two change one rule: the second is told, and may take either. */
async function twoPeople({ page, complaints }) {
	const path = '/api/v1/automations/kept';
	const name = page.getByLabel('Name', { exact: true });
	await make();
	await page.goto(`${house.url}/automations/kept`);
	await name.fill('Mine');
	await api('PATCH', path, { enabled: false });
	await api('PATCH', path, { name: 'Theirs', description: 'Theirs' });
	await press(page, 'Save');
	await page.getByRole('alert').getByText('the key test').waitFor();
	await checkAccess(page, 'a conflict');
	await checkWidth(page, 'a conflict');
	await page.getByRole('alert').scrollIntoViewIfNeeded();
	await shoot(page, 'conflict');
	check((await api('GET', path)).name === 'Theirs', 'nothing is overwritten');
	await press(page, 'Load what is there now');
	await until(async () => await name.inputValue() === 'Theirs', 'theirs is there');
	await name.fill('Mine');
	await api('PATCH', path, { description: 'Again' });
	await press(page, 'Save');
	await press(page, 'Save mine over it');
	await page.getByRole('link', { name: 'Mine' }).first().waitFor();
	const { description, name: called } = await api('GET', path);
	check(description === 'Theirs' && called === 'Mine', 'mine is there, as it was when it was read');
	await page.goto(`${house.url}/automations/kept`);
	await name.fill('Kept');
	await api('PATCH', path, { enabled: true });
	await press(page, 'Save');
	await page.getByRole('link', { name: 'Kept' }).first().waitFor();
	check((await api('GET', path)).enabled, 'who switches it is no other writer');
	complaints.length = 0;	// of the browser, about 412
}

async function twoOthers({ page, complaints }) {
	await api('POST', '/api/v1/scenarios', { name: 'Kept too', actions: [{ delay: 1 }] });
	await page.goto(`${house.url}/scenarios/kept-too`);
	await page.getByLabel('Name', { exact: true }).fill('Mine too');
	await api('PATCH', '/api/v1/scenarios/kept-too', { description: 'Theirs' });
	await press(page, 'Save');
	await press(page, 'Save mine over it');
	await page.getByRole('heading', { level: 2, name: 'Mine too' }).waitFor();
	await api('DELETE', '/api/v1/scenarios/kept-too');
	const alert = { name: 'Kept alert', expression: '1 > 2', variables: {} };
	const { id } = await api('POST', '/api/v1/alerts/rules', alert);
	await page.goto(`${house.url}/alerts`);
	await press(page, 'Change Kept alert');
	await dialog(page).getByLabel('Message').fill('Mine');
	await api('PATCH', `/api/v1/alerts/rules/${id}`, { message: 'Theirs' });
	await press(dialog(page), 'Save');
	await press(dialog(page), 'Load what is there now');
	await until(async () => await dialog(page).getByLabel('Message').inputValue() === 'Theirs', 'theirs is there');
	await checkAccess(page, 'an alert rule that somebody changed');
	await press(dialog(page), 'Cancel');
	await dialog(page).waitFor({ state: 'detached' });
	await api('DELETE', `/api/v1/alerts/rules/${id}`);
	complaints.length = 0;
}

/** Whether it is on stands on its page; switching it loses nothing that is written there. */
async function switched({ page }) {
	const id = 'a'.repeat(32) + 'b'.repeat(32);
	await make({ triggers: [{ trigger: 'webhook', webhook_id: id }], enabled: false });
	await page.goto(`${house.url}/automations/kept`);
	await page.getByText('Disabled', { exact: true }).waitFor();
	await page.getByLabel('Name', { exact: true }).fill('Written');
	await page.getByRole('switch', { name: 'Kept enabled' }).click();
	await until(async () => await page.getByText('Disabled', { exact: true }).count() === 0, 'it is on');
	await until(async () => (await api('GET', '/api/v1/automations/kept')).enabled, 'it is on in the house');
	check(await page.getByLabel('Name', { exact: true }).inputValue() === 'Written', 'what is written stays');
	await page.getByLabel('Name', { exact: true }).fill('Kept');
	await page.getByRole('button', { name: 'Run Kept now' }).press('Enter');
	await page.locator('[data-status=done]').first().waitFor();
	await api('PATCH', '/api/v1/automations/kept', { enabled: false });
	await page.getByText('Disabled', { exact: true }).waitFor();
	check(await page.getByRole('button', { name: 'Run Kept now' }).isDisabled(), 'what is off does not run');
	await checkWidth(page, 'a long id');
	await checkAccess(page, 'a rule that is off');
	await page.evaluate(() => scrollTo(0, 0));
	await shoot(page, 'off');
	await page.goto(`${house.url}/automations`);
	await page.getByRole('link', { name: 'Kept' }).first().waitFor();
	await checkWidth(page, 'a long id on the list');
}

/** A word that is longer than what it stands in is broken: nothing leaves the window, and what closes it is there. */
async function longWord({ page }) {
	const name = `Kept${'x'.repeat(110)}`;
	await api('PATCH', '/api/v1/automations/kept', { name, enabled: true });
	for (const address of ['/automations', '/automations/kept']) {
		await page.goto(house.url + address);
		await page.getByRole('button', { name: `Run ${name} now` }).press('Enter');
		const close = page.locator('.toast').getByRole('button', { name: 'Dismiss' }).first();
		await close.waitFor();
		const { x, width } = await close.boundingBox();
		check(x + width <= page.viewportSize().width, `the button ends at ${x + width}`);
		await checkWidth(page, `a long word at ${address}`);
		await shoot(page, `long-${address.length}`);
		await close.click();
	}
}

/** A plain mistake has no number of a request. */
async function plainMistake({ page, complaints }) {
	await page.goto(`${house.url}/new-automation`);
	await page.getByLabel('Name', { exact: true }).fill('Try');
	await add(page, 'When', 'Something changes');
	await add(page, 'Then', 'Wait a while');
	for (const [region, button] of [['Try it', 'Try'], ['Look back', 'Look back']]) {
		const panel = page.getByRole('region', { name: region });
		await panel.getByRole('button', { name: button, exact: true }).click();
		await panel.getByText('Trigger 1, entity id: Entity is missing').waitFor();
		check(await panel.getByText(/^Request/).count() === 0, 'no number');
	}
	complaints.length = 0;
}

async function deleted({ page, complaints }) {
	await api('DELETE', '/api/v1/automations/kept');
	await page.goto(`${house.url}/automations/kept`);
	await page.getByRole('heading', { level: 1, name: /^Kept/ }).waitFor();
	await page.getByText(/It was deleted just now by the key test. Each of its versions below brings it back/).waitFor();
	check(await page.getByText(/^Request/).count() === 0, 'no number');
	await page.getByRole('button', { name: 'Why?' }).click();
	await page.getByText(/^It ran /).waitFor();
	await page.getByText(/^test removed it at /).first().waitFor();
	check(await page.getByRole('region', { name: 'Runs' }).getByText('Details').count() > 0, 'what it did is shown');
	await checkAccess(page, 'a deleted rule');
	await checkWidth(page, 'a deleted rule');
	await shoot(page, 'deleted');
	await page.getByRole('button', { name: /^Restore version/ }).first().click();
	await press(dialog(page), 'Restore');
	await page.getByLabel('Name', { exact: true }).waitFor();
	await page.goto(`${house.url}/automations/never_was`);
	await page.getByText('There is no such automation').waitFor();
	await api('DELETE', '/api/v1/automations/kept');
	complaints.length = 0;
}

const WINDOWS = [{ width: 390, height: 844, dark: true }, { width: 1280, height: 800 }];

const STEPS = [['sign in', ({ context }) => signIn(context)], ['what is wrong', wrong],
	['what is wrong elsewhere', wrongScenario], ['leaving', leaving], ['leaving a window', leavingWindow],
	['the whole rule', whole], ['taken away', takenAway], ['two people', twoPeople], ['two others', twoOthers],
	['on and off', switched], ['a long word', longWord], ['a plain mistake', plainMistake], ['deleted', deleted]];

for (const window of WINDOWS) {
	if (!process.exitCode) {
		await run(window, STEPS);
	}
}
