// The section of the strands: every entry as a card, in one ordered list, with the rails
// and strands drawn beside it.
//
// A long record is drawn newest first and piece by piece; what is not drawn yet is drawn
// when the reader comes near it or asks for it by name.

import { t, plural, v, phrase } from './words.js';
import { h, svg, setMembers, hasMembers, memberIndex, memberTag, refLink, hex } from './dom.js';
import { entryCard, entryIsAct } from './card.js';
import { sequenceOf, sequenceReceivedBy, sequenceMadeAfter, sequenceHadBefore, sequenceConcurrent, sequenceBranchOf, sequenceMember } from './sequence.js';
import { railsAtEdge, railPlaces, drawRails, splitPicture } from './rails.js';

// So many cards at a time: a screen holds about ten, and a browser draws these at once.
const STRANDS_PIECE = 200;
// The first cards of a long record: enough for any screen, quick to draw.
const STRANDS_FIRST = 60;
// Below this width two columns of cards would be too narrow to read.
const STRANDS_TWO = 860;
const STRANDS_SPREAD = 30;
const STRANDS_SPINE = 124;

// The order of a record is found once: a section is drawn anew with every filter.
const STRANDS_ORDERS = new WeakMap();

/** Draws the section into a container; gives what the page may do with it. */
export function drawStrands(container, options) {
  const state = strandsState(container, options);
  container.replaceChildren(...strandsParts(state));
  strandsRefill(state);
  strandsWatch(state);
  return {
    update: ({ filter, cut } = {}) => {
      state.filter = filter;
      state.cut = cut;
      strandsRefill(state);
    },
    reveal: (entry) => strandsReveal(state, entry),
    redraw: () => strandsLayout(state),
  };
}

function strandsState(container, { record, report, filter, cut, times, onOpen }) {
  if (!STRANDS_ORDERS.has(record)) STRANDS_ORDERS.set(record, sequenceOf(record));
  const order = STRANDS_ORDERS.get(record);
  const members = (record.members ?? []).map((one) => one.name ?? one.id);
  const parties = (record.members ?? []).filter((one) => one.role === 'party').map((one) => one.name ?? one.id).sort();
  const all = members.length > 0 ? members : order.names.map(sequenceMember);
  if (!hasMembers(all)) setMembers([...parties, ...all.filter((name) => !parties.includes(name)).sort()]);
  const twoSided = parties.length === 2 || (members.length === 0 && order.names.length === 2);
  const pair = parties.length === 2 ? parties : order.names;
  const sides = new Map(order.names.map((log) => [log, !twoSided ? 'o' : { 0: 'a', 1: 'b' }[pair.indexOf(sequenceMember(log))] ?? 'o']));
  const rank = (log) => 'abo'.indexOf(sides.get(log));
  const rails = [...order.names].sort((one, two) => rank(one) - rank(two) || (one < two ? -1 : 1));
  return { container, record, report, filter, cut, times, onOpen, order, sides, rails, twoSided, pair, broken: strandsBroken(report), cards: new Map(), strands: new Map() };
}

// From which entry on a log is not linked: findings name the entry.
function strandsBroken(report) {
  const broken = new Map();
  for (const finding of report?.findings ?? []) {
    if (!['bundle', 'bad_entry', 'damaged'].includes(finding.code)) continue;
    const [, log, seq] = /^([^/]+)\/(\d+)$/.exec(finding.where ?? '') ?? [];
    if (log && (finding.log ?? log) === log) broken.set(log, Math.min(broken.get(log) ?? Infinity, Number(seq)));
  }
  return broken;
}

function strandsParts(state) {
  state.picture = svg('svg', { class: 'rails', 'aria-hidden': 'true', focusable: 'false' });
  state.list = h('ol', { class: 'entries', role: 'list' });
  state.above = h('div', { class: 'strands-more', hidden: true }, h('button', { type: 'button', onclick: () => strandsAbove(state) }, t('strands.above')));
  state.below = h('div', { class: 'strands-more', hidden: true });
  state.heads = h('div', { class: 'strands-heads' });
  state.count = h('p', { class: 'strands-count', role: 'status' });
  state.way = h('p', { class: 'strands-way' });
  state.top = h('div', { class: 'strands-foot' });
  state.foot = h('div', { class: 'strands-foot' });
  state.weave = h('div', { class: 'weave' }, state.picture, state.list);
  return [...strandsSplits(state), strandsLegend(state), state.way, state.count, state.heads, state.top, state.above, state.weave, state.below, state.foot];
}

function strandsLegend(state) {
  const shape = (filled) => svg('svg', { class: 'key-shape', viewBox: '-8 -8 16 16', 'aria-hidden': 'true' }, svg('circle', { r: 5.5, class: filled ? 'filled' : '' }));
  const strand = svg('svg', { class: 'key-shape wide', viewBox: '0 0 28 16', 'aria-hidden': 'true' }, svg('path', { d: 'M2 14C14 14 12 2 26 2', class: 'line' }));
  return h('div', { class: 'strands-legend' },
    h('p', { class: 'strands-members' }, state.rails.filter((log) => !log.includes('.')).slice(0, 64).map((log) => [memberTag(sequenceMember(log)), ' '])),
    h('p', {}, h('span', {}, shape(true), ' ', t('strands.filled')), ' ', h('span', {}, shape(false), ' ', t('strands.hollow')), ' ', h('span', {}, strand, ' ', t('strands.strand'))));
}

// What is shown: all that the cut and the filter leave, oldest first where it is short.
function strandsRefill(state) {
  const { order, cut, filter } = state;
  const wanted = strandsWanted(filter, order);
  const list = order.entries.filter((entry) => entry.seq < (cut?.[entry.log] ?? Infinity) && wanted(entry));
  state.newestFirst = list.length > STRANDS_PIECE;
  state.shown = state.newestFirst ? list.reverse() : list;
  state.index = new Map(state.shown.map((entry, i) => [entry.entry, i]));
  state.container.dataset.order = state.newestFirst ? 'newest' : 'oldest';
  state.way.textContent = state.newestFirst ? t('strands.newest-first') : t('strands.oldest-first');
  state.count.textContent = plural('strands.count', list.length);
  strandsCheckpoint(state);
  strandsWindow(state, 0);
}

function strandsWanted(filter, order) {
  if (typeof filter === 'function') return filter;
  if (!filter) return () => true;
  const any = (wanted, value) => !wanted || wanted.length === 0 || (Array.isArray(wanted) ? wanted.includes(value) : wanted === value);
  const text = filter.text ? order.entries[order.places.get(filter.text)]?.hash ?? filter.text : null;
  const words = String(filter.words ?? '').toLocaleLowerCase();
  return (entry) => any(filter.side ?? filter.member, sequenceMember(entry.log)) && any(filter.log, entry.log) && any(filter.kind, entry.kind)

    && (text === null || entry.hash === text || JSON.stringify(entry.body ?? {}).includes(text))
    && (words === '' || JSON.stringify(entry.body ?? {}).toLocaleLowerCase().includes(words));
}

// Begins anew with the piece that starts at a place.
function strandsWindow(state, from) {
  for (const item of state.cards.values()) state.sizes?.unobserve(item);
  state.cards.clear();
  state.list.replaceChildren();
  state.from = from;
  state.to = from;
  strandsBelow(state, state.newestFirst ? STRANDS_FIRST : STRANDS_PIECE);
}

function strandsBelow(state, piece = STRANDS_PIECE) {
  const end = Math.min(state.shown.length, state.to + piece);
  const items = [];
  for (let i = state.to; i < end; i += 1) items.push(strandsItem(state, state.shown[i], i));
  state.to = end;
  state.list.append(...items);
  strandsDrawn(state);
}

function strandsAbove(state) {
  const start = Math.max(0, state.from - STRANDS_PIECE);
  const items = [];
  for (let i = start; i < state.from; i += 1) items.push(strandsItem(state, state.shown[i], i));
  state.from = start;
  state.list.prepend(...items);
  strandsDrawn(state);
}

function strandsDrawn(state) {
  state.list.setAttribute('start', state.from + 1);
  state.above.hidden = state.from === 0;
  const left = state.shown.length - state.to;
  state.below.hidden = left === 0;
  state.below.replaceChildren(left > 0 ? h('button', { type: 'button', onclick: () => strandsBelow(state) }, plural('strands.more', left)) : '');
  state.foot.hidden = state.newestFirst || left > 0;
  state.top.hidden = !state.newestFirst;
  strandsLayout(state);
}

function strandsItem(state, entry, place) {
  const above = state.shown[place - 1];
  const concurrent = above && sequenceConcurrent(state.order, above, entry) ? above.entry : null;
  const card = entryCard(entry, strandsContext(state, entry, { concurrent }));
  const item = h('li', { class: `item side-${state.sides.get(entry.log)}`, value: place + 1, dataset: { entry: entry.entry } }, card);
  state.onOpen?.(entry.entry, card);
  item.strandsEntry = entry;
  item.strandsAbreast = concurrent;
  state.cards.set(entry.entry, item);
  state.sizes?.observe(item);
  return item;
}

function strandsContext(state, entry, { concurrent = null, isBranch = false, level = 'h3' } = {}) {
  const { order, record } = state;
  const member = sequenceMember(entry.log);
  return {
    member,
    colour: memberIndex(member),
    isBranch,
    level,
    concurrent,
    headId: `head-${entry.entry}${isBranch ? `~${entry.hash.slice(0, 8)}` : ''}`,
    unlinked: entry.linked === false || entry.seq >= (state.broken.get(entry.log) ?? Infinity),
    cite: (reference) => strandsCite(order, reference),
    byHash: (reference) => order.byHash.get(String(reference).split('#')[0]),
    known: (name) => order.places.has(name),
    before: (of, log) => sequenceHadBefore(order, of, log),
    after: (of) => (isBranch ? [] : sequenceMadeAfter(order, of)),
    receivedBy: (of) => (isBranch ? [] : sequenceReceivedBy(order, of)),
    times: (of) => (state.times && !isBranch ? state.times(of) : null),
    docSize: (digest) => strandsDocument(record, digest),
  };
}

function strandsCite(order, reference) {
  const [hash, ...rest] = String(reference).split('#');
  const entry = order.byHash.get(hash);
  if (!entry) return h('span', { class: 'absent' }, ...phrase('showing.NOT_HELD', { hash: hex(hash) }));
  const id = rest.join('#').slice(0, 40);
  return refLink(entry.entry, h('bdi', { dir: 'ltr', translate: 'no' }, id === '' ? entry.entry : `${entry.entry}#${id}`));
}

function strandsDocument(record, digest) {
  const held = record.documents?.get?.(digest) ?? record.docs?.get?.(digest);
  if (held === undefined || held === null) return null;
  return typeof held === 'number' ? held : held.size ?? held.length ?? null;
}

// Where each card and each node stands. Cards of two columns may stand beside each other;
// a node always stands below the one before.
function strandsLayout(state) {
  if (!state.weave.isConnected) return;
  const room = state.container.clientWidth;
  if (room === 0) return;
  const others = state.rails.filter((log) => state.sides.get(log) === 'o').length;
  const edge = state.twoSided && others > 0 ? 14 + Math.min(others, 6) * 18 : 0;
  const mode = state.twoSided && others <= 6 && room >= STRANDS_TWO + edge ? 'two' : 'one';
  const { gap, width: railsWidth } = railsAtEdge(state.rails.length, Math.min(150, room * 0.2));
  state.container.dataset.mode = mode;
  const set = (name, value) => state.weave.style.setProperty(name, `${value}px`);
  set('--spine', STRANDS_SPINE);
  set('--edge', edge);
  set('--rails', railsWidth);
  strandsHeads(state, mode);
  const items = [...state.list.children];
  const heights = items.map((item) => item.getBoundingClientRect().height);
  const bottom = strandsTops(items, heights, mode);
  const foot = state.foot.hidden ? 0 : 64;
  state.list.style.setProperty('padding-block-end', `${bottom.rest + foot}px`);
  const head = state.top.hidden ? 0 : 48;
  state.list.style.setProperty('padding-block-start', `${head}px`);
  strandsPicture(state, { items, mode, edge, gap, railsWidth, head, end: bottom.end });
}

function strandsTops(items, heights, mode) {
  const ends = { a: 0, b: 0 };
  let [flow, last] = [0, -Infinity];
  items.forEach((item, i) => {
    const column = mode === 'two' && item.classList.contains('side-a') ? 'a' : 'b';
    const free = mode === 'two' ? ends[column] : flow;
    const top = Math.max(free + (i === 0 || free === 0 ? 0 : 18), last + 44, 0);
    item.style.setProperty('margin-block-start', `${top - flow}px`);
    ends[column] = top + heights[i];
    flow = top + heights[i];
    last = top;
  });
  const end = Math.max(ends.a, ends.b, flow);
  return { rest: end - flow, end };
}

function strandsHeads(state, mode) {
  state.heads.hidden = mode !== 'two';
  state.heads.replaceChildren(...(mode === 'two' ? state.pair.map((name) => h('span', {}, memberTag(name))) : []));
}

function strandsPicture(state, { items, mode, edge, gap, railsWidth, head, end }) {
  const width = state.weave.clientWidth;
  const rtl = getComputedStyle(state.weave).direction === 'rtl';
  const places = railPlaces({ logs: state.rails, sides: state.sides, mode, width, edge, gap, spread: STRANDS_SPREAD });
  const column = (width - edge - STRANDS_SPINE) / 2;
  const origin = state.weave.getBoundingClientRect().top;
  const tops = items.map((item) => item.getBoundingClientRect().top - origin);
  const nodes = new Map();
  items.forEach((item, i) => {
    const entry = item.strandsEntry;
    const side = state.sides.get(entry.log);
    const beside = { a: column, b: column + STRANDS_SPINE, o: width - edge }[side];
    nodes.set(entry.entry, {
      x: places.get(entry.log), y: Math.round(tops[i] + 24), log: entry.log, colour: memberIndex(sequenceMember(entry.log)),
      filled: entryIsAct(entry), edge: mode === 'two' ? beside : railsWidth, gone: item.firstElementChild.classList.contains('unlinked'),
      ties: Object.entries(entry.seen ?? {}).map(([log, seen]) => `${log}/${seen.size - 1}`), abreast: item.strandsAbreast,
    });
  });
  const height = head + end + (state.foot.hidden ? 0 : 64);
  const rails = strandsRails(state, places, nodes, height, head);
  const join = !state.foot.hidden || (!state.top.hidden && state.from === 0);
  const middle = mode === 'two' ? (width - edge) / 2 : Math.min(width / 2, railsWidth + 90);
  const span = mode === 'two' ? 6 : Math.min(4, gap);
  const joinX = (x) => middle + (x > middle ? span : -span);
  const ends = { join, joinX, joinY: state.newestFirst ? 0 : height, first: state.newestFirst };
  state.strands = drawRails(state.picture, { nodes, rails, width, height, ends, rtl, mode, spread: STRANDS_SPREAD, gap });
  strandsLight(state, state.lightOn);
}

// A rail runs from its first drawn node on, or from the edge where more is not drawn.
function strandsRails(state, places, nodes, height, head) {
  const spans = new Map();
  for (const node of nodes.values()) {
    const span = spans.get(node.log) ?? { top: node.y, bottom: node.y };
    spans.set(node.log, { top: Math.min(span.top, node.y), bottom: Math.max(span.bottom, node.y) });
  }
  const cutAbove = state.from > 0 && !state.newestFirst;
  return state.rails.filter((log) => spans.has(log)).map((log) => {
    const span = spans.get(log);
    const top = state.newestFirst || cutAbove ? head - 8 : span.top;
    const bottom = state.newestFirst ? (state.to < state.shown.length ? height : span.bottom) : height - (state.foot.hidden ? 0 : 60);
    return { x: places.get(log), top, bottom, colour: memberIndex(sequenceMember(log)) };
  });
}

// The card on which the rails run together: where each log ends in what is held here.
function strandsCheckpoint(state) {
  const logs = state.report?.logs ?? [];
  const card = () => h('section', { class: 'checkpoint', 'aria-label': t('strands.checkpoint') },
    h('h3', {}, t('strands.checkpoint')), h('p', {}, t('strands.checkpoint-note')),
    h('ul', {}, logs.slice(0, 200).map((one) => h('li', {}, memberTag(sequenceMember(one.log)), one.log.includes('.') && [' ', hex(one.log)], ' ',
      h('span', {}, plural('strands.sealed', one.sealed ?? one.size)), one.root && h('span', { class: 'root' }, 'root ', hex(one.root)),
        state.broken.has(one.log) && h('span', { class: 'flag' }, ...phrase('strands.unlinked', { entry: hex(`${one.log}/${state.broken.get(one.log)}`) }))))));
  state.foot.replaceChildren(state.newestFirst || logs.length === 0 ? '' : card());
  state.top.replaceChildren(state.newestFirst && logs.length > 0 ? card() : '');
}

// Two branches of one log, side by side, above all else.
function strandsSplits(state) {
  return state.order.branches.map((branch) => h('section', { class: 'split', 'aria-label': v('ledger.SPLIT', { log: branch.log, number: '2' }) },
    h('h3', {}, v('ledger.SPLIT', { log: branch.log, number: String(1 + state.order.branches.filter((one) => one.log === branch.log).length) })),
    h('p', {}, v('ledger.SPLIT_NOTE')),
    splitPicture(),
    h('div', { class: 'branches' },
      strandsBranch(state, v('ledger.HELD_FIRST'), branch.main.slice(branch.entries[0].seq)),
      strandsBranch(state, v('ledger.HELD_BESIDE'), branch.entries)),
    h('h4', {}, t('split.receipted')),
    strandsReceipted(state, branch)));
}

function strandsBranch(state, title, entries) {
  return h('div', { class: 'branch' }, h('h4', {}, title),
    entries.length === 0 ? h('p', {}, t('split.ends')) : entries.slice(0, 30).map((entry) => entryCard(entry, strandsContext(state, entry, { isBranch: true, level: 'h5' }))),
    entries.length > 30 && h('p', {}, t('text.further', { n: entries.length - 30 })));
}

// What each other member had receipted, and of which branch.
function strandsReceipted(state, branch) {
  const parted = branch.entries[0].seq;
  const others = state.order.names.filter((log) => sequenceMember(log) !== sequenceMember(branch.log));
  const names = [v('ledger.HELD_FIRST'), v('ledger.HELD_BESIDE')];
  const rows = others.map((log) => {
    const receipts = (state.order.receipts.get(branch.log)?.get(log) ?? []).filter((receipt) => receipt.size > parted);
    if (receipts.length === 0) return h('li', {}, memberTag(log), ': ', t('split.neither'));
    return receipts.slice(-3).map((receipt) => {
      const which = strandsWhich(state, branch, receipt);
      return h('li', {}, memberTag(log), ': ', ...phrase('split.received', { entry: hex(`${branch.log}/${receipt.size - 1}`), branch: which === null ? t('split.unknown') : names[which] ?? names[1], by: refLink(receipt.by) }));
    });
  });
  return h('ul', { class: 'receipted' }, rows);
}

function strandsWhich(state, branch, receipt) {
  const log = (state.report?.logs ?? []).find((one) => one.log === branch.log);
  if (log && log.root === receipt.root) return 0;
  return sequenceBranchOf([branch], receipt.root, receipt.size);
}

// Draws what is needed to show an entry, and goes to it.
function strandsReveal(state, reference) {
  const name = String(reference).replace(/^#/, '').split('#')[0];
  const place = state.index.get(name);
  if (place === undefined) return false;
  if (place < state.from || place >= state.to) {
    if (place >= state.to && place < state.to + 2 * STRANDS_PIECE) while (place >= state.to) strandsBelow(state);
    else strandsWindow(state, Math.max(0, place - 20));
  }
  const card = state.cards.get(name)?.firstElementChild;
  if (!card) return false;
  for (const other of state.list.querySelectorAll('.revealed')) other.classList.remove('revealed');
  card.classList.add('revealed');
  card.scrollIntoView({ block: 'center' });
  card.focus({ preventScroll: true });
  return true;
}

function strandsLight(state, target) {
  state.lightOn = target;
  for (const path of state.lit ?? []) path.classList.remove('on');
  const item = target instanceof Element ? target.closest('.item') : null;
  state.lit = item ? state.strands.get(item.dataset.entry) ?? [] : [];
  for (const path of state.lit) path.classList.add('on');
  state.picture.classList.toggle('lit', state.lit.length > 0);
}

function strandsWatch(state) {
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      strandsLayout(state);
    });
  };
  state.sizes = new ResizeObserver(later);
  state.sizes.observe(state.container);
  for (const item of state.cards.values()) state.sizes.observe(item);
  const near = new IntersectionObserver((seen) => {
    if (seen.some((one) => one.isIntersecting) && state.to < state.shown.length) strandsBelow(state);
  }, { rootMargin: '1200px' });
  near.observe(state.below);
  for (const name of ['mouseover', 'focusin']) state.list.addEventListener(name, (event) => strandsLight(state, event.target));
  for (const name of ['mouseleave', 'focusout']) state.list.addEventListener(name, () => strandsLight(state, null));
  state.container.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    const name = link && link.getAttribute('href').slice(1);
    if (!name || !strandsReveal(state, name)) return;
    event.preventDefault();
    if (location.hash !== `#${name}`) history.pushState(null, '', `#${name}`);
  });
}
