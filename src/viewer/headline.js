// What the check found, in words: the headline with its seal, what was computed, log by
// log, what no file can show, and the words of the ledger to compare.

import { FINDING_VERDICTS, verdictOf } from './findings.js';
import { t, plural, phrase, tongue } from './words.js';
import { h, svg, hex, marked, saidIn } from './dom.js';

/** The headline state of a report: the worst of what was found, or what the reader knows of it. */
export function headlineState(report, { compared, older }) {
  const found = verdictOf((report.findings ?? []).filter((one) => one.code !== 'not_pinned'));
  const verdicts = [found, ...report.logs.map((one) => one.verdict)].map((one) => FINDING_VERDICTS.indexOf(one));
  const worst = Math.max(...verdicts);
  if (worst > 0) return FINDING_VERDICTS[worst];
  if (older) return 'older';
  return compared ? 'compared' : 'whole';
}

// The seal: a ring of strokes as on a stamped paper, and a mark within that says the
// state by its form, not by its colour.
const HEADLINE_MARKS = {
  checking: 'M24 15v9l6 4', whole: 'M16 24.5l5.5 5.5L32.5 18.5', compared: 'M13 24.5l5 5L27 20M23 29.5l1 1L34.5 19.5',
  older: 'M30 18l-6 6 6 6M23 18l-6 6 6 6', incomplete: 'M16 24h3m3.5 0h3m3.5 0h3', damaged: 'M18 18l12 12M30 18L18 30',
  contradicted: 'M24 34v-8l-7-10M24 26l7-10', uncheckable: 'M20 20a4 4 0 1 1 5.5 3.8c-1.2.5-1.5 1.2-1.5 2.7M24 31v.5',
};

/** The drawn seal of a state. */
export function sealOf(state) {
  const strokes = Array.from({ length: 40 }, (_, at) => {
    const [angle, inner] = [(at / 40) * 2 * Math.PI, at % 2 === 0 ? 20.2 : 21];
    const end = (r) => `${(24 + Math.cos(angle) * r).toFixed(2)} ${(24 + Math.sin(angle) * r).toFixed(2)}`;
    return `M${end(inner)}L${end(23)}`;
  });
  return svg('svg', { class: `seal ${state}`, viewBox: '0 0 48 48', focusable: 'false', 'aria-hidden': 'true' },
    svg('path', { class: 'ring', d: strokes.join('') }),
    svg('circle', { class: 'disc', cx: 24, cy: 24, r: 17.5 }),
    svg('path', { class: 'mark', d: HEADLINE_MARKS[state] }));
}

/** Puts a state into the headline. */
export function setHeadline(state, codes, about) {
  const headline = document.getElementById('headline');
  headline.dataset.state = state;
  headline.dataset.codes = codes.join(',');
  headline.textContent = t(`state.${state}`);
  document.getElementById('headline-about').replaceChildren(...[about ?? t(`about.${state}`)].flat(Infinity));
  document.getElementById('seal').replaceChildren(sealOf(state));
}

/** A bar while signatures are checked: `set(done, total)`. */
export function progressBar() {
  const bar = h('progress', { max: 1, value: 0, 'aria-label': t('progress') });
  const words = h('span', { class: 'note' });
  document.getElementById('progress').replaceChildren(h('div', { class: 'progress' }, bar, words));
  return (done, total) => {
    bar.max = Math.max(1, total);
    bar.value = done;
    words.textContent = t('progress.of', { done: done.toLocaleString(), total: total.toLocaleString() });
  };
}

const headlineTick = (path) => svg('svg', { class: 'tick', viewBox: '0 0 20 20', 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d: path }));
const TICK_DONE = 'M4.5 10.5l4 4 7-8.5';
const TICK_OPEN = 'M4 10h3m2 0h3m2 0h3';

function checksList(report) {
  const { signatures, entries, links } = report.checked;
  const done = [plural('checked.signatures', signatures), plural('checked.entries', entries), plural('checked.links', links), t('checked.seals')];
  return [
    h('h3', {}, t('checked.title')),
    h('ul', { class: 'checks' }, done.map((line) => h('li', {}, headlineTick(TICK_DONE), h('span', {}, line)))),
    h('p', { class: 'note' }, t('checked.time')),
    h('h3', {}, t('cannot.title')),
    h('ul', { class: 'checks cannot' }, ['unwritten', 'newer', 'words', 'page'].map((one) => h('li', {}, headlineTick(TICK_OPEN), h('span', {}, t(`cannot.${one}`))))),
  ];
}

const codeWords = (code) => t(`code.${code}`).replace(/^\[code\.(.*)\]$/, '$1');

// Findings of one code together, with the first places.
function findingsList(findings) {
  const kinds = new Map();
  for (const one of findings) kinds.set(one.code, [...(kinds.get(one.code) ?? []), one]);
  return h('ul', { class: 'findings' }, [...kinds].map(([code, all]) => h('li', {}, h('span', {}, codeWords(code)), ' ', h('code', { class: 'code', dir: 'ltr' }, code),
    all.slice(0, 5).map((one) => h('span', { class: 'where' }, marked(one.where ?? ''), one.reason && [' ', codeWords(one.reason)])),
    all.length > 5 && h('span', { class: 'note' }, t('finding.more', { n: all.length - 5 })))));
}

function ownFindings(report, log) {
  return report.findings.filter((one) => !one.copy && (one.log === log || (one.log === undefined && headlineIsOf(one.where, log))));
}

function headlineIsOf(where, log) {
  const place = String(where);
  return place.startsWith(`${log}/`) || place === log || place.startsWith(`logs/${log}/`);
}

// The logs of a record of which nothing was checked.
function unchecked({ logs }) {
  return { logs: [...logs.values()].map(({ log, size, sealed }) => ({ log, size, sealed, verdict: 'unchecked' })), findings: [] };
}

function logsList(account, report) {
  const order = new Intl.Collator(tongue).compare;
  const name = (log) => account.nameTag(log).textContent;
  const rows = report.logs.slice().sort((a, b) => order(name(a.log), name(b.log)) || order(a.log, b.log)).map((one) => {
    const { verdict } = one;
    const own = ownFindings(report, one.log);
    return h('li', { 'data-log': one.log, 'data-verdict': verdict },
      h('p', { class: 'log-head' }, account.nameTag(one.log),
        h('span', { class: `verdict-word ${verdict}` }, t(`verdict.${verdict}`)),
        h('span', { class: 'note' }, t('logs.entries', { n: plural('facts.entries', one.size ?? 0), sealed: one.sealed ?? 0 }))),
      own.length > 0 && findingsList(own));
  });
  const placed = new Set(report.logs.flatMap((one) => ownFindings(report, one.log)));
  const rest = report.findings.filter((one) => !placed.has(one) && one.code !== 'not_pinned');
  return [h('h3', {}, t('logs.title')), h('ul', { id: 'logs', class: 'logs' }, rows,
    rest.length > 0 && h('li', { class: 'of-copy' }, h('p', { class: 'log-head' }, t('finding.copy')), findingsList(rest)))];
}

/** The words of the ledger in words and digits, with the reader's own tick. */
export function fingerprintBox(account, compared, onCompared) {
  const { fingerprint, charter, members } = account.record;
  const words = fingerprint?.words ?? [];
  const digits = [].concat(fingerprint?.digits ?? []);
  const tick = h('input', { type: 'checkbox', id: 'compared', checked: compared || null, onchange: (event) => onCompared(event.target.checked) });
  return [
    h('h3', {}, t('keys.title')),
    h('div', { id: 'fingerprint', class: 'fingerprint' },
      h('ol', { class: 'key-words', dir: 'ltr', translate: 'no', lang: 'en' }, words.map((word) => h('li', {}, word))),
      h('p', { class: 'digits' }, h('span', { class: 'label' }, t('keys.or')), ' ', h('span', { dir: 'ltr', class: 'number-groups', translate: 'no' }, digits.map((group) => [h('span', {}, group), ' '])))),
    h('label', { class: 'tell', for: 'compared' }, tick, h('span', {}, t('keys.compared'))),
    h('p', { class: 'note' }, t('keys.about')),
    h('details', { class: 'members' }, h('summary', {}, t('keys.members')), membersList(account, members)),
    charter?.purpose && h('div', { class: 'purpose' }, h('p', { class: 'label' }, t('keys.purpose')), saidIn(charter.purpose)),
  ];
}

function membersList(account, members) {
  return h('ul', { class: 'plain members-list' }, members.map((member) => h('li', {},
    h('p', {}, account.nameTag(member.name), ' ', h('span', { class: 'note' }, t(`role.${member.role}`).replace(/^\[.*\]$/, member.role))),
    (member.keys ?? []).map((key) => h('p', { class: 'key-line' }, marked(key.label ?? ''), ' ', hex(key.key ?? key))))));
}

/** The body of the panel. */
export function drawVerdict(account, report, { compared, onCompared }) {
  document.getElementById('verdict-body').replaceChildren(
    h('div', {}, report ? checksList(report) : h('p', { class: 'note' }, t('about.uncheckable')), logsList(account, report ?? unchecked(account.record))),
    h('div', { class: 'keys' }, fingerprintBox(account, compared, onCompared)));
}


/** A sentence about sizes seen here before. */
export function olderWords(grown) {
  return phrase('about.older', { what: grown.map(([log, size]) => `${log} ${size}`).join(', ') });
}
