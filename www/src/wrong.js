// SPDX-License-Identifier: ISC
// The first thing that is wrong in a form: it gets the focus, and is said in words for who looks elsewhere. What is
// wrong carries data-wrong and has its .field-error in it.

const INPUTS = 'input, select, textarea, button, summary';

const textOf = (element) => element?.textContent.trim().replace(/\s+/g, ' ') ?? '';

const TITLES = ':scope > span, label, .field-head > span, .part-head strong, .part-title strong';

/** Its own title and that of the part of the form; INPUT may have a title alone. */
function titlesOf(element, input) {
	const titles = [textOf(element.querySelector(TITLES)) || input.getAttribute('aria-label')];
	for (let up = element.parentElement.closest('.parts'); up; up = up.parentElement.closest('.parts')) {
		titles.push(up.getAttribute('aria-label'));
	}
	return [titles[0], ...(titles.length > 1 ? [titles.at(-1)] : [])].filter(Boolean);
}

/** Goes to the first thing that is wrong in FORM and says it, or MESSAGE, with its place; null when nothing is. */
export function goToWrong(form, message) {
	const all = [...form.querySelectorAll('[data-wrong]')];
	const [first] = all;
	if (!first) {
		return null;
	}
	for (let up = first.closest('details'); up; up = up.parentElement.closest('details')) {
		up.open = true;
	}
	const input = first.querySelector('[aria-invalid="true"]') ?? first.querySelector(INPUTS);
	input.focus();
	input.scrollIntoView({ block: 'center' });
	const place = titlesOf(first, input).map((title) => `“${title}”`).join(' under ');
	const more = all.length > 1 ? ` More is wrong in ${all.length === 2 ? 'one other place' :
	    `${all.length - 1} other places`}.` : '';
	const said = (textOf(first.querySelector('.field-error')) || message).replace(/\.$/, '');
	return `${place}: ${said}.${more}`;
}
