import { recordOf } from './acts.js';
import { consentsTo, qualifiedIn } from './consent.js';
import { effectsOf } from './ineffect.js';
import { noticesOf } from './notices.js';
import { sharedLeaves } from './strandset.js';
import { textsOf } from './texts.js';
import { mandatesOf, questionsOf, slotsOf } from './threads.js';

// What the record amounts to on every way through split logs. A way follows one branch of
// each log; no branch is preferred, the one held first is merely told first. What all ways
// say alike is told once, and else for each branch of the logs that it depends on.

const MOST_WAYS = 64;

// What the record amounts to on one way.
function statusOnWay(set, cut, strands) {
  const record = recordOf(set, cut, strands);
  const texts = textsOf(record);
  const notices = noticesOf(record, texts);
  const consents = texts.map((words) => consentsTo(record, texts, words, notices));
  const effects = effectsOf(record, texts, consents, notices);
  return {
    record,
    texts,
    atDigest: new Map(texts.map((words, at) => [words.digest, at])),
    related: [...texts.entries()].filter(([, words]) => words.body.relations.length > 0),
    notices,
    consents,
    effects,
    qualified: texts.map((words) => qualifiedIn(record, words)),
    questions: questionsOf(record, texts, consents),
    slots: slotsOf(record),
    mandates: mandatesOf(record),
  };
}

// The ways that are looked at: those of one branch each, then branches of several logs
// together, fewest first; and how many are not.
function waysThrough(set) {
  const logs = new Map();
  for (const branch of set.branches) logs.set(branch.log, [...(logs.get(branch.log) ?? []), branch]);
  const names = [...logs.keys()].sort();
  const count = names.reduce((all, log) => all * (logs.get(log).length + 1), 1);
  const ways = [[], ...names.flatMap((log) => logs.get(log).map((branch) => [branch]))];
  for (let next = 1; ways.length < MOST_WAYS && next < ways.length; next += 1) {
    const way = ways[next];
    const last = way[way.length - 1].log;
    for (const branch of names.filter((log) => log > last).flatMap((log) => logs.get(log))) {
      if (ways.length < MOST_WAYS) ways.push([...way, branch]);
    }
  }
  return { ways, leftOut: Math.max(count - ways.length, 0) };
}

// The status on each way, that of the branches held first before the others.
export function statusesOf(set, cut) {
  const { ways, leftOut } = waysThrough(set);
  const each = ways.map((way) => {
    const strands = set.first.map((strand) => way.find((branch) => branch.log === strand.log) ?? strand);
    return { way, status: statusOnWay(set, cut, strands) };
  });
  const split = new Set(set.branches.map((branch) => branch.log));
  return { set, ways: each, leftOut, splitLogs: [...split].sort() };
}

function branchesOfLog(set, log) {
  return set.all.filter((strand) => strand.log === log);
}

// What names a branch: its log, and its first entry that no branch before it has; of the one
// held first, the first that not all have.
function branchNamed(set, branch) {
  const all = branchesOfLog(set, branch.log);
  const isFirst = all[0] === branch;
  const others = isFirst ? all.slice(1) : all.slice(0, all.indexOf(branch));
  const common = others.map((other) => sharedLeaves(branch, other));
  const parts = isFirst ? Math.min(...common) : Math.max(...common);
  // A branch that ends where others go on is named by its last entry.
  const seq = Math.min(parts, branch.entries.length - 1);
  return { entry: `${branch.log}/${seq}`, hash: branch.leaves[seq], held_first: isFirst };
}

// The split logs, and the branches of each.
export function splitsTold(all) {
  const logs = all.splitLogs.map((log) => ({
    log,
    branches: branchesOfLog(all.set, log).map((branch) => branchNamed(all.set, branch)),
  }));
  return { logs, not_looked_at: all.leftOut };
}

// The branches of some logs that a way follows.
function branchesOnWay(all, at, logs) {
  return logs.map((log) => {
    const branch = all.ways[at].way.find((one) => one.log === log);
    const { entry, hash } = branchNamed(all.set, branch ?? branchesOfLog(all.set, log)[0]);
    return { entry, hash };
  });
}

function sameValue(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

// A value for each way, undefined where there is nothing to tell: told once where all are
// the same, and else once for each branch of the logs that it depends on.
export function toldOn(all, values) {
  const behind = logsBehind(all, values);
  // With ways left out, or nothing to tell on some, what lies between two values may not be
  // seen.
  const logs = tellsApart(all, values, behind) ? behind : all.splitLogs;
  const told = [];
  for (const [way, value] of values.entries()) {
    if (value === undefined) continue;
    const branches = branchesOnWay(all, way, logs);
    if (!told.some((known) => sameValue(known.branches, branches))) told.push({ branches, way, value });
  }
  return told;
}

// The split logs of which a branch alone makes another value.
function logsBehind(all, values) {
  const number = new Map(all.set.all.map((strand, at) => [strand, at]));
  return all.splitLogs.filter((log) => {
    const seen = new Map();
    return values.some((value, at) => {
      if (value === undefined) return false;
      const others = all.ways[at].way.filter((branch) => branch.log !== log);
      const name = others.map((branch) => number.get(branch)).join();
      const text = JSON.stringify(value);
      if (!seen.has(name)) seen.set(name, text);
      return seen.get(name) !== text;
    });
  });
}

// Whether the branches of these logs say which value it is.
function tellsApart(all, values, logs) {
  const known = new Map();
  return values.every((value, at) => {
    if (value === undefined) return true;
    const name = JSON.stringify(branchesOnWay(all, at, logs));
    const text = JSON.stringify(value);
    if (!known.has(name)) known.set(name, text);
    return known.get(name) === text;
  });
}
