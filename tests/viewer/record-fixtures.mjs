// Writes the fixtures of status.test.mjs: `node record-fixtures.mjs PROGRAM NAME DIR CUT...`
// records what the program prints of the snapshot in DIR, as it stands and at each cut.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [program, name, folder, ...cuts] = process.argv.slice(2);

function printed(...words) {
  const text = execFileSync(program, [...words, '--json'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return text.trim().split('\n').map((line) => JSON.parse(line));
}

const bytes = readFileSync(join(folder, 'charter.json'));
const fixture = {
  ledger: createHash('sha256').update(bytes).digest('hex'),
  charter: JSON.parse(bytes),
  entries: printed('log', folder),
  at: ['', ...cuts].map((cut) => ({
    cut,
    status: printed('status', folder, ...(cut === '' ? [] : ['--as-of', cut]))[0],
  })),
};
const lines = Object.entries(fixture).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
writeFileSync(new URL(`fixtures/${name}.json`, import.meta.url), `{${lines.join(',\n')}}\n`);
