// SPDX-License-Identifier: ISC
// Triggers and conditions of a rule in words: "Motion turns on", "it is between 22:00 and 06:00".
import { subjectName, valueParts, words } from './entity.js';
import { house } from './house.js';
import { durationText, offsetText, patternText, timeOfDay, weekdaysText } from './rule_time_text.js';

/** VALUE as a list: one alone, several, none. */
export const list = (value) => (value === undefined || value === null || value === '' ? [] : [value].flat());
/** "A", "A or B", "A, B or C". */
export const joined = (parts, word) => [parts.slice(0, -1).join(', '), parts.at(-1)].filter(Boolean).join(` ${word} `);
export const lower = (text) => words(String(text)).toLowerCase();
const valueText = (value) => (value && typeof value === 'object' && !Array.isArray(value) ?
	JSON.stringify(value) : value);

/** What stands in data: "brightness 128, effect fire"; or the template that says it. */
export const dataText = (data) => (typeof data === 'string' ? data :
	Object.entries(data ?? {}).map(([key, value]) => `${lower(key)} ${valueText(value)}`).join(', '));

const anyOf = (ids) => joined(list(ids).map(subjectName), 'or');
const allOf = (ids) => joined(list(ids).map(subjectName), 'and');
const are = (ids) => (list(ids).length > 1 ? 'are' : 'is');
const forText = (rule) => (rule.for ? ` for ${durationText(rule.for)}` : '');

/** Of whom: the entities, or an attribute of theirs. */
const whose = ({ attribute }, who) => (attribute ? `${lower(attribute)} of ${who}` : who);

/** That there is no state is said as it is written. */
const NO_STATE = ['unavailable', 'unknown'];

/** States as the entity's own words: "occupied" for the "on" of a motion sensor. */
function stateText({ entity_id: ids, attribute }, states) {
	const entity = !attribute && house.entities.get(list(ids)[0]);
	const one = (state) => (entity && !NO_STATE.includes(state) ?
	    valueParts({ ...entity, state, available: true })[0].toLowerCase() : state);
	return joined(list(states).map(String).map(one), 'or');
}

/** A limit is a number, or an entity whose number it is, which needs no UNIT. */
const ownLimit = (limit, unit) => (typeof limit === 'string' ? subjectName(limit) : `${limit ?? '?'}${unit}`);

function limitText({ entity_id: ids, attribute, value_template: made, above, below }) {
	const unit = !attribute && !made && house.entities.get(list(ids)[0])?.unit;
	const own = unit ? ` ${unit}` : '';
	const [low, high] = [above, below].map((limit) => limit !== undefined && limit !== null);
	const first = ownLimit(above, typeof below === 'string' ? own : '');
	return low && high ? `between ${first} and ${ownLimit(below, own)}` : low ? `above ${ownLimit(above, own)}` :
	    `below ${ownLimit(below, own)}`;
}

/** Of whom: the entities, an attribute of theirs, or what a template makes of them. */
const numberOf = (rule, who) => (rule.value_template ? `${rule.value_template} of ${who}` : whose(rule, who));

/** "worry is above 0.5"; of the primary emotion what FEELS says. */
const emotionText = (rule, feels) => (rule.emotion ? `the house's ${rule.emotion} is ${limitText(rule)}` : feels);

/** "home" for zone.home; templates and names as they are. */
const placeText = (zone) => lower(String(zone ?? '?').replace(/^zone\./, ''));

function changeText(rule) {
	const part = (word, states, but) => (states !== undefined && states !== null ?
	    ` ${word} ${stateText(rule, states)}` : but !== undefined && but !== null ?
	        ` ${word} anything but ${stateText(rule, but)}` : '');
	const to = part('to', rule.to, rule.not_to);
	return `${whose(rule, anyOf(rule.entity_id))} changes${part('from', rule.from, rule.not_from)}${to}${
	    rule.for && !to ? ' and stays so' : ''}${forText(rule)}`;
}

function messageText({ topic, payload, value_template: template }) {
	if (payload === undefined) {
		return `a message comes on ${topic}`;
	}
	return template ? `a message comes on ${topic} of which ${template} makes "${payload}"` :
	    `"${payload}" comes on ${topic}`;
}

const onDays = (rule) => (rule.weekday ? ` on ${weekdaysText(rule.weekday)}` : '');
const withData = (data) => (dataText(data) ? ` with ${dataText(data)}` : '');

const TRIGGERS = {
	state: changeText,
	numeric_state: (rule) => `${numberOf(rule, anyOf(rule.entity_id))} comes ${limitText(rule)}${forText(rule)}`,
	device: (rule) => `${anyOf(rule.device_id)} reports ${
	    [rule.type, rule.subtype].filter(Boolean).map(lower).join(' ') || 'any trigger'}`,
	tag: (rule) => `the tag ${joined(list(rule.tag_id), 'or')} is scanned${
	    rule.device_id ? ` at ${anyOf(rule.device_id)}` : ''}`,
	time: (rule) => `it is ${joined(list(rule.at).map(timeOfDay), 'or')}${onDays(rule)}`,
	time_pattern: patternText,
	cron: (rule) => `the clock matches "${rule.expression}"`,
	sun: (rule) => `${offsetText(rule.offset)}${rule.event === 'sunrise' ? 'the sun rises' :
		'the sun sets'}`,
	emotion: (rule) => `${emotionText(rule, `the house feels ${rule.to ?? 'something else'}${
	    rule.from ? ` after ${rule.from}` : ''}`)}${forText(rule)}`,
	calendar: (rule) => `${offsetText(rule.offset)}an appointment of ${anyOf(rule.entity_id)} ${
	    rule.event === 'end' ? 'ends' : 'begins'}`,
	template: (rule) => `${rule.value_template} becomes true${forText(rule)}`,
	zone: (rule) => `${anyOf(rule.entity_id)} ${rule.event === 'leave' ? 'leaves' : 'comes to'} ${
	    placeText(rule.zone)}${forText(rule)}`,
	mqtt: messageText,
	webhook: (rule) => `its webhook is called${rule.local_only === false ? ', also from outside' : ''}`,
	device_status: (rule) => `${anyOf(rule.device_id)} ${
	    rule.to === 'online' ? 'is there again' : 'is lost'}${forText(rule)}`,
	event: (rule) => `the event ${joined(list(rule.event_type), 'or')} happens${withData(rule.event_data)}`,
	homeassistant: () => 'the house starts',
};

/** Those that say "every ..." and so need a word before them where something is waited for. */
const AGAIN = ['time_pattern'];

const all = (parts, word) => list(parts).map(conditionText).join(` ${word} `) || 'nothing';

function betweenText({ after, before }) {
	return after && before ? `between ${timeOfDay(after)} and ${timeOfDay(before)}` :
	    after ? `after ${timeOfDay(after)}` : before ? `before ${timeOfDay(before)}` : '';
}

function sunText({ after, before, after_offset: later, before_offset: until }) {
	const [from, to] = [after && `${offsetText(later)}${after}`, before && `${offsetText(until)}${before}`];
	return from && to ? `between ${from} and ${to}` :
	    from ? `${later ? 'later than' : 'after'} ${from}` : `${until ? 'earlier than' : 'before'} ${to}`;
}

function isText(rule) {
	const any = rule.match === 'any';
	const who = whose(rule, (any ? anyOf : allOf)(rule.entity_id));
	return `${who} ${any ? 'is' : are(rule.entity_id)} ${stateText(rule, rule.state)}${
	    rule.for ? ` for at least ${durationText(rule.for)}` : ''}`;
}

const CONDITIONS = {
	state: isText,
	numeric_state: (rule) => `${numberOf(rule, allOf(rule.entity_id))} ${are(rule.entity_id)} ${limitText(rule)}`,
	emotion: (rule) => emotionText(rule, `the house feels ${rule.primary}`),
	template: (rule) => `${rule.value_template} is true`,
	zone: (rule) => `${allOf(rule.entity_id)} ${are(rule.entity_id)} at ${placeText(rule.zone)}`,
	trigger: (rule) => `it was started by ${joined(list(rule.id), 'or')}`,
	time: (rule) => (betweenText(rule) ? `it is ${betweenText(rule)}${onDays(rule)}` :
		`it is ${weekdaysText(rule.weekday)}`),
	sun: (rule) => `it is ${sunText(rule)}`,
	and: (rule) => `(${all(rule.conditions, 'and')})`,
	or: (rule) => `(${all(rule.conditions, 'or')})`,
	not: (rule) => `not (${all(rule.conditions, 'or')})`,
};

const LOGIC = ['and', 'or', 'not'];

/** What is not said of a part that is taken out. */
export const marked = (part, text) => (part?.enabled === false ? `(disabled: ${text})` : text);

const kindText = (table, kind, rule) => marked(rule, table[kind]?.(rule) ?? lower(kind ?? '?'));

/** A trigger; with the name by which conditions ask for it. */
export function triggerText(rule) {
	const text = kindText(TRIGGERS, rule?.trigger ?? rule?.platform, rule);
	return rule?.id ? `${text} (called ${rule.id})` : text;
}

/** The same, to stand behind "wait until". */
export function awaitedText(rule) {
	const text = triggerText(rule);
	return AGAIN.includes(rule?.trigger ?? rule?.platform) ? `its time comes (${text})` : text;
}

/** A condition, also in its short forms: a template, {and: [...]}, {or: [...]}, {not: [...]}. */
export function conditionText(rule) {
	if (typeof rule === 'string') {
		return `${rule} is true`;
	}
	const logic = LOGIC.find((word) => rule?.[word] !== undefined);
	return logic && !rule.condition ?
	    kindText(CONDITIONS, logic, { ...rule, conditions: rule[logic] }) :
	    kindText(CONDITIONS, rule?.condition, rule);
}

/** All of some, or with the other WORD one of them. */
export const conditionsText = (parts) => all(parts, 'and');
