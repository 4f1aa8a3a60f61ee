// SPDX-License-Identifier: ISC
// Locks and alarm panels: what is protected, with its code where it has one. Opening asks for a
// second press.
import { CodeEntry, useCode } from './code_entry.js';
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

function Lock({ name, off, send }) {
	return html`<button type="button" class="button" disabled=${off} aria-label=${`Lock ${name}`}
		onClick=${() => send('lock', 'locking')}><${Icon} name="lock" />Lock</button>`;
}

function Unlock({ name, off, send }) {
	return html`<${CarefulButton} icon="unlock" text="Unlock" name=${name} disabled=${off}
		onPress=${() => send('unlock', 'unlocking')} />`;
}

function LockOrUnlock({ view, ...shown }) {
	return isLocked(view) ? html`<${Unlock} ...${shown} />` : html`<${Lock} ...${shown} />`;
}

export function LockQuick({ entity, view }) {
	const send = (service, state) => command(entity, service, {}, { state });
	return needsCode(view) ? null : html`<${LockOrUnlock} view=${view} name=${entityFullName(entity)}
		off=${entity.available === false} send=${send} />`;
}

/** [code, setCode, send(service, expected state)] of something that may want a code. */
function useCoded(entity, view) {
	const [code, setCode] = useCode();
	const data = needsCode(view) && code !== '' ? { code } : {};
	const send = (service, state) => {
		command(entity, service, data, state ? { state } : undefined);
		setCode('');
	};
	return [code, setCode, send];
}

/** What is not done with one press: the code, and opening the latch. */
export function LockBody({ entity, view, full }) {
	const [code, setCode, send] = useCoded(entity, view);
	const opens = ((view.attributes?.supported_features ?? 0) & LOCK_OPEN) !== 0;
	const coded = needsCode(view);
	if (!coded && !(opens && full)) {
		return null;
	}
	const name = entityFullName(entity);
	const off = coded && code === '';
	return html`<form class="stack" onSubmit=${(e) => e.preventDefault()}>
		${coded && html`<${CodeEntry} label=${name} keys=${full} code=${code}
			setCode=${setCode} format=${view.attributes.code_format} />`}
		<div class="button-row">
			${coded && html`<${LockOrUnlock} view=${view} name=${name} off=${off} send=${send} />`}
			${opens && html`<${CarefulButton} icon="doorOpen" text="Open" disabled=${off}
				name=${name} onPress=${() => send('open')} />`}
		</div>
	</form>`;
}

function ArmButtons({ entity, view, off, send }) {
	return ARM.filter(([bit]) => can(view, bit)).map(([, service, text, state]) => html`<button
		key=${service} type="button" class="button" disabled=${off}
		aria-pressed=${view.state === state ? 'true' : 'false'}
		aria-label=${`Arm ${entityFullName(entity)}: ${text}`}
		onClick=${() => send(service, 'arming')}><${Icon} name="lock" />${text}</button>`);
}

export function AlarmBody({ entity, view, full }) {
	const [code, setCode, send] = useCoded(entity, view);
	const name = entityFullName(entity);
	const lacks = (capability) => needsCode(view) && view.attributes[capability] !== false && code === '';
	return html`<form class="stack" onSubmit=${(e) => e.preventDefault()}>
		${needsCode(view) && html`<${CodeEntry} label=${name} keys=${full} code=${code}
			setCode=${setCode} format=${view.attributes.code_format} />`}
		<div class="button-row">
			${view.state === 'disarmed' ? html`<${ArmButtons} entity=${entity} view=${view}
				off=${lacks('code_arm_required')} send=${send} />` :
			html`<button type="button" class="button" disabled=${lacks('code_disarm_required')}
				onClick=${() => send('alarm_disarm', 'disarmed')} aria-label=${`Disarm ${name}`}>
				<${Icon} name="unlock" />Disarm</button>`}
			${full && view.state !== 'triggered' && can(view, ALARM_TRIGGER) && html`<${CarefulButton}
				icon="siren" text="Trigger" name=${name} onPress=${() => send('alarm_trigger')} />`}
		</div>
	</form>`;
}
