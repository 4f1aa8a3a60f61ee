// SPDX-License-Identifier: ISC
// The calendars of the house: what comes next in each, which automations speak of it, how reading it went;
// adding one by its address or as a file, changing, deleting.
import { useEffect, useState } from 'preact/hooks';
import { get, patch, post, remove } from './api.js';
import { ago, fullText, timeFormat, toMs, useTick } from './clock.js';
import { CarefulButton } from './control_parts.js';
import { cancelDialog, Dialog } from './dialog.js';
import { events } from './event.js';
import { FormProblem, TextField, useForm } from './form.js';
import { house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { useTopics } from './store.js';
import { toast } from './toast.js';
import { Empty, Heading, Placeholder, ProblemNote, useLoad } from './ui.js';
import { usersOf } from './used.js';
import { Deleted, VersionsFold } from './versions.js';

const LIST = '/api/v1/calendars';
const NEXT = 4;			// appointments of each that are shown
const DAYS = 60;		// so far ahead
const FILE_MAX = 1e6;

const pathOf = (id) => `${LIST}/${encodeURIComponent(id)}`;

/** Every calendar with what comes next in it. */
async function loadCalendars(signal) {
	const { calendars } = await get(LIST, undefined, { signal });
	const to = new Date(Date.now() + DAYS * 86400e3).toISOString();
	return Promise.all(calendars.map(async (calendar) => ({ ...calendar,
		coming: (await get(`${pathOf(calendar.id)}/events`, { to, limit: NEXT }, { signal })).events })));
}

const DAY = { weekday: 'short', day: 'numeric', month: 'short' };
const dayText = timeFormat({ ...DAY, timeZone: 'UTC' });
const momentText = timeFormat({ ...DAY, hour: '2-digit', minute: '2-digit' });

/** When an appointment is; one that lasts some days with its last day. */
function whenText({ start, end, all_day: allDay }) {
	if (!allDay) {
		return momentText(toMs(start));
	}
	const first = toMs(start);
	const last = toMs(end) - 86400e3;
	return last > first ? `${dayText(first)} – ${dayText(last)}` : dayText(first);
}

function Coming({ calendar }) {
	return calendar.coming.length === 0 ? html`<p class="faint">Nothing in the next ${DAYS} days.</p>` :
	    html`<ul class="plain rows-plain">${calendar.coming.map((one) => html`<li
		key=${`${one.uid} ${one.start}`}><span>${whenText(one)}</span>
		<span>${one.summary ?? 'Without a name'}${one.location && `, ${one.location}`}</span></li>`)}</ul>`;
}

function Uses({ calendar }) {
	const { data } = useLoad(() => get(`/api/v1/entities/${calendar.entity_id}/used`), [calendar.entity_id,
		[...house.automations.keys()].join()]);
	const users = usersOf(data);
	return users.length > 0 && html`<details><summary>Where used (${users.length})</summary>
		<ul class="plain rows-plain">${users.map(({ kind, id, name, href }) => html`<li
			key=${`${kind} ${id}`}><span>${kind}</span><a href=${href}>${name}</a></li>`)}
		</ul></details>`;
}

function Row({ calendar, edit, reload }) {
	const { id, name, error, fetched, source } = calendar;
	const tried = (act) => act.then(reload, (problem) => toast('bad', problem.message));
	return html`<li class="panel label-row" data-calendar=${id}>
		<div class="place-head"><h2 class="label-mark"><${Icon} name="calendar" /><a
			href=${`/entities/${calendar.entity_id}`}>${name}</a></h2>
			<div class="button-row"><button type="button" class="button" aria-label=${`Read ${name} now`}
				onClick=${() => tried(post(`${pathOf(id)}/fetch`))}><${Icon} name="refresh" />
				Read now</button>
			<button type="button" class="button" aria-label=${`Change ${name}`}
				onClick=${() => edit(calendar)}><${Icon} name="edit" />Change</button>
			<${CarefulButton} icon="trash" text="Delete" name=${name}
				used=${`/api/v1/entities/${calendar.entity_id}`}
				onPress=${() => tried(remove(pathOf(id)))} /></div></div>
		${error && html`<div class="note" data-tone="bad"><${Icon} name="warning" />
			<p>It cannot be read: ${error}.
			${fetched ? ' What was known stays.' : ''}</p></div>`}
		<${Coming} calendar=${calendar} />
		<p class="faint" title=${fetched ? fullText(fetched) : undefined}>${calendar.events} appointments, from
			${source === 'file' ? ' a file' : ' an address'}${fetched ? `, read ${ago(fetched)}` :
			', not read yet'}</p>
		<${Uses} calendar=${calendar} />
	</li>`;
}

/** What is wrong with a file and its TEXT; '' when nothing is. */
function faultOf(file, text) {
	if (file.size > FILE_MAX) {
		return 'It is larger than 1 MB: "consciousness calendar add" takes it.';
	}
	return text.includes('BEGIN:VCALENDAR') ? '' : 'It is no calendar: such a file ends in .ics.';
}

function FileField({ form }) {
	const [problem, setProblem] = useState('');
	const choose = async (e) => {
		const [file] = e.target.files;
		const text = file ? await file.text() : '';
		setProblem(file ? faultOf(file, text) : '');
		if (file && !faultOf(file, text)) {
			form.set('text', text);
		}
	};
	return html`<label class="field"><span>Or a file (.ics)</span><input type="file" accept=".ics,text/calendar"
			aria-invalid=${form.problem?.field === 'text' ? 'true' : undefined}
			onChange=${choose} /></label>
		${problem && html`<p class="note" data-tone="bad" role="alert">${problem}</p>`}`;
}

/** Of a calendar, or (an empty one) of a new one. What it does not change may be read anew meanwhile. */
function CalendarForm({ calendar, done, close }) {
	const { id, name } = calendar;
	const form = useForm({ name: name ?? '', address: '' }, async (change) => {
		await (id ? patch(pathOf(id), change) : post(LIST, change));
		done();
	});
	return html`<form class="form" onSubmit=${form.submit}>
		<${TextField} form=${form} name="name" label="Name" required maxlength="128" />
		<${TextField} form=${form} name="address" label=${id ? 'Another address' : 'Address'} maxlength="2000"
			inputmode="url" autocomplete="off" placeholder="https://…/basic.ics" />
		<p class="faint">Calendar programs offer it as "secret address in iCal format" or "subscribe".
			It is kept sealed and not shown again.</p>
		<${FileField} form=${form} />
		<${FormProblem} form=${form} />
		<div class="button-row"><button class="button primary" disabled=${!form.changed}>
			${id ? 'Save' : 'Add calendar'}</button>
			<button type="button" class="button" onClick=${cancelDialog}>Cancel</button></div>
	</form>
	${id && html`<${VersionsFold} kind="calendar" id=${id} serial=${name} onRestored=${done} />`}`;
}

/** Loads again when a calendar was changed or read. */
function useFollow(reload) {
	useTopics('events', 'house');
	const newest = events.list.find((event) => event.kind === 'calendar_changed')?.id;
	useEffect(() => newest && reload(), [newest]);
}

export function Calendars() {
	useTick();
	const { data, problem, reload } = useLoad(loadCalendars, []);
	useFollow(reload);
	const [shown, show] = useState(null);
	const close = () => show(null);
	const done = () => {
		close();
		reload();
	};
	return html`<nav class="crumbs" aria-label="Where this is"><a href="/automations">Automations</a></nav>
		<${Heading} title="Calendars"><button class="button primary" onClick=${() => show({})}>
			<${Icon} name="plus" />New calendar</button></${Heading}>
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${!data && !problem && html`<${Placeholder} rows=${4} />`}
		${data?.length === 0 && html`<${Empty} icon="calendar" title="No calendars yet">
			<p>Waste collection, school holidays, your own appointments: an automation can begin
			with them.</p>
			</${Empty}>`}
		${data?.length > 0 && html`<ul class="automations">${data.map((calendar) => html`<${Row}
			key=${calendar.id} calendar=${calendar} edit=${show} reload=${reload} />`)}</ul>`}
		${data && html`<${Deleted} kinds=${['calendar']} onRestored=${reload}
			serial=${data.map((one) => one.id).join()} />`}
		${shown && html`<${Dialog} title=${shown.name ?? 'A new calendar'} close=${close}>
			<${CalendarForm} calendar=${shown} done=${done} close=${close} /></${Dialog}>`}`;
}
