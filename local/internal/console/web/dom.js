// h makes an element. Children are elements or texts; texts stay texts, whatever they hold.
export function h(tag, properties = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(properties)) {
		if (name in element) element[name] = value;
		else element.setAttribute(name, value);
	}
	element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
	return element;
}

export const byId = (id) => document.getElementById(id);

// show puts a text into an element, which is hidden without one.
export function show(element, text) {
	element.textContent = text;
	element.hidden = !text;
}
