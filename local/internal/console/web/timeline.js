import { h } from "./dom.js";
import { bytes, count, duration, number } from "./format.js";

const atOnce = 100; // steps put into the page at once

// timeline shows a conversation: each request with its bar, and behind it what was asked and answered.
export function timeline(conversation) {
	const calls = conversation.exchanges;
	const ends = calls.map((x) => (x.running ? conversation.millis : x.start + x.millis));
	const from = calls.reduce((first, x) => Math.min(first, x.start), calls.length ? Infinity : 0); // the axis begins at the first request
	const axis = { from, total: Math.max(ends.reduce((last, end) => Math.max(last, end), calls.length ? 0 : conversation.millis) - from, 0.1) };
	const steps = conversation.kind === "athena" ? calls.map((x, i) => exchange(x, i, axis)) : conversation.statements.map((s) => direct(s, axis));
	if (!steps.length) return [];
	const list = h("div", { className: "steps" }, header(axis.total), steps.slice(0, atOnce));
	const more = h("button", { type: "button", className: "quiet", onclick: () => { list.append(...steps.slice(atOnce)); more.remove(); } }, `Show all ${number(steps.length)} requests`);
	return [
		conversation.plan.length > 0 && h("div", { className: "plan" }, conversation.plan.map(plan)),
		list,
		steps.length > atOnce && more,
		conversation.dropped > 0 && h("p", { className: "note" }, `${number(conversation.dropped)} further requests were counted and not kept.`),
		legend(conversation),
		conversation.final && h("details", { className: "final" }, h("summary", {}, "What ran over the rows that were read"), h("pre", {}, conversation.final)),
	];
}

const plan = (p) => h("div", {}, h("h3", {}, `Plan for ${p.table}`), pairs(p.details));

const columns = ["Rows", "Pages", "Bytes", "Blocks"];

function header(total) {
	const marks = [0, 0.25, 0.5, 0.75, 1].map((at) => {
		const label = h("span", {}, at === 0 ? "0" : duration(total * at));
		label.style.left = `${at * 100}%`;
		return label;
	});
	return h("div", { className: "step head" },
		h("span", { className: "call" }, "Request"), h("span", { className: "track", ariaHidden: "true" }, marks),
		h("span", { className: "number" }, "Time"), columns.map((c) => h("span", { className: "number wide" }, c)));
}

// exchange is one request to the connector.
function exchange(x, index, axis) {
	const data = x.statements.filter((s) => !s.metadata);
	const read = x.name === "ReadRecords";
	const sum = (of) => data.reduce((n, s) => n + of(s), 0);
	const spilled = x.blocks.reduce((n, b) => n + b.bytes, 0);
	return row({
		name: x.name, table: x.table, index, axis, read, start: x.start, millis: x.running ? axis.from + axis.total - x.start : x.millis, running: x.running, failed: x.error,
		pages: data.flatMap((s) => s.marks), blocks: x.blocks,
		cells: read ? [number(x.rows), number(sum((s) => s.pages)), bytes(x.responseBytes + spilled), blockText(x)] : ["", "", bytes(x.responseBytes), ""],
		body: [
			pairs([
				{ name: "protocol", text: `version ${x.version}, ${bytes(x.requestBytes)} asked, ${bytes(x.responseBytes)} answered` },
				...x.details,
				...(spilled ? [{ name: "stored", text: `${count(x.blocks.length, "block")}, ${bytes(spilled)}` }] : []),
			]),
			x.statements.map(ran),
		],
	});
}

const blockText = (x) => (x.spilled ? `${number(x.spilled)} spilled` : x.inline ? "1 inline" : "0");

// direct is a query that Timestream itself was asked.
function direct(s, axis) {
	return row({
		name: "Query", table: "", index: 0, axis, read: true, start: 0, millis: axis.total, pages: s.marks, blocks: [],
		cells: [number(s.rows), number(s.pages), bytes(s.bytes), ""],
		body: [pairs(s.marks.map((m, i) => ({ name: `page ${i + 1}`, text: `${count(m.rows, "row")}, ${bytes(m.bytes)}, at ${duration(m.at)}` })))],
	});
}

function row(r) {
	const percent = (ms) => `${Math.min(Math.max((ms / r.axis.total) * 100, 0), 100)}%`;
	const at = (ms) => percent(ms - r.axis.from);
	const bar = h("span", { className: ["span", r.read && "read", r.failed && "bad", r.running && "running"].filter(Boolean).join(" ") });
	bar.style.left = at(r.start);
	bar.style.width = percent(r.millis);
	const marks = [...r.pages.map((m) => [m, "page"]), ...r.blocks.map((m) => [m, "block"])].map(([m, kind]) => {
		const mark = h("span", { className: kind });
		mark.style.left = at(m.at);
		return mark;
	});
	const time = r.running ? "…" : duration(r.millis);
	const element = h("details", {},
		h("summary", { className: "step" },
			h("span", { className: "call" }, r.name, r.table && h("span", { className: "of" }, r.table)),
			h("span", { className: "track", role: "img", ariaLabel: `from ${duration(r.start - r.axis.from)}, for ${time}` }, bar, marks),
			h("span", { className: "number" }, time), r.cells.map((c) => h("span", { className: "number wide" }, c))),
		h("div", { className: "more" }, r.body.flat()));
	element.dataset.step = r.index;
	return element;
}

function ran(s) {
	return h("figure", {},
		h("figcaption", {}, `Timestream ran, in ${count(s.pages, "page")} with ${count(s.rows, "row")} and ${bytes(s.bytes)}`),
		h("pre", {}, s.sql.trim()));
}

function pairs(details) {
	return h("dl", {}, details.map((d) => [h("dt", {}, d.name || "note"), h("dd", {}, d.text)]));
}

function legend(conversation) {
	const blocks = conversation.exchanges.some((x) => x.blocks.length);
	return h("p", { className: "hint legend" },
		conversation.kind === "athena" && [h("i", { className: "span" }), " metadata ", h("i", { className: "span read" }), " reading a split "],
		h("i", { className: "page" }), " page of Timestream",
		blocks && [" ", h("i", { className: "block" }), " spilled block"]);
}
