// The section on evidence of time: what lies in the copy, and on whose word the reader
// relies. What is entered stays in this page and is gone with it.

import { t, plural, v, phrase } from './words.js';
import { h, marked, when } from './dom.js';

const TIMES_MOST_ROWS = 200;

const timesStanding = { yes: 'times.yes', no: 'times.no', unchecked: 'times.unchecked', unknown: 'times.unknown' };

function timesRows(found, logTag) {
  const kinds = new Map();
  for (const one of found) {
    const key = JSON.stringify([one.witness, one.log, one.holds, one.here]);
    const before = kinds.get(key);
    if (!before || before.size < one.size) kinds.set(key, one);
  }
  const order = (one) => `${one.log} ${one.witness}`;
  const rows = [...kinds.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return rows.slice(0, TIMES_MOST_ROWS).map((one) => h('li', {},
    h('p', {}, h('b', {}, marked(one.witness)), ' ', ...phrase('times.row', { log: logTag(one.log), size: String(one.size), time: when(one.time) })),
    h('p', { class: 'note' }, one.here ? t(timesStanding[one.holds]) : v('evidence.NO_HEAD'))));
}

/** The body of the section. `state` is `{found, files, trust, text, offered}`; `use` is given the text. */
export function timesBox({ found, files, trust, text, offered }, logTag, use) {
  const area = h('textarea', { id: 'trust', rows: '5', dir: 'ltr', spellcheck: 'false', autocomplete: 'off' });
  area.value = text;
  const file = h('input', { type: 'file', id: 'trust-file', class: 'unseen', onchange: async (event) => use(await event.target.files[0].text()) });
  return [
    h('p', {}, files === 0 ? t('times.none') : found.length === 0 ? t('times.others') : t('times.here')),
    found.length > 0 && h('ul', { class: 'plain times' }, timesRows(found, logTag)),
    found.length > 0 && h('form', { class: 'trust', onsubmit: (event) => { event.preventDefault(); use(area.value); } },
      h('label', { for: 'trust' }, t('times.trust')), area,
      h('p', { class: 'buttons' }, h('button', { type: 'submit', class: 'button' }, t('times.use')), ' ',
        h('label', { class: 'button', for: 'trust-file' }, t('times.file')), file, ' ',
        offered !== '' && h('button', { type: 'button', class: 'button', onclick: () => use(offered) }, t('times.offered')))),
    trust && h('ul', { class: 'plain', role: 'status' },
      h('li', {}, plural('times.used', trust.witnesses.size)),
      trust.authorities.size > 0 && h('li', {}, t('times.stamps')),
      trust.unread.slice(0, 20).map((line) => h('li', {}, t('times.unread'), ' ', marked(line)))),
  ].filter(Boolean);
}
