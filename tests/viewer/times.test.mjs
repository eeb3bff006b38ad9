// By when entries existed, under whose word: src/viewer/times.js. That the page and the
// command line say the same of the witnessed example is tried by tests/browser/use.mjs.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readTrust, timesOf } from '../../src/viewer/times.js';

const KEYS = [
  'w1.example+2e5a873e+BEJsmvX7Hh64uz0bJumMGBaInv6XNFK02hmLFbdmrnUe',
  'w2.example+33e05926+BMAhCghtUMYQpQQfADXl8cGv6sbt8LHjBswN9ZmF9TAO',
];
const POLICY = `witness W1 ${KEYS[0]} https://w1.example\nwitness W2 ${KEYS[1]}\ntsa T1 81ac 1.2.3.4 60\ngroup g 2 W1 W2 T1\nquorum g\n`;

// Two logs: b/0 receipts a/0; a/1 names the file of evidence `f1`; b/1 receipts a/1.
function record() {
  const entry = (log, seq, seen = {}, after = []) => ({ entry: `${log}/${seq}`, log, seq, seen, after, said: null, hash: `${log}${seq}` });
  const logs = { a: [entry('a', 0), entry('a', 1, {}, ['f1'])], b: [entry('b', 0, { a: { size: 1 } }), entry('b', 1, { a: { size: 2 } })] };
  return {
    members: [{ name: 'a' }, { name: 'b' }],
    logs: new Map(Object.entries(logs).map(([log, entries]) => [log, { log, entries, branches: [] }])),
    entries: [logs.a[0], logs.b[0], logs.a[1], logs.b[1]],
  };
}

const seen = (witness, id, log, size, time, file, more = {}) => ({ witness, id, log, size, time, file, holds: 'yes', here: true, ...more });
const FOUND = [
  seen('w1.example', '2e5a873e', 'a', 1, '2027-01-01T00:00:00Z', 'f1'),
  seen('w2.example', '33e05926', 'b', 1, '2027-01-02T00:00:00Z', 'f2'),
  seen('w1.example', '2e5a873e', 'b', 2, '2027-01-03T00:00:00Z', 'f3'),
];

function told(text, found = FOUND) {
  const one = record();
  const shown = timesOf(one, found, readTrust(text));
  return Object.fromEntries(one.entries.map((entry) => {
    const { by, from } = shown(entry);
    return [entry.entry, [by?.time.slice(8, 10) ?? '', from?.time.slice(8, 10) ?? '', by?.source ?? from?.source ?? '']];
  }));
}

test('one witness covers what lies under its head and what that holds', () => {
  assert.deepEqual(told(KEYS[1]), {
    'a/0': ['02', '', 'w2.example'], 'b/0': ['02', '', 'w2.example'], 'a/1': ['', '', ''], 'b/1': ['', '', ''],
  });
  assert.deepEqual(told(KEYS[0]), {
    'a/0': ['01', '', 'w1.example'], 'b/0': ['03', '', 'w1.example'], 'a/1': ['03', '01', 'w1.example'], 'b/1': ['03', '01', 'w1.example'],
  });
});

test('of either word the earliest counts, of a quorum the last that it needs', () => {
  assert.deepEqual(told(KEYS.join('\n'))['a/0'], ['01', '', 'w1.example']);
  assert.deepEqual(told(POLICY)['a/0'], ['02', '', 'g 2/3']);
  assert.deepEqual(told(POLICY)['b/1'], ['', '', '']);
  assert.deepEqual(told(POLICY.replace('quorum g', 'quorum none'))['a/0'], ['', '', '']);
});

test('what does not hold, is of no held head, or has another key id counts for nothing', () => {
  for (const more of [{ holds: 'no' }, { holds: 'unknown' }, { holds: 'unchecked' }, { here: false }, { id: '00000000' }]) {
    assert.deepEqual(told(KEYS[0], FOUND.map((one) => ({ ...one, ...more })))['a/0'], ['', '', ''], JSON.stringify(more));
  }
});

test('bounds that exclude each other are none', () => {
  const found = [...FOUND, seen('w1.example', '2e5a873e', 'b', 2, '2026-12-01T00:00:00Z', 'f4')];
  assert.deepEqual(told(KEYS[0], found)['a/1'], ['', '', '']);
});

test('lines that are no policy are told and add nothing', () => {
  const bad = ['witness W3 junk', `witness W1 ${KEYS[1]}`, `witness W9 ${KEYS[0]}`, 'group h 3 W1 W2', 'group h 0 W1', 'group h 1 W1 W1', 'group h 1 nobody',
    'group h 1 W1', 'quorum nobody', 'quorum g', KEYS[0], KEYS[0].replace('2e5a', '2e5b'), 'something else', `group none 1 T1`];
  const trust = readTrust(`# a comment\n\nlog x\n${POLICY}${bad.join('\n')}\n`);
  assert.deepEqual(trust.unread, bad);
  assert.deepEqual([trust.witnesses.size, trust.groups.size, trust.quorum, trust.authorities.size], [2, 1, 'g', 1]);
});
