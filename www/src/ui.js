// SPDX-License-Identifier: ISC
// Small pieces that every view uses: switch, slider, empty state, problem, spinner.
import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from './html.js';
import { Icon } from './icon.js';

/** A switch; ON is null while nobody knows. BUSY shows that the change is not yet confirmed. */
export function Toggle({ on, label, busy, disabled, onChange }) {
	return html`<button class="toggle" role="switch" aria-checked=${on ? 'true' : 'false'}
		aria-label=${label} aria-busy=${busy ? 'true' : 'false'} disabled=${disabled}
		data-unknown=${on === null ? 'true' : undefined} title=${on === null ? 'Not known' : undefined}
		onClick=${() => onChange(!on)}><span class="toggle-knob"></span></button>`;
}

const percentOf = (value, min, max) => `${((value - min) / (max - min || 1)) * 100}%`;

const shortText = (value) => String(Math.round(value * 100) / 100);

/**
 * A slider that calls onCommit when it is let go; meanwhile it shows what it would send. WRITE makes a text of a
 * number; a VALUE that is null is not known.
 */
export function Slider({ label, value, min = 0, max = 100, step = 1, unit = '', disabled,
    kind = 'plain', bare, write = shortText, onCommit }) {
	const [held, hold] = useState(null);
	const shown = held ?? value ?? min;
	const unknown = (held ?? value ?? null) === null;
	const text = `${write(shown)}${unit && ` ${unit}`}`;
	const commit = (e) => {
		hold(null);
		onCommit(Number(e.target.value));
	};
	return html`<label class="slider" data-kind=${kind} data-bare=${bare ? 'true' : undefined}
		data-unknown=${unknown ? 'true' : undefined}>
		<span class=${bare ? 'hidden' : 'slider-label'}>${label}</span>
		<input type="range" min=${min} max=${max} step=${step} value=${shown} disabled=${disabled}
			style=${{ '--fill': percentOf(shown, min, max) }}
			aria-valuetext=${unknown ? 'not known' : text}
			onInput=${(e) => hold(Number(e.target.value))} onChange=${commit} />
		<span class="slider-value" aria-hidden="true">${unknown ? '–' : text}</span>
	</label>`;
}

export function Spinner({ label = 'Loading' }) {
	return label ? html`<span class="spinner" role="img" aria-label=${label}></span>` :
	    html`<span class="spinner" aria-hidden="true"></span>`;
}

/** What is shown where there is nothing yet: what it would be, and what to do. */
export function Empty({ icon, title, children }) {
	return html`<div class="empty">
		<${Icon} name=${icon} />
		<p class="empty-title">${title}</p>
		<div class="empty-text">${children}</div>
	</div>`;
}

/** What people can mend needs no number to look for in the log. */
const isTheirs = ({ status }) => status >= 400 && status < 500;

/** A failed request in words, with the number to look for in the log; RETRY is on the button. */
export function ProblemNote({ problem, onRetry, retry = 'Try again' }) {
	return html`<div class="note" data-tone="bad" role="alert">
		<${Icon} name="warning" />
		<div><p>${problem.message}</p>
			${problem.requestId && !isTheirs(problem) &&
				html`<p class="faint">Request ${problem.requestId}</p>`}</div>
		${onRetry && html`<button type="button" class="button" onClick=${onRetry}>
			${retry}</button>`}
	</div>`;
}

/** The heading of a view; takes the focus so that a screen reader begins here. */
export function Heading({ title, children }) {
	const ref = useRef(null);
	useEffect(() => {
		document.title = `${title} · House Consciousness`;
		ref.current?.focus({ preventScroll: true });
	}, [title]);
	return html`<div class="heading">
		<h1 tabindex="-1" ref=${ref}>${title}</h1>
		<div class="heading-tools">${children}</div>
	</div>`;
}

/** The way back: the room and the device that a page belongs to. */
export function Crumbs({ area, device }) {
	return html`<nav class="crumbs" aria-label="Where this is">
		<a href=${area ? `/#room-${area.id}` : '/'}>${area?.name ?? 'Home'}</a>
		${device && html`<${Icon} name="forward" />
			<a href=${`/devices/${encodeURIComponent(device.id)}`}>${device.name}</a>`}
	</nav>`;
}

/** Grey bars in the place of what is being loaded. */
export function Placeholder({ rows = 3 }) {
	return html`<div class="placeholder" role="status" aria-label="Loading">
		${Array.from({ length: rows }, (_, i) => html`<div key=${i} class="bone"></div>`)}
	</div>`;
}

/** Loads with LOAD whenever one of KEYS changes: {data, problem, busy, reload}. */
export function useLoad(load, keys) {
	const [result, setResult] = useState({ data: null, problem: null, busy: true });
	const [serial, setSerial] = useState(0);
	useEffect(() => {
		const stop = new AbortController();
		setResult((before) => ({ ...before, busy: true }));
		load(stop.signal)
		    .then((data) => !stop.signal.aborted &&
		        setResult({ data, problem: null, busy: false }))
		    .catch((problem) => !stop.signal.aborted &&
		        setResult((before) => ({ ...before, problem, busy: false })));
		return () => stop.abort();
	}, [...keys, serial]);
	return { ...result, reload: () => setSerial((n) => n + 1) };
}
