// SPDX-License-Identifier: ISC
// Components that are drawn again only for other properties or by what they listen to themselves.
import { Component, h } from 'preact';

function isSame(a, b) {
	return a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length &&
	    a.every((one, i) => one === b[i]));
}

/** VIEW, left alone while its properties are the same; lists are compared by their members. */
export function memo(View) {
	return class extends Component {
		shouldComponentUpdate(next) {
			const names = new Set([...Object.keys(next), ...Object.keys(this.props)]);
			return [...names].some((name) => !isSame(next[name], this.props[name]));
		}

		render(props) {
			return h(View, props);
		}
	};
}
