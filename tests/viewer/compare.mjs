// Reads cases over stdin, one a line: the entries of a record, a cut, and what the command
// line prints of it; works the same out by the page's own rules, and says which differ.

import { createInterface } from 'node:readline';
import { cutAt, cutDated } from '../../src/viewer/cut.js';
import { asks, commitments, status } from '../../src/viewer/status.js';
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

function differ(one) {
  const record = recorded(one);
  const options = optionsOf(record, one);
  const { format, ledger, ...expected } = one.status;
  const { cut, splits, texts, questions } = expected;
  return [
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
