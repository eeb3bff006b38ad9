// Codes, verdicts, and the order in which findings stand: docs/SPEC.md section 12.

/** Every code, in the order of the ranks. */
export const FINDING_CODES = [
  'size', 'note_form', 'first_line', 'json_form', 'character', 'field',
  'key_form', 'key_unknown', 'signature', 'signers', 'threshold',
  'other_ledger', 'other_log', 'number', 'prev', 'root', 'keys_pointer', 'receipt_order',
  'key_set', 'possession', 'join_form', 'volume_proof',
  'receipt_seal', 'same_key_twice', 'head_absent',
  'checkpoint_form', 'checkpoint_signature', 'tile', 'bundle', 'bytes_absent', 'unsealed',
  'split', 'fork', 'bad_entry',
  'charter_form', 'not_pinned', 'older_than_pins', 'odd_file', 'digest', 'excerpt_lacks',
  'page_unknown', 'page_data', 'page_other',
];

const FINDING_PLACES = new Map(FINDING_CODES.map((code, at) => [code, at]));

/** The verdicts, the worst last. */
export const FINDING_VERDICTS = ['whole', 'incomplete', 'damaged', 'contradicted'];

const FINDING_INCOMPLETE = ['head_absent', 'bytes_absent', 'unsealed', 'not_pinned', 'older_than_pins', 'page_unknown'];
const FINDING_CONTRADICTED = ['receipt_seal', 'split', 'fork', 'bad_entry'];

function weightOf(code) {
  if (code === 'same_key_twice' || code === 'page_other') return 0;
  if (FINDING_INCOMPLETE.includes(code)) return 1;
  return FINDING_CONTRADICTED.includes(code) ? 3 : 2;
}

/** A finding about the copy, or about a log. `detail` tells two at one place apart. */
export function findingOf(log, code, where, detail = '') {
  return { code, where, log, reason: undefined, detail };
}

function compareTexts(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareFindings(a, b) {
  return (
    weightOf(b.code) - weightOf(a.code) ||
    compareTexts(a.log ?? '', b.log ?? '') ||
    FINDING_PLACES.get(a.code) - FINDING_PLACES.get(b.code) ||
    (FINDING_PLACES.get(a.reason) ?? -1) - (FINDING_PLACES.get(b.reason) ?? -1) ||
    compareTexts(a.where, b.where) ||
    compareTexts(a.detail, b.detail)
  );
}

/** The findings in their order, each once. */
export function sortedFindings(findings) {
  const sorted = [...findings].sort(compareFindings);
  return sorted.filter((one, at) => at === 0 || compareFindings(sorted[at - 1], one) !== 0);
}

/** The worst verdict of some findings. */
export function verdictOf(findings) {
  return FINDING_VERDICTS[Math.max(0, ...findings.map((one) => weightOf(one.code)))];
}

/** A finding as it stands in a report. */
export function reportedFinding({ code, where, log, reason }) {
  const out = log === null ? { code, where, copy: true } : { code, where, log };
  if (reason !== undefined) out.reason = reason;
  return out;
}
