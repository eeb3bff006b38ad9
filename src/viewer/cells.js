// Under a provision: what each side has adopted and what is in effect by those words, its
// reservations, understandings and limitations, and what others recorded of these.

import { v, phrase } from './words.js';
import { h, day, marked } from './dom.js';
import { nameOf, nameTag, inOrder, namesIn, commas, citeLink, datedOf, spoken, inQuotes } from './account.js';
import { clauseOf, fieldLines } from './clauses.js';

// From so many members on, each has one line.
const CELLS_MANY = 6;

const CELL_STAGES = { none: 'standing.NO_ACT', tabled: 'standing.WAS_TABLED', initialled: 'acts.INITIALLED', to_be_confirmed: 'acts.TO_BE_CONFIRMED', left_out: 'standing.LEFT_OUT' };
const CELL_AFTER = { leaving: 'standing.LEAVING', left: 'standing.LEFT', replaced: 'standing.REPLACED' };
const cellAdopted = (cell) => cell.consent === 'adopted' || cell.consent === 'leaving';

/** The rows of members under a provision. */
export function cellsOf(account, text, provision, one) {
  const order = inOrder(account, one.cells.map((cell) => cell.member));
  const cells = order.map((member) => one.cells.find((cell) => cell.member === member));
  const each = (cell) => cellNode(account, text, provision, cell);
  if (cells.length >= CELLS_MANY) return h('ul', { class: 'cells many' }, cells.map((cell) => h('li', {}, each(cell))));
  return h('div', { class: `cells of-${Math.min(cells.length, 3)}` }, cells.map((cell) => h('div', { class: 'cell' }, each(cell))));
}

function cellNode(account, text, provision, cell) {
  const head = h('p', { class: 'cell-head' }, nameTag(account, cell.member), cell.acts.length > 0 && citeLink(account, cell.acts.at(-1)));
  if (!cell.differs_by_branch) return [head, cellLines(account, text, provision, cell)];
  const branches = cell.by_branch.map((one) => [
    h('p', { class: 'branch' }, phrase('ledger.ON_BRANCH', { branches: marked((one.branches ?? []).map((path) => JSON.stringify(path)).join(', ')) })),
    cellLines(account, text, provision, { ...cell, ...one })]);
  return [head, branches];
}

function cellLines(account, text, provision, cell) {
  const isCommitment = provision && ['do', 'refrain'].includes(provision.type);
  const tells = (cellAdopted(cell) || cell.effect?.state === 'ended') && (cell.bears || !isCommitment);
  return [
    h('p', { class: 'consent' }, consentOf(account, text, provision, cell)),
    tells && h('p', { class: `effect ${cell.effect.state}` }, effectOfCell(account, text, cell)),
    particulars(account, text, provision, cell, isCommitment).map((line) => h('p', { class: 'particular' }, line)),
  ];
}

function toldAct(account, cell) {
  const acts = cell.acts.map((one) => account.entries.get(one)).filter(Boolean);
  return acts.slice().reverse().find((one) => one.kind === 'text' || one.kind === 'adopt') ?? acts.at(-1);
}

function consentOf(account, text, provision, cell) {
  const act = toldAct(account, cell);
  if (cell.consent === 'left_out') return leftOut(provision, act);
  const adopted = act?.kind === 'text' ? 'standing.PLEDGED'
    : cell.mirrored ? 'standing.MIRRORED'
      : isLegalText(account, text) ? 'standing.CONSENTED' : 'standing.ADOPTED';
  const line = [v(CELL_STAGES[cell.consent] ?? adopted), act && datedOf(act)];
  if (cellAdopted(cell)) line.push(', ', qualifiedInShort(text, cell.member, provision));
  if (CELL_AFTER[cell.consent]) line.push('; ', v(CELL_AFTER[cell.consent]));
  return line;
}

function leftOut(provision, act) {
  const basket = provision?.in;
  const isNamed = basket && act?.body?.except?.includes(basket);
  return isNamed ? [v('standing.LEFT_OUT'), ` (${basket})`] : v('standing.LEFT_OUT');
}

function isBearing(made, member, id) {
  const over = (made.revoked_on ?? []).map((one) => one.provision);
  return made.member === member && !made.revoked && (made.on.length === 0 || made.on.includes(id)) && !over.includes(id);
}

function qualifiedInShort(text, member, provision) {
  const made = text.qualifications.filter((one) => isBearing(one, member, provision?.id));
  if (made.length === 0) return v('standing.NO_RESERVATION');
  if (made.length > 1) return v('standing.WITH_SOME', { number: made.length });
  const row = made[0].name === 'understanding' ? 'standing.WITH_AN' : 'standing.WITH_A';
  return v(row, { what: v(`standing.${made[0].name.toUpperCase()}`) });
}

/** Whether a text says of itself that it is of law. */
export function isLegalText(account, text) {
  return text.entries.some((one) => account.entries.get(one)?.body?.binding === 'legal');
}

/** What is in effect, in a line. */
export function effectOfCell(account, text, cell) {
  const { effect } = cell;
  const [legal, name] = [isLegalText(account, text), nameOf(account, cell.member)];
  switch (effect.state) {
    case 'in_effect': {
      const [last] = effect.since.slice().sort((a, b) => lastOrder(account, b) - lastOrder(account, a));
      const since = [last && citeLink(account, last), effect.day && day(effect.day)].filter(Boolean);
      return phrase(legal ? 'standing.IN_FORCE_SINCE' : 'standing.IN_EFFECT_SINCE', { since: commas(since, v('standing.AND')) });
    }
    case 'not_in_effect':
      return phrase(legal ? 'standing.NOT_IN_FORCE' : 'standing.NOT_IN_EFFECT', { why: commas(effect.waits.map((wait) => cellWait(account, wait, name)), '; ') });
    case 'provisional': return v('standing.PROVISIONALLY');
    case 'suspended': return phrase('standing.SUSPENDED', { entry: citeLink(account, effect.by) });
    default: return endOf(account, effect);
  }
}

function lastOrder(account, reference) {
  account.places ??= new Map([...(account.order ?? account.entries.values())].map((one, at) => [one.entry, at]));
  return account.places.get(reference) ?? -1;
}

function endOf(account, effect) {
  if (effect.how === 'withdrawal') return v('standing.ENDED_BY_WITHDRAWAL');
  if (effect.how === 'replacement') return v('standing.ENDED_BY_REPLACEMENT');
  if (effect.how === 'date') return phrase('standing.ENDED_BY_DATE', { day: day(effect.by) });
  return phrase('standing.ENDED_BY_COMMON_ACT', { entry: citeLink(account, effect.by) });
}

function cellWait(account, wait, name) {
  switch (wait.for) {
    case 'consent': return v('standing.NO_ACT');
    case 'adoption':
      return phrase(wait.by.length === 1 ? 'standing.WAITS_FOR_ONE' : 'standing.WAITS_FOR_ADOPTION', { at: marked(wait.at ?? ''), names: namesIn(account, wait.by) });
    case 'condition': return phrase('standing.WAITS_FOR_CONDITION', { at: marked(wait.at) });
    case 'own_condition': return phrase('standing.WAITS_FOR_OWN', { name: marked(name) });
    case 'day': return phrase('standing.WAITS_FOR_DAY', { day: day(wait.day) });
    default: return v('standing.WAITS_FOR_WORDING');
  }
}

function particulars(account, text, provision, cell, isCommitment) {
  if (['none', 'left_out'].includes(cell.consent)) return [];
  const lines = [];
  for (const made of text.qualifications.filter((one) => isBearing(one, cell.member, provision?.id))) {
    for (const one of made.reactions.filter((other) => other.between_us === 'does_not_stand')) {
      lines.push(phrase('standing.NOT_BETWEEN', { name: marked(nameOf(account, one.member)), entry: citeLink(account, one.by) }));
    }
  }
  for (const { body } of cell.acts.map((one) => account.entries.get(one)).filter(Boolean)) {
    if (body.styled) lines.push(phrase('standing.STYLED', { name: marked(body.styled) }));
    if (body.condition) lines.push(phrase('standing.ON_CONDITION', { condition: clauseOf(account, body.condition) }));
    for (const given of body.in_return_for ?? []) {
      const what = typeof given === 'string' ? citeLink(account, given) : inQuotes(given.words ?? given);
      lines.push(phrase('standing.IN_RETURN', { what }));
    }
  }
  if (isCommitment && !cell.bears && cellAdopted(cell)) lines.push(v('standing.BEARS_NOT'));
  return lines;
}

/** Qualifications told under a provision: on several under the first, on the whole under the first commitment. */
export function qualificationsUnder(account, text, id, first) {
  const here = text.qualifications.filter((made) => (made.on[0] ?? first) === id);
  return here.map((made) => qualification(account, text, made));
}

function qualification(account, text, made) {
  const act = account.entries.get(made.by);
  const alone = text.qualifications.filter((one) => one.by === made.by).length === 1;
  const bare = v(`standing.${made.name.toUpperCase()}`);
  const what = alone ? bare : v('standing.NUMBERED', { what: bare, number: made.number });
  const on = made.on.length === 0 ? v('standing.ON_WHOLE') : made.on.length === 1 ? '' : v('standing.ON_PROVISIONS', { ids: made.on.join(', ') });
  const silent = inOrder(account, text.between.concat(text.adopted_by).filter((one, at, all) => all.indexOf(one) === at))
    .filter((one) => one !== made.member && !made.reactions.some((other) => other.member === one));
  return h('div', { class: 'under qualification' },
    h('p', { class: 'under-head' }, h('span', { class: 'capital' }, phrase('standing.QUALIFICATION_OF', { what, name: marked(nameOf(account, made.member)) }), on), citeLink(account, made.by)),
    spoken(made.words, act?.body?.rendering),
    takenBack(account, made),
    made.reactions.map((one) => reaction(account, made, one)),
    silent.length > 0 && !made.revoked && h('p', { class: 'note' }, phrase('standing.NONE_RECORDED', { names: namesIn(account, silent) })));
}

function takenBack(account, made) {
  const all = made.revoked ? [{ by: made.revoked }] : made.revoked_on ?? [];
  return all.map(({ provision, by }) => h('p', { class: 'note' },
    phrase('standing.TAKEN_BACK', { dated: [provision && v('standing.ON_PROVISIONS', { ids: provision }), datedOf(account.entries.get(by))] }), ' ', citeLink(account, by)));
}

function reaction(account, made, one) {
  const act = account.entries.get(one.by);
  const name = marked(nameOf(account, one.member));
  const row = one.reaction === 'accepted' ? 'standing.ACCEPTANCE_OF' : 'standing.OBJECTION_OF';
  const between = { stands: 'standing.STANDS', does_not_stand: 'standing.DOES_NOT_STAND' }[one.between_us] ?? 'standing.NOT_SAID';
  const id = made.on.length === 0 ? v('standing.THE_WHOLE') : made.on.join(', ');
  return h('div', { class: 'reaction' },
    h('p', { class: 'under-head' }, h('span', {}, phrase(row, { name, dated: datedOf(act) })), citeLink(account, one.by)),
    spoken(act?.body?.words, act?.body?.rendering),
    one.reaction !== 'accepted' && h('p', { class: 'note' }, phrase(between, { name: marked(nameOf(account, one.member)), id })));
}

/** The fields of a provision that a program reads, as rows. */
export function fieldsOf(account, text, provision, all) {
  const rows = fieldLines(account, provision, isLegalText(account, text));
  const beside = all.filter((one) => one.type === 'may' && one.in && one.in === provision.in);
  for (const may of beside) rows.push([v('standing.BESIDE'), [marked(may.id), ' ', inQuotes(may.words)]]);
  const savings = all.filter((one) => one.type === 'saving').map((one) => one.id);
  if (savings.length > 0) rows.push([v('standing.SAVINGS'), marked(savings.join(', '))]);
  if (rows.length === 0) return null;
  return h('dl', { class: 'page-fields' }, rows.map(([label, says]) => h('div', {}, h('dt', {}, label), h('dd', {}, says))));
}
