// SPDX-License-Identifier: ISC
// States that are not numbers, as a band of colours over time with the time spent in each.
import { useEffect, useRef, useState } from 'preact/hooks';
import { fullText, lengthText, now } from './clock.js';
import { valueParts } from './entity.js';
import { colour } from './colour.js';
import { html } from './html.js';
import { watch } from './store.js';

const HEIGHT = 72;
/** As many states are told one by one; texts may have thousands. */
const TOLD = 12;
const QUIET = ['off', 'closed', 'locked', 'idle', 'unknown', 'unavailable', 'null', 'clear'];

/** Points as spans {from, to, state}; the last one reaches to the end or to now. */
export function spansOf(points, from, to) {
	const end = Math.min(to, now());
	return points.map(([time, state], i) => ({
		from: Math.max(time, from),
		to: Math.min(points[i + 1]?.[0] ?? end, end),
		state: String(state ?? 'unavailable'),
	})).filter((span) => span.to > span.from);
}

function totalsOf(spans) {
	const totals = new Map();
	for (const { from, to, state } of spans) {
		totals.set(state, (totals.get(state) ?? 0) + to - from);
	}
	return [...totals].sort((a, b) => b[1] - a[1]);
}

/** What is told of TOTALS: the states that lasted longest, and how many others there were for how long, or null. */
export function legendOf(totals) {
	const shown = totals.length > TOLD ? totals.slice(0, TOLD - 1) : totals;
	const rest = totals.slice(shown.length);
	return { shown, rest: rest.length === 0 ? null :
		{ count: rest.length, ms: rest.reduce((sum, [, ms]) => sum + ms, 0) } };
}

/** A colour name of the style sheet for each state; resting states stay quiet. */
function coloursOf(states) {
	let used = 0;
	return new Map(states.map((state) => [state,
		QUIET.includes(state) ? '--series-quiet' : `--series-${(used++ % 6) + 1}`]));
}

function paint(canvas, spans, colours, from, to) {
	const width = canvas.clientWidth;
	const ratio = devicePixelRatio || 1;
	canvas.width = width * ratio;
	canvas.height = HEIGHT * ratio;
	const pen = canvas.getContext('2d');
	pen.scale(ratio, ratio);
	const x = (time) => ((time - from) / (Math.min(to, now()) - from)) * width;
	for (const span of spans) {
		pen.fillStyle = colour(colours.get(span.state));
		pen.fillRect(x(span.from), 0, Math.max(1, x(span.to) - x(span.from)), HEIGHT);
	}
}

function usePainted(canvas, spans, colours, from, to) {
	useEffect(() => {
		const element = canvas.current;
		const draw = () => paint(element, spans, colours, from, to);
		draw();
		const sizes = new ResizeObserver(draw);
		sizes.observe(element);
		const endTheme = watch('theme', draw);
		return () => { sizes.disconnect(); endTheme(); };
	}, [spans, from, to]);
}

/** The band of states POINTS of ENTITY between FROM and TO (ms). */
export function Timeline({ points, from, to, entity, name }) {
	const canvas = useRef(null);
	const [at, setAt] = useState(null);
	const spans = spansOf(points, from, to);
	const totals = totalsOf(spans);
	const colours = coloursOf(totals.map(([state]) => state));
	const textOf = (state) => valueParts({ ...entity, state, available: true })[0];
	usePainted(canvas, spans, colours, from, to);
	const point = (e) => {
		const box = canvas.current.getBoundingClientRect();
		const time = from + ((e.clientX - box.left) / box.width) * (Math.min(to, now()) - from);
		setAt(spans.find((span) => span.from <= time && time < span.to) ?? null);
	};
	const { shown, rest } = legendOf(totals);
	const spoken = shown.map(([state, ms]) => `${textOf(state)} ${lengthText(ms)}`).join(', ');
	return html`<div class="chart">
		<p class="chart-readout">${at ? html`<b>${textOf(at.state)}</b> for
			${lengthText(at.to - at.from)}<span class="faint"> from ${fullText(at.from)}</span>` :
			html`<span class="faint">Point at the band to read it.</span>`}</p>
		<canvas class="timeline" height=${HEIGHT} ref=${canvas} role="img"
			aria-label=${`States of ${name}: ${spoken}`} onPointerMove=${point}
			onPointerLeave=${() => setAt(null)}></canvas>
		<div class="timeline-ends faint"><span>${fullText(from)}</span>
			<span>${to > now() ? 'now' : fullText(to)}</span></div>
		<dl class="facts">${shown.map(([state, ms]) => html`<div key=${state}>
			<dt><span class="legend-key" style=${{ background: `var(${colours.get(state)})` }}></span>
				${textOf(state)}</dt><dd>${lengthText(ms)}</dd></div>`)}
			${rest && html`<div><dt>${rest.count} others</dt>
				<dd>${lengthText(rest.ms)}</dd></div>`}</dl>
	</div>`;
}
