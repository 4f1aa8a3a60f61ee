// SPDX-License-Identifier: ISC
// Locks. Unlocking asks for a second press, so that no door opens by a slip of the thumb.
import { useEffect, useState } from 'preact/hooks';
import { command } from './command.js';
import { html } from './html.js';
import { Icon } from './icon.js';

const ARMED_MS = 4000;

export function LockBody({ entity, view }) {
	const [armed, arm] = useState(false);
	useEffect(() => {
		const timer = armed && setTimeout(() => arm(false), ARMED_MS);
		return () => clearTimeout(timer);
	}, [armed]);
	const locked = view.state === 'locked' || view.state === 'locking';
	const unlock = () => {
		arm(!armed);
		if (armed) {
			command(entity, 'unlock', {}, { state: 'unlocking' });
		}
	};
	const lock = () => command(entity, 'lock', {}, { state: 'locking' });
	return html`<div class="button-row">
		${locked ? html`<button class="button" data-armed=${armed} onClick=${unlock}>
			<${Icon} name="unlock" />${armed ? 'Press again to unlock' : 'Unlock'}</button>` :
		html`<button class="button" onClick=${lock}><${Icon} name="lock" />Lock</button>`}
	</div>`;
}
