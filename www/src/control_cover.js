// SPDX-License-Identifier: ISC
// Covers: open, stop, close, and the position where the cover knows it.
import { command } from './command.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { entityFullName } from './entity.js';
import { Slider } from './ui.js';

export function CoverBody({ entity, view }) {
	const name = entityFullName(entity);
	const position = view.attributes?.current_position;
	const ask = (service, state) => () => command(entity, service, {}, { state });
	const move = (value) => command(entity, 'set_cover_position', { position: value },
	    { attributes: { current_position: value } });
	return html`<div class="cover-line" role="group" aria-label=${name}>
		<button class="icon-button filled" aria-label=${`Open ${name}`} title="Open"
			disabled=${position === 100} onClick=${ask('open_cover', 'opening')}>
			<${Icon} name="up" /></button>
		<button class="icon-button filled" aria-label=${`Stop ${name}`} title="Stop"
			onClick=${ask('stop_cover')}><${Icon} name="stop" /></button>
		<button class="icon-button filled" aria-label=${`Close ${name}`} title="Close"
			disabled=${position === 0} onClick=${ask('close_cover', 'closing')}>
			<${Icon} name="down" /></button>
		${position !== undefined && position !== null && html`<${Slider} label="Position" unit="%"
			bare=${true} value=${position} onCommit=${move} />`}
	</div>`;
}
