// SPDX-License-Identifier: ISC
// Colours of the style sheet for what is drawn on a canvas.

/** The colour that the custom property NAME has now, as a canvas understands it. */
export function colour(name) {
	const probe = document.createElement('span');
	probe.style.color = `var(${name})`;
	document.body.append(probe);
	const value = getComputedStyle(probe).color;
	probe.remove();
	return value;
}
