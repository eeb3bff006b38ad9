// The page: reads the record that it carries or is given, has it checked, and shows it.

import { TONGUES, tongue, setTongue, t, plural, phrase } from './words.js';
import { h, hex, marked, setMembers, nameMembers, day, oneOf } from './dom.js';
import { readSnapshot, verifySnapshot } from './verify.js';
import { canCheck } from './keys.js';
import { commitments, asks, status } from './status.js';
import { drawStrands } from './strands.js';
import { accountOf, nameOf, nameTag, inOrder, listed, linear } from './account.js';
import { drawCommitments } from './commitments.js';
import { drawAsks, stateRows } from './asks.js';
import { headlineState, setHeadline, progressBar, drawVerdict, olderWords } from './headline.js';
import { readTail, readFolder, pickedFiles, droppedFiles, compareFiles } from './folder.js';
import { judgeCosignatures, vkeyOf, witnessesOfCharter } from './cosign.js';
import { readTrust, timesOf } from './times.js';
import { timesBox } from './timesbox.js';
import { drawTools, cutOfPlace, copyCitation } from './tools.js';

const PAGE_NAMES = { en: 'English', ru: '\u0420\u0443\u0441\u0441\u043a\u0438\u0439', he: '\u05e2\u05d1\u05e8\u05d9\u05ea' };
const PAGE_STORE = 'countersign.seen.';

const page = { tail: null, source: null, found: null, account: null, strands: null, times: null, state: { filter: {}, at: null }, notes: [] };
const part = (id) => document.getElementById(id);
const tell = (words) => { part('live').textContent = words; };

function pageTongue() {
  const asked = new URLSearchParams(location.search).get('lang');
  const wanted = [asked, ...(navigator.languages ?? [])].filter(Boolean).map((one) => one.slice(0, 2).toLowerCase());
  return wanted.find((one) => TONGUES.includes(one)) ?? 'en';
}

function useTongue(tag) {
  setTongue(tag);
  document.documentElement.lang = tongue;
  document.documentElement.dir = tongue === 'he' ? 'rtl' : 'ltr';
  part('skip').textContent = t('skip');
}

function drawBar() {
  const button = (tag) => h('button', { type: 'button', lang: tag, dir: tag === 'he' ? 'rtl' : 'ltr', 'aria-pressed': String(tag === tongue), onclick: () => switchTongue(tag) }, PAGE_NAMES[tag]);
  part('bar').replaceChildren(
    h('p', { class: 'brand' }, h('b', {}, 'Countersign'), h('span', {}, t(page.source ? 'brand.snapshot' : 'brand.empty'))),
    h('div', { class: 'tongues', role: 'group', 'aria-label': t('languages') }, TONGUES.map(button)));
}

function switchTongue(tag) {
  useTongue(tag);
  try {
    const address = new URL(location.href);
    address.searchParams.set('lang', tag);
    history.replaceState(null, '', address);
  } catch { /* a page from a disk may not change its address */ }
  drawAll();
  part('bar').querySelector(`[lang="${tag}"]`)?.focus();
}

// What is known here of a ledger: the reader's tick and the sizes seen, by its id alone.
function seenBefore(ledger) {
  try {
    return JSON.parse(localStorage.getItem(PAGE_STORE + ledger)) ?? {};
  } catch {
    return {};
  }
}

function remember(ledger, what) {
  try {
    localStorage.setItem(PAGE_STORE + ledger, JSON.stringify({ ...seenBefore(ledger), ...what }));
  } catch { /* a convenience; without it nothing is remembered */ }
}

/** Shows what a source holds: its files are checked, then drawn. */
async function open(source) {
  page.source = source;
  page.found = null;
  drawBar();
  setHeadline('checking', []);
  try {
    const bar = progressBar();
    const progress = async (done, total) => { bar(done, total); await new Promise((go) => { setTimeout(go); }); };
    const isChecked = (await canCheck()) === 'yes';
    const { report, record } = await (isChecked ? verifySnapshot : readSnapshot)(source.files, { progress });
    // The data of this page are not as the program writes them: they were changed or cut.
    if (source === page.tail && !source.isWhole) report?.findings.push({ copy: true, code: 'page_data', where: 'index.html' });
    page.times = isChecked && record ? { text: '', trust: null, shown: null, found: await judgeCosignatures(record, []) } : null;
    page.found = { report, record, isChecked, why: null };
  } catch (failure) {
    page.found = { report: null, record: null, isChecked: false, why: String(failure?.message ?? failure) };
  }
  part('progress').replaceChildren();
  page.state = { filter: {}, at: null };
  drawAll();
  followAddress();
}

function codesOf(report) {
  return [...new Set((report?.findings ?? []).map((one) => one.code))].filter((code) => code !== 'not_pinned');
}

function drawHead() {
  const { found } = page;
  if (!page.source) {
    setHeadline('uncheckable', [], t('folder.about'));
    part('headline').textContent = t('title.empty');
    part('title').replaceChildren();
    return;
  }
  if (!found) return;
  const { report, record, isChecked, why } = found;
  if (!isChecked || !report) {
    const reason = why && globalThis.isSecureContext ? phrase('why.stopped', { what: marked(why) }) : t(globalThis.isSecureContext ? 'why.old' : 'why.insecure');
    setHeadline('uncheckable', codesOf(report), [t('about.uncheckable'), ' ', reason]);
  }
  if (!record) {
    // Without a charter there is nothing to draw; what was found is said all the same.
    if (isChecked && report) setHeadline(headlineState(report, {}), codesOf(report));
    return;
  }
  const before = seenBefore(record.ledger);
  const grown = Object.entries(before.sizes ?? {}).filter(([log, size]) => size > (record.logs.get(log)?.entries.length ?? 0));
  if (isChecked && report) {
    const state = headlineState(report, { compared: before.compared, older: grown.length > 0 });
    setHeadline(state, codesOf(report), state === 'older' ? olderWords(grown) : undefined);
    if (['whole', 'compared'].includes(state)) remember(record.ledger, { sizes: Object.fromEntries([...record.logs].map(([log, one]) => [log, one.entries.length])) });
  }
  drawVerdict({ record, nameTag: (name) => nameTag(page.account, name.split('.')[0]) }, report, {
    compared: before.compared,
    onCompared: (is) => { remember(record.ledger, { compared: is }); drawHead(); part('compared').focus(); tell(part('headline').textContent); },
  });
  drawTitle(record);
}

function drawTitle(record) {
  const texts = page.account?.commitments?.texts ?? [];
  const title = oneOf(record.charter?.title) || oneOf(texts[0]?.title) || t('title.untitled');
  const sides = inOrder(page.account, record.members.filter((one) => one.role === 'party').map((one) => one.name));
  const entries = [...record.logs.values()].reduce((sum, one) => sum + one.entries.length, 0);
  const newest = [...page.account.entries.values()].map((one) => one.said).filter(Boolean).sort().at(-1);
  document.title = `${title.slice(0, 80)} \u00b7 Countersign`;
  part('title').replaceChildren(
    h('h1', {}, marked(title, 300)),
    sides.length > 0 && sides.length <= 8 ? h('p', { class: 'between' }, phrase('between', { names: listed(sides.map((one) => nameTag(page.account, one))) })) : '',
    h('ul', { class: 'page-facts' }, [
      plural('facts.texts', texts.length), plural('facts.logs', record.logs.size), plural('facts.entries', entries),
      newest && phrase('facts.newest', { day: day(newest.slice(0, 10)) })].filter(Boolean).map((one) => h('li', {}, one))));
  const digits = [].concat(record.fingerprint?.digits ?? []).join(' ');
  part('print-foot').replaceChildren(...phrase('print.footer', { digits: h('span', { dir: 'ltr' }, digits) }), ' \u00b7 ', t('print.state'));
}

// What the entries amount to at the cut.
function workOut() {
  const { record, report } = page.found;
  const base = accountOf(record, { report, order: linear(record), dayNode: day });
  const { at } = page.state;
  const options = at === null ? { day: new Date().toISOString().slice(0, 10), day_by: 'clock', tongue } : { ...cutOfPlace(base.order, at), tongue };
  const empty = { texts: [], questions: [], logs: [], mandates: [], cut: { day: options.day, day_by: options.day_by } };
  for (const [key, work] of [['commitments', commitments], ['asks', asks], ['status', status]]) {
    try {
      base[key] = work(record, options) ?? empty;
    } catch (failure) {
      base[key] = empty;
      base.unread = String(failure?.message ?? failure);
    }
  }
  base.cut = options.cut;
  base.times = page.times?.shown ?? null;
  return base;
}

function section(id, title, about, ...rest) {
  const node = part(id);
  node.hidden = false;
  node.setAttribute('aria-labelledby', `${id}-title`);
  node.replaceChildren(h('div', { class: 'section-head' }, h('h2', { id: `${id}-title` }, title), about && h('p', {}, about)), ...rest.filter(Boolean));
}

function drawRecord() {
  const { account, state } = page;
  drawTools(part('tools'), account, state, change);
  const [texts, questions] = [h('div', { class: 'texts' }), h('div', { class: 'questions' })];
  section('commitments', t('commitments'), account.unread ? t('commitments.unread') : t('commitments.about'), texts);
  section('asks', t('asks'), t('asks.about'), questions, stateRows(account));
  drawCommitments(texts, account, state.filter);
  drawAsks(questions, account, state.filter);
  const strands = h('div', { class: 'strands-body' });
  section('strands', t('strands'), null, strands);
  page.strands = drawStrands(strands, { record: account.record, report: account.report, commitments: account.commitments, filter: state.filter, cut: account.cut, times: account.times, tongue, onOpen: onEntry });
  drawTimes();
  drawDocs();
}

function onEntry(entry, card) {
  const found = typeof entry === 'string' ? page.account.entries.get(entry) : entry;
  const place = card ?? document.getElementById(found?.entry ?? '');
  if (!found || !place || place.querySelector('.cite')) return;
  place.append(h('button', { type: 'button', class: 'button cite', onclick: () => copyCitation(page.account, found, place, tell) }, t('cite')));
}

function change({ filter, at }) {
  const focused = document.activeElement?.id;
  const isCut = at !== undefined && at !== page.state.at;
  page.state = { filter: filter ?? page.state.filter, at: at === undefined ? page.state.at : at };
  if (isCut) page.account = workOut();
  drawRecord();
  if (focused) part(focused)?.focus();
  tell(part('filter-count').textContent || part('tools').querySelector('output')?.textContent || '');
}

// Evidence of time: nobody's word counts until the reader names whose does.
function drawTimes() {
  const { times, account } = page;
  part('times').hidden = times === null;
  if (times === null) return;
  const { record } = page.found;
  const offered = witnessesOfCharter(record).map((one) => `${vkeyOf(one)}\n`).join('');
  section('times', t('times'), t('times.about'), ...timesBox({ ...times, files: record.notes.size, offered }, (log) => nameTag(account, log.split('.')[0]), relyOn));
}

async function relyOn(text) {
  const { record } = page.found;
  const trust = readTrust(text);
  const found = await judgeCosignatures(record, [...trust.witnesses.values()]);
  page.times = { text, trust, found, shown: trust.witnesses.size > 0 ? timesOf(record, found, trust) : null };
  page.account = workOut();
  drawRecord();
  part('trust')?.focus();
  tell(part('times').querySelector('[role=status]')?.textContent ?? '');
}

function drawDocs() {
  const { docs } = page.source;
  if (docs.length === 0) return;
  section('docs', t('docs'), t('docs.about'), h('ul', { class: 'plain docs' }, docs.map((one) => h('li', {}, hex(one.path.replace('docs/', '')), ' ', t('docs.size', { n: one.size.toLocaleString(tongue) })))));
}

function drawFolder() {
  const input = h('input', { type: 'file', id: 'folder-input', webkitdirectory: true, multiple: true, class: 'unseen', onchange: (event) => take(pickedFiles(event.target.files)) });
  section('folder', t('folder.title'), page.tail || page.source ? t('folder.about') : null,
    h('label', { class: 'button', for: 'folder-input' }, t('folder.pick')), input,
    h('ul', { class: 'plain folder-notes' }, page.notes.map(([key, places, n]) => h('li', {}, n === undefined ? t(key, places) : plural(key, n, places)))));
}

/** Takes files that the reader gave: compared with those of the page, then shown. */
async function take(pairs) {
  const source = await readFolder(await pairs);
  if (!source) {
    page.notes = [['folder.none', {}]];
  } else {
    page.notes = page.tail ? comparison(compareFiles(page.tail.files, source.files)) : [];
    page.notes.push(['folder.now', {}]);
    await open(source);
  }
  drawFolder();
  tell(part('folder').querySelector('.folder-notes').textContent);
}

function comparison({ equal, differ, only, lacks }) {
  const paths = (some) => ({ paths: some.slice(0, 20).join(', ') + (some.length > 20 ? ` \u2026 (${some.length})` : '') });
  return [
    ['folder.equal', {}, equal], ...(differ.length > 0 ? [['folder.differ', paths(differ)]] : []),
    ...(only.length > 0 ? [['folder.only', paths(only)]] : []), ...(lacks.length > 0 ? [['folder.lacks', paths(lacks)]] : []),
  ];
}

function drawAbout() {
  const id = page.found?.record?.ledger;
  const command = (text) => h('pre', { class: 'command', dir: 'ltr', translate: 'no', tabindex: '0' }, text);
  section('about', t('about'), t('about.page'), h('ol', { class: 'ways' },
    h('li', {}, h('p', {}, t('about.command')), command(`countersign verify . ${id ? `--ledger ${id}` : ''}`)),
    h('li', {}, h('p', {}, t('about.hash')), command('countersign viewer --hash')),
    h('li', {}, h('p', {}, t('about.own')), command('countersign viewer -o viewer.html'))),
  h('p', { class: 'note' }, t('about.paper')));
}

// Sides have the first two inks, whoever else is in the record.
function sidesFirst(members) {
  const rank = (one) => (one.role === 'party' ? 0 : 1);
  return members.slice().sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1)).map((one) => one.name);
}

function drawAll() {
  drawBar();
  if (page.found?.record) {
    setMembers(sidesFirst(page.found.record.members));
    page.account = workOut();
    nameMembers(new Map(page.found.record.members.map((one) => [one.name, nameOf(page.account, one.name)])));
    drawHead();
    drawRecord();
  } else {
    drawHead();
  }
  drawFolder();
  drawAbout();
  if (page.found) tell(part('headline').textContent);
}

// An address names an entry (`#log/seq`), a text or a provision (`#text-log-seq:c1`).
function followAddress() {
  let name = '';
  try {
    name = decodeURIComponent(location.hash.slice(1));
  } catch {
    return;
  }
  if (!name || !page.account) return;
  if (page.account.entries.has(name)) page.strands?.reveal(name);
  const target = part(name);
  if (!target) return;
  if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
  target.scrollIntoView();
  target.focus({ preventScroll: true });
}

function takeDrops() {
  const shade = part('drop');
  document.addEventListener('dragover', (event) => { event.preventDefault(); shade.textContent = t('folder.drop'); shade.hidden = false; });
  document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) shade.hidden = true; });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    shade.hidden = true;
    take(droppedFiles(event.dataTransfer).catch(() => [])).catch(() => tell(t('folder.unreadable')));
  });
}

function start() {
  useTongue(pageTongue());
  const text = part('snapshot').textContent;
  page.tail = readTail(text);
  part('snapshot').textContent = '';
  takeDrops();
  addEventListener('hashchange', followAddress);
  if (page.tail?.leftOut) page.notes.push(['tail.left-out', { n: page.tail.leftOut }]);
  if (page.tail && !page.tail.isWhole) page.notes.push(['tail.cut', {}]);
  drawFolder();
  drawAbout();
  if (page.tail) open(page.tail);
  else drawAll();
}

// The data stand behind this script: they are there once the page is parsed.
if (typeof document !== 'undefined') {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
}
