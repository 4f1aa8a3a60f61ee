// SPDX-License-Identifier: ISC
// A rule that is not saved against a past that is known: ten days on which a motion sensor went on at 06:00 and at
// 19:00, and a plug of 100 W was on from 18:00 to 20:00.
import { check, checkAccess, checkWidth, house, run, signIn, until, writeJson } from './browser.mjs';

const RULE = {
	triggers: [{ trigger: 'state', entity_id: 'binary_sensor.stairs_motion', to: 'on' }],
	conditions: [{ condition: 'time', after: '17:00', before: '23:00' }],
	actions: [{ action: 'switch.turn_off', target: { entity_id: 'switch.tv_plug' } }],
};
/** Asks something that takes its time once a second for a month. */
const LONG = { triggers: [{ trigger: 'time_pattern', seconds: '/1' }],
	conditions: ['{{ range(500)|sum < 0 }}'], actions: [{ event: 'never' }] };

const yesterday = new Date(Date.now() - 24 * 3600e3).toISOString().slice(0, 10);

async function write(page, rule) {
	await writeJson(page, { name: 'Evening', ...rule });
}

async function progress({ page }) {
	await page.goto(`${house.url}/new-automation`);
	await write(page, LONG);
	const back = page.getByRole('region', { name: 'Look back' });
	await back.getByRole('button', { name: 'Look back' }).click();
	const bar = back.getByRole('progressbar', { name: 'Looking back' });
	await until(async () => await bar.count() === 1 && Number(await bar.getAttribute('value')) > 0, 'progress');
	await checkAccess(page, 'progress');
	await back.getByRole('button', { name: 'Stop' }).click();
	await bar.waitFor({ state: 'detached' });
}

/** The house ends what nobody waits for: the next one soon gets its turn. */
async function lookBack({ page }) {
	await write(page, RULE);
	const back = page.getByRole('region', { name: 'Look back' });
	const calendar = back.locator('.back-calendar');
	await until(async () => {
		await back.getByRole('button', { name: 'Look back' }).click();
		await back.locator('.back-calendar, .note').first().waitFor();
		return await calendar.count() === 1;
	}, 'a result');
	check(/It would have run 10 times with 10 commands; its conditions would have said no 10 times/
	    .test((await back.textContent()).replace(/\s+/g, ' ')), await back.textContent());
	await back.getByText(/The house remembers (9|10)\.?\d* days: what lies before .* does not count/).waitFor();
	await back.getByText('Energy:').click();
	await back.getByText(/TV plug.*: 1 kWh less/).waitFor();
	await back.getByText('Which conditions said no').click();
	await back.getByText(/Condition 1: 10 times/).waitFor();
	await back.getByText('What history does not tell').click();
	await back.getByText('Nothing that it commands was done').waitFor();
}

async function day({ page }) {
	const back = page.getByRole('region', { name: 'Look back' });
	const chosen = back.locator('.back-day[aria-pressed="true"]');
	check(await chosen.getAttribute('data-date') === yesterday, 'the last day with a run is chosen');
	check(/: 1 run|, 1 run, 1 times no/.test(await chosen.getAttribute('aria-label')), 'the day in words');
	const runs = back.locator('.back-list > li[data-outcome="done"]');
	check(await runs.count() === 1 && await back.locator('.back-list > li[data-outcome="no"]').count() === 1,
	    'one run and one no');
	const text = (await runs.textContent()).replace(/\s+/g, ' ');
	check(/→ (on|occupied).*turn off TV plug.*What really happened.*TV plug was on and stayed so.*(100|99\.9\d*) Wh less/
	    .test(text), text);
	// on the clock of the house, wherever the browser is
	check(/^7:00:00.PM/.test(text), text);
	const at = await back.locator('.back-band i[data-outcome="done"]').evaluate((one) => one.style.left);
	check(Math.abs(parseFloat(at) - 100 * 19 / 24) < 0.1, at);
}

async function keyboard({ page }) {
	const chosen = page.locator('.back-day[aria-pressed="true"]');
	await chosen.focus();
	await page.keyboard.press('ArrowUp');
	const weekBefore = new Date(Date.now() - 8 * 24 * 3600e3).toISOString().slice(0, 10);
	check(await chosen.getAttribute('data-date') === weekBefore, 'a week before');
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowLeft');
	check(await page.evaluate(() => document.activeElement.dataset.date) === weekBefore, 'the focus goes along');
}

/** What was found belongs to the rule as it was: a changed one has to be asked about anew. */
async function change({ page, complaints }) {
	await writeJson(page, { name: 'Evening again' });
	await page.locator('.back-calendar').waitFor({ state: 'detached' });
	await writeJson(page, { triggers: [] });
	await page.getByRole('region', { name: 'Look back' }).getByRole('button', { name: 'Look back' }).click();
	await page.getByRole('region', { name: 'Look back' }).getByText(/Triggers must not be empty/).waitFor();
	complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes('status of 422')));
}

async function looks({ page }) {
	await checkWidth(page, 'look back');
	await checkAccess(page, 'look back');
}

for (const window of [{ width: 1280, height: 800, zone: 'America/New_York' }, { width: 390, height: 844, dark: true }]) {
	await run(window, [['sign in', ({ context }) => signIn(context)], ['progress', progress], ['look back', lookBack],
		['day', day], ['keyboard', keyboard], ['looks', looks],
		...(window.dark ? [] : [['change', change]])]);
}
