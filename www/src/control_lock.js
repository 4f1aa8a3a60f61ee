// SPDX-License-Identifier: ISC
// Locks. Unlocking asks for a second press, so that no door opens by a slip of the thumb.
import { useEffect, useState } from 'preact/hooks';
import { command } from './command.js';
import { entityFullName } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';

const ARMED_MS = 4000;

export function LockQuick({ entity, view }) {
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
	const name = entityFullName(entity);
	const off = entity.available === false;
	return locked ? html`<button class="button" data-armed=${armed} disabled=${off}
		aria-label=${armed ? `Press again to unlock ${name}` : `Unlock ${name}`}
		onClick=${unlock}><${Icon} name="unlock" />${armed ? 'Really?' : 'Unlock'}</button>` :
	html`<button class="button" disabled=${off} aria-label=${`Lock ${name}`} onClick=${lock}>
		<${Icon} name="lock" />Lock</button>`;
}
