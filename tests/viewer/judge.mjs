// The second verifier as a judge for the differential tests (tests/it/viewer_fuzz.rs):
// a line in, a line out, `ok` or a code.
//
//     entry|note|charter BASE64
//     journal BASE64-OF-CHARTER LOG BASE64      answers with `SIZE ok` or `SIZE code`
//     snapshot PATH BASE64 PATH BASE64 ...      answers with the report on one line
//     key HEX                                   answers with ok or key_form
//     signed KEY BASE64-OF-68-BYTES BASE64      a line of `moscow/main` over a text

import { createInterface } from 'node:readline';

import { bytesOfBase64, textOfBytes } from '../../src/viewer/bytes.js';
import { passesGate } from '../../src/viewer/keys.js';
import { holdsLine, lineOfSeal } from '../../src/viewer/note.js';
import { judgeForm, judgeJournal, verifySnapshot } from '../../src/viewer/verify.js';

const NAME = 'moscow/main';

async function judgeSnapshot(given) {
  const files = new Map();
  for (let at = 0; at < given.length; at += 2) files.set(given[at], bytesOfBase64(given[at + 1]));
  const { ledger, verdict, checked, logs, findings } = (await verifySnapshot(files)).report;
  const rows = logs.map((one) => `${one.log} ${one.size} ${one.sealed} ${one.head} ${one.root} ${one.verdict}`);
  const told = findings.map((one) => `${one.log ?? 'copy'} ${one.code} ${one.reason ?? ''} ${one.where}`);
  const counted = `${checked.entries} ${checked.links} ${checked.signatures}`;
  return [`${ledger}`, verdict, counted, ...rows, ...told].join('; ');
}

async function judge(kind, ...given) {
  if (kind === 'key') return passesGate(given[0]) ? 'ok' : 'key_form';
  if (kind === 'journal') {
    const { size, code } = await judgeJournal(bytesOfBase64(given[0]), given[1], bytesOfBase64(given[2]));
    return `${size} ${code}`;
  }
  if (kind === 'snapshot') return judgeSnapshot(given);
  if (kind === 'signed') {
    const text = textOfBytes(bytesOfBase64(given[2]));
    return (await holdsLine(text, lineOfSeal(NAME, given[1]), NAME, given[0])) ? 'ok' : 'signature';
  }
  return judgeForm(kind, bytesOfBase64(given[0] ?? ''));
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await judge(...line.split(' '))}\n`);
}
