// Rank woven: all seals that entries carry beside all entries that are here, and what
// two seals that contradict each other are told as.

import { memberOfLog, isFurtherLog } from './strict.js';
import { findingOf } from './findings.js';
import { sealedHead, holdsSeal } from './note.js';
import { readSetChange, readVolumeJoin } from './charter.js';
import { commonLeaves } from './tree.js';
import { splitEvidence, equalSplitEvidence, forkEvidence, receiptEvidence, evidenceStands } from './evidence.js';

const MOST_EVIDENCE = 64;
const MOST_HEADS = 65536;
const SEALS_TOGETHER = 64;
const SEALS_A_SLICE = 256;

const sealId = (log, { size, root, seal }) => `${log} ${size} ${root} ${seal}`;
const headId = ({ size, root }) => `${size} ${root}`;
const byHead = (a, b) => a.size - b.size || (a.root < b.root ? -1 : a.root > b.root ? 1 : 0);

/** Of two carriers of one head the first: entries before other things, then by log and
 *  number. */
function isEarlier(a, b) {
  if (a.log === undefined || b.log === undefined) return a.log !== undefined && b.log === undefined;
  return a.log === b.log ? a.seq < b.seq : a.log < b.log;
}

const whereOf = (by) => (by.log === undefined ? by.place : `${by.log}/${by.seq}`);

export class Weave {
  constructor(charter, strands) {
    this.charter = charter;
    this.strands = strands;
    this.keys = new Map([...charter.members.keys()].map((member) => [member, charter.logKey(member)]));
    for (const { log, place } of strands) {
      if (place.logKey !== undefined && !this.keys.has(log)) this.keys.set(log, place.logKey);
    }
    this.good = new Map();
    this.met = new Map();
    this.foreign = new Map();
    this.findings = [];
    this.evidence = [];
    this.tried = new Map();
    this.told = new Set();
  }

  /** Signatures of seals that were checked. */
  get checked() {
    return this.good.size;
  }

  branches(log) {
    return this.strands.filter((strand) => strand.log === log);
  }

  logs() {
    return [...new Set(this.strands.map((strand) => strand.log))].sort();
  }

  /** Every seal that accepted entries carry. */
  *claims() {
    for (const strand of this.strands) {
      for (const { entry } of strand.entries) {
        for (const log of Object.keys(entry.seen)) {
          yield { by: { log: strand.log, seq: entry.seq }, log, head: entry.seen[log], receipted: true };
        }
        if (entry.kind === 'join' && isFurtherLog(strand.log)) {
          for (const head of readVolumeJoin(entry.body).continues) {
            yield { by: { log: strand.log, seq: entry.seq }, log: head.log, head, receipted: false };
          }
        }
      }
    }
  }

  /** The seals that entries carry and that can be checked, each once. */
  dueSeals() {
    const due = new Map();
    for (const { log, head } of this.claims()) {
      if (this.keys.has(log)) due.set(sealId(log, head), { log, head });
    }
    return [...due];
  }

  /** Checks seals; `tick` is called between slices. */
  async checkSeals(all, tick) {
    for (let at = 0; at < all.length; at += SEALS_TOGETHER) {
      const some = all.slice(at, at + SEALS_TOGETHER);
      const answers = some.map(([, { log, head }]) => holdsSeal(this.charter.id, log, head, this.keys.get(log)));
      for (const [nth, holds] of (await Promise.all(answers)).entries()) this.good.set(some[nth][0], holds);
      if ((at + SEALS_TOGETHER) % SEALS_A_SLICE === 0) await tick(SEALS_A_SLICE);
    }
  }

  /** Takes every claim: a head that is under its log's seal waits for entries, another is
   *  foreign. Of volumes that are not known here nothing is said. */
  takeClaims() {
    for (const claim of this.claims()) {
      const isMember = this.charter.members.has(memberOfLog(claim.log));
      if (isMember && !this.keys.has(claim.log)) continue;
      if (isMember && this.good.get(sealId(claim.log, claim.head))) this.wait(claim.log, claim.head, claim.by);
      else if (claim.receipted) this.noteForeign(claim);
    }
  }

  noteForeign({ by, log }) {
    const places = this.foreign.get(by.log) ?? new Map();
    this.foreign.set(by.log, places);
    if (places.size < 4 * MOST_EVIDENCE) places.set(`${by.seq} ${log}`, { seq: by.seq, of: log });
  }

  /** Takes a head that is known to be under the seal of its log. */
  wait(log, head, by) {
    const met = this.met.get(log) ?? { newest: head, waiting: new Map(), open: [] };
    this.met.set(log, met);
    if (met.newest.size < head.size) met.newest = head;
    const held = met.waiting.get(headId(head));
    if (held === undefined) met.waiting.set(headId(head), { size: head.size, root: head.root, seal: head.seal, by });
    else if (isEarlier(by, held.by)) held.by = by;
  }

  /** Tells everything that is open, once all was taken. */
  async finish() {
    this.newest = new Map();
    for (const [log, met] of this.met) {
      const branches = this.branches(log);
      const open = [...met.waiting.values()].filter((head) => !branches.some((strand) => strand.reaches(head)));
      met.open = open.sort(byHead).slice(0, MOST_HEADS);
      this.newest.set(log, sealedHead(this.charter.id, log, met.newest));
    }
    await this.findForeign();
    for (const log of [...this.met.keys()].sort()) await this.findAbsentAndSplit(log, this.met.get(log));
    for (const log of this.logs()) await this.findForks(log);
    this.findSharedKeys();
  }

  /** Whether more is looked for about a log: a member's flood must not hide what is found
   *  about another, and the first finding of a log is always told. */
  hasRoom(log) {
    return !this.told.has(log) || (this.tried.get(memberOfLog(log)) ?? 0) < MOST_EVIDENCE;
  }

  async tell(finding, evidence) {
    const member = memberOfLog(finding.log);
    this.tried.set(member, (this.tried.get(member) ?? 0) + 1);
    const { code, where, detail } = finding;
    if (this.findings.some((one) => one.code === code && one.where === where && one.detail === detail && one.log === finding.log)) return;
    this.told.add(finding.log);
    this.findings.push(finding);
    const few = this.evidence.filter((one) => memberOfLog(one.log) === member).length < MOST_EVIDENCE;
    if (evidence !== null && few && (await evidenceStands(evidence))) this.evidence.push(evidence);
  }

  /** A branch under the newest seal that its bytes reach: its own, or one that an entry of
   *  somebody else carries. */
  held(strand) {
    const carried = this.newest.get(strand.log);
    const isCarried = carried !== undefined && strand.reaches(carried);
    const seal = isCarried && carried.size >= strand.sealed ? carried : strand.seal;
    return seal === null ? null : { strand, seal };
  }

  heldBranches(log) {
    return this.branches(log).map((strand) => this.held(strand)).filter((held) => held !== null);
  }

  joinOf(log) {
    const first = this.branches(log)[0];
    return isFurtherLog(log) && first !== undefined && first.entries.length > 0 ? first.notes[0] : null;
  }

  isForeign(log, head) {
    if (!this.keys.has(log)) return !this.charter.members.has(memberOfLog(log));
    return !this.good.get(sealId(log, head));
  }

  /** Sealed entries with a receipt whose seal is none of the log that it names. */
  async findForeign() {
    for (const log of [...this.foreign.keys()].sort()) {
      const places = [...this.foreign.get(log).values()];
      places.sort((a, b) => a.seq - b.seq || (a.of < b.of ? -1 : 1));
      for (const strand of this.branches(log)) {
        for (const { seq, of } of places.filter((place) => place.seq < strand.sealed)) {
          if (!this.hasRoom(log)) break;
          await this.findReceipt(strand, seq, of);
        }
      }
    }
  }

  async findReceipt(strand, seq, of) {
    const seen = strand.entries[seq]?.entry.seen;
    if (seen?.[of] === undefined || !this.isForeign(of, seen[of])) return;
    const joins = Object.keys(seen).map((log) => this.joinOf(log)).filter((join) => join !== null);
    const evidence = strand.seal === null ? null : receiptEvidence({ strand, seal: strand.seal }, seq, joins);
    await this.tell(findingOf(strand.log, 'receipt_seal', `${strand.log}/${seq}`, of), evidence);
  }

  tellSplit(log, by, size, evidence) {
    return this.tell(findingOf(log, 'split', whereOf(by), String(size)), evidence);
  }

  /** A head that no branch reaches is contradicted by a seal over as many bytes or more, or
   *  its entries are not here. */
  async findAbsentAndSplit(log, met) {
    const absent = [];
    for (const head of met.open) {
      const longer = this.heldBranches(log).find((held) => held.seal.size >= head.size);
      if (longer === undefined) absent.push(head);
      else if (this.hasRoom(log)) {
        await this.tellSplit(log, head.by, head.size, splitEvidence(longer, sealedHead(this.charter.id, log, head)));
      }
    }
    await this.findEqualSplits(log, absent);
    const largest = absent.findLast((head) => head.by.log !== undefined);
    if (largest !== undefined) this.findings.push(findingOf(log, 'head_absent', whereOf(largest.by)));
  }

  /** Two seals at one size need no entries. */
  async findEqualSplits(log, absent) {
    let told = 0;
    for (let at = 1; at < absent.length; at += 1) {
      const [first, second] = [absent[at - 1], absent[at]];
      if (first.size !== second.size || told === first.size || !this.hasRoom(log)) continue;
      told = first.size;
      const [a, b] = [first, second].map((head) => sealedHead(this.charter.id, log, head));
      await this.tellSplit(log, second.by, told, equalSplitEvidence(this.charter, a, b, this.joinOf(log)));
    }
  }

  /** A branch beside the one held first, each under a seal. */
  async findForks(log) {
    const [first, ...others] = this.heldBranches(log);
    for (const second of others) {
      const [short, long] = first.seal.size <= second.seal.size ? [first, second] : [second, first];
      if (long.strand.reaches(short.seal) || !this.hasRoom(log)) continue;
      const at = commonLeaves(short.strand.tree, long.strand.tree);
      const fork = forkEvidence(short, long);
      // A fork that makes too large a file is shown as the split it is.
      const evidence = fork !== null && (await evidenceStands(fork)) ? fork : splitEvidence(long, short.seal);
      const detail = `${short.seal.size} ${long.seal.size}`;
      await this.tell(findingOf(log, evidence?.code ?? 'split', `${log}/${at}`, detail), evidence);
    }
  }

  /** One key in the sets of two members. */
  findSharedKeys() {
    const holders = new Map();
    for (const log of this.logs()) {
      for (const strand of this.branches(log)) {
        for (const seq of strand.keyEntries) {
          const { entry } = strand.entries[seq];
          const { set } = entry.kind === 'key' ? readSetChange(entry.body) : readVolumeJoin(entry.body);
          for (const { key } of set) {
            const held = holders.get(key) ?? { members: new Set() };
            held.members.add(memberOfLog(log));
            holders.set(key, Object.assign(held, { log, where: `${log}/${seq}` }));
          }
        }
      }
    }
    for (const [key, { members, log, where }] of holders) {
      if (members.size > 1) this.findings.push(findingOf(log, 'same_key_twice', where, key));
    }
  }

  /** Whether all heads that an entry names, under the seals of their logs, are here. */
  isWoven({ seen }) {
    return Object.keys(seen).every((log) => {
      const isOpen = this.good.get(sealId(log, seen[log])) && !this.branches(log).some((one) => one.reaches(seen[log]));
      return !isOpen;
    });
  }
}
