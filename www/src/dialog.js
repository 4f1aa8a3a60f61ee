// SPDX-License-Identifier: ISC
// A window over the page. It is there while it is drawn; the focus returns to where it was.
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { html } from './html.js';
import { Icon } from './icon.js';
import { leave, unsavedNow } from './unsaved.js';

/**
 * CLOSE is called when the person closes it: by button, by Escape and, when it is LIGHT, by a press
 * beside it; a form in it that has changes is asked about first. EYEBROW is a word above the TITLE.
 */
export function Dialog({ title, eyebrow, light, close, children }) {
	const ref = useRef(null);
	const titleId = useId();	// one may open another
	const [before] = useState(unsavedNow);	// of the page below, which stays
	const quit = () => leave(close, before);
	useLayoutEffect(() => {	// closed while it is on the page still, else the focus is lost
		const dialog = ref.current;
		dialog.showModal();
		return () => dialog.close();
	}, []);
	const onCancel = (e) => {
		if (e.target === ref.current) {	// a choice of a file has such an event too
			e.preventDefault();
			quit();
		}
	};
	return html`<dialog class="dialog" ref=${ref} aria-labelledby=${titleId} onCancel=${onCancel}
		onClose=${(e) => e.target.isConnected && close()}
		onClick=${(e) => light && e.target === ref.current && quit()}>
		<div class="dialog-body">
			<header class="dialog-head">
				<div>${eyebrow && html`<p class="eyebrow">${eyebrow}</p>`}
					<h2 id=${titleId}>${title}</h2></div>
				<button type="button" class="icon-button" aria-label="Close" onClick=${quit}>
					<${Icon} name="close" /></button>
			</header>
			${children}
		</div>
	</dialog>`;
}

/** For a button in a window: closes it as Escape does. */
export function cancelDialog(e) {
	e.currentTarget.closest('dialog').dispatchEvent(new Event('cancel', { cancelable: true }));
}
