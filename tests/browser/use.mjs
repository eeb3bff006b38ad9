// As a reader uses it: by keyboard, in another tongue, back in time, on paper, over an
// unprotected connection; and nothing leaves the page, nothing is written to the console.

import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BROWSERS, beyond, launch, look, settled } from './drive.mjs';
import { example, pageOf, run, viewer } from './pages.mjs';
import { serve } from './serve.mjs';

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** What can be acted on and is seen, and what the tab key came to. */
async function tabs(page, most = 600) {
  const all = await page.evaluate(() => {
    const list = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0 && one.type !== 'radio');
    list.forEach((one, at) => { one.dataset.tabbed = at; });
    document.activeElement?.blur();
    return list.length;
  });
  await page.bringToFront();
  const reached = new Set();
  const noRing = [];
  for (let step = 0; step < Math.min(all + 20, most); step += 1) {
    await page.keyboard.press('Tab');
    const [at, ring, html] = await page.evaluate(() => {
      const one = document.activeElement;
      const style = getComputedStyle(one);
      return [one.dataset.tabbed, !document.hasFocus() || style.outlineStyle !== 'none' || style.boxShadow !== 'none', one.outerHTML.slice(0, 80)];
    });
    if (at === null || at === undefined) continue;
    reached.add(at);
    if (!ring) noRing.push(html);
  }
  const left = await page.evaluate((seen) => [...document.querySelectorAll('[data-tabbed]')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !seen.includes(one.dataset.tabbed)).map((one) => one.outerHTML.slice(0, 100)), [...reached]);
  return { all, left, noRing };
}

async function state(page) {
  return page.evaluate(() => document.getElementById('headline').dataset.state);
}

async function byHand(page, label, address, { check }) {
  await page.focus('#compared');
  await page.keyboard.press(' ');
  await pause(800);
  check(`${label} the mark "compared" counts`, (await state(page)) === 'compared', await state(page));
  check(`${label} and is told aloud`, await page.evaluate(() => document.getElementById('live').textContent.trim() !== ''));
  await page.focus('#compared');
  await page.keyboard.press(' ');
  await pause(800);
  check(`${label} and can be taken back`, (await state(page)) === 'whole', await state(page));
  // Last, since the tour can end in the browser's own bars.
  const found = await tabs(page);
  check(`${label} tab comes to all ${found.all}`, found.all > 10 && found.left.length === 0, found.left.slice(0, 5));
  check(`${label} the focus is seen`, found.noRing.length === 0, found.noRing.slice(0, 5));
}

async function cut(page, label, { check }) {
  const before = await page.evaluate(() => document.querySelectorAll('article.entry').length);
  const slider = await page.$('input[type=range]');
  if (!check(`${label} there is a cut`, slider !== null)) return;
  await slider.focus();
  await page.keyboard.press('Home');
  await pause(500);
  const fewer = await page.evaluate(() => [...document.querySelectorAll('article.entry')].filter((one) => one.checkVisibility()).length);
  check(`${label} the cut at the beginning shows less`, fewer < before, [before, fewer]);
  await slider.focus();
  await page.keyboard.press('End');
  await pause(500);
  const again = await page.evaluate(() => [...document.querySelectorAll('article.entry')].filter((one) => one.checkVisibility()).length);
  check(`${label} and at the end all again`, again === before, [before, again]);
}

/** With the reader's policy the page gives each entry the times that `log --policy` gives. */
async function times(browser, binary, work, { check }) {
  const folder = example('witnessed', binary, work);
  const policy = join(folder, '..', 'policy');
  const file = join(work, 'times.html');
  writeFileSync(file, await pageOf(folder, binary, work));
  const { page, seen } = await look(browser, `${pathToFileURL(file).href}?lang=en`);
  const told = () => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.item[data-entry]')].map((item) => [item.dataset.entry,
    ['by', 'from'].map((bound) => item.querySelector(`.brackets .${bound} time`)?.getAttribute('datetime') ?? null)])));
  const before = await told();
  check('without a policy no time is shown', Object.values(before).flat().every((time) => time === null), before);
  const rows = run(binary, 'log', folder, '--policy', policy, '--json').stdout.trim().split('\n').map((line) => JSON.parse(line));
  const due = Object.fromEntries(rows.map(({ entry, time }) => [entry, [time.existed_by?.time ?? null, time.not_before?.time ?? null]]));
  await (await page.$('#trust-file')).uploadFile(policy);
  await pause(1500);
  const after = await told();
  const sorted = (one) => JSON.stringify(Object.entries(one).sort());
  check('with one they are those of the command', sorted(after) === sorted(due) && rows.length > 4, [after, due]);
  check('some are shown', Object.values(due).flat().filter(Boolean).length > 6, due);
  check('times are silent', seen.console.length + seen.errors.length === 0, [...seen.console, ...seen.errors]);
  await page.close();
}

/** A folder that is given to an empty viewer, and one that is not what its page carries. */
async function folders(browser, binary, work, { check }) {
  const folder = example('code-of-conduct', binary, work);
  const [changed, empty, own] = [join(work, 'changed'), join(work, 'folders.html'), join(work, 'own.html')];
  cpSync(folder, changed, { recursive: true });
  const bundle = join(changed, 'logs', 'mission', 'tile', 'entries', '000.p', '2');
  const bytes = readFileSync(bundle);
  bytes[200] ^= 1;
  writeFileSync(bundle, bytes);
  writeFileSync(empty, await viewer(binary, work));
  writeFileSync(own, await pageOf(folder, binary, work));
  for (const [page, given, state] of [[empty, folder, 'whole'], [empty, changed, 'damaged'], [own, folder, 'whole'], [own, changed, 'damaged']]) {
    const { page: at } = await look(browser, `${pathToFileURL(page).href}?lang=en`);
    await (await at.$('#folder-input')).uploadFile(given);
    await pause(2000);
    const label = `${given === changed ? 'a changed folder' : 'a folder'} given to ${page === own ? 'its page' : 'an empty viewer'}`;
    const [told, notes] = await at.evaluate(() => [document.getElementById('headline').dataset.state, document.querySelector('.folder-notes').textContent]);
    check(`${label}: ${state}`, told === state, told);
    check(`${label}: what is shown is named, and what differs`, notes.includes('from the folder') && (page !== own || notes.includes('mission/tile/entries') === (given === changed)), notes);
    await at.close();
  }
}

async function permalink(browser, label, address, { check }) {
  const { page } = await look(browser, `${address}#moscow/1`);
  await pause(800);
  const place = await page.evaluate(() => {
    const one = document.getElementById('moscow/1');
    if (!one) return 'no entry';
    const box = one.getBoundingClientRect();
    return box.top < innerHeight && box.bottom > 0 ? 'seen' : `at ${box.top} of ${innerHeight}`;
  });
  check(`${label} a permalink leads to its entry`, place === 'seen', place);
  await page.close();
}

async function tongues(browser, label, address, { check }) {
  for (const [tongue, direction] of [['ru', 'ltr'], ['he', 'rtl']]) {
    const { page, told } = await look(browser, `${address}?lang=${tongue}`);
    const frame = await page.evaluate(() => [document.documentElement.lang, document.dir || getComputedStyle(document.documentElement).direction]);
    check(`${label} in ${tongue}`, frame[0] === tongue && frame[1] === direction, frame);
    const letters = tongue === 'ru' ? /[а-я]{4}/i : /[א-ת]{3}/;
    check(`${label} the headline is in ${tongue}`, letters.test(told.text), told.text);
    const left = await page.evaluate(() => getComputedStyle(document.querySelector('#fingerprint')).direction
      && [...document.querySelectorAll('#fingerprint [translate=no], #fingerprint code')].every((one) => getComputedStyle(one).direction === 'ltr'));
    check(`${label} the fingerprint runs from the left in ${tongue}`, left);
    await page.close();
  }
}

async function paper(page, label, work, { check, note }) {
  const digits = await page.evaluate(() => (document.getElementById('fingerprint').textContent.match(/\b\d{5}\b/g) ?? []).slice(0, 8));
  check(`${label} the fingerprint has eight groups of digits`, digits.length === 8, digits);
  const file = join(work, 'printed.pdf');
  await page.pdf({ path: file, format: 'A4' });
  const text = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  if (text.status !== 0) return note('pdftotext is not here: what is printed is not read');
  const sheets = text.stdout.split('\f').slice(0, -1);
  const without = sheets.map((sheet, at) => [at + 1, sheet.replace(/\s+/g, ' ')]).filter(([, sheet]) => !digits.every((group) => sheet.includes(group)));
  return check(`${label} each of ${sheets.length} sheets has the fingerprint`, sheets.length > 0 && without.length === 0, without.map(([at]) => at));
}

async function unprotected(bytes, { check }) {
  const server = await serve(new Map([['/', bytes]]));
  const browser = await launch('chromium', { words: ['--host-resolver-rules=MAP x.test 127.0.0.1'] });
  const { page, seen, told } = await look(browser, `http://x.test:${server.port}/`);
  check('over plain http it says that it cannot check', told.state === 'uncheckable', told);
  const shown = await page.evaluate(() => [isSecureContext, document.querySelectorAll('article.entry').length, document.body.innerText]);
  check('the connection is indeed unprotected', shown[0] === false);
  check('the entries can be read all the same', shown[1] > 3, shown[1]);
  check('and says what to do', /https|disk|save/i.test(shown[2]));
  check('nothing was thrown there', seen.errors.length + seen.console.length === 0, [...seen.errors, ...seen.console]);
  await browser.close();
  server.close();
}

async function empty(browser, label, binary, work, { check }) {
  const file = join(work, 'empty.html');
  writeFileSync(file, await viewer(binary, work));
  const { page, seen } = await look(browser, pathToFileURL(file).href, { timeout: 1500 });
  const picker = await page.evaluate(() => [...document.querySelectorAll('input[type=file]')].length);
  check(`${label} an empty viewer asks for a folder or a file`, picker > 0, picker);
  check(`${label} an empty viewer is silent`, seen.errors.length + seen.console.length === 0, [...seen.errors, ...seen.console]);
  await page.close();
}

export async function group({ binary, work, check, note }) {
  const all = { check, note };
  const folder = example('code-of-conduct', binary, work);
  const bytes = await pageOf(folder, binary, work);
  const file = join(work, 'use.html');
  writeFileSync(file, bytes);
  const server = await serve(new Map([['/use/', bytes]]));
  const known = JSON.parse(run(binary, 'log', folder, '--json').stdout.trim().split('\n')[0]);
  check('the command reads the same folder', typeof known === 'object');
  for (const name of BROWSERS) {
    const browser = await launch(name);
    for (const address of [server.at('/use/'), pathToFileURL(file).href]) {
      const label = `${name} ${address.split(':')[0]}`;
      const { page, seen } = await look(browser, address);
      await settled(page);
      if (address.startsWith('http')) await byHand(page, label, address, all);
      await cut(page, label, all);
      if (name === 'chromium' && address.startsWith('file')) await paper(page, label, work, all);
      await permalink(browser, label, address, all);
      await tongues(browser, label, address, all);
      check(`${label} asks for nothing`, beyond(seen, address).length === 0, beyond(seen, address));
      check(`${label} is silent`, seen.console.length + seen.errors.length === 0, [...seen.console, ...seen.errors].slice(0, 3));
      await page.close();
    }
    await times(browser, binary, work, all);
    // The driver gives folders to Chromium alone.
    if (name === 'chromium') await folders(browser, binary, work, all);
    await empty(browser, name, binary, work, all);
    await browser.close();
  }
  await unprotected(bytes, all);
  server.close();
}
