// Files of evidence (docs/SPEC.md section 10): cut from what is held, read from faults/,
// and checked with nothing but what is in them.

import { base64OfBytes, bytesOfBase64, bytesOfText, sameBytes, isHex32, hexOfBytes } from './bytes.js';
import { Fields, refuse, readStrictFile, writeStrict, isFurtherLog, memberOfLog, Untrue } from './strict.js';
import { FINDING_CODES } from './findings.js';
import { readCheckpoint, readEntry, holdsSeal, isLogId } from './note.js';
import { readCharter, readVolumeJoin } from './charter.js';
import { Place, setsKeys, judgeSignatures } from './chain.js';
import { leafHash, isIncluded, consistencyRoots, commonLeaves } from './tree.js';

const LARGEST_EVIDENCE = 4 << 20;
const LONGEST_PATH = 64;
const EVIDENCE_CODES = ['split', 'fork', 'bad_entry', 'receipt_seal', 'stray'];

/** `under` of a join that stands for itself, to name the log key of a further volume. */
const BY_ITSELF = 2;

// ---- Cutting. A held log is {strand, seal}: a strand, and a seal that its bytes reach.

function showEntry({ strand, seal }, index, under) {
  return { bytes: strand.notes[index], index, proof: strand.tree.inclusion(index, seal.size), under };
}

/** The entries before `index` that set keys; null where they make too large a file. */
function showKeys(held, index, under) {
  const numbers = held.strand.keyEntries.filter((seq) => seq < index);
  const weight = numbers.reduce((sum, seq) => sum + held.strand.notes[seq].length, 0);
  return weight > (LARGEST_EVIDENCE / 4) * 3 ? null : numbers.map((seq) => showEntry(held, seq, under));
}

function showJoin(bytes) {
  return { bytes, index: 0, proof: [], under: BY_ITSELF };
}

function evidenceOf({ strand, seal }, code, more) {
  const checkpoints = [bytesOfText(seal.note)];
  return { charter: strand.place.charter.bytes, checkpoints, code, consistency: [], entries: [], log: strand.log, ...more };
}

/** Two seals of which the smaller is no state that the log held here went through. */
export function splitEvidence(held, smaller) {
  const { strand, seal } = held;
  const isEqual = smaller.size === seal.size;
  const consistency = isEqual ? [] : strand.tree.consistency(smaller.size, seal.size);
  if (consistency === null) return null;
  const checkpoints = [bytesOfText(smaller.note), bytesOfText(seal.note)];
  const joined = isFurtherLog(strand.log) && strand.entries.length > 0;
  return evidenceOf(held, 'split', { checkpoints, consistency, entries: joined ? [showJoin(strand.notes[0])] : [] });
}

/** Two seals at one size; no entries are needed but the join of a further volume. */
export function equalSplitEvidence(charter, first, second, join) {
  const checkpoints = [bytesOfText(first.note), bytesOfText(second.note)];
  const entries = join === null ? [] : [showJoin(join)];
  return { charter: charter.bytes, checkpoints, code: 'split', consistency: [], entries, log: first.log };
}

/** Two branches: a fork where their first different entries have different texts, else a
 *  split. */
export function forkEvidence(short, long) {
  const split = splitEvidence(long, short.seal);
  if (split === null) return null;
  const at = commonLeaves(short.strand.tree, long.strand.tree);
  const [first, second] = [short.strand.entries[at], long.strand.entries[at]];
  if (at >= short.seal.size || first === undefined || second === undefined || first.text === second.text) return split;
  const keys = showKeys(short, at, 0);
  if (keys === null) return null;
  return { ...split, code: 'fork', entries: [...keys, showEntry(short, at, 0), showEntry(long, at, 1)] };
}

function readOrNull(bytes) {
  try {
    return readEntry(bytes);
  } catch (error) {
    if (!(error instanceof Untrue)) throw error;
    return null;
  }
}

/** The numbers of the last entries that receipt the logs which a bad entry names. */
function lastReceipts(strand, seen) {
  const due = new Set(Object.keys(seen).filter((log) => strand.place.receipted.has(log)));
  const found = [];
  for (let seq = strand.entries.length - 1; seq >= 0 && due.size > 0; seq -= 1) {
    const met = [...due].filter((log) => log in strand.entries[seq].entry.seen);
    if (met.length > 0) found.push(seq);
    for (const log of met) due.delete(log);
  }
  return found;
}

/** The first bytes under a seal that the chain does not take. */
export function badEntryEvidence(held, reason) {
  const { strand, seal } = held;
  const index = strand.entries.length;
  const keys = showKeys(held, index, 0);
  if (keys === null) return null;
  const numbers = new Set([...keys.map((one) => one.index), index]);
  if (index > 0) numbers.add(index - 1);
  const bad = readOrNull(strand.notes[index]);
  if (reason === 'receipt_order' && bad !== null) for (const seq of lastReceipts(strand, bad.entry.seen)) numbers.add(seq);
  const named = bad?.entry.keys;
  if (named !== undefined && named < index) numbers.add(named);
  const entries = [...numbers].sort((a, b) => a - b).map((seq) => showEntry(held, seq, 0));
  const consistency = strand.tree.consistency(index, seal.size) ?? [];
  return evidenceOf(held, 'bad_entry', { reason, consistency, entries });
}

/** An entry with a receipt under a seal that its log's key did not make. */
export function receiptEvidence(held, index, joins) {
  const keys = showKeys(held, index, 0);
  if (keys === null) return null;
  return evidenceOf(held, 'receipt_seal', { entries: [...joins.map(showJoin), ...keys, showEntry(held, index, 0)] });
}

/** The one spelling of evidence. */
export function writeEvidence(evidence) {
  const value = {
    charter: base64OfBytes(evidence.charter),
    checkpoints: evidence.checkpoints.map(base64OfBytes),
    code: evidence.code,
    format: 'countersign.fault/1',
    log: evidence.log,
  };
  if (evidence.reason !== undefined) value.reason = evidence.reason;
  if (evidence.consistency.length > 0) value.consistency = evidence.consistency;
  const entries = evidence.entries.map((one) => ({ ...one, bytes: base64OfBytes(one.bytes) }));
  if (entries.length > 0) value.entries = entries;
  return `${writeStrict(value)}\n`;
}

// ---- Reading.

function takeBase64(fields, text) {
  return (typeof text === 'string' ? bytesOfBase64(text) : null) ?? fields.due('base64');
}

function takePath(fields, value) {
  const fits = Array.isArray(value) && value.length <= LONGEST_PATH && value.every(isHex32);
  return fits ? value : fields.due('hashes');
}

function readShown(item) {
  const fields = new Fields(item, 'digest');
  const one = {
    bytes: takeBase64(fields, fields.text('bytes')),
    index: fields.number('index'),
    proof: takePath(fields, fields.required('proof')),
    under: fields.number('under'),
  };
  fields.done();
  return one;
}

/** Reads a file; whether it holds is another question. */
export function readEvidence(bytes) {
  if (bytes.length > LARGEST_EVIDENCE) refuse('digest', 'too large');
  const fields = new Fields(readStrictFile(bytes), 'digest');
  if (fields.text('format') !== 'countersign.fault/1') fields.due('format');
  const checkpoints = fields.required('checkpoints');
  if (!Array.isArray(checkpoints)) fields.due('checkpoints');
  const evidence = {
    charter: takeBase64(fields, fields.text('charter')),
    checkpoints: checkpoints.map((item) => takeBase64(fields, item)),
    code: fields.named('code', (text) => EVIDENCE_CODES.includes(text)),
    reason: fields.namedOptional('reason', (text) => FINDING_CODES.includes(text)),
    consistency: takePath(fields, fields.optional('consistency') ?? []),
    entries: fields.listOptional('entries').map(readShown),
    log: fields.named('log', isLogId),
  };
  fields.done();
  return evidence;
}

// ---- Checking.

class EvidenceCheck {
  constructor(evidence, charter) {
    this.evidence = evidence;
    this.charter = charter;
    /** The entries shown under a checkpoint, or, of a stray, all. */
    this.placed = evidence.entries.filter((one) => one.under !== BY_ITSELF);
  }

  /** The key of a log: the charter's, or that of a join in the file. */
  async logKeyOf(log) {
    const named = this.charter.logKey(log);
    if (named !== undefined || !this.charter.members.has(memberOfLog(log))) return named;
    for (const one of this.evidence.entries.filter((shown) => shown.index === 0)) {
      try {
        const join = await new Place(this.charter, log).judge(one.bytes);
        return readVolumeJoin(join.entry.body).logKey;
      } catch (error) {
        if (!(error instanceof Untrue)) throw error;
      }
    }
    return undefined;
  }

  async holds() {
    const { code, checkpoints: notes, entries, log } = this.evidence;
    const key = await this.logKeyOf(log);
    if (key === undefined) return false;
    const seals = [];
    for (const note of notes) seals.push(await readCheckpoint(note, this.charter.id, log, key));
    if (!entries.every((one) => this.isCovered(one, seals))) return false;
    if (seals.length !== { split: 2, fork: 2, bad_entry: 1, receipt_seal: 1, stray: 0 }[code]) return false;
    if (code === 'split') return this.showsSplit(seals);
    if (code === 'fork') return this.showsSplit(seals) && this.showsFork();
    if (code === 'bad_entry') return this.showsBadEntry(seals[0]);
    if (code === 'receipt_seal') return this.showsReceipt();
    return entries.length > 0 && (await this.signedEntry(entries.at(-1))) !== null;
  }

  isCovered(one, seals) {
    const seal = seals[one.under];
    if (seal === undefined) return this.evidence.code === 'stray' || (one.under === BY_ITSELF && one.index === 0);
    return isIncluded(leafHash(one.bytes), one.index, seal.size, seal.root, one.proof);
  }

  showsSplit([first, second]) {
    const { consistency } = this.evidence;
    if (first.size === second.size) return consistency.length === 0 && first.root !== second.root;
    const roots = consistencyRoots(first.size, second.size, consistency);
    return roots !== null && roots[1] === second.root && roots[0] !== first.root;
  }

  /** The place of `index` with the keys that the file shows to be in force. */
  async placeOf(index) {
    const place = new Place(this.charter, this.evidence.log);
    for (const one of this.placed.filter((shown) => shown.index < index)) {
      const signed = readOrNull(one.bytes);
      if (signed === null) continue;
      if (setsKeys(signed.entry.kind, this.evidence.log)) await place.applyKeyEntry(signed);
      else place.takeReceipts(signed.entry.seen);
    }
    return place;
  }

  /** An entry at its place, signed under the set that its own `keys` names, or null. */
  async signedEntry(one) {
    const signed = readEntry(one.bytes);
    const place = (await this.placeOf(one.index)).move(one.index, undefined, undefined);
    if (signed.entry.keys !== place.pointer) return null;
    const fault = await judgeSignatures(signed, place.keysFor(signed));
    return fault === null ? signed : null;
  }

  async showsFork() {
    const [first, second] = this.evidence.entries.slice(-2);
    if (second === undefined || first.index !== second.index) return false;
    if (first.under !== 0 || second.under !== 1) return false;
    const [one, other] = [await this.signedEntry(first), await this.signedEntry(second)];
    return one !== null && other !== null && one.text !== other.text;
  }

  async showsReceipt() {
    const last = this.placed.at(-1);
    const signed = last === undefined ? null : await this.signedEntry(last);
    if (signed === null) return false;
    for (const [log, head] of Object.entries(signed.entry.seen)) {
      const key = await this.logKeyOf(log);
      const isMember = this.charter.members.has(memberOfLog(log));
      if (key === undefined ? !isMember : !(await holdsSeal(this.charter.id, log, head, key))) return true;
    }
    return false;
  }

  async showsBadEntry(seal) {
    const { reason, consistency } = this.evidence;
    const index = Math.max(...this.placed.map((one) => one.index));
    const bad = this.placed.findLast((one) => one.index === index);
    if (bad === undefined) return false;
    const own = readOrNull(bad.bytes)?.entry;
    // What the reason does not need may be left out: it is then as the entry says.
    let root = own?.root;
    if (index === 0) root = undefined;
    else if (consistency.length > 0 || reason === 'root') {
      const roots = consistencyRoots(index, seal.size, consistency);
      if (roots === null || roots[1] !== seal.root) return false;
      [root] = roots;
    }
    const before = this.placed.find((one) => one.index === index - 1);
    if (before === undefined && index > 0 && reason === 'prev') return false;
    let last = before === undefined ? own?.prev : hexOfBytes(leafHash(before.bytes));
    if (index === 0) last = undefined;
    const place = await this.placeOf(index);
    if (!this.isPointerShown(own?.keys, place.pointer, index)) return false;
    try {
      await place.move(index, last, root).judge(bad.bytes);
    } catch (error) {
      if (error instanceof Untrue) return error.code === reason;
      throw error;
    }
    return false;
  }

  /** A file that leaves a `key` entry out does not hold: `keys` names the last one shown,
   *  or one before it, or an entry that is shown to set none. */
  isPointerShown(named, shown, index) {
    if (named === undefined || named >= index || (shown !== undefined && named <= shown)) return true;
    return this.placed.some((one) => one.index === named);
  }
}

/** Whether evidence shows what it says. */
export async function evidenceHolds(evidence) {
  try {
    return await new EvidenceCheck(evidence, readCharter(evidence.charter)).holds();
  } catch (error) {
    if (error instanceof Untrue) return false;
    throw error;
  }
}

/** Whether it can be written as a file and shows what it says. */
export async function evidenceStands(evidence) {
  return writeEvidence(evidence).length <= LARGEST_EVIDENCE && evidenceHolds(evidence);
}

/** Reads and checks a file in faults/ about this ledger; told are `digest` and
 *  `other_ledger`. */
export async function judgeEvidence(bytes, charter) {
  let evidence;
  try {
    evidence = readEvidence(bytes);
  } catch (error) {
    if (!(error instanceof Untrue)) throw error;
    refuse('digest', error.message);
  }
  if (!sameBytes(evidence.charter, charter.bytes)) refuse('other_ledger');
  if (!(await evidenceHolds(evidence))) refuse('digest', 'it does not show it');
  return evidence;
}
