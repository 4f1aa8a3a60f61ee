// SPDX-License-Identifier: ISC
// The form for what people may call a device or an entity, and the room they put it into.
import { useState } from 'preact/hooks';
import { areasSorted } from './house.js';
import { html } from './html.js';
import { toast } from './toast.js';
import { ProblemNote } from './ui.js';

function Room({ value, none, onInput }) {
	return html`<label class="field"><span>Room</span>
		<select class="select" onChange=${onInput}>
			<option value="" selected=${!value}>${none}</option>
			${areasSorted().map((area) => html`<option key=${area.id} value=${area.id}
				selected=${area.id === value}>${area.name}</option>`)}
		</select></label>`;
}

/** What is sent of a draft: an empty name is the announced one again. */
function changeOf({ name, aliases, ...rest }) {
	return { ...rest, ...(name === undefined ? {} : { name: name.trim() || null }),
		...(aliases === undefined ? {} : { aliases: aliases.split(',')
		    .map((alias) => alias.trim()).filter(Boolean) }) };
}

/**
 * The names NAME, ALIASES (or undefined) and AREA_ID of something; SAVE(change) stores what was
 * changed.
 */
export function Labels({ name, aliases, areaId, none, save }) {
	const [draft, setDraft] = useState({});
	const [problem, setProblem] = useState(null);
	const submit = async (e) => {
		e.preventDefault();
		try {
			await save(changeOf(draft));
			setDraft({});
			setProblem(null);
			toast('good', 'Saved.');
		} catch (why) {
			setProblem(why);
		}
	};
	return html`<form class="panel form" onSubmit=${submit} aria-labelledby="labels-title">
		<h2 id="labels-title">Name and room</h2>
		<label class="field"><span>Name</span><input maxlength="255"
			placeholder="As it was announced"
			value=${draft.name ?? name}
			onInput=${(e) => setDraft({ ...draft, name: e.target.value })} /></label>
		${aliases && html`<label class="field"><span>Other names, with commas</span>
			<input maxlength="1000" value=${draft.aliases ?? aliases.join(', ')}
			onInput=${(e) => setDraft({ ...draft, aliases: e.target.value })} /></label>`}
		<${Room} value=${'area_id' in draft ? draft.area_id : areaId} none=${none}
			onInput=${(e) => setDraft({ ...draft, area_id: e.target.value || null })} />
		${problem && html`<${ProblemNote} problem=${problem} />`}
		<button class="button primary" disabled=${Object.keys(draft).length === 0}>Save</button>
	</form>`;
}
