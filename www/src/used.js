// SPDX-License-Identifier: ISC
// Who speaks of a device, an entity, a room, a floor, a label or a scenario, as the house answers at .../used.
import { get } from './api.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { useLoad } from './ui.js';

const USERS = [
	['automations', 'Automation', (id) => `/automations/${encodeURIComponent(id)}`],
	['scenarios', 'Scenario', (id) => `/scenarios/${encodeURIComponent(id)}`],
	['alerts', 'Alert', () => '/alerts'],
];

/** [{kind, id, name, href, times}] of DOC, which may not be there yet. */
export const usersOf = (doc) => USERS.flatMap(([list, kind, href]) => (doc?.[list] ?? []).map(({ id, name, where }) =>
	({ kind, id, name, href: href(id), times: where.length })));

/** Said of what is at PATH before it is removed: who speaks of it. WITHOUT: it, or them. */
export function UsedNote({ path, without = 'it' }) {
	const { data } = useLoad(() => get(`${path}/used`), [path]);
	const users = usersOf(data);
	return users.length > 0 && html`<div class="note used-note" data-tone="warn" role="status"><${Icon}
		name="warning" /><div><p>Without ${without} these no longer work as they are:</p>
		<ul class="plain">${users.map(({ kind, id, name, href }) => html`<li key=${`${kind} ${id}`}>
			<a href=${href}>${name}</a> <span class="faint">${kind.toLowerCase()}</span></li>`)}
		</ul></div></div>`;
}
