// SPDX-License-Identifier: ISC
// A line of numbers over time, drawn by uPlot: raw points as steps, aggregates as the mean
// with a band from the lowest to the highest. Loaded only where a chart is shown.
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { clockText, dayShare, fullText, now, timeFormat, wallText } from './clock.js';
import { colour } from './colour.js';
import { html } from './html.js';
import { axisTexts, quantityText } from './quantity.js';
import { watch } from './store.js';

const HEIGHT = 300;

const numeric = (value) => (value === null || value === undefined || value === '' ||
    !Number.isFinite(Number(value)) ? null : Number(value));

/** Points of the house as uPlot's columns [seconds, mean, min, max]. */
export function columnsOf(points, to) {
	const banded = points.some((point) => point.length > 2);
	const columns = [[], [], [], []];
	for (const point of points) {
		columns[0].push(point[0] / 1000);
		columns[1].push(numeric(banded ? point[2] : point[1]));
		columns[2].push(numeric(point[1]));
		columns[3].push(numeric(banded ? point[3] : point[1]));
	}
	const last = points.at(-1);
	const end = Math.min(to, now());
	if (!banded && last && last[0] < end) {
		columns[0].push(end / 1000);
		[1, 2, 3].forEach((i) => columns[i].push(columns[i].at(-1)));
	}
	return { columns, banded };
}

function axis(extra) {
	return {
		stroke: colour('--text-faint'), font: '12px system-ui, sans-serif',
		grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, ...extra,
	};
}

/** Pixels that the marks of the value axis need. */
const sizeOf = (texts) => Math.max(56, 16 + 7 * Math.max(0, ...(texts ?? []).map((text) => text.length)));

const hours = timeFormat({ hour: '2-digit', minute: '2-digit' });
const days = timeFormat({ day: 'numeric', month: 'short' });

/** The axis is divided as the house's clock goes. */
const onTheWall = (second) => new Date(wallText(second * 1000));

/** Labels of the time axis: days at midnight, else the time as the browser's language has it. */
function timeLabels(_, splits, axisIndex, space, step) {
	return splits.map((second) => {
		const ms = second * 1000;
		return (dayShare(ms) === 0 ? days : step < 60 ? clockText : hours)(ms);
	});
}

function series(banded) {
	const line = colour('--accent');
	const band = { stroke: 'transparent', points: { show: false }, label: '' };
	const main = {
		label: 'value', stroke: line, width: 2, points: { show: false }, spanGaps: false,
		...(banded ? {} : { paths: uPlot.paths.stepped({ align: 1 }),
			fill: colour('--accent-wash') }),
	};
	return [{}, main, band, band];
}

function optionsOf({ width, banded, from, to, onCursor, onRange }) {
	return {
		width, height: HEIGHT, tzDate: onTheWall, legend: { show: false }, padding: [12, 30, 0, 0],
		scales: {
			x: { time: true, range: () => [from / 1000, Math.min(to, now()) / 1000] },
			y: { range: (u, min, max) => uPlot.rangeNum(min ?? 0, max ?? 1, 0.12, banded) },
		},
		axes: [axis({ space: 76, size: 34, values: timeLabels }),
			axis({ size: (_, texts) => sizeOf(texts), values: (_, list, at, space, step) =>
				axisTexts(list, step) })],
		series: series(banded),
		bands: banded ? [{ series: [3, 2], fill: colour('--accent-band') }] : [],
		cursor: { y: false, drag: { x: true, y: false, setScale: false },
			points: { size: 8, width: 2 } },
		hooks: {
			setCursor: [(u) => onCursor(u.cursor.idx)],
			setSelect: [(u) => u.select.width > 8 && onRange(
			    u.posToVal(u.select.left, 'x') * 1000,
			    u.posToVal(u.select.left + u.select.width, 'x') * 1000)],
		},
	};
}

const isKnown = (value) => value !== null;

/** {low, high} of the columns, or null when nothing is known. */
function limitsOf(columns) {
	const lows = columns[2].filter(isKnown), highs = columns[3].filter(isKnown);
	const least = (a, b) => Math.min(a, b), most = (a, b) => Math.max(a, b);
	return lows.length > 0 && highs.length > 0 ? { low: lows.reduce(least), high: highs.reduce(most) } : null;
}

/** A function that writes values of ENTITY with their unit, told apart as the COLUMNS need it. */
export function writerOf(columns, entity) {
	const { low, high } = limitsOf(columns) ?? { low: 0, high: Infinity };
	return (value) => `${quantityText(entity, value, high - low)} ${entity.unit ?? ''}`.trim();
}

/** The lowest, mean and highest of what is drawn, in words. */
export function factsOf(columns, write) {
	const means = columns[1].filter(isKnown);
	const limits = limitsOf(columns);
	if (!limits || means.length === 0) {
		return [];
	}
	const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
	return [['Lowest', limits.low], ['Mean', mean], ['Highest', limits.high], ['Last', means.at(-1)]]
	    .map(([name, value]) => [name, write(value)]);
}

function Readout({ columns, banded, write, at }) {
	if (at === null || at === undefined || columns[1][at] === null ||
	    columns[1][at] === undefined) {
		return html`<p class="chart-readout faint">Point at the line to read it; drag to look
			closer.</p>`;
	}
	const band = banded ? ` (${write(columns[2][at])} to ${write(columns[3][at])})` : '';
	return html`<p class="chart-readout"><b>${write(columns[1][at])}</b>${band}
		<span class="faint"> ${fullText(columns[0][at] * 1000)}</span></p>`;
}

function usePlot(props, box, setAt) {
	const plot = useRef(null);
	const latest = useRef(null);
	const { columns, banded } = props;
	latest.current = columns;
	useEffect(() => {
		const element = box.current;
		const build = () => {
			plot.current?.destroy();
			plot.current = new uPlot(optionsOf({ ...props, width: element.clientWidth,
				onCursor: setAt }), latest.current, element);
		};
		build();
		const sizes = new ResizeObserver(() => element.clientWidth > 0 &&
		    plot.current?.width !== element.clientWidth &&
		    plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
		sizes.observe(element);
		const endTheme = watch('theme', build);
		return () => {
			sizes.disconnect();
			endTheme();
			plot.current.destroy();
			plot.current = null;
		};
	}, [props.from, props.to, banded]);
	useEffect(() => plot.current?.setData(columns), [columns]);
}

/** The chart of the POINTS of ENTITY between FROM and TO (ms); onRange(from, to) when a part is dragged. */
export default function Chart({ points, from, to, entity, name, onRange }) {
	const box = useRef(null);
	const [at, setAt] = useState(null);
	const { columns, banded } = columnsOf(points, to);
	usePlot({ columns, banded, from, to, onRange }, box, setAt);
	const write = writerOf(columns, entity);
	const facts = factsOf(columns, write);
	const spoken = facts.map(([word, text]) => `${word} ${text}`).join(', ');
	return html`<div class="chart">
		<${Readout} columns=${columns} banded=${banded} write=${write} at=${at} />
		<div class="chart-box" role="img" aria-label=${`Chart of ${name}. ${spoken}`}
			ref=${box}></div>
		<dl class="facts">${facts.map(([word, text]) => html`<div key=${word}>
			<dt>${word}</dt><dd>${text}</dd></div>`)}</dl>
	</div>`;
}
