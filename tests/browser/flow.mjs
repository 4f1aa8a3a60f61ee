// SPDX-License-Identifier: ISC
// One rule from its first word to its undo, as a person does it who only presses and chooses: a form is filled, the rule
// tried on the house as it is and on the past, saved; then the device really reports, the rule runs before their eyes, its
// timeline says why, and the undo brings the lamp back.
import { api, check, checkAccess, checkWidth, entities, house, pick, publish, run, signIn, thermometer, until } from
    './browser.mjs';

const shots = process.env.FLOW_SHOTS;
/** A room where people do not switch lamps by hand. */
const lamp = (await entities()).find((one) => one.domain === 'light' && one.area_id === 'living_room' && one.available &&
    one.capabilities.supported_color_modes?.some((mode) => mode !== 'onoff'));

const stateOf = async (id) => (await api('GET', `/api/v1/entities/${id}`)).state;
const section = (page, title) => page.getByRole('group', { name: title, exact: true });

async function add(page, title, kind) {
	const menu = page.locator('details.add-part', { has: page.getByLabel(`Add to ${title}`, { exact: true }) }).last();
	await menu.locator('summary').click();
	await menu.getByRole('button', { name: kind }).click();
}

/** Whatever is seen here has to fit and be readable. */
async function look(page, name) {
	const size = page.viewportSize();
	await checkWidth(page, name);
	await checkAccess(page, name);
	if (shots) {
		await page.screenshot({ path: `${shots}/${name}-${size.width}.png`, fullPage: true });
	}
}

/** A thermometer that once was hot, and a lamp that is off. */
async function prepare(flow) {
	flow.probe = thermometer(`Cellar ${flow.width}`);
	for (const value of [20, 30, 21]) {
		flow.probe.set(value);
		await until(async () => Number(await stateOf(flow.probe.entityId).catch(() => NaN)) === value, `${value} degrees`);
	}
	await api('POST', `/api/v1/entities/${lamp.entity_id}/command?wait=10`, { service: 'turn_off' });
	await until(async () => await stateOf(lamp.entity_id) === 'off', 'the lamp is off');
}

async function write({ page, complaints }, flow) {
	await page.goto(`${house.url}/automations`);
	await page.getByRole('link', { name: 'New' }).click();
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('alert').getByText(/“Name”: /).waitFor();
	complaints.length = 0;	// of the browser, about the refusal
	await look(page, 'empty');
	await page.getByLabel('Name', { exact: true }).fill(flow.name);
	await add(page, 'When', 'A number crosses');
	const when = section(page, 'When');
	await pick(when.getByLabel('Entity', { exact: true }), flow.probe.entityId, flow.probe.entityId);
	await when.getByLabel('Above', { exact: true }).fill('25');
	await add(page, 'Only if', 'Something is so');
	const only = section(page, 'Only if');
	await pick(only.getByLabel('Entity', { exact: true }), lamp.entity_id, lamp.entity_id);
	await only.getByLabel('State', { exact: true }).fill('off');
	await add(page, 'Then', 'Control devices');
	const then = section(page, 'Then');
	await pick(then.getByLabel('Which', { exact: true }), lamp.entity_id, lamp.entity_id);
	await pick(then.getByLabel('Add a setting', { exact: true }), 'bright', 'brightness_pct');
	await then.getByRole('button', { name: 'Brightness in %: by a template' }).click();
	await then.getByLabel('Brightness in %', { exact: true }).fill('{{ 20 + 20 }}');
	await then.getByText('Says now: 40').waitFor();
	await until(async () => await page.locator('.field-error').count() === 0, 'nothing is wrong');
	await look(page, 'written');
}

async function rehearse({ page }) {
	const trying = page.getByRole('region', { name: 'Try it' });
	await trying.getByRole('button', { name: 'Try' }).click();
	await trying.getByText('It would run to its end').waitFor();
	const back = page.getByRole('region', { name: 'Look back' });
	await back.getByRole('button', { name: '7 days' }).click();
	await back.getByRole('button', { name: 'Look back' }).click();
	await back.getByText(/It would have run 1 time/).waitFor();
	check(await stateOf(lamp.entity_id) === 'off', 'a rehearsal switched the lamp');
	await look(page, 'rehearsed');
}

async function save({ page }, flow) {
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('link', { name: flow.name, exact: true }).click();
	await page.getByRole('region', { name: 'Runs' }).getByText('It has not run yet.').waitFor();
	await look(page, 'saved');
}

/** The page that is open tells of it by itself. */
async function seeItRun({ page }, flow) {
	flow.probe.set(31);
	const runs = page.getByRole('region', { name: 'Runs' });
	const ran = runs.locator('li[data-status="done"]');
	await ran.waitFor();
	await until(async () => {
		const { state, attributes } = await api('GET', `/api/v1/entities/${lamp.entity_id}`);
		return state === 'on' && Math.abs(attributes.brightness - 102) <= 2;
	}, 'the lamp is on at 40 %');
	await ran.getByText(/21 → 31/).waitFor();
	await ran.getByText('Details').click();
	await ran.getByText('Held', { exact: true }).waitFor();
	await ran.getByText(/turn on, confirmed/).waitFor();
	await look(page, 'ran');
}

/** So does one that its conditions kept from running, of which no event tells. */
async function seeItNotRun({ page }, flow) {
	flow.probe.set(20);
	await until(async () => Number(await stateOf(flow.probe.entityId)) === 20, 'cool again');
	flow.probe.set(32);
	const not = page.getByRole('region', { name: 'Runs' }).locator('li[data-status="no"]');
	await not.getByText(/did not hold/).waitFor();
	await look(page, 'not-run');
}

async function undo({ page }) {
	const runs = page.getByRole('region', { name: 'Runs' });
	await runs.getByRole('button', { name: /^Undo: the run/ }).click();
	await page.locator('.toast').getByText(/^Undone: /).waitFor();
	await until(async () => await stateOf(lamp.entity_id) === 'off', 'the lamp is as it was');
	await look(page, 'undone');
}

/** What its commands come to is told where the details are open. */
async function seeItConfirmed({ page }, { width }) {
	const [id, topic] = [`switch.slow_${width}`, `flow/${width}`];
	publish(`homeassistant/switch/slow_${width}/config`, { name: 'Slow', unique_id: `slow_${width}`, default_entity_id: id,
		command_topic: `${topic}/set`, state_topic: topic });
	publish(topic, 'OFF');
	await until(async () => await stateOf(id).catch(() => null) === 'off', 'it is off');
	const rule = await api('POST', '/api/v1/automations', { name: `Slow ${width}`,
		triggers: [{ trigger: 'event', event_type: 'never' }],
		actions: [{ action: 'switch.turn_on', target: { entity_id: id } }] });
	await page.goto(`${house.url}/automations/${rule.id}`);
	await page.getByRole('region', { name: 'Runs' }).getByText('It has not run yet.').waitFor();
	await api('POST', `/api/v1/automations/${rule.id}/trigger`);
	const ran = page.getByRole('region', { name: 'Runs' }).locator('li[data-status="done"]');
	await ran.getByText('Details').click();
	await ran.getByText(/turn on, sent/).waitFor();
	publish(topic, 'ON');
	await ran.getByText(/turn on, confirmed/).waitFor();
}

for (const window of [{ width: 1280, height: 800 }, { width: 390, height: 844, dark: true }]) {
	const flow = { width: window.width, name: `Cool light ${window.width}` };
	const at = `at ${window.width} pixels`;
	await run(window, [['sign in', async ({ context }) => { await signIn(context); await prepare(flow); }],
		[`write ${at}`, (b) => write(b, flow)], [`rehearse ${at}`, rehearse], [`save ${at}`, (b) => save(b, flow)],
		[`see it run ${at}`, (b) => seeItRun(b, flow)],
		[`see it not run ${at}`, (b) => seeItNotRun(b, flow)], [`undo ${at}`, undo],
		[`see it confirmed ${at}`, (b) => seeItConfirmed(b, flow)]]);
}
