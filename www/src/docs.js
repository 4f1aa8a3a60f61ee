// SPDX-License-Identifier: ISC
// The page /docs: the house's interface, read from its own OpenAPI document.
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { get } from './api.js';
import { Operation } from './docs_operation.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { Logo } from './logo.js';
import { session, sessionBegin, sessionEnd } from './session.js';
import { useTopics } from './store.js';
import { ThemeToggle, themeListen } from './theme_toggle.js';
import { Placeholder, ProblemNote, useLoad } from './ui.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** [[tag, [{method, path, operation}]]] in the order of the document. */
function groupsOf(spec) {
	const groups = new Map((spec.tags ?? []).map((tag) => [tag.name, []]));
	for (const [path, item] of Object.entries(spec.paths ?? {})) {
		for (const method of METHODS.filter((name) => item[name])) {
			const operation = { ...item[method], parameters: [...(item.parameters ?? []),
				...(item[method].parameters ?? [])] };
			const tag = operation.tags?.[0] ?? 'other';
			groups.set(tag, [...(groups.get(tag) ?? []), { method, path, operation }]);
		}
	}
	return [...groups].filter(([, rows]) => rows.length > 0);
}

function matches({ method, path, operation }, text) {
	return `${method} ${path} ${operation.summary ?? ''}`.toLowerCase().includes(text);
}

function TokenField() {
	useTopics('session');
	const [token, setToken] = useState('');
	if (session.token) {
		return html`<p class="docs-token"><${Icon} name="key" />Requests carry your token.
			<button class="button" onClick=${() => sessionEnd()}>Forget it</button></p>`;
	}
	const submit = (e) => {
		e.preventDefault();
		sessionBegin(token.trim(), false);
	};
	return html`<form class="docs-token" onSubmit=${submit}><${Icon} name="key" />
		<label>Token <input type="password" required autocomplete="off" value=${token}
			onInput=${(e) => setToken(e.target.value)} /></label>
		<button class="button">Use</button> or <a href="/login">sign in</a></form>`;
}

function Contents({ groups }) {
	return html`<nav class="docs-nav" aria-label="Contents">
		${groups.map(([tag, rows]) => html`<div key=${tag}><a href=${`#tag-${tag}`}><b>${tag}</b></a>
			<ul>${rows.map(({ method, path }) => html`<li key=${method + path}>
				<a href=${`#${method}${path}`}><span class="method" data-method=${method}>
				${method}</span><span>${path.replace('/api/v1', '')}</span></a></li>`)}</ul>
		</div>`)}
	</nav>`;
}

function Groups({ groups, spec }) {
	return groups.map(([tag, rows]) => html`<section key=${tag} id=${`tag-${tag}`}
		aria-labelledby=${`title-${tag}`}><h2 id=${`title-${tag}`}>${tag}</h2>
		<p class="faint">${spec.tags?.find((one) => one.name === tag)?.description ?? ''}</p>
		${rows.map((row) => html`<${Operation} key=${row.method + row.path} ...${row}
			spec=${spec} />`)}
	</section>`);
}

function Docs() {
	const { data: spec, problem, reload } = useLoad(() => get('/api/v1/openapi.json'), []);
	const [text, setText] = useState('');
	const groups = spec ? groupsOf(spec).map(([tag, rows]) => [tag,
		rows.filter((row) => matches(row, text.trim().toLowerCase()))])
	    .filter(([, rows]) => rows.length > 0) : [];
	return html`<div class="docs">
		<header class="docs-head"><a class="brand" href="/"><${Logo} />
			<span>House<br />Consciousness</span></a><${ThemeToggle} /></header>
		${spec && html`<${Contents} groups=${groups} />`}
		<main class="docs-main">
			<h1>${spec?.info?.title ?? 'Programming interface'}</h1>
			<p class="faint">${spec ? `Version ${spec.info?.version}. ` : ''}
				<a href="/api/v1/openapi.json">OpenAPI document</a></p>
			<p>${spec?.info?.description ?? ''}</p>
			<${TokenField} />
			<label class="search"><${Icon} name="search" /><input type="search" value=${text}
				placeholder="Search operations" aria-label="Search operations"
				onInput=${(e) => setText(e.target.value)} /></label>
			${problem && html`<${ProblemNote} problem=${problem} onRetry=${reload} />`}
			${!spec && !problem && html`<${Placeholder} rows=${8} />`}
			${spec && html`<${Groups} groups=${groups} spec=${spec} />`}
		</main>
	</div>`;
}

themeListen();
render(html`<${Docs} />`, document.getElementById('docs'));
