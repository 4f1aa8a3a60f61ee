// SPDX-License-Identifier: ISC
// The labels of the house: what carries each, which automations speak of it; adding, changing, deleting.
import { useState } from 'preact/hooks';
import { get, getTagged, patch, post, remove } from './api.js';
import { CarefulButton } from './control_parts.js';
import { cancelDialog, Dialog } from './dialog.js';
import { entityFullName } from './entity.js';
import { FormProblem, TextField, useForm } from './form.js';
import { house, houseLoad, labelsSorted } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { IconField } from './icon_field.js';
import { LabelMark } from './label_field.js';
import { useTopics } from './store.js';
import { toast } from './toast.js';
import { Empty, Heading, Placeholder, ProblemNote, useLoad } from './ui.js';
import { usersOf } from './used.js';
import { Deleted, VersionsFold } from './versions.js';

const LIST = '/api/v1/labels';

const pathOf = (id) => `${LIST}/${encodeURIComponent(id)}`;

/** What carries the label: [what it is, its name, its page]. */
function carriersOf({ areas, devices, entities }) {
	return [
		...areas.map((area) => ['Room', house.areas.get(area)?.name ?? area, `/#room-${area}`]),
		...devices.map((device) => ['Device', house.devices.get(device)?.name ?? device,
			`/devices/${encodeURIComponent(device)}`]),
		...entities.map((entity) => ['Entity', house.entities.has(entity) ?
			entityFullName(house.entities.get(entity)) : entity, `/entities/${entity}`]),
	];
}

function ColourField({ form }) {
	const { color } = form.values;
	return html`<div class="label-colour"><label class="field"><span>Colour</span><input type="color"
			value=${color || '#808080'} data-none=${color ? undefined : 'true'}
			onInput=${(e) => form.set('color', e.target.value)} /></label>
		<button type="button" class="button" disabled=${!color} onClick=${() => form.set('color', '')}>
			No colour</button></div>`;
}

function LabelForm({ doc, tag, again, close }) {
	const form = useForm(doc, async (change) => {
		await (tag ? patch(pathOf(doc.id), change, tag) : post(LIST, change));
		houseLoad();
		close();
	});
	return html`<form class="form" onSubmit=${form.submit}>
		<${TextField} form=${form} name="name" label="Name" required maxlength="128" />
		<${ColourField} form=${form} />
		<${IconField} form=${form} none="No icon" />
		<${FormProblem} form=${form} again=${again} />
		<div class="button-row"><button class="button primary" disabled=${!form.changed}>
			${tag ? 'Save' : 'Add label'}</button>
			<button type="button" class="button" onClick=${cancelDialog}>Cancel</button></div>
	</form>
	${tag && html`<${VersionsFold} kind="label" id=${doc.id} serial=${tag} onRestored=${() => {
		houseLoad();
		again();
	}} />`}`;
}

/** Of the newest that the house knows of the label ID. */
function Newest({ id, close }) {
	const { data, problem, reload } = useLoad((signal) => getTagged(pathOf(id), signal), [id]);
	if (!data) {
		return problem ? html`<${ProblemNote} problem=${problem} onRetry=${reload} />` :
		    html`<${Placeholder} rows=${3} />`;
	}
	return html`<${LabelForm} key=${data.tag} again=${reload} close=${close} ...${data} />`;
}

function Uses({ label }) {
	const { data, problem, reload } = useLoad(() => get(`${pathOf(label.id)}/used`), [label.id]);
	if (problem || !data) {
		return problem ? html`<${ProblemNote} problem=${problem} onRetry=${reload} />` :
		    html`<${Placeholder} rows=${1} />`;
	}
	const uses = [...carriersOf(label), ...usersOf(data).map((one) => [one.kind, one.name, one.href])];
	return uses.length === 0 ? html`<p class="faint">Nothing carries it, and nothing speaks of it.</p>` :
	    html`<details><summary>Where used (${uses.length})</summary><ul class="plain rows-plain">
		${uses.map(([kind, name, href]) => html`<li key=${`${kind} ${name} ${href}`}><span>${kind}</span>
			<a href=${href}>${name}</a></li>`)}</ul></details>`;
}

function Row({ label, edit }) {
	const drop = () => remove(pathOf(label.id)).then(houseLoad, (problem) => toast('bad', problem.message));
	return html`<li class="panel label-row" data-label=${label.id}>
		<div class="place-head"><h2><${LabelMark} label=${label} /></h2>
			<div class="button-row"><button type="button" class="button"
				aria-label=${`Change ${label.name}`} onClick=${() => edit(label)}>
				<${Icon} name="edit" />Change</button>
			<${CarefulButton} icon="trash" text="Delete" name=${label.name}
				used=${pathOf(label.id)} onPress=${drop} /></div></div>
		<${Uses} label=${label} />
		<p><a href=${`/devices?label=${encodeURIComponent(label.id)}`}>Devices with it</a></p>
	</li>`;
}

function Rows({ edit }) {
	return house.labels.size === 0 ? html`<${Empty} icon="tag" title="No labels yet">
		<p>A label is put on rooms, devices and entities. Automations, scenarios and people then
		speak of all that carry it.</p></${Empty}>` :
	    html`<ul class="automations">${labelsSorted().map((label) => html`<${Row} key=${label.id}
		label=${label} edit=${edit} />`)}</ul>`;
}

export function LabelList() {
	useTopics('house');
	const [shown, show] = useState(null);
	const close = () => show(null);
	return html`<nav class="crumbs" aria-label="Where this is"><a href="/devices">Devices</a></nav>
		<${Heading} title="Labels"><button class="button primary" onClick=${() => show({})}>
			<${Icon} name="plus" />New label</button></${Heading}>
		${house.problem && !house.loaded && html`<${ProblemNote} problem=${house.problem}
			onRetry=${houseLoad} />`}
		${!house.loaded && !house.problem && html`<${Placeholder} rows=${4} />`}
		${house.loaded && html`<${Rows} edit=${show} />
			<${Deleted} kinds=${['label']} onRestored=${houseLoad}
				serial=${[...house.labels.keys()].join()} />`}
		${shown && html`<${Dialog} title=${shown.name ?? 'A new label'} close=${close}>
			${shown.id ? html`<${Newest} id=${shown.id} close=${close} />` :
			html`<${LabelForm} doc=${{}} close=${close} />`}</${Dialog}>`}`;
}
