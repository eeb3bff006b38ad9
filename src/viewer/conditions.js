import { actsInTurn, actsNaming, membersInRole, recordReceives } from './acts.js';
import { bodyHas, conditionAtoms, dayPlus, placeOf } from './bodies.js';
import { isAdopted } from './consent.js';
import { dayHasCome } from './cut.js';
import { isTakenBack } from './effect.js';
import { concernedAll, concernedBy, holdsWords } from './texts.js';

// Conditions against the record: shown, shown otherwise or not shown, each with the entries
// that carry it. Nothing becomes shown by the absence of an entry.
//
// A scene is what is known while they are looked at: record, texts, consents, the adoptions
// that wait, what is in effect, and for whom it is looked (`whose`). A key is {at, id}: the
// number of a text and the id of a provision.

// What names a member's cell among those that wait or are in effect.
export function cellName(member, key) {
  return `${member} ${key.at} ${key.id}`;
}

function plainFinding(answer) {
  return { answer, by: [], day: null };
}

// Looks at a condition of a provision, in the light of parameters.
export function lookAt(scene, condition, key, parameters) {
  if (condition.date !== undefined) return lookAtDay(scene, condition.date);
  if (condition.adopted !== undefined) return lookAtAdoption(scene, condition.adopted, key);
  if (condition.in_effect !== undefined) return lookAtEffect(scene, condition, key);
  if (condition.reported !== undefined) {
    const of = placeInTexts(scene, condition.reported, key.at);
    return of === null ? plainFinding('not_shown') : lookAtReports(scene, condition, of, parameters);
  }
  const isAll = condition.all !== undefined;
  const items = isAll ? condition.all : condition.any;
  return joinFindings(items.map((item) => lookAt(scene, item, key, parameters)), isAll ? leastOf : mostOf);
}

// The provision that a place names, if its text is in the record.
function placeInTexts(scene, place, here) {
  const { entry, id } = placeOf(place);
  const at = entry === null ? here : scene.texts.findIndex((words) => holdsWords(words, entry));
  return at < 0 ? null : { at, id };
}

function lookAtDay(scene, day) {
  const { cut } = scene.record;
  if (cut.day === null) return { ...plainFinding('not_shown'), day };
  return { ...plainFinding(dayHasCome(cut, day) ? 'shown' : 'shown_otherwise'), day };
}

// Whom `members` means at a provision; `entry` is the text by which a condition names it.
export function membersMeant(scene, members, key, entry = null) {
  if (Array.isArray(members)) return members;
  const words = scene.texts[key.at];
  if (entry !== null) return words.tabled.get(entry)?.concerns ?? [];
  if (scene.whose === null) return concernedAll(words);
  const own = scene.consents[key.at].get(scene.whose)?.get(key.id);
  return concernedBy(words, own?.named ?? null, scene.whose);
}

function lookAtAdoption(scene, members, key) {
  const each = membersMeant(scene, members, key).map((member) => {
    const consent = scene.consents[key.at].get(member)?.get(key.id);
    if (!isAdopted(consent) || scene.waiting.has(cellName(member, key))) return plainFinding('not_shown');
    return { ...plainFinding('shown'), by: consent.since === null ? [] : [consent.since] };
  });
  return joinFindings(each, leastOf);
}

function lookAtEffect(scene, condition, key) {
  const of = placeInTexts(scene, condition.in_effect, key.at);
  if (of === null) return plainFinding('not_shown');
  const { entry } = placeOf(condition.in_effect);
  const each = membersMeant(scene, condition.for ?? 'each', of, entry).map((member) => {
    if (!scene.inEffect.has(cellName(member, of))) return plainFinding('not_shown');
    const since = scene.consents[of.at].get(member)?.get(of.id)?.since ?? null;
    return { ...plainFinding('shown'), by: since === null ? [] : [since] };
  });
  return joinFindings(each, leastOf);
}

// The reports of what a definition describes, by anyone.
export function reportsOf(scene, of) {
  const { record } = scene;
  const words = scene.texts[of.at];
  return actsInTurn(words.entries.flatMap((entry) => actsNaming(record, entry))).filter((act) => {
    if (act.is !== 'report' || act.body.of === null) return false;
    const named = act.body.of;
    return holdsWords(words, named.entry) && named.id === of.id
      && recordReceives(record, act.entry, named.entry) && !isTakenBack(record, act);
  });
}

// What a report gives under a name.
export function reportGives(report, name) {
  const given = report.body.raw.with ?? {};
  return bodyHas(given, name) ? given[name] : undefined;
}

function lookAtReports(scene, { by, same = [], days }, of, parameters) {
  const agrees = (report) => same.every((name) => {
    const value = reportGives(report, name);
    return value !== undefined && bodyHas(parameters, name) && parameters[name] === value;
  });
  const given = reportsOf(scene, of).filter(agrees);
  const ofMember = (member) => {
    const own = given.filter((act) => act.member === member);
    return joinFindings(own.map((act) => lookAtReport(scene, act, days)), bestOf);
  };
  const { record } = scene;
  const isObservers = by === 'each observer' || by === 'any observer';
  const members = Array.isArray(by) ? by : membersInRole(record, isObservers ? 'observer' : 'party');
  const one = by === 'any observer' || by === 'either side';
  return joinFindings(members.map(ofMember), one ? mostOf : leastOf);
}

function lookAtReport(scene, act, days) {
  const { raw } = act.body;
  const by = [act.hash];
  if (raw.found === 'nothing seen') return { answer: 'shown_otherwise', by, day: null };
  if (raw.found === 'no access') return { answer: 'not_shown', by, day: null };
  const moment = raw.happened?.to ?? raw.happened?.from;
  const day = moment === undefined ? null : moment.slice(0, 10);
  const { cut } = scene.record;
  // A moment that has not come is nothing that was.
  if (day !== null && cut.day !== null && !dayHasCome(cut, day)) return { answer: 'not_shown', by, day: null };
  if (days === undefined) return { answer: 'shown', by, day };
  const end = day === null ? null : dayPlus(day, days);
  return end === null ? { answer: 'not_shown', by, day: null } : { ...lookAtDay(scene, end), by };
}

// The values for which a condition can be looked at: those that reports of the definitions
// it names give for the names that must agree.
export function occasionsOf(scene, condition, key) {
  const found = new Map();
  for (const { reported, same = [] } of conditionAtoms(condition)) {
    const of = reported === undefined ? null : placeInTexts(scene, reported, key.at);
    for (const report of of === null ? [] : reportsOf(scene, of)) {
      const pairs = same.map((name) => [name, reportGives(report, name)]);
      if (pairs.every(([, value]) => value !== undefined)) found.set(JSON.stringify(pairs), pairs);
    }
  }
  return [...found.values()].sort(comparePairs).map((pairs) => Object.fromEntries(pairs));
}

// Texts by their code points.
export function byCodePoint(one, other) {
  const [first, second] = [Array.from(one), Array.from(other)];
  for (let at = 0; at < first.length && at < second.length; at += 1) {
    const apart = first[at].codePointAt(0) - second[at].codePointAt(0);
    if (apart !== 0) return apart;
  }
  return first.length - second.length;
}

function comparePairs(one, other) {
  for (let at = 0; at < one.length && at < other.length; at += 1) {
    const apart = byCodePoint(one[at][0], other[at][0]) || byCodePoint(one[at][1], other[at][1]);
    if (apart !== 0) return apart;
  }
  return one.length - other.length;
}

// All of several: otherwise if one is otherwise, shown if each is shown.
function leastOf(one, other) {
  const both = [one, other];
  return ['shown_otherwise', 'not_shown', 'shown'].find((answer) => both.includes(answer));
}

// One of several: shown if one is shown, otherwise if each is otherwise.
function mostOf(one, other) {
  const both = [one, other];
  return ['shown', 'not_shown', 'shown_otherwise'].find((answer) => both.includes(answer));
}

// What several reports of one member say together: one that says nothing takes nothing away.
function bestOf(one, other) {
  const both = [one, other];
  return ['shown', 'shown_otherwise', 'not_shown'].find((answer) => both.includes(answer));
}

// Of no findings nothing is shown. The entries are those of the findings that gave the
// answer; where one is enough it is so from the first of their days, else from the last.
function joinFindings(findings, pick) {
  if (findings.length === 0) return plainFinding('not_shown');
  const answer = findings.map((finding) => finding.answer).reduce(pick);
  const carried = findings.filter((finding) => finding.answer === answer);
  const by = [...new Set(carried.flatMap((finding) => finding.by))];
  const days = carried.map((finding) => finding.day).filter((day) => day !== null).sort();
  const day = pick('shown', 'not_shown') === 'shown' ? days[0] : days[days.length - 1];
  return { answer, by, day: day ?? null };
}
