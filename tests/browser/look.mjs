// SPDX-License-Identifier: ISC
// Every page on a desktop and on phones, light and dark: no accessibility finding, no sideways
// scrolling, no complaint in the console.
import { check, checkAccess, checkWidth, entities, house, run, signIn } from './browser.mjs';

/** The narrow phone has the colours of the first and the layout of the second. */
const WINDOWS = [{ width: 1280, height: 800 }, { width: 390, height: 844, dark: true },
	{ width: 360, height: 740, widthOnly: true }];

async function addresses() {
	const all = await entities();
	const first = (domain) => all.find((one) => one.domain === domain && !one.category);
	const light = first('light');
	return ['/', '/floors', '/attention', '/alerts', '/scenarios', '/labels', '/calendars', '/devices',
		`/devices/${light.device_id}`, `/entities/${light.entity_id}`,
		`/entities/${first('sensor').entity_id}`, '/events', '/automations', '/new-automation',
		'/system', '/nowhere', '/docs'];
}

async function lookAt({ page }, address, widthOnly) {
	await page.goto(house.url + address);
	await page.getByRole('heading', { level: 1 }).waitFor();
	await page.locator('.placeholder').waitFor({ state: 'detached' });
	await checkWidth(page, address);
	if (!widthOnly) {
		await checkAccess(page, address);
	}
}

/** The page follows the system's colours, and the person's choice over them. */
async function colours({ page }, dark) {
	const brightness = () => page.evaluate(() => {
		const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g);
		return (Number(r) + Number(g) + Number(b)) / 3;
	});
	await page.goto(`${house.url}/`);
	check((await brightness() < 100) === dark, 'the colours of the system');
	const button = page.locator('[data-test="theme"]');
	await button.click();
	check(await brightness() > 150, 'light by choice');
	await button.click();
	check(await brightness() < 100, 'dark by choice');
	await page.reload();
	check(await brightness() < 100, 'the choice is remembered');
	await button.click();
}

/** The browser offers to install the dashboard as an application. */
async function installable({ context, page }) {
	await page.goto(`${house.url}/login`);
	await page.getByRole('heading', { level: 1 }).waitFor();
	const session = await context.newCDPSession(page);
	const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
	check(installabilityErrors.length === 0, JSON.stringify(installabilityErrors));
}

await run({}, [['installable', installable]]);

for (const window of WINDOWS) {
	const label = `${window.width} pixels, ${window.dark ? 'dark' : 'light'}`;
	const steps = (await addresses()).map((address) => [`${address} at ${label}`,
		(view) => lookAt(view, address, window.widthOnly)]);
	await run(window, [['sign in', ({ context }) => signIn(context)], ...steps,
		[`colours at ${label}`, (view) => colours(view, Boolean(window.dark))]]);
	await run(window, [[`/login at ${label}`, (view) => lookAt(view, '/login')],
		[`/setup at ${label}`, (view) => lookAt(view, '/setup#code=ABCD-EFGH')]]);
}
