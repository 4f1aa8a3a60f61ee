// SPDX-License-Identifier: ISC
// A text of the house in which the ids of entities become the names that people know, with the way to them.
import { entityFullName } from './entity.js';
import { house } from './house.js';
import { html } from './html.js';

const ID = /([a-z_]+\.[a-z0-9_]+)/;

export function LinkedText({ text }) {
	// split() by a group keeps what it stands for at the odd places
	return text.split(ID).map((part, at) => (at % 2 === 1 && house.entities.has(part) ?
	    html`<a key=${at} href=${`/entities/${part}`}>${entityFullName(house.entities.get(part))}</a>` : part));
}
