import { actNamed, membersInRole } from './acts.js';
import { cellName, lookAt, membersMeant } from './conditions.js';
import { isAdopted, wholeAdopters } from './consent.js';
import { dayHasCome } from './cut.js';
import { noticeReaches } from './notices.js';
import { concernedBy, holdsWords } from './texts.js';

// The second axis: what is in effect for whom, by the words of the text.
//
// Two passes over all texts, each until nothing changes. First the adoptions that carry a
// condition: all count, and those whose condition is not shown are taken out one round after
// another, so that two that each wait for the other both count. Then what is in effect:
// nothing is at first, and what the conditions show is added.

// Works out both passes.
export function effectsOf(record, texts, consents, notices) {
  const ending = [...texts.entries()].filter(([, words]) => words.body.relations.some(([name]) => name === 'ends'));
  const effects = {
    record, texts, consents, notices, ending, waiting: new Set(), inEffect: new Set(), whose: null,
  };
  while (addAll(effects.waiting, unmetConditions(effects)));
  while (addAll(effects.inEffect, nowInEffect(effects)));
  return effects;
}

function addAll(known, found) {
  const before = known.size;
  for (const name of found) known.add(name);
  return known.size > before;
}

function sceneFor(effects, whose) {
  return { ...effects, whose };
}

function* adoptedCells(effects) {
  for (const [at, consents] of effects.consents.entries()) {
    for (const [member, own] of consents) {
      for (const [id, consent] of own) if (isAdopted(consent)) yield { key: { at, id }, member, consent };
    }
  }
}

function unmetConditions(effects) {
  const found = [];
  for (const { key, member, consent } of adoptedCells(effects)) {
    if (consent.condition === null) continue;
    const { answer } = lookAt(sceneFor(effects, member), consent.condition, key, {});
    if (answer !== 'shown') found.push(cellName(member, key));
  }
  return found;
}

function nowInEffect(effects) {
  const found = [];
  for (const { key, member } of adoptedCells(effects)) {
    if (effects.inEffect.has(cellName(member, key))) continue;
    if (stateOf(effects, member, key).state === 'in_effect') found.push(cellName(member, key));
  }
  return found;
}

// What gives a provision effect: its own field, else that of the procedure.
function triggerOf(words, provision) {
  const own = provision.takes_effect;
  return own === undefined ? words.procedure.takes_effect : { value: own, id: provision.id };
}

function waitsFor(waits) {
  return { state: 'not_in_effect', waits };
}

function endedBy(how, by = null) {
  return { state: 'ended', how, by };
}

// What is in effect for a member: as it is told, with entries by their hashes.
export function stateOf(effects, member, key) {
  const words = effects.texts[key.at];
  const provision = words.byId.get(key.id);
  const consent = effects.consents[key.at].get(member)?.get(key.id);
  if (consent?.stage === 'left') return endedBy('withdrawal');
  if (consent?.stage === 'replaced') return endedBy('replacement');
  if (!isAdopted(consent)) return waitsFor([{ for: 'consent' }]);
  const ending = commonEnd(effects, member, words, consent);
  if (ending !== null) return endedBy('common_act', { entry: ending });
  const last = provision.expires ?? words.procedure.expires;
  const today = effects.record.cut.day;
  if (last !== null && today !== null && today > last) return endedBy('date', { day: last });
  if (words.unsettled.has(key.id)) return waitsFor([{ for: 'wording' }]);
  const { waits, by, day } = waitingFor(effects, member, key, consent);
  const may = consent.provisional && !waits.some((wait) => wait.for === 'own_condition');
  if (waits.length > 0 && !may) return waitsFor(waits);
  const suspended = suspensionOf(effects, member, words, key.id, consent);
  if (suspended !== null) return { state: 'suspended', by: suspended };
  return waits.length === 0 ? { state: 'in_effect', since: by, day } : { state: 'provisional' };
}

// For what it waits, and since what it would be in effect.
function waitingFor(effects, member, key, consent) {
  const words = effects.texts[key.at];
  const provision = words.byId.get(key.id);
  const waits = [];
  const by = consent.since === null ? [] : [consent.since];
  let day = null;
  if (effects.waiting.has(cellName(member, key))) waits.push({ for: 'own_condition' });
  const trigger = triggerOf(words, provision);
  const bearers = trigger === null ? othersBear(effects, member, key) : null;
  if (trigger !== null) {
    const found = lookAt(sceneFor(effects, member), trigger.value, key, {});
    if (found.answer === 'shown') {
      by.push(...found.by);
      day = found.day;
    } else {
      waits.push(waitOf(effects, trigger, member, key));
    }
  } else if (bearers !== null) {
    // Without a condition it takes effect on adoption by its bearer.
    const adopted = bearers.map((bearer) => countedConsent(effects, bearer, key)).find((one) => one !== null);
    if (adopted === undefined) waits.push({ for: 'adoption', by: bearers, at: null });
    else if (adopted.since !== null) by.push(adopted.since);
  }
  const from = provision.applies_from ?? words.procedure.applies_from;
  if (from !== null) {
    if (!dayHasCome(effects.record.cut, from)) waits.push({ for: 'day', day: from });
    else if (day === null || from > day) day = from;
  }
  return { waits, by, day };
}

// A member's adoption of a provision, where its own condition is shown.
function countedConsent(effects, member, key) {
  const own = effects.consents[key.at].get(member)?.get(key.id);
  return isAdopted(own) && !effects.waiting.has(cellName(member, key)) ? own : null;
}

// Who bears a commitment, where its text says who does and the member is none of them.
function othersBear(effects, member, key) {
  const provision = effects.texts[key.at].byId.get(key.id);
  const isNamed = provision.bearer === 'author' || Array.isArray(provision.bearer);
  if (!isNamed || !['do', 'refrain'].includes(provision.type)) return null;
  const bearers = bearersOf(effects, key, member);
  return bearers.includes(member) ? null : bearers;
}

function waitOf(effects, trigger, member, key) {
  const { adopted, date } = trigger.value;
  if (adopted !== undefined) {
    const due = membersMeant(sceneFor(effects, member), adopted, key);
    return { for: 'adoption', by: due.filter((one) => countedConsent(effects, one, key) === null), at: trigger.id };
  }
  return date === undefined ? { for: 'condition', at: trigger.id } : { for: 'day', day: date };
}

// The last suspension of a member on a provision that was neither taken back nor resumed.
// What was suspended, left and adopted anew is not suspended.
function suspensionOf(effects, member, words, id, consent) {
  const since = consent.since === null ? -1 : actNamed(effects.record, consent.since)?.at ?? -1;
  const live = effects.notices.all.filter((given) => given.member === member && given.at > since
    && given.revoked === null && given.reach === 'reached' && ['suspend', 'resume'].includes(given.act)
    && noticeReaches(given, words, id));
  const last = live[live.length - 1];
  return last?.act === 'suspend' ? last.by : null;
}

// The text that ends this one for a member, where all whom it concerns adopted that wholly.
function commonEnd(effects, member, words, consent) {
  const due = concernedBy(words, consent.named, member);
  for (const [at, other] of effects.ending) {
    const ends = other.body.relations.some(([relation, entry]) => relation === 'ends' && holdsWords(words, entry));
    if (!ends) continue;
    const adopters = wholeAdopters(effects.consents[at], other).filter((one) => !other.provisions.some(
      (provision) => effects.waiting.has(cellName(one, { at, id: provision.id })),
    ));
    if (due.length > 0 && due.every((one) => adopters.includes(one))) return other.entries[0];
  }
  return null;
}

// Who bears a commitment, by id: by the field, whoever tabled the entry that a member's act
// names (of nobody's, any entry), whoever adopted it.
export function bearersOf(effects, key, whose = null) {
  const words = effects.texts[key.at];
  const { bearer } = words.byId.get(key.id);
  const consents = [...effects.consents[key.at]].map(([member, own]) => [member, own.get(key.id)]);
  const adopters = consents.filter(([, own]) => isAdopted(own));
  const mirrored = adopters.filter(([, own]) => own.mirrored).map(([member]) => member);
  let found = [];
  if (Array.isArray(bearer)) {
    found = [...bearer, ...mirrored];
  } else if (bearer === 'author') {
    const named = whose === null ? null : effects.consents[key.at].get(whose)?.get(key.id)?.named ?? null;
    const tabled = named === null ? undefined : words.tabled.get(named);
    const authors = tabled === undefined ? [...words.tabled.values()] : [tabled];
    found = [...authors.map((one) => one.author), ...mirrored];
  } else {
    const sides = membersInRole(effects.record, 'party');
    found = [...adopters.map(([member]) => member), ...words.between].filter((member) => sides.includes(member));
  }
  return [...new Set(found)].sort();
}
