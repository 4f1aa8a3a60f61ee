// SPDX-License-Identifier: ISC
// The mark of the product: a house with a watchful light inside.
import { html } from './html.js';

export function Logo() {
	return html`<span class="logo"><svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
		<path class="logo-house" d="M16 3.2 3.8 13.4a2.4 2.4 0 0 0-.8 1.8v11A2.8 2.8 0 0 0 5.8 29h20.4
			a2.8 2.8 0 0 0 2.8-2.8v-11a2.4 2.4 0 0 0-.8-1.8z" />
		<circle class="logo-ring" cx="16" cy="18.5" r="6" />
		<circle class="logo-core" cx="16" cy="18.5" r="2.4" />
	</svg></span>`;
}
