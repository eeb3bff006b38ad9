import { actNamed, actsInTurn, actsNaming, receiversOf, recordReceives } from './acts.js';
import { isAdopted } from './consent.js';
import { isTakenBack, openingOf } from './effect.js';
import { holdsWords } from './texts.js';

// What members raised, and what was answered; envelopes by slot; who was empowered to sign.
// A link between an entry and a provision is a member's own.

const MANDATE_NEEDED = ['adopt', 'answer', 'ask', 'notice', 'report', 'statement'];

// What an act is about, where its author had it before.
export function countedLinks(record, act) {
  return act.body.about.filter((named) => recordReceives(record, act.entry, named.entry));
}

// The answers to an act that were not taken back.
export function answersTo(record, act) {
  return actsNaming(record, act.hash).filter((answer) => answer.is === 'answer'
    && answer.body.to.entry === act.hash && !isTakenBack(record, answer));
}

// The entry within the cut by which a member first receipted an act.
function receiptBy(record, member, act) {
  return receiversOf(record, act.entry).find(({ by }) => by.member === member)?.receipt.by ?? null;
}

// Every question of a record, in order.
export function questionsOf(record, texts, consents) {
  return record.acts.filter((act) => act.stands && act.is === 'ask').map((act) => {
    const answers = answersTo(record, act);
    const received = act.body.raw.to.map((member) => [member, receiptBy(record, member, act)]);
    return {
      by: act.hash,
      act,
      openness: opennessOf(record, act, answers),
      answers: answers.map((answer) => answer.hash),
      received: received.filter(([, by]) => by !== null),
      expected: expectedHours(record, texts, consents, act),
    };
  });
}

function opennessOf(record, act, answers) {
  if (isTakenBack(record, act)) return 'revoked';
  // Nobody answers itself.
  const others = act.body.raw.to.filter((member) => member !== act.member);
  const stances = others.map((member) => {
    const own = answers.filter((answer) => answer.member === member).map((answer) => answer.body.raw.stance);
    return own.find((stance) => stance !== 'will answer') ?? own[0] ?? null;
  });
  if (stances.length > 0 && stances.every((stance) => stance !== null && stance !== 'will answer')) return 'answered';
  return stances.includes('will answer') ? 'to_be_answered' : 'open';
}

// The hours within which an answer is expected by a text that the asker and each that was
// asked had adopted, of the provision or text that the question is about.
function expectedHours(record, texts, consents, act) {
  for (const named of countedLinks(record, act)) {
    const at = texts.findIndex((words) => holdsWords(words, named.entry));
    const hours = at < 0 ? null : texts[at].procedure.reply_hours;
    if (hours === null) continue;
    // What was adopted after the question does not reach back to it.
    const adopted = (member) => {
      const own = consents[at].get(member)?.get(hours.id);
      const since = isAdopted(own) && own.since !== null ? actNamed(record, own.since) : null;
      return since !== null && since.at < act.at;
    };
    if (adopted(act.member) && act.body.raw.to.every(adopted)) return hours.value;
  }
  return null;
}

// What stands under a provision of a text: questions, statements, reports, in order.
export function standingUnder(record, words, id) {
  const under = { raised: [], said: [], reported: [] };
  const lists = { ask: under.raised, statement: under.said, report: under.reported };
  for (const act of actsInTurn(words.entries.flatMap((entry) => actsNaming(record, entry)))) {
    const isHere = (named) => holdsWords(words, named.entry) && named.id === id;
    if (lists[act.is] === undefined || !act.body.about.some(isHere)) continue;
    if (!countedLinks(record, act).some(isHere)) continue;
    if (act.is === 'ask' || !isTakenBack(record, act)) lists[act.is].push(act.hash);
  }
  return under;
}

// Envelopes by log and slot: whoever looks at one sees every envelope made in it.
export function slotsOf(record) {
  const slots = new Map();
  const failed = record.acts.filter((act) => act.is === 'open' && !act.stands);
  for (const act of record.envelopes) {
    const { slot, open_by: openBy } = act.body.raw;
    const opened = openingOf(record, act.hash);
    const passed = openBy !== undefined && record.cut.day !== null && record.cut.day > openBy;
    const attempts = failed.filter((other) => other.body.raw.envelope === act.hash);
    const received = actsNaming(record, act.hash).filter((other) => other.is === 'answer'
      && other.body.raw.stance === 'received content' && !isTakenBack(record, other));
    const name = `${act.entry.log} ${String(slot).padStart(16, '0')}`;
    if (!slots.has(name)) slots.set(name, { log: act.entry.log, slot, envelopes: [] });
    slots.get(name).envelopes.push({
      by: act.hash,
      openBy: openBy ?? null,
      hasPassed: passed && opened === null,
      opened: opened?.hash ?? null,
      content: opened?.body.raw.content ?? null,
      without: act.without,
      attempts: attempts.map((other) => other.hash),
      received: received.map((other) => other.hash),
    });
  }
  return new Map([...slots].sort(([one], [other]) => (one < other ? -1 : 1)));
}

// Acts that move their author's consent, each with the entry that names a mandate for it.
export function mandatesOf(record) {
  const isConsent = (act) => ['adopt', 'notice'].includes(act.is)
    || (act.is === 'text' && act.body.raw.standing === 'pledge');
  const acts = record.acts.filter((act) => act.stands && isConsent(act));
  return acts.map((act) => ({ act: act.hash, mandate: mandateFor(record, act) }));
}

// The entry that names a mandate for an act and a key that signed it: the last before it, of
// those that had not ended by the day that the act's author gives.
function mandateFor(record, act) {
  let wanted = act.is === 'text' ? 'propose' : null;
  if (act.is === 'text' && act.body.raw.standing === 'pledge') wanted = 'pledge';
  if (MANDATE_NEEDED.includes(act.is)) wanted = act.is;
  const said = act.entry.said?.slice(0, 10) ?? null;
  // A later description of the same actor takes the place of the earlier.
  const named = new Map();
  for (const other of record.actors.get(act.member) ?? []) {
    const { raw } = other.body;
    if (other.at < act.at && raw.of === undefined && !isTakenBack(record, other)) named.set(raw.id, other);
  }
  const fits = [...named.values()].filter((other) => {
    const { mandate } = other.body.raw;
    if (mandate === undefined || !mandate.acts.includes(wanted)) return false;
    const hasKey = mandate.keys === undefined || mandate.keys.some((key) => act.entry.signers.includes(key));
    return hasKey && (mandate.until === undefined || (said !== null && said <= mandate.until));
  });
  const inIds = fits.sort((one, other) => (one.body.raw.id < other.body.raw.id ? -1 : 1));
  return inIds.reduce((last, other) => (last === null || other.entry.seq >= last.entry.seq ? other : last), null)?.hash ?? null;
}
