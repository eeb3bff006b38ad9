// What stands under a provision or a text: what was raised with its answers, what was
// said, what others reported, what the entries show of a condition, what nobody here
// decides; and the notices about a text, with both of their dates.

import { v, phrase } from './words.js';
import { h, day, marked } from './dom.js';
import { nameOf, nameTag, namesIn, inOrder, commas, citeLink, citeLinks, citedAs, datedOf, datingOf, momentOf, spoken, pairsOf, provisionsIn, askWord, stanceWord, actWord, hadReceived, inQuotes } from './account.js';

function underBlock(className, title, by, account, ...rest) {
  return h('div', { class: `under ${className}` }, h('p', { class: 'under-head' }, h('span', {}, title), by && citeLink(account, by)), rest);
}

const UNDER_CONTESTS = { 'what happened': ['WHAT', 'DIFFER_WHAT'], 'who did it': ['WHO', 'DIFFER_WHO'], 'what the text covers': ['COVER', 'DIFFER_COVER'] };

const questionBy = (account, by) => account.asks.questions.find((one) => one.by === by);

/** Everything under a provision. */
export function underProvision(account, text, provision, one) {
  const asked = one.raised.map((by) => account.entries.get(by)).filter(Boolean);
  const told = (limit) => asked.some((act) => JSON.stringify(act.body.with ?? {}) === JSON.stringify(limit.with ?? {}));
  return [
    asked.map((act) => raisedUnder(account, text, provision, one, act)),
    one.said.map((by) => account.entries.get(by)).filter(Boolean).map((act) => saidOf(account, act,
      act.body.as === 'interpretation' ? 'raised.READING_OF' : 'raised.SAID_OF', provision.id)),
    reportedUnder(account, text, provision, one),
    one.conditions.filter((limit) => !told(limit)).map((limit) => h('p', { class: 'under limit' }, limitOf(limit), pairsOf(limit.with), ': ', foundOf(account, limit.found))),
  ];
}

const limitOf = (limit) => v(limit.limit === 'when' ? 'raised.LIMIT_WHEN' : 'raised.LIMIT_UNTIL');

function foundOf(account, found) {
  const entries = citeLinks(account, found.by);
  const [some, none] = { shown: ['SHOWN', 'SHOWN_PLAIN'], shown_otherwise: ['SHOWN_OTHERWISE', 'OTHERWISE_PLAIN'] }[found.answer] ?? ['NOT_SHOWN', 'NOT_SHOWN'];
  const line = phrase(`raised.${found.by.length > 0 ? some : none}`, { entries });
  return found.day && found.answer === 'shown' ? [line, phrase('raised.FROM_DAY', { day: day(found.day) })] : line;
}

function raisedUnder(account, text, provision, one, act) {
  const about = (act.body.about ?? []).filter((named) => !named.includes('#') && !text.entries.includes(citedAs(account, named)));
  const title = phrase('raised.RAISED_UNDER', { id: marked(provision.id), name: marked(nameOf(account, act.log)), dated: datedOf(act) });
  return underBlock('raised', title, act.entry, account,
    h('p', { class: 'asked' }, askedOf(account, act, about)),
    spoken(act.body.words, act.body.rendering),
    underAnswers(account, act),
    shownOf(account, one, act, about),
    notDecided(account, provision, act, about));
}

function askedOf(account, act, about) {
  const places = { what: askWord(act.body.act), to: namesIn(account, act.body.to ?? []), about: citeLinks(account, about) };
  return [phrase(about.length > 0 ? 'raised.TO_ABOUT' : 'raised.TO', places), pairsOf(act.body.with)];
}

/** Answers to an act, and what was said of them. */
export function underAnswers(account, act) {
  const question = questionBy(account, act.entry);
  const answers = (question?.answers ?? []).map((by) => account.entries.get(by)).filter(Boolean);
  const lines = answers.map((answer) => answerBlock(account, answer));
  if (question?.state === 'revoked') lines.unshift(h('p', { class: 'note' }, v('ledger.REVOKED')));
  if (question && answers.length === 0) lines.push(h('p', { class: 'note' }, v('raised.NO_ANSWER')));
  return lines;
}

function answerBlock(account, answer) {
  const { body } = answer;
  const name = marked(nameOf(account, answer.log));
  const contests = (body.contests ?? []).map((one) => (UNDER_CONTESTS[one] ? v(`raised.${UNDER_CONTESTS[one][0]}`) : marked(one)));
  const said = [...account.entries.values()].filter((one) => one.kind === 'statement' && (one.body.about ?? []).includes(answer.hash));
  return h('div', { class: 'reaction' },
    h('p', { class: 'under-head' }, h('span', {}, phrase('raised.ANSWERED_BY', { name, dated: datedOf(answer) })), citeLink(account, answer.entry)),
    h('p', { class: 'asked' }, marked(nameOf(account, answer.log)), ' ', stanceWord(body.stance),
      contests.length > 0 && ['; ', phrase('raised.CONTESTS', { what: commas(contests) })], body.counter && [': ', citeLink(account, body.counter)]),
    spoken(body.words, body.rendering),
    said.map((one) => saidOf(account, one, 'raised.SAID_OF_ANSWER', answer.entry)));
}

function saidOf(account, act, row, of) {
  const places = { id: marked(of), entry: marked(of), name: marked(nameOf(account, act.log)), dated: datedOf(act) };
  return underBlock('said-of', phrase(row, places), act.entry, account, spoken(act.body.words, act.body.rendering));
}

// What the entries show: the acts that a question is about, the reports that bear on the
// condition, and their order by links. Links order the entries and nothing else.
function shownOf(account, one, act, about) {
  const limits = one.conditions.filter((limit) => JSON.stringify(limit.with ?? {}) === JSON.stringify(act.body.with ?? {}));
  const linked = about.map((named) => account.hashes.get(named)).filter(Boolean);
  const reports = limits.flatMap((limit) => limit.found.by).map((by) => account.entries.get(by)).filter((by) => by?.kind === 'report');
  if (linked.length === 0 || limits.length === 0) return null;
  const rows = [
    ...linked.map((of) => [citeLink(account, of.entry), phrase('raised.STATEMENT_OF', { what: actWord(of), name: marked(nameOf(account, of.log)), dated: datingOf(of) })]),
    ...reports.map((report) => [citeLink(account, report.entry), reportLine(account, report)]),
    ...linked.flatMap((of) => reports.filter((report) => report.body.happened).map((report) => [v('raised.ORDER'), orderLine(account, of, report)])),
    ...limits.map((limit) => [limitOf(limit), [foundOf(account, limit.found.answer === 'not_shown' ? { ...limit.found, by: [] } : limit.found), pairsOf(act.body.with)]]),
  ];
  return h('div', { class: 'shown' }, h('p', { class: 'label' }, v('raised.ENTRIES_SHOW')), rowList(rows));
}

/** Rows of a label and what it says. */
export function rowList(rows) {
  return h('dl', { class: 'page-rows' }, rows.map(([label, says]) => h('div', {}, h('dt', {}, label), h('dd', {}, says))));
}

function reportLine(account, report) {
  const [of, id] = citedAs(account, report.body.of ?? '').split('#');
  const name = marked(nameOf(account, report.log));
  if (report.body.found) return phrase(report.body.found === 'no access' ? 'raised.NO_ACCESS' : 'raised.FOUND_NOTHING', { name, id: marked(id ?? '') });
  const moment = report.body.happened?.from ?? report.body.happened?.to;
  const when = moment ? momentOf(moment) : v('raised.NO_DAY');
  const term = provisionsIn(account, of).find((one) => one.id === id)?.term;
  return phrase(term ? 'raised.REPORTS_TERM' : 'raised.REPORTS', { name, id: marked(id ?? ''), when, term: term && inQuotes(term) });
}

function orderLine(account, of, report) {
  const row = hadReceived(account, report.entry, of.entry) ? 'LINKS' : hadReceived(account, of.entry, report.entry) ? 'LINKS_AFTER' : 'NO_LINKS';
  const places = { earlier: () => citeLink(account, of.entry), later: () => citeLink(account, report.entry) };
  const pieces = phrase(`raised.${row}`, { ...places, name: marked(nameOf(account, report.log)) });
  return pieces.map((piece) => (typeof piece === 'function' ? piece() : piece));
}

function notDecided(account, provision, act, about) {
  const answers = (questionBy(account, act.entry)?.answers ?? []).map((by) => account.entries.get(by)).filter(Boolean);
  const contests = answers.filter((one) => act.body.to?.includes(one.log.split('.')[0])).flatMap((one) => one.body.contests ?? []);
  const subject = () => (about.length > 0 ? citeLinks(account, about) : v('raised.ITS_SUBJECT'));
  const places = () => ({ id: marked(provision.id), about: subject() });
  const lines = ['what the text covers', 'what happened', 'who did it'].filter((one) => contests.includes(one))
    .map((one) => phrase(`raised.${UNDER_CONTESTS[one][1]}`, places()));
  if (lines.length === 0 && about.length > 0) lines.push(phrase('raised.UNANSWERED', places()));
  if (lines.length === 0) return null;
  return h('div', { class: 'open-question' }, h('p', { class: 'label' }, v('raised.NOT_DECIDED')), h('ul', {}, lines.map((line) => h('li', {}, line))));
}

function reportedUnder(account, text, provision, one) {
  const raised = one.raised.map((by) => account.entries.get(by)?.hash);
  const told = [...account.entries.values()].filter((act) => act.kind === 'report' && (act.body.about ?? []).some((named) => raised.includes(named)));
  const reports = [...new Set([...one.reported, ...told.map((act) => act.entry)])].map((by) => account.entries.get(by)).filter(Boolean);
  return reportsBlock(account, text, phrase('raised.REPORTED', { id: marked(provision.id) }), reports);
}

function reportsBlock(account, text, title, reports) {
  if (reports.length === 0) return null;
  const groups = [];
  for (const act of reports) {
    const same = (act.body.same_as ?? []).map((named) => citedAs(account, named));
    const group = groups.find((known) => known.some((one) => same.includes(one.entry)));
    if (group) group.push(act);
    else groups.push([act]);
  }
  const rest = new Map();
  for (const [act] of groups.filter((group) => group.length === 1)) {
    const reach = reachLabel(account, act);
    rest.set(reach, [...(rest.get(reach) ?? []), act]);
  }
  return h('details', { class: 'under reports' }, h('summary', {}, title, ` (${reports.length})`),
    groups.filter((group) => group.length > 1).map((group) => h('div', { class: 'occurrence' },
      h('p', { class: 'label' }, v('raised.ONE_OCCURRENCE', { number: group.length })),
      group.map((act) => reportBlock(account, act)),
      h('p', { class: 'note' }, phrase('raised.NO_ORDER', { entries: citeLinks(account, text.entries) })))),
    [...rest].sort(([, [a]], [, [b]]) => reachRank(a) - reachRank(b)).map(([reach, acts]) => h('div', { class: 'occurrence' },
      h('p', { class: 'label' }, reach), acts.map((act) => reportBlock(account, act)))));
}

// Between the sides, to others, within one side, by whoever reports: the order of the command.
function reachRank(act) {
  const [by, to] = [act.body.said_by, act.body.said_to];
  if (!by || !to) return 3;
  if (by.member && by.member === to.member) return 2;
  return by.member && to.member ? 0 : 1;
}

function reachLabel(account, act) {
  const [by, to] = [act.body.said_by, act.body.said_to];
  if (!by || !to) return v('raised.OTHER_REPORTS');
  if (by.member && by.member === to.member) return v('raised.WITHIN', { name: nameOf(account, by.member) });
  return v(by.member && to.member ? 'raised.BETWEEN_SIDES' : 'raised.TO_OTHERS');
}

function personOf(account, person) {
  return [inQuotes(person.name), person.member && [' (', marked(nameOf(account, person.member)), ')']];
}

function reportBlock(account, act) {
  const { body } = act;
  const when = reportWhen(account, body, act);
  const [by, to] = [body.said_by && personOf(account, body.said_by), body.said_to && personOf(account, body.said_to)];
  const line = by && to ? phrase('raised.ACCOUNT_SAID', { by, to, when }) : by ? phrase('raised.ACCOUNT_BY', { by, when })
    : phrase('raised.ACCOUNT_OF', { name: marked(nameOf(account, act.log)), when });
  return h('div', { class: 'reaction' },
    h('p', { class: 'under-head' },
      h('span', {}, by && [phrase('raised.REPORTED_BY', { name: marked(nameOf(account, act.log)) }), ' '], line,
        body.source && [' ', phrase('raised.KNOWN_FROM', { source: inQuotes(body.source) })]),
      citeLink(account, act.entry)),
    spoken(body.words, body.rendering));
}

function reportWhen(account, body, act) {
  const given = body.happened;
  if (!given) return body.dated ? phrase('raised.DATED_IN', { day: datedOf(act)[1] }) : '';
  const [from, to] = [given.from && momentOf(given.from), given.to && momentOf(given.to)];
  const span = from && to ? phrase('dates.BETWEEN', { from, to }) : from ?? to;
  return [
    span && phrase('raised.DATED_IN', { day: span }),
    given.after && phrase('raised.AFTER', { entry: citeLink(account, given.after) }),
    given.before && phrase('raised.BEFORE', { entry: citeLink(account, given.before) }),
  ];
}

/** What is about a text as a whole, by its authors' own words. */
export function underText(account, text) {
  const hashes = text.entries.map((one) => account.entries.get(one)?.hash);
  const naming = [...account.entries.values()].filter((act) => (act.body?.about ?? []).some((named) => hashes.includes(named)));
  const asked = naming.filter((act) => act.kind === 'ask').map((act) => underBlock('raised',
    phrase('raised.RAISED_OF_WHOLE', { name: marked(nameOf(account, act.log)), dated: datedOf(act) }), act.entry, account,
    h('p', { class: 'asked' }, askedOf(account, act, [])), spoken(act.body.words, act.body.rendering), underAnswers(account, act)));
  const told = naming.filter((act) => act.kind === 'statement').map((act) => saidOf(account, act, 'raised.SAID_OF_WHOLE', ''));
  return [asked, told, reportsBlock(account, text, v('raised.REPORTED_OF_WHOLE'), naming.filter((act) => act.kind === 'report'))];
}

/** Notices about a text, with both dates of effect. */
export function noticesAbout(account, text) {
  if (text.notices.length === 0) return null;
  return h('section', { class: 'notices' }, h('h4', { class: 'label' }, v('ledger.NOTICES_ABOUT')), text.notices.map((given) => noticeBlock(account, given, text.between)));
}

/** One notice: who received it, both dates, what took it back. */
export function noticeBlock(account, given, concerned = []) {
  const act = account.entries.get(given.by);
  const row = { withdraw: 'WITHDRAWAL_FROM', suspend: 'SUSPENSION_OF' }[given.act] ?? 'RESUMPTION_OF';
  const what = given.only.length > 0 ? marked(given.only.join(', ')) : v('ledger.THE_WHOLE');
  const others = inOrder(account, concerned.filter((one) => one !== given.member && !given.received[one]));
  const lines = [
    ...Object.entries(given.received).map(([member, by]) => phrase('ledger.RECEIVED_BY', { name: marked(nameOf(account, member)), entry: citeLink(account, by) })),
    ...others.map((member) => phrase('ledger.NOT_RECEIVED', { name: marked(nameOf(account, member)) })),
    given.effective ? phrase('ledger.AUTHORS_DATE', { day: day(given.effective) }) : v('ledger.NO_DATE'),
    given.period_days && phrase(given.counted_from === 'notice' ? 'ledger.PERIOD_NOTICE' : 'ledger.PERIOD_RECEIPT', { days: String(given.period_days), at: marked(given.period_at), ends: endsOf(given.ends) }),
    ...outcomeOf(account, given),
  ];
  return h('div', { class: 'notice' },
    h('p', { class: 'cell-head' }, nameTag(account, given.member), citeLink(account, given.by)),
    h('p', { class: 'consent' }, phrase(`ledger.${row}`, { what, dated: datedOf(act) })),
    spoken(act?.body?.words, act?.body?.rendering),
    h('ul', { class: 'plain' }, lines.filter(Boolean).map((line) => h('li', {}, line))));
}

function endsOf(ends) {
  const [first, last] = [ends?.not_before, ends?.not_after];
  if (first && last) return phrase('ledger.BETWEEN_DAYS', { first: day(first), last: day(last) });
  if (last) return phrase('ledger.UNTIL_DAY', { last: day(last) });
  return first ? phrase('ledger.FROM_DAY', { first: day(first) }) : v('ledger.DAY_NOT_SHOWN');
}

function outcomeOf(account, given) {
  if (given.state === 'running') return [v('ledger.RUNS')];
  if (given.state === 'taken_effect') return [v('ledger.TAKEN_EFFECT')];
  const by = account.entries.get(given.revoked);
  const receivers = by ? inOrder(account, [...account.shown.keys()]).filter((member) => member !== given.member && given.received[member]) : [];
  const receipts = receivers.map((member) => [member, underReceipt(account, member, by)]).filter(([, receipt]) => receipt);
  return [
    [phrase('ledger.REVOKED_BY', { dated: by ? datedOf(by) : '' }), ' ', citeLink(account, given.revoked)],
    ...receipts.map(([member, receipt]) => [phrase('ledger.REVOCATION_RECEIVED', { name: marked(nameOf(account, member)) }), ' ', citeLink(account, receipt.entry)]),
    phrase('ledger.STANDS_WITHOUT_GAP', { name: marked(nameOf(account, given.member)) }),
  ];
}

function underReceipt(account, member, of) {
  const own = account.record.logs.get(member)?.entries ?? [];
  return own.find((one) => (one.seen?.[of.log]?.size ?? 0) > of.seq);
}
