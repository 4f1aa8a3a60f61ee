// SPDX-License-Identifier: ISC
// The form for what people may call a device or an entity, the room they put it into, the icon and the
// labels they give it.
import { AliasesField, FormProblem, RowField, TextField, useForm } from './form.js';
import { areasSorted } from './house.js';
import { html } from './html.js';
import { IconField } from './icon_field.js';
import { LabelsField } from './label_field.js';

/**
 * The NAME, ALIASES and ICON (both undefined: it has none), AREA_ID and LABELS (ids) of something;
 * SAVE(change) stores what was changed.
 */
export function Labels({ name, aliases, areaId, icon, labels, none, save }) {
	const form = useForm({ name, aliases: aliases?.join(', '), area_id: areaId, icon, labels }, save);
	return html`<form class="panel form" onSubmit=${form.submit} aria-labelledby="labels-title">
		<h2 id="labels-title">${icon === undefined ? 'Name, room and labels' :
			'Name, room, icon and labels'}</h2>
		<${TextField} form=${form} name="name" label="Name" maxlength="255"
			placeholder="As it was announced" />
		${aliases && html`<${AliasesField} form=${form} />`}
		<${RowField} form=${form} name="area_id" label="Room" none=${none}
			rows=${areasSorted()} />
		${icon !== undefined && html`<${IconField} form=${form} none="As it was announced" />`}
		<${LabelsField} form=${form} />
		<${FormProblem} form=${form} />
		<button class="button primary" disabled=${!form.changed}>Save</button>
	</form>`;
}
