import { receiversOf } from './acts.js';
import { dayHasCome } from './cut.js';
import { takingBack } from './effect.js';
import { basketOf, holdsWords } from './texts.js';

// Notices about texts. A notice has reached its effect when every date that is known has
// come, and none is unknown. The end of a period is shown by evidence of time alone, and
// this page holds none: then the notice runs.

// Notices of a record in order, and by their entries.
export function noticesOf(record, texts) {
  const all = [];
  for (const act of record.acts) {
    if (!act.stands || act.is !== 'notice') continue;
    const words = texts.find((text) => holdsWords(text, act.body.of.entry));
    if (words !== undefined) all.push(givenNotice(record, words, act));
  }
  return { all, byAct: new Map(all.map((given) => [given.by, given])) };
}

function givenNotice(record, words, act) {
  const { raw, only, of } = act.body;
  const author = words.tabled.get(of.entry)?.author;
  const concerned = (member) => words.between.length === 0 || words.between.includes(member) || author === member;
  const received = receiversOf(record, act.entry)
    .filter(({ by }) => concerned(by.member))
    .map(({ by, receipt }) => [by.member, receipt.by]);
  const periods = { withdraw: words.procedure.withdraw_days, suspend: words.procedure.suspend_days };
  const period = periods[raw.act] ?? null;
  const hasCome = raw.effective === undefined || dayHasCome(record.cut, raw.effective);
  return {
    by: act.hash,
    at: act.at,
    member: act.member,
    act: raw.act,
    only,
    effective: raw.effective ?? null,
    digest: words.digest,
    received,
    period,
    countedFrom: words.procedure.counted_from,
    revoked: takingBack(record, act)?.hash ?? null,
    reach: hasCome && period === null ? 'reached' : 'given',
  };
}

// Whether a notice is about a provision: what goes with every part that is adopted is not
// left with a part.
export function noticeReaches(given, words, id) {
  const basket = basketOf(words.byId.get(id));
  return given.digest === words.digest
    && (given.only.length === 0 || given.only.includes(id) || (basket !== null && given.only.includes(basket)));
}

// How far a notice ends consent; null where it was taken back or is no withdrawal.
export function noticeWithdraws(given) {
  return given.act === 'withdraw' && given.revoked === null ? given.reach : null;
}
