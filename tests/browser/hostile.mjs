// Entries whose words would be markup, would hide or would reorder: nothing runs, nothing
// is asked for, and every mark that cannot be seen stands there as a chip.

import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BROWSERS, beyond, launch, look } from './drive.mjs';
import { codesOf, due, pageOf } from './pages.mjs';
import { serve } from './serve.mjs';

const CHIPS = ['U+202E', 'U+202C', 'U+2066', 'U+2069', 'U+200B', 'U+FEFF',
  'U+2060', 'U+E0041', 'U+E0042', 'U+E007F', 'U+2028', 'U+2029'];
const SHOWN = ['</plaintext><script>window.__x = 1</script>', "<img src=x onerror='window.__x = 3'>",
  '{{window.__x = 7}} ${window.__x = 8}', '&#x202e;'];

/** The chips that are due: of the characters that the format let into the record. */
function dueChips(folder) {
  const files = readdirSync(folder, { recursive: true }).map((path) => join(folder, path)).filter((path) => statSync(path).isFile());
  const raw = files.map((path) => readFileSync(path, 'utf8')).join('\n');
  return CHIPS.filter((chip) => raw.includes(String.fromCodePoint(parseInt(chip.slice(2), 16))));
}

/** What stands in the page after its data: an element there would be markup from the record. */
function seenInside() {
  const tail = document.getElementById('snapshot');
  const text = document.body.innerText;
  const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
  const strand = document.getElementById('strands');
  const walk = document.createTreeWalker(strand, NodeFilter.SHOW_TEXT);
  const raw = [];
  while (walk.nextNode()) if (hidden.test(walk.currentNode.data)) raw.push(walk.currentNode.data.slice(0, 60));
  return {
    x: typeof window.__x,
    scripts: document.scripts.length,
    inTail: tail.children.length,
    foreign: document.querySelectorAll('img, iframe, object, embed, link:not([rel=icon]), base, form[action], a[href^="javascript"], a[href^="http"]').length,
    handlers: [...document.querySelectorAll('*')].filter((one) => [...one.attributes].some((attribute) => attribute.name.startsWith('on'))).length,
    raw,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    text,
  };
}

/** Opens what is folded and shows what is cut, as a curious reader does. */
async function unfold(page) {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true;
    for (const more of document.querySelectorAll('button.more')) more.click();
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
}

export async function group({ binary, work, check, note }) {
  const folder = join(work, 'hostile', 'snapshot');
  const bytes = await pageOf(folder, binary, work);
  const file = join(work, 'hostile.html');
  writeFileSync(file, bytes);
  const server = await serve(new Map([['/hostile/', bytes]]));
  const wanted = due(binary, folder);
  const chips = dueChips(folder);
  note(`hidden characters in the record: ${chips.join(' ') || 'none'}`);
  for (const name of BROWSERS) {
    const browser = await launch(name);
    for (const address of [server.at('/hostile/'), pathToFileURL(file).href]) {
      const label = `${name} ${address.split(':')[0]}`;
      const { page, seen, told } = await look(browser, address, { width: 390, height: 800 });
      check(`${label} state ${wanted.state}`, told.state === wanted.state, told);
      check(`${label} codes ${wanted.codes}`, codesOf(told).join() === wanted.codes.join(), told.codes);
      await unfold(page);
      const inside = await page.evaluate(seenInside);
      check(`${label} nothing of the record ran`, inside.x === 'undefined', inside.x);
      check(`${label} one script`, inside.scripts === 1, inside.scripts);
      check(`${label} no element in the data`, inside.inTail === 0, inside.inTail);
      check(`${label} no foreign element`, inside.foreign === 0 && inside.handlers === 0, [inside.foreign, inside.handlers]);
      check(`${label} no hidden character is left in a text`, inside.raw.length === 0, inside.raw.slice(0, 5));
      check(`${label} long words do not widen the page`, inside.wide <= 0, inside.wide);
      for (const chip of chips) check(`${label} ${chip} is a chip`, inside.text.includes(chip));
      for (const text of SHOWN) check(`${label} shown as written: ${text}`, inside.text.includes(text));
      check(`${label} asks for nothing`, beyond(seen, address).length === 0, beyond(seen, address));
      check(`${label} is silent`, seen.console.length + seen.errors.length === 0, [...seen.console, ...seen.errors].slice(0, 3));
      await page.close();
    }
    await browser.close();
  }
  check('no file but the page was asked for', server.asked.every((path) => path === '/hostile/' || path === '/favicon.ico'), server.asked);
  server.close();
}
