// What the page needs to speak of a record: entries by reference and by hash, members by
// the names of the charter, days as nodes, what links an entry to another.

import { t, v, phrase, tongue } from './words.js';
import { h, day, when, refLink, memberTag, textNodes, marked, saidIn, oneOf, said } from './dom.js';

/** The record, what it amounts to, and tables to find things in. */
export function accountOf(record, found) {
  const [entries, hashes, shown] = [new Map(), new Map(), new Map()];
  for (const log of record.logs.values()) {
    const branches = (log.branches ?? []).flatMap((branch) => branch.entries ?? []);
    for (const entry of [...branches, ...log.entries]) {
      hashes.set(entry.hash, entry);
      entries.set(entry.entry, entry);
    }
  }
  for (const member of record.members) shown.set(member.name, member);
  return { record, entries, hashes, shown, ...found };
}

/** The name of a member, in the language of the page. */
export function nameOf(account, member) {
  const held = account.shown.get(member);
  return oneOf(held?.names ?? held?.title) || member;
}

/** A member: colour, shape and name. */
export function nameTag(account, member) {
  const tag = memberTag(member);
  tag.querySelector('bdi')?.replaceChildren(...textNodes(nameOf(account, member)));
  return tag;
}

/** Members by the alphabet of the page. */
export function inOrder(account, members) {
  const order = new Intl.Collator(tongue).compare;
  return [...members].sort((a, b) => order(nameOf(account, a), nameOf(account, b)));
}

/** A list in words: `A, B and C`. */
export function listed(items) {
  if (items.length < 2) return items;
  const first = items.slice(0, -1).flatMap((one, at) => (at === 0 ? [one] : [', ', one]));
  return phrase('list.and', { first, last: items.at(-1) });
}

/** Names of members in a sentence. */
export function namesIn(account, members) {
  return listed(inOrder(account, members).map((one) => marked(nameOf(account, one))));
}

/** Things behind each other, with commas. */
export function commas(items, between = ', ') {
  return items.flatMap((one, at) => (at === 0 ? [one] : [between, one]));
}

/** `hash#c3` as people cite it. */
export function citedAs(account, reference) {
  const [hash, place] = String(reference).split('#');
  const entry = account.hashes.get(hash) ?? account.entries.get(hash);
  const name = entry ? entry.entry : hash.slice(0, 12);
  return place ? `${name}#${place}` : name;
}

/** The link to an entry, or to a provision of a text. */
export function citeLink(account, reference) {
  const name = citedAs(account, reference);
  const [entry, place] = name.split('#');
  if (!account.entries.has(entry)) return marked(name);
  const link = refLink(entry, h('bdi', { dir: 'ltr', translate: 'no' }, name));
  if (place) link.setAttribute('href', `#text-${entry.replace('/', '-')}:${place}`);
  return link;
}

/** Links with commas between them. */
export function citeLinks(account, references) {
  return commas(references.map((one) => citeLink(account, one)));
}

/** The day that an act bears, with its place, or the one its author gives. */
export function dayOf(entry) {
  const dated = entry?.body?.dated;
  if (!dated) return entry?.said ? day(entry.said.slice(0, 10)) : null;
  const range = rangeOf(dated.from, dated.to);
  return dated.place ? [range, ' (', marked(dated.place), ')'] : range;
}

function rangeOf(from, to) {
  if (!to || to === from) return day(from);
  const next = new Date(Date.parse(`${from}T00:00:00Z`) + 86400000).toISOString().slice(0, 10);
  return phrase(next === to ? 'dates.EITHER' : 'dates.BETWEEN', { from: day(from), to: day(to) });
}

/** The day of an act behind a comma. */
export function datedOf(entry) {
  const found = dayOf(entry);
  return found ? [', ', found] : '';
}

/** How an act is dated, as a sentence. */
export function datingOf(entry) {
  if (entry.body?.dated) return phrase('raised.DATED_BORNE', { day: dayOf(entry) });
  return entry.said ? phrase('raised.DATES_IT', { day: when(entry.said) }) : v('raised.UNDATED');
}

/** A moment of a report. */
export function momentOf(moment) {
  return String(moment).includes('T') ? when(moment) : day(moment);
}

/** Words of an entry, marked where they are not the document's own. */
export function spoken(words, rendering) {
  if (!words) return null;
  return h('blockquote', { class: 'quote' },
    rendering === 'abstract' && h('span', { class: 'abstract' }, v('reading.ABSTRACT'), ' '), saidIn(words));
}

/** Words of one language in quotation marks. */
export function inQuotes(words) {
  const [open, close] = tongue === 'ru' ? ['\u00ab', '\u00bb'] : ['\u201c', '\u201d'];
  return h('span', { class: 'said-inline' }, open, said(oneOf(words), { block: false, limit: 600 }), close);
}

/** Parameters behind a comma. */
export function pairsOf(parameters) {
  const pairs = Object.entries(parameters ?? {});
  if (pairs.length === 0) return '';
  const each = pairs.map(([name, value]) => phrase('raised.PAIR', { name: marked(name), value: marked(value) }));
  return phrase('raised.WITH', { pairs: commas(each) });
}

/** Provisions of a text entry; nothing where they stand in a document. */
export function provisionsIn(account, reference) {
  const provisions = account.entries.get(citedAs(account, reference).split('#')[0])?.body?.provisions;
  return Array.isArray(provisions) ? provisions : [];
}

const ACCOUNT_ASKS = {
  proposal: 'PROPOSAL', clarification: 'CLARIFICATION', 'request for clarification': 'CLARIFICATION', consultation: 'CONSULTATION',
  'request for consultation': 'CONSULTATION', concern: 'CONCERN', protest: 'PROTEST',
};
const ACCOUNT_STANCES = {
  'will answer': 'WILL_ANSWER', accept: 'ACCEPTS', decline: 'DECLINES', object: 'OBJECTS', 'no objection': 'NO_OBJECTION',
  explain: 'EXPLAINS', counter: 'COUNTERS', 'counter-proposal': 'COUNTERS', 'received content': 'RECEIVED_CONTENT',
};

/** What an ask is called. */
export function askWord(act) {
  return ACCOUNT_ASKS[act] ? v(`acts.${ACCOUNT_ASKS[act]}`) : marked(act);
}

/** What an answer says. */
export function stanceWord(stance) {
  return ACCOUNT_STANCES[stance] ? v(`acts.${ACCOUNT_STANCES[stance]}`) : marked(stance);
}

const ACCOUNT_KINDS = {
  join: 'JOINED', volume: 'VOLUME', key: 'KEYS', actor: 'ACTOR', statement: 'STATEMENT', report: 'REPORT', seen: 'RECEIVED',
  sealed: 'SEALED_WORDS', seal: 'SEALED_WORDS', open: 'OPENED', adopt: 'ADOPTED',
};
const ACCOUNT_MANNERS = { assurance: 'ASSURANCE', expectation: 'EXPECTATION', 'red line': 'RED_LINE', interpretation: 'INTERPRETATION' };

/** What an entry is, in a word or two. */
export function actWord(entry) {
  const { kind, body } = entry;
  if (kind === 'text') return v({ draft: 'acts.DRAFT_TEXT', pledge: 'acts.PLEDGE' }[body.standing] ?? 'acts.TABLED');
  if (kind === 'ask') return askWord(body.act);
  if (kind === 'answer') return stanceWord(body.stance);
  if (kind === 'statement' && ACCOUNT_MANNERS[body.as]) return v(`acts.${ACCOUNT_MANNERS[body.as]}`);
  if (kind === 'notice') return v({ withdraw: 'acts.WITHDRAWAL', suspend: 'acts.SUSPENSION', resume: 'acts.RESUMPTION' }[body.act] ?? 'acts.REVOKED');
  return ACCOUNT_KINDS[kind] ? v(`acts.${ACCOUNT_KINDS[kind]}`) : phrase('acts.NOT_UNDERSTOOD', { kind: marked(kind) });
}

const accountFold = (text) => String(text).normalize('NFC').toLowerCase();

/** What an entry says, to look for words in. */
export function wordsOf(entry) {
  return accountFold(JSON.stringify(entry.body ?? {}));
}

/** Whether an entry passes a filter. */
export function passes(account, entry, filter) {
  const { side, kind, text, basket, words } = filter ?? {};
  if (side && entry.log.split('.')[0] !== side) return false;
  if (kind && entry.kind !== kind) return false;
  if (words && !wordsOf(entry).includes(accountFold(words))) return false;
  if (text && !accountAbout(account, entry, text, basket)) return false;
  return true;
}

// Whether an entry is of a text or names it, and of a basket where one is asked for.
function accountAbout(account, entry, text, basket) {
  if (entry.entry === text) return true;
  const hash = account.entries.get(text)?.hash;
  const bare = JSON.stringify(entry.body ?? {});
  const named = [hash, ...accountThreads(account, hash)].filter(Boolean);
  if (!named.some((one) => bare.includes(one))) return false;
  if (!basket) return true;
  const inside = provisionsIn(account, text).filter((one) => one.in === basket || one.id === basket).map((one) => one.id);
  const places = [...bare.matchAll(/[0-9a-f]{64}#([a-z0-9_.-]+)/gi)].map((one) => one[1]);
  return places.length === 0 || places.some((id) => inside.includes(id));
}

// Entries that name a text: what names them is about it too.
function accountThreads(account, hash) {
  account.threads ??= new Map();
  if (!account.threads.has(hash)) {
    const naming = [...account.hashes.values()].filter((one) => hash && JSON.stringify(one.body ?? {}).includes(hash));
    account.threads.set(hash, naming.map((one) => one.hash));
  }
  return account.threads.get(hash);
}

/** How far each entry reaches into each log, by links: `{log: size}` by reference. */
export function reachOf(account) {
  if (account.reach) return account.reach;
  const reach = new Map();
  for (const entry of linear(account.record)) {
    const own = { ...reach.get(`${entry.log}/${entry.seq - 1}`) };
    for (const [log, { size }] of Object.entries(entry.seen ?? {})) {
      for (const [other, far] of Object.entries({ ...reach.get(`${log}/${size - 1}`), [log]: size })) {
        own[other] = Math.max(own[other] ?? 0, far);
      }
    }
    own[entry.log] = entry.seq + 1;
    reach.set(entry.entry, own);
  }
  account.reach = reach;
  return reach;
}

/** All entries in one order that their links allow; ties by the author's time, then by name. */
export function linear(record) {
  const logs = [...record.logs.values()].map((log) => log.entries);
  const [next, placed, out] = [logs.map(() => 0), {}, []];
  const isFree = (entry) => Object.entries(entry.seen ?? {}).every(([log, { size }]) => (placed[log] ?? 0) >= size || !record.logs.has(log));
  const total = logs.reduce((sum, one) => sum + one.length, 0);
  while (out.length < total) {
    const heads = logs.map((log, at) => log[next[at]]).filter(Boolean);
    const free = heads.filter(isFree);
    const chosen = (free.length > 0 ? free : heads).sort((a, b) => (a.said ?? '').localeCompare(b.said ?? '') || a.log.localeCompare(b.log))[0];
    next[logs.findIndex((log, at) => log[next[at]] === chosen)] += 1;
    placed[chosen.log] = chosen.seq + 1;
    out.push(chosen);
  }
  return out;
}

/** Whether one entry had received another, by links. */
export function hadReceived(account, by, of) {
  const [log, seq] = of.split('/');
  return (reachOf(account).get(by)?.[log] ?? 0) > Number(seq);
}

/** The title of a text, else of the record. */
export function titleOf(text) {
  return oneOf(text?.title) || t('title.untitled');
}
