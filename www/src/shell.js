// SPDX-License-Identifier: ISC
// The frame around every view: navigation, the live mark, the banner when not live.
import { useEffect, useState } from 'preact/hooks';
import { useAlertCount } from './alerts.js';
import { signOut } from './api.js';
import { ago } from './clock.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { live, liveRetry } from './live.js';
import { Logo } from './logo.js';
import { useTopics } from './store.js';
import { ThemeToggle } from './theme_toggle.js';
import { leave } from './unsaved.js';
import { useAttentionCount } from './view_attention.js';

/** [address, name, icon] */
const PLACES = [
	['/', 'Home', 'home'],
	['/devices', 'Devices', 'device'],
	['/attention', 'Attention', 'bell'],
	['/alerts', 'Alerts', 'warning'],
	['/events', 'Events', 'events'],
	['/automations', 'Automations', 'automation'],
	['/system', 'Health', 'health'],
];

/** How long a lost connection is not worth a word. */
const GRACE_MS = 1500;

/** Pages that have no place of their own. */
const PART_OF = [[/scenario|^\/new-automation|^\/calendars/, '/automations'], [/^\/labels/, '/devices']];

function isHere(place, path) {
	return place === '/' ? path === '/' || /^\/(entities|floors)/.test(path) :
	    path.startsWith(place) || PART_OF.some(([page, of]) => of === place && page.test(path));
}

function Places({ path }) {
	const counts = { '/attention': useAttentionCount(), '/alerts': useAlertCount() };
	return html`<nav class="places" aria-label="Main">
		${PLACES.map(([href, name, icon]) => html`<a key=${href} href=${href}
			aria-current=${isHere(href, path) ? 'page' : undefined}>
			<${Icon} name=${icon} /><span>${name}${counts[href] > 0 &&
				html`<span class="badge"><span class="hidden">: </span>${counts[href]}</span>`}</span>
			</a>`)}
	</nav>`;
}

/** True once the connection has been away for longer than the grace. */
function useLost() {
	useTopics('live', 'tick');
	const away = live.status === 'down' || live.status === 'connecting';
	const [late, setLate] = useState(false);
	useEffect(() => {
		setLate(false);
		const timer = away && setTimeout(() => setLate(true), GRACE_MS);
		return () => clearTimeout(timer);
	}, [away]);
	return away && late;
}

function Banner() {
	const lost = useLost();
	return html`<div class="banner-place" role="status" aria-live="polite">
		${lost && html`<div class="banner" data-test="not-live"><${Icon} name="offline" />
			<p><b>Not live.</b> What you see is from ${ago(live.since)}. Connecting again…</p>
			<button class="button" onClick=${liveRetry}>Try now</button></div>`}
	</div>`;
}

function LiveMark() {
	useTopics('live');
	const isLive = live.status === 'live';
	return html`<span class="live-mark" data-live=${isLive ? 'true' : 'false'}>
		<span class="dot"></span>${isLive ? 'Live' : 'Not live'}</span>`;
}

export function Shell({ path, children }) {
	return html`<div class="shell">
		<a class="skip" href="#content">Skip to content</a>
		<header class="side">
			<a class="brand" href="/"><${Logo} /><span>House<br />Consciousness</span></a>
			<${Places} path=${path} />
			<div class="side-foot"><${LiveMark} /><${ThemeToggle} />
				<button class="icon-button" aria-label="Sign out" title="Sign out"
					onClick=${() => leave(signOut)}><${Icon} name="logout" /></button></div>
		</header>
		<main id="content" class="content"><${Banner} />${children}</main>
	</div>`;
}
