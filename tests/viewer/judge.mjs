// The second verifier as a judge for the differential tests (tests/it/viewer_fuzz.rs):
// a line in, a line out, `ok` or a code.
//
//     entry|note|charter BASE64
//     journal BASE64-OF-CHARTER LOG BASE64      answers with `SIZE ok` or `SIZE code`
//     key HEX                                   answers with ok or key_form
//     signed KEY BASE64-OF-68-BYTES BASE64      a line of `moscow/main` over a text

import { createInterface } from 'node:readline';

import { bytesOfBase64, textOfBytes } from '../../src/viewer/bytes.js';
import { passesGate } from '../../src/viewer/keys.js';
import { holdsLine, lineOfSeal } from '../../src/viewer/note.js';
import { judgeForm, judgeJournal } from '../../src/viewer/verify.js';

const NAME = 'moscow/main';

async function judge(kind, ...given) {
  if (kind === 'key') return passesGate(given[0]) ? 'ok' : 'key_form';
  if (kind === 'journal') {
    const { size, code } = await judgeJournal(bytesOfBase64(given[0]), given[1], bytesOfBase64(given[2]));
    return `${size} ${code}`;
  }
  if (kind === 'signed') {
    const text = textOfBytes(bytesOfBase64(given[2]));
    return (await holdsLine(text, lineOfSeal(NAME, given[1]), NAME, given[0])) ? 'ok' : 'signature';
  }
  return judgeForm(kind, bytesOfBase64(given[0] ?? ''));
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await judge(...line.split(' '))}\n`);
}
