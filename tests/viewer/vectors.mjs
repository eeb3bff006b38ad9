// The files of tests/vectors and folders of snapshots, for the tests beside this one.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = new URL('../..', import.meta.url).pathname;

export function under(path) {
  return join(ROOT, path);
}

/** A vector: {name, headers, parts: Map of paths to bytes} (docs/SPEC.md section 15). */
export function readVector(path) {
  const bytes = new Uint8Array(readFileSync(path));
  const end = bytes.findIndex((byte, at) => byte === 10 && bytes[at + 1] === 10);
  const [headers, parts] = [{}, new Map()];
  let at = end + 2;
  for (const line of new TextDecoder().decode(bytes.subarray(0, end)).split('\n')) {
    const colon = line.indexOf(': ');
    const [name, value] = [line.slice(0, colon), line.slice(colon + 2)];
    if (name !== 'part') {
      headers[name] = value;
      continue;
    }
    const space = value.lastIndexOf(' ');
    const length = Number(value.slice(space + 1));
    parts.set(value.slice(0, space), bytes.slice(at, at + length));
    at += length;
  }
  return { headers, parts };
}

export function vectorsOf(rank) {
  const folder = under(`tests/vectors/${rank}`);
  return readdirSync(folder).sort().map((name) => ({ name, ...readVector(join(folder, name)) }));
}

/** The files of a folder as the page has them. */
export function filesOf(folder) {
  const files = new Map();
  for (const item of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(item.parentPath ?? item.path, item.name);
    if (item.isFile()) files.set(relative(folder, path), new Uint8Array(readFileSync(path)));
  }
  return files;
}
