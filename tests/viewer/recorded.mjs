// A record as the page's verifier gives it, made from what the command line prints: the
// lines of `countersign log DIR --json` and the charter.

import { readFileSync } from 'node:fs';

const RUST = new URL('../../src/vocabulary/', import.meta.url);

// The rows of the vocabulary that headings and reasons are made from.
export function vocabulary(...files) {
  const rows = {};
  for (const file of files) {
    const text = readFileSync(new URL(`${file}.rs`, RUST), 'utf8');
    for (const [, name, en, ru] of text.matchAll(/^ {4}([A-Z_]+) "([^"]*)" "([^"]*)";$/gm)) rows[`${file}.${name}`] = [en, ru];
  }
  return rows;
}

// The record of entries in the order in which `log` prints them.
export function recorded({ ledger, charter, entries, docs = {} }) {
  const logs = new Map();
  const log = (name) => {
    if (!logs.has(name)) logs.set(name, { log: name, verdict: 'whole', entries: [], branches: [] });
    return logs.get(name);
  };
  let branch = null;
  for (const line of entries) {
    if (line.branch !== true) {
      log(line.log).entries.push(line);
      continue;
    }
    // Branches follow one another; each goes on from the entry before.
    const last = branch?.entries.at(-1);
    if (last === undefined || last.log !== line.log || last.hash !== line.prev) {
      branch = { log: line.log, entries: [] };
      log(line.log).branches.push(branch);
    }
    branch.entries.push(line);
  }
  const held = Object.entries(docs).map(([name, text]) => [name, new TextEncoder().encode(text)]);
  return { ledger, charter, logs, documents: new Map(held) };
}

// Where two values of JSON differ, by their paths.
export function differences(one, other, path = '') {
  if (one === other) return [];
  const isHolder = (value) => typeof value === 'object' && value !== null;
  if (!isHolder(one) || !isHolder(other)) {
    return [`${path}: ${JSON.stringify(one)} and not ${JSON.stringify(other)}`];
  }
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differences(one[key], other[key], `${path}.${key}`));
}
