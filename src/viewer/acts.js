import { bodyOf } from './bodies.js';
import { receiptOf, strandReceives } from './strandset.js';
import { effectOf } from './effect.js';
import { wordsDigest } from './texts.js';

// The acts within a cut, each after what its author had received, and what they say of each
// other: what status is computed from. A link counts where its author had received what it
// names.

const ALWAYS_ACTS = ['actor', 'adopt', 'answer', 'ask', 'envelope', 'key', 'notice', 'open', 'text'];

// Statements and reports that name no other entry move nothing.
function isAct(entry) {
  const body = bodyOf(entry);
  return ALWAYS_ACTS.includes(entry.kind) || (body !== null && body.references.length > 0);
}

// The record on some strands, one of each log.
export function recordOf(set, cut, strands) {
  const record = {
    set,
    cut,
    strands,
    byLog: new Map(strands.map((strand) => [strand.log, strand])),
    acts: [],
    byHash: new Map(),
    byMember: new Map(),
    named: new Map(),
    links: new Map(),
    on: new Map(),
    actors: new Map(),
    envelopes: [],
  };
  for (const [strand, entry] of actsInOrder(record)) {
    addAct(record, actOf(record, strand, entry));
  }
  nameOthers(record);
  return record;
}

function actOf(record, strand, entry) {
  const body = bodyOf(entry);
  const act = { entry, hash: entry.hash, body, is: body?.is ?? null, member: strand.member, at: null };
  act.without = effectOf(record, strand, act);
  act.stands = body !== null && act.without === null;
  return act;
}

function pushTo(map, key, item) {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

function addAct(record, act) {
  act.at = record.acts.length;
  record.acts.push(act);
  record.byHash.set(act.hash, act);
  if (act.is === 'envelope') record.envelopes.push(act);
  if (!act.stands) return;
  pushTo(record.byMember, act.member, act);
  const digest = wordsDigest(record, act);
  if (digest !== null) pushTo(record.on, digest, act);
  if (act.is === 'actor') pushTo(record.actors, act.member, act);
  for (const entry of act.body.references) {
    if (recordReceives(record, act.entry, entry)) pushTo(record.links, entry, act);
  }
}

// Entries that are no acts and that acts name.
function nameOthers(record) {
  const found = [];
  for (const act of record.acts) {
    for (const hash of act.body?.references ?? []) {
      const other = unlistedAct(record, hash);
      if (other !== null) found.push(other);
    }
  }
  for (const act of found) record.named.set(act.hash, act);
}

// The act of an entry that lies in the cut.
export function actNamed(record, hash) {
  return record.byHash.get(hash) ?? record.named.get(hash) ?? null;
}

// An entry of these branches that is no act, as if it were one.
export function unlistedAct(record, hash) {
  if (record.byHash.has(hash)) return null;
  const held = heldEntry(record, hash);
  const strand = held === null ? undefined : record.byLog.get(held.entry.log);
  if (strand === undefined || isAct(held.entry) || strand.leaves[held.entry.seq] !== hash) return null;
  return actOf(record, strand, held.entry);
}

// An entry that lies in the cut, with its strand.
export function heldEntry(record, hash) {
  const act = actNamed(record, hash);
  if (act !== null) return { strand: record.byLog.get(act.entry.log), entry: act.entry };
  const place = record.set.byHash.get(hash);
  const lies = place !== undefined && place.entry.seq < (record.cut.sizes.get(place.strand.log) ?? 0);
  return lies ? place : null;
}

// Whether an entry's author had another before it, and that is held.
export function recordReceives(record, entry, hash) {
  const own = record.byLog.get(entry.log);
  const held = heldEntry(record, hash);
  if (own === undefined || held === null) return false;
  return strandReceives(record.set, own, entry, held.strand, held.entry.seq);
}

// The acts with effect that name one, in order.
export function actsNaming(record, hash) {
  return record.links.get(hash) ?? [];
}

// Acts once each, in the order of the record.
export function actsInTurn(acts) {
  return [...new Set(acts)].sort((one, other) => one.at - other.at);
}

// For each other log the receipt within the cut by which it first received an entry.
export function receiversOf(record, entry) {
  const of = record.byLog.get(entry.log);
  if (of === undefined) return [];
  const found = [];
  for (const by of record.strands.filter((strand) => strand.log !== of.log)) {
    const first = receiptOf(record.set, by, of, entry.seq);
    if (first !== null && first.seq < (record.cut.sizes.get(by.log) ?? 0)) found.push({ by, receipt: first });
  }
  return found;
}

// The members in a role, by id.
export function membersInRole(record, role) {
  const members = [...record.set.members.values()].filter((member) => member.role === role);
  return members.map((member) => member.id).sort();
}

// Acts in an order in which each stands after all that its author had received; beside each
// other, logs in theirs.
function actsInOrder(record) {
  const { set, strands, cut } = record;
  const rest = strands.map((strand) => {
    const within = strand.entries.slice(0, cut.sizes.get(strand.log) ?? 0);
    return within.filter(isAct);
  });
  const next = strands.map(() => 0);
  const out = [];
  for (;;) {
    const heads = rest.map((acts, at) => acts[next[at]] ?? null);
    const waits = (at) => strands.some((of, other) => heads[other] !== null && of.log !== strands[at].log
      && strandReceives(set, strands[at], heads[at], of, heads[other].seq));
    let ready = strands.findIndex((_, at) => heads[at] !== null && !waits(at));
    // Seals that contradict each other can name heads in a ring of branches.
    if (ready < 0) ready = heads.findIndex((head) => head !== null);
    if (ready < 0) return out;
    out.push([strands[ready], heads[ready]]);
    next[ready] += 1;
  }
}
