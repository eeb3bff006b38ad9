// Snapshots as pages: the viewer from the program, and the files of a folder behind it.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const CORPUS = join(ROOT, 'tests', 'corpus');

/** What the program prints. */
export function run(binary, ...words) {
  return spawnSync(binary, words, { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C' } });
}

/** The constant viewer: from the program, or from the sources that COUNTERSIGN_SOURCES names. */
export async function viewer(binary, work) {
  const file = join(work, 'viewer.html');
  if (!process.env.COUNTERSIGN_SOURCES && (existsSync(file) || run(binary, 'viewer', '-o', file).status === 0)) {
    return readFileSync(file);
  }
  const { prefix } = await import('../viewer/assemble.mjs');
  return Buffer.from(prefix([process.env.COUNTERSIGN_SOURCES].filter(Boolean)));
}

function filesOf(folder, at = folder) {
  return readdirSync(at, { withFileTypes: true }).flatMap((one) => {
    const path = join(at, one.name);
    return one.isDirectory() ? filesOf(folder, path) : [relative(folder, path).split(sep).join('/')];
  });
}

/** The sealed tail of a folder. */
export function tail(folder) {
  const paths = filesOf(folder).filter((path) => path !== 'index.html' && path !== 'feed.xml');
  paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const line = (path) => path.startsWith('docs/')
    ? `${path} - ${statSync(join(folder, path)).size}`
    : `${path} ${readFileSync(join(folder, path)).toString('base64')}`;
  return ['countersign.page/1', ...paths.map(line), 'end', ''].join('\n');
}

/** The page of a folder: the one that was published there, or the viewer and its tail. */
export async function pageOf(folder, binary, work) {
  const own = join(folder, 'index.html');
  if (existsSync(own) && !process.env.COUNTERSIGN_SOURCES) return readFileSync(own);
  return Buffer.concat([await viewer(binary, work), Buffer.from(tail(folder))]);
}

/** One of the two examples, published by the program; made once in a work folder. */
export function example(name, binary, work) {
  const out = join(work, name);
  if (!existsSync(join(out, 'snapshot'))) {
    const bin = join(work, 'bin');
    mkdirSync(bin, { recursive: true });
    const link = join(bin, 'countersign');
    if (!existsSync(link)) writeFileSync(link, `#!/bin/sh\nexec '${binary}' "$@"\n`, { mode: 0o755 });
    const made = spawnSync('sh', [join(ROOT, 'examples', name, 'build.sh'), out], {
      encoding: 'utf8', env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, LC_ALL: 'C' },
    });
    if (made.status !== 0) throw new Error(`${name}: ${made.stdout}${made.stderr}`);
  }
  return join(out, 'snapshot');
}

/** What the program finds, and the headline that is due for it where no key was compared. */
export function due(binary, folder) {
  const report = JSON.parse(run(binary, 'verify', folder, '--json').stdout);
  const found = report.findings.map((finding) => finding.code).filter((code) => code !== 'not_pinned' && !code.startsWith('page_'));
  const codes = [...new Set(found)].sort();
  const held = report.logs.every((log) => log.verdict === 'whole');
  const whole = report.verdict === 'whole' || (report.verdict === 'incomplete' && held
    && report.findings.every((finding) => !finding.copy || finding.code === 'not_pinned' || finding.code.startsWith('page_')));
  return { state: whole ? 'whole' : report.verdict, codes, report };
}

/** The codes of a headline, as a sorted list. */
export function codesOf(told) {
  const all = told.codes.split(/[ ,]+/).filter((code) => code && code !== 'not_pinned' && !code.startsWith('page_'));
  return [...new Set(all)].sort();
}

/** The snapshots of the corpus, by name. */
export function corpus() {
  return readdirSync(CORPUS).sort().map((name) => ({ name: basename(name), folder: join(CORPUS, name, 'snapshot') }));
}
