const grouped = new Intl.NumberFormat("en-US");

export const number = (n) => grouped.format(n);

// count writes a number of things.
export const count = (n, noun) => `${number(n)} ${noun}${n === 1 ? "" : "s"}`;

export function bytes(n) {
	if (n < 1000) return `${n} B`;
	if (n < 1e6) return `${(n / 1e3).toFixed(1)} kB`;
	return `${(n / 1e6).toFixed(1)} MB`;
}

export function duration(ms) {
	if (ms < 1) return `${Math.round(ms * 1000)} µs`;
	if (ms < 10) return `${ms.toFixed(1)} ms`;
	if (ms < 1000) return `${Math.round(ms)} ms`;
	if (ms < 60000) return `${(ms / 1000).toFixed(2)} s`;
	return `${Math.floor(ms / 60000)} min ${Math.round((ms % 60000) / 1000)} s`;
}

const two = (n) => String(n).padStart(2, "0");

// minute writes an instant in UTC to the minute.
export function minute(text) {
	const t = new Date(text);
	return `${t.getUTCFullYear()}-${two(t.getUTCMonth() + 1)}-${two(t.getUTCDate())} ${two(t.getUTCHours())}:${two(t.getUTCMinutes())}`;
}

// range writes two instants in UTC; what they share is written once.
export function range(from, to) {
	const [a, b] = [minute(from), minute(to)];
	return a.slice(0, 10) === b.slice(0, 10) ? `${a} – ${b.slice(11)}` : `${a} – ${b}`;
}

export const clock = (text) => new Date(text).toLocaleTimeString("en-GB");

// shape of a column, by its type's name in either dialect.
export const isTime = (type) => /^(timestamp|date)\b/.test(type);
export const isNumber = (type) => /^(tinyint|smallint|integer|bigint|real|double|decimal)\b/.test(type);
export const isText = (type) => /^(varchar|char|boolean)\b/.test(type);

// instant is a time column's value in milliseconds since 1970.
export function instant(text) {
	const at = text.length <= 10 ? `${text}T00:00:00` : text.replace(/ (UTC|Z)$/, "").slice(0, 23).replace(" ", "T");
	return Date.parse(`${at}Z`);
}
