// SPDX-License-Identifier: ISC
// The choice of an icon: a list of those that are drawn, searched by their names.
import { useId, useState } from 'preact/hooks';
import { html } from './html.js';
import { Icon } from './icon.js';
import { ICONS, shapeOf } from './icon_names.js';

function Option({ group, value, shape, text, chosen, choose }) {
	return html`<label class="icon-option" title=${text}>
		<input class="hidden" type="radio" name=${group} value=${value} checked=${chosen}
			onChange=${choose} />
		${shape && html`<${Icon} name=${shape} />`}
		<span class=${shape ? 'hidden' : ''}>${text}</span>
	</label>`;
}

function found(search) {
	const text = search.trim().toLowerCase();
	return ICONS.filter(([name, , words]) => `${words} ${name}`.toLowerCase().includes(text));
}

function textOf(icon) {
	const known = ICONS.find(([name]) => `mdi:${name}` === icon);
	return known ? known[2] : `${icon}, which is not drawn here`;
}

/** The icon of VALUES; NONE says what it is without. */
export function IconField({ form, none }) {
	const [search, setSearch] = useState('');
	const group = useId();
	const { icon } = form.values;
	const choose = (value) => () => form.set('icon', value);
	const shown = found(search);
	return html`<details class="icon-field">
		<summary>Icon: ${shapeOf(icon) && html`<${Icon} name=${shapeOf(icon)} />`}
			<span>${icon ? textOf(icon) : none}</span></summary>
		<label class="search"><${Icon} name="search" /><input type="search" value=${search}
			placeholder="Search icons" aria-label="Search icons"
			onKeyDown=${(e) => e.key === 'Enter' && e.preventDefault()}
			onInput=${(e) => setSearch(e.target.value)} /></label>
		<div class="icon-options" role="radiogroup" aria-label="Icon">
			<${Option} group=${group} value="" text=${none} chosen=${!icon}
				choose=${choose(null)} />
			${shown.map(([name, shape, text]) => html`<${Option} key=${name} group=${group}
				value=${`mdi:${name}`} shape=${shape} text=${text}
				chosen=${icon === `mdi:${name}`} choose=${choose(`mdi:${name}`)} />`)}
		</div>
		${shown.length === 0 && html`<p class="faint" role="status">No icon has that name.</p>`}
	</details>`;
}
