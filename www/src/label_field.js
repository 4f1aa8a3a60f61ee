// SPDX-License-Identifier: ISC
// The choice of labels: those that there are, and new ones on the spot.
import { useRef, useState } from 'preact/hooks';
import { post } from './api.js';
import { house, houseLoad, labelsSorted } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { shapeOf } from './icon_names.js';
import { ProblemNote } from './ui.js';

/** A label as people see it. */
export function LabelMark({ label }) {
	return html`<span class="label-mark"><span class="label-dot" aria-hidden="true"
		style=${{ '--label': label.color ?? '' }}>${shapeOf(label.icon) &&
		html`<${Icon} name=${shapeOf(label.icon)} />`}</span>${label.name}</span>`;
}

/** What is written here becomes a label of the house, and is chosen, when it is added. */
function NewLabel({ choose }) {
	const [name, setName] = useState('');
	const [problem, setProblem] = useState(null);
	const add = async () => {
		const known = labelsSorted().find((one) => one.name.toLowerCase() === name.trim().toLowerCase());
		try {
			const { id } = known ?? await post('/api/v1/labels', { name: name.trim() });
			choose(id);
			setName('');
			setProblem(null);
			houseLoad();
		} catch (why) {
			setProblem(why);
		}
	};
	const onKeyDown = (e) => {
		if (e.key === 'Enter') {
			e.preventDefault();
			add();
		}
	};
	return html`<div class="label-new"><label class="field"><span class="hidden">New label</span><input
			placeholder="New label" maxlength="128" value=${name}
			onInput=${(e) => setName(e.target.value)} onKeyDown=${onKeyDown} /></label>
		<button type="button" class="button" disabled=${name.trim() === ''} onClick=${add}>
			<${Icon} name="plus" />Add label</button></div>
		${problem && html`<${ProblemNote} problem=${problem} />`}`;
}

/** The labels of VALUES, a list of ids. */
export function LabelsField({ form }) {
	const chosen = form.values.labels ?? [];
	const now = useRef(chosen);	// a new label is chosen later than its button was drawn
	now.current = chosen;
	const set = (id, on) => form.set('labels', [...now.current.filter((one) => one !== id), ...on ? [id] : []]);
	return html`<fieldset class="labels"><legend>Labels</legend>
		${house.labels.size > 0 && html`<div class="label-options">${labelsSorted().map((label) =>
			html`<label key=${label.id} class="label-option"><input type="checkbox"
				checked=${chosen.includes(label.id)}
				onChange=${(e) => set(label.id, e.target.checked)} />
			<${LabelMark} label=${label} /></label>`)}</div>`}
		<${NewLabel} choose=${(id) => set(id, true)} />
	</fieldset>`;
}
