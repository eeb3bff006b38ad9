import { digestRoot } from './digest.js';
import { bodyHas } from './bodies.js';

// The logs of a verified record, each as a strand of entries, and what one had received of
// another. A receipt is of the branch that has its root at its size.

// Verified records, with their strands: made once.
const strandSets = new WeakMap();

// The strands of a record as the verifier gives it.
export function strandSetOf(record) {
  let set = strandSets.get(record);
  if (set === undefined) {
    set = makeStrandSet(record);
    strandSets.set(record, set);
  }
  return set;
}

function makeStrandSet(record) {
  const logs = [...record.logs.entries()].sort(([one], [other]) => (one < other ? -1 : 1));
  const first = logs.map(([name, log]) => strandOf(name, log, log));
  const branches = [];
  for (const [name, log] of logs) {
    for (const branch of log.branches ?? []) branches.push(strandOf(name, branch, log));
  }
  const all = [...first, ...branches];
  const byHash = new Map();
  for (const strand of all) {
    for (const entry of strand.entries) if (!byHash.has(entry.hash)) byHash.set(entry.hash, { strand, entry });
  }
  const sound = [undefined, 'whole', 'incomplete'];
  const agrees = branches.length === 0 && logs.every(([, log]) => sound.includes(log.verdict));
  const members = new Map(record.charter.members.map((member) => [member.id, member]));
  const documents = record.documents ?? new Map();
  return { ledger: record.ledger, charter: record.charter, members, first, branches, all, byHash, agrees, documents };
}

// One branch of a log. A branch may be given from where it parts on.
function strandOf(name, branch, log) {
  let entries = branch.entries ?? branch;
  const from = entries.length > 0 ? entries[0].seq : 0;
  if (from > 0 && branch !== log) entries = [...log.entries.slice(0, from), ...entries];
  const leaves = branch.leaves ?? entries.map((entry) => entry.hash);
  const strand = {
    log: name,
    member: name.split('.')[0],
    isFurther: name.includes('.'),
    entries,
    leaves,
    head: branch.checkpoint ?? null,
    gives: new Map(),
    kept: new Map(),
    roots: new Map(),
    pasts: new Map(),
    keyEntries: entries.filter((entry) => entry.kind === 'key'),
  };
  for (const entry of entries) {
    for (const [of, head] of Object.entries(entry.seen)) {
      if (!strand.gives.has(of)) strand.gives.set(of, []);
      strand.gives.get(of).push({ seq: entry.seq, size: head.size, root: head.root, by: entry.hash });
    }
  }
  return strand;
}

// How many leaves of a strand are known, under its seal or not.
function strandWidth(strand) {
  return Math.max(strand.leaves.length, strand.head?.size ?? 0);
}

function strandHasRoot(strand, size, root) {
  if (!strand.roots.has(size)) strand.roots.set(size, digestRoot(strand.leaves, size, strand.kept));
  return strand.roots.get(size) === root || (strand.head?.size === size && strand.head?.root === root);
}

function receiptIsOf(set, receipt, strand) {
  return set.agrees ? receipt.size <= strandWidth(strand) : strandHasRoot(strand, receipt.size, receipt.root);
}

// The first of some receipts for which something holds that holds for all behind it.
function firstReceipt(receipts, holds) {
  let low = 0;
  let high = receipts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(receipts[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

// The receipt by which a strand first received the entry of this number of another.
export function receiptOf(set, by, of, seq) {
  const receipts = by.gives.get(of.log) ?? [];
  let at = firstReceipt(receipts, (receipt) => receipt.size > seq);
  for (; at < receipts.length; at += 1) {
    if (receiptIsOf(set, receipts[at], of)) return receipts[at];
    if (receipts[at].size > strandWidth(of)) return null;
  }
  return null;
}

// The last receipt of a branch that a strand gives in its entry of this number or before.
function receiptUntil(set, by, of, seq) {
  const receipts = by.gives.get(of.log) ?? [];
  let at = firstReceipt(receipts, (receipt) => receipt.seq > seq) - 1;
  while (at >= 0 && !receiptIsOf(set, receipts[at], of)) at -= 1;
  return at >= 0 ? receipts[at] : null;
}

// Whether an entry of a strand, or one before it there, receipts the entry of this number.
export function strandReceives(set, own, entry, of, seq) {
  if (of.log === own.log) return seq < entry.seq;
  // A further volume goes on from the earlier ones; nobody receipts oneself.
  if (of.member === own.member) return pastHolds(set, pastOf(set, own, entry.seq), of, seq);
  const first = receiptOf(set, own, of, seq);
  return first !== null && first.seq <= entry.seq;
}

// The branches on which an entry stands.
function standingOn(set, of, seq) {
  const leaf = of.leaves[seq];
  return set.all.filter((strand) => strand === of
    || (strand.log === of.log && seq < strand.entries.length && leaf !== undefined && strand.leaves[seq] === leaf));
}

// How many entries of each branch stand before an entry, by links alone.
function pastOf(set, strand, seq) {
  const known = strand.pasts.get(seq);
  if (known !== undefined) return known;
  const sizes = new Map();
  const found = [];
  const take = (of, size) => {
    if ((sizes.get(of) ?? 0) >= size) return;
    sizes.set(of, size);
    found.push([of, size]);
  };
  for (const of of standingOn(set, strand, seq)) take(of, seq + 1);
  for (let at = 0; at < found.length; at += 1) {
    const [by, size] = found[at];
    if (sizes.get(by) === size) for (const of of set.all) followHops(set, by, of, size, take);
  }
  strand.pasts.set(seq, sizes);
  return sizes;
}

function followHops(set, by, of, size, take) {
  const receipt = receiptUntil(set, by, of, size - 1);
  if (receipt !== null) take(of, Math.min(receipt.size, of.entries.length));
  const continues = by.isFurther ? by.entries[0]?.body.continues ?? [] : [];
  for (const head of continues) {
    if (head.log === of.log && strandHasRoot(of, head.size, head.root)) {
      take(of, Math.min(head.size, of.entries.length));
    }
  }
}

function pastHolds(set, sizes, of, seq) {
  return standingOn(set, of, seq).some((strand) => (sizes.get(strand) ?? 0) > seq);
}

// How many labels the set in force at an entry asks for, where it asks for more.
export function pensAsked(set, strand, entry, kind) {
  const first = strand.isFurther ? strand.entries[0]?.body : set.members.get(strand.member);
  const changed = strand.keyEntries.findLast((earlier) => earlier.seq < entry.seq);
  const more = (changed?.body ?? first)?.more_pens ?? {};
  return bodyHas(more, kind) ? more[kind] : null;
}

// An entry as people cite it.
export function citeEntry(set, hash) {
  const place = set.byHash.get(hash);
  return place === undefined ? hash.slice(0, 8) : `${place.entry.log}/${place.entry.seq}`;
}

// How many first leaves two branches have in common.
export function sharedLeaves(one, other) {
  const most = Math.min(one.leaves.length, other.leaves.length);
  let at = 0;
  while (at < most && one.leaves[at] === other.leaves[at]) at += 1;
  return at;
}
