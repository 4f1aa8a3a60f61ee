// SPDX-License-Identifier: ISC
// A field in which one picks of many by typing part of what is meant; nothing is taken before Enter or a press.
import { useEffect, useState } from 'preact/hooks';
import { html } from './html.js';

/** Drawn at once; who wants others types on. */
const SHOWN_MAX = 50;

/** [[room, [[id, name]]]] of what has every word of TEXT in its name, room or id. */
function matching(groups, text) {
	const words = text.toLowerCase().split(/\s+/).filter(Boolean);
	return groups.map(([room, rows]) => [room, rows.filter(([id, name]) => {
		const all = `${name} ${room} ${id}`.toLowerCase();
		return words.every((word) => all.includes(word));
	})]).filter(([, rows]) => rows.length > 0);
}

/** The first MOST rows of the groups. */
function firstOf(groups, most) {
	let left = most;
	return groups.map(([room, rows]) => {
		const some = rows.slice(0, Math.max(left, 0));
		left -= rows.length;
		return [room, some];
	}).filter(([, rows]) => rows.length > 0);
}

function Listbox({ id, title, groups, active, take }) {
	let at = 0;
	const option = ([value, name], room) => {
		const i = at++;
		return html`<div key=${value} id=${`${id}-${i}`} role="option" data-value=${value}
			aria-selected=${i === active ? 'true' : 'false'} onClick=${() => take(value)}>${name}
			${room && html` <span class="faint">${value}</span>`}</div>`;
	};
	// a press must not take the focus from the input
	return html`<div id=${id} role="listbox" aria-label=${title} class="combobox-list"
		onMouseDown=${(e) => e.preventDefault()}>${groups.map(([room, rows]) => (room ?
		html`<div key=${room} role="group" aria-label=${room}>
			<span class="combobox-room" aria-hidden="true">${room}</span>
			${rows.map((row) => option(row, room))}</div>` : rows.map((row) => option(row))))}</div>`;
}

/** Which option the key leads to among N, from AT (-1: none); undefined: it leads nowhere. */
function moved(key, at, n) {
	switch (key) {
	case 'ArrowDown':
		return (at + 1) % n;
	case 'ArrowUp':
		return at <= 0 ? n - 1 : at - 1;
	case 'PageDown':
		return Math.min(at + 10, n - 1);
	case 'PageUp':
		return Math.max(at - 10, 0);
	default:
		return undefined;
	}
}

/** What is typed (null: nothing yet), whether the list is open, and which option is active (-1: none). */
const CLOSED = { text: null, open: false, active: -1 };

/**
 * GROUPS: [[room, [[id, name]]]]. TAKE is told the id of what is picked, and undefined when the text is emptied that
 * says what is picked already, SHOWN. HINT stands where nothing is. TITLE names the input where no label does.
 */
export function Combobox({ id, title, shown = '', hint, groups, take, invalid, describedBy }) {
	const [{ text, open, active }, setState] = useState(CLOSED);
	const found = open ? matching(groups, text ?? '') : [];
	const drawn = firstOf(found, SHOWN_MAX);
	const values = drawn.flatMap(([, rows]) => rows.map(([value]) => value));
	const more = found.reduce((sum, [, rows]) => sum + rows.length, 0) - values.length;
	const list = `${id}-list`;
	useEffect(() => {
		document.getElementById(`${list}-${active}`)?.scrollIntoView({ block: 'nearest' });
	}, [active]);
	useEffect(() => {
		document.getElementById(list)?.parentElement.scrollIntoView({ block: 'nearest' });
	}, [open]);
	const pick = (value) => {
		setState(CLOSED);
		take(value);
	};
	const leave = () => {
		setState(CLOSED);
		if (text === '' && shown !== '') {
			take(undefined);
		}
	};
	const onKeyDown = (e) => {
		const at = moved(e.key, active, values.length || 1);
		if (at !== undefined) {
			e.preventDefault();
			setState({ text, open: true, active: open && values.length > 0 ? at : -1 });
		} else if (open && e.key === 'Escape') {
			e.preventDefault();
			setState(CLOSED);
		} else if (open && e.key === 'Enter') {
			e.preventDefault();
			if (values[active] !== undefined) {
				pick(values[active]);
			} else {
				leave();
			}
		}
	};
	return html`<div class="combobox"><input id=${id} class="select" role="combobox" aria-label=${title}
			aria-autocomplete="list" aria-expanded=${open ? 'true' : 'false'}
			aria-controls=${open ? list : undefined} aria-invalid=${invalid} aria-describedby=${describedBy}
			aria-activedescendant=${open && active >= 0 ? `${list}-${active}` : undefined}
			autocomplete="off" autocapitalize="off" spellcheck="false" placeholder=${hint}
			value=${text ?? shown} onFocus=${(e) => e.target.select()} onBlur=${leave}
			onClick=${() => setState({ text, open: true, active })} onKeyDown=${onKeyDown}
			onInput=${({ target: { value } }) => setState({ text: value, open: true,
				active: value.trim() ? 0 : -1 })} />
		${open && html`<div class="combobox-popup"><${Listbox} id=${list} groups=${drawn}
				title=${`Choices: ${title ?? hint}`} active=${active} take=${pick} />
			${(more > 0 || values.length === 0) && html`<p class="faint" role="status">${more > 0 ?
				`${more} more: type part of a name, a room or an id` :
				'Nothing has that name, room or id'}</p>`}</div>`}</div>`;
}
