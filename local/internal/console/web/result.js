import { chartable, draw } from "./chart.js";
import { byId, h, show } from "./dom.js";
import { count, duration, isNumber, number } from "./format.js";

const step = 200; // rows put into the page at once
let current = null; // the result that is shown
let chart = null;

byId("measure").addEventListener("change", drawChart);
byId("csv").addEventListener("click", download);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawChart);

export function clearResult() {
	current = null;
	show(byId("failure"), "");
	show(byId("note"), "");
	byId("result-facts").textContent = "";
	byId("csv").hidden = true;
	byId("measure-label").hidden = true;
	drawChart();
	byId("table").replaceChildren();
}

export function showFailure(message) {
	clearResult();
	show(byId("failure"), message);
}

export function showEmpty(message) {
	clearResult();
	byId("table").replaceChildren(h("p", { className: "empty" }, message));
}

export function showResult(result) {
	clearResult();
	current = result;
	byId("result-facts").textContent = `${result.more ? "first " : ""}${count(result.rows.length, "row")} · ${duration(result.millis)}`;
	byId("csv").hidden = result.rows.length === 0;
	const axes = chartable(result);
	if (axes) {
		byId("measure").replaceChildren(...axes.measures.map((i) => h("option", { value: i }, result.columns[i].name)));
		byId("measure-label").hidden = false;
	}
	drawChart();
	if (result.rows.length) byId("table").replaceChildren(...tableOf(result));
	else byId("table").replaceChildren(h("p", { className: "empty" }, "The statement gave no rows."));
}

function drawChart() {
	chart?.remove();
	chart = null;
	const axes = current && chartable(current);
	const place = byId("chart");
	place.hidden = !axes;
	if (axes) chart = draw(place, current, axes.time, Number(byId("measure").value));
	const notes = [chart?.note];
	if (current?.more) notes.push(`These are the first ${number(current.rows.length)} rows, in the table, the chart and the CSV. Aggregate, add a condition, or use athena-local query for all of them.`);
	show(byId("note"), notes.filter(Boolean).join(" "));
}

function tableOf(result) {
	const numeric = result.columns.map((c) => isNumber(c.type));
	const head = h("tr", {}, result.columns.map((c, i) => h("th", { scope: "col", className: numeric[i] ? "number" : "" }, c.name, h("span", { className: "type" }, c.type))));
	const body = h("tbody");
	const more = h("button", { type: "button", className: "quiet", onclick: append });
	function append() {
		const from = body.rows.length;
		body.append(...result.rows.slice(from, from + step).map((row) => h("tr", {}, row.map((value, i) => cell(value, numeric[i])))));
		const left = result.rows.length - body.rows.length;
		more.textContent = `Show ${number(Math.min(step, left))} more of ${number(left)} rows`;
		more.hidden = left === 0;
	}
	append();
	return [h("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: "Rows of the result" }, h("table", { className: "rows" }, h("thead", {}, head), body)), more];
}

function cell(value, numeric) {
	if (value === null) return h("td", { className: numeric ? "number null" : "null" }, "null");
	return h("td", { className: numeric ? "number" : "", title: value.length > 60 ? value : "" }, value);
}

// download hands out the rows that are shown: null is an empty field, as in Athena's own CSV.
function download() {
	const field = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
	const lines = [current.columns.map((c) => c.name), ...current.rows.map((row) => row.map((v) => v ?? ""))].map((cells) => cells.map(field).join(","));
	const url = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" }));
	h("a", { href: url, download: "result.csv" }).click();
	setTimeout(() => URL.revokeObjectURL(url), 1000);
}
