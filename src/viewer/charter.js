// The charter, and the sets of keys that stand in it and in bodies: docs/SPEC.md
// sections 4, 6 and 9.

import { bytesOfHex, sha256Hex, textOfBytes } from './bytes.js';
import { Fields, refuse, readStrict, Untrue, isLabelName, isLanguageTag, isMemberName, isFurtherLog, ascendsStrictly } from './strict.js';
import { passesGate } from './keys.js';
import { MOST_LABELS, takeHead, isLogId } from './note.js';

export const LARGEST_CHARTER = 65535;
const MOST_MEMBERS = 64;
const PEN_KINDS = ['adopt', 'notice', 'pledge'];

/** A key from a field, through the gate; whatever it is instead is `key_form`. */
function takeKey(fields, name) {
  const text = fields.optional(name);
  return passesGate(text) ? text : refuse('key_form', name);
}

/** Keys ascending by label. Of each the label, the suite, the key and the proof are read
 *  in this order. */
function readRegistered(items, code) {
  const set = items.map((item) => {
    const fields = new Fields(item, code);
    const label = fields.named('label', (text) => isLabelName(text) && text !== 'recovery');
    if (fields.text('suite') !== 'ed25519') fields.due('suite');
    const key = takeKey(fields, 'key');
    const proof = 'proof' in item ? fields.seal('proof') : undefined;
    fields.done();
    return { label, key, proof };
  });
  if (set.length > MOST_LABELS || !ascendsStrictly(set.map((one) => one.label))) refuse(code, 'labels');
  return set;
}

function takeThreshold(fields, labels) {
  const threshold = fields.number('threshold');
  if (threshold < 1 || threshold > labels) fields.due('threshold');
  const morePens = fields.optional('more_pens');
  if (morePens !== undefined) {
    const kinds = new Fields(morePens, fields.code);
    if (kinds.left.size === 0) fields.due('more_pens');
    for (const kind of Object.keys(morePens)) {
      const number = kinds.number(kind);
      if (!PEN_KINDS.includes(kind) || number < threshold || number > labels) fields.due('more_pens');
    }
  }
  return { threshold, morePens: { ...morePens } };
}

function takeSet(fields, code) {
  const set = readRegistered(fields.list('set'), code);
  return { set, ...takeThreshold(fields, set.length) };
}

/** The set in force that a list of registered keys makes. */
export function keySetOf({ set, threshold, morePens }) {
  return { keys: new Map(set.map((one) => [one.label, one.key])), threshold, morePens };
}

function readHeads(items, code) {
  return items.map((item) => {
    const fields = new Fields(item, code);
    const head = { log: fields.named('log', isLogId), ...takeHead(fields) };
    fields.done();
    return head;
  });
}

/** The body of a `key` entry; the codes are `key_set` and `key_form`. */
export function readSetChange(body) {
  const fields = new Fields(body, 'key_set');
  const change = takeSet(fields, 'key_set');
  change.compromised = fields.listOptional('compromised').map((item) => {
    const one = new Fields(item, 'key_set');
    const label = one.named('label', isLabelName);
    one.hashOptional('since');
    one.done();
    return label;
  });
  fields.wordsOptional('words');
  fields.done();
  return change;
}

/** The body of the `join` of a further volume; the codes are `join_form` and `key_form`. */
export function readVolumeJoin(body) {
  const code = 'join_form';
  const fields = new Fields(body, code);
  const continues = readHeads(fields.list('continues'), code);
  const logKey = takeKey(fields, 'log_key');
  const join = takeSet(fields, code);
  const proof = fields.required('proof');
  fields.done();
  const inner = new Fields(proof, code);
  const recovery = takeKey(inner, 'key');
  const signature = inner.seal('signature');
  inner.done();
  const unproven = Object.assign(Object.create(null), body);
  delete unproven.proof;
  return { ...join, continues, logKey, recovery, signature, unproven };
}

/** SHA-256 of the 32 bytes of a key. */
export function keyDigest(key) {
  return sha256Hex(bytesOfHex(key));
}

// ---- The charter.

class CharterReader {
  constructor(value) {
    this.duties = new Map();
    this.fields = new Fields(value, 'charter_form');
  }

  /** Takes note of what a key does; each does one thing. */
  takeDuty(key, duty) {
    if (this.duties.has(key)) refuse('charter_form', 'a key that stands twice');
    this.duties.set(key, duty);
  }

  read() {
    const { fields } = this;
    if (fields.text('format') !== 'countersign/v1') fields.due('format');
    if (fields.number('rules') !== 1) fields.due('rules');
    fields.hash('nonce');
    fields.words('title');
    fields.wordsOptional('purpose');
    fields.set('languages', isLanguageTag);
    fields.words('terms');
    fields.numberOptional('heartbeat_days');
    fields.numberOptional('tolerance_seconds');
    const members = this.members();
    this.previous();
    const witnesses = this.witnesses();
    const groups = this.quorums('groups', 'members', witnesses);
    this.quorums('policies', 'of', groups);
    fields.done();
    const digests = new Set(members.map((member) => member.recovery));
    const doubled = [...this.duties.keys()].some((key) => digests.has(keyDigest(key)));
    if (digests.size !== members.length || doubled) fields.due('recovery');
    return new Map(members.map((member) => [member.id, member]));
  }

  members() {
    const items = this.fields.list('members');
    if (items.length > MOST_MEMBERS) this.fields.due('members');
    const members = items.map((item) => this.member(new Fields(item, 'charter_form')));
    if (!ascendsStrictly(members.map((member) => member.id))) this.fields.due('members ascending');
    return members;
  }

  member(fields) {
    const id = fields.named('id', isMemberName);
    const set = readRegistered(fields.list('keys'), 'charter_form');
    if (set.some((one) => one.proof !== undefined)) fields.due('keys without proof');
    const limits = takeThreshold(fields, set.length);
    const logKey = takeKey(fields, 'log_key');
    this.takeDuty(logKey, `seals ${id}`);
    for (const one of set) this.takeDuty(one.key, `signs ${id}/${one.label}`);
    const names = fields.wordsOptional('names');
    const role = fields.named('role', (text) => ['party', 'drafter', 'observer'].includes(text));
    const recovery = fields.hash('recovery');
    fields.done();
    return { id, names, role, recovery, logKey, keySet: keySetOf({ set, ...limits }) };
  }

  previous() {
    const value = this.fields.optional('previous');
    if (value === undefined) return;
    const fields = new Fields(value, 'charter_form');
    const heads = readHeads(fields.list('heads'), 'charter_form');
    if (!ascendsStrictly(heads.map((head) => head.log))) fields.due('heads');
    fields.hash('ledger');
    fields.done();
  }

  witnesses() {
    const names = this.fields.listOptional('witnesses').map((item) => {
      const fields = new Fields(item, 'charter_form');
      if (fields.text('suite') !== 'ed25519') fields.due('suite');
      this.takeDuty(takeKey(fields, 'key'), 'witnesses');
      const name = fields.named('name', isLabelName);
      fields.done();
      return name;
    });
    return ascendsStrictly(names) ? names : this.fields.due('witnesses');
  }

  quorums(key, of, known) {
    const names = this.fields.listOptional(key).map((item) => {
      const fields = new Fields(item, 'charter_form');
      const name = fields.named('name', isLabelName);
      const members = fields.set(of, (one) => isLabelName(one) && known.includes(one));
      const need = fields.number('need');
      if (need < 1 || need > members.length) fields.due('need');
      fields.done();
      return name;
    });
    return ascendsStrictly(names) ? names : this.fields.due(key);
  }
}

/** The charter of a file; whatever is wrong with it is `charter_form`. */
export function readCharter(bytes) {
  try {
    const text = bytes.length <= LARGEST_CHARTER ? textOfBytes(bytes) : null;
    if (text === null || !text.endsWith('\n')) refuse('charter_form', 'one line');
    const value = readStrict(text.slice(0, -1));
    const reader = new CharterReader(value);
    return new Charter(bytes, value, reader.read(), reader.duties);
  } catch (error) {
    if (!(error instanceof Untrue)) throw error;
    return refuse('charter_form', error.message);
  }
}

export class Charter {
  constructor(bytes, value, members, duties) {
    this.bytes = bytes;
    this.id = sha256Hex(bytes);
    this.value = value;
    this.members = members;
    this.duties = duties;
    this.recoveries = new Set([...members.values()].map((member) => member.recovery));
  }

  isRecovery(key) {
    return this.recoveries.has(keyDigest(key));
  }

  /** The log key of a first volume; that of a further one stands in its join. */
  logKey(log) {
    return isFurtherLog(log) ? undefined : this.members.get(log)?.logKey;
  }
}
