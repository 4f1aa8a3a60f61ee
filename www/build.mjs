// SPDX-License-Identifier: ISC
// Builds the dashboard into OUT (default ../build/www): hashed files under assets/, the pages
// and the manifest with those names filled in. Usage: node build.mjs [OUT]
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? path.join(here, '../build/www'));
const fresh = `${out}.new`;

/** What everything together may weigh compressed, in bytes. */
const LIMIT = 150e3;

const common = {
	absWorkingDir: here, bundle: true, minify: true, metafile: true, target: 'es2022',
	entryNames: 'assets/[name]-[hash]', chunkNames: 'assets/[name]-[hash]',
	assetNames: 'assets/[name]-[hash]', outdir: fresh, legalComments: 'linked',
	charset: 'utf8', logLevel: 'warning',
};

async function bundle() {
	const modules = await build({ ...common, format: 'esm', splitting: true,
		entryPoints: { app: 'src/app.js', docs: 'src/docs.js' } });
	const rest = await build({ ...common, format: 'iife', entryPoints: {
		theme: 'src/theme.js', app: 'src/css/app.css', docs: 'src/css/docs.css' } });
	return { ...modules.metafile.outputs, ...rest.metafile.outputs };
}

/** Address of the file that was made from the source ENTRY. */
function addressOf(outputs, entry) {
	const [file] = Object.entries(outputs).find(([, output]) => output.entryPoint === entry);
	return `/${path.relative(fresh, path.resolve(here, file))}`;
}

/** Addresses of the files that a script imports at once, so that they load beside it. */
function importsOf(outputs, entry) {
	const output = Object.values(outputs).find((one) => one.entryPoint === entry);
	return output.imports.filter((one) => one.kind === 'import-statement')
	    .map((one) => `/${path.relative(fresh, path.resolve(here, one.path))}`);
}

function fill(outputs, mark) {
	const [verb, entry] = mark.split(' ');
	return entry ? importsOf(outputs, entry)
	    .map((address) => `<link rel="modulepreload" href="${address}">`).join('\n') :
	    addressOf(outputs, verb);
}

async function page(name, outputs) {
	const text = await readFile(path.join(here, 'static', name), 'utf8');
	const filled = text.replace(/\{\{([^}]+)\}\}/g, (_, mark) => fill(outputs, mark));
	await writeFile(path.join(fresh, name), filled);
}

/** Fails the build when the files have become too heavy for a phone. */
async function weigh() {
	const folder = path.join(fresh, 'assets');
	const names = (await readdir(folder)).filter((name) => /\.(js|css)$/.test(name));
	const sizes = await Promise.all(names.map(async (name) =>
	    gzipSync(await readFile(path.join(folder, name))).length));
	const total = sizes.reduce((sum, size) => sum + size, 0);
	if (total > LIMIT) {
		throw new Error(`${total} bytes compressed, at most ${LIMIT}`);
	}
	console.log(`dashboard: ${Math.ceil(total / 1000)} KB compressed`);
}

async function main() {
	await rm(fresh, { recursive: true, force: true });
	await mkdir(fresh, { recursive: true });
	const outputs = await bundle();
	await page('index.html', outputs);
	await page('docs.html', outputs);
	for (const name of ['manifest.webmanifest', 'icon.svg', 'icon-maskable.svg', 'robots.txt']) {
		await cp(path.join(here, 'static', name), path.join(fresh, name));
	}
	await weigh();
	await rm(out, { recursive: true, force: true });
	await rename(fresh, out);
}

await main();
