// For everyone: axe-core without a finding, at three widths, light and dark, from the left
// and from the right; and no sideways scroll down to 320 px.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, settled, watched } from './drive.mjs';
import { CORPUS, ROOT, example, pageOf } from './pages.mjs';

const AXE = join(ROOT, 'tests', 'browser', 'node_modules', 'axe-core', 'axe.min.js');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const WIDTHS = [320, 390, 1280];

async function findings(page, source) {
  await page.evaluate(source);
  return page.evaluate(async (tags) => {
    const { violations } = await globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id} x${nodes.length}: ${nodes[0].html.slice(0, 160)} | ${(nodes[0].failureSummary ?? '').replace(/\s+/g, ' ').slice(0, 200)}`);
  }, TAGS);
}

function widest() {
  const room = document.documentElement.clientWidth;
  const over = document.documentElement.scrollWidth - room;
  if (over <= 0) return { over };
  const wide = [...document.body.querySelectorAll('*')].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && (box.right > room + 1 || box.left < -1);
  });
  return { over, by: wide.slice(-3).map((one) => `${one.tagName} ${one.id} ${one.className}`) };
}

async function examine(browser, name, address, source, { check }, widths, firefox) {
  for (const tongue of ['en', 'ru', 'he']) {
    for (const scheme of firefox ? ['as it is'] : ['light', 'dark']) {
      const { page } = await watched(browser, { width: 1280 });
      if (!firefox) await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
      await page.goto(`${address}?lang=${tongue}`, { waitUntil: 'load' });
      await settled(page);
      const frame = await page.evaluate(() => [document.documentElement.lang, getComputedStyle(document.documentElement).direction]);
      check(`${name} is in ${tongue}`, frame[0].startsWith(tongue) && frame[1] === (tongue === 'he' ? 'rtl' : 'ltr'), frame);
      for (const width of widths) {
        await page.setViewport({ width, height: 900 });
        await new Promise((resolve) => setTimeout(resolve, 200));
        const label = `${name} ${tongue} ${scheme} ${width}`;
        const found = await findings(page, source);
        check(`${label} axe`, found.length === 0, found.join('\n        '));
        const sideways = await page.evaluate(widest);
        check(`${label} no sideways scroll`, sideways.over <= 0, sideways);
      }
      await page.close();
    }
  }
}

export async function group({ binary, work, check }) {
  const source = readFileSync(AXE, 'utf8');
  const subjects = [
    ['conduct', example('code-of-conduct', binary, work), WIDTHS],
    ['letters', example('letters-1933', binary, work), [390]],
    ['split', join(CORPUS, 'split', 'snapshot'), [320, 1280]],
    ['damaged', join(CORPUS, 'bit-in-entry', 'snapshot'), [320, 1280]],
  ];
  const chromium = await launch('chromium');
  const firefox = await launch('firefox');
  for (const [name, folder, widths] of subjects) {
    const file = join(work, `${name}.html`);
    writeFileSync(file, await pageOf(folder, binary, work));
    const address = pathToFileURL(file).href;
    await examine(chromium, name, address, source, { check }, widths, false);
    if (name === 'conduct') await examine(firefox, `firefox ${name}`, address, source, { check }, [390, 1280], true);
  }
  await chromium.close();
  await firefox.close();
}
