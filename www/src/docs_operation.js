// SPDX-License-Identifier: ISC
// One operation of the interface: what it takes, what it answers, and a form to try it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { SchemaTable, exampleOf, resolve, typeText } from './docs_schema.js';
import { html } from './html.js';
import { session } from './session.js';

function jsonSchemaOf(content) {
	const [, media] = Object.entries(content ?? {}).find(([type]) => /json/.test(type)) ?? [];
	return media?.schema ?? null;
}

function Parameters({ list, spec }) {
	return list.length === 0 ? null : html`<h4>Parameters</h4>
		<div class="table-wrap" tabindex="0" role="group" aria-label="Parameters"><table>
		<thead><tr><th scope="col">Name</th><th scope="col">Where</th><th scope="col">Type</th>
			<th scope="col">Meaning</th></tr></thead>
		<tbody>${list.map((one) => html`<tr key=${one.name}><td><code>${one.name}</code>
			${one.required && html`<span class="must">required</span>`}</td><td>${one.in}</td>
			<td>${typeText(one.schema, spec)}</td><td>${one.description ?? ''}</td></tr>`)}
		</tbody></table></div>`;
}

function Responses({ responses, spec }) {
	return html`<h4>Answers</h4><ul class="answers">
		${Object.entries(responses ?? {}).map(([status, ref]) => {
			const one = resolve(ref, spec);
			const schema = jsonSchemaOf(one.content);
			return html`<li key=${status}><details><summary><span class="chip"
				data-tone=${status[0] === '2' ? 'good' : 'idle'}>${status}</span>
				${one.description ?? ''}</summary>
				${schema ? html`<${SchemaTable} schema=${schema} spec=${spec} />` :
				html`<p class="faint">No JSON body.</p>`}</details></li>`;
		})}</ul>`;
}

/** Fills {names} of PATH and the query from VALUES. */
function addressOf(path, parameters, values) {
	const filled = path.replace(/\{([^}]+)\}/g, (_, name) =>
	    encodeURIComponent(values[name] ?? ''));
	const query = new URLSearchParams(parameters.filter((one) => one.in === 'query' &&
	    values[one.name]).map((one) => [one.name, values[one.name]])).toString();
	return query ? `${filled}?${query}` : filled;
}

async function call(method, address, body) {
	const began = performance.now();
	const headers = session.token ? { Authorization: `Bearer ${session.token}` } : {};
	if (body) {
		headers['Content-Type'] = 'application/json';
	}
	const answer = await fetch(address, { method: method.toUpperCase(), headers,
		body: body || undefined });
	const text = await answer.text();
	const took = Math.round(performance.now() - began);
	try {
		return { status: answer.status, took, text: JSON.stringify(JSON.parse(text), null, 2) };
	} catch {
		return { status: answer.status, took, text: text.slice(0, 20000) };
	}
}

function TryIt({ method, path, parameters, bodySchema, spec }) {
	const [values, setValues] = useState({});
	const [body, setBody] = useState(() => (bodySchema ?
	    JSON.stringify(exampleOf(bodySchema, spec), null, 2) : ''));
	const [answer, setAnswer] = useState(null);
	const address = addressOf(path, parameters, values);
	const submit = async (e) => {
		e.preventDefault();
		setAnswer(await call(method, address, body)
		    .catch((why) => ({ status: 0, took: 0, text: String(why) })));
	};
	return html`<form class="try" onSubmit=${submit}>
		${parameters.filter((one) => ['path', 'query'].includes(one.in)).map((one) =>
			html`<label key=${one.name} class="field"><span>${one.name}</span>
				<input required=${one.required} value=${values[one.name] ?? ''}
				onInput=${(e) => setValues({ ...values, [one.name]: e.target.value })} /></label>`)}
		${bodySchema && html`<label class="field"><span>Body</span><textarea class="code" rows="7"
			spellcheck="false" value=${body} onInput=${(e) => setBody(e.target.value)}></textarea>
			</label>`}
		<div class="button-row"><button class="button primary">Send</button>
			<code class="address">${method.toUpperCase()} ${address}</code></div>
		${answer && html`<div role="status"><p><span class="chip" data-tone=${
			answer.status >= 200 && answer.status < 300 ? 'good' : 'alarm'}>${answer.status}</span>
			<span class="faint"> in ${answer.took} ms</span></p>
			<pre class="code" tabindex="0">${answer.text}</pre></div>`}
	</form>`;
}

function Details({ method, path, operation, spec }) {
	const [trying, setTrying] = useState(false);
	const parameters = operation.parameters.map((one) => resolve(one, spec));
	const bodySchema = jsonSchemaOf(resolve(operation.requestBody, spec)?.content);
	return html`<div class="operation-body">
		${operation.description && html`<p>${operation.description}</p>`}
		<${Parameters} list=${parameters} spec=${spec} />
		${bodySchema && html`<h4>Body</h4><${SchemaTable} schema=${bodySchema} spec=${spec} />`}
		<${Responses} responses=${operation.responses} spec=${spec} />
		<button class="button" aria-expanded=${trying ? 'true' : 'false'}
			onClick=${() => setTrying(!trying)}>Try it</button>
		${trying && html`<${TryIt} method=${method} path=${path} parameters=${parameters}
			bodySchema=${bodySchema} spec=${spec} />`}
	</div>`;
}

export function Operation(props) {
	const { method, path, operation } = props;
	const id = method + path;
	const isMeant = () => decodeURIComponent(location.hash) === `#${id}`;
	const [open, setOpen] = useState(isMeant);
	const ref = useRef(null);
	useEffect(() => {
		const show = () => {
			if (isMeant()) {
				setOpen(true);
				ref.current.scrollIntoView();
			}
		};
		show();
		addEventListener('hashchange', show);
		return () => removeEventListener('hashchange', show);
	}, [id]);
	return html`<details class="operation panel" id=${id} open=${open} ref=${ref}
		onToggle=${(e) => setOpen(e.currentTarget.open)}>
		<summary><span class="method" data-method=${method}>${method}</span>
			<code>${path}</code><span class="summary-text">${operation.summary ?? ''}</span></summary>
		${open && html`<${Details} ...${props} />`}
	</details>`;
}
