// The reader's tools: filters, the cut ("as of"), and the citation of an entry.

import { t, plural, v } from './words.js';
import { h, day, marked, oneOf } from './dom.js';
import { nameOf, inOrder, actWord, provisionsIn, titleOf, passes } from './account.js';

function toolSelect(id, label, options, value, change) {
  return h('label', { class: 'tool', for: id }, h('span', { class: 'label' }, label),
    h('select', { id, onchange: (event) => change(event.target.value) },
      h('option', { value: '' }, t('filter.all')),
      options.map(([key, name]) => h('option', { value: key, selected: key === value || null }, name))));
}

const toolPlain = (text, most = 60) => (text.length > most ? `${text.slice(0, most)}\u2026` : text).replace(/[\p{C}]/gu, '\u00b7');

function toolKinds(account) {
  const kinds = [...new Set([...account.entries.values()].map((one) => one.kind))].sort();
  const words = { text: 'acts.TABLED', adopt: 'acts.ADOPTED', notice: 'chosen.NOTICE', ask: 'chosen.ASK', answer: 'chosen.ANSWER', report: 'chosen.REPORT', statement: 'chosen.STATEMENT' };
  return kinds.map((kind) => [kind, words[kind] ? v(words[kind]) : toolPlain(String([actWord({ kind, body: {} })].flat()))]);
}

/** The filters and the slider. `state` is `{filter, at}`; `change` is told what is new. */
export function drawTools(container, account, state, change) {
  const { filter } = state;
  const set = (key) => (value) => change({ filter: { ...filter, [key]: value || undefined, ...(key === 'text' && { basket: undefined }) } });
  const texts = account.commitments.texts.map((one) => [one.entries[0], toolPlain(titleOf(one))]);
  const chosen = filter.text ?? (texts.length === 1 ? texts[0][0] : undefined);
  const baskets = chosen ? provisionsIn(account, chosen).filter((one) => one.type === 'basket') : [];
  const sides = inOrder(account, account.shown.keys()).map((name) => [name, toolPlain(nameOf(account, name))]);
  container.hidden = false;
  container.replaceChildren(
    h('h2', { class: 'unseen' }, t('filter.title')),
    h('div', { class: 'tools' },
      toolSelect('filter-side', t('filter.side'), sides, filter.side, set('side')),
      toolSelect('filter-kind', t('filter.kind'), toolKinds(account), filter.kind, set('kind')),
      texts.length > 1 && toolSelect('filter-text', t('filter.text'), texts, filter.text, set('text')),
      baskets.length > 0 && toolSelect('filter-basket', t('filter.basket'), baskets.map((one) => [one.id, toolPlain(`${one.id} ${oneOf(one.words)}`)]), filter.basket,
        (value) => change({ filter: { ...filter, text: value ? chosen : filter.text, basket: value || undefined } })),
      h('label', { class: 'tool grow', for: 'filter-words' }, h('span', { class: 'label' }, t('filter.words')),
        h('input', { id: 'filter-words', type: 'search', value: filter.words ?? '', autocomplete: 'off', onchange: (event) => set('words')(event.target.value.trim()) })),
      h('button', { type: 'button', class: 'button', onclick: () => change({ filter: {} }) }, t('filter.reset'))),
    toolCut(account, state, change),
    h('p', { class: 'note', id: 'filter-count' }));
  countShown(account, filter);
}

/** Says how many entries pass. */
export function countShown(account, filter) {
  const line = document.getElementById('filter-count');
  const isSet = Object.values(filter).some(Boolean);
  const shown = isSet ? account.order.filter((one) => passes(account, one, filter)).length : 0;
  line.textContent = isSet ? t('filter.shown', { n: shown, all: account.order.length }) : '';
}

function toolCut(account, state, change) {
  const last = account.order.length;
  const at = state.at ?? last;
  const says = cutWords(account, at);
  const out = h('output', { for: 'cut', class: 'cut-says' }, says);
  const slider = h('input', {
    id: 'cut', type: 'range', min: 1, max: last, value: at, step: 1, 'aria-valuetext': says,
    oninput: (event) => { out.textContent = cutWords(account, Number(event.target.value)); event.target.setAttribute('aria-valuetext', out.textContent); },
    onchange: (event) => { const to = Number(event.target.value); change({ at: to >= last ? null : to }); },
  });
  const hidden = last - at;
  return h('div', { class: 'cut' }, h('label', { for: 'cut', class: 'label' }, t('cut.label')), slider, out,
    hidden > 0 && h('p', { class: 'cut-note' }, plural('cut.hidden', hidden, { day: dayText(account.commitments.cut.day) })),
    h('p', { class: 'note' }, t('cut.order')));
}

const dayText = (iso) => (iso ? day(iso).textContent : '\u2014');

function cutWords(account, at) {
  if (at >= account.order.length) return t('cut.whole');
  const entry = account.order[at - 1];
  const on = entry.body?.dated?.from ?? entry.said?.slice(0, 10);
  return t('cut.at', { entry: `${entry.entry}${on ? `, ${dayText(on)}` : ''}` });
}

/** The sizes of the logs at a place of the slider, and the last day that an author gives. */
export function cutOfPlace(order, at) {
  const cut = {};
  let last = null;
  for (const entry of order.slice(0, at)) {
    cut[entry.log] = entry.seq + 1;
    const on = entry.said?.slice(0, 10) ?? null;
    if (on && (!last || on > last)) last = on;
  }
  return { cut, day: last, day_by: 'authors' };
}

/** The words by which an entry can be cited and checked. */
export function citationOf(account, entry) {
  const log = account.record.logs.get(entry.log);
  const { words = [] } = account.record.fingerprint ?? {};
  const id = account.record.ledger;
  const sealed = account.report?.logs.find((one) => one.log === entry.log);
  const { sealed: size, root } = sealed ?? { sealed: log?.checkpoint?.size, root: log?.checkpoint?.root };
  return [
    t('cite.entry', { entry: entry.entry, member: nameOf(account, entry.log.split('.')[0]) }),
    t('cite.hash', { hash: entry.hash }),
    t('cite.ledger', { words: words.join(' '), id }),
    size !== undefined && t('cite.checkpoint', { size, root }),
    t('cite.check', { id }),
  ].filter(Boolean).join('\n');
}

/** Copies a citation; where the browser has no clipboard it is shown instead. */
export async function copyCitation(account, entry, place, tell) {
  const text = citationOf(account, entry);
  try {
    await navigator.clipboard.writeText(text);
    tell(t('cite.done'));
  } catch {
    tell(t('cite.shown'));
  }
  place.querySelector('.citation')?.remove();
  place.append(h('pre', { class: 'citation', dir: 'auto', tabindex: '0' }, marked(text, 4000)));
}
