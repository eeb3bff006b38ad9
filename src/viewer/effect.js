import { actNamed, actsNaming, heldEntry, recordReceives, unlistedAct } from './acts.js';
import { citeEntry, pensAsked } from './strandset.js';
import { digestBytes, digestJoin, digestOf } from './digest.js';
import { strictJson } from './bodies.js';
import { adoptedScope, procedureOf, provisionsOf, unsettledIn, wordsDigest } from './texts.js';

// Whether an act amounts to what it says. What does not fit is without effect: the reason is
// a row of the vocabulary, `effect.ROW`, and what stands in its places.

function withoutBy(row, places = {}) {
  return { row, places };
}

// Why an act is without effect; null where it amounts to what it says, or is not understood.
export function effectOf(record, strand, act) {
  if (act.body === null) return null;
  return effectBySigners(record, strand, act) ?? effectByRecord(record, act);
}

function effectBySigners(record, strand, act) {
  const { body, entry } = act;
  if (body.is === 'adopt') return effectOfSides(record, strand, entry, 'adopt');
  if (body.is === 'text' && body.raw.standing === 'pledge') return effectOfSides(record, strand, entry, 'pledge');
  if (body.is === 'notice' && body.raw.act !== 'revoke') return effectOfSides(record, strand, entry, 'notice');
  if (body.is === 'ask') {
    const unknown = body.raw.to.find((member) => !record.set.members.has(member));
    return unknown === undefined ? null : withoutBy('NO_MEMBER', { member: unknown });
  }
  return null;
}

// Acts of consent are those of sides, and need the pens that the set in force asks for.
function effectOfSides(record, strand, entry, kind) {
  const member = record.set.members.get(strand.member);
  if (member === undefined) return null;
  if (member.role !== 'party') {
    const row = member.role === 'drafter' ? 'DRAFTERS_ADOPT_NOTHING' : 'OBSERVER_ADOPTS_NOTHING';
    return withoutBy(row, { member: member.id });
  }
  const needed = pensAsked(record.set, strand, entry, kind);
  const signed = entry.signers.length;
  return needed !== null && signed < needed ? withoutBy('TOO_FEW_PENS', { needed, signed }) : null;
}

function effectByRecord(record, act) {
  switch (act.is) {
    case 'text': return act.body.raw.standing === 'pledge' ? effectOfPledge(record, act) : null;
    case 'adopt': return effectOfAdoption(record, act);
    case 'notice': return act.body.raw.act === 'revoke' ? effectOfRevocation(record, act) : effectOfNotice(record, act);
    case 'answer': return effectOfAnswer(record, act);
    case 'envelope': return effectOfEnvelope(record, act);
    case 'open': return effectOfOpening(record, act);
    default: return null;
  }
}

// The act that is named, if its author had it; else why it does not count.
function namedBy(record, entry, hash) {
  const held = heldEntry(record, hash);
  if (held === null) {
    const row = record.set.byHash.has(hash) ? 'OUTSIDE' : 'NOT_HELD';
    return { why: withoutBy(row, { entry: citeEntry(record.set, hash) }) };
  }
  const cite = citeEntry(record.set, hash);
  if (!recordReceives(record, entry, hash)) return { why: withoutBy('NOT_RECEIVED', { entry: cite }) };
  const act = actNamed(record, hash) ?? unlistedAct(record, hash);
  return act === null ? { why: withoutBy('NO_ACT', { entry: cite }) } : { act, cite };
}

// Whether what a consent carries fits the text.
function effectOfTerms(qualifications, ids, allowed) {
  for (const made of qualifications) {
    const unknown = made.on.find((id) => !ids.includes(id));
    if (unknown !== undefined) return withoutBy('NO_SUCH_PROVISION', { id: unknown });
    const allows = Array.isArray(allowed)
      ? made.on.length > 0 && made.on.every((id) => allowed.includes(id))
      : allowed === 'any';
    if (made.name === 'reservation' && !allows) return withoutBy('RESERVATION_NOT_ALLOWED');
  }
  return null;
}

function effectOfPledge(record, act) {
  const procedure = procedureOf(provisionsOf(record, act.body) ?? []);
  return effectOfTerms(act.body.qualifications, act.body.ids, procedure.reservations);
}

function effectOfAdoption(record, act) {
  const { act: of, cite, why } = namedBy(record, act.entry, act.body.raw.text);
  if (why !== undefined) return why;
  if (of.is !== 'text') return withoutBy('NO_TEXT', { entry: cite });
  if (of.body.raw.standing === 'draft') return withoutBy('A_DRAFT', { entry: cite });
  if (!of.stands) return withoutBy('WITHOUT_EFFECT', { entry: cite });
  const digest = wordsDigest(record, of);
  if (digest !== null && digest !== act.body.raw.words_digest) return withoutBy('OTHER_WORDS', { entry: cite });
  const provisions = provisionsOf(record, of.body);
  // Words that are not held here make no act of another be without effect.
  if (provisions === null) return null;
  const { only, except } = act.body;
  const procedure = procedureOf(provisions);
  const ids = provisions.map((provision) => provision.id);
  const unknown = [...only, ...except].find((id) => !ids.includes(id));
  if (unknown !== undefined) return withoutBy('HAS_NO_PROVISION', { entry: cite, id: unknown });
  return effectOfParts(procedure, provisions, act.body, cite)
    ?? effectOfTerms(act.body.qualifications, ids, procedure.reservations)
    ?? effectOfWordings(provisions, act.body, cite)
    ?? effectOfConfirming(record, act, cite);
}

function effectOfParts(procedure, provisions, { only, except }, cite) {
  const named = [...only, ...except];
  if (named.length === 0 || procedure.parts === 'provisions') return null;
  if (procedure.parts === 'whole') return withoutBy('AS_A_WHOLE', { entry: cite });
  const baskets = provisions.filter((one) => one.type === 'basket').map((one) => one.id);
  const other = named.find((id) => !baskets.includes(id));
  return other === undefined ? null : withoutBy('BY_BASKETS', { entry: cite, id: other });
}

function effectOfWordings(provisions, { only, except }, cite) {
  const scope = adoptedScope(provisions, only, except);
  const open = [...unsettledIn(provisions)].sort().find((id) => scope.has(id));
  return open === undefined ? null : withoutBy('TWO_WORDINGS', { entry: cite, id: open });
}

function effectOfConfirming(record, act, cite) {
  if (act.body.raw.step !== 'confirmed') return null;
  const waited = ownActs(record, act.member).some((earlier) => earlier.is === 'adopt'
    && earlier.body.raw.words_digest === act.body.raw.words_digest
    && earlier.body.raw.step === 'to be confirmed'
    && !isTakenBack(record, earlier));
  return waited ? null : withoutBy('NOTHING_TO_CONFIRM', { entry: cite });
}

// A member's acts with effect.
function ownActs(record, member) {
  return record.byMember.get(member) ?? [];
}

// The notice that takes back one qualification of an act, or what it says of one provision:
// by its number, by the provision alone, or with the act.
export function takingBack(record, act, number = null, on = null) {
  return actsNaming(record, act.hash).find((notice) => {
    if (notice.is !== 'notice') return false;
    const { raw, of } = notice.body;
    return raw.act === 'revoke' && of.entry === act.hash
      && (raw.qualification === undefined || raw.qualification === number)
      && (of.id === null || of.id === on);
  }) ?? null;
}

// Whether an act of one's own was taken back.
export function isTakenBack(record, act, on = null) {
  return takingBack(record, act, null, on) !== null;
}

// Whether a qualification of this number was: on one provision, else on every one it is on.
function isNumberBack(record, act, number, made, on) {
  const back = (id) => takingBack(record, act, number, id) !== null;
  return on === null && made.on.length > 0 ? made.on.every(back) : back(on);
}

// The qualification that a number means in an act, on the provision beside it.
function numberedIn(act, number, on, cite) {
  const made = act.body?.qualifications[number - 1];
  if (made === undefined) return { why: withoutBy('NO_NUMBER', { entry: cite, number }) };
  if (on !== null && !made.on.includes(on)) {
    return { why: withoutBy('NUMBER_NOT_ON', { entry: cite, number, id: on }) };
  }
  return { made };
}

function effectOfNotice(record, act) {
  const { act: of, cite, why } = namedBy(record, act.entry, act.body.of.entry);
  if (why !== undefined) return why;
  if (of.is !== 'text') return withoutBy('NO_TEXT', { entry: cite });
  if (!of.stands) return withoutBy('WITHOUT_EFFECT', { entry: cite });
  const digest = wordsDigest(record, of);
  if (digest === null) return withoutBy('NO_DOCUMENT', { entry: cite });
  const adopts = (own) => (own.is === 'text'
    ? own.body.raw.standing === 'pledge' && wordsDigest(record, own) === digest
    : own.is === 'adopt' && own.body.raw.words_digest === digest
      && !['initialled', 'to be confirmed'].includes(own.body.raw.step));
  if (!ownActs(record, act.member).some(adopts)) {
    return withoutBy('ADOPTED_NOTHING', { member: act.member, entry: cite });
  }
  const unknown = act.body.only.find((id) => !of.body.ids.includes(id));
  return unknown === undefined ? null : withoutBy('HAS_NO_PROVISION', { entry: cite, id: unknown });
}

function effectOfRevocation(record, act) {
  const { act: of, cite, why } = namedBy(record, act.entry, act.body.of.entry);
  if (why !== undefined) return why;
  if (of.member !== act.member) return withoutBy('ACT_OF_ANOTHER', { entry: cite, member: of.member });
  if (!of.stands) return withoutBy('WITHOUT_EFFECT', { entry: cite });
  const on = act.body.of.id;
  const number = act.body.raw.qualification;
  if (number !== undefined) {
    const { made, why: none } = numberedIn(of, number, on, cite);
    if (none !== undefined) return none;
    return isNumberBack(record, of, number, made, on) ? withoutBy('NUMBER_TAKEN_BACK', { entry: cite, number }) : null;
  }
  if (isTakenBack(record, of, on) || (on !== null && nothingIsLeft(record, of, on))) {
    return withoutBy('TAKEN_BACK', { entry: cite });
  }
  return (on === null ? effectThatCame(record, act.entry, of, cite) : null) ?? effectOfRevoking(of, on, cite);
}

// Whether each qualification on a provision was taken back there, and there was one.
function nothingIsLeft(record, act, id) {
  const all = act.body.qualifications.map((made, at) => [at + 1, made]).filter(([, made]) => made.on.includes(id));
  return all.length > 0 && all.every(([number, made]) => isNumberBack(record, act, number, made, id));
}

function effectOfRevoking(of, on, cite) {
  const { is, body } = of;
  let can = false;
  if (on !== null) can = (is === 'adopt' || is === 'text') && body.qualifications.some((made) => made.on.includes(on));
  // To take back a taking back would let a period run that nobody was told of.
  else if (is === 'notice') can = body.raw.act !== 'revoke';
  else if (is === 'adopt') can = ['initialled', 'to be confirmed'].includes(body.raw.step);
  else if (is === 'text') can = body.raw.standing !== 'pledge';
  else can = ['answer', 'ask', 'actor', 'statement', 'report'].includes(is);
  if (can) return null;
  if (on !== null) return withoutBy('NO_QUALIFICATION', { entry: cite, id: on });
  return withoutBy(is === 'notice' ? 'TAKES_BACK_ITSELF' : 'LEFT_BY_NOTICE', { entry: cite });
}

// That a notice took effect before it was taken back, where the text sets no period.
function effectThatCame(record, entry, of, cite) {
  if (of.is !== 'notice' || of.body.raw.act === 'revoke') return null;
  const text = actNamed(record, of.body.of.entry);
  const provisions = text?.is === 'text' ? provisionsOf(record, text.body) : null;
  if (provisions === null) return null;
  const procedure = procedureOf(provisions);
  const periods = { withdraw: procedure.withdraw_days, suspend: procedure.suspend_days, resume: null };
  if (periods[of.body.raw.act] !== null) return null;
  const day = of.body.raw.effective;
  if (day === undefined) return withoutBy('TOOK_EFFECT', { entry: cite });
  const said = entry.said?.slice(0, 10) ?? null;
  return said !== null && said >= day ? withoutBy('TOOK_EFFECT_ON', { entry: cite, day }) : null;
}

function effectOfAnswer(record, act) {
  const { raw, to } = act.body;
  const { act: of, cite, why } = namedBy(record, act.entry, to.entry);
  if (why !== undefined) return why;
  if (of.member === act.member) return withoutBy('OWN_ENTRY', { entry: cite, member: of.member });
  if (raw.counter !== undefined) {
    const counter = raw.counter.split('#')[0];
    if (namedBy(record, act.entry, counter).act?.is !== 'text') {
      return withoutBy('NO_COUNTER', { entry: counter.slice(0, 8) });
    }
  }
  if (raw.qualification !== undefined) {
    const { why: none } = numberedIn(of, raw.qualification, to.id, cite);
    if (none !== undefined) return none;
  }
  if (raw.stance === 'received content' && of.is !== 'envelope') return withoutBy('NO_ENVELOPE', { entry: cite });
  if (to.id !== null && of.is === 'adopt' && !of.body.qualifications.some((made) => made.on.includes(to.id))) {
    return withoutBy('NO_QUALIFICATION', { entry: cite, id: to.id });
  }
  if (to.id !== null && of.is === 'text' && !of.body.ids.includes(to.id)) {
    return withoutBy('HAS_NO_PROVISION', { entry: cite, id: to.id });
  }
  return null;
}

// A commitment that its author had before is a copy.
function effectOfEnvelope(record, act) {
  const same = record.envelopes.find((other) => other.body.raw.commitment === act.body.raw.commitment
    && recordReceives(record, act.entry, other.hash));
  return same === undefined ? null : withoutBy('COPIED', { entry: citeEntry(record.set, same.hash) });
}

function effectOfOpening(record, act) {
  const { act: of, cite, why } = namedBy(record, act.entry, act.body.raw.envelope);
  if (why !== undefined) return why;
  if (of.is !== 'envelope') return withoutBy('NO_ENVELOPE', { entry: cite });
  if (of.member !== act.member) return withoutBy('ENVELOPE_OF', { entry: cite, member: of.member });
  const first = openingOf(record, of.hash);
  if (first !== null) return withoutBy('OPENED_BEFORE', { entry: cite, by: citeEntry(record.set, first.hash) });
  const opens = envelopeCommitment(record.set.ledger, of, act.body.raw) === of.body.raw.commitment;
  return opens ? null : withoutBy('OPENS_NOTHING', { entry: cite });
}

// The act that opens an envelope.
export function openingOf(record, envelope) {
  return actsNaming(record, envelope).find((act) => act.is === 'open') ?? null;
}

function envelopeCommitment(ledger, envelope, { nonce, content }) {
  const bytes = (text) => new TextEncoder().encode(text);
  const number = (value) => {
    const out = new DataView(new ArrayBuffer(8));
    out.setBigUint64(0, BigInt(value));
    return new Uint8Array(out.buffer);
  };
  const words = bytes(strictJson(content));
  const zeros = new Uint8Array(Math.ceil(words.length / 1024) * 1024 - words.length);
  return digestOf(digestJoin([
    bytes('countersign/v1 envelope\n'), digestBytes(ledger), bytes(`${envelope.entry.log}\n`),
    number(envelope.body.raw.slot), digestBytes(nonce), number(words.length), words, zeros,
  ]));
}
