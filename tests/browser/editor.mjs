// SPDX-License-Identifier: ISC
// A person who has never seen JSON builds a rule by pressing and choosing, on a phone and on a desktop, tries it, saves
// it, sees it run; what is wrong stands at its field, and what the forms do not know stays as it is.
import { api, check, checkAccess, checkWidth, entities, house, pick, readJson, run, signIn, until, writeJson } from
    './browser.mjs';

const RULE = 'TV light';
const shots = process.env.EDITOR_SHOTS;

async function shoot(page, name) {
	if (shots) {
		await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
	}
}

const section = (page, title) => page.getByRole('group', { name: title, exact: true });

const menu = (page, title) => page.locator('details.add-part',
    { has: page.getByLabel(`Add to ${title}`, { exact: true }) }).last();

async function add(page, title, kind) {
	await menu(page, title).locator('summary').click();
	await menu(page, title).locator('.add-kind', { has: page.getByText(kind, { exact: true }) }).first().click();
}

async function build({ page }, lamp, name, shot) {
	await page.goto(`${house.url}/new-automation`);
	await page.getByLabel('Name', { exact: true }).fill(name);
	await add(page, 'When', 'Something changes');
	const when = section(page, 'When');
	await when.getByText('Entity is missing').waitFor();
	await pick(when.getByLabel('Entity', { exact: true }), 'living tv plug', 'switch.tv_plug');
	await when.getByLabel('To', { exact: true }).fill('on');
	await add(page, 'Only if', 'It is a time of the day');
	await section(page, 'Only if').getByLabel('After', { exact: true }).fill('00:00');
	await add(page, 'Then', 'Control devices');
	const then = section(page, 'Then');
	await pick(then.getByLabel('Which', { exact: true }), lamp, lamp);
	await pick(then.getByLabel('Add a setting', { exact: true }), 'bright', 'brightness_pct');
	await then.getByLabel('Brightness in %', { exact: true }).fill('60');
	await add(page, 'Then', 'Wait a while');
	await then.getByLabel('Delay, minutes').fill('0');
	await then.getByLabel('Delay, seconds').fill('1');
	await then.getByLabel('Delay, seconds').blur();
	await add(page, 'Then', 'Control devices');
	await then.getByLabel('What', { exact: true }).nth(1).selectOption('light.turn_off');
	await pick(then.getByLabel('Which', { exact: true }).nth(1), lamp, lamp);
	await until(async () => await page.locator('.field-error').count() === 0, 'nothing is wrong');
	await checkWidth(page, 'the editor');
	await checkAccess(page, 'the editor');
	await shoot(page, shot);
}

async function tryAndSave({ page }) {
	const trying = page.getByRole('region', { name: 'Try it' });
	await trying.getByRole('button', { name: 'Try' }).click();
	await trying.getByText('It would run to its end').waitFor();
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('link', { name: RULE }).first().waitFor();
}

async function seeItRun({ page }, lamp) {
	const rule = (await api('GET', '/api/v1/automations?limit=100')).automations.find((one) => one.name === RULE);
	check(JSON.stringify(rule.triggers) === '[{"trigger":"state","entity_id":"switch.tv_plug","to":"on"}]',
	    JSON.stringify(rule.triggers));
	check(JSON.stringify(rule.actions) === JSON.stringify([
		{ action: 'light.turn_on', target: { entity_id: lamp }, data: { brightness_pct: 60 } }, { delay: '00:00:01' },
		{ action: 'light.turn_off', target: { entity_id: lamp } }]), JSON.stringify(rule.actions));
	const plug = (service) => api('POST', '/api/v1/entities/switch.tv_plug/command', { service });
	await plug('turn_off');
	await until(async () => (await entities()).find((one) => one.entity_id === 'switch.tv_plug').state === 'off', 'off');
	await plug('turn_on');
	await until(async () => (await api('GET', `/api/v1/automations/${rule.id}/runs`)).runs
	    .some((one) => one.status === 'done'), 'a run');
	await page.goto(`${house.url}/automations/${rule.id}`);
	await page.getByText(/Done|done/).first().waitFor();
}

/** The forms and the JSON are the same rule; a part of a newer version stays. */
async function inStep({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await writeJson(page, { name: 'In step', teleport: true, actions: [{ teleport: 'cat', enabled: false },
		{ choose: [{ conditions: [], sequence: [{ delay: 'soon' }] }] }] });
	await page.getByRole('button', { name: 'Form', exact: true }).click();
	const then = section(page, 'Then');
	await then.getByText('There is no form for this').waitFor();
	await then.getByText('must be seconds').waitFor();
	await then.getByLabel('Delay', { exact: true }).fill('{{ 3 + 4 }}');
	await until(async () => await page.getByText('must be seconds').count() === 0, 'the fault goes');
	await then.getByRole('button', { name: 'Move up: Choose' }).click();
	await then.getByRole('button', { name: 'Duplicate: Choose' }).click();
	await then.getByRole('button', { name: 'Disable: Choose' }).first().click();
	const { actions: list, teleport } = await readJson(page);
	check(teleport === true, 'what no form knows stays');
	const choice = { choose: [{ conditions: [], sequence: [{ delay: '{{ 3 + 4 }}' }] }] };
	check(JSON.stringify(list) === JSON.stringify([{ ...choice, enabled: false }, choice,
		{ teleport: 'cat', enabled: false }]), JSON.stringify(list));
}

/** What Home Assistant shows of an automation is taken as it is; the form, the words and what is saved are the house's. */
async function pasted({ page }, lamp) {
	const event = { event_type: 'pasted' };
	const turn = { target: { entity_id: lamp } };
	await page.goto(`${house.url}/new-automation`);
	await page.getByRole('button', { name: 'JSON', exact: true }).click();
	await page.getByLabel(/^The \w+ as JSON$/).fill(JSON.stringify({ id: '1612345678901', alias: 'Pasted light',
		max_exceeded: 'silent', trigger: { platform: 'event', ...event }, condition: '{{ true }}',
		action: [{ service: 'light.turn_on', ...turn }], mode: 'single' }));
	await page.getByText('every start that is ignored stands in the runs').waitFor();
	check(await page.locator('.field-error').count() === 0, 'nothing is wrong');
	await page.getByRole('button', { name: 'Form', exact: true }).click();
	check(await page.getByLabel('Name', { exact: true }).inputValue() === 'Pasted light', 'its name');
	await section(page, 'When').getByLabel('Event type', { exact: true }).waitFor();
	check(await section(page, 'Then').getByLabel('What', { exact: true }).inputValue() === 'light.turn_on', 'what it does');
	check(await page.getByText('There is no form for this').count() === 0, 'there are forms for all of it');
	const own = { name: 'Pasted light', triggers: [{ trigger: 'event', ...event }], conditions: ['{{ true }}'],
		actions: [{ action: 'light.turn_on', ...turn }], mode: 'single' };
	const shown = await readJson(page);
	check(JSON.stringify(shown) === JSON.stringify(own), JSON.stringify(shown));
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('link', { name: 'Pasted light' }).first().waitFor();
	const saved = await api('GET', '/api/v1/automations/pasted_light');
	check(JSON.stringify(saved.actions) === JSON.stringify(own.actions), JSON.stringify(saved.actions));
	await api('DELETE', '/api/v1/automations/pasted_light');
}

/** By hand: what is wrong is said before saving, with its place. */
async function byHand({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await add(page, 'When', 'Something changes');
	const { triggers } = await readJson(page);
	check(JSON.stringify(triggers) === '[{"trigger":"state"}]', JSON.stringify(triggers));
	await page.getByText('triggers[0].entity_id: entity_id is missing').waitFor();
	await page.getByText('Entity ids').click();
	await page.getByText('switch.tv_plug', { exact: true }).waitFor();
}

/** Where the language takes a template, a form has one in place of a number, and a number again. */
async function templates({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await add(page, 'Then', 'Repeat');
	const count = section(page, 'Then').getByLabel('Count', { exact: true });
	const toggle = page.getByRole('button', { name: 'Count: by a template' });
	check(await count.inputValue() === '3', 'three times');
	await toggle.click();
	check(await count.inputValue() === '{{ 3 }}', 'what was said before');
	await count.fill('');
	await count.pressSequentially('{{ 2 + 2 }}');
	await page.getByText('Says now: 4').waitFor();
	await toggle.click();
	check(await count.inputValue() === '3', 'a number again');
	await add(page, 'Then', 'Wait a while');
	await page.getByRole('button', { name: 'Delay: by a template' }).click();
	await page.getByLabel('Delay', { exact: true }).fill('{{ 60 }}');
	const { actions: list } = await readJson(page);
	check(list[0].repeat.count === 3 && list[1].delay === '{{ 60 }}', JSON.stringify(list));
}

/** What is shorter than a second is shown, and stays when something else of it is written. */
async function shortDelay({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await writeJson(page, { name: 'Short', actions: [{ delay: { milliseconds: 300 } }, { delay: '00:05' }] });
	await page.getByRole('button', { name: 'Form', exact: true }).click();
	const seconds = page.getByLabel('Delay, seconds').first();
	check(await seconds.inputValue() === '0.3', await seconds.inputValue());
	check(await page.getByLabel('Delay, minutes').nth(1).inputValue() === '5', 'five minutes');
	await page.getByLabel('Delay, minutes').first().fill('2');
	await page.getByLabel('Delay, minutes').first().blur();
	const { actions } = await readJson(page);
	check(JSON.stringify(actions) === '[{"delay":"00:02:00.3"},{"delay":"00:05"}]', JSON.stringify(actions));
}

/** A limit is a number, or an entity whose number it is. */
async function limits({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await add(page, 'When', 'A number crosses a limit');
	const when = section(page, 'When');
	await when.getByLabel('Above', { exact: true }).fill('sensor.nobody');
	await when.getByLabel('Below', { exact: true }).fill('21.5');
	const { triggers } = await readJson(page);
	check(JSON.stringify(triggers) === '[{"trigger":"numeric_state","above":"sensor.nobody","below":21.5}]',
	    JSON.stringify(triggers));
}

/** A name that is also a word in an address. */
async function calledNew({ page }) {
	const { id } = await api('POST', '/api/v1/automations', { name: 'New', triggers: [{ trigger: 'homeassistant',
		event: 'start' }], actions: [{ event: 'never' }] });
	check(id === 'new', id);
	await page.goto(`${house.url}/automations`);
	await page.getByRole('link', { name: 'New', exact: true }).first().waitFor();
	await page.goto(`${house.url}/automations/new`);
	await page.getByRole('region', { name: 'Runs' }).waitFor();
	check(await page.getByLabel('Name', { exact: true }).inputValue() === 'New', 'it is opened');
	await api('DELETE', '/api/v1/automations/new');
}

async function preview({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await add(page, 'Only if', 'A template is true');
	await page.getByLabel('Value template', { exact: true }).fill('{{ 6 * 7 }} things');
	await page.getByText('42 things').waitFor();
}

/** What could be saved and hardly anybody means is said before. */
async function doubts({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await page.getByLabel('Name', { exact: true }).fill('Circle');
	await add(page, 'When', 'Something changes');
	await pick(section(page, 'When').getByLabel('Entity', { exact: true }), 'switch.tv_plug');
	await add(page, 'Then', 'Control devices');
	await section(page, 'Then').getByLabel('What', { exact: true }).selectOption('switch.toggle');
	await pick(section(page, 'Then').getByLabel('Which', { exact: true }), 'switch.tv_plug');
	await page.getByText('which starts it again').waitFor();
}

/** All that is on a floor is told at once, and nothing else. */
async function wholeFloor({ page }) {
	const lights = (await entities()).filter((one) => one.domain === 'light');
	const { area_id: room } = lights.find((one) => one.area_id);
	await api('POST', '/api/v1/floors', { name: 'Ground floor' });
	await api('PATCH', `/api/v1/areas/${room}`, { floor_id: 'ground_floor' });
	await page.goto(`${house.url}/new-automation`);
	await page.getByLabel('Name', { exact: true }).fill('Floor off');
	await add(page, 'When', 'Something changes');
	await pick(section(page, 'When').getByLabel('Entity', { exact: true }), 'switch.tv_plug');
	await add(page, 'Then', 'Control devices');
	const then = section(page, 'Then');
	await then.getByLabel('What', { exact: true }).selectOption('light.turn_off');
	await then.getByText('Entity, device, room, floor or label must be given').waitFor();
	await then.getByText('Whole rooms, floors, devices or labels').click();
	await pick(then.getByLabel('Floor', { exact: true }), 'ground', 'ground_floor');
	await until(async () => await page.locator('.field-error').count() === 0, 'nothing is wrong');
	const trying = page.getByRole('region', { name: 'Try it' });
	await trying.getByRole('button', { name: 'Try' }).click();
	await trying.getByText('It would run to its end').waitFor();
	const said = await trying.textContent();
	for (const { entity_id: id, name, area_id: area } of lights) {
		check(said.includes(name) === (area === room), `${id} in ${area}: ${said}`);
	}
	await checkWidth(page, 'a floor');
	await checkAccess(page, 'a floor');
	await shoot(page, `floor-${page.viewportSize().width}`);
	const { actions } = await readJson(page);
	check(JSON.stringify(actions[0].target) === '{"floor_id":"ground_floor"}', JSON.stringify(actions));
	await api('DELETE', '/api/v1/floors/ground_floor');
}

/** Every kind can be added and drawn. */
async function everyKind({ page }) {
	const added = [];
	await page.goto(`${house.url}/new-automation`);
	for (const title of ['When', 'Only if', 'Then']) {
		const kinds = await menu(page, title).locator('b').evaluateAll((all) => all.map((one) => one.textContent));
		for (const kind of kinds) {
			await add(page, title, kind);
		}
		added.push([{ When: 'triggers', 'Only if': 'conditions', Then: 'actions' }[title], kinds.length]);
	}
	await checkWidth(page, 'every kind');
	await checkAccess(page, 'every kind');
	await shoot(page, `kinds-${page.viewportSize().width}`);
	const rule = await readJson(page);
	for (const [list, count] of added) {
		check(rule[list].length === count, `${list}: ${rule[list].length} of ${count} are there`);
	}
}

/** A picker finds by name, room and id; nothing is taken before Enter. */
async function search({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await add(page, 'When', 'Something changes');
	const field = section(page, 'When').getByLabel('Entity', { exact: true });
	const option = page.locator('[role="option"]');
	const chips = section(page, 'When').locator('.chip');
	await field.focus();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	await option.nth(1).and(page.locator('[aria-selected="true"]')).waitFor();
	check(await field.getAttribute('aria-activedescendant') === await option.nth(1).getAttribute('id'), 'the second');
	check(await chips.count() === 0, 'arrows take nothing');
	await checkAccess(page, 'an open picker');
	await checkWidth(page, 'an open picker');
	await shoot(page, `search-${page.viewportSize().width}`);
	const all = await option.count();
	for (const text of ['PLUG living', 'tv_pl', 'switch.tv_plug']) {
		await field.fill(text);
		await until(async () => await option.count() < all, `"${text}" leaves few`);
		await page.locator('[role="option"][data-value="switch.tv_plug"]').waitFor();
		await field.fill('');
		await until(async () => await option.count() === all, 'all again');
	}
	await field.fill('no such thing');
	await page.getByText('Nothing has that name').waitFor();
	await page.keyboard.press('Escape');
	await until(async () => await option.count() === 0 && await field.inputValue() === '', 'Escape closes it');
	await field.pressSequentially('switch.tv_plug');
	await page.keyboard.press('Enter');
	await chips.waitFor();
	check(await field.evaluate((one) => one === document.activeElement), 'the focus stays');
	await field.pressSequentially('switch.tv_plug');
	await field.and(page.locator('[aria-expanded="true"]')).waitFor();
	check(await page.locator('[data-value="switch.tv_plug"]').count() === 0, 'none is offered twice');
	await field.fill('light');
	await option.first().waitFor();
	await page.keyboard.press('Tab');
	await until(async () => await option.count() === 0, 'leaving closes it');
	check(await chips.count() === 1, 'leaving takes nothing');
}

/** Without a mouse. */
async function keyboard({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await page.getByLabel('Add to Then', { exact: true }).focus();
	await page.keyboard.press('Enter');
	await menu(page, 'Then').getByRole('button', { name: 'Wait a while' }).focus();
	await page.keyboard.press('Enter');
	await until(async () => await page.getByLabel('Delay, minutes').count() === 1, 'a delay');
	await page.getByLabel('Delay, minutes').focus();
	await page.keyboard.press('ControlOrMeta+a');
	await page.keyboard.type('7');
	await page.keyboard.press('Tab');
	await page.getByRole('button', { name: 'Duplicate: Wait a while' }).focus();
	await page.keyboard.press('Enter');
	await until(async () => await page.getByLabel('Delay, minutes').count() === 2, 'two');
	check(await page.getByLabel('Delay, minutes').nth(1).inputValue() === '7', 'the same');
}

const lamp = (await entities()).find((one) => one.capabilities.supported_color_modes?.includes('color_temp')).entity_id;

for (const window of [{ width: 390, height: 844, dark: true }, { width: 1280, height: 800 }]) {
	const at = `${window.width} pixels`;
	await run(window, [['sign in', ({ context }) => signIn(context)],
		[`build at ${at}`, (b) => build(b, lamp, window.width === 390 ? RULE : 'Another', `build-${window.width}`)],
		...(window.width === 390 ? [['try and save', tryAndSave], ['see it run', (b) => seeItRun(b, lamp)]] : []),
		...(window.width === 390 ? [] : [['an automation called New', calledNew]]),
		[`in step at ${at}`, inStep], [`by hand at ${at}`, byHand],
		[`pasted at ${at}`, (all) => pasted(all, lamp)],
		[`templates at ${at}`, templates], [`limits at ${at}`, limits],
		[`a short delay at ${at}`, shortDelay],
		[`preview at ${at}`, preview], [`doubts at ${at}`, doubts],
		[`a whole floor at ${at}`, wholeFloor], [`search at ${at}`, search],
		[`every kind at ${at}`, everyKind],
		[`keyboard at ${at}`, keyboard]]);
}
