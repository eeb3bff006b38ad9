// Fields of provisions as labels and sentences, and conditions as clauses.

import { v, phrase } from './words.js';
import { day, marked } from './dom.js';
import { namesIn, commas, citeLink, inQuotes } from './account.js';

const CLAUSE_BY = { 'each observer': 'EACH_OBSERVER', 'any observer': 'ANY_OBSERVER', 'either side': 'EITHER_SIDE', 'both sides': 'BOTH_SIDES' };

const listedIds = (ids) => marked([].concat(ids).join(', '));

function clausePlace(account, place) {
  return String(place).includes('#') ? citeLink(account, place) : marked(place);
}

function clauseReported(account, condition) {
  const of = clausePlace(account, condition.reported);
  if (CLAUSE_BY[condition.by]) return phrase(`provisions.${CLAUSE_BY[condition.by]}`, { of });
  const ids = [].concat(condition.by);
  return ids.length === 1
    ? phrase('provisions.ONE_REPORTED', { name: namesIn(account, ids), of })
    : phrase('provisions.NAMED_REPORTED', { names: namesIn(account, ids), of });
}

function clauseJoined(account, row, items) {
  const each = items.map((one) => (one.all || one.any ? ['(', clauseOf(account, one), ')'] : clauseOf(account, one)));
  return each.slice(1).reduce((one, other) => phrase(row, { one, other }), each[0] ?? '');
}

/** A condition as a clause: `each observer has reported d8 (same election)`. */
export function clauseOf(account, condition) {
  if (condition.date) return phrase('provisions.ON_DAY', { day: day(condition.date) });
  if (condition.all) return clauseJoined(account, 'provisions.AND', condition.all);
  if (condition.any) return clauseJoined(account, 'provisions.OR', condition.any);
  if (condition.adopted === 'each') return v('provisions.ADOPTED_EACH');
  if (condition.adopted) {
    const ids = [].concat(condition.adopted);
    return ids.length === 1 ? phrase('provisions.ADOPTED_BY_ONE', { name: namesIn(account, ids) }) : phrase('provisions.ADOPTED_BY', { names: namesIn(account, ids) });
  }
  if (condition.in_effect) {
    const of = clausePlace(account, condition.in_effect);
    const whom = condition.for ?? 'each';
    return whom === 'each' ? phrase('provisions.IN_EFFECT_EACH', { of }) : phrase('provisions.IN_EFFECT_FOR', { of, names: namesIn(account, [].concat(whom)) });
  }
  if (!condition.reported) return marked(JSON.stringify(condition));
  let what = clauseReported(account, condition);
  if (condition.days) what = phrase('provisions.DAYS_AFTER', { days: String(condition.days), what });
  if (condition.same?.length > 0) what = phrase('provisions.SAME', { what, names: listedIds(condition.same) });
  return what;
}

const CLAUSE_THROUGH = { state: 'STATE', 'state-funded': 'STATE_FUNDED', parastate: 'PARASTATE', private: 'PRIVATE', international: 'INTERNATIONAL', 'on its territory': 'ON_ITS_TERRITORY' };

function throughOf(one) {
  return CLAUSE_THROUGH[one] ? v(`fields.${CLAUSE_THROUGH[one]}`) : marked(one);
}

function bearerOf(account, bearer) {
  if (bearer === 'each') return v('provisions.BEARER_EACH');
  return bearer === 'author' ? v('provisions.BEARER_AUTHOR') : namesIn(account, [].concat(bearer));
}

const CLAUSE_FIELDS = {
  no: (account, no) => ['provisions.NUMBER', marked(no)],
  term: (account, term) => ['provisions.TERM', inQuotes(term)],
  uses: (account, ids) => ['provisions.USES', listedIds(ids)],
  with: (account, names) => ['provisions.WITH', phrase('provisions.WITH_NAMES', { names: listedIds(names) })],
  bearer: (account, bearer) => ['provisions.BEARER', bearerOf(account, bearer)],
  through: (account, all) => ['provisions.THROUGH', phrase('provisions.THROUGH_ACTS', { list: commas([].concat(all).map(throughOf)) })],
  when: (account, condition) => ['provisions.STARTS', clauseOf(account, condition)],
  until: (account, condition) => ['provisions.UNTIL', clauseOf(account, condition)],
  takes_effect: (account, condition, legal) => ['provisions.TAKES_EFFECT', phrase(`provisions.${legal ? 'ENTERS_FORCE_WHEN' : 'TAKES_EFFECT_WHEN'}`, { condition: clauseOf(account, condition) })],
  due: (account, on) => ['provisions.DUE', phrase('provisions.DUE_BY', { day: day(on) })],
  applies_from: (account, on) => ['provisions.APPLIES', phrase('provisions.APPLIES_FROM', { day: day(on) })],
  expires: (account, on) => ['provisions.EXPIRES', phrase('provisions.EXPIRES_ON', { day: day(on) })],
  parts: (account, parts) => ['provisions.PARTS', v(`provisions.PARTS_${String(parts).toUpperCase()}`)],
  reservations: (account, on) => ['provisions.RESERVATIONS', on === 'any' || on === 'none' ? v(`provisions.RESERVATIONS_${on.toUpperCase()}`) : phrase('provisions.RESERVATIONS_ON', { ids: listedIds(on) })],
  reply_hours: (account, hours) => ['provisions.REPLY', v('provisions.REPLY_HOURS', { hours })],
  suspend_days: (account, days) => ['provisions.SUSPENSION', v('provisions.DAYS_TAKEN', { days })],
  withdraw_days: (account, days) => ['provisions.WITHDRAWAL', v('provisions.DAYS_TAKEN', { days })],
  counted_from: (account, from) => ['provisions.COUNTED', v(from === 'notice' ? 'provisions.COUNTED_NOTICE' : 'provisions.COUNTED_RECEIPT')],
  instrument: (account, name) => ['provisions.INSTRUMENT', marked(name)],
  place: (account, place) => ['provisions.PLACE', marked(place)],
  dated: (account, on) => ['provisions.DATED', day(on)],
};

/** The fields of a provision: `[[label, sentence], ...]`. */
export function fieldLines(account, provision, legal) {
  const known = Object.entries(CLAUSE_FIELDS).filter(([key]) => provision[key] !== undefined);
  return known.map(([key, says]) => says(account, provision[key], legal)).map(([row, says]) => [v(row), says]);
}
