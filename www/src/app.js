// SPDX-License-Identifier: ISC
// The dashboard: starts the parts, chooses the view by the address, draws the frame around it.
import { render } from 'preact';
import { clockStart } from './clock.js';
import { commandApply } from './command.js';
import { eventsAdd, eventsForget, eventsRead } from './event.js';
import { ExplainDialog } from './explain.js';
import { house, houseApply, houseForget, houseLoad } from './house.js';
import { html } from './html.js';
import { LeaveDialog } from './leave_dialog.js';
import { live, liveListen, liveStart, liveStop } from './live.js';
import { pressListen } from './press.js';
import { navigate, routerStart, useRoute } from './router.js';
import { session } from './session.js';
import { Shell } from './shell.js';
import { useTopics, watch } from './store.js';
import { themeListen } from './theme_toggle.js';
import { Toasts, toastsForget } from './toast.js';
import { Alerts } from './view_alerts.js';
import { Attention } from './view_attention.js';
import { AutomationView } from './view_automation.js';
import { Automations } from './view_automations.js';
import { Calendars } from './view_calendars.js';
import { DeviceView } from './view_device.js';
import { Devices } from './view_devices.js';
import { EntityView } from './view_entity.js';
import { Events } from './view_events.js';
import { Floors } from './view_floors.js';
import { LabelList } from './view_labels.js';
import { Login, Setup } from './view_login.js';
import { Rooms } from './view_rooms.js';
import { ScenarioView } from './view_scenario.js';
import { Scenarios } from './view_scenarios.js';
import { System } from './view_system.js';
import { Empty, Heading } from './ui.js';

const RELOAD_MS = 60e3;

/** Address -> view; the part in brackets becomes the view's id. */
const ROUTES = [
	[/^\/$/, Rooms],
	[/^\/entities\/([^/]+)$/, EntityView],
	[/^\/devices$/, Devices],
	[/^\/devices\/([^/]+)$/, DeviceView],
	[/^\/floors$/, Floors],
	[/^\/labels$/, LabelList],
	[/^\/calendars$/, Calendars],
	[/^\/attention$/, Attention],
	[/^\/alerts$/, Alerts],
	[/^\/events$/, Events],
	[/^\/automations$/, Automations],
	[/^\/automations\/([^/]+)$/, AutomationView],
	[/^\/new-automation$/, AutomationView],
	[/^\/scenarios$/, Scenarios],
	[/^\/scenarios\/([^/]+)$/, ScenarioView],
	[/^\/new-scenario$/, ScenarioView],
	[/^\/system$/, System],
];

function NotFound() {
	return html`<${Heading} title="Not found" /><${Empty} icon="search"
		title="There is no such page"><p><a href="/">Go home</a>.</p></${Empty}>`;
}

function viewOf(path) {
	for (const [pattern, View] of ROUTES) {
		const match = pattern.exec(path);
		if (match) {
			return html`<${View} key=${path} id=${match[1] && decodeURIComponent(match[1])} />`;
		}
	}
	return html`<${NotFound} />`;
}

function App() {
	useTopics('session');
	const { path } = useRoute();
	if (path === '/setup') {
		return html`<${Setup} />`;
	}
	if (!session.token) {
		return html`<${Login} />`;
	}
	return html`<${Shell} path=${path}>${viewOf(path === '/login' ? '/' : path)}</${Shell}>
		<${ExplainDialog} /><${LeaveDialog} /><${Toasts} />`;
}

function onEvent(event) {
	houseApply(event);
	commandApply(event);
	eventsAdd([event]);
}

/** Lists that were read before may have missed what they follow: they see it among the newest of the log. */
function onLive(anew) {
	houseLoad();
	if (anew) {
		eventsRead().catch(() => {});
	}
}

/** Begins or ends what runs only while somebody is signed in. */
function followSession() {
	if (session.token && live.status === 'off') {
		liveStart({ onEvent, onLive });
		houseLoad();
	} else if (!session.token && live.status !== 'off') {
		liveStop();
		houseForget();
		eventsForget();
		toastsForget();
	}
}

/** Values that are reported again unchanged make no event: read their age now and then. */
function keepFresh() {
	setInterval(() => {
		if (session.token && house.loaded && document.visibilityState === 'visible') {
			houseLoad();
		}
	}, RELOAD_MS);
}

clockStart();
routerStart();
liveListen();
themeListen();
pressListen();
watch('session', followSession);
followSession();
keepFresh();
if (session.token && location.pathname === '/login') {
	navigate('/', true);
}
render(html`<${App} />`, document.getElementById('app'));
