// SPDX-License-Identifier: ISC
// The entry of a secret code: a field, and keys to press where the code is of digits.
import { html } from './html.js';
import { Icon } from './icon.js';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'clear', '0', 'back'];

function Key({ name, code, setCode }) {
	const acts = { clear: ['Clear', () => setCode('')],
		back: ['Delete the last digit', () => setCode(code.slice(0, -1))] };
	const [label, act] = acts[name] ?? [name, () => setCode(code + name)];
	return html`<button type="button" class="key" aria-label=${label} onClick=${act}>
		${name === 'back' ? html`<${Icon} name="back" />` :
		name === 'clear' ? html`<${Icon} name="close" />` : name}</button>`;
}

/** FORMAT: number shows keys, anything else a field alone. CODE is kept by the caller. */
export function CodeEntry({ label, format, code, setCode, keys = true }) {
	const digits = format === 'number' || /^\^?(\\d|\[0-9\])/.test(format ?? '');
	return html`<div class="code-entry">
		<label class="field"><span>Code</span><input type="password" autocomplete="off"
			inputmode=${digits ? 'numeric' : 'text'} aria-label=${`${label}: Code`} value=${code}
			onInput=${(e) => setCode(e.target.value)} /></label>
		${digits && keys && html`<div class="keypad" role="group" aria-label="Digits">
			${KEYS.map((name) => html`<${Key} key=${name} name=${name} code=${code}
				setCode=${setCode} />`)}</div>`}
	</div>`;
}
