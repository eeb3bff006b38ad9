// One byte of the data is changed, anywhere: the page never calls the record whole.
//
// The places are drawn by a generator with a fixed seed, and the ends are always among
// them. Each changed page is loaded anew, with its changed bytes in the file.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, settled, watched } from './drive.mjs';
import { CORPUS, pageOf, viewer } from './pages.mjs';

const TIMES = 300;
const GOOD = ['whole', 'compared'];

function dice(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function places(from, length) {
  const draw = dice(20261123);
  const drawn = Array.from({ length: TIMES }, () => from + draw(length - from));
  return [from, from + 1, length - 5, length - 4, length - 3, length - 2, length - 1, ...drawn];
}

export async function group({ binary, work, check, note }) {
  const folder = join(CORPUS, 'whole-two-sides', 'snapshot');
  const good = await pageOf(folder, binary, work);
  const from = (await viewer(binary, work)).length;
  const draw = dice(7);
  const file = join(work, 'flipped.html');
  const address = pathToFileURL(file).href;
  mkdirSync(work, { recursive: true });
  const browser = await launch('chromium');
  const { page, seen } = await watched(browser);
  const told = async (bytes) => {
    writeFileSync(file, bytes);
    await page.goto(address, { waitUntil: 'load' });
    return settled(page);
  };
  check('as it was published: whole', GOOD.includes((await told(good)).state));
  const states = {};
  for (const at of places(from, good.length)) {
    const bytes = Buffer.from(good);
    bytes[at] ^= 1 << draw(8);
    const { state, codes } = await told(bytes);
    states[state] = (states[state] ?? 0) + 1;
    const shown = state && state !== 'checking' && state !== 'no headline' && !GOOD.includes(state);
    check(`byte ${at - from} of ${good.length - from}: ${good[at]} is ${bytes[at]}`, shown, { state, codes });
  }
  for (const cut of [1, 2, 5, 100, good.length - from - 1, good.length - from]) {
    const { state } = await told(good.subarray(0, good.length - cut));
    check(`the last ${cut} bytes are gone`, !GOOD.includes(state), state);
  }
  check('something after the end', !GOOD.includes((await told(Buffer.concat([good, Buffer.from('charter.json AAAA\n')]))).state));
  check('nothing was thrown', seen.errors.length === 0, seen.errors.slice(0, 3));
  note(`states: ${JSON.stringify(states)}`);
  await browser.close();
}
