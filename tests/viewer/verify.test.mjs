// The second verifier against the corpus, the vectors, and what WebCrypto says.
//
//     node --test tests/viewer

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { base64OfBytes, bytesOfBase64, bytesOfText, hexOfBytes, sha256, sha256Hex } from '../../src/viewer/bytes.js';
import { judgeCosignatures, witnessOfVkey } from '../../src/viewer/cosign.js';
import { FINDING_CODES } from '../../src/viewer/findings.js';
import { fingerprintLists } from '../../src/viewer/fingerprint.js';
import { canCheck, hasSignatureForm, passesGate } from '../../src/viewer/keys.js';
import { readStrict, writeStrict } from '../../src/viewer/strict.js';
import { MerkleTree, consistencyRoots, isIncluded, leafHash } from '../../src/viewer/tree.js';
import { isWritable, mayHold, unicodeRanges } from '../../src/viewer/unicode.js';
import { judgeForm, judgeJournal, verifySnapshot } from '../../src/viewer/verify.js';
import { filesOf, under, vectorsOf } from './vectors.mjs';

const lines = (path) => readFileSync(under(path), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));

test('SHA-256 is that of WebCrypto, at every length around a block', async () => {
  for (let length = 0; length < 300; length += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    assert.equal(sha256Hex(bytes), hexOfBytes(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))));
  }
  const long = new Uint8Array(1 << 20).fill(97);
  assert.equal(sha256Hex(long), hexOfBytes(new Uint8Array(await crypto.subtle.digest('SHA-256', long))));
});

test('base64 has one spelling', () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    assert.equal(base64OfBytes(bytes), Buffer.from(bytes).toString('base64'));
    assert.deepEqual(bytesOfBase64(base64OfBytes(bytes)), bytes);
  }
  for (const other of ['AR==', 'AQ', 'AQ=', 'AQ==\n', ' AQ==', 'AQ==AQ==', '_w==', '====', 'A===', 'QQ=A', 'é===']) {
    assert.equal(bytesOfBase64(other), null, other);
  }
});

test('the table of characters and the lists of words are those of the format', () => {
  const table = readFileSync(under('src/unicode15.txt'));
  assert.equal(sha256Hex(table), '713366b4470a108b9cba3322329cbb24404a559135cc65a97d466ad99fc37725');
  const ranges = lines('src/unicode15.txt').map((line) => line.split(' ').map((end) => parseInt(end, 16)));
  assert.deepEqual(unicodeRanges(), ranges);
  for (const [first, last] of ranges) {
    assert.ok(mayHold(first) && mayHold(last));
    assert.ok(!ranges.some(([other]) => other === last + 1) && !mayHold(last + 1));
  }
  assert.ok(isWritable('é𝄞 ') && !isWritable('e\u0301') && !isWritable('\u202e') && !isWritable('\u{e0001}'));
  const pairs = lines('src/words.txt').map((line) => line.split(' '));
  assert.deepEqual(fingerprintLists(), [pairs.map(([even]) => even), pairs.map(([, odd]) => odd)]);
});

test('strict JSON has one spelling', () => {
  for (const good of ['7', '"a"', '{}', '[]', '{"a":[1,"x\\n\\"\\\\"],"constructor":{}}', '9007199254740991']) {
    assert.equal(writeStrict(readStrict(good)), good);
  }
  assert.equal(readStrict('{"a":1}').constructor, undefined);
  const refused = ['', '7.0', '-0', '+7', '07', 'null', '""', '9007199254740992', '"\\u0041"', '"\\t"', '"a', '{"a":1',
    '{"b":1,"a":2}', '{"a":1,"a":2}', '{"A":1}', '{"__proto__":1}', '[1,]', ' 1', '1 ', '"\u0007"', `${'['.repeat(13)}${']'.repeat(13)}`];
  for (const other of refused) assert.throws(() => readStrict(other), { code: 'json_form' }, other);
  for (const other of ['"\u202e"', '"e\u0301"', '"\u007f"']) assert.throws(() => readStrict(other), { code: 'character' });
  assert.throws(() => readStrict('["\u202e",null]'), { code: 'json_form' }, 'form comes first');
});

test('keys pass a gate, and signatures a rule, by their bytes', async () => {
  assert.equal(await canCheck(), 'yes');
  const base = `58${'66'.repeat(31)}`;
  assert.ok(passesGate(base));
  const small = ['01', '00', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f']
    .map((text) => text.padEnd(64, '0'));
  for (const text of small) {
    for (const sign of [0, 0x80]) {
      const bytes = Buffer.from(text, 'hex');
      bytes[31] |= sign;
      assert.ok(!passesGate(bytes.toString('hex')), text);
      assert.ok(!hasSignatureForm(new Uint8Array([...bytes, ...new Uint8Array(32)])), text);
    }
  }
  assert.ok(!passesGate(base.toUpperCase().replaceAll('5', 'A')) && !passesGate(''));
  // L itself, and one below it.
  const limit = [...Buffer.from('edd3f55c1a631258d69cf7a2def9de14', 'hex'), ...new Uint8Array(15), 0x10];
  const signature = (s) => new Uint8Array([...Buffer.from(base, 'hex'), ...s]);
  assert.ok(!hasSignatureForm(signature(limit)));
  assert.ok(hasSignatureForm(signature([0xec, ...limit.slice(1)])));
});

test('every proof over a tree of 70 leaves holds and no other', () => {
  const tree = new MerkleTree();
  const leaves = Array.from({ length: 70 }, (_, at) => leafHash(Uint8Array.of(at)));
  for (const leaf of leaves) tree.push(leaf);
  for (let size = 1; size <= 70; size += 1) {
    const root = tree.rootAt(size);
    for (let index = 0; index < size; index += 1) {
      const path = tree.inclusion(index, size);
      assert.ok(isIncluded(leaves[index], index, size, root, path));
      assert.ok(!isIncluded(leaves[index], index + 1, size, root, path));
      assert.ok(!isIncluded(leaves[index], index, size, root, [...path, root]));
    }
    for (let old = 1; old < size; old += 1) {
      const path = tree.consistency(old, size);
      assert.deepEqual(consistencyRoots(old, size, path), [tree.rootAt(old), root]);
      assert.equal(consistencyRoots(old, size, path.slice(1)), null);
    }
  }
  assert.equal(tree.rootAt(0), null);
  assert.equal(hexOfBytes(sha256(bytesOfText('abc'))), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('the codes are those of the specification, in its order', () => {
  const spec = readFileSync(under('docs/SPEC.md'), 'utf8');
  const table = spec.slice(spec.indexOf('| rank | codes |'), spec.indexOf('Time stamps have codes'));
  assert.deepEqual(table.split('\n').slice(2).join(' ').match(/(?<=`)[a-z_]+(?=`)/g), FINDING_CODES);
});

test('vectors of rank formed', () => {
  for (const { name, headers, parts } of vectorsOf('formed')) {
    assert.equal(judgeForm('entry', parts.get('note')), headers.expect, name);
  }
});

for (const rank of ['signed', 'chained']) {
  test(`vectors of rank ${rank}`, async () => {
    for (const { name, headers, parts } of vectorsOf(rank)) {
      const path = [...parts.keys()].find((one) => one.startsWith('logs/'));
      const log = path.slice('logs/'.length, -'.journal'.length);
      const { size, code } = await judgeJournal(parts.get('charter.json'), log, parts.get(path));
      assert.equal(code, headers.expect, name);
      if (code !== 'ok' && headers.at !== undefined) assert.equal(`${log}/${size}`, headers.at, name);
    }
  });
}

for (const rank of ['woven', 'sealed', 'copy', 'effect']) {
  test(`vectors of rank ${rank}`, async () => {
    for (const { name, headers, parts } of vectorsOf(rank)) {
      // A ledger folder is no snapshot: its journals are not for the page.
      if (parts.has('local.json')) continue;
      const charter = parts.get('charter.json');
      const own = charter === undefined ? undefined : sha256Hex(charter);
      const ledger = headers.ledger === 'none' ? undefined : (headers.ledger ?? own);
      const pins = parts.has('pins.json') ? JSON.parse(new TextDecoder().decode(parts.get('pins.json'))) : undefined;
      parts.delete('pins.json');
      const { report } = await verifySnapshot(parts, { ledger, pins });
      const first = report.findings[0];
      if (rank === 'effect') {
        assert.equal(report.verdict, 'whole', name);
        continue;
      }
      assert.equal(first?.code ?? 'ok', headers.expect, name);
      if (headers.reason !== undefined) assert.equal(first.reason, headers.reason, name);
      if (headers.at !== undefined) assert.equal(first.where, headers.at, name);
    }
  });
}

test('every snapshot of the corpus has its verdict, codes and logs', async () => {
  const names = readdirSync(under('tests/corpus'), { withFileTypes: true }).filter((item) => item.isDirectory());
  assert.ok(names.length >= 47);
  for (const { name } of names) {
    const folder = under(`tests/corpus/${name}`);
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
    const { ledger } = expected;
    const due = expected.verifiers.countersign;
    const { report } = await verifySnapshot(filesOf(join(folder, 'snapshot')), { ledger });
    assert.equal(report.verdict, due.verdict, name);
    assert.deepEqual(report.findings.map((one) => one.code), due.codes ?? [], name);
    assert.equal(report.findings[0]?.reason, due.reason, name);
    assert.deepEqual(Object.fromEntries(report.logs.map(({ log, verdict }) => [log, verdict])), due.logs, name);
  }
});

test('a record holds what the entries say, in order, with their bytes', async () => {
  let slices = 0;
  const progress = () => { slices += 1; };
  const { report, record } = await verifySnapshot(filesOf(under('examples/snapshot')), { progress });
  assert.equal(report.verdict, 'incomplete');
  assert.deepEqual(report.findings, [{ code: 'not_pinned', where: 'charter.json', copy: true }]);
  assert.ok(slices >= report.logs.length);
  assert.equal(record.ledger, sha256Hex(readFileSync(under('examples/snapshot/charter.json'))));
  assert.equal(record.fingerprint.words.length, 24);
  assert.equal(record.fingerprint.digits.length, 12);
  const place = new Map(record.entries.map((entry, at) => [entry.entry, at]));
  assert.equal(place.size, report.logs.reduce((sum, { size }) => sum + size, 0));
  for (const entry of record.entries) {
    assert.equal(hexOfBytes(leafHash(entry.bytes)), entry.hash);
    assert.equal(judgeForm('entry', entry.bytes), 'ok');
    for (const [log, head] of Object.entries(entry.seen)) {
      assert.ok(place.get(`${log}/${head.size - 1}`) < place.get(entry.entry));
    }
  }
});

test('the cosigned checkpoint of the specification holds, and not with another second', async () => {
  const spec = readFileSync(under('docs/SPEC.md'), 'utf8');
  const example = spec.slice(spec.indexOf('## 20. Cosignatures'), spec.indexOf('is a checkpoint that a witness cosigned'));
  const note = example.split('\n').slice(2).map((line) => line.slice(4)).join('\n').trim();
  const witness = witnessOfVkey(/w1\.example\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+/.exec(spec)[0]);
  assert.equal(witnessOfVkey('w1.example+2e5a873f+BEJsmvX7Hh64uz0bJumMGBaInv6XNFK02hmLFbdmrnUe'), null);
  const { record } = await verifySnapshot(filesOf(under('tests/corpus/whole-observer/snapshot')));
  const judged = async (text, witnesses) => {
    const bytes = bytesOfText(text);
    record.notes = new Map([[sha256Hex(bytes), bytes]]);
    return judgeCosignatures(record, witnesses);
  };
  const [one, ...more] = await judged(`${note}\n`, [witness]);
  assert.deepEqual([one.log, one.size, one.witness, one.holds, more.length], ['moscow', 2, 'w1.example', 'yes', 0]);
  assert.equal((await judged(`${note}\n`, []))[0].holds, 'unknown');
  const line = note.split('\n').at(-1);
  const seal = bytesOfBase64(line.split(' ').at(-1));
  seal[11] ^= 1;
  const changed = note.replace(line, `\u2014 w1.example ${base64OfBytes(seal)}\n`);
  assert.equal((await judged(changed, [witness]))[0].holds, 'no');
});

test('one flipped bit in any file of a snapshot is told', async () => {
  const files = filesOf(under('examples/snapshot'));
  const { report } = await verifySnapshot(files);
  const ignored = /^(feed\.xml|snapshot\.json|index\.html|docs\/)/;
  for (const [path, bytes] of files) {
    if (ignored.test(path)) continue;
    for (let at = 0; at < bytes.length; at += 1 + Math.floor(bytes.length / 7)) {
      const changed = bytes.slice();
      changed[at] ^= 1 << (at % 8);
      const other = (await verifySnapshot(new Map([...files, [path, changed]]))).report;
      const differs = other.ledger !== report.ledger || other.findings.length > report.findings.length;
      assert.ok(differs, `${path} at ${at}`);
    }
  }
});
