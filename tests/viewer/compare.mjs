// Reads cases over stdin, one a line: the entries of a record, a cut, and what the command
// line prints of it; works the same out by the page's own rules, and says which differ.

import { createInterface } from 'node:readline';
import { bodyOf } from '../../src/viewer/bodies.js';
import { cutAt, cutDated } from '../../src/viewer/cut.js';
import { asks, commitments, status, withoutEffect } from '../../src/viewer/status.js';
import { differences, recorded, vocabulary } from './recorded.mjs';

globalThis.VOCABULARY = vocabulary('standing', 'effect');

function optionsOf(record, { cut, status: expected }) {
  const report = { verdict: expected.verdict, findings: expected.findings };
  if (cut.at !== undefined) return { cut: cutAt(record, cut.at), report };
  if (cut.dated !== undefined) {
    return { cut: cutDated(record, `${cut.dated}T23:59:59Z`), day: cut.dated, day_by: 'named', report };
  }
  return { day: expected.cut.day, report };
}

// What each entry amounts to, by the lines of `log`: as it is written, without effect and
// why, or not understood.
function effectsApart(record, entries) {
  const reasons = withoutEffect(record);
  return entries.flatMap((entry) => {
    const why = reasons.get(entry.hash);
    let said = null;
    if (bodyOf(entry) === null) said = 'not understood';
    else if (why !== undefined) said = `without effect: ${reasonFor(why)}`;
    const due = entry.effect?.startsWith('not understood') ? 'not understood' : entry.effect ?? null;
    return said === due ? [] : [`${entry.entry} ${entry.hash.slice(0, 8)}: ${said} and not ${entry.effect}`];
  });
}

function reasonFor({ row, places }) {
  return VOCABULARY[`effect.${row}`][0].replace(/\{(\w+)\}/g, (_, name) => places[name]);
}

function differ(one) {
  const record = recorded(one);
  // How much is under a seal is the verifier's to say, and stands in no line of `log`.
  for (const { log, sealed } of one.status.logs) if (record.logs.has(log)) record.logs.get(log).sealed = sealed;
  const options = optionsOf(record, one);
  const { format, ledger, ...expected } = one.status;
  const { cut, splits, texts, questions } = expected;
  return [
    ...(Object.keys(one.cut).length === 0 ? effectsApart(record, one.entries) : []),
    ...differences(status(record, options), expected, 'status'),
    ...differences(commitments(record, options), { cut, splits, texts }, 'commitments'),
    ...differences(asks(record, options), { cut, splits, questions }, 'asks'),
  ];
}

let count = 0;
let apart = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const one = JSON.parse(line);
  count += 1;
  let found = [];
  try {
    found = differ(one);
  } catch (error) {
    found = [error.stack];
  }
  if (found.length === 0) continue;
  apart += 1;
  if (apart <= 20) console.log([one.name, ...found.slice(0, 6)].join('\n  '));
}
console.log(`${count} compared, ${apart} differ`);
process.exitCode = apart === 0 && count > 0 ? 0 : 1;
