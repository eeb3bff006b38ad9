// The second verifier: a snapshot as a map of paths to bytes, judged by docs/SPEC.md
// section 11 with the codes and verdicts of section 12.
//
// What it says is what `countersign verify DIR --json` says. It was written from the
// specification, apart from the program, so that a mistake in one is no mistake in both.
// Time stamps (RFC 3161) are not looked into: they change no verdict.

import { longSha256Hex, isHex32, bytesOfHex, hexOfBytes } from './bytes.js';
import { memberOfLog } from './strict.js';
import { findingOf, reportedFinding, sortedFindings, verdictOf } from './findings.js';
import { fingerprintOf } from './fingerprint.js';
import { holdsSeal, readEntry, readNote } from './note.js';
import { readCharter } from './charter.js';
import { readUnchecked } from './keys.js';
import { badEntryEvidence, evidenceStands, judgeEvidence, writeEvidence } from './evidence.js';
import { readFrames, readShelves } from './shelf.js';
import { Strand, untrueOf } from './strand.js';
import { Weave } from './weave.js';

const LARGEST_PROVISIONS = 4 << 20;

/** One look at a snapshot. */
class Look {
  constructor(files, { progress, ledger, pins } = {}) {
    Object.assign(this, { ledger, pins, charter: null, pinned: false, strands: [], branches: [] });
    this.shelves = readShelves(files);
    this.findings = [...this.shelves.findings];
    this.evidence = [];
    this.weave = null;
    this.documents = new Map();
    this.checked = { entries: 0, links: 0, signatures: 0 };
    let done = 0;
    this.total = 0;
    this.tick = async (count) => {
      done += count;
      await progress?.(done, this.total);
    };
  }

  tell(log, code, where, detail) {
    this.findings.push(findingOf(log, code, where, detail));
  }

  async run() {
    if (!this.readCharter()) return;
    await this.readLogs();
    await this.checkNames();
    await this.weaveLogs();
    await this.checkFaults();
  }

  /** Whether there is anything to read on. */
  readCharter() {
    const bytes = this.shelves.charter;
    if (bytes === undefined) {
      this.tell(null, 'bytes_absent', 'charter.json');
      return false;
    }
    try {
      this.charter = readCharter(bytes);
    } catch (error) {
      this.tell(null, untrueOf(error).code, 'charter.json');
      return false;
    }
    this.pinned = this.ledger !== undefined && this.charter.id.startsWith(this.ledger);
    if (this.ledger === undefined) this.tell(null, 'not_pinned', 'charter.json');
    else if (!this.pinned) this.tell(null, 'other_ledger', 'charter.json');
    return this.ledger === undefined || this.pinned;
  }

  async readLogs() {
    const shelves = [...this.shelves.logs, ...this.shelves.branches];
    const held = shelves.map((shelf) => ({ shelf, ...shelf.entries() }));
    this.total = held.reduce((sum, { notes }) => sum + notes.length, 0);
    for (const [at, { shelf, notes, finding }] of held.entries()) {
      const strand = await this.readLog(shelf, notes, finding);
      if (strand === null) continue;
      if (at < this.shelves.logs.length) this.strands.push(strand);
      else this.branches.push(strand);
    }
  }

  async readLog(shelf, notes, finding) {
    let strand;
    try {
      strand = new Strand(this.charter, shelf);
    } catch (error) {
      this.tell(null, untrueOf(error).code, shelf.place);
      return null;
    }
    await strand.read(notes, this.tick);
    if (finding !== null) this.tell(shelf.log, ...finding);
    this.findings.push(...(await strand.judgeSeal(this.charter, finding !== null)));
    if (strand.sealsBadEntry) await this.tellBadEntry(strand);
    this.checked.entries += strand.entries.length;
    this.checked.links += strand.counted.links;
    this.checked.signatures += strand.counted.signatures;
    return strand;
  }

  async tellBadEntry(strand) {
    const finding = findingOf(strand.log, 'bad_entry', `${strand.log}/${strand.entries.length}`);
    finding.reason = strand.stop.code;
    this.findings.push(finding);
    const evidence = badEntryEvidence({ strand, seal: strand.seal }, strand.stop.code);
    if (evidence !== null && (await evidenceStands(evidence))) this.evidence.push(evidence);
  }

  /** Files are named by the SHA-256 of their bytes. */
  async checkNames() {
    for (const folder of ['notes', 'docs']) {
      for (const [name, bytes] of this.shelves[folder]) {
        if ((await longSha256Hex(bytes)) !== name) this.tell(null, 'digest', `${folder}/${name}`);
        else if (folder === 'docs' && bytes.length <= LARGEST_PROVISIONS) this.documents.set(name, bytes);
      }
    }
  }

  async weaveLogs() {
    const strands = [...this.strands, ...this.branches];
    this.weave = new Weave(this.charter, strands);
    const seals = this.weave.dueSeals();
    this.total += seals.length;
    await this.weave.checkSeals(seals, this.tick);
    this.weave.takeClaims();
    for (const { log, unreached } of strands) {
      if (unreached !== null) this.weave.wait(log, unreached, { place: `the checkpoint of ${log}` });
    }
    await this.takePins();
    await this.weave.finish();
    this.checked.signatures += this.weave.checked;
    this.findings.push(...this.weave.findings);
    this.evidence.push(...this.weave.evidence);
  }

  /** Heads that the reader saw before. */
  async takePins() {
    for (const [log, head] of Object.entries(this.pins ?? {})) {
      const held = Math.max(0, ...this.weave.branches(log).map((strand) => strand.sealed));
      if (held < head.size) this.tell(log, 'older_than_pins', 'pins');
      const key = this.weave.keys.get(log);
      if (key === undefined) continue;
      if (await holdsSeal(this.charter.id, log, head, key)) this.weave.wait(log, head, { place: 'the pins' });
      else this.tell(null, 'checkpoint_signature', 'pins', log);
    }
  }

  async checkFaults() {
    for (const [name, bytes] of this.shelves.faults) {
      const where = `faults/${name}`;
      if (!isHex32(name) || (await longSha256Hex(bytes)) !== name) {
        this.tell(null, 'digest', where);
        continue;
      }
      try {
        this.takeEvidence(where, await judgeEvidence(bytes, this.charter));
      } catch (error) {
        this.tell(null, untrueOf(error).code, where);
      }
    }
  }

  /** Evidence that was not found here is a finding about its log; a stray shows nothing
   *  about one. */
  takeEvidence(where, evidence) {
    const written = writeEvidence(evidence);
    const isKnown = this.evidence.some((one) => writeEvidence(one) === written);
    if (isKnown || evidence.code === 'stray') return;
    const finding = findingOf(evidence.log, evidence.code, where);
    finding.reason = evidence.reason;
    this.findings.push(finding);
    this.evidence.push(evidence);
  }

  // ---- What comes of it.

  report() {
    const findings = sortedFindings(this.findings);
    const names = new Set(this.strands.map((strand) => strand.log));
    for (const { log } of findings) if (log !== null) names.add(log);
    const logs = [...names].sort().map((log) => {
      const strand = this.strands.find((one) => one.log === log);
      const row = strand?.row() ?? { log, size: 0, sealed: 0, head: null, root: null };
      return { ...row, verdict: verdictOf(findings.filter((one) => one.log === log)) };
    });
    return {
      ledger: this.charter?.id ?? null,
      pinned: this.pinned,
      verdict: verdictOf(findings),
      checked: this.checked,
      logs,
      findings: findings.map(reportedFinding),
    };
  }

  record(report) {
    if (this.charter === null) return null;
    const verdicts = new Map(report.logs.map(({ log, verdict }) => [log, verdict]));
    const logs = new Map();
    for (const strand of this.strands) {
      const branches = this.branches.filter((one) => one.log === strand.log).map((one) => this.recordOf(one));
      logs.set(strand.log, { ...this.recordOf(strand), verdict: verdicts.get(strand.log), branches });
    }
    return {
      ledger: this.charter.id,
      charter: this.charter.value,
      fingerprint: fingerprintOf(bytesOfHex(this.charter.id)),
      members: [...this.charter.members.values()].map(memberRecord),
      logs,
      entries: recordOrder(logs),
      documents: this.documents,
      notes: this.shelves.notes,
      evidence: this.evidence,
      newest: Object.fromEntries(this.weave?.newest ?? []),
      log_keys: Object.fromEntries(this.weave?.keys ?? []),
      reaches: (log, head) => this.weave?.branches(log).some((strand) => strand.reaches(head)) ?? false,
    };
  }

  recordOf(strand) {
    const entries = strand.entries.map((signed) => this.entryRecord(strand, signed));
    return { log: strand.log, size: strand.entries.length, sealed: strand.sealed, checkpoint: strand.seal, entries };
  }

  entryRecord(strand, signed) {
    const { entry, bytes, text, leaf } = signed;
    return {
      entry: `${entry.author}/${entry.seq}`,
      hash: hexOfBytes(leaf),
      author: memberOfLog(entry.author),
      log: entry.author,
      seq: entry.seq,
      kind: entry.kind,
      said: entry.said ?? null,
      prev: entry.prev ?? null,
      root: entry.root ?? null,
      after: entry.after,
      seen: entry.seen,
      signers: entry.signers,
      sealed: entry.seq < strand.sealed,
      woven: this.weave?.isWoven(entry) ?? true,
      body: entry.body,
      bytes,
      text,
    };
  }
}

function memberRecord({ id, names, role, keySet, logKey, recovery }) {
  const keys = [...keySet.keys].map(([label, key]) => ({ label, key }));
  const { threshold, morePens } = keySet;
  return { name: id, names: names ?? null, role, keys, threshold, more_pens: morePens, log_key: logKey, recovery };
}

/** The entries of all logs, each after what it receipts; of several that could come next
 *  the one of the first log. */
function recordOrder(logs) {
  const next = new Map([...logs.keys()].map((log) => [log, 0]));
  const waits = ({ seen }) =>
    Object.keys(seen).some((log) => logs.has(log) && next.get(log) < Math.min(seen[log].size, logs.get(log).size));
  const out = [];
  for (;;) {
    const heads = [...logs.values()].map(({ log, entries }) => entries[next.get(log)]).filter((one) => one !== undefined);
    // Seals that contradict each other can name heads in a ring of branches.
    const first = heads.find((one) => !waits(one)) ?? heads[0];
    if (first === undefined) return out;
    next.set(first.log, first.seq + 1);
    out.push(first);
  }
}

/** Verifies a snapshot: a map of paths to bytes. `progress(done, total)` is awaited between
 *  slices of 256 entries. `ledger` is the id that the reader compared, or its first digits;
 *  `pins` are heads seen before, by log: {root, seal, size}. Files of docs/ may be absent.
 *  The report is that of `countersign verify`; the record is null where no charter is. */
export async function verifySnapshot(files, options = {}) {
  const look = new Look(files, options);
  await look.run();
  const report = look.report();
  return { report, record: look.record(report) };
}

/** Reads a snapshot where signatures cannot be checked: there is a record and no report. */
export async function readSnapshot(files, options = {}) {
  readUnchecked(true);
  try {
    const { record } = await verifySnapshot(files, options);
    return { report: null, record };
  } finally {
    readUnchecked(false);
  }
}

/** One entry of a record, judged by its form alone: `ok` or a code. For tests that compare
 *  two verifiers byte by byte. */
export function judgeForm(kind, bytes) {
  const readers = { entry: readEntry, note: (note) => readNote(note, 100), charter: readCharter };
  try {
    readers[kind](bytes);
    return 'ok';
  } catch (error) {
    return untrueOf(error).code;
  }
}

/** One log's entries behind their lengths, judged without a seal: how many the chain
 *  takes, and `ok` or the code of what follows. */
export async function judgeJournal(charterBytes, log, bytes) {
  try {
    const charter = readCharter(charterBytes);
    const strand = new Strand(charter, { log, place: log, tile: () => null });
    await strand.read(readFrames(bytes, Infinity).notes, async () => {});
    return { size: strand.entries.length, code: strand.stop?.code ?? 'ok' };
  } catch (error) {
    return { size: 0, code: untrueOf(error).code };
  }
}
