// SPDX-License-Identifier: ISC
// A line of numbers over time, drawn by uPlot: raw points as steps, aggregates as the mean
// with a band from the lowest to the highest. Loaded only where a chart is shown.
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { clockText, dayShare, fullText, now, timeFormat, wallText } from './clock.js';
import { numberText } from './quantity.js';
import { colour } from './colour.js';
import { html } from './html.js';
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

function series(banded, unit) {
	const line = colour('--accent');
	const band = { stroke: 'transparent', points: { show: false }, label: '' };
	const main = {
		label: 'value', stroke: line, width: 2, points: { show: false }, spanGaps: false,
		value: (_, value) => (value === null ? '' : `${numberText(value)} ${unit}`),
		...(banded ? {} : { paths: uPlot.paths.stepped({ align: 1 }),
			fill: colour('--accent-wash') }),
	};
	return [{}, main, band, band];
}

function optionsOf({ width, unit, banded, from, to, onCursor, onRange }) {
	return {
		width, height: HEIGHT, tzDate: onTheWall, legend: { show: false }, padding: [12, 30, 0, 0],
		scales: {
			x: { time: true, range: () => [from / 1000, Math.min(to, now()) / 1000] },
			y: { range: (u, min, max) => uPlot.rangeNum(min ?? 0, max ?? 1, 0.12, banded) },
		},
		axes: [axis({ space: 76, size: 34, values: timeLabels }),
			axis({ size: 56, values: (_, list) => list.map(numberText) })],
		series: series(banded, unit),
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

/** The lowest, mean and highest of what is drawn, in words. */
function summary(columns, unit) {
	const means = columns[1].filter((value) => value !== null);
	if (means.length === 0) {
		return null;
	}
	const low = Math.min(...columns[2].filter((value) => value !== null));
	const high = Math.max(...columns[3].filter((value) => value !== null));
	const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
	return [['Lowest', low], ['Mean', mean], ['Highest', high], ['Last', means.at(-1)]]
	    .map(([name, value]) => [name, `${numberText(value)} ${unit}`.trim()]);
}

function Readout({ columns, banded, unit, at }) {
	if (at === null || at === undefined || columns[1][at] === null ||
	    columns[1][at] === undefined) {
		return html`<p class="chart-readout faint">Point at the line to read it; drag to look
			closer.</p>`;
	}
	const text = `${numberText(columns[1][at])} ${unit}`;
	const band = banded ?
	    ` (${numberText(columns[2][at])} to ${numberText(columns[3][at])})` : '';
	return html`<p class="chart-readout"><b>${text}</b>${band}
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
	}, [props.from, props.to, banded, props.unit]);
	useEffect(() => plot.current?.setData(columns), [columns]);
}

/** The chart of POINTS between FROM and TO (ms); onRange(from, to) when a part is dragged. */
export default function Chart({ points, from, to, unit, name, onRange }) {
	const box = useRef(null);
	const [at, setAt] = useState(null);
	const { columns, banded } = columnsOf(points, to);
	usePlot({ columns, banded, from, to, unit, onRange }, box, setAt);
	const facts = summary(columns, unit) ?? [];
	const spoken = facts.map(([word, text]) => `${word} ${text}`).join(', ');
	return html`<div class="chart">
		<${Readout} columns=${columns} banded=${banded} unit=${unit} at=${at} />
		<div class="chart-box" role="img" aria-label=${`Chart of ${name}. ${spoken}`}
			ref=${box}></div>
		<dl class="facts">${facts.map(([word, text]) => html`<div key=${word}>
			<dt>${word}</dt><dd>${text}</dd></div>`)}</dl>
	</div>`;
}
