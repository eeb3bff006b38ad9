// Ten thousand entries open and verify. The bound is a ratio to bare signature checks in
// the same browser at the same hour; the times themselves are only printed.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BROWSERS, launch, look } from './drive.mjs';
import { due, pageOf } from './pages.mjs';

/** As many bare checks of one signature as there are entries, in slices as a page would. */
async function bare(times) {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const bytes = new Uint8Array(1024);
  const signature = await crypto.subtle.sign('Ed25519', pair.privateKey, bytes);
  const began = performance.now();
  for (let done = 0; done < times; done += 256) {
    const slice = Array.from({ length: Math.min(256, times - done) }, () => crypto.subtle.verify('Ed25519', pair.publicKey, signature, bytes));
    if (!(await Promise.all(slice)).every(Boolean)) throw new Error('a bare check failed');
  }
  return performance.now() - began;
}

export async function group({ binary, work, check, note }) {
  const folder = join(work, 'many', 'snapshot');
  const file = join(work, 'many.html');
  const bytes = await pageOf(folder, binary, work);
  writeFileSync(file, bytes);
  const wanted = due(binary, folder);
  const { entries } = wanted.report.checked;
  check('the command checks ten thousand entries', entries === 10000, entries);
  for (const name of BROWSERS) {
    const browser = await launch(name);
    const began = Date.now();
    const { page, told } = await look(browser, pathToFileURL(file).href, { timeout: 240000 });
    const whole = Date.now() - began;
    check(`${name} state ${wanted.state}`, told.state === wanted.state, told);
    const loaded = await page.evaluate(() => performance.getEntriesByType('navigation')[0]?.domContentLoadedEventEnd ?? 0);
    const drawn = await page.evaluate(() => [document.querySelectorAll('article.entry').length, document.querySelectorAll('*').length]);
    check(`${name} draws no more than a part`, drawn[0] > 0 && drawn[0] <= 1000, drawn);
    const calibration = await page.evaluate(bare, entries);
    const ratio = whole / calibration;
    note(`${name}: ${bytes.length} bytes, loaded in ${Math.round(loaded)} ms, whole in ${whole} ms, ${drawn[0]} entries and ${drawn[1]} elements drawn; bare checks ${Math.round(calibration)} ms; ratio ${ratio.toFixed(1)}`);
    check(`${name} opens and verifies within ten times the bare checks`, ratio < 10, ratio.toFixed(1));
    await browser.close();
  }
}
