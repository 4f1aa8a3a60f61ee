// SPDX-License-Identifier: ISC
// An automation is switched on or off, and run by hand.
import { useEffect, useState } from 'preact/hooks';
import { patch, post } from './api.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { toast } from './toast.js';

const pathOf = ({ id }) => `/api/v1/automations/${encodeURIComponent(id)}`;

/** {on, busy, set(on)} of RULE; CHANGED is called when the house has done it, to read RULE again. */
export function useSwitch(rule, changed) {
	const [wanted, want] = useState(null);
	useEffect(() => want(null), [rule]);	// as the house has it now
	const set = async (enabled) => {
		want(enabled);
		try {
			await patch(pathOf(rule), { enabled });
			changed();
		} catch (problem) {
			want(null);
			toast('bad', `${rule.name}: ${problem.message}`);
		}
	};
	return { on: wanted ?? rule.enabled, busy: wanted !== null, set };
}

/** ON: one that is off does not run. */
export function RunNow({ rule, on }) {
	const run = async () => {
		try {
			await post(`${pathOf(rule)}/trigger`);
			toast('good', `${rule.name}: started.`);
		} catch (problem) {
			toast('bad', `${rule.name}: ${problem.message}`);
		}
	};
	return html`<button type="button" class="button quiet" aria-label=${`Run ${rule.name} now`}
		disabled=${!on} title=${on ? undefined : 'It is off: switch it on first'} onClick=${run}>
		<${Icon} name="play" />Run now</button>`;
}
