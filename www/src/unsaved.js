// SPDX-License-Identifier: ISC
// What was written and not saved is not lost without a question, whichever way the page or the window is left.
import { useLayoutEffect } from 'preact/hooks';
import { notify, useTopics } from './store.js';

/** One thing for each form with changes, and what is done once somebody wants to leave them. */
const unsaved = new Set();
const asked = { act: null };

const onUnload = (e) => e.preventDefault();

/** While CHANGED, the form that calls this has something that would be lost; once it is gone, nothing more at once. */
export function useUnsaved(changed) {
	useLayoutEffect(() => {
		if (!changed) {
			return undefined;
		}
		const mine = {};
		unsaved.add(mine);
		addEventListener('beforeunload', onUnload);
		return () => {
			unsaved.delete(mine);
			if (unsaved.size === 0) {
				removeEventListener('beforeunload', onUnload);
			}
		};
	}, [changed]);
}

export const isAllSaved = () => unsaved.size === 0;

/** The forms with changes now, for leave(). */
export const unsavedNow = () => new Set(unsaved);

/** Calls ACT, after a question when a form has changes; BEFORE: forms that stay and so are not asked about. */
export function leave(act, before) {
	if ([...unsaved].every((one) => before?.has(one))) {
		act();
	} else {
		asked.act = act;
		notify('leaving');
	}
}

/** The open question: {yes, no}, or null. */
export function useQuestion() {
	useTopics('leaving');
	const { act } = asked;
	const close = () => {
		asked.act = null;
		notify('leaving');
	};
	return act && { no: close, yes: () => {
		close();
		act();
	} };
}
