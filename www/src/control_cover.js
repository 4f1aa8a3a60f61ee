// SPDX-License-Identifier: ISC
// Covers: open, stop, close, and the position where the cover knows it.
import { command } from './command.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { entityName } from './entity.js';
import { Slider } from './ui.js';

export function CoverBody({ entity, view }) {
	const name = entityName(entity);
	const position = view.attributes?.current_position;
	const ask = (service, state) => () => command(entity, service, {}, { state });
	const move = (value) => command(entity, 'set_cover_position', { position: value },
	    { attributes: { current_position: value } });
	return html`<div class="stack">
		<div class="button-row" role="group" aria-label=${name}>
			<button class="button" disabled=${position === 100}
				onClick=${ask('open_cover', 'opening')}><${Icon} name="up" />Open</button>
			<button class="button" onClick=${ask('stop_cover')}><${Icon} name="stop" />Stop</button>
			<button class="button" disabled=${position === 0}
				onClick=${ask('close_cover', 'closing')}><${Icon} name="down" />Close</button>
		</div>
		${position !== undefined && position !== null && html`<${Slider} label="Position" unit="%"
			value=${position} onCommit=${move} />`}
	</div>`;
}
