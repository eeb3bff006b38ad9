// Checks of the reader's page in real browsers:
//
//     node tests/browser/run.mjs BINARY WORKDIR [GROUP]
//
// BINARY is the program, WORKDIR a folder for what is made on the way. Prints a line a
// check; ends with 1 after the first group in which one failed.

import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checks } from './checks.mjs';

const GROUPS = ['corpus', 'flips', 'hostile', 'access', 'use', 'size'];

const [binary, work, only] = process.argv.slice(2);
if (!binary || !work || (only && !GROUPS.includes(only))) {
  console.error(`use: node tests/browser/run.mjs BINARY WORKDIR [${GROUPS.join('|')}]`);
  process.exit(2);
}
mkdirSync(work, { recursive: true });
// That of an earlier run can be of another program.
rmSync(join(work, 'viewer.html'), { force: true });
for (const name of only ? [only] : GROUPS) {
  const { group } = await import(`./${name}.mjs`);
  const all = checks();
  console.log(`## ${name}`);
  const began = Date.now();
  try {
    await group({ binary: resolve(binary), work: resolve(work), ...all });
  } catch (error) {
    all.check(`${name} ran to its end`, false, String(error.stack ?? error));
  }
  const { good, bad } = all.count();
  console.log(`${name}: ${good} hold, ${bad} do not; ${Math.round((Date.now() - began) / 1000)} s`);
  if (bad > 0) process.exit(1);
}
process.exit(0);
