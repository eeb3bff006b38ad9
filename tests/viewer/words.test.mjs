// The words of the page: every row in three languages with the same places, every row
// that the page names is there, and the tail is read as it was written.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { vocabulary } from './assemble.mjs';
import { WORDS, TONGUES, phrase, plural, setTongue, t, v } from '../../src/viewer/words.js';
import { compareFiles, readTail } from '../../src/viewer/folder.js';

const OURS = ['account', 'asks', 'cells', 'clauses', 'commitments', 'headline', 'page', 'tools', 'timesbox', 'under'];
const VIEWER = new URL('../../src/viewer/', import.meta.url);
const source = () => readdirSync(VIEWER).filter((name) => OURS.includes(name.replace('.js', ''))).map((name) => readFileSync(new URL(name, VIEWER), 'utf8')).join('\n');

test('every row has three languages and the same places', () => {
  const places = (text) => [...new Set(text.match(/\{[a-z_]+\}/g) ?? [])].filter((one) => one !== '{n}').sort().join();
  for (const [key, row] of Object.entries(WORDS)) {
    assert.equal(row.length, TONGUES.length, key);
    assert.ok(row.every((one) => one.length > 0), key);
    assert.equal(new Set(row.map(places)).size, 1, key);
  }
});

test('every row that the page names is there', () => {
  const rows = vocabulary();
  for (const [, key] of source().matchAll(/\b(?:v|phrase)\('([a-z]+\.[A-Z_]+)'/g)) assert.ok(rows[key], key);
  for (const [, key] of source().matchAll(/\bt\('([a-z-]+(?:\.[a-z-]+)*)'/g)) assert.ok(WORDS[key], key);
  for (const [, key] of source().matchAll(/\bplural\('([a-z-]+(?:\.[a-z-]+)*)'/g)) assert.ok(WORDS[`${key}.other`], key);
});

test('numbers and places', () => {
  globalThis.VOCABULARY = vocabulary();
  setTongue('ru');
  assert.equal(plural('facts.entries', 3), '3 записи');
  assert.equal(plural('facts.entries', 25), '25 записей');
  assert.equal(v('ledger.RUNS'), 'срок идёт');
  setTongue('he-IL');
  assert.equal(v('ledger.RUNS'), 'running');
  setTongue('en');
  assert.equal(t('cut.at', { entry: '{n} $& a/1' }), 'up to {n} $& a/1');
  assert.deepEqual(phrase('cut.at', { entry: { node: 1 } }), ['up to ', { node: 1 }, '']);
});

test('a tail, and how a folder compares with it', () => {
  const tail = readTail('countersign.page/1\ncharter.json e30K\ndocs/ab - 7\nend\n');
  assert.equal(new TextDecoder().decode(tail.files.get('charter.json')), '{}\n');
  assert.deepEqual([tail.docs, tail.isWhole, tail.leftOut], [[{ path: 'docs/ab', size: 7 }], true, 0]);
  assert.equal(readTail(''), null);
  assert.equal(readTail('countersign.page/1\nleft-out 3\na e30K\n').isWhole, false);
  const folder = new Map([['charter.json', new Uint8Array([1])], ['x', new Uint8Array()]]);
  assert.deepEqual(compareFiles(tail.files, folder), { equal: 0, differ: ['charter.json'], only: ['x'], lacks: [] });
});
