// What an entry says, read by its kind. A body that does not fit its kind, or has a field
// that this version does not know, is not understood: it moves nothing. What is understood
// keeps its fields, with references taken apart and lists that are absent empty.

const BODY_HASH = /^[0-9a-f]{64}$/;
const BODY_LABEL = /^[a-z][a-z0-9-]{0,31}$/;
const BODY_FIELD = /^[a-z][a-z0-9_]{0,31}$/;
const BODY_LANGUAGE = /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/;
const BODY_PROVISION = /^[a-z0-9][a-z0-9-]{0,15}$/;
const BODY_DEVICE = /^(con|prn|aux|nul|com[1-9]|lpt[1-9])$/;
const BODY_DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const BODY_TIME = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const BODY_THROUGH = ['state', 'state-funded', 'parastate', 'private', 'international', 'on its territory'];
const BODY_BINDING = ['legal', 'political', 'none stated'];
const BODY_MODALITY = [
  'treaty', 'executive agreement', 'code of conduct', 'exchange of letters', 'joint statement',
  'unilateral declaration', 'confidence-building measure', 'working paper',
];
const BODY_TYPES = [
  'basket', 'declare', 'define', 'do', 'may', 'procedure', 'reaffirm', 'refrain', 'saving',
  'scope_in', 'scope_out',
];
const BODY_RELATIONS = ['extends', 'amends', 'replaces', 'corrects', 'ends'];

// Whether an object has this field itself.
export function bodyHas(object, key) {
  return Object.prototype.hasOwnProperty.call(object, key);
}

// The day so many days later; nothing beyond the year 9999.
export function dayPlus(day, days) {
  const [, year, month, date] = BODY_DAY.exec(day).map(Number);
  const moved = new Date(0);
  moved.setUTCFullYear(year, month - 1, date);
  moved.setTime(moved.getTime() + days * 86400000);
  const text = Number.isNaN(moved.getTime()) ? '' : moved.toISOString().slice(0, 10);
  return BODY_DAY.test(text) ? text : null;
}

// ---- Forms: each says whether a value has it.

const bodyIsText = (value) => typeof value === 'string';
const bodyIsObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const bodyMatches = (form) => (value) => bodyIsText(value) && form.test(value);
const bodyOneOf = (...words) => (value) => bodyIsText(value) && words.includes(value);
const bodyIsHash = bodyMatches(BODY_HASH);
const bodyIsLabel = bodyMatches(BODY_LABEL);
const bodyIsMember = (value) => bodyIsLabel(value) && !BODY_DEVICE.test(value);
const bodyIsProvision = (value) => bodyIsText(value) && BODY_PROVISION.test(value) && value !== 'text';
const bodyIsNumber = (value) => Number.isSafeInteger(value) && value >= 0;
const bodyIsPositive = (value) => bodyIsNumber(value) && value > 0;

function bodyIsDay(value) {
  const parts = bodyIsText(value) ? BODY_DAY.exec(value) : null;
  if (parts === null || parts[1] === '0000') return false;
  const date = new Date(0);
  date.setUTCFullYear(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
  return date.toISOString().slice(0, 10) === value;
}

function bodyIsTime(value) {
  const parts = bodyIsText(value) ? BODY_TIME.exec(value) : null;
  return parts !== null && bodyIsDay(parts[1]);
}

const bodyIsMoment = (value) => bodyIsDay(value) || bodyIsTime(value);

function bodyIsReference(value) {
  if (!bodyIsText(value)) return false;
  const at = value.indexOf('#');
  return at < 0 ? bodyIsHash(value) : bodyIsHash(value.slice(0, at)) && bodyIsProvision(value.slice(at + 1));
}

const bodyIsPlace = (value) => bodyIsText(value) && (value.includes('#') ? bodyIsReference(value) : bodyIsProvision(value));

const bodyListOf = (form) => (value) => Array.isArray(value) && value.length > 0 && value.every(form);

function bodySetOf(form) {
  const isList = bodyListOf(form);
  return (value) => isList(value) && value.every((item, at) => at === 0 || value[at - 1] < item);
}

function bodyMapOf(isKey, isValue) {
  return (value) => bodyIsObject(value) && Object.keys(value).length > 0
    && Object.entries(value).every(([key, item]) => isKey.test(key) && isValue(item));
}

const bodyIsWords = bodyMapOf(BODY_LANGUAGE, bodyIsText);
const bodyIsParameters = bodyMapOf(BODY_FIELD, bodyIsText);

// An object with these fields and no other; those behind a `!` must stand.
function bodyFieldsOf(forms, also = () => true) {
  const known = new Map(Object.entries(forms).map(([key, form]) => [key.replace('!', ''), form]));
  const due = Object.keys(forms).filter((key) => key.endsWith('!')).map((key) => key.slice(0, -1));
  return (value) => bodyIsObject(value)
    && due.every((key) => bodyHas(value, key))
    && Object.entries(value).every(([key, item]) => known.has(key) && known.get(key)(item))
    && also(value);
}

const bodyIsDocuments = (value) => bodyListOf(bodyFieldsOf({ 'digest!': bodyIsHash, 'name!': bodyIsText }))(value)
  && value.every((item, at) => at === 0 || value[at - 1].digest < item.digest);
const bodyIsDated = bodyFieldsOf(
  { 'from!': bodyIsDay, to: bodyIsDay, place: bodyIsText },
  (value) => value.to === undefined || value.to > value.from,
);

const bodyIsMembersOrEach = (value) => value === 'each' || bodySetOf(bodyIsMember)(value);
const bodyIsBy = (value) => bodyOneOf('each observer', 'any observer', 'either side', 'both sides')(value)
  || bodySetOf(bodyIsMember)(value);

function bodyIsCondition(value, depth = 3) {
  if (!bodyIsObject(value)) return false;
  const joined = (item) => depth > 1 && bodyListOf((inner) => bodyIsCondition(inner, depth - 1))(item);
  const forms = [
    ['date', { 'date!': bodyIsDay }],
    ['reported', { 'reported!': bodyIsPlace, 'by!': bodyIsBy, same: bodySetOf(bodyMatches(BODY_FIELD)), days: bodyIsNumber }],
    ['adopted', { 'adopted!': bodyIsMembersOrEach }],
    ['in_effect', { 'in_effect!': bodyIsPlace, for: bodyIsMembersOrEach }],
    ['all', { 'all!': joined }],
    ['any', { 'any!': joined }],
  ];
  const found = forms.find(([key]) => bodyHas(value, key));
  return found !== undefined && bodyFieldsOf(found[1])(value);
}

// ---- Provisions.

const BODY_PROVISION_FORMS = {
  'id!': bodyIsProvision, 'type!': bodyOneOf(...BODY_TYPES), 'words!': bodyIsWords, term: bodyIsWords, no: bodyIsText,
  in: bodyIsPlace, uses: bodyListOf(bodyIsPlace), with: bodySetOf(bodyMatches(BODY_FIELD)), held_by: bodySetOf(bodyIsMember),
  alternative_to: bodyIsPlace, bearer: (value) => value === 'author' || bodyIsMembersOrEach(value),
  through: bodyListOf(bodyIsThrough), when: (value) => bodyIsCondition(value), until: (value) => bodyIsCondition(value),
  takes_effect: (value) => bodyIsCondition(value), due: bodyIsDay, applies_from: bodyIsDay, expires: bodyIsDay,
  parts: bodyOneOf('whole', 'baskets', 'provisions'),
  reservations: (value) => bodyOneOf('any', 'none')(value) || bodySetOf(bodyIsProvision)(value),
  reply_hours: bodyIsNumber, suspend_days: bodyIsNumber, withdraw_days: bodyIsNumber,
  counted_from: bodyOneOf('receipt', 'notice'), instrument: bodyIsText, place: bodyIsText, dated: bodyIsDay,
  doc: bodyIsHash, modality: bodyOneOf(...BODY_MODALITY), binding: bodyOneOf(...BODY_BINDING),
};

const BODY_DUTIES = ['do', 'refrain'];
const BODY_PROVISION_TYPES = new Map(Object.entries({
  term: ['define'], with: ['define'], in: BODY_TYPES.filter((type) => type !== 'basket'),
  held_by: ['declare', 'define'], bearer: [...BODY_DUTIES, 'may'], through: BODY_DUTIES, when: BODY_DUTIES,
  until: BODY_DUTIES, due: ['do'], takes_effect: [...BODY_DUTIES, 'procedure'],
  applies_from: [...BODY_DUTIES, 'may', 'procedure'], expires: [...BODY_DUTIES, 'may', 'procedure'],
  parts: ['procedure'], reservations: ['procedure'], reply_hours: ['procedure'],
  suspend_days: ['procedure'], withdraw_days: ['procedure'], counted_from: ['procedure'],
  instrument: ['reaffirm'], place: ['reaffirm'], dated: ['reaffirm'], doc: ['reaffirm'],
  modality: ['basket'], binding: ['basket'],
}));

function bodyIsThrough(value) {
  if (!bodyIsText(value)) return false;
  const at = value.indexOf('/');
  const isActor = at < 0 ? bodyIsLabel(value) : bodyIsMember(value.slice(0, at)) && bodyIsLabel(value.slice(at + 1));
  return isActor || BODY_THROUGH.includes(value);
}

const bodyIsProvisionBody = bodyFieldsOf(BODY_PROVISION_FORMS, (value) => Object.keys(value).every(
  (key) => !BODY_PROVISION_TYPES.has(key) || BODY_PROVISION_TYPES.get(key).includes(value.type),
));

// ---- Bodies.

const BODY_CIRCUMSTANCES = {
  about: bodyListOf(bodyIsReference), dated: bodyIsDated, docs: bodyIsDocuments, rendering: bodyOneOf('abstract'), words: bodyIsWords,
};
const { words: BODY_ANY_WORDS, ...BODY_CIRCUMSTANCES_BESIDE } = BODY_CIRCUMSTANCES;
const BODY_WITH_WORDS = { ...BODY_CIRCUMSTANCES_BESIDE, 'words!': BODY_ANY_WORDS };

const BODY_CONSENT = {
  condition: (value) => bodyIsCondition(value),
  provisional: bodyOneOf('yes'),
  in_return_for: bodyListOf((value) => bodyFieldsOf({ 'entry!': bodyIsReference })(value)
    || bodyFieldsOf({ 'words!': bodyIsWords })(value)),
  qualifications: bodyListOf(bodyFieldsOf({
    'name!': bodyOneOf('reservation', 'understanding', 'limitation'), on: bodySetOf(bodyIsProvision), 'words!': bodyIsWords,
  })),
};

const bodyIsLanguages = (value) => bodyIsWords(value)
  && Object.values(value).every(bodyOneOf('authentic', 'translation'))
  && Object.values(value).includes('authentic');

function bodyIsTextBody(value) {
  const item = bodyIsObject(value) && bodyHas(value, 'doc')
    ? bodyFieldsOf({ 'id!': bodyIsProvision, 'digest!': bodyIsHash })
    : bodyIsProvisionBody;
  return bodyFieldsOf({
    between: bodySetOf(bodyIsMember), binding: bodyOneOf(...BODY_BINDING), ...BODY_CONSENT, dated: bodyIsDated, doc: bodyIsHash,
    docs: bodyIsDocuments, 'languages!': bodyIsLanguages, modality: bodyOneOf(...BODY_MODALITY), original: bodyIsHash,
    'provisions!': bodyListOf(item), ...Object.fromEntries(BODY_RELATIONS.map((name) => [name, bodyIsHash])),
    rendering: bodyOneOf('abstract'), 'standing!': bodyOneOf('draft', 'proposal', 'pledge'), title: bodyIsWords,
    track: bodyOneOf('1', '1.5', '2'),
  }, (text) => {
    const ids = text.provisions.map((provision) => provision.id);
    const carries = Object.keys(BODY_CONSENT).some((key) => bodyHas(text, key));
    return (text.standing === 'pledge' || !carries) && new Set(ids).size === ids.length;
  })(value);
}

const bodyIsMandate = bodyFieldsOf({
  'acts!': bodySetOf(bodyOneOf('adopt', 'answer', 'ask', 'notice', 'pledge', 'propose', 'report', 'statement')),
  doc: bodyIsHash, keys: bodySetOf(bodyIsLabel), until: bodyIsDay,
});
const bodyIsPerson = bodyFieldsOf({ member: bodyIsMember, 'name!': bodyIsText });

const BODY_KINDS = new Map(Object.entries({
  join: () => true,
  key: () => true,
  actor: bodyFieldsOf({
    ...BODY_CIRCUMSTANCES, capacity: bodyOneOf('official', 'official in a personal capacity', 'former official', 'expert'),
    'class!': bodyOneOf('state', 'state-funded', 'parastate', 'private', 'international'), contact: bodyIsText,
    'id!': bodyIsLabel, mandate: bodyIsMandate, 'names!': bodyIsWords, of: bodyIsMember, under: bodyIsLabel,
  }, (body) => body.of === undefined || body.mandate === undefined),
  notice: bodyFieldsOf({
    ...BODY_CIRCUMSTANCES, 'act!': bodyOneOf('withdraw', 'suspend', 'resume', 'revoke'), effective: bodyIsDay,
    'of!': bodyIsReference, only: bodySetOf(bodyIsProvision), qualification: bodyIsPositive,
  }, (body) => (body.act === 'revoke'
    ? body.effective === undefined && body.only === undefined
    : !body.of.includes('#') && body.qualification === undefined)),
  text: bodyIsTextBody,
  adopt: bodyFieldsOf({
    ...BODY_CIRCUMSTANCES, ...BODY_CONSENT, except: bodySetOf(bodyIsProvision), mirrored: bodyOneOf('yes'), only: bodySetOf(bodyIsProvision),
    step: bodyOneOf('initialled', 'to be confirmed', 'final', 'confirmed'), styled: bodyIsText, 'text!': bodyIsHash,
    'words_digest!': bodyIsHash,
  }, (body) => body.only === undefined || body.except === undefined),
  statement: bodyFieldsOf({
    ...BODY_WITH_WORDS, as: bodyOneOf('assurance', 'expectation', 'red line', 'interpretation'), speaker: bodyIsLabel,
  }),
  report: bodyFieldsOf({
    ...BODY_WITH_WORDS, found: bodyOneOf('nothing seen', 'no access'),
    happened: bodyFieldsOf(
      { from: bodyIsMoment, to: bodyIsMoment, after: bodyIsReference, before: bodyIsReference },
      (value) => Object.keys(value).length > 0,
    ),
    of: (value) => bodyIsReference(value) && value.includes('#'), place: bodyIsText, said_by: bodyIsPerson,
    said_to: bodyIsPerson, same_as: bodyListOf(bodyIsReference), source: bodyIsText, with: bodyIsParameters,
  }),
  ask: bodyFieldsOf({
    ...BODY_WITH_WORDS, 'act!': bodyOneOf('proposal', 'clarification', 'consultation', 'concern', 'protest'),
    reply_by: bodyIsMoment, 'to!': bodySetOf(bodyIsMember), with: bodyIsParameters,
  }),
  answer: bodyFieldsOf({
    ...BODY_CIRCUMSTANCES, between_us: bodyOneOf('stands', 'does not stand'),
    contests: bodySetOf(bodyOneOf('what happened', 'who did it', 'what the text covers')), counter: bodyIsReference,
    qualification: bodyIsPositive,
    'stance!': bodyOneOf(
      'will answer', 'accept', 'decline', 'object', 'no objection', 'explain', 'counter', 'received content',
    ),
    'to!': bodyIsReference,
  }, (body) => (body.between_us === undefined || body.stance === 'object')
    && (body.counter !== undefined) === (body.stance === 'counter')),
  envelope: bodyFieldsOf({
    ...BODY_CIRCUMSTANCES, 'commitment!': bodyIsHash, open_by: bodyIsDay, 'slot!': bodyIsNumber, to: bodySetOf(bodyIsMember),
  }),
  open: bodyFieldsOf({ 'content!': bodyIsWords, 'envelope!': bodyIsHash, 'nonce!': bodyIsHash }),
  seen: bodyFieldsOf({}),
}));

// `<hash>` or `<hash>#<id>`, taken apart.
export function referenceOf(text) {
  const [entry, id] = text.split('#');
  return { entry, id: id ?? null };
}

// A provision that is named: of this text (no entry) or of another.
export function placeOf(text) {
  return text.includes('#') ? referenceOf(text) : { entry: null, id: text };
}

// Bodies are read once: they are looked at on every way through a split log.
const bodyRead = new WeakMap();

// What an entry says, or null where it is not understood.
export function bodyOf(entry) {
  let read = bodyRead.get(entry.body);
  if (read === undefined) {
    const fits = BODY_KINDS.has(entry.kind) && BODY_KINDS.get(entry.kind)(entry.body);
    read = fits ? bodyTakenApart(entry.kind, entry.body) : null;
    bodyRead.set(entry.body, read);
  }
  return read;
}

function bodyTakenApart(kind, raw) {
  const read = {
    is: kind,
    raw,
    about: (raw.about ?? []).map(referenceOf),
    qualifications: (raw.qualifications ?? []).map((made) => ({ ...made, on: made.on ?? [] })),
    condition: raw.condition ?? null,
    provisional: raw.provisional === 'yes',
    only: raw.only ?? [],
    except: raw.except ?? [],
  };
  if (kind === 'notice') read.of = referenceOf(raw.of);
  if (kind === 'report') read.of = raw.of === undefined ? null : referenceOf(raw.of);
  if (kind === 'answer') read.to = referenceOf(raw.to);
  if (kind === 'text') {
    read.between = raw.between ?? [];
    read.ids = raw.provisions.map((provision) => provision.id);
    read.relations = BODY_RELATIONS.filter((name) => bodyHas(raw, name)).map((name) => [name, raw[name]]);
  }
  read.references = bodyReferencesOf(kind, raw);
  return read;
}

// The entries that a body names, each once.
function bodyReferencesOf(kind, raw) {
  const named = [...(raw.about ?? [])];
  for (const given of raw.in_return_for ?? []) if (given.entry !== undefined) named.push(given.entry);
  if (kind === 'notice') named.push(raw.of);
  if (kind === 'adopt') named.push(raw.text);
  if (kind === 'text') {
    named.push(...BODY_RELATIONS.filter((name) => bodyHas(raw, name)).map((name) => raw[name]));
    if (raw.doc === undefined) named.push(...raw.provisions.flatMap(bodyPlacesOf).filter((place) => place.includes('#')));
  }
  if (kind === 'report') {
    const bounds = [raw.happened?.after, raw.happened?.before];
    named.push(...[raw.of, ...(raw.same_as ?? []), ...bounds].filter((one) => one !== undefined));
  }
  if (kind === 'answer') named.push(...[raw.to, raw.counter].filter((one) => one !== undefined));
  if (kind === 'open') named.push(raw.envelope);
  return [...new Set(named.map((one) => referenceOf(one).entry))];
}

function bodyPlacesOf(provision) {
  const single = [provision.in, provision.alternative_to].filter((place) => place !== undefined);
  const conditions = [provision.when, provision.until, provision.takes_effect].filter((one) => one !== undefined);
  return [...single, ...(provision.uses ?? []), ...conditions.flatMap(conditionPlaces)];
}

// The conditions in one that hold no others.
export function conditionAtoms(condition) {
  const items = condition.all ?? condition.any;
  return items === undefined ? [condition] : items.flatMap(conditionAtoms);
}

// The provisions that a condition names.
export function conditionPlaces(condition) {
  const named = conditionAtoms(condition).map((atom) => atom.reported ?? atom.in_effect);
  return named.filter((place) => place !== undefined);
}

// Strict JSON: keys ascend, nothing stands between.
export function strictJson(value) {
  if (Array.isArray(value)) return `[${value.map(strictJson).join(',')}]`;
  if (!bodyIsObject(value)) return JSON.stringify(value);
  const pairs = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${strictJson(value[key])}`);
  return `{${pairs.join(',')}}`;
}

// Whether a document's item is a provision.
export function isProvisionValue(value) {
  return bodyIsProvisionBody(value);
}

// A provision in the one spelling that is hashed: whom "in effect" is for is left out where
// it is each.
export function provisionSpelled(value) {
  const spelled = (condition) => {
    if (condition.all !== undefined) return { all: condition.all.map(spelled) };
    if (condition.any !== undefined) return { any: condition.any.map(spelled) };
    const { for: members, ...rest } = condition;
    return members === undefined || members === 'each' ? rest : condition;
  };
  const out = { ...value };
  for (const key of ['when', 'until', 'takes_effect']) if (bodyHas(out, key)) out[key] = spelled(out[key]);
  return out;
}
