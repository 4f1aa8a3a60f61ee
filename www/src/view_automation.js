// SPDX-License-Identifier: ISC
// Writing one automation, trying it, looking back with it; whether it is on.
import { get } from './api.js';
import { useNewest } from './follow.js';
import { html } from './html.js';
import { RuleBack } from './rule_back.js';
import { Field, More } from './rule_field.js';
import { hasMax, ListForm, MAX, MODE } from './rule_form.js';
import { fieldsOf } from './rule_language.js';
import { RulePage } from './rule_page.js';
import { RuleTry } from './rule_try.js';
import { RunNow, useSwitch } from './rule_switch.js';
import { Toggle, useLoad } from './ui.js';

const LIST = '/api/v1/automations';

/** Triggers of a time, which may pass while the house is not running. */
const TIMES = ['time', 'time_pattern', 'cron', 'sun', 'calendar'];

const MISSED = { help: 'a time that passed while the house was not running; the rule runs late when nothing is said',
	said: { run: 'the rule runs late (run)', skip: 'nothing (skip)', ask: 'people are asked (ask)' } };

const SELDOM = ['description', 'variables', 'max', 'missed', 'missed_within'];

/** Of the fields that are SELDOM wanted, those that say something about what the rule has. */
function wanted(parts) {
	const timed = [parts.triggers ?? []].flat().some((one) => TIMES.includes(one?.trigger));
	return [...(hasMax(parts) ? ['max'] : []), ...(timed ? ['missed'] : []),
		...(timed && parts.missed !== 'skip' ? ['missed_within'] : [])];
}

function Form({ language, said, parts, put }) {
	const x = { language, faults: said.faults, variables: parts.variables };
	const own = { max: MAX, missed: MISSED };
	const fields = new Map(fieldsOf(language.$defs.automation).map((one) =>
		[one.name, { ...one, ...own[one.name] }]));
	const draw = (one) => html`<${Field} key=${one.name} x=${x} field=${one} part=${parts} place=${one.name}
		value=${parts[one.name]} set=${(value) => put(one.name, value)} />`;
	const list = (kind, place, title, help) => html`<${ListForm} language=${language} said=${said} list=${kind}
		variables=${parts.variables} place=${place} title=${title} help=${help} value=${parts[place]}
		set=${(value) => put(place, value)} />`;
	const now = wanted(parts);
	return html`${draw({ name: 'name', title: 'Name', type: 'string', must: true })}
		${list('trigger', 'triggers', 'When', 'Any one of these starts it.')}
		${list('condition', 'conditions', 'Only if', 'All of these must hold; may be empty.')}
		${list('action', 'actions', 'Then', 'Done in this order.')}
		${draw(MODE)}${now.map((name) => draw(fields.get(name)))}
		<${More} fields=${SELDOM.filter((name) => !now.includes(name)).map((name) => fields.get(name))}
			part=${parts} draw=${draw} />`;
}

const Side = ({ rule, id }) => html`<${RuleTry} rule=${rule} /><${RuleBack} rule=${rule} id=${id} />`;

/** Beside the heading: whether it is on, also when somebody else switches it, and a run by hand of what is saved. */
function Tools({ doc }) {
	const newest = useNewest((event) => event.subject === `automation.${doc.id}`);
	const { data, reload } = useLoad(() => get(`${LIST}/${encodeURIComponent(doc.id)}`), [newest]);
	const { on, busy, set } = useSwitch(data ?? doc, reload);
	return html`${!on && html`<span class="chip" data-tone="warn">Disabled</span>`}
		<${Toggle} on=${on} busy=${busy} label=${`${doc.name} enabled`} onChange=${set} />
		<${RunNow} rule=${doc} on=${on} />`;
}

const AUTOMATION = { noun: 'automation', list: LIST, back: '/automations', title: 'The automation as JSON', Form, Side,
	Tools, hidden: ['enabled'], usual: { missed: 'run' },
	checksId: true,
	empty: { name: '', mode: 'single', triggers: [], conditions: [], actions: [] } };

/** The automation of the ID; without one, a new one. */
export const AutomationView = ({ id }) => html`<${RulePage} of=${AUTOMATION} id=${id} />`;
