// Ranks signed and chained: which entry is the next of its log.
//
// A place knows all that decides it: the charter, the number, the entry before, the root
// of those before, the set in force. What is taken moves the place one on.

import { hexOfBytes } from './bytes.js';
import { refuse, writeStrict, memberOfLog, isFurtherLog, ascendsStrictly } from './strict.js';
import { readEntry, penName, keyId, holdsLine, lineOfSeal } from './note.js';
import { readSetChange, readVolumeJoin, keySetOf, keyDigest } from './charter.js';

/** Whether an entry of this kind in this log says which keys are in force. */
export function setsKeys(kind, log) {
  return kind === 'key' || (kind === 'join' && isFurtherLog(log));
}

/** The log id that a log key gives to a further volume. */
function furtherLogOf(member, logKey) {
  return `${member}.${keyDigest(logKey).slice(0, 32)}`;
}

/** That the lines are those of the signers, each by the key in force; told are `signers`
 *  and `key_unknown`. */
function checkLines(signed, keySet) {
  const { author, signers } = signed.entry;
  const names = signers.map((label) => penName(author, label));
  const fits = names.length === signed.lines.length && names.every((name, at) => name === signed.lines[at].name);
  if (!fits) refuse('signers');
  for (const [at, label] of signers.entries()) {
    const key = keySet.keys.get(label);
    if (key === undefined || signed.lines[at].id !== keyId(names[at], key)) refuse('key_unknown', names[at]);
  }
}

/** The signatures of an entry under a set: the first code, or null. Never throws, so that
 *  many can be asked for together. */
export async function judgeSignatures(signed, keySet) {
  const { author, signers } = signed.entry;
  try {
    checkLines(signed, keySet);
  } catch (error) {
    return error;
  }
  const answers = await Promise.all(
    signers.map((label, at) => {
      const name = penName(author, label);
      return holdsLine(signed.text, signed.lines[at], name, keySet.keys.get(label));
    }),
  );
  try {
    if (answers.includes(false)) refuse('signature');
    if (signers.length < keySet.threshold) refuse('threshold');
  } catch (error) {
    return error;
  }
  return null;
}

export class Place {
  constructor(charter, log) {
    const member = charter.members.get(memberOfLog(log) ?? '');
    if (member === undefined) refuse('other_log');
    this.charter = charter;
    this.log = log;
    this.member = member.id;
    this.logKey = charter.logKey(log);
    this.size = 0;
    this.last = undefined;
    this.root = undefined;
    this.keySet = member.keySet;
    this.pointer = undefined;
    this.held = new Map(isFurtherLog(log) ? [] : [...member.keySet.keys].map(([label, key]) => [key, label]));
    this.retired = new Set();
    this.receipted = new Map();
  }

  copy() {
    const copy = Object.assign(Object.create(Place.prototype), this);
    copy.held = new Map(this.held);
    copy.retired = new Set(this.retired);
    copy.receipted = new Map(this.receipted);
    return copy;
  }

  move(size, last, root) {
    Object.assign(this, { size, last, root });
    return this;
  }

  /** The set that signs an entry here; told are `other_ledger`, `other_log`, `number`, and
   *  for entry 0 of a further volume the faults of the set that it brings. */
  keysFor({ entry }) {
    if (entry.ledger !== this.charter.id) refuse('other_ledger');
    if (entry.author !== this.log) refuse('other_log');
    if (entry.seq !== this.size) refuse('number');
    const opens = this.size === 0 && isFurtherLog(this.log);
    return opens ? keySetOf(readVolumeJoin(entry.body)) : this.keySet;
  }

  /** Takes an entry whose signatures were judged with `judgeSignatures` under the set of
   *  this place. The root of the log it moves to is the caller's to give. */
  async step(signed) {
    const { entry } = signed;
    if (entry.prev !== this.last) refuse('prev');
    if (entry.root !== this.root) refuse('root');
    if (entry.keys !== this.pointer) refuse('keys_pointer');
    this.checkReceipts(entry.seen);
    const next = await this.nextKeys(entry);
    if (next !== null) this.takeSet(next, entry.seq);
    this.takeReceipts(entry.seen);
    this.size += 1;
    this.last = hexOfBytes(signed.leaf);
  }

  /** Raises bytes through all three ranks at this place. */
  async judge(bytes) {
    const signed = readEntry(bytes);
    const fault = await judgeSignatures(signed, this.keysFor(signed));
    if (fault !== null) throw fault;
    await this.step(signed);
    return signed;
  }

  /** Applies a `key` entry that stood before this place, under all rules of its own place
   *  but number, `prev` and `root`. */
  async applyKeyEntry(signed) {
    const { seq, prev, root } = signed.entry;
    this.move(seq, prev, root);
    const fault = await judgeSignatures(signed, this.keysFor(signed));
    if (fault !== null) throw fault;
    await this.step(signed);
  }

  checkReceipts(seen) {
    for (const log of Object.keys(seen)) {
      const grows = seen[log].size > (this.receipted.get(log) ?? 0);
      if (memberOfLog(log) === this.member || !grows) refuse('receipt_order', log);
    }
  }

  takeReceipts(seen) {
    for (const log of Object.keys(seen)) this.receipted.set(log, seen[log].size);
  }

  /** The rules of `join` and `key`: the set that the entry brings, or null. */
  async nextKeys(entry) {
    const isFirst = entry.seq === 0;
    if ((entry.kind === 'join') !== isFirst) refuse('join_form', 'a join at entry 0 alone');
    if (isFirst && isFurtherLog(this.log)) return this.openVolume(entry);
    if (isFirst) {
      this.checkFirstJoin(entry);
      return null;
    }
    if (entry.kind !== 'key') return null;
    const change = readSetChange(entry.body);
    await this.checkChange(change);
    return change;
  }

  checkFirstJoin(entry) {
    const labels = [...this.keySet.keys.keys()].slice(0, this.keySet.threshold);
    const empty = [entry.body, entry.seen, entry.after].every((value) => Object.keys(value).length === 0);
    if (!empty || entry.said !== undefined) refuse('join_form', 'an empty join');
    if (labels.join(' ') !== entry.signers.join(' ')) refuse('join_form', 'the first labels');
  }

  async openVolume(entry) {
    const join = readVolumeJoin(entry.body);
    const isNamed = furtherLogOf(this.member, join.logKey) === this.log;
    const isFree = !this.charter.duties.has(join.logKey) && !this.charter.isRecovery(join.logKey);
    const own = join.continues.every(({ log }) => memberOfLog(log) === this.member && log !== this.log);
    if (!isNamed || !isFree || !own) refuse('join_form');
    await this.checkKeys(join.set, join.logKey);
    if (this.charter.members.get(this.member).recovery !== keyDigest(join.recovery)) refuse('volume_proof');
    const name = `${this.member}/recovery`;
    const message = { body: join.unproven, ledger: this.charter.id, log: this.log };
    const text = `countersign/v1 volume\n${writeStrict(message)}\n`;
    if (!(await holdsLine(text, lineOfSeal(name, join.signature), name, join.recovery))) refuse('volume_proof');
    this.logKey = join.logKey;
    return join;
  }

  async checkChange(change) {
    const labels = new Set(change.set.map((one) => one.label));
    for (const { label, key } of change.set) {
      const held = this.keySet.keys.get(label);
      const fits = held === undefined ? !this.retired.has(label) : held === key;
      if (!fits) refuse('key_set', label);
    }
    const left = change.compromised.every((label) => this.keySet.keys.has(label) && !labels.has(label));
    if (!left || !ascendsStrictly(change.compromised)) refuse('key_set', 'compromised');
    await this.checkKeys(change.set, this.logKey);
  }

  /** One key, one member, one label, one role; and a proof by each that is new here. */
  async checkKeys(set, logKey) {
    const here = new Set();
    for (const one of set) {
      const duty = this.charter.duties.get(one.key) ?? `signs ${this.member}/${one.label}`;
      const label = this.held.get(one.key) ?? one.label;
      const free = duty === `signs ${this.member}/${one.label}` && label === one.label;
      const other = one.key === logKey || this.charter.isRecovery(one.key) || here.has(one.key);
      if (!free || other) refuse('key_set', one.label);
      here.add(one.key);
      await this.checkPossession(one);
    }
  }

  async checkPossession({ label, key, proof }) {
    const isNew = !this.held.has(key);
    if ((proof !== undefined) !== isNew) refuse('possession', label);
    if (!isNew) return;
    const message = { key, label, ledger: this.charter.id, log: this.log, suite: 'ed25519' };
    const text = `countersign/v1 key\n${writeStrict(message)}\n`;
    const name = penName(this.log, label);
    if (!(await holdsLine(text, lineOfSeal(name, proof), name, key))) refuse('possession', label);
  }

  takeSet(next, seq) {
    const keySet = keySetOf(next);
    if (seq > 0) {
      this.pointer = seq;
      for (const label of this.keySet.keys.keys()) if (!keySet.keys.has(label)) this.retired.add(label);
    }
    for (const [label, key] of keySet.keys) this.held.set(key, label);
    this.keySet = keySet;
  }
}
