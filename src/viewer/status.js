import { membersInRole } from './acts.js';
import { byCodePoint, lookAt, occasionsOf } from './conditions.js';
import { isAdopted, wholeAdopters } from './consent.js';
import { cutOf } from './cut.js';
import { isTakenBack } from './effect.js';
import { bearersOf, stateOf } from './ineffect.js';
import { citeEntry, strandSetOf } from './strandset.js';
import { concernedAll, holdsWords } from './texts.js';
import { countedLinks, standingUnder } from './threads.js';
import { splitsTold, statusesOf, toldOn } from './ways.js';

// What the record means by the rules of version 1, worked out from the entries alone and
// told in the fields of `countersign commitments|asks|status --json`. A function of the
// entries, of a cut and of these rules; whoever publishes a snapshot has no say in it.

const STATUS_RULES = 1;

// The accounts of a record at a cut that were asked for last: page parts share them.
const accountsKnown = new WeakMap();

// Works out a record at a cut, on every way; what is told of it stands below.
function statusAccount(record, options = {}) {
  const set = strandSetOf(record);
  const cut = cutOf(set, options);
  const name = JSON.stringify([[...cut.sizes].sort(), cut.day, cut.basis]);
  let known = accountsKnown.get(record);
  if (known === undefined || known.name !== name) {
    known = { name, all: statusesOf(set, cut) };
    accountsKnown.set(record, known);
  }
  return accountOnWay(known.all, 0, options.tongue ?? 'en');
}

function accountOnWay(all, at, tongue) {
  return { all, set: all.set, status: all.ways[at].status, tongue };
}

function eachWay(account) {
  return account.all.ways.map((_, at) => accountOnWay(account.all, at, account.tongue));
}

// `countersign commitments --json`, without `format` and `ledger`.
export function commitments(record, options = {}) {
  const account = statusAccount(record, options);
  return { cut: cutTold(account), splits: splitsTold(account.all), texts: textsTold(account) };
}

// `countersign asks --json`. With `open`, what is open alone; with `to`, of that member.
export function asks(record, options = {}) {
  const account = statusAccount(record, options);
  const isWanted = ({ openness, act }) => (!options.open || ['open', 'to_be_answered'].includes(openness))
    && (options.to === undefined || act.body.raw.to.includes(options.to));
  return { cut: cutTold(account), splits: splitsTold(account.all), questions: questionsTold(account, isWanted) };
}

// `countersign status --json` of a snapshot. Verdict and findings are those of the report
// of the verifier, if it is given.
export function status(record, options = {}) {
  const account = statusAccount(record, options);
  const isOpen = ({ openness }) => ['open', 'to_be_answered'].includes(openness);
  const open = keysOnWays(account, (one) => one.questions.filter(isOpen).map((question) => question.by));
  return {
    as: null,
    verdict: options.report?.verdict ?? null,
    cut: cutTold(account),
    splits: splitsTold(account.all),
    logs: account.set.first.map((strand) => logTold(record, account.set, strand)),
    texts: textsTold(account),
    questions: questionsTold(account, () => true),
    open_questions: open.length,
    notices: noticesTold(account),
    envelopes: slotsTold(account),
    mandates: mandatesTold(account),
    unread: [],
    behind: null,
    findings: options.report?.findings ?? [],
    drafts: [],
  };
}

// Why acts are without effect, by hash: a row of the vocabulary (`effect.ROW`) and its
// places. Of a split log those that are so on every branch on which they stand.
export function withoutEffect(record, options = {}) {
  const found = new Map();
  const standing = new Set();
  for (const { status: one } of statusAccount(record, options).all.ways) {
    for (const act of one.record.acts) {
      if (act.body === null) found.set(act.hash, { row: null, places: {} });
      else if (act.without === null) standing.add(act.hash);
      else if (!found.has(act.hash)) found.set(act.hash, act.without);
    }
  }
  for (const hash of standing) found.delete(hash);
  return found;
}

// ---- Ways: what is the same on all is told once.

// What names items of a kind on any way, in order.
function keysOnWays(account, keys) {
  return [...new Set(account.all.ways.flatMap(({ status: one }) => keys(one)))];
}

// Fields of an object on the branches on which they are others; none where they are the
// same on all.
function byBranch(account, fields) {
  if (account.all.ways.length < 2) return [];
  const told = toldOn(account.all, eachWay(account).map(fields));
  const apart = told.filter(({ branches, value }) => branches.length > 0 && value !== null);
  return apart.map(({ branches, value }) => ({ ...value, branches }));
}

// Items by what names each, with the branches that show them so: none where all do.
function listedOn(account, keys, item) {
  const ways = eachWay(account);
  if (ways.length < 2) {
    const each = keys.map((key) => item(account, key)).filter((value) => value !== null);
    return each.map((value) => ({ ...value, branches: [] }));
  }
  const told = keys.flatMap((key) => toldOn(account.all, ways.map((there) => item(there, key))));
  return told.filter(({ value }) => value !== null).map(({ branches, value }) => ({ ...value, branches }));
}

function citesOf(account, hashes) {
  return hashes.map((hash) => citeEntry(account.set, hash));
}

function citeOrNull(account, hash) {
  return hash === null ? null : citeEntry(account.set, hash);
}

// ---- The cut and the logs.

function cutTold(account) {
  const { sizes, day, basis } = account.status.record.cut;
  const logs = Object.fromEntries([...sizes].filter(([, size]) => size > 0).sort());
  return { logs, day, day_by: basis, rules: STATUS_RULES };
}

function logTold(record, set, strand) {
  const { checkpoint, sealed } = record.logs.get(strand.log);
  const counted = strand.entries.filter((entry) => entry.sealed).length;
  const received = {};
  for (const other of set.first) {
    const receipts = other.gives.get(strand.log);
    if (receipts !== undefined) received[other.log] = receipts[receipts.length - 1].size;
  }
  return {
    log: strand.log,
    size: strand.entries.length,
    sealed: sealed ?? checkpoint?.size ?? counted,
    received_by: received,
  };
}

// ---- Texts.

function textAt(account, digest) {
  return account.status.atDigest.get(digest) ?? -1;
}

function textsTold(account) {
  const digests = keysOnWays(account, (one) => one.texts.map((words) => words.digest));
  const stands = (there, digest) => (textAt(there, digest) < 0 ? null : {});
  return digests.map((digest) => {
    const branches = listedOn(account, [digest], stands).flatMap((on) => on.branches);
    const first = eachWay(account).find((there) => textAt(there, digest) >= 0);
    return { ...textTold(first, digest), branches };
  });
}

// A text and what it amounts to on this way.
function textTold(account, digest) {
  const at = textAt(account, digest);
  const words = account.status.texts[at];
  const apart = byBranch(account, (there) => {
    const other = textAt(there, digest);
    return other < 0 ? undefined : adoptionTold(there, other);
  });
  return {
    ...adoptionTold(account, at),
    entries: citesOf(account, words.entries),
    words_digest: digest,
    title: words.body.raw.title ?? null,
    draft: words.isDraft,
    between: words.between,
    original: words.body.raw.original ?? null,
    provisions: words.provisions.map(({ id }) => provisionTold(account, digest, id)),
    by_branch: apart,
  };
}

function adoptersOf(consents) {
  return [...consents].filter(([, own]) => [...own.values()].some(isAdopted)).map(([member]) => member);
}

// By whom a text is adopted, and how.
function adoptionTold(account, at) {
  const { texts, related, consents, qualified, notices } = account.status;
  const words = texts[at];
  const later = related.flatMap(([number, other]) => other.body.relations
    .filter(([, entry]) => holdsWords(words, entry))
    .map(([relation]) => ({
      relation,
      entry: citeEntry(account.set, other.entries[0]),
      adopted_by: adoptersOf(consents[number]),
    })));
  return {
    adopted_by: adoptersOf(consents[at]),
    adopted_by_all: isAdoptedByAll(account, at),
    heading: headingOf(account, at),
    qualifications: qualified[at].map((made) => qualifiedTold(account, made)),
    notices: notices.all.filter((given) => given.digest === words.digest).map((given) => noticeTold(account, given)),
    later,
  };
}

function isAdoptedByAll(account, at) {
  const words = account.status.texts[at];
  const whole = wholeAdopters(account.status.consents[at], words);
  const concerned = concernedAll(words);
  return concerned.length > 0 && concerned.every((member) => whole.includes(member));
}

// ---- Provisions and cells.

// The members with a cell under a provision on this way.
function membersUnder(account, at, id) {
  const { record, texts, consents, effects } = account.status;
  const sides = membersInRole(record, 'party');
  const acted = [...consents[at].keys()].filter((member) => sides.includes(member));
  return [...new Set([...texts[at].between, ...bearersOf(effects, { at, id }), ...acted])].sort();
}

function provisionAt(account, digest, id) {
  const at = textAt(account, digest);
  return at >= 0 && account.status.texts[at].byId.has(id) ? at : -1;
}

function provisionTold(account, digest, id) {
  const members = new Set(eachWay(account).flatMap((there) => {
    const at = provisionAt(there, digest, id);
    return at < 0 ? [] : membersUnder(there, at, id);
  }));
  const apart = byBranch(account, (there) => {
    const at = provisionAt(there, digest, id);
    return at < 0 ? undefined : aroundTold(there, at, id);
  });
  const at = textAt(account, digest);
  return {
    ...aroundTold(account, at, id),
    id,
    cells: [...members].sort().map((member) => memberTold(account, digest, id, member)),
    unsettled: account.status.texts[at].unsettled.has(id),
    by_branch: apart,
  };
}

// What stands about the cells of a provision.
function aroundTold(account, at, id) {
  const { record, texts, consents, effects } = account.status;
  const words = texts[at];
  const key = { at, id };
  const concerned = concernedAll(words);
  const adopted = (member) => isAdopted(consents[at].get(member)?.get(id));
  const bearers = bearersOf(effects, key);
  const under = standingUnder(record, words, id);
  const conditions = ['when', 'until'].flatMap((limit) => {
    const condition = words.byId.get(id)[limit];
    if (condition === undefined) return [];
    return occasionsOf(effects, condition, key).map((parameters) => ({
      limit,
      with: parameters,
      found: findingTold(account, lookAt(effects, condition, key, parameters)),
    }));
  });
  return {
    joint: concerned.length > 1 && concerned.every(adopted),
    mutual: bearers.length > 1 && bearers.every((member) => stateOf(effects, member, key).state === 'in_effect'),
    conditions,
    raised: citesOf(account, under.raised),
    said: citesOf(account, under.said),
    reported: citesOf(account, under.reported),
  };
}

function findingTold(account, { answer, by, day }) {
  return { answer, by: citesOf(account, by), day };
}

// A member's cell under a provision, on the branches held first where these have it.
function memberTold(account, digest, id, member) {
  const cell = (there) => {
    const at = provisionAt(there, digest, id);
    return at >= 0 && membersUnder(there, at, id).includes(member) ? cellTold(there, at, id, member) : null;
  };
  const apart = byBranch(account, (there) => (provisionAt(there, digest, id) < 0 ? undefined : cell(there)));
  const { branches, ...value } = cell(account) ?? apart[0] ?? {};
  return { ...value, member, differs_by_branch: apart.length > 0, by_branch: apart };
}

function cellTold(account, at, id, member) {
  const { consents, effects } = account.status;
  const key = { at, id };
  const consent = consents[at].get(member)?.get(id);
  return {
    consent: consent?.stage ?? 'none',
    acts: citesOf(account, consent?.acts ?? []),
    mirrored: consent?.mirrored ?? false,
    provisional: consent?.provisional ?? false,
    bears: bearersOf(effects, key).includes(member),
    effect: stateTold(account, stateOf(effects, member, key)),
  };
}

function stateTold(account, state) {
  if (state.state === 'in_effect') return { state: state.state, since: citesOf(account, state.since), day: state.day };
  if (state.state === 'suspended') return { state: state.state, by: citeEntry(account.set, state.by) };
  if (state.state !== 'ended') return state;
  const by = state.by?.entry === undefined ? state.by?.day ?? null : citeEntry(account.set, state.by.entry);
  return { state: state.state, how: state.how, by };
}

// ---- Qualifications, notices, questions, envelopes, mandates.

function qualifiedTold(account, made) {
  const members = [...new Set(made.answers.map((answer) => answer.member))].sort();
  return {
    member: made.member,
    by: citeEntry(account.set, made.by),
    number: made.number,
    name: made.made.name,
    on: made.made.on,
    words: made.made.words,
    revoked: citeOrNull(account, made.revoked),
    revoked_on: made.revokedOn.map(({ id, by }) => ({ provision: id, by: citeEntry(account.set, by) })),
    reactions: members.map((member) => reactionTold(account, made, member)).filter((one) => one !== null),
  };
}

// A member's last answer to a qualification that was not taken back.
function reactionTold(account, made, member) {
  const live = made.answers.filter((answer) => answer.member === member && !isTakenBack(account.status.record, answer));
  const last = live[live.length - 1];
  if (last === undefined) return null;
  const { stance, between_us: between } = last.body.raw;
  const accepted = ['accept', 'no objection'].includes(stance);
  if (!accepted && stance !== 'object') return null;
  return {
    member,
    reaction: accepted ? 'accepted' : 'objected',
    between_us: accepted || between === undefined ? null : between.replaceAll(' ', '_'),
    by: citeEntry(account.set, last.hash),
  };
}

function noticeTold(account, given) {
  const received = given.received.map(([member, by]) => [member, citeEntry(account.set, by)]);
  let state = given.reach === 'reached' ? 'taken_effect' : 'running';
  if (given.revoked !== null) state = 'revoked';
  return {
    by: citeEntry(account.set, given.by),
    member: given.member,
    act: given.act,
    only: given.only,
    effective: given.effective,
    period_days: given.period?.value ?? null,
    period_at: given.period?.id ?? null,
    counted_from: given.countedFrom,
    ends: given.period === null ? null : { not_before: null, not_after: null },
    received: Object.fromEntries(received),
    revoked: citeOrNull(account, given.revoked),
    state,
  };
}

function noticesTold(account) {
  const keys = keysOnWays(account, (one) => one.notices.all.map((given) => given.by));
  return listedOn(account, keys, (there, by) => {
    const given = there.status.notices.byAct.get(by);
    return given === undefined ? null : noticeTold(there, given);
  });
}

function questionsTold(account, isWanted) {
  const keys = keysOnWays(account, (one) => one.questions.filter(isWanted).map((question) => question.by));
  return listedOn(account, keys, (there, by) => {
    const question = there.status.questions.find((one) => one.by === by && isWanted(one));
    return question === undefined ? null : questionTold(there, question);
  });
}

function questionTold(account, { by, act, openness, answers, received, expected }) {
  const { raw } = act.body;
  const cite = ({ entry, id }) => `${citeEntry(account.set, entry)}${id === null ? '' : `#${id}`}`;
  return {
    by: citeEntry(account.set, by),
    member: act.member,
    act: raw.act,
    to: raw.to,
    about: countedLinks(account.status.record, act).map(cite),
    with: raw.with ?? {},
    reply_by: raw.reply_by ?? null,
    state: openness,
    answers: citesOf(account, answers),
    received: Object.fromEntries(received.map(([member, entry]) => [member, citeEntry(account.set, entry)])),
    expected_hours: expected,
  };
}

function mandatesTold(account) {
  const keys = keysOnWays(account, (one) => one.mandates.map(({ act }) => act));
  return listedOn(account, keys, (there, key) => {
    const found = there.status.mandates.find(({ act }) => act === key);
    if (found === undefined) return null;
    return { act: citeEntry(there.set, key), mandate: citeOrNull(there, found.mandate) };
  });
}

function slotsTold(account) {
  const keys = keysOnWays(account, (one) => [...one.slots.keys()]);
  return listedOn(account, keys, (there, key) => {
    const found = there.status.slots.get(key);
    if (found === undefined) return null;
    const { log, slot, envelopes } = found;
    return { log, slot, envelopes: envelopes.map((one) => envelopeTold(there, one)) };
  });
}

function envelopeTold(account, one) {
  const { without } = one;
  return {
    by: citeEntry(account.set, one.by),
    open_by: one.openBy,
    day_passed: one.hasPassed,
    opened: citeOrNull(account, one.opened),
    content: one.content,
    without_effect: without === null ? null : ledgerPhrase(`effect.${without.row}`, without.places, 'en'),
    attempts: citesOf(account, one.attempts),
    content_received: citesOf(account, one.received),
  };
}

// ---- How a text is headed: by whom it was adopted.

// A row of the program's own vocabulary, with what stands in its places. What is put in is
// not looked at again.
function ledgerPhrase(row, places, tongue) {
  const rows = typeof VOCABULARY === 'undefined' ? {} : VOCABULARY;
  const found = rows[row] ?? [row, row];
  const text = tongue === 'ru' ? found[1] : found[0];
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in places ? String(places[name]) : place));
}

// Members by name, in the alphabet of the page.
function namesList(account, ids) {
  const named = ids.map((id) => {
    const name = account.set.members.get(id)?.names?.[account.tongue] ?? id;
    return { id, name, letters: name.toLowerCase().replaceAll('ё', 'е') };
  });
  named.sort((one, other) => byCodePoint(one.letters, other.letters) || byCodePoint(one.id, other.id));
  return named.map(({ name }) => name).join(', ');
}

function headingOf(account, at) {
  const words = account.status.texts[at];
  const adopters = adoptersOf(account.status.consents[at]);
  const cells = words.provisions.flatMap(({ id }) => membersUnder(account, at, id).map(
    (member) => ({ member, consent: account.status.consents[at].get(member)?.get(id) }),
  ));
  const atStage = (stage) => [...new Set(cells.filter(({ member, consent }) => consent?.stage === stage
    && !adopters.includes(member)).map(({ member }) => member))];
  const say = (row, places) => ledgerPhrase(`standing.${row}`, places, account.tongue);
  const [left, replaced] = [atStage('left'), atStage('replaced')];
  const parts = [adoptedByTold(account, at, { adopters, cells, gone: [...left, ...replaced], say })];
  if (left.length > 0) parts.push(say('LEFT_BY', { names: namesList(account, left) }));
  if (replaced.length > 0) parts.push(say('REPLACED_FOR', { names: namesList(account, replaced) }));
  return parts.filter((part) => part !== null).join('; ') || null;
}

// By whom a text is adopted now; null where by all whom it concerns.
function adoptedByTold(account, at, { adopters, cells, gone, say }) {
  const words = account.status.texts[at];
  if (isAdoptedByAll(account, at)) return null;
  if (adopters.length === 0) {
    if (gone.length > 0) return null;
    return say(words.isDraft ? 'BY_NOBODY' : 'PROPOSED', {});
  }
  const names = (ids) => namesList(account, ids);
  const none = concernedAll(words).filter((member) => !adopters.includes(member) && !gone.includes(member));
  if (none.length > 0) return say('BY_SOME', { names: names(adopters), others: names(none) });
  const isWhole = (member) => cells.every((cell) => cell.member !== member || cell.consent === undefined
    || isAdopted(cell.consent));
  const whole = adopters.filter(isWhole);
  const part = adopters.filter((member) => !isWhole(member));
  if (part.length === 0) return say('BY_ALL_OF', { names: names(adopters) });
  if (whole.length === 0) return say('IN_PART_BY', { names: names(adopters) });
  return say('WHOLE_BY', { names: names(whole), others: names(part) });
}
