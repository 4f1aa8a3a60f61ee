// SPDX-License-Identifier: ISC
// A rule in words: "When Motion turns on, if it is dark: turn on Lamp, wait 2 min."
import { domainOf, subjectName } from './entity.js';
import { house } from './house.js';
import { durationText } from './rule_time_text.js';
import {
	awaitedText, conditionsText, conditionText, dataText, joined, list, lower, marked, triggerText,
} from './rule_when_text.js';

const steps = (actions) => list(actions).map(actionText).join(', ') || 'do nothing';
/** TEXT in brackets behind a space, when there is one. */
const inBrackets = (text) => (text ? ` (${text})` : '');

function chooseText({ choose, default: otherwise }) {
	const options = list(choose).map((one) =>
		marked(one, `if ${conditionsText(one?.conditions)}: ${steps(one?.sequence)}`));
	return [...options, ...(list(otherwise).length > 0 ? [`else: ${steps(otherwise)}`] : [])].join('; ');
}

function howText(r) {
	return r.count !== undefined ? (r.count === 1 ? 'once' : `${r.count} times`) :
		r.for_each !== undefined ? `for each of ${list(r.for_each).map((one) => (typeof one === 'object' ?
		    JSON.stringify(one) : one)).join(', ')}` :
			r.while !== undefined ? `while ${conditionsText(r.while)}` : `until ${conditionsText(r.until)}`;
}

const repeatText = ({ repeat }) => `repeat ${howText(repeat ?? {})}: ${steps(repeat?.sequence)}`;

/** How long is waited, and what is done then. */
function timeoutText({ timeout, continue_on_timeout: goesOn }) {
	const most = timeout === undefined ? '' : `, for ${durationText(timeout)} at most`;
	return most && goesOn === false ? `${most}, else stop` : most;
}

function notifyText({ notify, title, severity, channels }) {
	const by = list(channels).length > 0 ? ` by ${joined(list(channels), 'and')}` : '';
	return `tell people${by}${inBrackets(severity)}: ${title ? `${title}: ` : ''}${notify}`;
}

const ACTIONS = {
	delay: (rule) => `wait ${durationText(rule.delay)}`,
	wait_template: (rule) => `wait until ${rule.wait_template} is true${timeoutText(rule)}`,
	wait_for_trigger: (rule) => `wait until ${list(rule.wait_for_trigger).map(awaitedText).join(' or ')}${
	    timeoutText(rule)}`,
	if: (rule) => `if ${conditionsText(rule.if)}: ${steps(rule.then)}${
	    list(rule.else).length > 0 ? `; else: ${steps(rule.else)}` : ''}`,
	choose: chooseText,
	repeat: repeatText,
	parallel: (rule) => `at the same time: ${list(rule.parallel)
	    .map((one) => marked(one?.sequence && one, steps(one?.sequence ?? one ?? [one]))).join(' | ')}`,
	sequence: (rule) => steps(rule.sequence),
	variables: (rule) => `set ${joined(Object.entries(rule.variables ?? {}).map(([name, value]) =>
		`${name} to ${typeof value === 'string' ? value : JSON.stringify(value)}`), 'and') || 'nothing'}`,
	event: (rule) => `tell others of "${rule.event}"${inBrackets(dataText(rule.event_data))}`,
	stop: (rule) => `${rule.error ? 'fail' : 'stop'}${inBrackets(rule.stop)}`,
	scene: (rule) => `turn on ${joined(list(rule.scene).map(subjectName), 'and')}`,
	scenario: (rule) => `run the scenario ${lower(String(rule.scenario).replaceAll('-', ' '))}${
	    inBrackets(dataText(rule.parameters))}`,
	simulate_presence: (rule) => `simulate presence for ${durationText(rule.simulate_presence)}`,
	notify: notifyText,
	webhook: (rule) => `call ${rule.webhook}${rule.method && rule.method !== 'POST' ? ` with ${rule.method}` : ''}`,
};

/** What a service of the DOMAIN reaches of a room or by a label: "every light". */
const everyText = (domain) => (domain && domain !== 'homeassistant' ? `every ${lower(domain)}` : 'everything');

function targetText(rule, domain) {
	const { entity_id: entities = rule.entity_id, device_id: devices, area_id: areas, floor_id: floors,
		label_id: labels } = rule.target ?? {};
	const every = everyText(domain);
	return joined([
		...(entities === 'all' ? [every] : list(entities).map(subjectName)),
		...list(devices).map(subjectName),
		...list(areas).map((id) => `${every} in ${house.areas.get(id)?.name ?? id}`),
		...list(floors).map((id) => `${every} on ${house.floors.get(id)?.name ?? id}`),
		...list(labels).map((id) => `${every} labelled ${house.labels.get(id)?.name ?? id}`)], 'and');
}

function serviceText(rule) {
	const name = String(rule.action ?? rule.service ?? 'do something');
	if (name.includes('{')) {
		const more = [targetText(rule, false), dataText(rule.data)].filter(Boolean);
		return `do ${name}${inBrackets(more.join(', '))}`;
	}
	const domain = name.includes('.') && domainOf(name);
	return `${[lower(name.split('.').at(-1)), targetText(rule, domain)].filter(Boolean).join(' ')}${
	    inBrackets(dataText(rule.data))}${rule.where_possible ? ' where possible' : ''}`;
}

function actionText(rule) {
	if (!rule) {
		return '?';
	}
	if (typeof rule === 'string' || ['condition', 'and', 'or', 'not'].some((key) => rule[key] !== undefined)) {
		return `go on only if ${conditionText(rule)}`;
	}
	const kind = Object.keys(ACTIONS).find((key) => rule[key] !== undefined);
	return marked(rule, `${kind ? ACTIONS[kind](rule) : serviceText(rule)}${
	    rule.continue_on_error ? ' (goes on if that fails)' : ''}`);
}

/** What a part of a rule does that has parts in it, without those. */
const HEADS = {
	if: (rule) => `if ${conditionsText(rule.if)}`,
	choose: () => 'choose',
	repeat: (rule) => `repeat ${howText(rule.repeat ?? {})}`,
	parallel: () => 'at the same time',
	sequence: (rule) => (rule.conditions === undefined ? 'in order' : `if ${conditionsText(rule.conditions)}`),
};

/** A step of a run in a few words, out of what the rule said there: an action, a condition or an option. */
export function stepText(rule) {
	const head = typeof rule === 'object' && Object.keys(HEADS).find((key) => rule[key] !== undefined);
	const text = head ? HEADS[head](rule) : actionText(rule);
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** {when, only, then} of a rule, each a list of sentences. */
export function ruleText(rule) {
	return {
		when: list(rule.triggers).map(triggerText),
		only: list(rule.conditions).map(conditionText),
		then: list(rule.actions).map(actionText),
	};
}
