// SPDX-License-Identifier: ISC
// The entry of a secret code: a field, and keys to press where the code is of digits.
import { useEffect, useState } from 'preact/hooks';
import { html } from './html.js';
import { Icon } from './icon.js';

/** What is typed and not sent is not left for the next person. */
const FORGET_MS = 60e3;

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'clear', '0', 'back'];

function Key({ name, code, setCode }) {
	const acts = { clear: ['Clear', () => setCode('')],
		back: ['Delete the last digit', () => setCode(code.slice(0, -1))] };
	const [label, act] = acts[name] ?? [name, () => setCode(code + name)];
	return html`<button type="button" class="key" aria-label=${label} onClick=${act}>
		${name === 'back' ? html`<${Icon} name="back" />` :
		name === 'clear' ? html`<${Icon} name="close" />` : name}</button>`;
}

/** [code, setCode]: who sends the code empties it; what the device does meanwhile takes nothing from who types. */
export function useCode() {
	const [code, setCode] = useState('');
	useEffect(() => {
		const timer = code !== '' && setTimeout(() => setCode(''), FORGET_MS);
		return () => clearTimeout(timer);
	}, [code]);
	return [code, setCode];
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
