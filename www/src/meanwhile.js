// SPDX-License-Identifier: ISC
// Why a form was not saved, beside its button; when somebody else has changed meanwhile what it is about: who did, and
// the two ways on.
import { get, getTagged, patch } from './api.js';
import { ago } from './clock.js';
import { actorText } from './event.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { ProblemNote, useLoad } from './ui.js';

/**
 * Changes what was read as DOC with TAG, unless somebody else has changed it since: a 412 then. WRITTEN(doc) is what
 * people write of it; when that is the same, nobody has. Without a TAG it is changed in any case.
 */
export async function patchUnlessChanged(path, change, { doc, tag }, written) {
	try {
		return await patch(path, change, tag);
	} catch (problem) {
		const now = problem.status === 412 && await getTagged(path);
		if (!now || JSON.stringify(written(now.doc)) !== JSON.stringify(written(doc))) {
			throw problem;
		}
		return patch(path, change, now.tag);
	}
}

/** LOAD: what is there now, in place of what is written; OVERWRITE: the other way round. */
function Meanwhile({ kind, id, load, overwrite }) {
	const { data } = useLoad(() => get('/api/v1/revisions', { kind, id, limit: 1 }), [kind, id]);
	const [newest] = data?.revisions ?? [];
	const who = newest && actorText({ actor: newest.author });
	const change = newest?.change === 'removed' ? 'deleted' : 'changed';
	return html`<div class="note meanwhile" data-tone="warn" role="alert"><${Icon} name="warning" />
		<div><p>Not saved: since you opened it, ${who ? html`<b>${who}</b> has ${change} it` :
			html`it was ${change}`}${newest && `, ${ago(newest.time)}`}.</p>
		<div class="button-row"><button type="button" class="button" onClick=${load}>
			Load what is there now</button>
			<button type="button" class="button" onClick=${overwrite}>Save mine over it</button></div></div>
	</div>`;
}

/** NOTE: what is wrong in the form, as goToWrong() says it; PROBLEM: why the house did not take it; both or none. */
export function SaveNote({ problem, note, ...rest }) {
	if (problem?.status === 412) {
		return html`<${Meanwhile} ...${rest} />`;
	}
	return note ? html`<p class="note" data-tone="bad" role="alert"><${Icon} name="warning" />
		<span>${note}</span></p>` :
		problem && html`<${ProblemNote} problem=${problem} />`;
}
