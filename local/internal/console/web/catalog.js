import { ask } from "./api.js";
import { byId, h } from "./dom.js";
import { count, number, range } from "./format.js";

const described = new Map(); // "database/table" to what the API told
const eager = 20; // tables whose time range is fetched at once

export async function describe(database, table) {
	const key = `${database}/${table}`;
	if (!described.has(key)) {
		const query = new URLSearchParams({ database, name: table });
		described.set(key, await ask(`table?${query}`));
	}
	return described.get(key);
}

// showCatalog fills the list of databases; use is called with (database, table) when someone wants to query one.
export async function showCatalog(use) {
	described.clear();
	const place = byId("catalog");
	let databases;
	try {
		databases = await ask("catalog");
	} catch (error) {
		place.replaceChildren(h("p", { className: "failure" }, error.message));
		return [];
	}
	if (!databases.length) {
		place.replaceChildren(h("p", { className: "empty" }, "No database yet. Create one with any AWS SDK, or load a CSV file with athena-local load."));
		return [];
	}
	const tables = databases.flatMap((d) => d.tables.map((t) => tableItem(d.name, t, use)));
	let next = 0;
	place.replaceChildren(...databases.map((d) => h(
		"details", { className: "database", open: tables.length <= 2 * eager || d === databases[0] },
		h("summary", {}, h("span", { className: "name" }, d.name), h("span", { className: "count" }, number(d.tables.length))),
		d.tables.length ? h("ul", {}, d.tables.map(() => tables[next++].element)) : h("p", { className: "empty" }, "No tables."),
	)));
	for (const table of tables.slice(0, eager)) await table.load();
	return databases;
}

function tableItem(database, name, use) {
	const facts = h("span", { className: "range" }, " ");
	const body = h("div", { className: "columns" });
	const element = h("details", { className: "table" }, h("summary", {}, h("span", { className: "name" }, name), facts), body);
	let loading;
	const load = () => (loading ??= describe(database, name).then((table) => {
		facts.textContent = table.to ? range(table.from, table.to) : "empty";
		body.replaceChildren(
			h("div", { className: "bar" },
				h("button", { type: "button", onclick: () => use(database, name), ariaLabel: `Query ${name}` }, "Query"),
				h("span", { className: "hint" }, count(table.records, "record"))),
			columnsOf(table),
		);
	}).catch((error) => {
		loading = null;
		body.replaceChildren(h("p", { className: "failure" }, error.message));
	}));
	element.addEventListener("toggle", () => element.open && load());
	return { element: h("li", {}, element), load };
}

function columnsOf(table) {
	return h("table", {},
		h("thead", { className: "hidden" }, h("tr", {}, ["Column", "Type", "Kind"].map((t) => h("th", { scope: "col" }, t)))),
		h("tbody", {}, table.columns.map((c) => h("tr", {},
			h("th", { scope: "row" }, c.name),
			h("td", {}, c.type),
			h("td", {}, h("span", { className: `kind ${c.kind.replace(" ", "-")}` }, c.kind)),
		))));
}
