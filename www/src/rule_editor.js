// SPDX-License-Identifier: ISC
// Writing a rule, be it an automation or a scenario: as a form or as JSON, with the rule in words beside it, what is
// wrong at its place, and saving without going over what others have changed meanwhile.
import { useEffect, useRef, useState } from 'preact/hooks';
import { post } from './api.js';
import { html } from './html.js';
import { patchUnlessChanged, SaveNote } from './meanwhile.js';
import { navigate } from './router.js';
import { tellConflicts } from './rule_conflicts.js';
import { EntityIds, Json, ownOf, partsOf, useDraft, ViewSwitch } from './rule_draft.js';
import { DeleteButton, Doubts, useFaults } from './rule_form.js';
import { toast } from './toast.js';
import { useUnsaved } from './unsaved.js';
import { RuleWords } from './view_automations.js';
import { goToWrong } from './wrong.js';

/** What begins empty: nobody is told so before it is to be saved. */
const BEGINNINGS = ['name', 'triggers', 'actions'];

export const pathOf = (of, id) => `${of.list}/${encodeURIComponent(id)}`;

/** What is written here of a DOC; that others switch it on or off is none of it. */
const written = (doc) => partsOf(doc, ['enabled']);

/** What the house says of the parts; what it refused when they were to be saved is among it. */
function useSaid(of, id, draft, problem, tried) {
	const { parts, error, changed } = draft;
	const ready = !error && Boolean(changed || id);
	const [said, ask] = useFaults(parts, of.checksId ? id : null, ready, `${of.list}/check`);
	const refused = problem?.status === 422 && !said.faults.some((one) => one.place === problem.field) ?
	    [{ place: problem.field, message: problem.message }] : [];
	const early = (one) => !tried && BEGINNINGS.includes(one.place) && (parts[one.place] ?? '').length === 0;
	return [{ ...said, faults: [...said.faults.filter((one) => !early(one)), ...refused] }, ask];
}

/** {save(over), note, busy}; the first thing that is wrong has the focus when it could not be saved. */
function useSave({ of, id, initial, saved, draft, own, form, problem, setProblem, ask }) {
	const [note, setNote] = useState(null);
	const [busy, setBusy] = useState(false);
	const { parts, text, error } = draft;
	useEffect(() => setProblem(null), [parts, text]);
	useEffect(() => {
		const wrong = problem && problem.status !== 412 && goToWrong(form.current, problem.message);
		setNote(wrong ? `Not saved. ${wrong}` : null);
	}, [problem]);
	const send = (over) => {
		const gone = Object.keys(initial).filter((key) => !(key in own)).map((key) => [key, null]);
		const change = { ...Object.fromEntries(gone), ...own };
		return id ? patchUnlessChanged(pathOf(of, id), change, over ? {} : saved, written) :
		    post(of.list, own);
	};
	const save = async (over) => {
		setProblem(null);
		if (error) {
			setProblem({ message: error });
			return;
		}
		setBusy(true);
		try {
			const answer = await send(over);
			toast('good', `${answer.name}: saved.`);
			tellConflicts(answer);
			navigate(of.back);
		} catch (why) {
			await ask();
			setProblem(why);
		}
		setBusy(false);
	};
	return { save, note, busy };
}

/**
 * OF says what is written: {noun, title of its JSON, list: its address, back: the page of all, Form, Side,
 * checksId, used: whether others may speak of it}. SAVED is {doc, tag} of the one with this ID, AGAIN reads it anew.
 * CHILDREN are further buttons.
 */
export function RuleEditor({ of, id, language, initial, saved, again, children }) {
	const draft = useDraft(initial);
	const form = useRef(null);
	const [problem, setProblem] = useState(null);
	const [tried, setTried] = useState(false);
	const [said, ask] = useSaid(of, id, draft, problem, tried);
	const { text, changed } = draft;
	const own = ownOf(draft.parts, said);
	const put = (name, value) => draft.put(name, value, own);
	const { save, note, busy } = useSave({ of, id, initial, saved, draft, own, form, problem, setProblem, ask });
	useUnsaved(changed);
	const submit = (e) => {
		e.preventDefault();
		setTried(true);
		save();
	};
	return html`<form class="columns" ref=${form} onSubmit=${submit} novalidate>
		<div class="column-wide panel form">
			<${ViewSwitch} draft=${draft} own=${own} />
			${text !== null ? html`<${Json} title=${of.title} draft=${draft} faults=${said.faults} />` :
			html`<${of.Form} language=${language} said=${said} parts=${own} put=${put} />`}
			<${Doubts} said=${said} id=${id} />
			<${SaveNote} kind=${of.noun} id=${id} note=${note} problem=${problem} load=${again}
				overwrite=${() => save(true)} />
			<div class="button-row"><button class="button primary" disabled=${busy}>Save</button>
				<a class="button" href=${of.back}>Cancel</a>${children}
				${id && html`<${DeleteButton} name=${initial.name} back=${of.back} used=${of.used}
					address=${pathOf(of, id)} />`}</div>
		</div>
		<div class="column-side"><section class="panel" aria-labelledby="words-title">
			<h2 id="words-title">In words</h2><${RuleWords} rule=${own} /></section>
			${of.Side && html`<${of.Side} rule=${own} id=${id} />`}
			${text !== null && html`<${EntityIds} />`}</div>
	</form>`;
}
