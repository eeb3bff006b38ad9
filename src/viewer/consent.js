import { actsInTurn, actsNaming } from './acts.js';
import { isTakenBack, takingBack } from './effect.js';
import { adoptedScope, concernedBy, holdsWords } from './texts.js';
import { noticeReaches, noticeWithdraws } from './notices.js';

// The first axis: who has consented to which words. A member's own acts alone move it, one
// after another as they stand in its log.

const CONSENT_STEPS = new Map([['initialled', 1], ['to_be_confirmed', 2], ['adopted', 3], ['leaving', 3]]);

function consentRank(stage) {
  return CONSENT_STEPS.get(stage) ?? 0;
}

function noConsent() {
  return {
    stage: 'none', acts: [], since: null, named: null, mirrored: false, provisional: false, condition: null,
  };
}

// Whether words are adopted, whatever must be before it counts.
export function isAdopted(consent) {
  return consent !== undefined && (consent.stage === 'adopted' || consent.stage === 'leaving');
}

// Moves on, never back: what is adopted is left by a notice, not by a step before it or by
// an adoption on narrower terms.
function moveConsent(consent, stage, act, named, mirrored) {
  if (consentRank(stage) < consentRank(consent.stage)) return;
  const { condition, provisional } = act.body;
  if (isAdopted(consent)) {
    const both = consent.condition !== null && condition !== null;
    consent.condition = both ? { any: [consent.condition, condition] } : null;
    consent.provisional ||= provisional;
    consent.mirrored ||= mirrored;
  } else {
    consent.since = stage === 'adopted' ? act.hash : null;
    consent.named = stage === 'adopted' ? named : null;
    consent.condition = condition;
    consent.provisional = provisional;
    consent.mirrored = mirrored;
  }
  consent.stage = stage;
  consent.acts.push(act.hash);
}

// Is left out by an act that goes so far, unless it was settled before.
function leaveOut(consent, stage, act) {
  const isSettled = isAdopted(consent) || ['left', 'replaced'].includes(consent.stage);
  if (isSettled || consentRank(stage) < consentRank(consent.stage)) return;
  consent.stage = 'left_out';
  consent.acts.push(act.hash);
}

function stageOfStep(step) {
  if (step === 'initialled') return 'initialled';
  return step === 'to be confirmed' ? 'to_be_confirmed' : 'adopted';
}

// Consent of each member that acted on a text, by provision: Map of Maps.
export function consentsTo(record, texts, words, notices) {
  const consents = new Map();
  const following = successorsOf(record, texts, words);
  const own = (member) => {
    if (!consents.has(member)) {
      consents.set(member, new Map(words.provisions.map((provision) => [provision.id, noConsent()])));
    }
    return consents.get(member);
  };
  const acts = [
    ...(record.on.get(words.digest) ?? []),
    ...words.entries.flatMap((entry) => actsNaming(record, entry)),
    ...following.flatMap(({ later }) => record.on.get(later.digest) ?? []),
  ];
  for (const act of actsInTurn(acts)) {
    if (act.is === 'text' && holdsWords(words, act.hash)) followText(record, act, own(act.member));
    else if (act.is === 'adopt' && isAdoptionOf(act, words)) followAdoption(record, act, words, own);
    else if (act.is === 'notice') followNotice(notices, act, words, own(act.member));
    else if (act.is === 'text' || act.is === 'adopt') followLater(following, act, words, consents.get(act.member));
  }
  for (const [member, all] of consents) {
    if ([...all.values()].every((consent) => consent.stage === 'none')) consents.delete(member);
  }
  return new Map([...consents].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function followText(record, act, own) {
  for (const consent of own.values()) {
    if (act.body.raw.standing === 'pledge') {
      moveConsent(consent, 'adopted', act, act.hash, false);
    } else if (consent.stage === 'none' && !isTakenBack(record, act)) {
      consent.stage = 'tabled';
      consent.acts.push(act.hash);
    }
  }
}

function followAdoption(record, act, words, own) {
  if (isTakenBack(record, act)) return;
  const stage = stageOfStep(act.body.raw.step);
  const reached = adoptedScope(words.provisions, act.body.only, act.body.except);
  for (const [id, consent] of own(act.member)) {
    if (reached.has(id)) moveConsent(consent, stage, act, act.body.raw.text, act.body.raw.mirrored === 'yes');
    else leaveOut(consent, stage, act);
  }
}

function followNotice(notices, act, words, own) {
  const given = notices.byAct.get(act.hash);
  if (given === undefined) return;
  const reach = noticeWithdraws(given);
  for (const [id, consent] of own) {
    if (reach === null || !isAdopted(consent) || !noticeReaches(given, words, id)) continue;
    consent.stage = reach === 'given' ? 'leaving' : 'left';
    consent.acts.push(act.hash);
  }
}

function followLater(following, act, words, own) {
  const found = following.find(({ later }) => adoptsWords(act, later));
  if (found === undefined || own === undefined) return;
  const replaced = replacedBy(act, found.later, words);
  for (const [id, consent] of own) {
    if (!isAdopted(consent) || !replaced.has(id)) continue;
    const due = concernedBy(words, consent.named, act.member);
    if (due.length > 0 && due.every((member) => found.adopters.has(member))) {
      consent.stage = 'replaced';
      consent.acts.push(act.hash);
    }
  }
}

// Whether an adoption is of these words, by an entry that is known to hold them.
function isAdoptionOf(act, words) {
  return act.body.raw.words_digest === words.digest && holdsWords(words, act.body.raw.text);
}

// Whether an act adopts these words: by a pledge of them, or by an adoption that goes all
// the way.
function adoptsWords(act, words) {
  if (act.is === 'text') return act.body.raw.standing === 'pledge' && holdsWords(words, act.hash);
  return act.is === 'adopt' && stageOfStep(act.body.raw.step) === 'adopted' && isAdoptionOf(act, words);
}

// The members that ever adopted these words whole and on no condition of their own.
function everAdopted(record, words) {
  const isWhole = ({ body }) => body.only.length === 0 && body.except.length === 0 && body.condition === null;
  const acts = (record.on.get(words.digest) ?? []).filter((act) => adoptsWords(act, words) && isWhole(act));
  return new Set(acts.map((act) => act.member));
}

// The later texts that are to take the place of words of this one, and who adopted each
// whole. One does where all whom the earlier concerns have.
function successorsOf(record, texts, words) {
  const names = (later) => later.body.relations.some(
    ([relation, entry]) => ['replaces', 'amends'].includes(relation) && holdsWords(words, entry),
  );
  return texts.filter(names).map((later) => ({ later, adopters: everAdopted(record, later) }));
}

// The provisions of a text in whose place an act adopts another: all of them where that
// text replaces it, those that it words anew where it amends it.
function replacedBy(act, later, words) {
  const names = (name) => later.body.relations.some(
    ([relation, entry]) => relation === name && holdsWords(words, entry),
  );
  const reached = adoptedScope(later.provisions, act.body.only, act.body.except);
  const all = names('replaces') && reached.size > 0;
  const some = names('amends');
  const ids = words.provisions.map((provision) => provision.id);
  return new Set(ids.filter((id) => all || (some && reached.has(id))));
}

// What members qualified their consent to a text by, in order.
export function qualifiedIn(record, words) {
  const found = [];
  for (const act of record.on.get(words.digest) ?? []) {
    const isOf = act.is === 'text' ? holdsWords(words, act.hash) : isAdoptionOf(act, words);
    if (isOf) act.body.qualifications.forEach((made, at) => found.push(qualifiedBy(record, act, at + 1, made)));
  }
  return found;
}

function qualifiedBy(record, act, number, made) {
  const over = made.on.map((id) => ({ id, by: takingBack(record, act, number, id) })).filter(({ by }) => by !== null);
  let last = null;
  if (made.on.length === 0) last = takingBack(record, act, number, null);
  else if (over.length === made.on.length) last = over.reduce((one, { by }) => (one === null || by.at >= one.at ? by : one), null);
  const answers = actsNaming(record, act.hash).filter((answer) => {
    if (answer.is !== 'answer') return false;
    const { raw, to } = answer.body;
    return to.entry === act.hash && (raw.qualification === undefined || raw.qualification === number)
      && (to.id === null || made.on.includes(to.id));
  });
  return {
    member: act.member,
    by: act.hash,
    number,
    made,
    revoked: last?.hash ?? null,
    revokedOn: over.map(({ id, by }) => ({ id, by: by.hash })),
    answers,
  };
}

// The members whose consent to every provision of a text is an adoption.
export function wholeAdopters(consents, words) {
  const whole = (own) => words.provisions.every((provision) => isAdopted(own.get(provision.id)));
  return [...consents].filter(([, own]) => whole(own)).map(([member]) => member);
}
