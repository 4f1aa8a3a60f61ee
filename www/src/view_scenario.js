// SPDX-License-Identifier: ISC
// Writing one scenario.
import { post } from './api.js';
import { html } from './html.js';
import { navigate } from './router.js';
import { Field, More } from './rule_field.js';
import { hasMax, ListForm, MAX, MODE } from './rule_form.js';
import { RulePage } from './rule_page.js';
import { defaultsOf, Parameters } from './scenario_parameters.js';
import { toast } from './toast.js';

const LIST = '/api/v1/scenarios';

const ABOUT = [{ name: 'name', title: 'Name', type: 'string', must: true },
	{ name: 'description', title: 'What it does', type: 'string', long: true }];

const ROLLBACK = { name: 'rollback', title: 'Take back what it did when it fails', type: 'boolean',
	help: 'usually yes' };

const VARIABLES = { name: 'variables', title: 'Variables', shape: 'values',
	help: 'what conditions and actions see; templates too' };

function Form({ language, said, parts, put }) {
	const x = { language, faults: said.faults };
	const field = (one) => html`<${Field} key=${one.name} x=${x} field=${one} part=${parts} place=${one.name}
		value=${parts[one.name]} set=${(value) => put(one.name, value)} />`;
	const variables = { ...defaultsOf(parts.parameters), ...parts.variables };
	const list = (kind, place, title, help) => html`<${ListForm} language=${language} said=${said} list=${kind}
		variables=${variables} place=${place} title=${title} help=${help} value=${parts[place]}
		set=${(value) => put(place, value)} />`;
	return html`${ABOUT.map(field)}
		<${Parameters} x=${x} value=${parts.parameters} set=${(value) => put('parameters', value)} />
		${list('condition', 'conditions', 'Only if', 'All of these must hold; may be empty.')}
		${list('action', 'actions', 'Then', 'Done in this order.')}
		${[MODE, ...(hasMax(parts) ? [MAX] : []), ROLLBACK].map(field)}
		<${More} fields=${[VARIABLES, ...(hasMax(parts) ? [] : [MAX])]} part=${parts} draw=${field} />`;
}

function Reset({ doc }) {
	const reset = async () => {
		try {
			await post(`${LIST}/${encodeURIComponent(doc.id)}/reset`);
			toast('good', 'It is again as it came.');
			navigate('/scenarios');
		} catch (problem) {
			toast('bad', `${doc.name}: ${problem.message}`);
		}
	};
	return doc.changed && html`<button type="button" class="button" onClick=${reset}>
		Reset to how it came</button>`;
}

const SCENARIO = { noun: 'scenario', list: LIST, back: '/scenarios', title: 'The scenario as JSON', Form,
	Buttons: Reset, hidden: [], used: true, empty: { name: '', mode: 'single', actions: [] } };

/** The scenario of the ID; without one, a new one. */
export const ScenarioView = ({ id }) => html`<${RulePage} of=${SCENARIO} id=${id} />`;
