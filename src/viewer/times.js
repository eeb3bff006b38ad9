// By when, and not before when, an entry existed, on the word of witnesses that the reader
// relies on (docs/SPEC.md sections 21 and 24). Nobody's word counts until the reader names it.

import { sequenceOf } from './sequence.js';
import { witnessOfVkey } from './cosign.js';

const TIMES_MOST_LINES = 1000;

/** The lines of a policy, or verifier keys alone: the witnesses, the groups, the quorum,
 *  and the lines that were not understood. */
export function readTrust(text) {
  const trust = { witnesses: new Map(), groups: new Map(), quorum: null, authorities: new Set(), grouped: new Set(), unread: [] };
  for (const line of text.split('\n').slice(0, TIMES_MOST_LINES)) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/).filter(Boolean);
    if (words.length > 0 && !timesLine(trust, words)) trust.unread.push(line.trim().slice(0, 200));
  }
  return trust;
}

function timesLine(trust, [word, name, ...rest]) {
  const isKnown = (one) => trust.witnesses.has(one) || trust.authorities.has(one) || trust.groups.has(one);
  const isNew = (one) => one !== undefined && one !== 'none' && !isKnown(one);
  const isOther = (witness) => ![...trust.witnesses.values()].some((one) => one.name === witness.name && one.id === witness.id);
  if (word === 'log') return true;
  if (word === 'tsa') {
    if (!isNew(name)) return false;
    trust.authorities.add(name);
    return true;
  }
  if (word === 'witness') {
    const witness = witnessOfVkey(rest[0] ?? '');
    if (witness === null || !isNew(name) || !isOther(witness)) return false;
    trust.witnesses.set(name, witness);
    return true;
  }
  if (word === 'group') {
    const [due, ...members] = rest;
    const threshold = { any: 1, all: members.length }[due] ?? (/^[1-9][0-9]{0,3}$/.test(due) ? Number(due) : 0);
    if (!isNew(name) || threshold < 1 || threshold > members.length || !members.every(isKnown) || new Set(members).size < members.length || members.some((one) => trust.grouped.has(one))) return false;
    for (const one of members) trust.grouped.add(one);
    trust.groups.set(name, { threshold, members });
    return true;
  }
  if (word === 'quorum') {
    if (trust.quorum !== null || !(name === 'none' || isKnown(name))) return false;
    trust.quorum = name;
    return true;
  }
  const witness = name === undefined ? witnessOfVkey(word) : null;
  if (witness === null || !isNew(witness.name) || !isOther(witness)) return false;
  trust.witnesses.set(witness.name, witness);
  return true;
}

/** What the cosignatures show under a reader's trust: a function of an entry that answers
 *  `{by, from}`, each `{time, source}` or nothing. `found` is what `judgeCosignatures` answered. */
export function timesOf(record, found, trust) {
  const order = sequenceOf(record);
  const counted = found.filter((one) => one.holds === 'yes' && one.here);
  const named = new Map();
  for (const entry of order.entries) {
    for (const file of Array.isArray(entry.after) ? entry.after : []) named.set(file, [...(named.get(file) ?? []), entry]);
  }
  const sources = [...trust.witnesses].map(([name, witness]) => [name, counted.filter((one) => one.witness === witness.name && one.id === witness.id)]);
  const isIn = (entry, log, size) => {
    if (entry.log === log) return entry.seq < size;
    const past = order.pasts.get(`${log}/${size - 1}`);
    return past !== undefined && past[order.at.get(entry.log)] > entry.seq;
  };
  const follows = (entry, file) => (named.get(file) ?? []).some((one) => one.entry === entry.entry || isIn(one, entry.log, entry.seq + 1));
  const bound = (isOne, sign) => (entry) => {
    const times = new Map();
    for (const [name, own] of sources) {
      const all = own.filter((one) => isOne(entry, one)).map((one) => one.time).sort();
      if (all.length > 0) times.set(name, sign > 0 ? all[0] : all.at(-1));
    }
    return timesUnder(trust, times, sign);
  };
  const by = bound((entry, one) => isIn(entry, one.log, one.size), 1);
  const from = bound((entry, one) => follows(entry, one.file), -1);
  return (entry) => {
    const [upper, lower] = [by(entry), from(entry)];
    // Bounds that exclude each other are none.
    return upper && lower && upper.time < lower.time ? { by: null, from: null } : { by: upper, from: lower };
  };
}

// The time on which as many agree as the quorum asks for; without one, each by itself.
function timesUnder(trust, times, sign) {
  const inOrder = (list) => list.sort((a, b) => sign * (a.time < b.time ? -1 : Number(a.time > b.time)));
  const told = (name) => {
    const group = trust.groups.get(name);
    if (group === undefined) return times.has(name) ? { time: times.get(name), source: name } : null;
    const have = inOrder(group.members.map(told).filter(Boolean));
    const last = have[group.threshold - 1];
    return last ? { time: last.time, source: `${name} ${have.length}/${group.members.length}` } : null;
  };
  if (trust.quorum === 'none') return null;
  if (trust.quorum !== null) return told(trust.quorum);
  return inOrder([...trust.witnesses.keys()].map(told).filter(Boolean))[0] ?? null;
}
