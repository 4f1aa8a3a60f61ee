// SPDX-License-Identifier: ISC
// A window over the page. It is there while it is drawn; the focus returns to where it was.
import { useEffect, useId, useRef } from 'preact/hooks';
import { html } from './html.js';
import { Icon } from './icon.js';

/**
 * CLOSE is called when the person closes it: by button, by Escape and, when it is LIGHT, by a press
 * beside it. EYEBROW is a word above the TITLE.
 */
export function Dialog({ title, eyebrow, light, close, children }) {
	const ref = useRef(null);
	const titleId = useId();	// one may open another
	useEffect(() => {
		const dialog = ref.current;
		dialog.showModal();
		return () => dialog.close();
	}, []);
	return html`<dialog class="dialog" ref=${ref} aria-labelledby=${titleId}
		onClose=${(e) => e.target.isConnected && close()}
		onClick=${(e) => light && e.target === ref.current && close()}>
		<div class="dialog-body">
			<header class="dialog-head">
				<div>${eyebrow && html`<p class="eyebrow">${eyebrow}</p>`}
					<h2 id=${titleId}>${title}</h2></div>
				<button type="button" class="icon-button" aria-label="Close" onClick=${close}>
					<${Icon} name="close" /></button>
			</header>
			${children}
		</div>
	</dialog>`;
}
