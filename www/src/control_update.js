// SPDX-License-Identifier: ISC
// New firmware: what is there, what it brings, how far the installation is.
import { command } from './command.js';
import { CarefulButton } from './control_parts.js';
import { entityFullName } from './entity.js';
import { html } from './html.js';
import { webAddress } from './web_address.js';

const INSTALL = 1;

const isBusy = (view) => view.attributes?.in_progress !== undefined &&
    view.attributes.in_progress !== null && view.attributes.in_progress !== false;

export function UpdateQuick({ entity, view }) {
	const can = ((view.attributes?.supported_features ?? 0) & INSTALL) !== 0;
	return can && view.state === 'on' && !isBusy(view) ? html`<${CarefulButton} icon="down"
		text="Install" name=${entityFullName(entity)} disabled=${entity.available === false}
		onPress=${() => command(entity, 'install', {}, { attributes: { in_progress: true } })} />` :
	null;
}

/** Percent done, or null when it is not known. */
function progressOf({ update_percentage: percent, in_progress: busy }) {
	return percent ?? (typeof busy === 'number' ? busy : null);
}

export function UpdateBody({ entity, view, full }) {
	const { installed_version: now, latest_version: next, title, release_summary: summary,
	    release_url: url } = view.attributes ?? {};
	const percent = progressOf(view.attributes ?? {});
	return html`<div class="stack">
		${isBusy(view) && html`<progress aria-label=${`Installing ${entityFullName(entity)}`} max="100"
			value=${percent ?? undefined}></progress>`}
		${view.state === 'on' && next && html`<p class="faint">${title && `${title}: `}${now ?
			`${now} is installed, ${next} is available.` : `${next} is available.`}</p>`}
		${full && view.state === 'on' && summary && html`<p>${summary}</p>`}
		${full && webAddress(url) && html`<p><a href=${url} target="_blank"
			rel="noreferrer">What is new</a></p>`}
	</div>`;
}
