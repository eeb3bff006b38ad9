// The texts: who adopted which words and when, what is in effect, provision by provision.

import { t, v, phrase } from './words.js';
import { h, marked, saidIn, oneOf, hex } from './dom.js';
import { nameOf, namesIn, inOrder, commas, listed, citeLink, citeLinks, datedOf, spoken, titleOf, provisionsIn, hadReceived, passes } from './account.js';
import { cellsOf, fieldsOf, qualificationsUnder, effectOfCell, isLegalText } from './cells.js';
import { underProvision, underText, noticesAbout, rowList } from './under.js';

const TEXT_FORMS = {
  treaty: 'TREATY', 'executive agreement': 'EXECUTIVE_AGREEMENT', 'code of conduct': 'CODE_OF_CONDUCT', 'exchange of letters': 'EXCHANGE_OF_LETTERS',
  'joint statement': 'JOINT_STATEMENT', 'unilateral declaration': 'UNILATERAL_DECLARATION', 'confidence-building measure': 'CONFIDENCE_BUILDING', 'working paper': 'WORKING_PAPER',
};
const TEXT_NATURES = { legal: 'LEGAL', political: 'POLITICAL', 'none stated': 'NONE_STATED' };
const TEXT_LATER = { extends: 'EXTENDS', amends: 'AMENDS', replaces: 'REPLACES', corrects: 'CORRECTS', ends: 'ENDS' };
const textCommits = (provision) => provision.type === 'do' || provision.type === 'refrain';

const formWord = (modality) => (TEXT_FORMS[modality] ? v(`provisions.${TEXT_FORMS[modality]}`) : marked(modality));

/** The address of a text on the page. */
export const textAnchor = (entry) => `text-${entry.replace('/', '-')}`;

/** All texts that pass a filter, into a container. */
export function drawCommitments(container, account, filter = {}) {
  const texts = account.commitments.texts.filter((text) => textPasses(account, text, filter));
  container.replaceChildren(...texts.map((text) => textNode(account, text, filter)));
  if (texts.length === 0) {
    container.append(h('p', { class: 'note' }, account.commitments.texts.length === 0 ? v('standing.NO_TEXTS') : t('commitments.nothing')));
  }
}

function textPasses(account, text, filter) {
  if (filter.text && !text.entries.includes(filter.text)) return false;
  if (!filter.words && !filter.side) return true;
  const about = [...account.entries.values()].filter((entry) => passes(account, entry, { text: text.entries[0] }));
  const sided = !filter.side || text.between.includes(filter.side) || text.adopted_by.includes(filter.side) || about.some((one) => one.log === filter.side);
  return sided && (!filter.words || about.some((entry) => passes(account, entry, { words: filter.words })));
}

function textNode(account, text, filter) {
  const [first] = text.entries;
  const entry = account.entries.get(first);
  const provisions = provisionsIn(account, first);
  const title = titleOf(text.title ? text : { title: provisions.find(textCommits)?.words });
  return h('article', { class: `text-page${text.draft ? ' draft' : ''}`, id: textAnchor(first), tabindex: '-1' },
    h('header', { class: 'text-head' },
      h('p', { class: 'kicker' }, text.entries.map((one) => [tabledLine(account, account.entries.get(one)), ' ', citeLink(account, one), ' '])),
      h('h3', {}, marked(title, 600)),
      textHeading(account, text) && h('p', { class: 'heading' }, textHeading(account, text))),
    factsOf(account, text, entry, provisions),
    provisions.length === 0 && h('p', { class: 'note' }, phrase('standing.UNHELD', { entry: citeLink(account, first) })),
    basketsOf(account, text, provisions, filter),
    h('div', { class: 'of-whole' }, underText(account, text)),
    noticesAbout(account, text),
    sumOf(account, text, provisions),
    wholeText(account, text, provisions));
}

function tabledLine(account, entry) {
  const row = entry?.body?.standing === 'pledge' ? 'standing.PLEDGED_BY' : 'standing.TABLED_BY';
  return entry ? phrase(row, { name: marked(nameOf(account, entry.log)), dated: datedOf(entry) }) : '';
}

// By whom a text is adopted; nothing where by all whom it concerns. As the command says it.
function textHeading(account, text) {
  const gone = (stage) => cellMembers(text, stage).filter((one) => !text.adopted_by.includes(one));
  const [left, replaced] = [gone('left'), gone('replaced')];
  const parts = [adoptedLine(account, text, [...left, ...replaced])].filter(Boolean);
  if (left.length > 0) parts.push(phrase('standing.LEFT_BY', { names: namesIn(account, left) }));
  if (replaced.length > 0) parts.push(phrase('standing.REPLACED_FOR', { names: namesIn(account, replaced) }));
  return parts.length > 0 ? commas(parts, '; ') : null;
}

function cellMembers(text, stage) {
  const cells = text.provisions.flatMap((one) => one.cells).filter((cell) => cell.consent === stage);
  return [...new Set(cells.map((cell) => cell.member))];
}

function adoptedLine(account, text, gone) {
  if (text.adopted_by_all) return null;
  if (text.adopted_by.length === 0) return gone.length > 0 ? null : v(text.draft ? 'standing.BY_NOBODY' : 'standing.PROPOSED');
  const none = text.between.filter((one) => !text.adopted_by.includes(one) && !gone.includes(one));
  const names = () => namesIn(account, text.adopted_by);
  if (none.length > 0) return phrase('standing.BY_SOME', { names: names(), others: namesIn(account, none) });
  const isPart = (member) => text.provisions.some((one) => one.cells.some((cell) => cell.member === member && !['none', 'adopted', 'leaving'].includes(cell.consent)));
  const part = text.adopted_by.filter(isPart);
  const whole = text.adopted_by.filter((one) => !part.includes(one));
  if (part.length === 0) return phrase('standing.BY_ALL_OF', { names: names() });
  if (whole.length === 0) return phrase('standing.IN_PART_BY', { names: names() });
  return phrase('standing.WHOLE_BY', { names: namesIn(account, whole), others: namesIn(account, part) });
}

function factsOf(account, text, entry, provisions) {
  const body = entry?.body ?? {};
  const form = [body.modality && formWord(body.modality), body.binding && v(`provisions.${TEXT_NATURES[body.binding] ?? 'NONE_STATED'}`)].filter(Boolean);
  const languages = Object.entries(body.languages ?? {}).map(([tag, rank]) => (rank === 'authentic'
    ? phrase('standing.IS_AUTHENTIC', { tag: marked(tag) })
    : phrase('standing.IS_TRANSLATION', { tag: marked(tag), some: String(provisions.filter((one) => one.words?.[tag]).length), all: String(provisions.length) })));
  const rows = [
    form.length > 0 && [v('standing.FORM'), commas(form, '; ')],
    languages.length > 0 && [v('standing.LANGUAGES'), commas(languages, '; ')],
    provisions.length > 0 && [v('standing.ADOPTION'), adoptionOf(provisions)],
    text.original && [v('standing.ORIGINAL'), phrase('standing.ORIGINAL_GOVERNS', { digest: hex(text.original) })],
    [v('standing.DATES'), [daysOf(account), '; ', account.times ? t('times.borne') : v('standing.DATES_BORNE')]],
  ].filter(Boolean);
  return [rowList(rows), text.later.map((one) => h('p', { class: 'note later' }, laterOf(account, one)))];
}

/** With what days named in texts are compared. */
export function daysOf(account) {
  const { day: on, day_by: by } = account.commitments.cut;
  if (!on) return v('ledger.DATES_NONE');
  return phrase({ clock: 'ledger.DATES_BY_CLOCK', named: 'ledger.DATES_NAMED' }[by] ?? 'ledger.DATES_BY_AUTHORS', { day: account.dayNode(on) });
}

function laterOf(account, one) {
  const by = one.adopted_by.length > 0 ? phrase('ledger.LATER_ADOPTED', { names: namesIn(account, one.adopted_by) }) : v('ledger.LATER_BY_NOBODY');
  return [phrase(`ledger.LATER_${TEXT_LATER[one.relation] ?? 'EXTENDS'}`, { entry: citeLink(account, one.entry) }), by];
}

function adoptionOf(provisions) {
  const of = (key) => provisions.find((one) => one.type === 'procedure' && one[key] !== undefined);
  const [parts, reserving] = [of('parts'), of('reservations')];
  const row = { baskets: 'BY_BASKETS', provisions: 'BY_PROVISIONS' }[parts?.parts] ?? 'AS_A_WHOLE';
  const on = reserving?.reservations ?? 'any';
  const reservations = on === 'any' ? v('standing.WITH_RESERVATIONS') : on === 'none' ? v('standing.NO_RESERVATIONS')
    : phrase('standing.RESERVATIONS_ON', { ids: marked([].concat(on).join(', ')) });
  return [phrase(`standing.${row}`, { at: marked(parts?.id ?? '') }), ', ', reservations];
}

function basketsOf(account, text, provisions, filter) {
  const isListed = (one) => textCommits(one) || (one.held_by ?? []).length > 0;
  const baskets = provisions.filter((one) => one.type === 'basket' && (!filter.basket || one.id === filter.basket));
  const loose = provisions.filter((one) => isListed(one) && !provisions.some((other) => other.type === 'basket' && other.id === one.in));
  const first = provisions.find(textCommits)?.id;
  const draw = (one) => provisionNode(account, text, one, provisions, first);
  return [
    baskets.map((basket) => basketNode(basket, provisions.filter((one) => isListed(one) && one.in === basket.id).map(draw))),
    loose.length > 0 && !filter.basket && [baskets.length > 0 && h('h4', { class: 'basket-head' }, v('standing.NO_BASKET')), loose.map(draw)],
  ];
}

function basketNode(basket, inside) {
  const form = basket.modality && [' ', phrase('standing.FORESEEN_FORM', { form: formWord(basket.modality) })];
  return h('section', { class: 'basket' },
    h('h4', { class: 'basket-head' }, h('span', { class: 'id' }, marked(basket.id)), marked(oneOf(basket.words), 300)),
    inside.length > 0 ? inside : h('p', { class: 'note empty' }, v('standing.EMPTY_BASKET'), form));
}

function provisionNode(account, text, provision, all, first) {
  const one = text.provisions.find((status) => status.id === provision.id);
  const rendering = account.entries.get(text.entries[0])?.body?.rendering;
  return h('article', { class: 'page-provision', id: `${textAnchor(text.entries[0])}:${provision.id}`, tabindex: '-1' },
    h('p', { class: 'id' }, h('a', { href: `#${textAnchor(text.entries[0])}:${provision.id}` }, marked(provision.id))),
    h('div', { class: 'page-provision-body' },
      spoken(provision.words, rendering),
      provision.held_by && h('p', { class: 'note' }, phrase('standing.VIEW_OF', { names: namesIn(account, provision.held_by) })),
      one?.unsettled && h('p', { class: 'note' }, v('standing.WORDING')),
      fieldsOf(account, text, provision, all),
      one && cellsOf(account, text, provision, one),
      one && qualificationsUnder(account, text, provision.id, first),
      one && underProvision(account, text, provision, one)));
}

// Commitments by whom they are in effect for, as the command groups them.
function groupsOf(account, text, ids) {
  const groups = new Map();
  for (const one of text.provisions.filter((status) => ids.includes(status.id))) {
    const bearing = one.cells.filter((cell) => cell.bears);
    const holds = bearing.filter((cell) => cell.effect.state === 'in_effect');
    const forNow = bearing.filter((cell) => cell.effect.state === 'provisional');
    const names = (cells) => inOrder(account, cells.map((cell) => cell.member)).map((name) => nameOf(account, name));
    const label = holds.length === 0 && forNow.length > 0 ? v('standing.FOR_NOW', { names: listed(names(forNow)).flat(9).join('') })
      : holds.length === 0 ? v(bearing.length === 2 ? 'standing.FOR_NONE' : 'standing.FOR_NOBODY')
        : holds.length === bearing.length && bearing.length > 1 ? v(bearing.length === 2 ? 'standing.FOR_BOTH' : 'standing.FOR_ALL')
          : v('standing.FOR_ONE', { names: listed(names(holds)).flat(9).join('') });
    groups.set(label, [...(groups.get(label) ?? []), one.id]);
  }
  return [...groups];
}

function sumOf(account, text, provisions) {
  const ids = provisions.filter(textCommits).map((one) => one.id);
  if (ids.length === 0) return null;
  const made = text.qualifications.filter((one) => !one.revoked).map((one) => phrase('standing.OF_ON', {
    what: v(`standing.${one.name.toUpperCase()}`), name: marked(nameOf(account, one.member)), ids: one.on.length > 0 ? marked(one.on.join(', ')) : v('standing.THE_WHOLE'),
  }));
  const raised = text.provisions.flatMap((one) => one.raised);
  const open = account.asks.questions.filter((one) => raised.includes(one.by) && ['open', 'to_be_answered'].includes(one.state)).length;
  const running = text.notices.filter((one) => one.state === 'running').map((one) => one.by);
  const links = (some) => commas(some.map((id) => h('a', { href: `#${textAnchor(text.entries[0])}:${id}` }, marked(id))));
  return h('section', { class: 'sum' }, h('h4', { class: 'label' }, v('standing.IN_SUM')), rowList([
    ...groupsOf(account, text, ids).map(([label, some]) => [label, links(some)]),
    [v('standing.RESERVATIONS'), made.length > 0 ? commas(made, '; ') : v('standing.NONE')],
    [v('standing.RAISED'), raised.length > 0 ? v('standing.OPEN_OF', { number: raised.length, open }) : v('standing.NONE')],
    [v('standing.RUNNING'), running.length > 0 ? citeLinks(account, running) : v('standing.NONE')],
  ]));
}

const TEXT_TYPES = { declare: 'DECLARE', define: 'DEFINE', procedure: 'PROCEDURE', reaffirm: 'REAFFIRM', saving: 'SAVING', scope_in: 'SCOPE_IN', scope_out: 'SCOPE_OUT', may: 'MAY', basket: 'BASKET', do: 'DO', refrain: 'REFRAIN' };

function wholeText(account, text, provisions) {
  if (provisions.length === 0) return null;
  const rendering = account.entries.get(text.entries[0])?.body?.rendering;
  return h('details', { class: 'whole-text' }, h('summary', {}, t('full'), ` (${provisions.length})`),
    h('ol', { class: 'plain' }, provisions.map((one) => h('li', {},
      h('p', { class: 'label' }, marked(one.id), ' \u00b7 ', v(`provisions.TYPE_${TEXT_TYPES[one.type] ?? 'DECLARE'}`), one.term && [': ', marked(oneOf(one.term))]),
      spoken(one.words, rendering), textCommits(one) ? null : fieldsOf(account, text, { ...one, term: undefined }, [])))));
}
