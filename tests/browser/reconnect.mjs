// SPDX-License-Identifier: ISC
// The bridge dies and comes back: the page says that it is not live, and catches up by itself.
import { execSync } from 'node:child_process';
import { check, house, run, signIn, thermometer, until } from './browser.mjs';

async function reconnect({ context, page, complaints }) {
	await signIn(context);
	const probe = thermometer('Cellar probe');
	probe.set(11);
	await page.goto(`${house.url}/`);
	const value = page.locator(`[data-entity="${probe.entityId}"] .reading-value`);
	await until(async () => (await value.textContent()).startsWith('11'), 'the first value');
	await page.locator('.live-mark[data-live="true"]').waitFor();
	await page.evaluate(() => { window.sameDocument = true; });

	execSync(process.env.STOP_BRIDGE);
	const banner = page.locator('[data-test="not-live"]');
	await banner.waitFor();
	check(await value.isVisible(), 'the last known values stay on the screen');
	probe.set(12);

	execSync(process.env.START_BRIDGE);
	await banner.waitFor({ state: 'detached', timeout: 40e3 });
	await until(async () => (await value.textContent()).startsWith('12'), 'what was missed');
	probe.set(13);
	await until(async () => (await value.textContent()).startsWith('13'), 'live again');
	check(await page.evaluate(() => window.sameDocument), 'the page was loaded again');
	// the browser reports each attempt that found nobody
	check(complaints.splice(0).every((text) => /WebSocket|50[234]/.test(text)),
	    `other complaints: ${complaints.join('; ')}`);
}

await run({}, [['reconnect', reconnect]]);
