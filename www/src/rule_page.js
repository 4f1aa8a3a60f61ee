// SPDX-License-Identifier: ISC
// The page of one automation or scenario: writing it, what it did, its versions; or that it was deleted.
import { get, getTagged } from './api.js';
import { ago } from './clock.js';
import { actorText } from './event.js';
import { html } from './html.js';
import { partsOf } from './rule_draft.js';
import { pathOf, RuleEditor } from './rule_editor.js';
import { loadLanguage } from './rule_language.js';
import { RuleRuns } from './rule_runs.js';
import { useTopics } from './store.js';
import { Empty, Heading, Placeholder, ProblemNote, useLoad } from './ui.js';
import { Versions, VersionsFold } from './versions.js';

const titled = (noun) => noun[0].toUpperCase() + noun.slice(1);

/** In place of the page of one that is not there. */
function Gone({ of, id, reload }) {
	const { data, problem } = useLoad(() => get('/api/v1/revisions', { kind: of.noun, id, limit: 1 }), [id]);
	if (!data && !problem) {
		return html`<${Heading} title=${titled(of.noun)} /><${Placeholder} rows=${2} />`;
	}
	const [last] = data?.revisions ?? [];
	const who = last && actorText({ actor: last.author });
	return html`<${Heading} title=${last?.name ?? titled(of.noun)} />
		<div class="stack">${last ? html`<p class="note" role="status">It was deleted ${ago(last.time)}${
				who && ` by ${who}`}. Each of its versions below brings it back.</p>
			${of.noun === 'automation' && html`<${RuleRuns} id=${id} serial=${last.id} gone=${true} />`}
			<${Versions} kind=${of.noun} id=${id} onRestored=${reload} />` :
		html`<${Empty} icon="search" title=${`There is no such ${of.noun}`}>
			<p><a href=${of.back}>All ${of.noun}s</a></p></${Empty}>`}</div>`;
}

/** {saved: {doc, tag} or null, language, initial} */
async function load(of, id, signal) {
	const [saved, language] = await Promise.all([id ? getTagged(pathOf(of, id), signal) : null, loadLanguage()]);
	return { saved, language, initial: saved ? partsOf(saved.doc, of.hidden, of.usual) : of.empty };
}

/** Parts of the page by the ids of what they begin with. */
const PLACES = [['runs-title', 'Runs'], ['why', 'Why?'], ['versions-title', 'Versions']];

/** To what stands below a long form, on a phone: no step of the browser's, which might ask about what is written. */
function PageLinks() {
	const goTo = (id) => (e) => {
		const place = document.getElementById(id);
		e.preventDefault();
		place?.scrollIntoView();
		place?.focus({ preventScroll: true });
	};
	return html`<nav class="page-links" aria-label="On this page">${PLACES.map(([id, text]) =>
		html`<a key=${id} class="button quiet" href=${`#${id}`} onClick=${goTo(id)}>${text}</a>`)}</nav>`;
}

/** OF: as RuleEditor says, with Tools beside the heading, further Buttons, and what is empty. */
export function RulePage({ of, id }) {
	useTopics('house');
	const { data, problem, reload } = useLoad((signal) => load(of, id, signal), [id]);
	const { saved, language, initial } = data ?? {};
	const doc = saved?.doc;
	if (problem?.status === 404) {
		return html`<${Gone} of=${of} id=${id} reload=${reload} />`;
	}
	const past = { kind: of.noun, id, serial: doc?.revision, onRestored: reload };
	return html`<${Heading} title=${id ? doc?.name ?? titled(of.noun) : `New ${of.noun}`}>
			${doc && of.Tools && html`<${of.Tools} doc=${doc} />`}</${Heading}>
		${doc && of.Tools && html`<${PageLinks} />`}
		${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
		${!data && !problem && html`<${Placeholder} rows=${6} />`}
		${data && html`<${RuleEditor} key=${saved?.tag} of=${of} id=${id} language=${language}
			initial=${initial} saved=${saved} again=${reload}>${doc && of.Buttons &&
			html`<${of.Buttons} doc=${doc} />`}</${RuleEditor}>`}
		${doc && html`<${RuleRuns} scenario=${of.noun === 'scenario'} id=${id} serial=${doc.revision} />`}
		${doc && (of.Tools ? html`<${Versions} ...${past} />` :
			html`<${VersionsFold} panel=${true} ...${past} />`)}`;
}
