// SPDX-License-Identifier: ISC
// The question before what was written and not saved is left.
import { Dialog } from './dialog.js';
import { html } from './html.js';
import { useQuestion } from './unsaved.js';

export function LeaveDialog() {
	const question = useQuestion();
	return question && html`<${Dialog} title="Leave without saving?" close=${question.no}>
		<div class="stack"><p>What you have changed here is not saved.</p>
			<div class="button-row"><button type="button" class="button primary" onClick=${question.no}>
				Stay here</button>
				<button type="button" class="button danger" onClick=${question.yes}>
					Leave without saving</button></div></div>
	</${Dialog}>`;
}
