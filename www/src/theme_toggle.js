// SPDX-License-Identifier: ISC
// The switch between the system's colours, light and dark. Topic: theme.
import { html } from './html.js';
import { Icon } from './icon.js';
import { notify, useTopics } from './store.js';

const CHOICES = {
	auto: { next: 'light', icon: 'auto', label: 'Colours: as the system' },
	light: { next: 'dark', icon: 'sun', label: 'Colours: light' },
	dark: { next: 'auto', icon: 'moon', label: 'Colours: dark' },
};

function choose(theme) {
	document.documentElement.dataset.theme = theme;
	localStorage.setItem('consciousness.theme', theme);
	notify('theme');
}

/** Tells the charts when the system changes its colours; called once. */
export function themeListen() {
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => notify('theme'));
}

export function ThemeToggle() {
	useTopics('theme');
	const choice = CHOICES[document.documentElement.dataset.theme] ?? CHOICES.auto;
	return html`<button class="icon-button" title=${choice.label} aria-label=${choice.label}
		data-test="theme" onClick=${() => choose(choice.next)}>
		<${Icon} name=${choice.icon} /></button>`;
}
