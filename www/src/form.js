// SPDX-License-Identifier: ISC
// Forms that send what was changed in them, and nothing else.
import { useRef, useState } from 'preact/hooks';
import { html } from './html.js';
import { toast } from './toast.js';
import { ProblemNote } from './ui.js';
import { useUnsaved } from './unsaved.js';

/** What people may enter -> what the house takes for it. */
const SENT = {
	name: (text) => text.trim() || null,
	aliases: (text) => text.split(',').map((alias) => alias.trim()).filter(Boolean),
	area_id: (id) => id || null,
	floor_id: (id) => id || null,
	color: (text) => text || null,
	level: (text) => (text === '' ? null : Number(text)),
};

function changeOf(draft) {
	return Object.fromEntries(Object.entries(draft)
	    .map(([name, value]) => [name, SENT[name] ? SENT[name](value) : value]));
}

/**
 * A form about VALUES: {values, set(name, value), submit, problem, changed}. SAVE(change) stores what
 * was changed; what it throws is the form's problem. Sent again while it is on its way it is not saved twice.
 */
export function useForm(values, save) {
	const [draft, setDraft] = useState({});
	const [problem, setProblem] = useState(null);
	const onItsWay = useRef(false);
	const submit = async (e) => {
		e.preventDefault();
		if (onItsWay.current) {
			return;
		}
		onItsWay.current = true;
		try {
			await save(changeOf(draft));
			setDraft({});
			setProblem(null);
			toast('good', 'Saved.');
		} catch (why) {
			setProblem(why);
		} finally {
			onItsWay.current = false;
		}
	};
	const changed = Object.keys(draft).length > 0;
	useUnsaved(changed);
	return { values: { ...values, ...draft }, submit, problem, changed,
		set: (name, value) => setDraft((before) => ({ ...before, [name]: value })) };
}

const invalid = (form, name) => (form.problem?.field === name ? 'true' : undefined);

export function TextField({ form, name, label, ...rest }) {
	return html`<label class="field"><span>${label}</span><input ...${rest}
		value=${form.values[name]} aria-invalid=${invalid(form, name)}
		onInput=${(e) => form.set(name, e.target.value)} /></label>`;
}

/** The other names of something, which VALUES holds as one text. */
export function AliasesField({ form }) {
	return html`<${TextField} form=${form} name="aliases" label="Other names, with commas"
		maxlength="1000" />`;
}

/** One of ROWS, which have an id and a name; NONE says what it is without. */
export function RowField({ form, name, label, none, rows }) {
	const value = form.values[name];
	return html`<label class="field"><span>${label}</span>
		<select class="select" aria-invalid=${invalid(form, name)}
			onChange=${(e) => form.set(name, e.target.value)}>
			<option value="" selected=${!value}>${none}</option>
			${rows.map((row) => html`<option key=${row.id} value=${row.id}
				selected=${row.id === value}>${row.name}</option>`)}
		</select></label>`;
}

/** Why it could not be stored, when it could not; AGAIN begins once more after another's change. */
export function FormProblem({ form: { problem }, again }) {
	return problem && html`<${ProblemNote} problem=${problem} retry="Read again"
		onRetry=${problem.status === 412 ? again : undefined} />`;
}
