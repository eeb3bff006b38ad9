// The pictures of the page in `docs`, of the example of 2027 or of the one of 1933:
//
//     node tests/browser/shots.mjs BINARY WORKDIR [code-of-conduct|letters-1933]
//
// Without a name both are taken, into WORKDIR; `--docs` writes page-wide.png and
// page-narrow.png of the first, letters-wide.png and letters-narrow.png of the second
// into docs.

import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, look } from './drive.mjs';
import { ROOT, example, pageOf } from './pages.mjs';

const MOST = 400_000;
const DOCS = { 'code-of-conduct': 'page', 'letters-1933': 'letters' };
const SIZES = [['wide', 1280, 1800], ['narrow', 390, 1500]];

async function shoot(browser, address, file, [, width, height]) {
  const { page, told } = await look(browser, address, { width, height });
  await new Promise((done) => setTimeout(done, 500));
  for (let tall = height; ; tall -= 200) {
    const full = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.screenshot({ path: file, clip: { x: 0, y: 0, width, height: Math.min(tall, full) }, captureBeyondViewport: true });
    if (statSync(file).size < MOST || tall <= 600) break;
  }
  console.log(`${file}: ${statSync(file).size} bytes, ${told.state}`);
  await page.close();
}

const words = process.argv.slice(2);
const toDocs = words.includes('--docs');
const [binary, work, only] = words.filter((word) => word !== '--docs');
if (!binary || !work) {
  console.error('use: node tests/browser/shots.mjs BINARY WORKDIR [EXAMPLE] [--docs]');
  process.exit(2);
}
mkdirSync(work, { recursive: true });
const browser = await launch('chromium', { words: ['--hide-scrollbars', '--lang=en-GB', '--force-color-profile=srgb'] });
for (const name of only ? [only] : ['code-of-conduct', 'letters-1933']) {
  const folder = example(name, resolve(binary), resolve(work));
  const html = join(resolve(work), `${name}.html`);
  writeFileSync(html, await pageOf(folder, resolve(binary), resolve(work)));
  for (const size of SIZES) {
    const file = toDocs ? join(ROOT, 'docs', `${DOCS[name]}-${size[0]}.png`) : join(work, `${name}-${size[0]}.png`);
    await shoot(browser, `${pathToFileURL(html).href}?lang=en`, file, size);
  }
}
await browser.close();
