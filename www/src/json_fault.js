// SPDX-License-Identifier: ISC
// Where a text stops being JSON, and what is wrong there: browsers say it in words of their own, often without a place.

const SPACE = /[ \t\r\n]*/y;
const VALUE = new RegExp(`"(?:[^"\\\\\u0000-\u001f]|\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4}))*"|${
	'-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?(?![\\w.])|(?:true|false|null)(?!\\w)'}`, 'y');

/** Why nothing fits that begins at AT, where WANTED should stand. */
function reasonAt(text, at, wanted) {
	switch (text[at]) {
	case undefined:
		return `it ends too early: ${wanted} is missing`;
	case '"':
		return wanted.startsWith('a comma') || wanted === 'a colon' ? `${wanted} is needed here` :
		    'this text has no end, or a character that must be written with \\';
	case '\'':
		return 'texts stand in double quotes';
	case ']':
	case '}':
	case ',':
		return `"${text[at]}" is too much here: ${wanted} is missing`;
	default:
		return `${wanted} is needed here`;
	}
}

/** The first fault: {at, why}; or null. */
function find(text) {
	const open = [];	// what closes each list and object that is open
	let at = 0;
	let wanted = 'a value';
	const take = (pattern) => {
		pattern.lastIndex = at;
		const [found] = pattern.exec(text) ?? [''];
		at += found.length;
		return found;
	};
	const fault = (what = wanted) => ({ at, why: reasonAt(text, at, what) });
	const after = () => (open.length > 0 ? `a comma or "${open.at(-1)}"` : null);
	for (;;) {
		take(SPACE);
		const sign = text[at];
		if (wanted === null) {
			return sign === undefined ? null : { at, why: 'the rest is too much' };
		}
		const first = wanted.endsWith(`or "${open.at(-1)}"`);	// what is open may end here
		if (first && sign === open.at(-1)) {
			at++;
			open.pop();
			wanted = after();
		} else if (wanted.startsWith('a comma')) {
			if (sign !== ',') {
				return fault();
			}
			at++;
			wanted = open.at(-1) === '}' ? 'a name in double quotes' : 'a value';
		} else if (wanted.startsWith('a name')) {
			if (sign !== '"' || take(VALUE) === '') {
				return fault();
			}
			take(SPACE);
			if (text[at] !== ':') {
				return fault('a colon');
			}
			at++;
			wanted = 'a value';
		} else if (sign === '{' || sign === '[') {
			at++;
			open.push(sign === '{' ? '}' : ']');
			wanted = sign === '{' ? 'a name in double quotes or "}"' : 'a value or "]"';
		} else if (take(VALUE) === '') {
			return fault();
		} else {
			wanted = after();
		}
	}
}

/** What is wrong with TEXT as JSON, with its line and column, in a sentence; null when nothing is. */
export function jsonFault(text) {
	const fault = find(text);
	if (!fault) {
		return null;
	}
	const before = text.slice(0, fault.at).split('\n');
	return `This is not valid JSON (line ${before.length}, column ${before.at(-1).length + 1}): ${fault.why}.`;
}
