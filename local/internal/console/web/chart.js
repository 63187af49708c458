/* global uPlot */
import { instant, isNumber, isText, isTime } from "./format.js";

const maxSeries = 12;
const height = 280;
const day = 86400;

// labels are uPlot's rules for the time axis: [at least so many seconds apart, label, and what to add where the year, month,
// day, hour, minute or second changes, 1 for "below the label"].
const dated = "\n{YYYY}-{MM}-{DD}";
const labels = [
	[365 * day, "{YYYY}", null, null, null, null, null, null, 1],
	[day, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
	[60, "{HH}:{mm}", dated, null, dated, null, null, null, 1],
	[1, "{HH}:{mm}:{ss}", dated, null, dated, null, null, null, 1],
	[0.001, ":{ss}.{fff}", `${dated} {HH}:{mm}`, null, `${dated} {HH}:{mm}`, null, "\n{HH}:{mm}", null, 1],
];

// chartable says what of a result a chart can show: null, or its time column and its numeric columns.
export function chartable(result) {
	const time = result.columns.findIndex((c) => isTime(c.type));
	const measures = result.columns.flatMap((c, i) => (isNumber(c.type) && result.rows.some((r) => finite(r[i]) !== null) ? [i] : []));
	return time >= 0 && measures.length && result.rows.length > 1 ? { time, measures } : null;
}

const finite = (text) => (text === null || !Number.isFinite(Number(text)) ? null : Number(text));

// lines sorts one measure's values into one line for each combination of the text columns that vary.
function lines(result, time, measure) {
	const varying = result.columns.flatMap((c, i) => (isText(c.type) && result.rows.some((r) => r[i] !== result.rows[0][i]) ? [i] : []));
	const found = new Map();
	for (const row of result.rows) {
		const y = finite(row[measure]);
		if (y === null || row[time] === null) continue;
		const key = varying.map((i) => row[i] ?? "null").join(" · ") || result.columns[measure].name;
		if (!found.has(key)) found.set(key, new Map());
		found.get(key).set(instant(row[time]) / 1000, y);
	}
	const names = [...found.keys()].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
	const shown = names.slice(0, maxSeries);
	const times = [...new Set(shown.flatMap((n) => [...found.get(n).keys()]))].sort((a, b) => a - b);
	return { names: shown, all: names.length, data: [times, ...shown.map((n) => times.map((t) => found.get(n).get(t) ?? null))] };
}

// draw puts a line chart into an element, and says in words what it shows. The returned function takes it away.
export function draw(place, result, time, measure) {
	const { names, all, data } = lines(result, time, measure);
	const style = getComputedStyle(document.documentElement);
	const color = (name) => style.getPropertyValue(name).trim();
	const axis = { stroke: color("--dim"), grid: { stroke: color("--line"), width: 1 }, ticks: { stroke: color("--line"), width: 1 }, font: "12px system-ui, sans-serif" };
	const width = () => Math.max(place.clientWidth, 240);
	const title = result.columns[measure].name;
	const plot = new uPlot({
		width: width(), height,
		tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "Etc/UTC"),
		cursor: { points: { size: 6 } },
		scales: { x: { time: true } },
		axes: [{ ...axis, values: labels }, { ...axis, size: 64 }],
		series: [
			{ label: "UTC", value: (_, v) => (v == null ? "–" : new Date(v * 1e3).toISOString().slice(0, 19).replace("T", " ")) },
			...names.map((label, i) => ({
				label, stroke: color(`--series-${(i % 6) + 1}`), width: 1.75, dash: i >= 6 ? [6, 3] : undefined, spanGaps: true,
				points: { show: data[0].length < 60, size: 4 }, value: (_, v) => (v == null ? "–" : String(v)),
			})),
		],
	}, data, place);
	place.setAttribute("aria-label", `Line chart of ${title} over time, ${names.length === 1 ? "one line" : `${names.length} lines`}`);
	const observer = new ResizeObserver(() => plot.setSize({ width: width(), height }));
	observer.observe(place);
	return {
		note: all > names.length ? `The chart shows ${names.length} of ${all} series.` : "",
		remove() {
			observer.disconnect();
			plot.destroy();
		},
	};
}
