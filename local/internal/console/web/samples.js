const simple = /^[a-z_][a-z0-9_]*$/;
// The guide's reserved words, and some that read better in quotes.
const words = new Set((
	"alter and as between by case cast constraint create cross cube current_date current_time current_timestamp " +
	"current_user date deallocate delete describe distinct drop else end escape except execute exists extract false " +
	"for from full group grouping having in inner insert intersect into is join left like localtime localtimestamp " +
	"natural normalize not null on or order outer prepare recursive right rollup select table then time timestamp " +
	"true uescape union unnest user using value values when where with"
).split(" "));
const quote = (name) => `"${name.replaceAll('"', '""')}"`;

// name writes an identifier: Athena's are in lower case, Timestream's measure_value::type has no quotes.
function name(text, dialect) {
	if (dialect === "athena") text = text.toLowerCase();
	else if (text.startsWith("measure_value::")) return text;
	return simple.test(text) && (text === "time" || !words.has(text)) ? text : quote(text);
}

const numeric = (type) => type === "double" || type === "bigint";

// recent is the condition on time: the last hours before the newest record.
function recent(table, dialect) {
	const newest = Date.parse(table.to);
	if (Date.now() - newest < 3600e3) return dialect === "athena" ? "time > now() - interval '3' hour" : "time > ago(3h)";
	return `time >= TIMESTAMP '${new Date(newest - 3 * 3600e3).toISOString().slice(0, 19).replace("T", " ")}'`;
}

// sample is a statement that shows what is in a table.
export function sample(database, tableName, table, dialect) {
	const from = `${name(database, dialect)}.${name(tableName, dialect)}`;
	if (!table?.to) return `SELECT *\nFROM ${from}\nLIMIT 100`;
	const dimensions = table.columns.filter((c) => c.kind === "dimension");
	const measures = table.columns.filter((c) => c.kind === "measure");
	const numbers = measures.filter((c) => numeric(c.type)).slice(0, 3);
	const single = measures.some((c) => c.name.startsWith("measure_value::"));
	const columns = [
		"time",
		...dimensions.slice(single ? 0 : -1).map((c) => c.name),
		...(single ? ["measure_name"] : []),
		...(numbers.length ? numbers : measures).map((c) => c.name),
	];
	return `SELECT ${columns.map((c) => name(c, dialect)).join(", ")}\nFROM ${from}\nWHERE ${recent(table, dialect)}\nORDER BY time DESC\nLIMIT 1000`;
}
