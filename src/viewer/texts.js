import { digestOf, digestOfText } from './digest.js';
import { isProvisionValue, placeOf, provisionSpelled, strictJson } from './bodies.js';
import { membersInRole } from './acts.js';

// Texts by their words: the same words are one text, whoever tables them and in however
// many entries.

const BESIDE_WORDS = ['standing', 'condition', 'in_return_for', 'provisional', 'qualifications', 'doc'];
const LARGEST_DOCUMENT = 4 << 20;

// Provisions and digests of bodies, once they are known.
const textProvisions = new WeakMap();
const textDigests = new WeakMap();

// The provisions of a text, from its document where they stand in one; null where that is
// not held.
export function provisionsOf(record, body) {
  if (body.raw.doc === undefined) return body.raw.provisions;
  if (!textProvisions.has(body)) textProvisions.set(body, provisionsInDocument(record.set.documents, body.raw));
  return textProvisions.get(body);
}

function provisionsInDocument(documents, raw) {
  const bytes = documents.get(raw.doc);
  if (bytes === undefined || bytes.length > LARGEST_DOCUMENT || digestOf(bytes) !== raw.doc) return null;
  let items = null;
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    items = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(items) || strictJson(items) !== text || !items.every(isProvisionValue)) return null;
  const agrees = (item, at) => item.id === raw.provisions[at]?.id
    && digestOfText(strictJson(provisionSpelled(item))) === raw.provisions[at].digest;
  return items.length === raw.provisions.length && items.every(agrees) ? items : null;
}

// The digest of the words that an act tables, pledges or adopts; null where it does neither
// or its document is not held.
export function wordsDigest(record, act) {
  if (act.is === 'adopt') return act.body.raw.words_digest;
  if (act.is !== 'text') return null;
  const known = textDigests.get(act.body);
  if (known !== undefined) return known;
  const provisions = provisionsOf(record, act.body);
  if (provisions === null) return null;
  const words = { ...act.body.raw, provisions: provisions.map(provisionSpelled) };
  for (const key of BESIDE_WORDS) delete words[key];
  const digest = digestOfText(strictJson(words));
  textDigests.set(act.body, digest);
  return digest;
}

// How a text is adopted, takes effect, is asked about and left. Where two provisions set
// one field, the first counts.
export function procedureOf(provisions) {
  const procedures = provisions.filter((provision) => provision.type === 'procedure');
  const first = (field) => procedures.find((provision) => provision[field] !== undefined);
  const set = (field) => {
    const by = first(field);
    return by === undefined ? null : { value: by[field], id: by.id };
  };
  return {
    parts: first('parts')?.parts ?? 'whole',
    reservations: first('reservations')?.reservations ?? 'any',
    takes_effect: set('takes_effect'),
    reply_hours: set('reply_hours'),
    suspend_days: set('suspend_days'),
    withdraw_days: set('withdraw_days'),
    counted_from: first('counted_from')?.counted_from ?? 'notice',
    applies_from: first('applies_from')?.applies_from ?? null,
    expires: first('expires')?.expires ?? null,
  };
}

// The basket of this text in which a provision lies.
export function basketOf(provision) {
  if (provision?.in === undefined) return null;
  const place = placeOf(provision.in);
  return place.entry === null ? place.id : null;
}

// The provisions that an adoption of some parts reaches. What lies in no basket and commits
// nobody goes with every part.
export function adoptedScope(provisions, only, except) {
  const reached = new Set();
  for (const provision of provisions) {
    const basket = basketOf(provision);
    const isIn = (list) => list.includes(provision.id) || (basket !== null && list.includes(basket));
    const goesAlong = provision.in === undefined && !['do', 'refrain', 'basket'].includes(provision.type);
    if (!isIn(except) && (only.length === 0 || goesAlong || isIn(only))) reached.add(provision.id);
  }
  return reached;
}

// Provisions of which a text holds two wordings.
export function unsettledIn(provisions) {
  const found = new Set();
  for (const provision of provisions) {
    const other = provision.alternative_to === undefined ? null : placeOf(provision.alternative_to);
    if (other !== null && other.entry === null) found.add(provision.id).add(other.id);
  }
  return found;
}

// Every text of a record, in the order of its first entry.
export function textsOf(record) {
  const found = [];
  const known = new Map();
  const sides = membersInRole(record, 'party');
  for (const act of record.acts) {
    if (!act.stands || act.is !== 'text') continue;
    const digest = wordsDigest(record, act);
    if (digest === null) continue;
    let words = known.get(digest);
    if (words === undefined) {
      words = newWords(record, act, digest);
      known.set(digest, words);
      found.push(words);
    }
    addEntry(words, act, sides);
  }
  for (const words of found) {
    if (words.between.length === 0 && (words.isProposed || words.pledged.size === 0)) words.between = sides;
  }
  return found;
}

function newWords(record, act, digest) {
  const provisions = provisionsOf(record, act.body);
  return {
    digest,
    entries: [],
    body: act.body,
    provisions,
    byId: new Map(provisions.map((provision) => [provision.id, provision])),
    procedure: procedureOf(provisions),
    unsettled: unsettledIn(provisions),
    isDraft: true,
    isProposed: false,
    between: act.body.between,
    tabled: new Map(),
    pledged: new Set(),
  };
}

function addEntry(words, act, sides) {
  const { standing } = act.body.raw;
  let concerns = act.body.between;
  if (concerns.length === 0) concerns = standing === 'pledge' ? [act.member] : sides;
  words.entries.push(act.hash);
  words.tabled.set(act.hash, { author: act.member, concerns });
  words.isDraft &&= standing === 'draft';
  words.isProposed ||= standing === 'proposal';
  if (standing === 'pledge') words.pledged.add(act.member);
}

// Whether an entry holds these words.
export function holdsWords(words, entry) {
  return words.tabled.has(entry);
}

// Whom the entry that a member's act names concerns; where the text is between nobody by
// name, that member is one of them.
export function concernedBy(words, entry, member) {
  const named = words.body.between;
  const tabled = entry === null ? undefined : words.tabled.get(entry);
  const concerns = new Set(tabled === undefined ? named : tabled.concerns);
  if (named.length === 0) concerns.add(member);
  return [...concerns].sort();
}

// Whose adoption makes a text joint, over all entries that hold it.
export function concernedAll(words) {
  return words.between.length === 0 ? [...words.pledged].sort() : words.between;
}
