// The page put together from its parts, for work on the page and for tests in browsers:
//
//     node tests/viewer/assemble.mjs [--src DIR]... [SNAPSHOT] -o FILE
//
// One page.html with the styles and the script in their places, the policy with the
// hashes of both, and behind it the files of the snapshot. Without a snapshot the page
// is an empty viewer. A module is looked for in each `--src` in turn, and last in
// `src/viewer`; their order is that of their imports, from page.js.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const VIEWER = join(ROOT, 'src', 'viewer');
const THEMES = join(ROOT, 'src', 'vocabulary');
const ROW = /^ {4}([A-Z0-9_]+)\s+("(?:[^"\\]|\\.)*")\s+("(?:[^"\\]|\\.)*");/gm;

/** The rows of the vocabulary, as the page has them: `{"theme.ROW": ["en", "ru"]}`. */
export function vocabulary() {
  const rows = {};
  for (const name of readdirSync(THEMES).sort()) {
    const text = readFileSync(join(THEMES, name), 'utf8');
    if (!text.includes('super::phrases!')) continue;
    for (const [, row, en, ru] of text.matchAll(ROW)) {
      rows[`${name.replace('.rs', '')}.${row}`] = [JSON.parse(en), JSON.parse(ru)];
    }
  }
  return rows;
}

function found(name, sources) {
  const folder = [...sources, VIEWER].find((one) => existsSync(join(one, name)));
  if (!folder) throw new Error(`no module ${name}`);
  return readFileSync(join(folder, name), 'utf8');
}

/** The modules in an order in which each stands behind what it imports. */
function ordered(sources) {
  const [all, met] = [new Map(), new Set()];
  const visit = (name) => {
    if (met.has(name)) return;
    met.add(name);
    const text = found(name, sources);
    for (const [, next] of text.matchAll(/^import .* from '\.\/([^']+)';?$/gm)) visit(next);
    all.delete(name);
    all.set(name, text);
  };
  visit('words.js');
  visit('page.js');
  return [...all.values()];
}

/** All modules as one script. */
export function script(sources = []) {
  const rows = JSON.stringify(vocabulary()).replaceAll('<', '\\u003c');
  const bare = ordered(sources).map((text) => text
    .split('\n').filter((line) => !line.startsWith('import ')).map((line) => line.replace(/^export /, '')).join('\n'));
  return `(()=>{"use strict";\nconst VOCABULARY = ${rows};\n${bare.join('\n')}\n})();\n`;
}

const hashed = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The page up to its data: the same for every snapshot. */
export function prefix(sources = []) {
  const code = script(sources);
  const style = ['page.css', 'strands.css'].map((name) => {
    try { return found(name, sources); } catch { return ''; }
  }).join('\n');
  const policy = `default-src 'none'; script-src ${hashed(code)}; style-src ${hashed(style)}; img-src data:; `
    + "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
  const parts = { POLICY: policy, STYLE: style, SCRIPT: code };
  return found('page.html', sources).replace(/\{(POLICY|STYLE|SCRIPT)\}/g, (_, name) => parts[name]);
}

function filesOf(folder, at = folder) {
  return readdirSync(at, { withFileTypes: true }).flatMap((one) => {
    const path = join(at, one.name);
    if (one.isDirectory()) return filesOf(folder, path);
    return one.isFile() ? [relative(folder, path).split(sep).join('/')] : [];
  });
}

/** The data behind the page: a line a file, the documents by their sizes. */
export function tail(folder) {
  const paths = filesOf(folder).filter((path) => path !== 'index.html' && path !== 'feed.xml');
  paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const lines = paths.map((path) => path.startsWith('docs/')
    ? `${path} - ${statSync(join(folder, path)).size}`
    : `${path} ${readFileSync(join(folder, path)).toString('base64')}`);
  return ['countersign.page/1', ...lines, 'end', ''].join('\n');
}

/** A whole page. */
export function assemble(folder, sources = []) {
  return prefix(sources) + (folder ? tail(folder) : '');
}

function main(words) {
  const sources = [];
  let folder = null;
  let out = null;
  while (words.length > 0) {
    const word = words.shift();
    if (word === '--src') sources.push(words.shift());
    else if (word === '-o') out = words.shift();
    else folder = word;
  }
  const page = assemble(folder, sources);
  if (out) writeFileSync(out, page);
  else process.stdout.write(page);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
