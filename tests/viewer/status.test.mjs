// What the page says of a record is what the program says: recorded accounts of whole
// ledgers, and every vector of effect.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bodyOf } from '../../src/viewer/bodies.js';
import { cutAt, cutDated } from '../../src/viewer/cut.js';
import { digestOf } from '../../src/viewer/digest.js';
import { asks, commitments, status, withoutEffect } from '../../src/viewer/status.js';
import { differences, recorded, vocabulary } from './recorded.mjs';

globalThis.VOCABULARY = vocabulary('standing', 'effect');

const HERE = new URL('.', import.meta.url);
const VECTORS = new URL('../vectors/effect/', HERE);

function optionsAt(record, cut, expected) {
  const report = { verdict: expected.verdict, findings: expected.findings };
  if (cut === '') return { day: expected.cut.day, report };
  if (cut.includes('/')) {
    const named = cut.split(',').map((cited) => cited.split('/'));
    return { cut: cutAt(record, Object.fromEntries(named.map(([log, seq]) => [log, Number(seq)]))), report };
  }
  return { cut: cutDated(record, `${cut}T23:59:59Z`), day: cut, day_by: 'named', report };
}

for (const file of readdirSync(new URL('fixtures/', HERE))) {
  const fixture = JSON.parse(readFileSync(new URL(`fixtures/${file}`, HERE), 'utf8'));
  for (const { cut, status: said } of fixture.at) {
    test(`${file} at ${cut || 'all that is held'}`, () => {
      const record = recorded(fixture);
      const { format, ledger, ...expected } = said;
      const options = optionsAt(record, cut, expected);
      assert.deepEqual(status(record, options), expected);
      const { splits, texts, questions } = expected;
      assert.deepEqual(commitments(record, options), { cut: expected.cut, splits, texts });
      assert.deepEqual(asks(record, options), { cut: expected.cut, splits, questions });
    });
  }
}

test('digests are SHA-256', () => {
  for (const size of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const bytes = new Uint8Array(size).fill(size);
    assert.equal(digestOf(bytes), createHash('sha256').update(bytes).digest('hex'));
  }
});

// ---- Vectors of effect: a head of lines, an empty line, the files one behind another.

function vectorAt(name) {
  const bytes = readFileSync(new URL(name, VECTORS));
  const end = bytes.indexOf('\n\n');
  const head = bytes.subarray(0, end).toString('utf8').split('\n').map((line) => line.split(/: (.*)/s));
  const files = new Map();
  let from = end + 2;
  for (const [key, value] of head) {
    if (key !== 'part') continue;
    const [path, size] = value.split(' ');
    files.set(path, bytes.subarray(from, from + Number(size)));
    from += Number(size);
  }
  return { files, ...Object.fromEntries(head.filter(([key]) => key !== 'part')) };
}

function* notesIn(bundle) {
  for (let at = 0; at < bundle.length;) {
    const size = bundle.readUInt16BE(at);
    yield bundle.subarray(at + 2, at + 2 + size);
    at += 2 + size;
  }
}

function entryOf(note) {
  const value = JSON.parse(note.toString('utf8').split('\n')[1]);
  const hash = createHash('sha256').update(Buffer.of(0)).update(note).digest('hex');
  return {
    ...value, log: value.author, entry: `${value.author}/${value.seq}`, hash, said: value.said ?? null,
    seen: value.seen ?? {}, prev: value.prev ?? null, sealed: true,
  };
}

function recordIn(files) {
  const charter = files.get('charter.json');
  const bundles = [...files].filter(([path]) => path.includes('/tile/entries/')).map(([, bytes]) => bytes);
  const docs = [...files].filter(([path]) => path.startsWith('docs/'));
  return recorded({
    ledger: createHash('sha256').update(charter).digest('hex'),
    charter: JSON.parse(charter),
    entries: bundles.flatMap((bundle) => [...notesIn(bundle)].map(entryOf)),
    docs: Object.fromEntries(docs.map(([path, bytes]) => [path.slice(5), bytes.toString('utf8')])),
  });
}

// The words of a reason, as the command line prints it.
function reasonOf({ row, places }) {
  if (row === null) return 'not understood';
  const text = VOCABULARY[`effect.${row}`][0].replace(/\{(\w+)\}/g, (_, name) => places[name]);
  return `without: ${text}`;
}

for (const name of readdirSync(VECTORS)) {
  test(`vector effect/${name}`, () => {
    const vector = vectorAt(name);
    const record = recordIn(vector.files);
    const [log, seq] = vector.at.split('/');
    const entry = record.logs.get(log).entries[Number(seq)];
    const why = withoutEffect(record).get(entry.hash);
    let said = why === undefined ? 'ok' : reasonOf(why);
    // What names no other entry is no act; whether it is understood is seen from its body.
    if (bodyOf(entry) === null) said = 'not understood';
    const due = vector.expect.startsWith('not understood') ? 'not understood' : vector.expect;
    assert.equal(said, due);
  });
}
