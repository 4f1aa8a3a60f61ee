// SPDX-License-Identifier: ISC
// Windows in which floors and rooms are added, changed and deleted.
import { useState } from 'preact/hooks';
import { getTagged, patch, post, remove } from './api.js';
import { cancelDialog, Dialog } from './dialog.js';
import { entityFullName } from './entity.js';
import { AliasesField, FormProblem, RowField, TextField, useForm } from './form.js';
import { contentsOf, floorsSorted, house, houseLoad } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { IconField } from './icon_field.js';
import { LabelsField } from './label_field.js';
import { Placeholder, ProblemNote, useLoad } from './ui.js';
import { UsedNote } from './used.js';
import { VersionsFold } from './versions.js';

const AREAS = '/api/v1/areas';
const FLOORS = '/api/v1/floors';

const pathOf = (list, id) => `${list}/${encodeURIComponent(id)}`;

function RoomFields({ form }) {
	return html`<${TextField} form=${form} name="name" label="Name" required maxlength="128" />
		<${RowField} form=${form} name="floor_id" label="Floor" none="No floor"
			rows=${floorsSorted()} />
		<${AliasesField} form=${form} />
		<${IconField} form=${form} none="No icon" />
		<${LabelsField} form=${form} />`;
}

function FloorFields({ form }) {
	return html`<${TextField} form=${form} name="name" label="Name" required maxlength="128" />
		<${TextField} form=${form} name="level" type="number" min="-100" max="1000"
			label="Level: 0 is the ground floor, -1 below it" />`;
}

function roomValues({ aliases = [], ...room }) {
	return { ...room, aliases: aliases.join(', ') };
}

/** What a window is about: where it is, what it is called, its fields, what they begin with. */
const ROOM = { list: AREAS, kind: 'area', noun: 'room', Fields: RoomFields, values: roomValues,
	used: true };
const FLOOR = { list: FLOORS, kind: 'floor', noun: 'floor', Fields: FloorFields, values: (floor) => floor,
	used: true };

function Buttons({ children }) {
	return html`<div class="button-row">${children}
		<button type="button" class="button" onClick=${cancelDialog}>Cancel</button></div>`;
}

function Form({ kind, doc, tag, again, close }) {
	const form = useForm(kind.values(doc), async (change) => {
		await (tag ? patch(pathOf(kind.list, doc.id), change, tag) : post(kind.list, change));
		houseLoad();
		close();
	});
	return html`<form class="form" onSubmit=${form.submit}>
		<${kind.Fields} form=${form} />
		<${FormProblem} form=${form} again=${again} />
		<${Buttons}><button class="button primary" disabled=${!form.changed}>
			${tag ? 'Save' : `Add ${kind.noun}`}</button></${Buttons}>
	</form>
	${tag && html`<${VersionsFold} kind=${kind.kind} id=${doc.id} serial=${tag}
		onRestored=${() => {
			houseLoad();
			again();
		}} />`}`;
}

/** Reads the newest of what the window is about before it draws VIEW, which may ask for it again. */
function Newest({ kind, id, View, ...rest }) {
	const { data, problem, reload } = useLoad((signal) => getTagged(pathOf(kind.list, id), signal),
	    [id]);
	if (problem) {
		return html`<${ProblemNote} problem=${problem} onRetry=${reload} />`;
	}
	return data ? html`<${View} key=${data.tag} kind=${kind} again=${reload} ...${data}
		...${rest} />` : html`<${Placeholder} rows=${3} />`;
}

function Names({ rows }) {
	return html`<ul class="plain lost" tabindex="0">${rows.map(({ id, name }) => html`<li key=${id}>
		${name}</li>`)}</ul>`;
}

const byName = (a, b) => a.name.localeCompare(b.name);

const count = (n, one, many) => (n === 1 ? `1 ${one}` : `${n} ${many}`);

/** Said of a room that is to be deleted: what has no room then. */
function LostWithRoom({ doc }) {
	const { devices, entities } = contentsOf(doc.id);
	const rows = [...devices, ...entities.map((entity) => ({ id: entity.entity_id,
		name: entityFullName(entity) }))].sort(byName);
	return rows.length === 0 ? html`<p>No device is in this room.</p>` : html`
		<p>${count(devices.length, 'device loses', 'devices lose')} ${' '}
			${entities.length > 0 && `and ${count(entities.length, 'entity loses',
			    'entities lose')} `}the room, and nothing else:</p>
		<${Names} rows=${rows} />`;
}

/** Said of a floor that is to be deleted: which rooms are on none then. */
function LostWithFloor({ doc }) {
	const rows = doc.areas.map((id) => house.areas.get(id)).filter(Boolean).sort(byName);
	return rows.length === 0 ? html`<p>No room is on this floor.</p>` : html`
		<p>${count(rows.length, 'room is', 'rooms are')} on no floor then; the devices stay
			where they are:</p>
		<${Names} rows=${rows} />`;
}

function Deletion({ kind, Lost, doc, tag, again, close }) {
	const [problem, setProblem] = useState(null);
	const press = () => remove(pathOf(kind.list, doc.id), tag).then(() => {
		houseLoad();
		close();
	}, setProblem);
	return html`<div class="stack"><${Lost} doc=${doc} />
		${kind.used && html`<${UsedNote} path=${pathOf(kind.list, doc.id)} />`}
		<${FormProblem} form=${{ problem }} again=${again} />
		<${Buttons}><button type="button" class="button danger" onClick=${press}>
			<${Icon} name="trash" />Delete ${kind.noun}</button></${Buttons}>
	</div>`;
}

const windowFor = (View, kind, title, more = {}) => ({ id, name, close }) => html`<${Dialog}
	title=${title(name)} close=${close}>
	${id ? html`<${Newest} kind=${kind} id=${id} View=${View} close=${close} ...${more} />` :
	html`<${View} kind=${kind} doc=${{}} close=${close} />`}
</${Dialog}>`;

/** Each takes the id and the name of its floor or room, if there is one yet, and close(). */
export const RoomWindow = windowFor(Form, ROOM, (name) => name ?? 'A new room');
export const FloorWindow = windowFor(Form, FLOOR, (name) => name ?? 'A new floor');
export const RoomDeletion = windowFor(Deletion, ROOM, (name) => `Delete ${name}?`,
    { Lost: LostWithRoom });
export const FloorDeletion = windowFor(Deletion, FLOOR, (name) => `Delete ${name}?`,
    { Lost: LostWithFloor });
