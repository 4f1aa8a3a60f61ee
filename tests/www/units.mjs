// SPDX-License-Identifier: ISC
// The parts of the dashboard that decide without a browser: words, times, colours, charts.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

const storage = { getItem: () => null, setItem() {}, removeItem() {} };
Object.assign(globalThis, { sessionStorage: storage, localStorage: storage });
process.env.TZ = 'UTC';

const from = (name) => import(`../../www/src/${name}.js`);
const { ago, clockLearn, dayShare, fromWall, lengthText, now, timeFormat, toMs, wallText } = await from('clock');
const { attributeText } = await from('attribute');
const { hsOfRgb, rgbOfHs, rgbOfXy, xyOfRgb } = await from('colour_space');
const { colourOf, colourPatch, rgbwOf } = await from('colour_lamp');
const { columnsOf, factsOf, writerOf } = await from('chart');
const { brightnessOf } = await from('control_light');
const { pictureOf } = await from('control_picture');
const { signalRows } = await from('device_signals');
const { entityFullName, entityName, freshnessOf, iconOf, isNumeric, toneOf, valueParts, valueText } = await from('entity');
const {
	actorText, eventKnows, events, eventsAdd, eventsForget, eventSubject, eventText, eventUndoable,
} = await from('event');
const { lightsText, wattsOf } = await from('glance');
const { house, houseApply, houseLoad } = await from('house');
const { SHAPES } = await from('icon');
const { ICONS } = await from('icon_names');
const { idle } = await from('idle');
const { jsonFault } = await from('json_fault');
const { meanHumidity, meanTemperature } = await from('measured');
const { axisTexts, quantityText } = await from('quantity');
const { revisionText, stepPlace, stepsOf } = await from('revision_text');
const { roomsByFloor } = await from('room_groups');
const { causeText } = await from('rule_back_day');
const { offsetText, placeText } = await from('rule_run_details');
const { undoneText, undoOffers } = await from('rule_run_undo');
const { ruleText, stepText } = await from('rule_text');
const { durationText: writtenDuration, secondsOf } = await from('rule_time_fields');
const { durationText, patternText, weekdaysText } = await from('rule_time_text');
const { session } = await from('session');
const { legendOf, spansOf } = await from('timeline');
const { webAddress } = await from('web_address');

globalThis.document = { visibilityState: 'hidden' };

const lamp = { entity_id: 'light.hall', name: 'Hall lamp', device_id: 'd1', domain: 'light',
	state: 'on', available: true, attributes: { brightness: 128 }, last_changed: 0 };
const heat = { entity_id: 'sensor.hall_temperature', name: 'Hall lamp Temperature',
	device_id: 'd1', domain: 'sensor', device_class: 'temperature', unit: '°C', state: '21.456',
	available: true, attributes: {} };
house.devices.set('d1', { id: 'd1', name: 'Hall lamp' });
house.entities.set(lamp.entity_id, lamp);
house.entities.set(heat.entity_id, heat);
house.automations.set('night', { id: 'night', name: 'Night light' });

test('times are read on the clock of the house', () => {
	const learn = (name) => clockLearn(new Headers(name ? { 'X-Time-Zone': name } : {}));
	const noon = Date.UTC(2026, 6, 1, 12), text = timeFormat({ hour: '2-digit', minute: '2-digit', hour12: false });
	learn('Europe/Berlin');
	assert.equal(wallText(noon), '2026-07-01T14:00:00');
	assert.equal(text(noon), '14:00');
	assert.equal(dayShare(noon), 14 / 24);
	for (const wall of ['2026-07-01T14:00:00', '2026-01-01T00:00:05', '2026-10-25T04:30:00', '2026-03-29T03:00:00'])
		assert.equal(wallText(fromWall(wall)), wall);
	// half past two of the night that has it twice is one of the two; of the night that has none it is near
	assert.ok([Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)].includes(fromWall('2026-10-25T02:30')));
	assert.ok(Math.abs(fromWall('2026-03-29T02:30') - Date.UTC(2026, 2, 29, 1)) <= 3600e3);
	assert.ok(Number.isNaN(fromWall('')) && Number.isNaN(fromWall('soon')));
	learn(null);
	assert.equal(text(noon), '14:00', 'an answer that says nothing changes nothing');
	learn('Mars/Olympus');
	assert.equal(text(noon), '12:00', 'a zone that the browser does not know is none');
	learn('UTC');
});

test('a revision says what was done and where', () => {
	assert.equal(revisionText({ change: 'changed', changed: ['name', 'enabled', 'actions'] }),
	    'Changed name, on or off, then');
	assert.equal(revisionText({ change: 'removed', changed: [] }), 'Deleted');
	assert.equal(stepPlace({ path: '/actions/0/data/brightness' }), 'then 1 › data › brightness');
	assert.equal(stepPlace({ path: '/name' }), 'name');
	assert.equal(stepPlace({ path: '/triggers/11/a~1b~0c' }), 'when 12 › a/b~c');
	assert.equal(stepPlace({ path: '' }), '');
	const gone = { op: 'remove', path: '', from: { name: 'Hall', icon: null, aliases: [], devices: ['lamp'] }, to: null };
	assert.deepEqual(stepsOf([gone]).map(({ op, path, from }) => [op, path, from]),
	    [['remove', '/name', 'Hall'], ['remove', '/devices', ['lamp']]]);
	assert.deepEqual(stepsOf(null), []);
	assert.deepEqual(stepsOf([{ ...gone, path: '/icon' }]), [{ ...gone, path: '/icon' }]);
});

test('names leave the device out where it is shown, and name it where it is not', () => {
	assert.equal(entityName(heat), 'Temperature');
	assert.equal(entityName(lamp), 'Light');
	assert.equal(entityFullName(heat), 'Hall lamp Temperature');
	assert.equal(entityFullName({ ...heat, name: 'Temperature' }), 'Hall lamp Temperature');
});

test('values are words of their device class, numbers keep what helps', () => {
	assert.equal(valueText(lamp), 'On · 50 %');
	assert.equal(valueText(heat), '21.5 °C');
	assert.deepEqual(valueParts(heat, 0), ['21.46', '°C']);
	assert.deepEqual(valueParts({ ...heat, unit: 'kWh', device_class: 'energy', state: '1234.62' }, 0), ['1,234.62', 'kWh']);
	assert.equal(valueText({ ...heat, device_class: 'voltage' }), '21.46 °C');
	assert.equal(valueText({ ...heat, state: null }), 'No value yet');
	assert.equal(valueText({ ...heat, state: null, available: false }), 'Unavailable');
	assert.equal(valueText({ entity_id: 'binary_sensor.a', device_class: 'moisture', state: 'on' }),
	    'Wet');
	assert.equal(toneOf({ entity_id: 'binary_sensor.a', device_class: 'moisture', state: 'on' }),
	    'alarm');
	assert.equal(toneOf({ entity_id: 'lock.a', state: 'locked' }), 'idle');
});

test('a text is shown letter by letter, a number only where something says that it is one', () => {
	const text = (state, more) => valueText({ entity_id: 'sensor.a', domain: 'sensor', state, attributes: {}, ...more });
	for (const state of ['0012345678901234567890', '011', '1e5', 'my_home-wifi', 'x', 'rainbow_cycle', '1.50'])
		assert.equal(text(state), state);
	assert.equal(text('011', { device_class: 'enum' }), '011');
	assert.equal(text('eco_mode', { entity_id: 'select.a', domain: 'select' }), 'eco_mode');
	assert.equal(text('garden_house', { entity_id: 'text.a', domain: 'text' }), 'garden_house');
	assert.equal(text('x', { entity_id: 'device_tracker.a', domain: 'device_tracker' }), 'x');
	assert.equal(text('011', { device_class: 'battery' }), '11');
	assert.equal(text('1234567', { unit: 'B' }), '1,234,567 B');
	assert.equal(text('1e5', { attributes: { state_class: 'measurement' } }), '100,000');
	assert.equal(text('5.0', { attributes: { suggested_display_precision: 0 } }), '5');
	assert.equal(text('heat_cool', { entity_id: 'climate.a', domain: 'climate' }), 'Heat cool');
	assert.equal(text('My_Mode', { entity_id: 'water_heater.a', domain: 'water_heater' }), 'My_Mode');
	assert.ok(!isNumeric({ entity_id: 'sensor.a', state: '42' }));
	assert.ok(isNumeric({ entity_id: 'sensor.a', state: null, unit: 'W' }));
	assert.ok(isNumeric({ entity_id: 'number.a', state: 'x' }));
});

test('temperatures of thermostats and water heaters have the unit that these say', () => {
	const attributes = { hvac_action: 'heating', current_temperature: 68.04, temperature: 70, temperature_unit: 'F' };
	const stove = { entity_id: 'climate.stove', domain: 'climate', state: 'heat', attributes };
	assert.equal(valueText(stove), 'Heating · 68 °F');
	assert.equal(valueText({ ...stove, attributes: { ...attributes, temperature_unit: undefined } }), 'Heating · 68 °C');
	assert.equal(valueText({ ...stove, attributes: { current_temperature: 0 } }), 'Heat · 0 °C');
	assert.equal(valueText({ ...stove, attributes: { current_temperature: null } }), 'Heat');
	const tank = { entity_id: 'water_heater.tank', domain: 'water_heater', state: 'heat_pump',
		attributes: { current_temperature: 121.46, temperature_unit: 'F' } };
	assert.equal(valueText(tank), 'Heat pump · 121.5 °F');
	assert.equal(attributeText(tank, 'temperature', 130), '130 °F');
	assert.equal(attributeText(stove, 'current_humidity', 45), '45 %');
	assert.equal(attributeText(stove, 'hvac_modes', ['off', 'heat']), 'off, heat');
	assert.equal(attributeText({ entity_id: 'sensor.a' }, 'temperature', 1000.5), '1000.5');
	house.entities.set(stove.entity_id, stove);
	assert.equal(eventText({ kind: 'state_changed', subject: stove.entity_id,
		data: { entity_id: stove.entity_id, attributes: { temperature: 71.5, preset_mode: 'eco', x: { y: 1 } } } }),
	'temperature 71.5 °F, preset mode eco, x {"y":1}');
	house.entities.delete(stove.entity_id);
});

test('the temperature of a room is one of what its sensors say, each in its unit', () => {
	const sensor = (state, unit, more) => ({ entity_id: 'sensor.a', device_class: 'temperature', state, unit, ...more });
	const mean = (...sensors) => {
		const found = meanTemperature(sensors);
		return found && `${found.value.toFixed(3)} ${found.unit}`;
	};
	assert.equal(mean(sensor('21.256', '°C'), sensor('70', '°F')), '21.184 °C');
	assert.equal(mean(sensor('68', '°F'), sensor('20', '°C'), sensor('70', '°F')), '68.667 °F');
	assert.equal(mean(sensor('20', '°C'), sensor('295.15', 'K')), '21.000 °C');
	assert.equal(mean(sensor('294', 'K')), '294.000 K');
	assert.equal(mean(sensor('20', '°C'), sensor('70', null), sensor('x', '°C'), sensor(null, '°C'),
	    sensor('9', '°C', { available: false }), sensor('9', '°C', { entity_id: 'number.a' })), '20.000 °C');
	assert.equal(mean(), null);
	assert.equal(meanHumidity([{ ...sensor('40', '%'), device_class: 'humidity' },
		{ ...sensor('50', '%'), device_class: 'humidity' }]), 45);
	assert.equal(meanHumidity([sensor('40', '%')]), null);
});

test('a number has the digits that its sensor suggests or its steps need, wherever it is shown', () => {
	const mains = { entity_id: 'sensor.mains', domain: 'sensor', unit: 'V', state: '231.4567', available: true,
		attributes: { suggested_display_precision: 3 } };
	house.entities.set(mains.entity_id, mains);
	const change = (from, to) => eventText({ kind: 'state_changed', subject: mains.entity_id,
		data: { entity_id: mains.entity_id, old_state: from, new_state: to } });
	assert.equal(valueText(mains), '231.457 V');
	assert.equal(valueText({ ...mains, state: '231' }), '231.000 V');
	assert.equal(valueText({ ...mains, state: '-0.0001' }), '0.000 V');
	assert.equal(valueText({ ...mains, device_class: 'temperature', attributes: { suggested_display_precision: 0 } }), '231 V');
	assert.equal(change('231.4567', '231.5'), '231.457 V → 231.500 V');
	assert.equal(change(null, '231.4567'), '231.457 V');
	house.entities.set(mains.entity_id, { ...mains, attributes: {}, unit: 'kWh' });
	assert.equal(change('1234.51', '1234.62'), '1,234.51 kWh → 1,234.62 kWh');
	assert.equal(change('1000', '2000'), '1,000 kWh → 2,000 kWh');
	house.entities.delete(mains.entity_id);
	const level = { entity_id: 'number.a', domain: 'number', unit: 'bar', state: '1.125', attributes: { step: 0.005 } };
	assert.equal(valueText(level), '1.125 bar');
	assert.equal(valueText({ ...level, state: '1234.5' }), '1,234.5 bar');
	assert.equal(quantityText({ ...level, attributes: { step: 1 } }, 21.456), '21.46');
	assert.equal(attributeText(level, 'step', 0.005), '0.005 bar');
	assert.equal(attributeText({ ...level, unit: null }, 'max', 2000), '2000');
	assert.deepEqual(axisTexts([231.455, 231.46, null], 0.005), ['231.455', '231.460', '']);
	assert.deepEqual(axisTexts([1000, 1500], 500), ['1,000', '1,500']);
});

test('what a chart says has the digits of its sensor, or those that tell its values apart', () => {
	const { columns } = columnsOf([[0, 1234.5, 1234.5, 1234.5], [300e3, 1234.5, 1234.7, 1234.75]], 600e3);
	const said = (entity) => factsOf(columns, writerOf(columns, entity)).map(([, text]) => text);
	assert.deepEqual(said({ unit: 'kWh' }), ['1,234.5 kWh', '1,234.6 kWh', '1,234.75 kWh', '1,234.7 kWh']);
	assert.deepEqual(said({ unit: 'kWh', attributes: { suggested_display_precision: 1 } }),
	    ['1,234.5 kWh', '1,234.6 kWh', '1,234.8 kWh', '1,234.7 kWh']);
	assert.deepEqual(said({ attributes: { state_class: 'total' } })[0], '1,234.5');
	assert.deepEqual(factsOf([[0], [null], [null], [null]], String), []);
});

test('a picture is shown from the house, and linked to when it is elsewhere', () => {
	const of = (state, url) => pictureOf({ entity_id: 'image.a', state, attributes: { image_url: url } }, 'https://house.lan');
	const at = '2026-01-01T00:00:00Z';
	assert.deepEqual(of(at, 'https://pictures.example/a.jpg'), { href: 'https://pictures.example/a.jpg' });
	assert.deepEqual(of(at, 'http://house.lan/a.jpg'), { href: 'http://house.lan/a.jpg' });
	assert.deepEqual(of(at, 'https://house.lan/a.jpg'), { src: 'https://house.lan/a.jpg' });
	assert.deepEqual(of(at, 'javascript:alert(1)'), { path: '/api/v1/entities/image.a/image' });
	assert.deepEqual(of(at, null), { path: '/api/v1/entities/image.a/image' });
	assert.equal(of(null, null), null);
	assert.equal(pictureOf({ entity_id: 'camera.a', state: null }, ''), null);
});

test('what nobody reported is no value', () => {
	const percent = (state, brightness) => brightnessOf({ state, attributes: { brightness } });
	assert.deepEqual([percent('on', 128), percent('on', 0), percent('off', 128), percent('off'), percent('on'),
		percent('on', null), percent(null, null), percent('unknown', 20)], [50, 0, 0, 0, null, null, null, null]);
	assert.equal(brightnessOf({ state: null }), null);
	const cell = (state) => toneOf({ entity_id: 'sensor.a', device_class: 'battery', state });
	assert.deepEqual([cell('7'), cell('90'), cell(null), cell('')], ['warn', 'idle', 'idle', 'idle']);
	const lights = (...states) => lightsText(states.map((state) => ({ entity_id: 'light.a', state,
		available: state !== 'gone' })).concat({ entity_id: 'switch.a', state: 'on' }));
	assert.equal(lights(), null);
	assert.equal(lights(null, null), null);
	assert.equal(lights('off', 'off', 'gone'), 'All lights off');
	assert.equal(lights('off', null), 'No light known to be on');
	assert.equal(lights('on', null), '1 light on');
	assert.equal(lights('on', 'on', 'off'), '2 lights on');
});

test('triggers and tags have their last event, whether it was loaded or heard since', () => {
	const trigger = (type, subtype, last) => ({ entity: { capabilities: { type, subtype } }, last });
	const event = (id, kind, data) => ({ id, kind, data: { device_id: 'box', ...data } });
	const loaded = { triggers: [trigger('short_press', 'button_1', event(5, 'device_trigger')), trigger('short_press', 'button_2'),
		trigger('action', null)], tags: [{ entity: { name: 'Reader' } }] };
	const heard = [event(7, 'device_trigger', { type: 'short_press', subtype: 'button_1' }),
		event(6, 'device_trigger', { type: 'short_press', subtype: 'button_1' }),
		event(8, 'device_trigger', { type: 'short_press', subtype: 'button_2', device_id: 'other' }),
		event(9, 'device_trigger', { type: 'action' }), event(10, 'tag_scanned', { tag_id: 'E9' })];
	const rows = ({ triggers, tags }) => [...triggers, ...tags].map(([name, last]) => [name, last?.id]);
	assert.deepEqual(rows(signalRows({ id: 'box', loaded, heard })), [['Short press button 1', 7],
		['Short press button 2', undefined], ['Action', 9], ['Reader', 10]]);
	assert.deepEqual(rows(signalRows({ id: 'box', loaded, heard: [] })), [['Short press button 1', 5],
		['Short press button 2', undefined], ['Action', undefined], ['Reader', undefined]]);
	const two = { ...loaded, tags: [...loaded.tags, { entity: { name: 'Back' } }] };
	assert.deepEqual(rows(signalRows({ id: 'box', loaded: two, heard })).slice(3), [['Reader', undefined], ['Back', undefined]]);
});

test('only addresses of the web are links, and a robot says how full its battery is', () => {
	assert.ok(webAddress('http://192.168.1.20/setup') && webAddress('HTTPS://a.example'));
	for (const text of ['homeassistant://config/x', 'javascript:alert(1)', 'http://', '//a.example', ' http://a', '', null])
		assert.ok(!webAddress(text), text);
	const robot = { entity_id: 'vacuum.robo', state: 'docked', attributes: { battery_level: 80 } };
	assert.equal(valueText(robot), 'Docked · battery 80 %');
	assert.equal(valueText({ ...robot, attributes: { battery_level: null } }), 'Docked');
});

test('the power of the house is that of all sensors that are there, each in its unit', () => {
	const meter = (state, unit, more) => ({ entity_id: 'sensor.a', device_class: 'power', state, unit, ...more });
	assert.equal(wattsOf([meter('60.5', 'W'), meter('1.2', 'kW'), meter('500', 'mW'), meter(null, 'W'), meter('x', 'kW')]), 1261);
	assert.equal(wattsOf([meter('60', 'W', { available: false }), meter('60', null), meter('60', 'VA'),
		meter('60', 'W', { entity_id: 'number.limit' })]), 0);
});

test('freshness is what the house says, unless there is nothing to be fresh', () => {
	assert.equal(freshnessOf({ ...heat, freshness: 'late' }), 'late');
	assert.equal(freshnessOf({ ...heat, freshness: 'silent' }), 'silent');
	assert.equal(freshnessOf({ ...heat, freshness: undefined }), 'fresh');
	assert.equal(freshnessOf({ ...heat, available: false }), 'unavailable');
});

test('times', () => {
	assert.equal(ago(now() - 5e3), 'just now');
	assert.equal(ago(now() - 120e3), '2 min ago');
	assert.equal(ago(now() - 3 * 3600e3), '3 h ago');
	assert.equal(ago(null), 'never');
	assert.equal(lengthText(65e3), '1 min 5 s');
	assert.equal(lengthText(12), '12 ms');
	assert.equal(toMs('1970-01-01T00:00:01Z'), 1000);
});

test('events in words', () => {
	const change = { kind: 'state_changed', subject: 'light.hall',
		data: { entity_id: 'light.hall', old_state: 'off', new_state: 'on' } };
	assert.equal(`${eventSubject(change)} ${eventText(change)}`, 'Hall lamp Off → On');
	assert.equal(eventText({ kind: 'state_changed', subject: heat.entity_id,
		data: { entity_id: heat.entity_id, old_state: '21.41', new_state: '21.44' } }),
	'21.41 °C → 21.44 °C');
	assert.equal(eventText({ kind: 'command', subject: 'light.hall',
		data: { service: 'turn_on', status: 'refused', reason: 'at night' } }),
	'must not turn on: at night');
	assert.equal(eventText({ kind: 'device_trigger', subject: 'device.remote',
		data: { type: 'action', subtype: 'single' } }), 'action single');
	assert.equal(eventText({ kind: 'tag_scanned', subject: 'tag.E9',
		data: { tag_id: 'E9', device_id: 'door' } }), 'scanned the tag E9');
	assert.equal(eventText({ kind: 'object_detected', subject: 'device.frigate',
		data: { type: 'new', label: 'person', camera: 'front_door' } }), 'new person at front door');
	for (const [kind, subject, data, words] of [
		['label_changed', 'label.winter', { change: 'removed', name: 'Winter' }, 'Winter was removed'],
		['calendar_changed', 'calendar.waste', { change: 'failed', name: 'Waste', reason: 'no answer' },
			'Waste cannot be read: no answer'],
		['scenario_start', 'scenario.party', { name: 'Party' }, 'Party began'],
		['scenario_complete', 'scenario.party', { name: 'Party', status: 'failed', reason: 'no lamp',
			not_restored: [{ entity_id: 'light.hall' }] },
		'Party failed: no lamp; not as before: Hall lamp'],
		['scenario_stop', 'scenario.party', { restore: true },
			'The scenario party was asked to stop and take back what it did'],
		['message', 'mqtt.door/bell', { payload: 'ring' }, 'The topic door/bell was heard: ring'],
		['webhook', 'webhook.gate', { method: 'POST' }, 'A webhook was called with POST'],
		['battery', 'light.hall', { entity_id: 'light.hall', low: true }, 'Hall lamp has a low battery'],
		['mass_loss', 'devices', { lost: true, devices: 3 }, 'Devices 3 devices were lost at once'],
		['security', 'devices', { what: 'a reading was refused', peer: '10.0.0.9', reason: 'bad signature' },
			'Devices security: a reading was refused from 10.0.0.9: bad signature'],
		['system', 'house.start', null, 'The house started'],
		['alert_changed', 'alert_rule.cellar', { change: 'added' }, 'The alert rule cellar was added'],
		['loop', 'automation.night', { rules: ['automation:night', 'automation:day', 'automation:night'] },
			'Night light was stopped: rules set off each other without end (Night light, day)'],
	]) {
		assert.equal(`${eventSubject({ kind, subject, data })} ${eventText({ kind, subject, data })}`, words);
	}
	assert.deepEqual([...readFileSync(new URL('../../shared/domain/event.def', import.meta.url),
	    'utf8').matchAll(/^X\(\w+, \d+, "(\w+)"\)/gm)]
	    .map(([, kind]) => kind).filter((kind) => !eventKnows(kind)), []);
	assert.equal(eventSubject({ kind: 'automation_run', subject: 'automation.night', data: {} }),
	    'Night light');
	assert.equal(actorText({ actor: 'user:anna' }), 'anna');
	assert.equal(actorText({ actor: 'automation:night' }), 'the automation Night light');
	assert.equal(actorText({ actor: null }), '');
});

/** What is said of one trigger, condition or action. */
const when = (trigger, rest) => ruleText({ triggers: [{ trigger, ...rest }] }).when[0];
const only = (condition, rest) => ruleText({ conditions: [{ condition, ...rest }] }).only[0];
const then = (action) => ruleText({ actions: [action] }).then[0];

/** The kinds of the table that C files of the domain called PART_*.c hold. */
const kindsOf = (part) => readdirSync(new URL('../../shared/domain/', import.meta.url))
    .filter((name) => name.startsWith(`${part}_`) && name.endsWith('.c'))
    .flatMap((name) => [...readFileSync(new URL(`../../shared/domain/${name}`, import.meta.url), 'utf8')
        .matchAll(new RegExp(`struct ${part}_ops ${part}_\\w+ = \\{\\s*\\.name = "(\\w+)"`, 'g'))])
    .map(([, kind]) => kind);

test('every kind of trigger, condition and action has words', () => {
	assert.ok(kindsOf('trigger').length > 15 && kindsOf('condition').length > 6 && kindsOf('action').length > 12);
	const bare = (kind) => kind.replaceAll('_', ' ');
	assert.deepEqual(kindsOf('trigger').filter((kind) => when(kind) === bare(kind)), []);
	assert.deepEqual(kindsOf('condition').filter((kind) => only(kind, { weekday: 'mon' }) === bare(kind)), []);
	assert.deepEqual(kindsOf('action').filter((kind) => kind !== 'action' && then({ [kind]: 'x' }) === 'do something'), []);
});

test('moments that come again are said as the house says them', () => {
	const lines = readFileSync(new URL('../data/patterns/words.txt', import.meta.url), 'utf8').split('\n')
	    .filter((line) => line !== '' && !line.startsWith('#'));
	assert.ok(lines.length > 25);
	for (const line of lines) {
		const [, ...parts] = /^(\S+) (\S+) (\S+): (.*)$/.exec(line);
		const [hours, minutes, seconds] = parts.map((text) => (text === '-' ? undefined :
			/^\d+$/.test(text) ? Number(text) : text));
		assert.equal(patternText({ hours, minutes, seconds }), parts[3]);
	}
	assert.equal(patternText({ hours: '7' }), 'every day at 07:00');
	assert.equal(when('time_pattern', { seconds: '/5' }), 'every 5 seconds');
	assert.equal(then({ wait_for_trigger: [{ trigger: 'time_pattern', minutes: '/5' }] }),
	    'wait until its time comes (every 5 minutes)');
});

test('a length is shown as it is, and written as it is shown', () => {
	for (const [value, seconds] of [[{ milliseconds: 300 }, 0.3], ['00:00:00.5', 0.5], ['00:05', 300], ['01:00:05', 3605],
		['-00:30:00', -1800], [90, 90], ['soon', null], ['{{ 3 }}', null]])
		assert.equal(secondsOf(value), seconds);
	for (const [seconds, text] of [[0.3, '00:00:00.3'], [3600.3, '01:00:00.3'], [0.0004, '00:00:00'], [0.05, '00:00:00.05'],
		[90, '00:01:30'], [-1800, '-00:30:00']])
		assert.equal(writtenDuration(seconds), text);
});

test('what a template says of a service', () => {
	assert.equal(then({ action: "light.turn_{{ trigger.to_state.state }}", target: { entity_id: 'all' } }),
	    'do light.turn_{{ trigger.to_state.state }} (everything)');
	assert.equal(then({ action: 'light.turn_on', target: { entity_id: 'all' }, data: '{{ settings }}' }),
	    'turn on every light ({{ settings }})');
});

test('lengths and days in words', () => {
	for (const [value, text] of [[60, '1 min'], [3661, '1 h 1 min 1 s'], ['01:00:05', '1 h 5 s'], ['36:00:00', '1 d 12 h'],
		[0.5, '0.5 s'], ['00:00:00', '0 s'], [{ hours: 1, minutes: '{{ x }}' }, '1 h {{ x }} min'],
		['{{ 2 * 3 }}', '{{ 2 * 3 }}'], ['5', '5 s'], ['00:05', '5 min'], ['00:00:00.5', '0.5 s']])
		assert.equal(durationText(value), text);
	for (const [value, text] of [['sat', 'Saturday'], [['sun', 'sat'], 'Saturday and Sunday'],
		[['mon', 'tue', 'wed', 'thu', 'fri'], 'Monday to Friday'], [['mon', 'wed', 'sat'], 'Monday, Wednesday and Saturday']])
		assert.equal(weekdaysText(value), text);
});

test('nested rules in words', () => {
	const words = ruleText({ triggers: [{ trigger: 'sun', event: 'sunset', offset: '-00:30:00' },
		{ trigger: 'sun', event: 'sunrise', offset: { hours: 1 } }, { trigger: 'sun', event: 'sunset', offset: -1800 }],
	conditions: ["{{ x }}", { or: [
		{ condition: 'time', after: '22:00', before: '06:00' }, { condition: 'sun', after: 'sunset' }] }],
	actions: [
		{ if: [{ condition: 'trigger', id: 'a' }], then: [{ delay: 5 }], else: [{ stop: 'enough' }] },
		{ choose: [{ conditions: "{{ y }}", sequence: [{ event: 'e' }] }], default: [{ delay: '00:01:00' }] },
		{ repeat: { count: 2, sequence: { variables: { a: 1 } } } },
		{ parallel: [[{ delay: 1 }, { delay: 2 }], { sequence: [{ event: 'f' }] }] },
		{ wait_for_trigger: { trigger: 'event', event_type: 'g' }, timeout: 3 },
		{ condition: 'not', conditions: ["{{ z }}"] }] });
	assert.deepEqual(words.when, ['30 min before the sun sets', '1 h after the sun rises', '30 min before the sun sets']);
	assert.deepEqual(words.only, ['{{ x }} is true', '(it is between 22:00 and 06:00 or it is after sunset)']);
	assert.deepEqual(words.then, ['if it was started by a: wait 5 s; else: stop (enough)',
		'if {{ y }} is true: tell others of "e"; else: wait 1 min', 'repeat 2 times: set a to 1',
		'at the same time: wait 1 s, wait 2 s | tell others of "f"', 'wait until the event g happens, for 3 s at most',
		'go on only if not ({{ z }} is true)']);
});

test('people, messages, calls and lost devices in words', () => {
	const words = ruleText({ triggers: [
		{ trigger: 'zone', entity_id: 'device_tracker.anna', zone: 'zone.home', event: 'leave', for: '00:05:00' },
		{ trigger: 'zone', entity_id: ['device_tracker.anna', 'device_tracker.ben'], zone: 'zone.work_place' },
		{ trigger: 'mqtt', topic: 'bell/+', payload: 'ding' }, { trigger: 'mqtt', topic: 'bell/#' },
		{ trigger: 'mqtt', topic: 'bell/a', payload: 'on', value_template: '{{ value_json.ring }}' },
		{ trigger: 'webhook', webhook_id: '***' }, { trigger: 'webhook', webhook_id: '***', local_only: false },
		{ trigger: 'device_status', device_id: 'freezer', for: 60 },
		{ trigger: 'device_status', device_id: 'freezer', to: 'online' }],
	conditions: [{ condition: 'zone', entity_id: ['device_tracker.anna', 'device_tracker.ben'], zone: 'zone.home' }] });
	assert.deepEqual(words.when, ['device_tracker.anna leaves home for 5 min',
		'device_tracker.anna or device_tracker.ben comes to work place', '"ding" comes on bell/+',
		'a message comes on bell/#', 'a message comes on bell/a of which {{ value_json.ring }} makes "on"',
		'its webhook is called', 'its webhook is called, also from outside', 'freezer is lost for 1 min',
		'freezer is there again']);
	assert.deepEqual(words.only, ['device_tracker.anna and device_tracker.ben are at home']);
});

test('what the house feels in words', () => {
	const words = ruleText({ triggers: [{ trigger: 'emotion', emotion: 'worry', above: 0.5, for: '00:10:00' },
		{ trigger: 'emotion', to: 'worry', from: 'happiness' }, { trigger: 'emotion', from: 'worry' }],
	conditions: [{ condition: 'emotion', primary: 'boredom' }, { condition: 'emotion', emotion: 'worry', below: 0.5 }] });
	assert.deepEqual(words.when, ["the house's worry is above 0.5 for 10 min", 'the house feels worry after happiness',
		'the house feels something else after worry']);
	assert.deepEqual(words.only, ['the house feels boredom', "the house's worry is below 0.5"]);
	const emotion = { kind: 'emotion', subject: 'house.emotion', data: { primary: 'worry' } };
	assert.equal(`${eventSubject(emotion)} ${eventText(emotion)}`, 'The house feels worry');
});

test('rules in words', () => {
	const words = ruleText({ triggers: [{ trigger: 'state', entity_id: 'light.hall', to: 'on',
		for: '00:02:00' }, { trigger: 'time', at: '07:00' }],
	conditions: [{ condition: 'numeric_state', entity_id: heat.entity_id, below: 20 }],
	actions: [{ action: 'light.turn_off', target: { entity_id: 'light.hall' } },
		{ delay: '01:00:05' }] });
	assert.deepEqual(words, {
		when: ['Hall lamp changes to on for 2 min', 'it is 07:00'],
		only: ['Hall lamp Temperature is below 20 °C'],
		then: ['turn off Hall lamp', 'wait 1 h 5 s'],
	});
	assert.deepEqual(ruleText({ triggers: [null, { trigger: 'moon' }] }).when, ['?', 'moon']);
	assert.deepEqual(ruleText({ actions: [null, { choose: [null] }, { parallel: [null] }, { repeat: null },
		{ variables: null }] }).then, ['?', 'if nothing: do nothing', 'at the same time: ?',
		'repeat until nothing: do nothing', 'set nothing']);
	assert.deepEqual(ruleText({ triggers: [{ trigger: 'device', device_id: 'remote',
		type: 'button_short_press', subtype: 'button_1' }, { trigger: 'device', device_id: 'bell' },
	{ trigger: 'tag', tag_id: ['7', 'E9'] }, { trigger: 'tag', tag_id: '7', device_id: 'd1' }] }).when, [
		'remote reports button short press button 1', 'bell reports any trigger', 'the tag 7 or E9 is scanned',
		'the tag 7 is scanned at Hall lamp']);
});

test('what triggers look at in words', () => {
	house.entities.set('binary_sensor.m', { entity_id: 'binary_sensor.m', name: 'Motion',
		device_class: 'occupancy' });
	for (const [rest, text] of [
		[{ entity_id: 'binary_sensor.m', to: 'off' }, 'Motion changes to clear'],
		[{ platform: 'state', entity_id: 'binary_sensor.m', from: 'on', to: 'off' }, 'Motion changes from occupied to clear'],
		[{ entity_id: ['light.hall', 'binary_sensor.m'] }, 'Hall lamp or Motion changes'],
		[{ entity_id: 'light.hall', for: 60 }, 'Hall lamp changes and stays so for 1 min'],
		[{ entity_id: 'light.hall', not_from: 'off', not_to: ['unavailable', 'unknown'], for: 5 },
			'Hall lamp changes from anything but off to anything but unavailable or unknown for 5 s'],
		[{ entity_id: 'light.hall', from: null, to: ['on', 'off', 'unavailable'] }, 'Hall lamp changes to on, off or unavailable'],
		[{ entity_id: 'light.hall', attribute: 'color_temp' }, 'color temp of Hall lamp changes'],
		[{ entity_id: 'light.hall', to: 'on', id: 'lit' }, 'Hall lamp changes to on (called lit)'],
		[{ entity_id: 'light.hall', to: 'on', enabled: false }, '(disabled: Hall lamp changes to on)'],
	])
		assert.equal(when('state', rest), text);
	for (const [rest, text] of [
		[{ entity_id: heat.entity_id, above: 0, for: '00:05:00' }, 'Hall lamp Temperature comes above 0 °C for 5 min'],
		[{ entity_id: heat.entity_id, above: 18, below: 20 }, 'Hall lamp Temperature comes between 18 and 20 °C'],
		[{ entity_id: 'light.hall', attribute: 'brightness', below: 10 }, 'brightness of Hall lamp comes below 10'],
		[{ entity_id: heat.entity_id, above: 'light.hall' }, 'Hall lamp Temperature comes above Hall lamp'],
		[{ entity_id: heat.entity_id, above: 18.5, below: 'input_number.x' },
			'Hall lamp Temperature comes between 18.5 °C and input_number.x'],
		[{ entity_id: heat.entity_id, value_template: '{{ state.state }}', above: 3 },
			'{{ state.state }} of Hall lamp Temperature comes above 3'],
	])
		assert.equal(when('numeric_state', rest), text);
	assert.equal(when('time', { at: ['07:00:00', '22:15:30'], weekday: ['sat', 'sun'] }),
	    'it is 07:00 or 22:15:30 on Saturday and Sunday');
	assert.equal(when('event', { event_type: 'door', event_data: { who: 'me', at: { x: 1 } } }),
	    'the event door happens with who me, at {"x":1}');
	assert.equal(when('calendar', { entity_id: ['calendar.a', 'calendar.b'], event: 'end', offset: '-01:00:00' }),
	    '1 h before an appointment of calendar.a or calendar.b ends');
});

test('what conditions ask in words', () => {
	for (const [kind, rest, text] of [
		['state', { entity_id: ['light.hall', 'light.b'], state: ['on', 'off'], for: 300 },
			'Hall lamp and light.b are on or off for at least 5 min'],
		['state', { entity_id: ['light.hall', 'light.b'], state: 'on', match: 'any' }, 'Hall lamp or light.b is on'],
		['state', { entity_id: 'light.hall', attribute: 'effect', state: 'fire' }, 'effect of Hall lamp is fire'],
		['numeric_state', { entity_id: 'light.hall', attribute: 'brightness', above: 3 }, 'brightness of Hall lamp is above 3'],
		['time', { after: '22:00:00', weekday: 'sat' }, 'it is after 22:00 on Saturday'],
		['time', { weekday: ['mon', 'tue', 'wed'] }, 'it is Monday to Wednesday'],
		['sun', { after: 'sunset', after_offset: -600 }, 'it is later than 10 min before sunset'],
		['sun', { before: 'sunrise', before_offset: '00:30:00' }, 'it is earlier than 30 min after sunrise'],
		['sun', { after: 'sunset', before: 'sunrise', before_offset: '-01:00:00' },
			'it is between sunset and 1 h before sunrise'],
		['trigger', { id: ['a', 'b', 'c'] }, 'it was started by a, b or c'],
		['template', { value_template: '{{ x }}', enabled: false }, '(disabled: {{ x }} is true)'],
	])
		assert.equal(only(kind, rest), text);
});

test('what actions do in words', () => {
	house.areas.set('den', { id: 'den', name: 'Den' });
	house.floors.set('top', { id: 'top', name: 'Top floor' });
	house.labels.set('evening', { id: 'evening', name: 'For the evening' });
	for (const [action, text] of [
		[{ scenario: 'party-mode', parameters: { guest_count: 3 } }, 'run the scenario party mode (guest count 3)'],
		[{ notify: 'Hello' }, 'tell people: Hello'],
		[{ notify: 'Hello', title: 'Door', severity: 'critical', channels: ['mail', 'chat'] },
			'tell people by mail and chat (critical): Door: Hello'],
		[{ webhook: 'https://a.example/' }, 'call https://a.example/'],
		[{ webhook: 'https://a.example/', method: 'GET' }, 'call https://a.example/ with GET'],
		[{ simulate_presence: '03:00:00' }, 'simulate presence for 3 h'],
		[{ action: 'light.turn_on', target: { area_id: ['den', 'x'], label_id: 'evening' }, data: { rgb_color: [1, 2, 3] } },
			'turn on every light in Den, every light in x and every light labelled For the evening (rgb color 1,2,3)'],
		[{ action: 'light.turn_off', target: { entity_id: 'all' } }, 'turn off every light'],
		[{ action: 'light.turn_off', target: { floor_id: ['top', 'cellar'] } },
			'turn off every light on Top floor and every light on cellar'],
		[{ service: 'homeassistant.turn_off', target: { area_id: 'den' }, where_possible: true },
			'turn off everything in Den where possible'],
		[{ action: 'media_player.media_stop', target: { device_id: 'd1' } }, 'media stop Hall lamp'],
		[{ action: 'light.turn_on', entity_id: 'light.hall', continue_on_error: true },
			'turn on Hall lamp (goes on if that fails)'],
		[{ scene: ['scene.a', 'scene.b'] }, 'turn on scene.a and scene.b'],
		[{ event: 'door', event_data: { who: 'me' } }, 'tell others of "door" (who me)'],
		[{ stop: '' }, 'stop'], [{ stop: 'no water', error: true }, 'fail (no water)'],
		[{ variables: { a: '{{ b }}', c: { d: 1 } } }, 'set a to {{ b }} and c to {"d":1}'],
		[{ wait_template: '{{ x }}', timeout: '00:01:00', continue_on_timeout: false },
			'wait until {{ x }} is true, for 1 min at most, else stop'],
		[{ repeat: { for_each: ['a', 2], sequence: [{ delay: 1 }] } }, 'repeat for each of a, 2: wait 1 s'],
		[{ repeat: { count: 1, sequence: [{ delay: 1 }] } }, 'repeat once: wait 1 s'],
		[{ delay: 5, enabled: false }, '(disabled: wait 5 s)'],
		[{ action: 'nothing' }, 'nothing'],
	])
		assert.equal(then(action), text);
	house.areas.delete('den');
	house.floors.delete('top');
	house.labels.delete('evening');
});

test('what would have started a rule in words', () => {
	const triggers = [{ trigger: 'time', at: '06:00', enabled: false }, { trigger: 'time_pattern', minutes: '/5' },
		{ platform: 'webhook', webhook_id: '***' }];
	for (const [trigger, text] of [[{ kind: 'time_pattern', index: 0 }, 'every 5 minutes'],
		[{ kind: 'webhook', index: 1, event: 'webhook.ab' }, 'its webhook is called'],
		[{ kind: 'sun', index: 0 }, 'Sun'], [{ kind: 'sun', index: 7, id: 'dusk' }, 'dusk'],
		[{ kind: 'state', index: 0, entity_id: 'light.hall', from: 'off', to: 'on' }, 'Hall lamp: off → on'],
		[{ kind: 'event', index: 0, event: 'event.bell' }, 'event.bell']])
		assert.equal(causeText(trigger, triggers), text);
});

test('how long after the start a step came', () => {
	for (const [ms, text] of [[0, '0 ms'], [999, '999 ms'], [1500, '1.5 s'], [59900, '59.9 s'], [300e3, '5 min'], [3660e3, '1 h 1 min']])
		assert.equal(offsetText(ms), text);
});

test('steps in a few words', () => {
	assert.equal(stepText({ action: 'light.turn_on', target: { entity_id: 'light.nope' } }), 'Turn on light.nope');
	assert.equal(stepText({ delay: '00:05:00' }), 'Wait 5 min');
	assert.equal(stepText({ choose: [] }), 'Choose');
	assert.equal(stepText({ conditions: '{{ x }}', sequence: [] }), `If ${only('template', { value_template: '{{ x }}' })}`);
	assert.equal(stepText({ repeat: { count: 3 } }), 'Repeat 3 times');
	assert.equal(stepText({ parallel: [] }), 'At the same time');
	assert.equal(stepText({ stop: 'enough' }), 'Stop (enough)');
	assert.match(stepText('{{ x }}'), /^Go on only if /);
});

test('places of a rule in words', () => {
	for (const [place, text] of [['triggers[0].entity_id', 'Trigger 1, entity id'], ['conditions[1].or[0]', 'Condition 2, part 1'],
		['actions[0].choose[1].sequence[0]', 'Step 1, option 2, step 1'], ['actions[2].if[0]', 'Step 3, if 1'],
		['actions[2].else[1]', 'Step 3, else 2'], ['actions[0].repeat.until[0]', 'Step 1, repeat, until 1'],
		['actions[0].parallel[1]', 'Step 1, branch 2'], ['max', 'max'], ['', '']])
		assert.equal(placeText(place), text);
});

test('undo is offered where there is something to take back', () => {
	const undone = { event: 9, time: now(), actor: 'user:anna', left: [] };
	const run = (rest) => undoOffers({ undoable: true, undone: null, status: 'done', ...rest });
	assert.deepEqual(run({ undoable: false }), { undo: false, redo: false });
	assert.deepEqual(run({}), { undo: true, redo: false });
	assert.deepEqual(run({ undone }), { undo: false, redo: true });
	assert.deepEqual(run({ undone, status: 'running' }), { undo: true, redo: true });
	assert.deepEqual(run({ undone: { ...undone, left: ['light.hall'] } }), { undo: true, redo: true });
	assert.equal(undoneText(undone), 'Undone just now by anna');
	assert.equal(undoneText({ ...undone, actor: null, left: ['light.hall', 'light.b'] }),
	    'Undone just now, all but Hall lamp and light.b');
});

test('an event can be undone once devices were told something because of it', () => {
	const add = (id, kind, cause, data = {}) => eventsAdd([{ id, kind, cause, data }]);
	eventsAdd([{ id: 1, kind: 'undo', data: {} }], [1]);
	add(2, 'automation_run', null, { status: 'started' });
	add(3, 'scenario_start', 2);
	add(4, 'command', 3, { status: 'pending' });
	add(5, 'automation_run', null, { status: 'started' });
	add(6, 'command', 5, { status: 'refused' });
	assert.deepEqual([...events.undoable], [1]);
	add(7, 'command', 4, { status: 'sent' });
	assert.deepEqual([...events.undoable].sort(), [1, 2, 3]);
	const command = (id, status) => eventUndoable({ id, kind: 'command', data: { status } });
	eventsAdd([{ id: 8, kind: 'command', data: {} }, { id: 9, kind: 'command', data: {} }], [8]);
	for (const [id, expected] of [[7, [false, false, true]], [8, [false, true, true]], [9, [false, false, false]]])
		assert.deepEqual(['pending', 'sent', 'confirmed'].map((status) => command(id, status)), expected);
	assert.deepEqual([2, 5].map((id) => eventUndoable({ id, kind: 'automation_run' })), [true, false]);
	eventsForget();
	assert.equal(events.undoable.size, 0);
});

test('a change is merged into what is known', () => {
	houseApply({ id: 1, time: '2026-01-01T00:00:00Z', kind: 'state_changed',
		subject: 'light.hall', data: { entity_id: 'light.hall', old_state: 'on',
			new_state: 'on', attributes: { brightness: 10 } } });
	const after = house.entities.get('light.hall');
	assert.equal(after.attributes.brightness, 10);
	assert.equal(after.last_changed, 0);
	houseApply({ id: 2, kind: 'availability', subject: 'light.hall',
		data: { entity_id: 'light.hall', available: false } });
	assert.equal(house.entities.get('light.hall').available, false);
});

/** Answers of a house that are given when answer(path, document) is called. */
function heldAnswers(t) {
	const asked = new Map();
	const { fetch } = globalThis;
	globalThis.fetch = (url) => new Promise((give) => asked.set(url.split('?')[0],
	    (doc) => give(new Response(JSON.stringify(doc), { status: doc ? 200 : 404 }))));
	session.token = 'held';
	t.after(() => Object.assign(globalThis, { fetch }));
	return { asked, answer: (path, doc) => asked.get(path)(doc) };
}

async function eventually(holds) {
	while (!holds()) {
		await new Promise((done) => setTimeout(done, 5));
	}
}

const reported = (id, state, time) => houseApply({ id: 9, time, kind: 'state_changed', subject: id,
	data: { entity_id: id, old_state: null, new_state: state, attributes: {} } });

test('an answer does not take back what was reported while it was on its way', { timeout: 5e3 }, async (t) => {
	const { asked, answer } = heldAnswers(t);
	const id = 'sensor.attic';
	const row = { entity_id: id, name: 'Attic', domain: 'sensor', state: null, available: true, attributes: {},
		last_changed: null, last_updated: '2026-01-01T00:00:00Z' };
	const one = `/api/v1/entities/${id}`;
	const stateOf = () => house.entities.get(id)?.state;

	houseApply({ id: 8, kind: 'entity_added', subject: id });
	await eventually(() => asked.has(one));
	house.entities.set(id, row);
	reported(id, '18.5', '2026-01-01T00:00:00Z');
	answer(one, { ...row, name: 'Loft' });
	await eventually(() => house.entities.get(id).name === 'Loft');
	assert.equal(stateOf(), '18.5');

	asked.clear();
	const loaded = houseLoad();
	await eventually(() => asked.has('/api/v1/automations'));
	reported(id, '19.5', '2026-01-01T00:00:01Z');
	houseApply({ id: 10, kind: 'entity_changed', subject: id });
	houseApply({ id: 11, kind: 'entity_removed', subject: 'sensor.gone' });
	for (const key of ['floors', 'areas', 'labels', 'devices', 'automations']) {
		answer(`/api/v1/${key}`, { [key]: [] });
	}
	answer('/api/v1/entities', { entities: [row, { ...row, entity_id: 'sensor.gone' }] });
	await loaded;
	assert.equal(stateOf(), '19.5');
	assert.equal(house.entities.has('sensor.gone'), false);
	await eventually(() => asked.has(one));
	answer(one, { ...row, name: 'Roof', state: '20' });
	await eventually(() => house.entities.get(id).name === 'Roof');
	assert.equal(stateOf(), '20');
});

test('chart columns: raw points reach to now, gaps stay gaps, buckets have bands', () => {
	const start = now() - 60e3;
	const raw = columnsOf([[start, '1.5'], [start + 1000, null], [start + 2000, '3']],
	    now() + 1e6);
	assert.equal(raw.banded, false);
	assert.deepEqual(raw.columns[1], [1.5, null, 3, 3]);
	const buckets = columnsOf([[0, 1, 2, 3], [300e3, 2, 3, 4]], 600e3);
	assert.equal(buckets.banded, true);
	assert.deepEqual(buckets.columns, [[0, 300], [2, 3], [1, 2], [3, 4]]);
});

test('spans of states end where the next begins', () => {
	assert.deepEqual(spansOf([[0, 'off'], [50, 'on'], [80, null]], 10, 100), [
		{ from: 10, to: 50, state: 'off' }, { from: 50, to: 80, state: 'on' },
		{ from: 80, to: 100, state: 'unavailable' }]);
});

test('of a text with many values the longest are told, the others counted', () => {
	const totals = Array.from({ length: 100 }, (_, i) => [`text ${i}`, 1000 - i]);
	const { shown, rest } = legendOf(totals);
	assert.equal(shown.length, 11);
	assert.deepEqual(rest, { count: 89, ms: totals.slice(11).reduce((sum, [, ms]) => sum + ms, 0) });
	assert.deepEqual(legendOf(totals.slice(0, 12)), { shown: totals.slice(0, 12), rest: null });
});

test('colours survive the way to the lamp and back', () => {
	for (const rgb of [[255, 0, 0], [64, 128, 255], [255, 92, 138], [255, 255, 255]]) {
		assert.deepEqual(rgbOfXy(xyOfRgb(rgb)), rgb);
		rgbOfHs(hsOfRgb(rgb)).forEach((part, i) => assert.ok(Math.abs(part - rgb[i]) < 4));
	}
});

test('the white part never costs a lamp its colour', () => {
	assert.deepEqual(rgbwOf({ rgbw_color: [255, 0, 0, 128] }), [255, 0, 0, 128]);
	// its white is unknown, its colour is not
	assert.deepEqual(rgbwOf({ rgbw_color: null, rgb_color: [0, 0, 255] }), [0, 0, 255, null]);
	assert.deepEqual(rgbwOf({ hs_color: [120, 100] }), [0, 255, 0, null]);
	assert.equal(rgbwOf({ brightness: 10 }), null);
	// a colour that was just asked for counts, not the one before
	const asked = { rgbw_color: [255, 0, 0, 128],
		...colourPatch(['rgbw'], [0, 0, 255]).attributes };
	assert.deepEqual(rgbwOf(asked), [0, 0, 255, null]);
	assert.deepEqual(colourOf({ rgbw_color: [255, 0, 0, 128] }), [255, 85, 85]);
	assert.deepEqual(colourOf({ rgbw_color: [0, 0, 0, 200] }), [200, 200, 200]);
});

test('rooms stand on their floors, from the lowest up; no floors, no headings', () => {
	const put = (map, ...rows) => rows.forEach((row) => map.set(row.id, row));
	const shown = () => roomsByFloor().map(({ floor, rooms }) => [floor?.name ?? null,
		rooms.map(({ area }) => area.name)]);
	put(house.areas, { id: 'hall', name: 'Hall', floor_id: null }, { id: 'attic', name: 'Attic',
		floor_id: 'top' }, { id: 'bare', name: 'Bare', floor_id: 'top' });
	house.entities.set('light.a', { ...lamp, entity_id: 'light.a', device_id: null, area_id: 'attic' });
	house.entities.set('light.h', { ...lamp, entity_id: 'light.h', device_id: null, area_id: 'hall' });
	assert.deepEqual(shown(), [[null, ['Attic', 'Hall', 'No room yet']]]);
	put(house.floors, { id: 'low', name: 'Cellar', level: -1 }, { id: 'top', name: 'Top', level: 2 });
	assert.deepEqual(shown(), [['Top', ['Attic']], ['Other rooms', ['Hall', 'No room yet']]]);
	house.areas.get('hall').floor_id = 'low';
	assert.deepEqual(shown(), [['Cellar', ['Hall']], ['Top', ['Attic']],
		['Other rooms', ['No room yet']]]);
});

test('every icon that can be chosen is drawn, and wins over that of the kind', () => {
	assert.deepEqual(ICONS.filter(([, shape]) => !(shape in SHAPES)), []);
	assert.equal(new Set(ICONS.map(([name]) => name)).size, ICONS.length);
	assert.equal(iconOf({ ...lamp, icon: 'mdi:sofa' }), 'sofa');
	assert.equal(iconOf({ ...lamp, icon: 'mdi:unheard-of' }), 'light');
	assert.equal(iconOf({ ...lamp, icon: null }), 'light');
});

test('what can wait is done in its order, once for each key, unless it is taken back', async () => {
	const done = [];
	const cancel = [];
	for (let n = 0; n < 10; n++) {
		cancel.push(idle(`key ${n % 9}`, () => done.push(n)));
	}
	cancel[4]();
	assert.deepEqual(done, []);
	await new Promise((end) => idle('end', end));
	assert.deepEqual(done, [9, 1, 2, 3, 5, 6, 7, 8]);
});

test('a text that is no JSON is said with its place', () => {
	const at = (text) => /\(line (\d+), column (\d+)\): (.*)/.exec(jsonFault(text)).slice(1).join(' ');
	for (const text of ['{}', '[]', ' 1 ', '-0.5e+3', '"a\\u00e4\\n"', '{"a": [1, {"b": null}], "c": true}']) {
		assert.equal(jsonFault(text), null, text);
	}
	assert.equal(at('{"a": 1,\n "b" 2}'), '2 6 a colon is needed here.');
	assert.equal(at('{"a": 1\n  "b": 2}'), '2 3 a comma or "}" is needed here.');
	assert.equal(at('[1,]'), '1 4 "]" is too much here: a value is missing.');
	assert.equal(at('{"a": ["b"'), '1 11 it ends too early: a comma or "]" is missing.');
	assert.equal(at("{'a': 1}"), '1 2 texts stand in double quotes.');
	assert.equal(at('{} x'), '1 4 the rest is too much.');
	assert.match(at('["a\nb"]'), /^1 2 this text has no end/);
	for (const text of ['', '{', '01', '1.', 'tru', 'nulll', '+1', '[1}', ']', '{,}', '"\\x"', '\u00a01']) {
		assert.notEqual(jsonFault(text), null, text);
	}
});

test('every text is JSON for jsonFault() that the browser can read, and no other', () => {
	const pool = ['{', '}', '[', ']', ',', ':', '"a"', '"', '1', '-', '0.5', 'e3', 'true', 'null', ' ', '\n', '\\',
		'"\\u1234"', 'x', '01'];
	let seed = 1;
	const next = (n) => {
		seed = (seed * 1103515245 + 12345) % 2147483648;
		return Math.floor(seed / 65536) % n;
	};
	const reads = (text) => {
		try {
			JSON.parse(text);
			return true;
		} catch {
			return false;
		}
	};
	for (let i = 0; i < 50000; i++) {
		const text = Array.from({ length: 1 + next(9) }, () => pool[next(pool.length)]).join('');
		assert.equal(jsonFault(text) === null, reads(text), JSON.stringify(text));
	}
});
