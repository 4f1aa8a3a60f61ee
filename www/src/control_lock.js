// SPDX-License-Identifier: ISC
// Locks and alarm panels: what is protected, with its code where it has one. Opening asks for a
// second press.
import { useEffect, useState } from 'preact/hooks';
import { CodeEntry } from './code_entry.js';
import { command } from './command.js';
import { can, CarefulButton } from './control_parts.js';
import { entityFullName } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';

const LOCK_OPEN = 1;

/** [feature, service, text, state]; in the order of the buttons. */
const ARM = [
	[2, 'alarm_arm_away', 'Away', 'armed_away'], [1, 'alarm_arm_home', 'Home', 'armed_home'],
	[4, 'alarm_arm_night', 'Night', 'armed_night'],
	[32, 'alarm_arm_vacation', 'Vacation', 'armed_vacation'],
	[16, 'alarm_arm_custom_bypass', 'Custom', 'armed_custom_bypass'],
];
const ALARM_TRIGGER = 8;

const needsCode = (view) => Boolean(view.attributes?.code_format);
const isLocked = (view) => view.state === 'locked' || view.state === 'locking';

function Lock({ entity, data, off }) {
	const name = entityFullName(entity);
	return html`<button type="button" class="button" disabled=${off} aria-label=${`Lock ${name}`}
		onClick=${() => command(entity, 'lock', data, { state: 'locking' })}>
		<${Icon} name="lock" />Lock</button>`;
}

function Unlock({ entity, data, off }) {
	return html`<${CarefulButton} icon="unlock" text="Unlock" name=${entityFullName(entity)}
		disabled=${off} onPress=${() => command(entity, 'unlock', data, { state: 'unlocking' })} />`;
}

export function LockQuick({ entity, view }) {
	const off = entity.available === false;
	return needsCode(view) ? null : isLocked(view) ?
	    html`<${Unlock} entity=${entity} off=${off} />` : html`<${Lock} entity=${entity} off=${off} />`;
}

/** What is not done with one press: the code, and opening the latch. */
export function LockBody({ entity, view, full }) {
	const [code, setCode] = useState('');
	const opens = ((view.attributes?.supported_features ?? 0) & LOCK_OPEN) !== 0;
	const coded = needsCode(view);
	if (!coded && !(opens && full)) {
		return null;
	}
	const data = coded ? { code } : {};
	const off = coded && code === '';
	const shown = { entity, data, off };
	useEffect(() => setCode(''), [view.state]);	// it is not left for the next person
	return html`<form class="stack" onSubmit=${(e) => e.preventDefault()}>
		${coded && html`<${CodeEntry} label=${entityFullName(entity)} keys=${full} code=${code}
			setCode=${setCode} format=${view.attributes.code_format} />`}
		<div class="button-row">
			${coded && (isLocked(view) ? html`<${Unlock} ...${shown} />` : html`<${Lock} ...${shown} />`)}
			${opens && html`<${CarefulButton} icon="doorOpen" text="Open" disabled=${off}
				name=${entityFullName(entity)} onPress=${() => command(entity, 'open', data)} />`}
		</div>
	</form>`;
}

function ArmButtons({ entity, view, data, coded, code }) {
	const off = coded && view.attributes?.code_arm_required !== false && code === '';
	return ARM.filter(([bit]) => can(view, bit)).map(([, service, text, state]) => html`<button
		key=${service} type="button" class="button" disabled=${off}
		aria-pressed=${view.state === state ? 'true' : 'false'}
		aria-label=${`Arm ${entityFullName(entity)}: ${text}`}
		onClick=${() => command(entity, service, data, { state: 'arming' })}>
		<${Icon} name="lock" />${text}</button>`);
}

export function AlarmBody({ entity, view, full }) {
	const [code, setCode] = useState('');
	const coded = needsCode(view);
	const data = coded && code !== '' ? { code } : {};
	useEffect(() => setCode(''), [view.state]);	// it is not left for the next person
	const disarm = () => {
		command(entity, 'alarm_disarm', data, { state: 'disarmed' });
		setCode('');
	};
	return html`<form class="stack" onSubmit=${(e) => e.preventDefault()}>
		${coded && html`<${CodeEntry} label=${entityFullName(entity)} keys=${full} code=${code}
			setCode=${setCode} format=${view.attributes.code_format} />`}
		<div class="button-row">
			${view.state === 'disarmed' ? html`<${ArmButtons} entity=${entity} view=${view}
				data=${data} coded=${coded} code=${code} />` :
			html`<button type="button" class="button" disabled=${coded && code === '' &&
				view.attributes?.code_disarm_required !== false} onClick=${disarm}
				aria-label=${`Disarm ${entityFullName(entity)}`}><${Icon} name="unlock" />Disarm
			</button>`}
			${full && view.state !== 'triggered' && can(view, ALARM_TRIGGER) && html`<${CarefulButton}
				icon="siren" text="Trigger" name=${entityFullName(entity)}
				onPress=${() => command(entity, 'alarm_trigger', data)} />`}
		</div>
	</form>`;
}
