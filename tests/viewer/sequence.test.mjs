// The order in which the page draws entries, and what the links show of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { sequenceOf, sequenceConcurrent, sequenceMadeAfter, sequenceReceivedBy, sequenceHadBefore } from '../../src/viewer/sequence.js';

const entry = (name, said, seen = {}) => {
  const [log, seq] = name.split('/');
  const heads = Object.fromEntries(Object.entries(seen).map(([of, size]) => [of, { size, root: '', seal: '' }]));
  return { entry: name, log, seq: Number(seq), hash: name, said, seen: heads, kind: 'statement', body: {} };
};
const record = (...entries) => {
  const logs = new Map();
  for (const one of entries) {
    if (!logs.has(one.log)) logs.set(one.log, { log: one.log, entries: [], branches: [] });
    logs.get(one.log).entries.push(one);
  }
  return { logs };
};
const small = () => sequenceOf(record(
  entry('a/0', null), entry('a/1', '2026-01-09T00:00:00Z', { b: 2 }), entry('a/2', '2026-01-03T00:00:00Z'),
  entry('b/0', null), entry('b/1', '2026-01-05T00:00:00Z'), entry('b/2', '2026-01-06T00:00:00Z')));

test('an entry stands below all that its author had received, whatever times are stated', () => {
  const order = small();
  const at = (name) => order.places.get(name);
  assert.ok(at('b/1') < at('a/1') && at('a/1') < at('a/2'));
  assert.equal(order.entries.length, 6);
});

test('what no path of links joins is concurrent', () => {
  const order = small();
  const of = (name) => order.byHash.get(name);
  assert.equal(sequenceConcurrent(order, of('a/1'), of('b/2')), true);
  assert.equal(sequenceConcurrent(order, of('b/1'), of('a/2')), false);
  assert.equal(sequenceConcurrent(order, of('a/1'), of('a/2')), false);
});

test('brackets: made after the newest that was received, existed before the first that received', () => {
  const order = small();
  const of = (name) => order.byHash.get(name);
  assert.deepEqual(sequenceMadeAfter(order, of('a/2')), ['b/1']);
  assert.deepEqual(sequenceReceivedBy(order, of('b/0')), ['a/1']);
  assert.deepEqual(sequenceReceivedBy(order, of('b/2')), []);
  assert.equal(sequenceHadBefore(order, of('a/1'), 'b'), 0);
  assert.equal(sequenceHadBefore(order, of('a/2'), 'b'), 2);
});

test('receipts of what is not here, and receipts in a circle, hold nothing up', () => {
  const absent = sequenceOf(record(entry('a/0', null, { b: 9, none: 4 }), entry('b/0', null)));
  assert.equal(absent.entries.length, 2);
  const circle = sequenceOf(record(entry('a/0', null, { b: 1 }), entry('b/0', null, { a: 1 })));
  assert.equal(circle.entries.length, 2);
});

test('a branch is told from the one held first by the first entry that differs', () => {
  const ledger = record(entry('a/0', null), entry('a/1', null), entry('b/0', null));
  ledger.logs.get('a').branches.push({ entries: [entry('a/0', null), { ...entry('a/1', null), hash: 'other' }] });
  const order = sequenceOf(ledger);
  assert.equal(order.branches.length, 1);
  assert.deepEqual(order.branches[0].entries.map((one) => one.hash), ['other']);
});
