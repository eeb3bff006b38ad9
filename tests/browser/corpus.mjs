// Every snapshot of the corpus as a page, over http and from a file, in both browsers:
// the headline and the codes are those of the command.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BROWSERS, beyond, launch, look } from './drive.mjs';
import { codesOf, corpus, due, pageOf } from './pages.mjs';
import { serve } from './serve.mjs';

async function pages(binary, work) {
  const all = [];
  for (const { name, folder } of corpus()) {
    const page = await pageOf(folder, binary, work);
    const file = join(work, 'corpus', `${name}.html`);
    mkdirSync(join(work, 'corpus'), { recursive: true });
    writeFileSync(file, page);
    all.push({ name, page, file, due: due(binary, folder) });
  }
  return all;
}

function verdicts(page) {
  return page.evaluate(() => [...document.querySelectorAll('#logs [data-log]')].map((row) => `${row.dataset.log} ${row.dataset.verdict}`).sort());
}

export async function group({ binary, work, check, note }) {
  const all = await pages(binary, work);
  const server = await serve(new Map(all.map(({ name, page }) => [`/${name}/`, page])));
  for (const name of BROWSERS) {
    const browser = await launch(name);
    for (const one of all) {
      for (const address of [server.at(`/${one.name}/`), pathToFileURL(one.file).href]) {
        const label = `${name} ${address.split(':')[0]} ${one.name}`;
        const { page, seen, told } = await look(browser, address);
        const logs = one.due.report.logs.map((log) => `${log.log} ${log.verdict}`).sort();
        check(`${label} state ${one.due.state}`, told.state === one.due.state, told);
        check(`${label} codes ${one.due.codes}`, codesOf(told).join() === one.due.codes.join(), told.codes);
        const rows = await verdicts(page);
        check(`${label} logs`, rows.join() === logs.join(), rows);
        const silent = seen.console.length + seen.errors.length === 0;
        check(`${label} is silent`, silent, { console: seen.console, errors: seen.errors });
        check(`${label} asks for nothing`, beyond(seen, address).length === 0, beyond(seen, address));
        await page.close();
      }
    }
    note(`${name}: ${all.length} snapshots, twice each`);
    await browser.close();
  }
  server.close();
}
