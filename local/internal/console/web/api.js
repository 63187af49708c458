const root = "/-/console/api/";
const token = document.querySelector("meta[name=token]").content;

// ask calls the console's API. The promise fails with one sentence, and with the id of the query that failed.
export async function ask(path, { method = "GET", body, signal } = {}) {
	const headers = { "X-Console-Token": token };
	if (body) headers["Content-Type"] = "application/json";
	let response;
	try {
		response = await fetch(root + path, { method, headers, body: body && JSON.stringify(body), signal });
	} catch (error) {
		if (error.name === "AbortError") throw error;
		throw new Error("athena-local does not answer: is it still running?");
	}
	const text = await response.text();
	if (response.ok) return text ? JSON.parse(text) : null;
	let said;
	try {
		said = JSON.parse(text);
	} catch {
		said = { error: text.trim() || response.statusText };
	}
	throw Object.assign(new Error(said.error), { query: said.query });
}
