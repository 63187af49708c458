import { ask } from "./api.js";
import { describe, showCatalog } from "./catalog.js";
import { byId, show } from "./dom.js";
import { duration } from "./format.js";
import { open, showQueries } from "./queries.js";
import { clearResult, showEmpty, showFailure, showResult } from "./result.js";
import { sample } from "./samples.js";

const hints = {
	timestream: "The Query API answers, as it would answer an SDK.",
	athena: "Athena's side is played: the connector is asked, and the rest runs over what it gives.",
};
const sql = byId("sql");
let offered = null; // {database, table, text}: the sample in the box, as long as nobody changed it
let running = null; // AbortController of the query under way

const dialect = () => document.querySelector("input[name=dialect]:checked").value;

function choose(value) {
	document.querySelector(`input[name=dialect][value=${value}]`).checked = true;
	byId("dialect-hint").textContent = hints[value];
}

function write(text) {
	sql.value = text;
	sql.rows = Math.min(Math.max(text.split("\n").length + 1, 6), 16);
}

async function offer(database, table) {
	const text = sample(database, table, await describe(database, table), dialect());
	offered = { database, table, text };
	write(text);
}

async function use(database, table) {
	await offer(database, table);
	sql.focus();
	run();
}

async function run() {
	if (running) return;
	running = new AbortController();
	const started = performance.now();
	clearResult();
	byId("run").disabled = true;
	byId("cancel").hidden = false;
	const tick = setInterval(() => show(byId("status"), `Running for ${duration(performance.now() - started)}`), 100);
	try {
		const result = await ask("query", { method: "POST", body: { sql: sql.value, dialect: dialect() }, signal: running.signal });
		showResult(result);
		if (result.query) open(result.query);
	} catch (error) {
		if (error.name === "AbortError") showEmpty("Cancelled.");
		else showFailure(error.message);
		if (error.query) open(error.query);
	} finally {
		clearInterval(tick);
		running = null;
		show(byId("status"), "");
		byId("run").disabled = false;
		byId("cancel").hidden = true;
	}
}

byId("ask").addEventListener("submit", (event) => {
	event.preventDefault();
	run();
});
sql.addEventListener("keydown", (event) => {
	if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
		event.preventDefault();
		run();
	}
});
document.addEventListener("keydown", (event) => event.key === "Escape" && running?.abort());
byId("cancel").addEventListener("click", () => running?.abort());
byId("reload").addEventListener("click", () => showCatalog(use));
for (const input of document.querySelectorAll("input[name=dialect]")) {
	input.addEventListener("change", () => {
		choose(dialect());
		if (offered && sql.value === offered.text) offer(offered.database, offered.table);
	});
}

byId("endpoint").textContent = location.origin;
choose(dialect());
showQueries((kind, text) => {
	choose(kind);
	offered = null;
	write(text);
	sql.focus();
	scrollTo({ top: 0, behavior: "smooth" });
});
const databases = await showCatalog(use);
const first = databases.find((d) => d.tables.includes("devops")) ?? databases.find((d) => d.tables.length);
if (first && !sql.value) offer(first.name, first.tables.includes("devops") ? "devops" : first.tables[0]);
