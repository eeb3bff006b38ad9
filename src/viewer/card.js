// The card of one entry: what `show` says of it, with the words first.
//
// Each of the thirteen kinds has a function that lists its rows; a row is a head from
// the vocabulary and nodes. What a body has that no row says stands in the bytes.

import { t, plural, v, phrase } from './words.js';
import { h, said, saidIn, oneOf, marked, when, day, refLink, hex, memberTag, base64Lines, dataTree, hiddenCount, joinerCount, textNodes } from './dom.js';

const CARD_ACTS = {
  join: () => 'JOINED',
  key: () => 'KEYS',
  actor: () => 'ACTOR',
  text: (body) => ({ draft: 'DRAFT_TEXT', pledge: 'PLEDGE' }[body.standing] ?? 'TABLED'),
  adopt: (body) => ({ initialled: 'INITIALLED', 'to be confirmed': 'TO_BE_CONFIRMED', confirmed: 'CONFIRMED' }[body.step]
    ?? (body.only?.length || body.except?.length ? 'ADOPTED_IN_PART' : 'ADOPTED')),
  notice: (body) => ({ withdraw: 'WITHDRAWAL', suspend: 'SUSPENSION', resume: 'RESUMPTION' }[body.act] ?? 'REVOKED'),
  statement: (body) => ({ assurance: 'ASSURANCE', expectation: 'EXPECTATION', 'red line': 'RED_LINE', interpretation: 'INTERPRETATION' }[body.as] ?? 'STATEMENT'),
  report: () => 'REPORT',
  ask: (body) => ({ proposal: 'PROPOSAL', 'request for clarification': 'CLARIFICATION', 'request for consultation': 'CONSULTATION', concern: 'CONCERN', protest: 'PROTEST' }[body.act]),
  answer: (body) => ({ 'will answer': 'WILL_ANSWER', accept: 'ACCEPTS', decline: 'DECLINES', object: 'OBJECTS', 'no objection': 'NO_OBJECTION', explain: 'EXPLAINS', counter: 'COUNTERS', 'received content': 'RECEIVED_CONTENT' }[body.stance]),
  envelope: () => 'SEALED_WORDS',
  open: () => 'OPENED',
  seen: () => 'RECEIVED',
};

/** What an entry is called: "adopted in part", "protest". */
export function entryAct(entry) {
  const row = Object.hasOwn(CARD_ACTS, entry.kind) ? CARD_ACTS[entry.kind](entry.body ?? {}) : null;
  if (entry.kind === 'join' && entry.log.includes('.')) return v('acts.VOLUME');
  return row ? v(`acts.${row}`) : v('acts.NOT_UNDERSTOOD', { kind: String(entry.kind).slice(0, 40) });
}

/** Whether an entry is an act of consent, or a text: its node is filled. */
export function entryIsAct(entry) {
  return entry.kind === 'text' || entry.kind === 'adopt' || entry.kind === 'notice';
}

// Words that an author chose from the format, in the tongue of the page.
let cardChosen = null;
function cardWord(text) {
  if (typeof text !== 'string') return dataTree(text, 3);
  if (cardChosen === null) {
    const all = typeof VOCABULARY === 'undefined' ? globalThis.VOCABULARY : VOCABULARY;
    cardChosen = new Map(Object.entries(all ?? {}).filter(([key]) => key.startsWith('chosen.')).map(([key, row]) => [row[0], key]));
  }
  return cardChosen.has(text) ? v(cardChosen.get(text)) : marked(text);
}

function cardListed(items, show = marked) {
  if (!Array.isArray(items)) return [];
  const shown = items.slice(0, 40).flatMap((item, i) => [i > 0 && ', ', show(item)]);
  return items.length > 40 ? [...shown, ', ', t('text.further', { n: items.length - 40 })] : shown;
}

const cardHas = (value) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
const cardRow = (head, ...nodes) => [head, nodes];
const cardMaybe = (head, value, show = marked) => cardHas(value) && cardRow(v(head), show(value));
const cardList = (head, value, show = marked) => cardHas(value) && cardRow(v(head), cardListed(value, show));

// Names of members, by their colours and shapes.
const cardMembers = (names) => cardListed(names, (name) => memberTag(String(name)));
const cardTitle = (words) => h('cite', { class: 'title' }, marked(oneOf(words), 200));

function cardAbout(around, cite) {
  return (Array.isArray(around) ? around : [around]).filter(Boolean).slice(0, 40).map((reference) => cardRow(v('showing.ABOUT'), cite(reference)));
}

function cardDated(dated) {
  if (!dated || typeof dated !== 'object') return false;
  const days = h('span', {}, day(dated.from), dated.to && [' \u2013 ', day(dated.to)], dated.place && [', ', marked(dated.place)]);
  return cardRow(v('showing.BEARS'), ...phrase('showing.BEARS_DATE', { date: days }));
}

// Attachments: their digests and sizes, never their content.
function cardDocuments(docs, context) {
  return (Array.isArray(docs) ? docs : []).slice(0, 60).map((doc) => {
    const size = context.docSize(doc?.digest);
    return cardRow(v('showing.DOCUMENT'), marked(doc?.name), ' ',
      size === null ? t('card.doc-absent') : plural('card.bytes', size), h('br'), hex(`docs/${doc?.digest}`));
  });
}

const cardPerson = (person) => (person?.member
  ? phrase('showing.OF_MEMBER', { name: marked(person.name), member: memberTag(String(person.member)) })
  : marked(person?.name));

function cardWhole(text, context) {
  const entry = context.byHash(text);
  return [context.cite(text), entry?.body?.title && [' ', cardTitle(entry.body.title)]];
}

function cardConsent(body, context) {
  const given = Array.isArray(body.in_return_for) ? body.in_return_for : [];
  return [
    body.provisional && cardRow(v('showing.PROVISIONAL'), v('showing.PROVISIONAL_WHY')),
    body.condition && cardRow(v('showing.CONDITION'), cardPlainly(body.condition, context)),
    ...given.slice(0, 20).map((one) => cardRow(v('showing.RETURN'), one.entry ? context.cite(one.entry) : saidIn(one.words))),
    ...cardQualifications(body.qualifications),
  ];
}

function cardQualifications(list) {
  const all = Array.isArray(list) ? list : [];
  return all.slice(0, 60).map((made, i) => {
    const name = { reservation: 'RESERVATION', understanding: 'UNDERSTANDING', limitation: 'LIMITATION' }[made.name];
    const named = name ? v(`showing.NAMED_${name}`) : String(made.name);
    const head = all.length > 1 ? v('showing.NUMBERED', { name: named, number: String(i + 1) }) : named;
    const on = cardHas(made.on) ? v('showing.QUALIFIED', { name: head, on: made.on.join(', ') }) : v('showing.QUALIFIED_WHOLE', { name: head });
    return cardRow(on, saidIn(made.words));
  });
}

// A value of the format for people: lists with commas, fields with semicolons.
function cardPlainly(value, context, depth = 4) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return /^[0-9a-f]{64}(#|$)/.test(value) ? context.cite(value) : cardWord(value);
  if (typeof value !== 'object') return String(value);
  if (depth === 0) return t('text.deeper');
  if (Array.isArray(value)) return cardListed(value, (item) => h('span', {}, typeof item === 'object' ? ['(', cardPlainly(item, context, depth - 1), ')'] : cardPlainly(item, context, depth - 1)));
  return Object.entries(value).slice(0, 40).map(([name, inner], i) => [i > 0 && '; ', cardWord(name), ' ', cardPlainly(inner, context, depth - 1)]);
}

const CARD_TYPES = ['basket', 'declare', 'define', 'do', 'may', 'procedure', 'reaffirm', 'refrain', 'saving', 'scope_in', 'scope_out'];
const CARD_SAID = new Set(['id', 'type', 'words', 'term', 'no']);

function cardProvision(provision, entry, context) {
  const type = CARD_TYPES.includes(provision.type) ? v(`provisions.TYPE_${provision.type.toUpperCase()}`) : String(provision.type ?? '');
  const fields = Object.entries(provision).filter(([name]) => !CARD_SAID.has(name));
  return h('div', { class: `provision ${['do', 'refrain'].includes(provision.type) ? 'commits' : ''}` },
    h('p', { class: 'provision-head' }, h('b', {}, marked(provision.id, 20)), ' ', provision.no && [marked(provision.no, 20), ' '], h('span', {}, type),
      provision.term && [' ', h('q', {}, marked(oneOf(provision.term)))]),
    provision.words && saidIn(provision.words),
    fields.length > 0 && h('p', { class: 'fields' }, fields.map(([name, value], i) => [i > 0 && '; ', cardWord(name), ' ', cardPlainly(value, context)])));
}

function cardProvisions(entry, context) {
  const all = entry.body.provisions;
  if (!Array.isArray(all)) return null;
  const here = all.filter((one) => one?.words);
  if (here.length < all.length || all.length === 0) return h('p', { class: 'apart' }, v('provisions.PROVISIONS_ABSENT', { number: String(all.length) }));
  const few = here.length <= 4;
  const box = h('details', { class: 'provisions', open: few }, h('summary', {}, plural('card.provisions', here.length)));
  const fill = () => {
    if (box.childElementCount === 1) box.append(...here.slice(0, 400).map((one) => cardProvision(one, entry, context)));
  };
  if (few) fill();
  else box.addEventListener('toggle', fill);
  return box;
}

const CARD_ROWS = {
  text: (body, context) => [
    body.standing === 'draft' && cardRow('', v('signing.DRAFT_BINDS_NOBODY')),
    body.standing === 'proposal' && cardRow('', v('signing.TABLING_BINDS_NOBODY')),
    cardMaybe('provisions.FORM', body.modality, cardWord),
    cardMaybe('provisions.NATURE', body.binding, cardWord),
    cardMaybe('provisions.TRACK', body.track, String),
    cardHas(body.between) && cardRow(v('provisions.BETWEEN'), cardMembers(body.between)),
    cardRow(v('provisions.LANGUAGES'), cardListed(Object.entries(body.languages ?? {}), ([tag, rank]) => h('span', {}, marked(tag), ' ', cardWord(rank)))),
    body.original && cardRow(v('provisions.ORIGINAL'), hex(`docs/${body.original}`)),
    ...['extends', 'amends', 'replaces', 'corrects', 'ends'].map((name) => body[name] && cardRow(v(`provisions.${name.toUpperCase()}`), cardWhole(body[name], context))),
    ...cardConsent(body, context),
  ],
  adopt: (body, context) => [
    cardRow(v('showing.TEXT'), cardWhole(body.text, context)),
    cardMaybe('showing.STYLED', body.styled),
    cardHas(body.only) && cardRow(v('showing.ONLY'), v('showing.ONLY_THESE', { ids: body.only.join(', ') })),
    cardList('showing.EXCEPT', body.except),
    body.mirrored && cardRow(v('showing.MIRRORED'), ...phrase('showing.MIRRORED_WHY', { author: memberTag(context.member) })),
    ...cardConsent(body, context),
  ],
  notice: (body, context) => [
    cardRow(v('showing.NOTICE_OF'), cardWhole(body.of, context)),
    cardMaybe('signing.UNDER_NUMBER', body.qualification, String),
    cardHas(body.only) && cardRow(v('showing.ONLY'), v('showing.ONLY_THESE', { ids: body.only.join(', ') })),
    body.effective && cardRow(v('showing.EFFECTIVE'), ...phrase('showing.EFFECTIVE_DAY', { day: day(body.effective) })),
  ],
  statement: (body) => [cardMaybe('showing.SPEAKER', body.speaker)],
  report: (body, context) => [
    body.of && cardRow(v('showing.REPORTS'), context.cite(body.of)),
    cardInstance(body.with),
    body.interval && (body.interval.from || body.interval.to) && cardRow(v('showing.WHEN'), ...phrase('showing.BY_ACCOUNT',
      { when: h('span', {}, body.interval.from && when(body.interval.from), body.interval.to && [' \u2013 ', when(body.interval.to)]) })),
    body.interval?.after && cardRow(v('showing.WHEN'), ...phrase('showing.AFTER_ENTRY', { entry: context.cite(body.interval.after) })),
    body.interval?.before && cardRow(v('showing.WHEN'), ...phrase('showing.BEFORE_ENTRY', { entry: context.cite(body.interval.before) })),
    cardMaybe('showing.WHERE', body.place),
    body.said_by && cardRow(v('showing.SAID_BY'), cardPerson(body.said_by)),
    body.said_to && cardRow(v('showing.SAID_TO'), cardPerson(body.said_to)),
    cardMaybe('showing.KNOWN_FROM', body.source),
    cardMaybe('showing.FOUND', body.found, cardWord),
    cardList('showing.SAME_AS', body.same_as, context.cite),
    cardRow('', ...phrase('showing.ITS_WORD', { author: memberTag(context.member) })),
  ],
  ask: (body) => [
    cardHas(body.to) && cardRow(v('showing.TO'), cardMembers(body.to)),
    cardInstance(body.with),
    cardMaybe('showing.ASKED_BY', body.reply_by, day),
  ],
  answer: (body, context) => [
    cardRow(v('showing.ANSWERS'), context.cite(body.to)),
    cardMaybe('signing.UNDER_NUMBER', body.qualification, String),
    cardList('showing.CONTESTS', body.contests, cardWord),
    body.between_us && cardRow(v('showing.BETWEEN'), v(body.between_us === 'stands' ? 'showing.STANDS' : 'showing.STANDS_NOT')),
    body.counter && cardRow(v('showing.COUNTER'), context.cite(body.counter)),
  ],
  actor: (body) => [
    cardMaybe('showing.ID', body.id),
    cardMaybe('showing.NAMES', body.names, saidIn),
    cardMaybe('showing.CLASS', body.class, cardWord),
    cardMaybe('showing.ACTOR_OF', body.of),
    cardMaybe('showing.UNDER', body.under),
    cardMaybe('showing.CAPACITY', body.capacity, cardWord),
    cardMaybe('showing.CONTACT', body.contact),
    cardList('showing.MAY_DO', body.mandate?.acts, (act) => v(`showing.DO_${({ adopt: 'ADOPT', answer: 'ANSWER', ask: 'ASK', notice: 'NOTICE', pledge: 'PLEDGE', propose: 'PROPOSE', report: 'REPORT' })[act] ?? 'STATEMENT'}`)),
    cardList('showing.WITH_KEYS', body.mandate?.keys),
    body.mandate?.until && cardRow('', ...phrase('showing.UNTIL_DAY', { day: day(body.mandate.until) })),
    body.mandate?.doc && cardRow(v('showing.MANDATE_DOC'), hex(`docs/${body.mandate.doc}`)),
  ],
  key: (body) => [
    cardRow('', v('signing.FROM_NEXT')),
    ...(Array.isArray(body.set) ? body.set : []).slice(0, 16).map((key) => cardRow(v('showing.KEY'), marked(key?.label), ' ', hex(key?.key))),
    cardHas(body.threshold) && cardRow(v('showing.SIGN'), ...phrase('showing.HOW_MANY_SIGN', { number: String(body.threshold), labels: h('span', {}, cardListed((body.set ?? []).map((key) => key?.label))) })),
    ...(Array.isArray(body.compromised) ? body.compromised : []).slice(0, 16).map((one) => cardRow(v('showing.COMPROMISED'), ...phrase('showing.COMPROMISED_LABEL', { label: marked(one?.label) }))),
  ],
  envelope: (body) => [
    cardMaybe('showing.SLOT', body.slot, String),
    cardHas(body.to) && cardRow(v('showing.FOR'), cardMembers(body.to)),
    cardMaybe('showing.OPEN_BY', body.open_by, day),
    cardMaybe('showing.COMMITMENT', body.commitment, hex),
  ],
  open: (body, context) => [
    cardRow(v('showing.OPENS'), context.cite(body.envelope)),
    cardMaybe('signing.NONCE', body.nonce, hex),
  ],
  seen: () => [cardRow('', v('receipt.RECEIVED'))],
  join: () => [],
};

function cardInstance(given) {
  const pairs = Object.entries(given ?? {});
  return pairs.length > 0 && cardRow(v('showing.INSTANCE'), cardListed(pairs, ([name, value]) => h('span', {}, marked(name, 60), ' ', h('q', {}, marked(value)))));
}

function cardSeen(entry, context) {
  const pairs = Object.entries(entry.seen ?? {});
  if (pairs.length === 0) return false;
  return cardRow(v('showing.RECEIPTS'), cardListed(pairs, ([log, head]) => refLink(context.known(`${log}/${head.size - 1}`) ? `${log}/${head.size - 1}` : `${log}/0`,
    h('bdi', { dir: 'ltr' }, textNodes(log), ` ${head.size - 1 > context.before(entry, log) ? `${context.before(entry, log)}-` : ''}${head.size - 1}`))));
}

// Which entries this one is shown to come after and before, and what its author states.
function cardBrackets(entry, context) {
  const [after, before] = [context.after(entry), context.receivedBy(entry)];
  return h('ul', { class: 'brackets' },
    cardTimes(entry, context.times(entry)),
    after.length > 0 && h('li', { class: 'after' }, ...phrase('card.after', { entries: cardRefs(after) })),
    context.isBranch ? false : before.length > 0
      ? h('li', { class: 'before' }, ...phrase('card.before', { entries: cardRefs(before) }))
      : h('li', { class: 'before' }, v('showing.RECEIVED'), ' ', v('showing.RECEIVED_BY_NOBODY')),
    context.concurrent && h('li', { class: 'concurrent' }, ...phrase('card.concurrent', { first: refLink(context.concurrent), second: refLink(entry.entry) })));
}

// What its author states, and, where the reader relies on witnesses, what these show.
function cardTimes({ said: stated }, shown) {
  if (shown === null) return h('li', { class: 'stated' }, stated ? [...phrase('showing.DATED_BY_AUTHOR', { time: when(stated) })] : t('card.undated'));
  const { by, from } = shown;
  const bound = (key, { time, source }) => [...phrase(key, { time: when(time), source: marked(source) })];
  const isInside = !(by && stated > by.time) && !(from && stated < from.time);
  return [
    h('li', { class: 'stated by' }, by ? [v('evidence.EXISTED'), ' ', ...bound('evidence.BY_TIME', by)] : v('evidence.NO_UPPER')),
    h('li', { class: 'stated from' }, from ? bound('evidence.NOT_BEFORE', from) : v('evidence.NO_LOWER')),
    h('li', { class: 'stated' }, !stated ? t('card.undated-by') : by || from ? [...phrase(isInside ? 'evidence.AUTHOR_INSIDE' : 'evidence.AUTHOR_OUTSIDE', { time: when(stated) })]
      : [...phrase('showing.DATED_BY_AUTHOR', { time: when(stated) })]),
  ];
}

const cardRefs = (entries) => h('span', { class: 'refs' }, cardListed(entries, (entry) => refLink(entry)));

// The bytes as signed: as text with every mark shown, and to copy in base64.
function cardBytes(entry, context) {
  const box = h('details', { class: 'bytes' }, h('summary', {}, t('card.bytes-title')));
  box.addEventListener('toggle', () => {
    if (box.open && box.childElementCount === 1) box.append(...cardBytesInside(entry, context));
  });
  return box;
}

function cardBytesInside(entry, context) {
  const bytes = entry.bytes ?? new Uint8Array(0);
  const text = entry.text ?? new TextDecoder().decode(bytes);
  const [hidden, joiners] = [hiddenCount(text), joinerCount(text)];
  const heads = Object.entries(entry.seen ?? {});
  const facts = [
    [v('showing.HASH'), hex(entry.hash)],
    entry.prev && ['prev', hex(entry.prev)],
    entry.root && ['root', hex(entry.root)],
    entry.kind === 'adopt' && [v('showing.DIGEST'), hex(entry.body?.words_digest)],
    ...heads.map(([log, head]) => [['seen ', marked(log)], h('span', {}, String(head.size), ' ', hex(head.root))]),
    ...(entry.after ?? []).map((note) => ['after', hex(`notes/${note}`)]),
    [v('showing.BY'), cardListed(entry.signers, (label) => marked(`${context.member}/${label}`))],
    [v('showing.SEAL'), v(entry.sealed ? 'showing.SEALED' : 'showing.UNSEALED')],
  ];
  return [
    h('dl', { class: 'facts' }, facts.filter(Boolean).map(([head, value]) => [h('dt', {}, head), h('dd', {}, value)])),
    h('p', { class: 'signed-head' }, plural('card.bytes', bytes.length), '. ', t('card.bytes-note')),
    h('pre', { class: 'signed', role: 'group', dir: 'ltr', translate: 'no', tabindex: '0', 'aria-label': t('card.bytes-title') }, textNodes(text)),
    hidden > 0 && h('p', { class: 'remark' }, plural('text.hidden', hidden)),
    joiners > 0 && h('p', { class: 'remark' }, plural('text.joiners', joiners)),
    cardCopy(bytes),
  ].filter(Boolean);
}

function cardCopy(bytes) {
  const text = () => base64Lines(bytes);
  const area = h('textarea', { class: 'base64', readonly: true, hidden: true, dir: 'ltr', translate: 'no', rows: '4', 'aria-label': 'base64' });
  const status = h('span', { class: 'copied', role: 'status' });
  const press = async () => {
    area.value = text();
    area.hidden = false;
    try {
      await navigator.clipboard.writeText(area.value);
      status.textContent = t('card.copied');
    } catch {
      area.select();
      status.textContent = t('card.select');
    }
  };
  return h('div', { class: 'copy' }, h('button', { type: 'button', onclick: press }, t('card.copy')), ' ', status, area);
}

/** The nodes of a list of rows. */
function cardRows(rows) {
  const shown = rows.filter(Boolean);
  return shown.length > 0 && h('dl', { class: 'rows' }, shown.map(([head, nodes]) => [h('dt', { class: head === '' ? 'bare' : null }, head), h('dd', {}, nodes)]));
}

/** The card of an entry. `context` says what stands around it. */
export function entryCard(entry, context) {
  const body = entry.body && typeof entry.body === 'object' && !Array.isArray(entry.body) ? entry.body : {};
  let rows;
  try {
    rows = Object.hasOwn(CARD_ROWS, entry.kind) ? CARD_ROWS[entry.kind](body, context) : [cardRow(v('showing.BODY'), dataTree(body))];
  } catch {
    rows = [cardRow(v('showing.BODY'), dataTree(body))];
  }
  const words = entry.kind === 'open' ? body.content : body.words;
  const around = [...cardAbout(body.about, context.cite), cardDated(body.dated),
    body.rendering === 'abstract' && cardRow(v('showing.RENDERING'), v('showing.ABSTRACT_WHY')),
    ...cardDocuments(body.docs, context), entry.kind !== 'seen' && cardSeen(entry, context)];
  const receipts = entry.kind === 'seen' ? [cardSeen(entry, context)] : [];
  const why = entry.effect?.why ?? entry.effect;
  return h('article', {
    id: context.isBranch ? `${entry.entry}~${entry.hash.slice(0, 8)}` : entry.entry, tabindex: '-1',
    class: `entry m${context.colour} kind-${/^[a-z]+$/.test(entry.kind) ? entry.kind : 'other'}${entryIsAct(entry) ? ' act' : ''}${context.unlinked ? ' unlinked' : ''}`,
    'aria-labelledby': context.headId,
  },
    h('header', { class: 'entry-head' },
      h(context.level ?? 'h3', { id: context.headId }, h('span', { class: 'kind' }, textNodes(entryAct(entry))), ' ', h('a', { class: 'number', href: `#${entry.entry}` }, h('bdi', { dir: 'ltr', translate: 'no' }, entry.entry))),
      h('span', { class: 'by' }, memberTag(context.member))),
    context.unlinked && h('p', { class: 'flag' }, t('card.unlinked')),
    entry.woven === false && h('p', { class: 'flag' }, v('showing.PENDING'), ': ', v('showing.PENDING_WHY')),
    typeof why === 'string' && h('p', { class: 'flag' }, ...phrase('showing.WITHOUT_EFFECT', { why: marked(why) })),
    body.title && h('div', { class: 'text-title' }, said(oneOf(body.title))),
    words && h('div', { class: 'words' }, typeof words === 'object' || typeof words === 'string' ? saidIn(words) : dataTree(words)),
    entry.kind === 'text' && cardProvisions(entry, context),
    cardRows([...receipts, ...rows, ...around]),
    cardBrackets(entry, context),
    cardBytes(entry, context));
}
