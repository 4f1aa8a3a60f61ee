// SPDX-License-Identifier: ISC
// The way back from a run, where it told a device something, and that it was taken back.
import { ago, fullText } from './clock.js';
import { subjectName } from './entity.js';
import { actorText } from './event.js';
import { html } from './html.js';
import { joined } from './rule_when_text.js';
import { UndoButton } from './undo.js';

/** "Undone 2 min ago by anna, all but Hall lamp"; UNDONE as the house says it of a run. */
export function undoneText({ time, actor, left }) {
	const who = actorText({ actor });
	return `Undone ${ago(time)}${who && ` by ${who}`}${left.length > 0 ?
	    `, all but ${joined(left.map(subjectName), 'and')}` : ''}`;
}

/** What a RUN allows: one that goes on may tell more after an undo. PATH: where it is undone. */
export const undoOffers = ({ undoable, undone, status }) => ({
	undo: undoable && (!undone || undone.left.length > 0 || status === 'running'),
	redo: Boolean(undone),
});

export function RunUndo({ path, run }) {
	const { undo, redo } = undoOffers(run);
	const what = `the run ${ago(run.started)}`;
	return html`${redo && html`<p title=${fullText(run.undone.time)}>${undoneText(run.undone)}</p>`}
		${(undo || redo) && html`<div class="button-row">
			${undo && html`<${UndoButton} path=${path} what=${what} />`}
			${redo && html`<${UndoButton} path="/api/v1/undo" body=${{ event: run.undone.event }}
				what=${what} redo=${true} />`}</div>`}`;
}
