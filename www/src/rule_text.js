// SPDX-License-Identifier: ISC
// A rule in words: "When Motion turns on, if it is dark: turn on Lamp, wait 2 min."
import { subjectName, valueParts, words } from './entity.js';
import { house } from './house.js';

const list = (value) => (value ? [value].flat() : []);
const names = (ids) => list(ids).filter(Boolean).map(subjectName).join(' and ');
const lower = (text) => words(String(text)).toLowerCase();

function durationText(value) {
	if (value && typeof value === 'object') {
		return Object.entries(value).map(([unit, n]) => `${n} ${unit}`).join(' ');
	}
	const parts = String(value).split(':').map(Number);
	if (parts.length < 2 || parts.some(Number.isNaN)) {
		return `${value} s`;
	}
	const [h, m, s = 0] = parts;
	return [[h, 'h'], [m, 'min'], [s, 's']].filter(([n]) => n > 0)
	    .map(([n, unit]) => `${n} ${unit}`).join(' ') || '0 s';
}

const forText = (rule) => (rule.for ? ` for ${durationText(rule.for)}` : '');

/** States as the entity's own words: "occupied" for the "on" of a motion sensor. */
function stateText({ entity_id: ids }, states) {
	const entity = house.entities.get(list(ids)[0]);
	return list(states).map((state) => (entity ? valueParts({ ...entity, state,
		available: true })[0].toLowerCase() : state)).join(' or ');
}

function limitText({ above, below }) {
	return [above !== undefined && `above ${above}`, below !== undefined && `below ${below}`]
	    .filter(Boolean).join(' and ');
}

/** "30 min before ", "1 h after ". */
function offsetText(offset) {
	if (!offset) {
		return '';
	}
	const text = String(offset);
	const long = typeof offset === 'object' ? offset : text.replace(/^[-+]/, '');
	return `${durationText(long)} ${text.startsWith('-') ? 'before' : 'after'} `;
}

/** "worry is above 0.5"; of the primary emotion what FEELS says. */
const emotionText = (rule, feels) => (rule.emotion ? `the house's ${rule.emotion} is ${limitText(rule)}` : feels);

/** "home" for zone.home; templates and names as they are. */
const placeText = (zone) => lower(String(zone ?? '?').replace(/^zone\./, ''));

const TRIGGERS = {
	state: (rule) => `${names(rule.entity_id)} changes${
	    rule.from !== undefined ? ` from ${stateText(rule, rule.from)}` : ''}${
	    rule.to !== undefined ? ` to ${stateText(rule, rule.to)}` : ''}${forText(rule)}`,
	numeric_state: (rule) => `${names(rule.entity_id)} is ${limitText(rule)}${forText(rule)}`,
	device: (rule) => `${names(rule.device_id)} reports ${
	    [rule.type, rule.subtype].filter(Boolean).map(lower).join(' ') || 'any trigger'}`,
	tag: (rule) => `the tag ${list(rule.tag_id).join(' or ')} is scanned`,
	time: (rule) => `it is ${list(rule.at).join(' or ')}`,
	time_pattern: (rule) => `the clock matches ${[rule.hours ?? '*', rule.minutes ?? '*',
		rule.seconds ?? '0'].join(':')}`,
	cron: (rule) => `the clock matches "${rule.expression}"`,
	sun: (rule) => `${offsetText(rule.offset)}${rule.event === 'sunrise' ? 'the sun rises' :
		'the sun sets'}`,
	emotion: (rule) => `${emotionText(rule, `the house feels ${rule.to ?? 'something else'}${
	    rule.from ? ` after ${rule.from}` : ''}`)}${forText(rule)}`,
	calendar: (rule) => `${offsetText(rule.offset)}an appointment of ${names(rule.entity_id)} ${
	    rule.event === 'end' ? 'ends' : 'begins'}`,
	template: (rule) => `${rule.value_template} becomes true${forText(rule)}`,
	zone: (rule) => `${names(rule.entity_id)} ${rule.event === 'leave' ? 'leaves' : 'comes to'} ${
	    placeText(rule.zone)}${forText(rule)}`,
	mqtt: (rule) => `${rule.payload !== undefined ? `"${rule.payload}"` : 'a message'} comes on ${rule.topic}`,
	webhook: () => 'its webhook is called',
	device_status: (rule) => `${names(rule.device_id)} ${
	    rule.to === 'online' ? 'is there again' : 'is lost'}${forText(rule)}`,
	event: (rule) => `the event ${list(rule.event_type).join(' or ')} happens`,
	homeassistant: () => 'the house starts',
};

const say = (table, key) => (rule) => table[rule?.[key]]?.(rule) ?? lower(rule?.[key] ?? '?');

const joined = (parts, word) => list(parts).map(conditionText).join(` ${word} `) || 'nothing';

const CONDITIONS = {
	state: (rule) => `${names(rule.entity_id)} is ${stateText(rule, rule.state)}`,
	numeric_state: (rule) => `${names(rule.entity_id)} is ${limitText(rule)}`,
	emotion: (rule) => emotionText(rule, `the house feels ${rule.primary}`),
	template: (rule) => `${rule.value_template} is true`,
	zone: (rule) => `${names(rule.entity_id)} ${
	    list(rule.entity_id).length > 1 ? 'are' : 'is'} at ${placeText(rule.zone)}`,
	trigger: (rule) => `it was started by ${list(rule.id).join(' or ')}`,
	time: (rule) => ['it is', rule.after && `after ${rule.after}`, rule.before && `before ${rule.before}`,
		rule.weekday && `on ${list(rule.weekday).join(', ')}`].filter(Boolean).join(' '),
	sun: (rule) => ['it is', rule.after && `after ${rule.after}`, rule.before && `before ${rule.before}`]
	    .filter(Boolean).join(' '),
	and: (rule) => `(${joined(rule.conditions, 'and')})`,
	or: (rule) => `(${joined(rule.conditions, 'or')})`,
	not: (rule) => `not (${joined(rule.conditions, 'or')})`,
};

/** A condition, also in its short forms: a template, {and: [...]}, {or: [...]}, {not: [...]}. */
function conditionText(rule) {
	if (typeof rule === 'string') {
		return `${rule} is true`;
	}
	const logic = ['and', 'or', 'not'].find((word) => rule?.[word] !== undefined);
	return logic && !rule.condition ?
	    CONDITIONS[logic]({ conditions: rule[logic] }) : say(CONDITIONS, 'condition')(rule);
}

const steps = (actions) => list(actions).map(actionText).join(', ') || 'do nothing';

function chooseText({ choose, default: otherwise }) {
	const options = list(choose).map((one) =>
		`if ${joined(one?.conditions, 'and')}: ${steps(one?.sequence)}`);
	return [...options, ...(otherwise?.length ? [`else: ${steps(otherwise)}`] : [])].join('; ');
}

function repeatText({ repeat }) {
	const r = repeat ?? {};
	const how = r.count !== undefined ? `${r.count} times` : r.for_each !== undefined ? 'for each item' :
		r.while !== undefined ? `while ${joined(r.while, 'and')}` : `until ${joined(r.until, 'and')}`;
	return `repeat ${how}: ${steps(r.sequence)}`;
}

const ACTIONS = {
	delay: (rule) => `wait ${durationText(rule.delay)}`,
	wait_template: (rule) => `wait until ${rule.wait_template} is true`,
	wait_for_trigger: (rule) => `wait until ${list(rule.wait_for_trigger)
	    .map(say(TRIGGERS, 'trigger')).join(' or ')}`,
	if: (rule) => `if ${joined(rule.if, 'and')}: ${steps(rule.then)}${
	    rule.else?.length ? `; else: ${steps(rule.else)}` : ''}`,
	choose: chooseText,
	repeat: repeatText,
	parallel: (rule) => `at the same time: ${list(rule.parallel)
	    .map((one) => steps(one?.sequence ?? one ?? [one])).join(' | ')}`,
	sequence: (rule) => steps(rule.sequence),
	variables: (rule) => `set ${Object.keys(rule.variables ?? {}).join(', ')}`,
	event: (rule) => `tell others of "${rule.event}"`,
	stop: (rule) => `stop (${rule.stop})`,
	scene: (rule) => `turn on ${names(rule.scene)}`,
	scenario: (rule) => `run the scenario ${rule.scenario}`,
	notify: (rule) => `tell people: ${rule.notify}`,
	webhook: (rule) => `call ${rule.webhook}`,
};

function targetText(rule) {
	const { entity_id: entities, device_id: devices, area_id: areas, floor_id: floors,
		label_id: labels } = rule.target ?? {};
	const rooms = list(areas).map((id) => house.areas.get(id)?.name ?? id);
	return [...[entities ?? rule.entity_id, devices].flatMap(list).map(subjectName), ...rooms,
		...list(floors).map((id) => `all on ${house.floors.get(id)?.name ?? id}`),
		...list(labels).map((id) => `all that is labelled ${id}`)].join(' and ');
}

function actionText(rule) {
	if (!rule) {
		return '?';
	}
	if (typeof rule === 'string' || ['condition', 'and', 'or', 'not'].some((key) => rule[key] !== undefined)) {
		return `go on only if ${conditionText(rule)}`;
	}
	const kind = Object.keys(ACTIONS).find((key) => rule[key] !== undefined);
	if (kind) {
		return ACTIONS[kind](rule);
	}
	const service = String(rule.action ?? rule.service ?? 'do something').split('.').at(-1);
	const data = Object.entries(rule.data ?? {}).map(([key, value]) => `${lower(key)} ${value}`);
	return [lower(service), targetText(rule), data.length ? `(${data.join(', ')})` : '']
	    .filter(Boolean).join(' ');
}

/** {when, only, then} of a rule, each a list of sentences. */
export function ruleText(rule) {
	return {
		when: list(rule.triggers).map(say(TRIGGERS, 'trigger')),
		only: list(rule.conditions).map(conditionText),
		then: list(rule.actions).map(actionText),
	};
}
