// The page's nodes, and how the words of a ledger are shown.
//
// Everything that comes from a record is hostile until it has passed through here: it
// enters the page as text nodes only, each in an element of its own direction, with
// what cannot be seen made visible. No text of a record becomes a link.

import { WORDS, t, plural, tongue } from './words.js';
import { STRAND_WORDS } from './words-strands.js';

Object.assign(WORDS, STRAND_WORDS);

const SVG_SPACE = 'http://www.w3.org/2000/svg';

function domFill(node, attrs, children) {
  for (const [name, value] of Object.entries(attrs ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on') && typeof value === 'function') node.addEventListener(name.slice(2).toLowerCase(), value);
    else if (name === 'dataset') Object.assign(node.dataset, value);
    else if (name === 'class' || name === 'className') node.setAttribute('class', value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

/** An element of the page: `h('p', {class: 'note'}, 'words', node)`. */
export function h(tag, attrs, ...children) {
  return domFill(document.createElement(tag), attrs, children);
}

/** An element of a drawing. */
export function svg(tag, attrs, ...children) {
  return domFill(document.createElementNS(SVG_SPACE, tag), attrs, children);
}

// What a reader cannot see, or what moves the letters around it: controls, marks of
// direction, joiners of no width, fillers that look like a space, tags, variation
// selectors beyond those of emoji, halves of a surrogate pair.
const DOM_HIDDEN = new RegExp(
  '[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F'
  + '\\u200B\\u200E\\u200F\\u2028-\\u202E\\u2060-\\u206F\\u2800\\u3164\\uFE00-\\uFE0D\\uFEFF\\uFFA0\\uFFF0-\\uFFFB'
  + '\\u{13430}-\\u{13455}\\u{1BCA0}-\\u{1BCA3}\\u{1D173}-\\u{1D17A}\\u{E0000}-\\u{E0FFF}\\p{Cs}\\p{Co}]', 'gu');
// Joiners that some scripts and emoji need: they stay, and are counted.
const DOM_JOINERS = /[\u200C\u200D\uFE0E\uFE0F]/g;
// More marks on one letter than any script writes: they would paint over other words.
const DOM_PILES = /(?<=\p{M}{5})\p{M}+/gu;
const DOM_WORD = /[\p{L}\p{M}\p{N}]+/gu;
// Scripts with letters that look alike.
const DOM_ALIKE = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u, /\p{Script=Cherokee}/u, /\p{Script=Lisu}/u];

function domIsMixed(word) {
  return DOM_ALIKE.filter((script) => script.test(word)).length > 1;
}

/** How many characters of a text are shown as chips. */
export function hiddenCount(text) {
  return (String(text).match(DOM_HIDDEN) ?? []).length;
}

/** How many joiners a text has: they are left in place and cannot be seen. */
export function joinerCount(text) {
  return (String(text).match(DOM_JOINERS) ?? []).length;
}

/** The words of a text that mix letters of scripts that look alike. */
export function mixedWords(text) {
  return (String(text).match(DOM_WORD) ?? []).filter(domIsMixed);
}

function domChip(character) {
  const number = character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
  return h('span', { class: 'chip', dir: 'ltr', translate: 'no', title: t('text.hidden-one') }, `U+${number}`);
}

// A run without hidden characters: words of mixed scripts in a frame, the rest as it is.
function domWords(text, out) {
  let from = 0;
  for (const found of text.matchAll(DOM_WORD)) {
    if (!domIsMixed(found[0])) continue;
    out.push(text.slice(from, found.index), h('span', { class: 'mixed', title: t('text.mixed-one') }, found[0]));
    from = found.index + found[0].length;
  }
  out.push(text.slice(from));
}

/** The nodes of a text: words as text nodes, hidden characters as chips. */
export function textNodes(text) {
  const [out, whole] = [[], String(text)];
  const flat = whole.replace(DOM_PILES, (pile) => '\u{E0FFF}'.repeat(Math.min(pile.length, 1)));
  let from = 0;
  for (const found of flat.matchAll(DOM_HIDDEN)) {
    if (found.index > from) domWords(flat.slice(from, found.index), out);
    out.push(found[0] === '\u{E0FFF}' ? h('span', { class: 'chip' }, t('text.piled')) : domChip(found[0]));
    from = found.index + found[0].length;
  }
  if (from < flat.length) domWords(flat.slice(from), out);
  return out;
}

// The first characters of a text, never half of a pair.
function domHead(text, limit) {
  if (text.length <= limit) return text;
  const end = /[\uD800-\uDBFF]/.test(text[limit - 1]) && /[\uDC00-\uDFFF]/.test(text[limit]) ? limit - 1 : limit;
  return text.slice(0, end);
}

function domRemarks(text) {
  const [hidden, mixed] = [hiddenCount(text), mixedWords(text).length];
  return [
    hidden > 0 && h('span', { class: 'remark', dir: 'auto' }, plural('text.hidden', hidden)),
    mixed > 0 && h('span', { class: 'remark', dir: 'auto' }, plural('text.mixed', mixed)),
  ];
}

/** Words of a record in an element of their own, with a limit and "show all". */
export function said(text, { lang, block = true, limit = 2000 } = {}) {
  const whole = String(text ?? '');
  const tag = /^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8}){0,3}$/.test(lang ?? '') ? lang : null;
  const words = h(block ? 'div' : 'bdi', { class: 'said', dir: 'auto', lang: tag, translate: 'no' });
  const head = domHead(whole, limit);
  words.append(...textNodes(head));
  if (!block) {
    if (head.length < whole.length) words.append('\u2026');
    return words;
  }
  const box = h('div', { class: 'said-box' }, words);
  if (head.length < whole.length) box.append(domMore(words, whole));
  box.append(...domRemarks(whole).filter(Boolean));
  return box;
}

function domMore(words, whole) {
  words.append('\u2026');
  const more = h('button', { type: 'button', class: 'more' }, t('text.all', { n: whole.length.toLocaleString(tongue) }));
  more.addEventListener('click', () => {
    words.replaceChildren(...textNodes(whole));
    words.tabIndex = -1;
    words.focus({ preventScroll: true });
    more.remove();
  });
  return more;
}

/** A short text of a record inside a sentence. */
export function marked(text, limit = 300) {
  const whole = String(text ?? '');
  const head = domHead(whole, limit);
  return h('bdi', { class: 'marked', dir: 'auto', translate: 'no' }, textNodes(head), head.length < whole.length && '\u2026');
}

/** Words in the languages in which a record has them: `{en: "...", ru: "..."}`, the reader's first. */
export function saidIn(words, options = {}) {
  if (typeof words === 'string') return said(words, options);
  const tags = Object.keys(words ?? {}).sort((a, b) => Number(b === tongue) - Number(a === tongue));
  return h('div', { class: 'said-in' }, tags.slice(0, 20).map((lang) => h('div', { class: 'one-tongue' },
    tags.length > 1 && h('span', { class: 'tongue' }, lang === 'en' || lang === 'ru' || lang === 'he' ? t(`tongue.${lang}`) : marked(lang)),
    said(words[lang], { lang, ...options }))));
}

/** One reading of words that a record may have in more than one language. */
export function oneOf(words) {
  if (words === null || words === undefined || typeof words === 'string') return words ?? '';
  return words[tongue] ?? words.en ?? Object.values(words)[0] ?? '';
}

const DOM_MOMENT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/;
const DOM_DAY = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;

// A formatter is slow to make and quick to use, so each is made once.
const DOM_FORMATS = new Map();

function domFormat(tag, parts) {
  const key = `${tag} ${parts}`;
  if (!DOM_FORMATS.has(key)) {
    const style = { timeZone: 'UTC', year: 'numeric', ...(parts > 1 && { month: 'long' }), ...(parts > 2 && { day: 'numeric' }) };
    DOM_FORMATS.set(key, new Intl.DateTimeFormat(tag === 'en' ? 'en-GB' : tag, style));
  }
  return DOM_FORMATS.get(key);
}

/** A day in words: a whole one, a month or a year. */
export function day(iso, tag = tongue) {
  const found = DOM_DAY.exec(String(iso));
  if (!found) return marked(iso);
  const [, year, month, date] = found;
  const moment = new Date(0);
  moment.setUTCFullYear(Number(year), Number(month ?? 1) - 1, Number(date ?? 1));
  return h('time', { datetime: iso }, domFormat(tag, date ? 3 : month ? 2 : 1).format(moment));
}

/** A moment in words, in UTC, to the second where it is not at the full minute. */
export function when(iso, tag = tongue) {
  const found = DOM_MOMENT.exec(String(iso));
  if (!found) return DOM_DAY.test(String(iso)) ? day(iso, tag) : marked(iso);
  const moment = new Date(String(iso));
  if (Number.isNaN(moment.getTime())) return marked(iso);
  const clock = `${found[4]}:${found[5]}${found[6] === '00' ? '' : `:${found[6]}`}`;
  return h('time', { datetime: iso }, `${domFormat(tag, 3).format(moment)}, ${clock} UTC`);
}

/** The link to an entry of this page, or to one of its provisions. */
export function refLink(entry, label) {
  const whole = String(entry);
  return h('a', { class: 'ref', href: `#${whole.split('#')[0]}` }, label ?? h('bdi', { dir: 'ltr', translate: 'no' }, whole));
}

/** Digits of a machine: left to right, never translated. */
export function hex(text) {
  return h('code', { class: 'hex', dir: 'ltr', translate: 'no' }, textNodes(text));
}

/** Bytes in base64, in lines of 76. */
export function base64Lines(bytes) {
  const pieces = [];
  for (let from = 0; from < bytes.length; from += 57) pieces.push(btoa(String.fromCharCode(...bytes.subarray(from, from + 57))));
  return pieces.join('\n');
}

let domMembers = [];

// By what name each member is shown.
let domNames = new Map();

/** Names the members as the charter does in the page's tongue; else they go by their ids. */
export function nameMembers(names) {
  domNames = names;
}

/** The members of the record that is shown: their colours and shapes go by this order. */
export function setMembers(names) {
  domMembers = [...new Set(names)];
}

/** Whether these members have their colours already. */
export function hasMembers(names) {
  return names.every((name) => domMembers.includes(name));
}

/** The place of a member in that order: 0 to 7, then again from 0. */
export function memberIndex(name) {
  return Math.max(0, domMembers.indexOf(name)) % 8;
}

// Circle, diamond, square, triangle, hexagon, cross, triangle on its point, pentagon.
const DOM_CORNERS = [null, [4, 0, 1.12], [4, 45, 1.2], [3, 0, 1.25], [6, 0, 1.05], 'cross', [3, 180, 1.25], [5, 0, 1.1]];

/** The outline of the shape of a member about (x, y). */
export function shapePath(index, x, y, r) {
  const shape = DOM_CORNERS[index % DOM_CORNERS.length];
  if (shape === null) return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  if (shape === 'cross') {
    const [a, b] = [r * 0.42, r];
    return `M${x - a} ${y - b}h${2 * a}v${b - a}h${b - a}v${2 * a}h${a - b}v${b - a}h${-2 * a}v${a - b}h${a - b}v${-2 * a}h${b - a}z`;
  }
  const [corners, turn, grow] = shape;
  const points = Array.from({ length: corners }, (_, i) => {
    const angle = ((turn + (360 / corners) * i - 90) * Math.PI) / 180;
    return `${(x + Math.cos(angle) * r * grow).toFixed(2)} ${(y + Math.sin(angle) * r * grow).toFixed(2)}`;
  });
  return `M${points.join('L')}z`;
}

/** A member: its colour, its shape and its name. */
export function memberTag(name) {
  const index = memberIndex(name);
  const mark = svg('svg', { class: 'shape', viewBox: '-8 -8 16 16', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: shapePath(index, 0, 0, 6) }));
  return h('span', { class: `member m${index}` }, mark, h('bdi', { translate: 'no' }, textNodes(domNames.get(name) ?? name)));
}

/** Data that no card knows how to say, as a list: its depth and its length are limited. */
export function dataTree(value, depth = 6) {
  if (value === null || typeof value !== 'object') return said(JSON.stringify(value) ?? '', { limit: 600 });
  const rows = Object.entries(value);
  if (rows.length === 0) return hex(Array.isArray(value) ? '[]' : '{}');
  if (depth === 0) return h('span', { class: 'remark' }, t('text.deeper'));
  const shown = rows.slice(0, 100);
  return h('dl', { class: 'data' },
    shown.map(([name, inner]) => [h('dt', {}, marked(name, 80)), h('dd', {}, dataTree(inner, depth - 1))]),
    rows.length > shown.length && h('dt', {}, t('text.further', { n: rows.length - shown.length })));
}
