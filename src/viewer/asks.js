// Questions by their state, each with its receipts, its answers and its age; and where
// the logs stand: how far each is sealed and who received it.

import { t, v, phrase } from './words.js';
import { h, day, when, marked } from './dom.js';
import { nameOf, nameTag, namesIn, inOrder, commas, citeLink, citeLinks, dayOf, pairsOf, askWord, stanceWord, momentOf, spoken } from './account.js';
import { rowList } from './under.js';

const ASK_STATES = [['open', 'OPEN'], ['to_be_answered', 'TO_BE_ANSWERED'], ['answered', 'ANSWERED'], ['revoked', 'REVOKED']];

/** The questions that pass a filter. */
export function drawAsks(container, account, filter = {}) {
  const shown = account.asks.questions.filter((one) => askPasses(account, one, filter));
  container.replaceChildren(...ASK_STATES.flatMap(([state, row]) => {
    const some = shown.filter((one) => one.state === state);
    if (some.length === 0 && state !== 'open') return [];
    return [h('h3', { class: 'label' }, v(`ledger.${row}`)),
      some.length > 0 ? h('ul', { class: 'plain asks' }, some.map((one) => h('li', { class: `ask ${state}` }, askNode(account, one)))) : h('p', { class: 'note' }, v('ledger.NONE'))];
  }));
}

function askPasses(account, question, { side, words, text }) {
  if (side && question.member !== side && !question.to.includes(side)) return false;
  if (text && !question.about.some((one) => one.split('#')[0] === text)) return false;
  return !words || JSON.stringify(account.entries.get(question.by)?.body ?? {}).toLowerCase().includes(words.toLowerCase());
}

function askNode(account, question) {
  const act = account.entries.get(question.by);
  const about = question.about.length > 0 ? phrase('ledger.ABOUT', { about: citeLinks(account, question.about) }) : '';
  const line = phrase('ledger.ASK_LINE', {
    what: askWord(question.act), from: marked(nameOf(account, question.member)), to: namesIn(account, question.to), about: [about, pairsOf(question.with)],
  });
  return [
    h('p', { class: 'cell-head' }, nameTag(account, question.member), citeLink(account, question.by)),
    h('p', { class: 'consent capital' }, line),
    spoken(act?.body?.words, act?.body?.rendering),
    h('ul', { class: 'plain' }, askLines(account, question, act).map((one) => h('li', {}, one))),
  ];
}

function askLines(account, question, act) {
  const lines = [];
  if (act?.body?.dated) lines.push(phrase('ledger.OFFERED_BORNE', { day: dayOf(act) }));
  else if (act?.said) lines.push(phrase('ledger.OFFERED', { day: when(act.said) }));
  for (const member of question.to) {
    const by = question.received[member];
    lines.push(by ? phrase('ledger.RECEIVED_BY', { name: marked(nameOf(account, member)), entry: citeLink(account, by) })
      : phrase('ledger.NOT_RECEIVED', { name: marked(nameOf(account, member)) }));
  }
  for (const answer of question.answers.map((by) => account.entries.get(by)).filter(Boolean)) {
    lines.push(phrase('ledger.ANSWER_LINE', { name: marked(nameOf(account, answer.log)), stance: stanceWord(answer.body.stance), entry: citeLink(account, answer.entry) }));
  }
  if (question.reply_by) lines.push(phrase('ledger.ASKED_BY', { name: marked(nameOf(account, question.member)), day: momentOf(question.reply_by) }));
  if (question.expected_hours) {
    const at = replyPlace(account, question) ?? '';
    lines.push(phrase('ledger.HOURS_NOT_SHOWN', { at: marked(at), hours: String(question.expected_hours) }));
  }
  return lines.concat(['open', 'to_be_answered'].includes(question.state) ? ageLines(account, question, act) : []);
}

// The provision that names the hours of a reply, in the text that a question is about.
function replyPlace(account, question) {
  const texts = question.about.map((one) => account.entries.get(one.split('#')[0])?.body?.provisions).filter(Array.isArray);
  return texts.flat().find((one) => one.reply_hours === question.expected_hours)?.id;
}

function ageLines(account, question, act) {
  const [from, to] = [act?.said?.slice(0, 10), account.asks.cut.day];
  const days = from && to ? Math.round((Date.parse(to) - Date.parse(from)) / 86400000) : -1;
  return [
    days >= 0 && v('ledger.AGE', { days }),
    Object.keys(question.received).length > 0 && v('ledger.AGE_RECEIPT'),
  ].filter(Boolean);
}

/** How far each log is sealed and who received it; mandates; what is not shown. */
export function stateRows(account) {
  const { status } = account;
  const logs = status.logs.map((log) => {
    const by = inOrder(account, Object.keys(log.received_by)).map((member) => [marked(nameOf(account, member)), ' 0\u2013', String(log.received_by[member] - 1)]);
    return h('tr', {}, h('th', { scope: 'row' }, nameTag(account, log.log.split('.')[0]), log.log.includes('.') && [' ', marked(log.log)]),
      h('td', {}, String(log.size)), h('td', {}, String(log.sealed)), h('td', {}, by.length > 0 ? commas(by) : v('ledger.BY_NOBODY')));
  });
  const mandates = status.mandates.map((one) => [citeLink(account, one.act),
    one.mandate ? phrase('standing.MANDATE_IN', { entry: citeLink(account, one.mandate) }) : v('standing.NO_MANDATE')]);
  return h('details', { class: 'state' }, h('summary', {}, t('status')),
    h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('status') }, h('table', {},
      h('thead', {}, h('tr', {}, ['LOGS', 'HELD', 'SEALED', 'BY'].map((row) => h('th', { scope: 'col', class: 'label' }, v(`ledger.${row}`))))),
      h('tbody', {}, logs))),
    h('p', { class: 'note' }, v('receipt.RECEIVED')),
    h('p', { class: 'note' }, v('ledger.NO_EVIDENCE')),
    mandates.length > 0 && [h('h3', { class: 'label' }, v('ledger.MANDATES')), rowList(mandates)],
    (status.envelopes ?? []).length > 0 && [h('h3', { class: 'label' }, v('ledger.SLOTS')), rowList(status.envelopes.map((slot) => [
      phrase('ledger.SLOT', { slot: marked(slot.slot), log: marked(slot.log) }), commas(slot.envelopes.map((one) => envelopeLine(account, one)), '; ')]))]);
}

function envelopeLine(account, one) {
  return [citeLink(account, one.by), ': ', one.opened ? phrase('ledger.OPENED_BY', { entry: citeLink(account, one.opened) }) : v('ledger.NOT_OPENED'),
    one.open_by && !one.opened && ['; ', phrase(one.day_passed ? 'ledger.DAY_PASSED' : 'ledger.OPEN_BY_DAY', { day: day(one.open_by) })]];
}
