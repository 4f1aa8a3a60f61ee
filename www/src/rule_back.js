// SPDX-License-Identifier: ISC
// A rule against the recorded past, saved or not: how often it would have run on which day, and what it would
// have done.
import { useEffect, useRef, useState } from 'preact/hooks';
import { postLines, Problem } from './api.js';
import { fullText, lengthText, toMs } from './clock.js';
import { numberText, subjectName } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { BackCalendar } from './rule_back_calendar.js';
import { BackDay } from './rule_back_day.js';
import { namedText } from './rule_run_details.js';
import { RuleProblem } from './rule_try.js';

const SPANS = [['7', 7], ['14', 14], ['30', 30]];

export const times = (n, one, many) => `${n} ${n === 1 ? one : many}`;

function Progress({ progress, onCancel }) {
	return html`<div class="back-progress"><progress max="100" value=${progress.percent}
			aria-label="Looking back"></progress>
		<span class="faint" role="status">${progress.percent} %${progress.at && `, ${fullText(progress.at)}`}${
			progress.runs > 0 && `: ${times(progress.runs, 'run', 'runs')}`}</span>
		<button type="button" class="button quiet" onClick=${onCancel}>Stop</button></div>`;
}

function kilowattHours(wh) {
	return `${numberText(Math.abs(wh) / 1000)} kWh ${wh < 0 ? 'less' : 'more'}`;
}

function Energy({ energy }) {
	if (energy.difference_wh === null) {
		return html`<p class="faint">What difference in energy it makes is not known: no sensor measures
			what it switches.</p>`;
	}
	return html`<details><summary>Energy: <b>${kilowattHours(energy.difference_wh)}</b></summary>
		<p class="faint">${energy.how}</p>
		<ul class="plain">${energy.targets.map((one) => html`<li key=${one.entity_id}>
			${subjectName(one.entity_id)}: ${kilowattHours(one.difference_wh)} <span class="faint">(on
			${` ${numberText(one.on_w)}`} W, off ${numberText(one.off_w)} W by
			${` ${subjectName(one.sensor)}`})</span>
			</li>`)}</ul></details>`;
}

/** What the conditions said no to, the most frequent first. */
function Noes({ conditions }) {
	const list = [...conditions].sort((a, b) => b.noes - a.noes);
	return list.length > 0 && html`<details><summary>Which conditions said no</summary>
		<ul class="plain">${list.map(({ place, noes, samples }) => html`<li key=${place}>
			${place === 'variables' ? 'The variables' : `Condition ${Number(/\d+/.exec(place)) + 1}`}:
			${` ${times(noes, 'time', 'times')}`}<span class="faint"> such as: ${
				namedText(samples[0]?.reason ?? '')}</span>
			</li>`)}</ul></details>`;
}

/** What was looked at: as far back as was asked, or as the house knows anything. */
function Memory({ result }) {
	const { from, until, history_from: begins, history_days: days } = result;
	if (!begins) {
		return html`<p class="faint">The house remembers nothing yet: there is nothing to look back on.</p>`;
	}
	const length = days >= 1 ? times(numberText(days), 'day', 'days') : lengthText(toMs(until) - toMs(begins));
	return html`<p class="faint">The house remembers ${length}${toMs(from) > toMs(begins) ? '' :
		`: what lies before ${fullText(begins)} does not count`}.</p>`;
}

function Summary({ result }) {
	const { runs, noes, ignored, commands } = result.totals;
	const extra = [noes > 0 && `its conditions would have said no ${times(noes, 'time', 'times')}`,
		ignored > 0 && `it would have been busy ${times(ignored, 'time', 'times')}`].filter(Boolean);
	return html`<p role="status">It would have run <b>${times(runs, 'time', 'times')}</b> with
		${` ${times(commands, 'command', 'commands')}`}${extra.length > 0 && `; ${extra.join(', ')}`}.</p>
		${!result.complete && html`<p class="note" data-tone="warn"><${Icon} name="warning" />
			<span>It stopped at ${fullText(result.reached)}: ${result.stopped}.</span></p>`}
		<${Memory} result=${result} />`;
}

function Limits({ limits }) {
	return limits.length > 0 && html`<details><summary>What history does not tell</summary>
		<ul class="plain">${limits.map((one) => html`<li key=${one}>${one}</li>`)}</ul></details>`;
}

/** The day that is looked at: the last one on which it would have run, until another one is chosen. */
function Result({ result, triggers }) {
	const last = result.days.findLast((one) => one.runs > 0) ?? result.days.findLast((one) => one.noes > 0) ??
	    result.days.at(-1);
	const [date, choose] = useState(last.date);
	return html`<${Summary} result=${result} />
		<${Energy} energy=${result.energy} />
		<${Noes} conditions=${result.conditions} />
		<${Limits} limits=${result.limits} />
		<${BackCalendar} days=${result.days} date=${date} onChoose=${choose} />
		<${BackDay} result=${result} date=${date} triggers=${triggers} />`;
}

/** Runs the back-test of RULE; what is shown belongs to this text of it. */
function useBackTest(rule, id) {
	const [state, setState] = useState({});
	const stop = useRef(null);
	const text = JSON.stringify(rule);
	const end = () => {
		stop.current?.abort();
		stop.current = null;
	};
	useEffect(() => {
		setState({});
		return end;
	}, [text]);
	const start = async (days) => {
		end();
		const mine = stop.current = new AbortController();
		setState({ progress: { percent: 0 } });
		const set = (next) => stop.current === mine && setState(next);
		try {
			const body = { rule, days, ...(id ? { id } : {}) };
			for await (const line of postLines('/api/v1/automations/back-test', body, mine.signal)) {
				set(line.problem ?
				    { problem: new Problem(line.problem.status ?? 0, line.problem) } : line);
			}
		} catch (problem) {
			set(problem.name === 'AbortError' ? {} : { problem });
		}
	};
	return { ...state, start, cancel: () => { end(); setState({}); } };
}

/** RULE as it is on the page; ID when it is a saved one. */
export function RuleBack({ rule, id }) {
	const { progress, result, problem, start, cancel } = useBackTest(rule, id);
	const [days, setDays] = useState(30);
	return html`<section class="panel back-test" aria-labelledby="back-title"><h2 id="back-title">Look back</h2>
		<p class="faint">What it would have done in the last days. Nothing is switched.</p>
		<div class="button-row"><span class="segments" role="group" aria-label="Days">${SPANS.map(([name, n]) =>
			html`<button key=${n} type="button" aria-pressed=${days === n ? 'true' : 'false'}
				aria-label=${`${name} days`} onClick=${() => setDays(n)}>${name} d</button>`)}</span>
		<button type="button" class="button" disabled=${Boolean(progress)} onClick=${() => start(days)}>
			<${Icon} name="clock" />Look back</button></div>
		${progress && html`<${Progress} progress=${progress} onCancel=${cancel} />`}
		${problem && html`<${RuleProblem} problem=${problem} />`}
		${result && html`<${Result} key=${result.from} result=${result} triggers=${rule.triggers} />`}
	</section>`;
}
