// SPDX-License-Identifier: ISC
// A rule in words: "When Motion turns on, if it is dark: turn on Lamp, wait 2 min."
import { subjectName, valueParts, words } from './entity.js';
import { house } from './house.js';

const list = (value) => (Array.isArray(value) ? value : value ? [value] : []);
const names = (ids) => list(ids).map(subjectName).join(' and ');
const lower = (text) => words(text).toLowerCase();

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

const TRIGGERS = {
	state: (rule) => `${names(rule.entity_id)} changes${
	    rule.from !== undefined ? ` from ${stateText(rule, rule.from)}` : ''}${
	    rule.to !== undefined ? ` to ${stateText(rule, rule.to)}` : ''}${forText(rule)}`,
	numeric_state: (rule) => `${names(rule.entity_id)} is ${limitText(rule)}${forText(rule)}`,
	device: (rule) => `${names(rule.device_id)} reports ${
	    [rule.type, rule.subtype].filter(Boolean).map(lower).join(' ') || 'any trigger'}`,
	tag: (rule) => `the tag ${list(rule.tag_id).join(' or ')} is scanned`,
	time: (rule) => `it is ${list(rule.at).join(' or ')}`,
};

const CONDITIONS = {
	state: (rule) => `${names(rule.entity_id)} is ${stateText(rule, rule.state)}`,
	numeric_state: (rule) => `${names(rule.entity_id)} is ${limitText(rule)}`,
};

function actionText(rule) {
	if (rule.delay !== undefined) {
		return `wait ${durationText(rule.delay)}`;
	}
	const service = String(rule.action ?? rule.service ?? 'do something').split('.').at(-1);
	const target = names(rule.target?.entity_id ?? rule.entity_id);
	const data = Object.entries(rule.data ?? {}).map(([key, value]) => `${lower(key)} ${value}`);
	return [lower(service), target, data.length ? `(${data.join(', ')})` : '']
	    .filter(Boolean).join(' ');
}

const say = (table, key) => (rule) => table[rule?.[key]]?.(rule) ?? lower(rule?.[key] ?? '?');

/** {when, only, then} of a rule, each a list of sentences. */
export function ruleText(rule) {
	return {
		when: list(rule.triggers).map(say(TRIGGERS, 'trigger')),
		only: list(rule.conditions).map(say(CONDITIONS, 'condition')),
		then: list(rule.actions).map(actionText),
	};
}
