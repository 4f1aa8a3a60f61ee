// SPDX-License-Identifier: ISC
// "This device is broken, that one takes its place": what would go on and what would be missing is
// shown before it is done. And where a device is used.
import { useEffect, useState } from 'preact/hooks';
import { get, post } from './api.js';
import { Dialog } from './dialog.js';
import { houseLoad, house } from './house.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { navigate } from './router.js';
import { toast } from './toast.js';
import { Placeholder, ProblemNote, useLoad } from './ui.js';
import { usersOf } from './used.js';

const pathOf = (device) => `/api/v1/devices/${encodeURIComponent(device.id)}`;

/** What names the device or its entities. */
export function DeviceUsed({ device }) {
	const { data, problem } = useLoad(() => get(`${pathOf(device)}/used`), [device.id]);
	const users = usersOf(data);
	return problem?.status === 404 ? null : html`<section class="panel" aria-labelledby="used-title">
		<h2 id="used-title">Where it is used</h2>
		${problem && html`<${ProblemNote} problem=${problem} />`}
		${!data && !problem && html`<${Placeholder} rows=${1} />`}
		${data && users.length === 0 && html`<p class="faint">No automation, scenario or alert uses it.</p>`}
		${users.length > 0 && html`<ul class="plain stack">${users.map(({ kind, id, name, href, times }) =>
			html`<li key=${`${kind} ${id}`}><a href=${href}>${name}</a>
			<span class="faint"> ${kind.toLowerCase()}, ${times === 1 ? 'once' : `${times} times`}</span>
			</li>`)}</ul>`}
	</section>`;
}

function Preview({ plan }) {
	const lists = [['Goes on with the new hardware', plan.replaced.map((one) => one.entity_id)],
		['New', plan.added], ['Missing on the new hardware', plan.missing]];
	return html`<div class="stack" data-test="plan">${lists.filter(([, ids]) => ids.length > 0)
	    .map(([title, ids]) => html`<div key=${title}><p class="eyebrow">${title}</p>
			<ul class="plain">${ids.map((id) => html`<li key=${id}><code>${id}</code></li>`)}</ul>
			</div>`)}</div>`;
}

function ReplaceForm({ device, close }) {
	const [by, setBy] = useState('');
	const [plan, setPlan] = useState({});
	useEffect(() => {
		let stale = false;
		const show = (result) => stale || setPlan(result);
		setPlan({});
		if (by) {
			post(`${pathOf(device)}/replace`, { by }, { dry_run: true })
			    .then((doc) => show({ doc }), (problem) => show({ problem }));
		}
		return () => {
			stale = true;
		};
	}, [by]);
	const replace = async () => {
		setPlan({});	// so that the button cannot be pressed twice
		try {
			const { device: id } = await post(`${pathOf(device)}/replace`, { by });
			close();
			houseLoad();
			toast('good', `${device.name} goes on with the new hardware.`);
			navigate(`/devices/${encodeURIComponent(id)}`);
		} catch (problem) {
			setPlan({ problem });
		}
	};
	const others = [...house.devices.values()].filter((one) => one.id !== device.id)
	    .sort((a, b) => a.name.localeCompare(b.name));
	return html`<div class="stack">
		<p>History, names, rooms and automations of <b>${device.name}</b> go on with the device
			that takes its place.</p>
		<label class="field"><span>The new device</span>
			<select class="select" onChange=${(e) => setBy(e.target.value)}>
				<option value="">Choose…</option>
				${others.map((one) => html`<option key=${one.id} value=${one.id}>
					${one.name}</option>`)}
			</select></label>
		${plan.problem && html`<${ProblemNote} problem=${plan.problem} />`}
		${plan.doc && html`<${Preview} plan=${plan.doc} />`}
		<div class="button-row"><button class="button primary" disabled=${!plan.doc}
			onClick=${replace}>Replace</button>
			<button class="button" onClick=${close}>Cancel</button></div>
	</div>`;
}

/** The button and its dialog. */
export function DeviceReplace({ device }) {
	const [open, setOpen] = useState(false);
	const close = () => setOpen(false);
	return html`<button class="button" onClick=${() => setOpen(true)}>
			<${Icon} name="swap" />Replace…</button>
		${open && html`<${Dialog} title=${`Replace ${device.name}`} close=${close}>
			<${ReplaceForm} device=${device} close=${close} /></${Dialog}>`}`;
}
