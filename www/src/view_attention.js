// SPDX-License-Identifier: ISC
// What wants somebody to look after it: late, silent and new devices, empty batteries, what nobody
// announces any more, what was lost at once, what devices say of themselves and nobody can use.
import { useEffect } from 'preact/hooks';
import { get, post, remove } from './api.js';
import { ago, fullText, lengthText, useTick } from './clock.js';
import { CarefulButton } from './control_parts.js';
import { entityFullName } from './entity.js';
import { house, houseLoad } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { notify, useTopics } from './store.js';
import { toast } from './toast.js';
import { Empty, Heading, Placeholder, ProblemNote } from './ui.js';

const READ_MS = 60e3;

/** The newest answer of the house; asked: how often it was asked; topic: attention. */
const attention = { doc: null, problem: null, asked: 0 };

/** Answers may overtake each other: only that to the newest question counts. */
async function read() {
	const mine = ++attention.asked;
	let next;
	try {
		next = { doc: await get('/api/v1/attention'), problem: null };
	} catch (problem) {
		next = { problem };
	}
	if (mine === attention.asked) {
		Object.assign(attention, next);
		notify('attention');
	}
}

/** What is urgent: without what is merely new. */
const COUNTED = ['questions', 'rules', 'silent', 'low_battery', 'orphaned'];

/** How many things want attention, read once a minute while somebody looks. */
export function useAttentionCount() {
	useTopics('attention');
	useEffect(() => {
		read();
		const timer = setInterval(() => document.visibilityState === 'visible' && read(), READ_MS);
		return () => clearInterval(timer);
	}, []);
	return COUNTED.reduce((sum, list) => sum + (attention.doc?.[list]?.length ?? 0), 0);
}

const every = (row) => (row.expected_every ? `, usually every ${
	lengthText(row.expected_every * 1000)}` : '');

/** list -> [title, icon, what is said of a row] */
const LISTS = {
	silent: ['Silent', 'offline', (row) => `heard ${ago(row.last_seen)}${every(row)}`],
	late: ['Late', 'clock', (row) => `heard ${ago(row.last_seen)}${every(row)}`],
	low_battery: ['Low battery', 'batteryLow', (row) => (Number.isFinite(row.level) ?
	    `${row.level} %` : 'low')],
	orphaned: ['No longer announced', 'hide', () => 'its announcement was withdrawn'],
	found: ['New', 'plus', (row) => `seen first ${ago(row.first_seen)}`],
};

function nameOf(row) {
	const entity = house.entities.get(row.entity_id);
	return entity ? entityFullName(entity) : row.name;
}

function List({ list, rows, children }) {
	const [title, icon, say] = LISTS[list];
	return rows.length === 0 ? null : html`<section class="panel" aria-labelledby=${`list-${list}`}
		data-list=${list}>
		<div class="panel-head"><h2 id=${`list-${list}`}>${title}</h2>${children}</div>
		<ul class="plain rows-plain">${rows.map((row) => html`<li key=${row.entity_id ??
			row.device_id}><${Icon} name=${icon} />
			<a href=${row.entity_id ? `/entities/${row.entity_id}` :
				`/devices/${encodeURIComponent(row.device_id)}`}>${nameOf(row)}</a>
			<span class="faint">${say(row)}</span></li>`)}</ul>
	</section>`;
}

function Lost({ events }) {
	return events.length === 0 ? null : html`<section class="panel" aria-labelledby="list-lost"
		data-list="lost"><h2 id="list-lost">Many at once</h2>
		<ul class="plain rows-plain">${events.map(({ id, time, data }) => html`<li key=${id}>
			<${Icon} name=${data.lost ? 'offline' : 'wifi'} />
			<span>${data.devices} devices ${data.lost ? 'were lost' : 'came back'}${data.topic &&
				html`${' by '}<code>${data.topic}</code>`}</span>
			<span class="faint">${ago(time)}</span></li>`)}</ul>
	</section>`;
}

/** Announcements of devices that cannot be used, or the parts of them that cannot. */
function Refused({ rows }) {
	return rows.length === 0 ? null : html`<section class="panel" aria-labelledby="list-refused"
		data-list="refused"><h2 id="list-refused">Announcements that were refused</h2>
		<ul class="plain rows-plain">${rows.map(({ topic, part, device, reason, time }) => html`<li
			key=${`${topic}#${part}`}><${Icon} name="warning" />
			<span>${device && html`${device} `}<code>${topic}</code>${part &&
				html`${' '}<code>${part}</code>`}</span>
			<span>${reason} <span class="faint">${ago(time)}</span></span></li>`)}</ul>
	</section>`;
}

/** kind -> [what it is, its page] */
const RULES = {
	automation: ['Automation', (id) => `/automations/${encodeURIComponent(id)}`],
	scenario: ['Scenario', (id) => `/scenarios/${encodeURIComponent(id)}`],
	alert_rule: ['Alert rule', () => '/alerts'],
};

/** Rules that are enabled and could not be saved as they are. */
function Broken({ rows }) {
	return rows.length === 0 ? null : html`<section class="panel" aria-labelledby="list-rules"
		data-list="rules"><h2 id="list-rules">Rules that need mending</h2>
		<ul class="plain rows-plain">${rows.map(({ kind, id, name, place, message }) => html`<li
			key=${`${kind} ${id}`}><${Icon} name="warning" />
			<span><a href=${RULES[kind][1](id)}>${name}</a>${' '}
				<span class="faint">${RULES[kind][0].toLowerCase()}</span></span>
			<span>${message} <code>${place}</code></span></li>`)}</ul>
	</section>`;
}

/** Automations whose time passed while the house was not running, and which ask whether to run. */
function Questions({ rows }) {
	const answer = (row, text) => async () => {
		try {
			await post(`/api/v1/questions/${row.id}`, { answer: text });
			toast('good', text === 'yes' ? `${row.name}: started.` : `${row.name}: left.`);
		} catch (problem) {
			toast('bad', problem.message);
		}
		read();
	};
	return rows.length === 0 ? null : html`<section class="panel" aria-labelledby="list-questions"
		data-list="questions"><h2 id="list-questions">Questions</h2>
		<ul class="plain rows-plain">${rows.map((row) => html`<li key=${row.id}>
			<span><a href=${`/automations/${encodeURIComponent(row.automation_id)}`}>${row.name}</a>
				${' '}was to run at ${fullText(row.due)}, while the house was not running.
				Run it now?</span>
			<span class="button-row"><button class="button" aria-label=${`Yes, run ${row.name}`}
				onClick=${answer(row, 'yes')}>Yes</button>
			<button class="button" aria-label=${`No, leave ${row.name}`}
				onClick=${answer(row, 'no')}>No</button></span></li>`)}</ul>
	</section>`;
}

function ClearOrphans() {
	const clear = async () => {
		try {
			const { deleted } = await remove('/api/v1/orphans');
			toast('good', `${deleted} removed.`);
			houseLoad();
		} catch (problem) {
			toast('bad', problem.message);
		}
		read();
	};
	return html`<${CarefulButton} icon="trash" text="Remove all" name="that is not announced"
		used="/api/v1/orphans" without="them" onPress=${clear} />`;
}

export function Attention() {
	useTopics('attention', 'house');
	useTick();
	useEffect(() => {
		read();
	}, []);
	const { doc, problem } = attention;
	const quiet = doc && [...Object.keys(LISTS), 'lost', 'refused', 'rules', 'questions']
	    .every((list) => doc[list].length === 0);
	return html`<${Heading} title="Attention"><button class="button" onClick=${read}>
			<${Icon} name="refresh" />Look again</button></${Heading}>
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${read} />`}
		${!doc && !problem && html`<${Placeholder} rows=${4} />`}
		${quiet && html`<${Empty} icon="check" title="Nothing wants your attention">
			<p>Every device is heard, no battery is low, every rule finds what it names.</p></${Empty}>`}
		${doc && html`<div class="stack"><${Questions} rows=${doc.questions} />
			<${Broken} rows=${doc.rules} />
			${['silent', 'low_battery', 'late'].map((list) =>
			html`<${List} key=${list} list=${list} rows=${doc[list]} />`)}
			<${Lost} events=${doc.lost} />
			<${Refused} rows=${doc.refused} />
			<${List} list="orphaned" rows=${doc.orphaned}><${ClearOrphans} /></${List}>
			<${List} list="found" rows=${doc.found} /></div>`}`;
}
