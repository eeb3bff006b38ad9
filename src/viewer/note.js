// Signed notes (C2SP), and the three that this format makes of them: entries, seals, and
// the proofs inside bodies. Rank formed, and the check of one signature line.

import { isHex32, sha256, bytesOfText, bytesOfBase64, base64OfBytes, hexOfBytes, bytesOfHex, joinedBytes, textOfBytes } from './bytes.js';
import { Fields, refuse, readStrict, Untrue, isFieldName, isLabelName, memberOfLog } from './strict.js';
import { admitsSignature } from './keys.js';
import { leafHash } from './tree.js';

export const LARGEST_ENTRY = 65535;
export const MOST_LABELS = 16;
const LONGEST_NOTE = 1000000;
const MOST_CHECKPOINT_LINES = 100;
const MOST_AFTER = 16;
const ENTRY_FIRST_LINE = 'countersign/v1 entry\n';

// White_Space of Unicode: two places differ from what a regular expression calls space.
const NOTE_NAME = /^[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]+$/;
const NOTE_CONTROL = /[\0-\x09\x0b-\x1f]/;

function readNoteLine(line) {
  const space = line.lastIndexOf(' ');
  if (!line.startsWith('\u2014 ') || space < 2) refuse('note_form', 'a signature line');
  const name = line.slice(2, space);
  if (!NOTE_NAME.test(name) || bytesOfText(name).length > 255) refuse('note_form', 'a key name');
  const bytes = bytesOfBase64(line.slice(space + 1));
  if (bytes === null || bytes.length < 5) refuse('note_form', 'base64');
  return { name, bytes, id: hexOfBytes(bytes.subarray(0, 4)) };
}

/** A note of at most so many lines: its text, with the last line feed, and its lines. */
export function readNote(bytes, mostLines) {
  if (bytes.length > LONGEST_NOTE) refuse('size');
  const whole = textOfBytes(bytes);
  if (whole === null || NOTE_CONTROL.test(whole)) refuse('note_form', 'UTF-8 without controls');
  const split = whole.lastIndexOf('\n\n');
  if (split < 0 || !whole.endsWith('\n') || split + 2 >= whole.length) refuse('note_form', 'signatures');
  const lines = [];
  const met = new Set();
  for (const one of whole.slice(split + 2, -1).split('\n')) {
    if (lines.length === mostLines) refuse('note_form', 'too many lines');
    const line = readNoteLine(one);
    const who = `${line.name} ${line.id}`;
    if (met.has(who)) refuse('note_form', 'one line for each name and key');
    met.add(who);
    lines.push(line);
  }
  return { text: whole.slice(0, split + 1), lines };
}

const keyIds = new Map();

/** The four bytes that say whose a line is. */
export function keyId(name, key) {
  const who = `${name}\n${key}`;
  let id = keyIds.get(who);
  if (id === undefined) {
    id = hexOfBytes(sha256(joinedBytes(bytesOfText(name), Uint8Array.of(10, 1), bytesOfHex(key))).subarray(0, 4));
    keyIds.set(who, id);
  }
  return id;
}

/** Whether a line is by this name and key over this text. */
export async function holdsLine(text, line, name, key) {
  if (line.name !== name || line.id !== keyId(name, key) || line.bytes.length !== 68) return false;
  return admitsSignature(key, line.bytes.subarray(4), bytesOfText(text));
}

/** The line that a field of 92 characters stands for. */
export function lineOfSeal(name, seal) {
  const bytes = bytesOfBase64(seal);
  return { name, bytes, id: hexOfBytes(bytes.subarray(0, 4)) };
}

// ---- Entries.

const TIME_FORM = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** A moment as entries state it, on a day that the calendar has. */
export function isStatedTime(text) {
  const found = TIME_FORM.exec(text);
  if (found === null) return false;
  const [year, month, day] = found.slice(1, 4).map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

export const isLogId = (text) => memberOfLog(text) !== null;

/** `root`, `seal` and `size` out of fields that may hold more. */
export function takeHead(fields) {
  const head = { root: fields.hash('root'), seal: fields.seal('seal'), size: fields.number('size') };
  return head.size > 0 ? head : fields.due('size');
}

function readSeen(value) {
  const seen = Object.create(null);
  if (value === undefined) return seen;
  const logs = new Fields(value, 'field');
  if (logs.left.size === 0) logs.due('a log');
  for (const log of Object.keys(value)) {
    if (!isLogId(log)) logs.due('a log id');
    const fields = new Fields(value[log], 'field');
    seen[log] = takeHead(fields);
    fields.done();
  }
  return seen;
}

function readEnvelope(value) {
  const fields = new Fields(value, 'field');
  const entry = {
    author: fields.named('author', isLogId),
    body: fields.required('body'),
    kind: fields.named('kind', isFieldName),
    ledger: fields.hash('ledger'),
    prev: fields.hashOptional('prev'),
    root: fields.hashOptional('root'),
    seq: fields.number('seq'),
    signers: fields.set('signers', isLabelName),
    keys: fields.numberOptional('keys'),
    said: fields.namedOptional('said', isStatedTime),
    seen: readSeen(fields.optional('seen')),
    after: fields.setOptional('after', isHex32),
  };
  new Fields(entry.body, 'field');
  if (entry.signers.length > MOST_LABELS || entry.after.length > MOST_AFTER) fields.due('16 at most');
  for (const link of [entry.prev, entry.root]) {
    if ((link !== undefined) !== entry.seq > 0) fields.due('prev and root from 1 on');
  }
  fields.done();
  return entry;
}

/** Rank formed: the envelope, the note, and the entry hash. Of several faults the first
 *  in the order of docs/SPEC.md section 3 is told. */
export function readEntry(bytes) {
  if (bytes.length > LARGEST_ENTRY) refuse('size');
  const note = readNote(bytes, MOST_LABELS);
  if (note.lines.some((line) => line.bytes.length !== 68)) refuse('note_form', '68 bytes');
  if (!note.text.startsWith(ENTRY_FIRST_LINE)) refuse('first_line');
  const line = note.text.slice(ENTRY_FIRST_LINE.length).replace(/\n$/, '');
  const entry = readEnvelope(readStrict(line));
  return { entry, bytes, text: note.text, lines: note.lines, leaf: leafHash(bytes) };
}

/** `member/label`, the name under which a label of this log signs. */
export function penName(log, label) {
  return `${memberOfLog(log)}/${label}`;
}

// ---- Seals.

export function originOf(ledger, log) {
  return `countersign/${ledger}/${log}`;
}

function sealText(origin, size, root) {
  return `${origin}\n${size}\n${base64OfBytes(bytesOfHex(root))}\n`;
}

const SEAL_SIZE = /^[1-9][0-9]{0,15}$/;

/** Reads and verifies a checkpoint of a log: {log, size, root, seal, note}. */
export async function readCheckpoint(bytes, ledger, log, key) {
  const origin = originOf(ledger, log);
  let note;
  try {
    note = readNote(bytes, MOST_CHECKPOINT_LINES);
  } catch (error) {
    if (!(error instanceof Untrue)) throw error;
    refuse('checkpoint_form', error.message);
  }
  const [first, size, root, ...more] = note.text.split('\n');
  const hash = bytesOfBase64(root ?? '');
  const fits = first === origin && SEAL_SIZE.test(size ?? '') && Number(size) <= Number.MAX_SAFE_INTEGER;
  if (!fits || hash?.length !== 32 || more.length !== 1) refuse('checkpoint_form', 'three lines');
  const line = note.lines.find((one) => one.name === origin && one.id === keyId(origin, key));
  if (line === undefined || !(await holdsLine(note.text, line, origin, key))) refuse('checkpoint_signature');
  return sealedHead(ledger, log, { size: Number(size), root: hexOfBytes(hash), seal: base64OfBytes(line.bytes) });
}

/** A head under its seal, with the note of the log's line alone. Checks nothing. */
export function sealedHead(ledger, log, head) {
  const origin = originOf(ledger, log);
  const note = `${sealText(origin, head.size, head.root)}\n\u2014 ${origin} ${head.seal}\n`;
  return { log, size: head.size, root: head.root, seal: head.seal, note };
}

/** Whether the key of a log sealed the head that somebody carries. */
export async function holdsSeal(ledger, log, head, key) {
  const origin = originOf(ledger, log);
  return holdsLine(sealText(origin, head.size, head.root), lineOfSeal(origin, head.seal), origin, key);
}
