// SPDX-License-Identifier: ISC
// The history of an entity: a choice of the time span, and the chart or band for it. New
// reports are added while the span reaches to now.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { get } from './api.js';
import { fromWall, now, toMs, wallText } from './clock.js';
import { entityFullName, isNumeric } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { Timeline } from './timeline.js';
import { Empty, Placeholder, ProblemNote, useLoad } from './ui.js';

const HOUR = 3600e3;
const SPANS = [['6h', '6 h', 6 * HOUR], ['day', 'Day', 24 * HOUR],
	['week', 'Week', 7 * 24 * HOUR], ['month', 'Month', 30 * 24 * HOUR]];

const RESOLUTION = { raw: 'every report', '5m': '5-minute values', '1h': 'hourly values' };

const spanOf = (name) => {
	const to = now();
	return { name, from: to - SPANS.find(([key]) => key === name)[2], to: to + HOUR };
};

/** Milliseconds as the text that <input type="datetime-local"> wants. */
const localText = (ms) => wallText(ms).slice(0, 16);

function useChart(wanted) {
	const [Chart, setChart] = useState(null);
	useEffect(() => {
		if (wanted) {
			import('./chart.js').then((module) => setChart(() => module.default));
		}
	}, [wanted]);
	return Chart;
}

function Custom({ span, onChange }) {
	const change = (key) => (e) => {
		const ms = fromWall(e.target.value);
		if (!Number.isNaN(ms)) {
			onChange({ ...span, name: 'custom', [key]: ms });
		}
	};
	return html`<div class="custom-span">
		<label>From <input type="datetime-local" value=${localText(span.from)}
			onChange=${change('from')} /></label>
		<label>To <input type="datetime-local" value=${localText(span.to)}
			onChange=${change('to')} /></label>
	</div>`;
}

function SpanChoice({ span, onChange }) {
	return html`<div class="span-choice">
		<div class="segments" role="group" aria-label="Time span">
			${SPANS.map(([name, text]) => html`<button key=${name}
				aria-pressed=${span.name === name ? 'true' : 'false'}
				onClick=${() => onChange(spanOf(name))}>${text}</button>`)}
			<button aria-pressed=${span.name === 'custom' ? 'true' : 'false'}
				onClick=${() => onChange({ ...span, name: 'custom' })}>Custom</button>
		</div>
		${span.name === 'custom' && html`<${Custom} span=${span} onChange=${onChange} />`}
	</div>`;
}

function SpanSteps({ span, onChange }) {
	const length = span.to - span.from;
	const shift = (by) => onChange({ name: 'custom', from: span.from + by, to: span.to + by });
	return html`<div class="span-steps">
		<button class="icon-button" aria-label="Earlier" onClick=${() => shift(-length)}>
			<${Icon} name="back" /></button>
		<button class="icon-button" aria-label="Later" disabled=${span.to >= now()}
			onClick=${() => shift(length)}><${Icon} name="forward" /></button>
	</div>`;
}

/** The loaded points of DATA with the reports that came since, when they are single values. */
function useReports(data, entity, to) {
	const seen = useRef({ data: null, points: [] });
	if (seen.current.data !== data) {
		seen.current = { data, points: data?.points ?? [] };
	}
	const { points } = seen.current;
	const time = toMs(entity.last_updated);
	const last = points.at(-1);
	if (data && !(last?.length > 2) && time <= to && !(last && time <= last[0])) {
		const state = entity.available === false ? null : entity.state;
		seen.current.points = [...points, [time, state]];
	}
	return seen.current.points;
}

/** Where the drawing begins: with the history, where that is much younger than the span. */
function beginOf(points, { from, to }) {
	const first = points[0][0];
	const end = Math.min(to, now());
	return first - from > (end - from) / 4 ? first - (end - first) / 20 : from;
}

function Drawing({ entity, numbers, points, span, onSpan }) {
	const Chart = useChart(numbers);
	const name = entityFullName(entity);
	const from = useMemo(() => beginOf(points, span), [points[0][0], span.from, span.to]);
	if (numbers && !Chart) {
		return html`<${Placeholder} rows=${1} />`;
	}
	return numbers ? html`<${Chart} points=${points} from=${from} to=${span.to}
		entity=${entity} name=${name}
		onRange=${(begin, end) => onSpan({ name: 'custom', from: begin, to: end })} />` :
	html`<${Timeline} points=${points} from=${from} to=${span.to} entity=${entity}
		name=${name} />`;
}

/** The history section of an entity's page. */
export function History({ entity }) {
	const [span, setSpan] = useState(() => spanOf('day'));
	const numbers = isNumeric(entity);
	const { data, problem, reload } = useLoad((signal) => get('/api/v1/history', {
		entity_id: entity.entity_id,
		from: new Date(span.from).toISOString(),
		to: new Date(Math.min(span.to, now())).toISOString(),
		resolution: numbers ? 'auto' : 'raw',
	}, { signal }), [entity.entity_id, span.from, span.to]);
	const points = useReports(data, entity, span.to);
	return html`<section class="panel" aria-labelledby="history-title">
		<div class="panel-head"><h2 id="history-title">History</h2>
			${data?.resolution && html`<span class="faint">
				${RESOLUTION[data.resolution] ?? data.resolution}</span>`}
			<${SpanSteps} span=${span} onChange=${setSpan} /></div>
		<${SpanChoice} span=${span} onChange=${setSpan} />
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		<div class="chart-space" data-numbers=${numbers ? 'true' : 'false'}>${data && points.length === 0 ?
		    html`<${Empty} icon="clock" title="Nothing recorded in this time">
				<p>Choose a longer span, or wait for the device's next report.</p></${Empty}>` :
		    data && html`<${Drawing} entity=${entity} numbers=${numbers} points=${points}
				span=${span} onSpan=${setSpan} />`}</div>
	</section>`;
}
