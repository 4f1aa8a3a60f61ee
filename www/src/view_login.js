// SPDX-License-Identifier: ISC
// Signing in, and the set-up of a new house by its one-time code.
import { useEffect, useState } from 'preact/hooks';
import { get, post } from './api.js';
import { html } from './html.js';
import { Logo } from './logo.js';
import { navigate } from './router.js';
import { session, sessionBegin } from './session.js';
import { ThemeToggle } from './theme_toggle.js';
import { Heading, ProblemNote } from './ui.js';

const MIN_PASSWORD = 8;

function Field({ label, hint, error, ...input }) {
	const note = `${input.name}-note`;
	return html`<div class="field"><label for=${input.name}>${label}</label>
		<input id=${input.name} required aria-invalid=${error ? 'true' : 'false'}
			aria-describedby=${error || hint ? note : undefined} ...${input} />
		${error ? html`<span class="field-error" id=${note}>${error}</span>` :
		hint && html`<span class="faint" id=${note}>${hint}</span>`}
	</div>`;
}

function Frame({ title, children }) {
	return html`<main class="gate">
		<div class="gate-tools"><${ThemeToggle} /></div>
		<div class="gate-card panel"><${Logo} /><${Heading} title=${title} />${children}</div>
	</main>`;
}

/** Sends FIELDS to PATH and begins the session with what comes back. */
function useGate(path) {
	const [problem, setProblem] = useState(null);
	const [busy, setBusy] = useState(false);
	const enter = async (fields, stay, goTo) => {
		setBusy(true);
		setProblem(null);
		try {
			const { access_token: token } = await post(path, fields);
			navigate(goTo, true);
			sessionBegin(token, stay);
		} catch (why) {
			setProblem(why);
			setBusy(false);
		}
	};
	return { problem, setProblem, busy, enter };
}

function Stay({ stay, setStay }) {
	return html`<label class="check"><input type="checkbox" checked=${stay}
		onChange=${(e) => setStay(e.target.checked)} /> Stay signed in on this device</label>`;
}

/** Goes to the set-up while nobody has set the house up. */
function useSetupNeeded() {
	useEffect(() => {
		get('/api/v1/setup').then(({ needed }) => needed && navigate('/setup', true))
		    .catch(() => {});
	}, []);
}

export function Login() {
	useSetupNeeded();
	const [form, setForm] = useState({ username: '', password: '' });
	const [stay, setStay] = useState(true);
	const { problem, busy, enter } = useGate('/api/v1/auth/login');
	const set = (key) => (e) => setForm({ ...form, [key]: e.target.value });
	const goTo = location.pathname === '/login' ? '/' : location.pathname + location.search;
	const submit = (e) => {
		e.preventDefault();
		enter(form, stay, goTo);
	};
	return html`<${Frame} title="Sign in">
		${session.message && html`<p class="note" role="status">${session.message}</p>`}
		<form class="form" onSubmit=${submit}>
			<${Field} label="Name" name="username" autocomplete="username" autocapitalize="off"
				value=${form.username} onInput=${set('username')} />
			<${Field} label="Password" name="password" type="password"
				autocomplete="current-password" value=${form.password}
				onInput=${set('password')} />
			<${Stay} stay=${stay} setStay=${setStay} />
			${problem && html`<${ProblemNote} problem=${problem} />`}
			<button class="button primary wide" disabled=${busy}>Sign in</button>
		</form>
		<p class="faint">First time here? <a href="/setup">Set up this house</a></p>
	</${Frame}>`;
}

const codeOfLink = () => new URLSearchParams(location.hash.slice(1)).get('code') ?? '';

export function Setup() {
	const [form, setForm] = useState({ code: codeOfLink(), username: '', password: '' });
	const [again, setAgain] = useState('');
	const [stay, setStay] = useState(true);
	const { problem, busy, enter } = useGate('/api/v1/setup');
	const set = (key) => (e) => setForm({ ...form, [key]: e.target.value });
	const differs = again !== '' && again !== form.password;
	const errorOf = (key) => (problem?.field === key ? problem.message : '');
	const submit = (e) => {
		e.preventDefault();
		if (again === form.password) {
			enter({ ...form, code: form.code.trim().toUpperCase() }, stay, '/');
		}
	};
	return html`<${Frame} title="Welcome to your house">
		<p>Create the first account. It owns the house.</p>
		<form class="form" onSubmit=${submit}>
			<${Field} label="One-time code" name="code" autocomplete="off" value=${form.code}
				error=${errorOf('code')} onInput=${set('code')}
				hint="Printed when the house was started, in its set-up link." />
			<${Field} label="Your name" name="username" autocomplete="username"
				autocapitalize="off" value=${form.username} error=${errorOf('username')}
				hint="One word, without blanks." onInput=${set('username')} />
			<${Field} label="Password" name="password" type="password" minlength=${MIN_PASSWORD}
				autocomplete="new-password" value=${form.password} error=${errorOf('password')}
				hint="A sentence is easier to remember than symbols."
				onInput=${set('password')} />
			<${Field} label="Password again" name="again" type="password"
				autocomplete="new-password" value=${again}
				error=${differs ? 'The two passwords differ.' : ''}
				onInput=${(e) => setAgain(e.target.value)} />
			<${Stay} stay=${stay} setStay=${setStay} />
			${problem && !errorOf(problem.field) && html`<${ProblemNote} problem=${problem} />`}
			<button class="button primary wide" disabled=${busy || differs}>Create account</button>
		</form>
		<p class="faint">Already set up? <a href="/login">Sign in</a></p>
	</${Frame}>`;
}
