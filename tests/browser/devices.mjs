// SPDX-License-Identifier: ISC
// A device and its page: names, room, controls by kind, last messages, replacing; and the list of what
// wants attention.
import {
	api, check, checkAccess, checkWidth, entities, happen, house, publish, run, signIn, thermometer, until,
} from './browser.mjs';

const go = async (page, address) => {
	await page.goto(house.url + address);
	await page.getByRole('heading', { level: 1 }).waitFor();
	await page.locator('.placeholder').waitFor({ state: 'detached' });
};

const state = async (id) => api('GET', `/api/v1/entities/${id}`);

/** A device of one entity; COMPONENT's keys are MORE. Returns what it was told last. */
async function announce(component, id, more) {
	publish(`homeassistant/${component}/${id}/config`, {
		name: null, unique_id: `browser_${id}`, default_entity_id: `${component}.${id}`,
		device: { identifiers: [`browser_${id}`], name: id.replaceAll('_', ' ') }, ...more,
	});
	await until(async () => (await entities()).some((one) => one.entity_id === `${component}.${id}`),
	    `${component}.${id}`);
}

const line = (page, id) => page.locator(`.control-line[data-entity="${id}"]`);

async function lamp({ page }) {
	const one = (await entities()).find((entity) => entity.domain === 'light' &&
	    /xy|hs/.test(String(entity.capabilities.supported_color_modes)));
	await go(page, `/devices/${one.device_id}`);
	const control = line(page, one.entity_id);
	await control.getByRole('button', { name: 'Blue' }).click();
	await until(async () => {
		const { state: now, attributes } = await state(one.entity_id);
		return now === 'on' && attributes.rgb_color?.[2] > 200;
	}, 'the lamp is blue');
	const warmth = control.getByRole('slider', { name: 'Warmth' });
	await warmth.focus();
	await page.keyboard.press('End');
	await until(async () => (await state(one.entity_id)).attributes.color_mode === 'color_temp',
	    'the lamp is white');
}

async function thermostat({ page }) {
	const one = (await entities()).find((entity) => entity.domain === 'climate');
	const before = one.attributes.temperature;
	await go(page, `/devices/${one.device_id}`);
	await line(page, one.entity_id).getByRole('button', { name: /warmer|raise|\+/i }).first().click();
	await until(async () => (await state(one.entity_id)).attributes.temperature > before,
	    'the thermostat is set higher');
}

/** The digits that a sensor suggests, and the steps of a number, at every place where the value stands. */
async function digits({ page }) {
	const id = 'sensor.browser_mains';
	await announce('sensor', 'browser_mains', { device_class: 'voltage', unit_of_measurement: 'V', suggested_display_precision: 3,
		state_topic: 'browser/mains' });
	publish('browser/mains', '231.4567');
	await until(async () => (await state(id)).state === '231.4567', 'the first report');
	publish('browser/mains', '231.45');
	await until(async () => (await state(id)).state === '231.45', 'the second report');
	await go(page, `/devices/${(await state(id)).device_id}`);
	await page.locator(`.reading[data-entity="${id}"]`).getByText('231.450V').waitFor();
	await go(page, `/entities/${id}`);
	await page.locator('.hero-value').getByText('231.450V').waitFor();
	await page.locator('.facts').getByText('231.457 V').waitFor();
	await page.locator('.facts').getByText('231.450 V').first().waitFor();
	const window = page.viewportSize();
	await page.setViewportSize({ width: 390, height: 844 });
	const hero = page.locator('.hero');
	const room = await hero.evaluate((one) => one.clientWidth - parseFloat(getComputedStyle(one).paddingRight));
	const end = async (one) => one.evaluate((element) => element.getBoundingClientRect().right -
	    element.closest('.hero').getBoundingClientRect().left);
	check(await end(hero.locator('[data-test="why"]')) <= room + 2, 'the button leaves the panel');
	check(await hero.locator('.hero-value').evaluate((one) => one.clientHeight < 45), 'the number is broken');
	await page.setViewportSize(window);
	await go(page, '/events');
	await page.getByText('231.457 V → 231.450 V').first().waitFor();
	const level = 'number.browser_fine';
	await announce('number', 'browser_fine', { command_topic: 'browser/told', min: 0, max: 2, step: 0.005, unit_of_measurement: 'bar',
		state_topic: 'browser/fine' });
	publish('browser/fine', '1.125');
	await go(page, `/entities/${level}`);
	await page.locator('.hero-value').getByText('1.125bar').waitFor();
	await page.locator('.slider-value').getByText('1.125 bar').waitFor();
}

/** Nothing of the element INNER is beyond the right edge of OUTER. */
async function checkInside(inner, outer, name) {
	const right = async (one) => one.evaluate((element) => element.getBoundingClientRect().right);
	check(await right(inner) <= await right(outer), `${name} leaves its place`);
}

/** A thermostat and a tank that count in Fahrenheit. */
async function fahrenheit({ page }) {
	const modes = { modes: ['off', 'heat'], temperature_unit: 'F', min_temp: 45, max_temp: 130 };
	const topics = (id) => ({ mode_command_topic: `${id}/m`, mode_state_topic: `${id}/mode`,
		temperature_command_topic: `${id}/t`, temperature_state_topic: `${id}/want`,
		current_temperature_topic: `${id}/is` });
	await announce('climate', 'browser_stove', { ...modes, ...topics('stove') });
	await announce('water_heater', 'browser_tank', { ...modes, modes: ['off', 'heat_pump'], ...topics('tank') });
	for (const [topic, text] of [['stove/mode', 'heat'], ['stove/want', '70'], ['stove/is', '68.04'],
		['tank/mode', 'heat_pump'], ['tank/want', '120'], ['tank/is', '101.5']]) {
		publish(topic, text);
	}
	for (const [id, wanted, now] of [['climate.browser_stove', '70°F', 'Heat · 68 °F'],
		['water_heater.browser_tank', '120°F', 'Heat pump · 101.5 °F']]) {
		await until(async () => (await state(id)).attributes.current_temperature > 60, id);
		await go(page, `/devices/${(await state(id)).device_id}`);
		await line(page, id).getByText(now, { exact: true }).waitFor();
		check(await line(page, id).locator('.stepper-value').textContent() === wanted, `${id} has another unit`);
		await line(page, id).getByRole('button', { name: 'Warmer' }).click();
		const more = `${parseInt(wanted, 10) + 1}`;
		await until(async () => String((await state(id)).attributes.temperature) === more ||
		    (await api('GET', `/api/v1/events?kind=command&entity_id=${id}&limit=10`)).events
		        .some((event) => String(event.data.data?.temperature) === more), `${id} is told ${more}`);
		await go(page, `/entities/${id}`);
		await page.getByRole('region', { name: 'Now' }).getByText(now, { exact: true }).waitFor();
	}
	await go(page, '/');
	const card = page.locator('.card[data-entity="water_heater.browser_tank"]');
	await checkInside(card.getByRole('button', { name: 'Warmer' }), card, 'the stepper');
}

/** New firmware that nobody wants to hear of, until there is another one. */
async function firmware({ page }) {
	const id = 'update.browser_firmware';
	const offer = (version) => publish('browser/firmware', { installed_version: '1.0', latest_version: version });
	await announce('update', 'browser_firmware', { state_topic: 'browser/firmware', command_topic: 'browser/firmware/set',
		payload_install: 'go' });
	offer('1.1');
	await until(async () => (await state(id)).state === 'on', 'the first offer');
	await go(page, `/entities/${id}`);
	await page.getByRole('button', { name: 'Skip 1.1' }).click();
	await page.getByText('1.1 is skipped.').waitFor();
	await until(async () => (await state(id)).state === 'off', '1.1 is skipped');
	await checkAccess(page, 'firmware that is skipped');
	await page.getByRole('button', { name: 'Offer 1.1 again' }).click();
	await page.getByRole('button', { name: 'Skip 1.1' }).click();
	await until(async () => (await state(id)).attributes.skipped_version === '1.1', '1.1 is skipped again');
	offer('1.2');
	await page.getByRole('button', { name: 'Skip 1.2' }).waitFor();
}

/** A lamp that has said nothing yet, and one that is white: no brightness and no colour that nobody reported. */
async function silent({ page }) {
	const id = 'light.browser_silent';
	await announce('light', 'browser_silent', { schema: 'json', command_topic: 'browser/silent/set', state_topic: 'browser/silent',
		supported_color_modes: ['hs', 'white'], brightness: true });
	await go(page, `/devices/${(await state(id)).device_id}`);
	const shown = async (name) => line(page, id).locator('.slider', { hasText: name }).locator('.slider-value').textContent();
	const all = async () => Promise.all(['Brightness', 'Hue', 'Saturation'].map(shown));
	check(String(await all()) === '–,–,–', `a silent lamp has ${await all()}`);
	const slider = (name) => line(page, id).getByRole('slider', { name });
	check(await slider('Hue').getAttribute('aria-valuetext') === 'not known', 'the hue is read out');
	check(await line(page, id).locator('.swatch-any[data-unknown]').count() === 1, 'it has a colour');
	check(await line(page, id).locator('.toggle[data-unknown]').count() === 1, 'it is off');
	publish('browser/silent', { state: 'ON', brightness: 200, color_mode: 'white' });
	await until(async () => String(await all()) === '78 %,–,–', 'the white lamp');
	check(await line(page, id).locator('.toggle[data-unknown]').count() === 0, 'it is not known to be on');
	publish('browser/silent', { state: 'ON', brightness: 200, color_mode: 'hs', color: { h: 240, s: 100 } });
	await until(async () => String(await all()).endsWith(',240 °,100 %'), 'the blue lamp');
	check(await line(page, id).locator('.swatch-any[data-unknown]').count() === 0, 'it has no colour');
	await checkAccess(page, 'a lamp that was silent');
}

/** What a device says of itself, what it reports without a state, and a tile with a long value. */
async function facts({ page }) {
	const device = { identifiers: ['browser_remote'], name: 'Browser remote', model_id: 'BX-9', hw_version: 'rev C',
		serial_number: '0012345678901234567890', configuration_url: 'http://192.168.1.20/setup' };
	await announce('event', 'browser_bell', { name: 'Bell', event_types: ['double_press'], state_topic: 'browser/bell', device });
	for (const subtype of ['button_1', 'button_2']) {
		publish(`homeassistant/device_automation/browser_${subtype}/config`, { automation_type: 'trigger', type: 'short_press',
			subtype, topic: 'browser/remote', payload: subtype, device });
	}
	publish('homeassistant/tag/browser_reader/config', { topic: 'browser/tag', device });
	const all = async (domain) => (await api('GET', `/api/v1/entities?device=browser_remote&domain=${domain}`)).entities.length;
	await until(async () => await all('device_automation') === 2 && await all('tag') === 1, 'the triggers and the reader');
	await go(page, '/devices/browser_remote');
	const about = page.getByRole('region', { name: 'About' });
	for (const text of ['BX-9', 'rev C', '0012345678901234567890']) {
		await about.getByText(text, { exact: true }).waitFor();
	}
	check(await about.getByRole('link', { name: '192.168.1.20/setup', exact: true }).getAttribute('href') === device.configuration_url,
	    'its own page is no link');
	const row = (name) => page.getByRole('region', { name: 'Triggers and tags' }).getByRole('listitem').filter({ hasText: name });
	await row('Short press button 1').getByText('Not in the log').waitFor();
	happen('browser/remote', 'button_1');
	happen('browser/tag', 'E9F3');
	await row('Short press button 1').getByText('Just now').waitFor();
	await row('E9F3').getByText('Just now').waitFor();
	await page.reload();
	await row('Short press button 1').getByText('Just now').waitFor();
	await row('E9F3').getByText('Just now').waitFor();
	check(await row('Short press button 2').getByText('Not in the log').count() === 1, 'the other button was pressed');
	happen('browser/bell', { event_type: 'double_press' });
	const value = page.locator('.reading[data-entity="event.browser_bell"] .reading-value');
	await value.getByText(/^Double press/).waitFor();
	check(await value.evaluate((one) => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight + 1 &&
	    getComputedStyle(one).textOverflow !== 'ellipsis'), 'the time of the event is cut');
	await checkAccess(page, 'a device with triggers');
	publish('homeassistant/event/browser_bell/config', { name: 'Bell', unique_id: 'browser_browser_bell', event_types: ['double_press'],
		state_topic: 'browser/bell', device: { ...device, configuration_url: 'homeassistant://config/browser' } });
	await about.getByText('homeassistant://config/browser').waitFor();
	check(await about.getByRole('link').count() === 0, 'a link that no browser can open');
}

/** Cards of devices with nothing but a long text, or an event: their name stays, and nothing leaves the card. */
async function longValues({ page }) {
	await announce('sensor', 'browser_story', { state_topic: 'browser/story' });
	await announce('event', 'browser_chime', { event_types: ['double_press'], state_topic: 'browser/chime' });
	publish('browser/story', 'All is well since the last restart of 0012345678901234567890123456789');
	happen('browser/chime', { event_type: 'double_press' });
	const window = page.viewportSize();
	for (const width of [window.width, 390]) {
		await page.setViewportSize({ width, height: window.height });
		await go(page, '/');
		for (const [name, text] of [['browser story', /^All is well/], ['browser chime', /^Double press/]]) {
			const card = page.locator('.card').filter({ has: page.getByRole('heading', { name, exact: true }) });
			await card.scrollIntoViewIfNeeded();
			await card.getByText(text).waitFor();
			await checkInside(card.locator('.reading.main'), card, `the value of ${name} at ${width} pixels`);
			const title = await card.locator('.card-title').evaluate((one) => one.clientWidth);
			check(title > 60, `the name of ${name} has ${title} pixels at ${width}`);
		}
	}
	await page.setViewportSize(window);
}

/** Pictures by their address: of others as a link, of the house as a picture; nothing is asked for that is not there. */
async function picture({ page, complaints }) {
	await announce('image', 'browser_poster', { url_topic: 'browser/poster' });
	await announce('image', 'browser_empty', { url_topic: 'browser/empty' });
	const id = 'image.browser_poster';
	const before = complaints.length;
	publish('browser/poster', 'https://pictures-of-posters.invalid/poster.jpg');
	await until(async () => (await state(id)).attributes.image_url, 'the address');
	await go(page, `/devices/${(await state(id)).device_id}`);
	const link = line(page, id).getByRole('link', { name: /Open the picture at pictures-of-posters.invalid/ });
	await link.waitFor();
	check(await link.getAttribute('href') === 'https://pictures-of-posters.invalid/poster.jpg', 'the link goes elsewhere');
	check(await page.locator('img[src*="pictures-of-posters.invalid"]').count() === 0, 'a picture that cannot be shown');
	const window = page.viewportSize();
	await page.setViewportSize({ width: 390, height: 844 });
	await checkWidth(page, 'the link on a phone');
	await page.setViewportSize(window);
	await go(page, `/entities/${id}`);
	await page.getByRole('region', { name: 'Now' }).getByRole('link', { name: /Open the picture/ }).waitFor();
	await checkAccess(page, 'a picture elsewhere');
	publish('browser/poster', `${house.url}/icon.svg`);
	await until(() => page.evaluate(() => document.querySelector('.picture img')?.naturalWidth > 0), 'the picture');
	await go(page, '/entities/image.browser_empty');
	await page.getByText('No picture yet').waitFor();
	check(complaints.length === before, `the page complained: ${complaints.slice(before)}`);
}

async function blind({ page }) {
	const one = (await entities()).find((entity) => entity.domain === 'cover');
	await go(page, `/devices/${one.device_id}`);
	await line(page, one.entity_id).getByRole('button', { name: /close/i }).first().click();
	await until(async () => (await state(one.entity_id)).attributes.current_position < 100,
	    'the blind moves');
}

/** Kinds of controls that the demo house does not have, each with what it must be told. */
async function kinds({ page }) {
	const told = { command_topic: 'browser/told' };
	await announce('number', 'browser_level', { ...told, min: 0, max: 10, state_topic: 'browser/level' });
	await announce('select', 'browser_choice', { ...told, options: ['low', 'high'],
		state_topic: 'browser/choice' });
	await announce('text', 'browser_text', { ...told, state_topic: 'browser/text' });
	await announce('vacuum', 'browser_robot', { ...told, state_topic: 'browser/robot',
		supported_features: ['start', 'stop', 'return_home'] });
	await announce('alarm_control_panel', 'browser_alarm', { ...told, state_topic: 'browser/alarm',
		code: 'REMOTE_CODE', code_arm_required: true });
	const commandOf = async (id, service) => until(async () => (await api('GET',
	    `/api/v1/events?kind=command&entity_id=${id}&limit=10`)).events
	    .some((event) => event.data.service === service), `${service} of ${id}`);
	const device = async (id) => go(page, `/devices/${(await state(id)).device_id}`);

	await device('number.browser_level');
	await line(page, 'number.browser_level').getByRole('slider').focus();
	await page.keyboard.press('End');
	await commandOf('number.browser_level', 'set_value');
	await device('select.browser_choice');
	await line(page, 'select.browser_choice').getByRole('combobox').selectOption('high');
	await commandOf('select.browser_choice', 'select_option');
	await device('text.browser_text');
	await line(page, 'text.browser_text').getByRole('textbox').fill('hello');
	await page.keyboard.press('Enter');
	await commandOf('text.browser_text', 'set_value');
	await device('vacuum.browser_robot');
	await line(page, 'vacuum.browser_robot').getByRole('button', { name: /start/i }).first().click();
	await commandOf('vacuum.browser_robot', 'start');
	await device('alarm_control_panel.browser_alarm');
	await alarm(line(page, 'alarm_control_panel.browser_alarm'));
	await commandOf('alarm_control_panel.browser_alarm', 'alarm_disarm');
}

/** What is typed stays while the alarm goes on, and goes with the command that it was typed for. */
async function alarm(panel) {
	const code = panel.getByLabel(/code/i).first();
	await code.fill('1234');
	publish('browser/alarm', 'disarmed');
	await panel.getByRole('button', { name: /Home/ }).click();
	await until(async () => await code.inputValue() === '', 'the code is gone once it was sent');
	publish('browser/alarm', 'pending');
	await panel.getByRole('button', { name: /Disarm/ }).waitFor();
	await code.fill('1234');
	publish('browser/alarm', 'triggered');
	await panel.getByText(/triggered/i).first().waitFor();
	check(await code.inputValue() === '1234', 'the code is lost while it is typed');
	await panel.getByRole('button', { name: /Disarm/ }).click();
	await until(async () => await code.inputValue() === '', 'the code is gone once it was sent');
}

/** A lamp with a white part of its own that has reported its colour without it. */
async function whitePart({ page }) {
	const id = 'light.browser_rgbw';
	await announce('light', 'browser_rgbw', { schema: 'json', command_topic: 'browser/rgbw/set',
		state_topic: 'browser/rgbw', supported_color_modes: ['hs', 'rgbw'], brightness: true });
	await go(page, `/devices/${(await state(id)).device_id}`);
	const white = line(page, id).getByRole('slider', { name: 'White' });
	check(await white.isDisabled(), 'white can be set while the colour is unknown');
	publish('browser/rgbw', { state: 'ON', brightness: 255, color_mode: 'hs', color: { h: 240, s: 100 } });
	await until(() => white.isEnabled(), 'the white slider');
	await white.fill('90');
	const sent = async () => (await api('GET', `/api/v1/events?kind=command&entity_id=${id}&limit=10`))
	    .events.map((event) => event.data.data?.rgbw_color).find(Boolean);
	await until(sent, 'the command');
	check(String(await sent()) === '0,0,255,90', `the colour became ${await sent()}`);
}

/** That a device confirmed may be heard before the house has answered who was told what. */
async function overtaken({ page }) {
	const id = 'switch.browser_slow';
	await announce('switch', 'browser_slow', { command_topic: 'browser/slow/set', state_topic: 'browser/slow' });
	publish('browser/slow', 'OFF');
	await until(async () => (await state(id)).state === 'off', 'it is off');
	let heard = false, told = false, answer;
	page.once('websocket', (socket) => socket.on('framereceived', ({ payload }) => {
		heard ||= /"confirmed"/.test(payload) && payload.includes(id);
	}));
	const held = new Promise((resolve) => {
		answer = resolve;
	});
	const path = new RegExp(`${id}/command`);
	await page.route(path, async (route) => {
		const response = await route.fetch();
		told = (await response.json()).status;
		await held;
		await route.fulfill({ response });
	});
	await go(page, `/devices/${(await state(id)).device_id}`);
	await line(page, id).getByRole('switch').click();
	await until(() => told, 'the answer of the house');
	check(told === 'sent', `the answer is ${told}`);
	publish('browser/slow', 'ON');
	await until(() => heard, 'the confirmation');
	answer();
	await page.locator('.toast', { hasText: 'browser slow: turn on.' }).getByRole('button', { name: 'Undo' }).waitFor();
	await page.unroute(path);
}

const probe = {};

async function messages({ page }) {
	Object.assign(probe, thermometer('Shed probe'));
	await until(async () => (await entities()).some((one) => one.entity_id === probe.entityId), 'the probe');
	probe.set('wet');
	await go(page, '/devices/shed_probe');
	const panel = page.getByRole('region', { name: 'Last messages' });
	await until(async () => {
		await panel.getByRole('button').first().click();
		return await panel.locator('[data-result="dropped"]').count() > 0;
	}, 'the message that was not understood');
	check((await panel.textContent()).includes('not a number'), 'the reason is missing');
	check((await panel.locator('.payload').textContent()) === 'wet', 'the payload is missing');
	probe.set(7.5);
	await until(async () => {
		await panel.getByRole('button').first().click();
		return await panel.locator('[data-result="state"]').count() > 0;
	}, 'the message that was understood');
	await checkAccess(page, 'a device with its messages');
}

async function labels({ page }) {
	const room = await api('POST', '/api/v1/areas', { name: 'Garden shed' });
	await go(page, '/devices/shed_probe');
	await page.getByLabel('Name', { exact: true }).fill('Tool shed');
	await page.getByRole('combobox', { name: 'Room' }).selectOption({ label: 'Garden shed' });
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('heading', { level: 1, name: 'Tool shed' }).waitFor();
	const device = await api('GET', '/api/v1/devices/shed_probe');
	check(device.name === 'Tool shed' && device.area_id === room.id, JSON.stringify(device));
	check((await state(probe.entityId)).entity_id === probe.entityId, 'the id changed with the name');
}

async function replace({ page }) {
	const other = thermometer('New probe');
	await until(async () => (await entities()).some((one) => one.entity_id === other.entityId), 'the new one');
	await go(page, '/devices/shed_probe');
	await page.getByRole('button', { name: 'Replace…' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('The new device').selectOption({ label: 'New probe' });
	await dialog.locator('[data-test="plan"]').getByText(probe.entityId).waitFor();
	await checkAccess(page, 'the replace dialog');
	await dialog.getByRole('button', { name: 'Replace', exact: true }).click();
	await dialog.waitFor({ state: 'detached' });
	other.set(12.25);
	await until(async () => (await state(probe.entityId)).state === '12.25', 'the new hardware speaks for it');
}

async function attention({ page }) {
	const topic = 'homeassistant/sensor/browser_cell/config';
	await announce('sensor', 'browser_cell', { device_class: 'battery', unit_of_measurement: '%',
		state_topic: 'browser/cell' });
	publish('browser/cell', '7');
	await announce('sensor', 'browser_gone', { state_topic: 'browser/gone' });
	publish('homeassistant/sensor/browser_gone/config', '');
	publish('homeassistant/select/browser_refused/config', { command_topic: 'browser/told' });
	await go(page, '/attention');
	await until(async () => {
		await page.getByRole('button', { name: 'Look again' }).click();
		return await page.locator('[data-list="low_battery"]').getByText('browser cell').count() > 0 &&
		    await page.locator('[data-list="orphaned"]').getByText('browser gone').count() > 0 &&
		    await page.getByRole('region', { name: 'Announcements that were refused' })
		        .getByText('homeassistant/select/browser_refused/config').count() > 0;
	}, 'the battery, the orphan and what was refused');
	await page.locator('[data-list="refused"]').getByText('options').first().waitFor();
	await until(async () => Number((await page.locator('.badge').textContent()).replace(/\D/g, '')) >= 2, 'the badge');
	await checkAccess(page, 'attention');
	const { id } = await api('POST', '/api/v1/automations', { name: 'Left alone', triggers: [{ trigger: 'time', at: '07:00' }],
		conditions: [{ condition: 'state', entity_id: 'sensor.browser_gone', state: '1' }], actions: [{ stop: 'x' }] });
	const clear = page.locator('[data-list="orphaned"]').getByRole('button');
	await clear.click();
	const users = page.locator('[data-list="orphaned"]').getByRole('status');
	await users.getByText('Without them these no longer work as they are:').waitFor();
	check(await users.getByRole('link', { name: 'Left alone' }).getAttribute('href') === `/automations/${id}`,
	    'no way to the rule that names it');
	await checkAccess(page, 'orphans that are used');
	await checkWidth(page, 'orphans that are used');
	await clear.click();
	await page.locator('[data-list="orphaned"]').waitFor({ state: 'detached' });
	check((await api('GET', '/api/v1/orphans')).entities.length === 0, 'the orphans are still there');
	publish(topic, '');
	await api('DELETE', `/api/v1/automations/${id}`);
}

await run({}, [['sign in', ({ context }) => signIn(context)], ['lamp', lamp],
	['thermostat', thermostat], ['fahrenheit', fahrenheit], ['digits', digits], ['firmware', firmware],
	['picture', picture], ['silent', silent], ['facts', facts], ['long values', longValues],
	['blind', blind], ['kinds', kinds],
	['white part', whitePart], ['overtaken', overtaken], ['messages', messages],
	['labels', labels], ['replace', replace], ['attention', attention]]);
