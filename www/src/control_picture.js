// SPDX-License-Identifier: ISC
// The newest picture of a camera or an image. One that the house keeps needs the token, so it is fetched and put into
// the page as data; one that has an address elsewhere is a link.
import { useEffect, useState } from 'preact/hooks';
import { getDataUrl } from './api.js';
import { timeText } from './clock.js';
import { entityFullName, isUnknown } from './entity.js';
import { html } from './html.js';
import { Icon } from './icon.js';
import { useLoad } from './ui.js';
import { webAddress } from './web_address.js';

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

/**
 * Where the picture of an entity is: {path} in the house's interface, {src} on a page of the ORIGIN, {href} elsewhere,
 * from where the house's Content-Security-Policy lets no picture into the page; null while there is none.
 */
export function pictureOf({ entity_id: id, state, attributes }, origin) {
	const url = attributes?.image_url;
	if (webAddress(url)) {
		return new URL(url).origin === origin ? { src: url } : { href: url };
	}
	return isUnknown(state) ? null : { path: `/api/v1/entities/${encodeURIComponent(id)}/image` };
}

function PictureLink({ href, time }) {
	return html`<p><a class="button" href=${href} target="_blank" rel="noreferrer"><${Icon} name="picture" />
		<span>Open the picture at ${new URL(href).host}</span></a></p>
		<figcaption class="faint">${timeText(time)}</figcaption>`;
}

/** The picture at SRC; a link to it when it cannot be shown. */
function Picture({ src, alt, time }) {
	const [failed, setFailed] = useState(null);
	return failed === src ? html`<${PictureLink} href=${src} time=${time} />` :
	    html`<img key=${time} src=${src} alt=${alt} onError=${() => setFailed(src)} />`;
}

export function PictureBody({ entity }) {
	const shown = useCalm(entity.last_updated);
	const { path, src, href } = pictureOf(entity, location.origin) ?? {};
	const { data, problem } = useLoad(async (signal) => (path && shown ? getDataUrl(path, signal) : ''),
	    [path, shown]);
	const alt = `${entityFullName(entity)}, ${timeText(shown)}`;
	if (href || src) {
		return html`<figure class="picture">${href ? html`<${PictureLink} href=${href} time=${shown} />` :
			html`<${Picture} src=${src} alt=${alt} time=${shown} />`}</figure>`;
	}
	return html`<figure class="picture">
		${data && html`<img src=${data} alt=${alt} />`}
		${!data && html`<p class="faint">${problem && problem.status !== 404 ? problem.message :
			'No picture yet'}</p>`}
	</figure>`;
}
