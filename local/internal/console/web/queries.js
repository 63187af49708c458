import { ask } from "./api.js";
import { byId, h } from "./dom.js";
import { bytes, clock, count, duration } from "./format.js";
import { timeline } from "./timeline.js";

const period = 2000; // milliseconds between looks
let opened = null; // id of the query whose conversation is shown
let seen = ""; // the list as it was
let reuse;

// showQueries keeps the list of the last queries fresh; use is called with (dialect, sql) to edit one again.
export function showQueries(use) {
	reuse = use;
	byId("clear").addEventListener("click", async () => {
		await ask("queries", { method: "DELETE" }).catch(() => {});
		opened = null;
		refresh();
	});
	refresh();
	setInterval(() => document.hidden || refresh(), period);
}

// open shows a query's conversation.
export function open(id) {
	opened = id;
	seen = "";
	return refresh();
}

async function refresh() {
	let list;
	try {
		list = await ask("queries");
	} catch {
		return; // the next look may succeed; running a query says what is wrong
	}
	const now = JSON.stringify(list);
	if (now === seen) return;
	seen = now;
	byId("clear").hidden = list.length === 0;
	if (!list.length) {
		byId("queries").replaceChildren(h("p", { className: "empty" }, "None yet. What is asked through this address appears here, with the conversation between Athena and the connector."));
		return;
	}
	const focused = document.activeElement?.dataset?.query;
	const items = list.map(item);
	byId("queries").replaceChildren(h("ul", { className: "list" }, items.map((i) => i.element)));
	if (focused) byId("queries").querySelector(`[data-query="${focused}"]`)?.focus();
	await items.find((i) => i.id === opened)?.fill();
}

const remembered = new Map(); // by id, the conversation as it was last drawn: a look redraws without a gap

function item(query) {
	const isOpen = query.id === opened;
	const body = h("div", { className: "conversation", id: `query-${query.id}`, hidden: !isOpen });
	const toggle = h("button", {
		type: "button", className: "query", onclick: () => open(isOpen ? null : query.id),
	},
	h("span", { className: "badge" }, query.kind === "athena" ? "Athena" : "Timestream"),
	h("span", { className: "sql" }, query.sql ? query.sql.replace(/\s+/g, " ") : query.tables.join(", ") || "(no table)"),
	h("span", { className: "facts" }, query.error ? h("span", { className: "bad" }, "failed") : facts(query)),
	h("span", { className: "when" }, query.running ? "running" : clock(query.started)));
	toggle.dataset.query = query.id;
	toggle.setAttribute("aria-expanded", String(isOpen));
	toggle.setAttribute("aria-controls", body.id);
	if (isOpen && remembered.has(query.id)) body.replaceChildren(...remembered.get(query.id));
	return { id: query.id, element: h("li", {}, toggle, body), fill: () => fill(query, body) };
}

function facts(query) {
	const rows = count(query.rows, "row");
	const read = query.kind === "athena" ? [count(query.splits, "split"), `${rows} read`] : [rows];
	return [...read, bytes(query.bytes), duration(query.millis)].join(" · ");
}

async function fill(query, body) {
	let conversation;
	try {
		conversation = await ask(`queries/${query.id}`);
	} catch (error) {
		body.replaceChildren(h("p", { className: "failure" }, error.message));
		return;
	}
	const unfolded = new Set([...body.querySelectorAll("details[open]")].map((d) => d.dataset.step));
	const parts = [
		conversation.error && h("p", { className: "failure" }, conversation.error),
		conversation.sql && h("div", { className: "asked" }, h("pre", {}, conversation.sql),
			h("button", { type: "button", onclick: () => reuse(conversation.kind, conversation.sql) }, "Edit again")),
		...timeline(conversation),
	].filter(Boolean);
	body.replaceChildren(...parts);
	for (const d of body.querySelectorAll("details")) d.open = unfolded.has(d.dataset.step);
	remembered.clear();
	remembered.set(query.id, parts);
}
