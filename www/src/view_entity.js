// SPDX-License-Identifier: ISC
// The page of one entity: its state and controls, its history, the reason of its last change,
// its attributes.
import { patch, remove } from './api.js';
import { attributeText } from './attribute.js';
import { fullText, timeText, useTick } from './clock.js';
import { Body, CommandNote, isControl, Quick } from './control.js';
import { lightColour } from './control_light.js';
import { CarefulButton } from './control_parts.js';
import {
	domainOf, entityFullName, freshnessOf, freshnessText, iconOf, toneOf, valueParts, valueText,
	words,
} from './entity.js';
import { WhyButton } from './explain.js';
import { History } from './history.js';
import { areaIdOf, entitySet, house, houseLoad, ownAreaId } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { Labels } from './labels.js';
import { navigate } from './router.js';
import { useTopics } from './store.js';
import { toast } from './toast.js';
import { Crumbs, Empty, Heading, Placeholder } from './ui.js';
import { useEntity } from './use_entity.js';
import { VersionsFold } from './versions.js';

/** For programs, not for people. */
const TECHNICAL = ['supported_features', 'state_class', 'min_mireds', 'max_mireds', 'suggested_display_precision',
	'temperature_unit'];

function Value({ view }) {
	const [value, unit] = valueParts(view, 0);
	return unit ? html`<p class="hero-value">${value}<span class="unit">${unit}</span></p>` :
	    html`<p class="hero-value">${valueText(view)}</p>`;
}

function Hero({ entity, view, command }) {
	useTick();
	return html`<section class="panel hero" data-entity=${entity.entity_id}
		data-freshness=${freshnessOf(entity)} aria-label="Now">
		<div class="hero-line">
			<span class="card-icon large" data-tone=${toneOf(view)}
				data-domain=${domainOf(entity.entity_id)}
				style=${{ '--lamp': lightColour(view) ?? '' }}><${Icon} name=${iconOf(view)} /></span>
			<div class="hero-text">
				<${Value} view=${view} />
				<p class="faint">${freshnessOf(entity) === 'fresh' ?
				    `changed ${timeText(entity.last_changed)}` : freshnessText(entity)}</p>
			</div>
			${isControl(entity) ? html`<${Quick} entity=${entity} view=${view}
				open=${command} />` : html`<${WhyButton} entity=${entity.entity_id} />`}
		</div>
		<${Body} entity=${entity} view=${view} full=${true} />
		${isControl(entity) && html`<div class="hero-foot"><${CommandNote} open=${command} />
			<${WhyButton} entity=${entity.entity_id} /></div>`}
	</section>`;
}

function Facts({ entity }) {
	const device = house.devices.get(entity.device_id);
	const area = house.areas.get(areaIdOf(entity));
	const rows = [
		['Device', device && html`<a href=${`/devices/${encodeURIComponent(device.id)}`}>
			${device.name}</a>`],
		['Room', area?.name],
		// a long one breaks between its words
		['Id', html`<code>${entity.entity_id.split(/(?<=[._])/).map((part, i) => html`<span key=${i}>${part}<wbr
			/></span>`)}</code>`],
		['Kind', [domainOf(entity.entity_id), entity.device_class].filter(Boolean).map(words)
		    .join(', ')],
		['Last report', fullText(entity.last_updated)],
	];
	const attributes = Object.entries(entity.attributes ?? {})
	    .filter(([name, value]) => value !== null && value !== undefined &&
	        !TECHNICAL.includes(name));
	return html`<section class="panel" aria-labelledby="facts-title">
		<h2 id="facts-title">Details</h2>
		<dl class="details">
			${rows.filter(([, value]) => value).map(([name, value]) => html`<div key=${name}>
				<dt>${name}</dt><dd>${value}</dd></div>`)}
			${attributes.map(([name, value]) => html`<div key=${`a-${name}`}>
				<dt>${words(name)}</dt><dd>${attributeText(entity, name, value)}</dd></div>`)}
		</dl>
	</section>`;
}

async function save(id, change) {
	entitySet(await patch(`/api/v1/entities/${encodeURIComponent(id)}`, change));
}

async function forget(id) {
	try {
		await remove(`/api/v1/entities/${encodeURIComponent(id)}`);
		navigate('/devices');
	} catch (problem) {
		toast('bad', problem.message);
	}
}

/** Hidden: only on the page of its device. Switched off: the house ignores it. */
function Visibility({ entity }) {
	const device = entity.device_id ? `/devices/${encodeURIComponent(entity.device_id)}` : '/devices';
	const set = (change, done, next) => save(entity.entity_id, change).then(() => {
		toast('good', done);
		if (next) {
			navigate(next);
		}
	}, (problem) => toast('bad', problem.message));
	return html`<section class="panel" aria-labelledby="visibility-title">
		<h2 id="visibility-title">Visibility</h2>
		<div class="button-row">
			<button class="button" onClick=${() => set({ hidden: !entity.hidden }, entity.hidden ?
			    'Shown again.' : 'Hidden.')}><${Icon} name=${entity.hidden ? 'eye' : 'hide'} />
				${entity.hidden ? 'Show' : 'Hide'}</button>
			<button class="button" onClick=${() => set({ enabled: false }, 'Switched off.', device)}>
				<${Icon} name="power" />Switch off</button>
		</div>
	</section>`;
}

/** What nobody announces any more stays until a person lets it go. */
function Orphan({ id }) {
	return html`<section class="panel" aria-labelledby="orphan-title">
		<h2 id="orphan-title">No longer announced</h2>
		<p class="faint">Its device has withdrawn it. It stays here with its last value until
			it is announced again or removed.</p>
		<${CarefulButton} icon="trash" text="Remove" name=${id}
			used=${`/api/v1/entities/${encodeURIComponent(id)}`} onPress=${() => forget(id)} />
	</section>`;
}

/** Differs when a person has changed the entity. */
const settingsOf = ({ name, area_id: area, icon, aliases, hidden, labels }) =>
	JSON.stringify([name, area, icon, aliases, hidden, labels]);

export function EntityView({ id }) {
	useTopics('house');
	const { entity, view, command } = useEntity(id);
	if (!entity && !house.loaded) {
		return html`<${Heading} title="Entity" /><${Placeholder} rows=${5} />`;
	}
	if (!entity) {
		return html`<${Heading} title="Not found" /><${Empty} icon="search"
			title="The house does not know this entity">
			<p><code>${id}</code> was renamed or removed. <a href="/devices">See all
			devices</a>.</p></${Empty}>`;
	}
	const device = house.devices.get(entity.device_id);
	return html`<${Crumbs} area=${house.areas.get(areaIdOf(entity))} device=${device} />
		<${Heading} title=${entityFullName(entity)} />
		<div class="columns">
			<div class="column-wide"><${Hero} entity=${entity} view=${view} command=${command} />
				<${History} key=${id} entity=${entity} /></div>
			<div class="column-side"><${Facts} entity=${entity} />
				<${Labels} key=${id} name=${entity.name ?? ''} areaId=${ownAreaId(entity)}
					aliases=${entity.aliases} icon=${entity.icon} labels=${entity.labels}
					none="The room of its device"
					save=${(change) => save(id, change)} />
				<${Visibility} entity=${entity} />
				${entity.orphaned && html`<${Orphan} id=${id} />`}
				<${VersionsFold} key=${`versions-${id}`} panel=${true} kind="entity" id=${id}
					serial=${settingsOf(entity)} onRestored=${houseLoad} /></div>
		</div>`;
}
