// SPDX-License-Identifier: ISC
// The newest picture of a camera or an image. The picture needs the token, so it is fetched and put
// into the page as data.
import { useEffect, useState } from 'preact/hooks';
import { getDataUrl } from './api.js';
import { timeText } from './clock.js';
import { entityFullName } from './entity.js';
import { html } from './html.js';
import { useLoad } from './ui.js';

/** A moment to gather the pictures of a fast camera. */
const GATHER_MS = 1000;

/** The time of the newest report, at most once a second. */
function useCalm(time) {
	const [calm, setCalm] = useState(time);
	useEffect(() => {
		const timer = setTimeout(() => setCalm(time), GATHER_MS);
		return () => clearTimeout(timer);
	}, [time]);
	return calm;
}

export function PictureBody({ entity }) {
	const id = entity.entity_id;
	const shown = useCalm(entity.last_updated);
	const { data, problem } = useLoad(async (signal) => (shown ?
	    getDataUrl(`/api/v1/entities/${encodeURIComponent(id)}/image`, signal) : ''), [id, shown]);
	return html`<figure class="picture">
		${data && html`<img src=${data} alt=${`${entityFullName(entity)}, ${timeText(shown)}`} />`}
		${!data && html`<p class="faint">${problem && problem.status !== 404 ? problem.message :
			'No picture yet'}</p>`}
	</figure>`;
}
