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

/** To hear no more of this version, or of it again. The device is told neither. */
function Skip({ entity, view }) {
	const { latest_version: next, skipped_version: skipped } = view.attributes ?? {};
	const off = entity.available === false;
	if (skipped) {
		const again = () => command(entity, 'clear_skipped', {},
		    { attributes: { skipped_version: null } });
		return html`<div class="button-row"><span class="faint">${skipped} is skipped.</span>
			<button type="button" class="button" disabled=${off} onClick=${again}>
				Offer ${skipped} again</button></div>`;
	}
	const skip = () => command(entity, 'skip', {},
	    { state: 'off', attributes: { skipped_version: next } });
	return view.state === 'on' && next ? html`<div class="button-row"><button type="button"
		class="button" disabled=${off} onClick=${skip}>Skip ${next}</button></div>` : null;
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
		${full && !isBusy(view) && html`<${Skip} entity=${entity} view=${view} />`}
	</div>`;
}
