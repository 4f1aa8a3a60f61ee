// SPDX-License-Identifier: ISC
// Two rules that start each other: said while one is written and when it is saved, and marked on the list.
import { api, check, checkAccess, checkWidth, house, run, signIn, until, writeJson } from './browser.mjs';

const WINDOWS = [{ width: 1280, height: 800 }, { width: 390, height: 844, dark: true }];

const PLUG = 'switch.tv_plug';

/** When the plug goes FROM one state, it is told the other. */
const flip = (name, to, service) => ({ name, triggers: [{ trigger: 'state', entity_id: PLUG, to }],
	actions: [{ action: `switch.${service}`, target: { entity_id: PLUG } }] });

async function write({ page }) {
	await api('POST', '/api/v1/automations', flip('Ping', 'on', 'turn_off'));
	const { triggers, actions } = flip('Pong', 'off', 'turn_on');
	await page.goto(`${house.url}/new-automation`);
	await writeJson(page, { name: 'Pong', triggers, actions });
	const said = page.locator('.note [data-conflict="loop"]').first();
	await said.waitFor();
	check(await said.getByRole('link', { name: 'Ping' }).first().getAttribute('href') === '/automations/ping',
	    'no way to the other rule');
	const plug = (await api('GET', `/api/v1/entities/${PLUG}`)).name;
	check(await said.getByRole('link', { name: plug }).first().getAttribute('href') === `/entities/${PLUG}`,
	    'no way to the thing they fight over');
	check(!(await said.textContent()).includes(PLUG), 'an id is said to people');
	await checkAccess(page, 'a rule that loops');
	await checkWidth(page, 'a rule that loops');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.locator('.toast').getByText(/^Pong is saved, but: /).waitFor();
	check((await api('GET', '/api/v1/automations/pong')).enabled, 'somebody was kept from saving');
}

async function list({ page }) {
	for (const name of ['Ping', 'Pong']) {
		await page.locator('.automation', { hasText: name }).locator('.conflicts summary', { hasText: 'Loop' })
		    .first().waitFor();
	}
	const row = page.locator('.automation').filter({ has: page.getByRole('heading', { name: 'Pong' }) });
	await row.locator('.conflicts summary').focus();
	await page.keyboard.press('Enter');
	await row.locator('.conflicts').getByRole('link', { name: 'Ping' }).first().waitFor();
	await checkAccess(page, 'rules that loop');
	await checkWidth(page, 'rules that loop');
	await row.locator('.conflicts').getByRole('link', { name: 'Ping' }).first().click();
	await page.getByRole('heading', { level: 1, name: 'Ping' }).waitFor();
	await page.locator('.note [data-conflict="loop"]').getByRole('link', { name: 'Pong' }).first().waitFor();
	// one of them is switched off: nobody is warned any more
	await page.goto(`${house.url}/automations`);
	await page.getByRole('switch', { name: 'Ping enabled' }).click();
	await until(async () => await page.locator('.conflicts').count() === 0, 'no marks');
	for (const id of ['ping', 'pong']) {
		await api('DELETE', `/api/v1/automations/${id}`);
	}
}

for (const options of WINDOWS) {
	const at = `at ${options.width}`;
	await run(options, [['sign in', ({ context }) => signIn(context)], [`write a rule ${at}`, write],
		[`the list ${at}`, list]]);
}
