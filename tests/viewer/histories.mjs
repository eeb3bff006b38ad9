// Random histories without Rust's tests: `node histories.mjs PROGRAM FIRST COUNT` writes
// signed snapshots, asks the program what they amount to at several cuts, and puts a line
// for each on stdout, as compare.mjs reads them. Keys are made from numbers and nobody's.

import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bodyOf, provisionSpelled, strictJson } from '../../src/viewer/bodies.js';
import { digestRoot } from '../../src/viewer/digest.js';

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const hex = (bytes) => bytes.toString('hex');
const words = (text) => ({ en: text });

// ---- Dice.

function diceOf(seed) {
  let state = (Math.imul(seed + 1, 0x9e3779b9) ^ 0x5bd1e995) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return (x ^ (x >>> 14)) >>> 0;
  };
  const roll = (sides) => next() % sides;
  const chance = (percent) => roll(100) < percent;
  const pick = (from) => from[roll(from.length)];
  const some = (from) => {
    const out = from.filter(() => chance(50));
    return (out.length === 0 ? [pick(from)] : out).sort();
  };
  const day = () => new Date(Date.UTC(2027, 0, 1 + 10 * roll(10))).toISOString().slice(0, 10);
  return { roll, chance, pick, some, day };
}

// ---- Keys, notes, seals.

function keyOf(name) {
  const seed = sha256('a key of no one: ', name);
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const open = Buffer.from(createPublicKey(secret).export({ format: 'jwk' }).x, 'base64url');
  return { secret, open };
}

function signedLine(name, key, text) {
  const id = sha256(name, Buffer.of(10, 1), key.open).subarray(0, 4);
  return Buffer.concat([id, sign(null, Buffer.from(text), key.secret)]).toString('base64');
}

class Ledger {
  constructor(roles) {
    this.keys = new Map();
    this.logs = new Map();
    const members = roles.map(([id, role, labels, more]) => ({
      id, keys: labels.map((label) => ({ key: hex(this.key(`${id}/${label}`).open), label, suite: 'ed25519' })),
      log_key: hex(this.key(`${id} log`).open), recovery: hex(sha256(this.key(`${id} recovery`).open)), role,
      threshold: 1, ...(more === null ? {} : { more_pens: more }),
    }));
    const value = {
      format: 'countersign/v1', languages: ['en'], members, nonce: '5'.repeat(64), rules: 1,
      terms: words('Terms'), title: words('Title'),
    };
    this.charter = Buffer.from(`${strictJson(value)}\n`);
    this.id = hex(sha256(this.charter));
    this.labels = new Map(roles.map(([id, , labels]) => [id, labels]));
    for (const [id] of roles) this.logs.set(id, { notes: [], leaves: [], entries: [], seen: {} });
    for (const [id, , labels] of roles) this.add(id, 'join', {}, { signers: labels.slice(0, 1) });
  }

  key(name) {
    if (!this.keys.has(name)) this.keys.set(name, keyOf(name));
    return this.keys.get(name);
  }

  add(id, kind, body, { said, seen = {}, signers } = {}, log = this.logs.get(id)) {
    const seq = log.notes.length;
    const value = { author: id, body, kind, ledger: this.id, seq, signers: signers ?? this.labels.get(id).slice(0, 1) };
    if (seq > 0) Object.assign(value, { prev: log.leaves.at(-1), root: digestRoot(log.leaves, seq, new Map()) });
    if (said !== undefined) value.said = said;
    if (Object.keys(seen).length > 0) value.seen = seen;
    const text = `countersign/v1 entry\n${strictJson(value)}\n`;
    const names = value.signers.map((label) => `${id}/${label}`);
    const lines = names.map((name) => `— ${name} ${signedLine(name, this.key(name), text)}\n`);
    const note = Buffer.from(`${text}\n${lines.join('')}`);
    const hash = hex(sha256(Buffer.of(0), note));
    log.notes.push(note);
    log.leaves.push(hash);
    const entry = { ...value, hash, seen };
    log.entries.push(entry);
    for (const [of, head] of Object.entries(seen)) log.seen[of] = head.size;
    return entry;
  }

  head(id, log, size) {
    const root = digestRoot(log.leaves, size, new Map());
    const origin = `countersign/${this.id}/${id}`;
    const text = `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`;
    const seal = signedLine(origin, this.key(`${id} log`), text);
    return { head: { root, seal, size }, note: `${text}\n— ${origin} ${seal}\n` };
  }

  write(folder, place, id, log) {
    const size = log.notes.length;
    const put = (path, bytes) => {
      mkdirSync(dirname(join(folder, place, path)), { recursive: true });
      writeFileSync(join(folder, place, path), bytes);
    };
    const framed = log.notes.flatMap((note) => [Buffer.of(note.length >> 8, note.length & 255), note]);
    put('checkpoint', this.head(id, log, size).note);
    put(`tile/entries/000.p/${size}`, Buffer.concat(framed));
    put(`tile/0/000.p/${size}`, Buffer.concat(log.leaves.map((leaf) => Buffer.from(leaf, 'hex'))));
  }
}

// ---- Histories.

const CASTS = [
  [['athens', 'party'], ['bern', 'party']],
  [['athens', 'party'], ['bern', 'party'], ['cairo', 'observer']],
  [['athens', 'party'], ['bern', 'drafter'], ['cairo', 'party']],
  [['athens', 'party'], ['bern', 'observer'], ['cairo', 'party'], ['delhi', 'party']],
];

class Maker {
  constructor(number) {
    this.dice = diceOf(number);
    const { dice } = this;
    const cast = dice.pick(CASTS);
    this.ledger = new Ledger(cast.map(([id, role]) => {
      const labels = dice.chance(25) ? ['main', 'mid'] : ['main'];
      return [id, role, labels, labels.length === 2 && dice.chance(60) ? { adopt: 2, pledge: 2 } : null];
    }));
    this.ids = cast.map(([id]) => id);
    this.texts = [];
    this.others = [];
    this.envelopes = [];
    this.docs = {};
    this.text(dice.pick(this.ids));
    for (let left = 6 + dice.roll(36); left > 0; left -= 1) this.step();
  }

  push(id, kind, body) {
    const { dice, ledger } = this;
    const seen = {};
    for (const of of this.ids.filter((other) => other !== id)) {
      const log = ledger.logs.get(of);
      const size = dice.chance(80) ? log.notes.length : 1 + dice.roll(log.notes.length);
      if (dice.chance(75) && size > (ledger.logs.get(id).seen[of] ?? 0)) seen[of] = ledger.head(of, log, size).head;
    }
    const said = dice.chance(60) ? `${dice.day()}T00:00:00Z` : undefined;
    const labels = ledger.labels.get(id);
    const entry = ledger.add(id, kind, body, { said, seen, signers: dice.chance(75) ? labels : [dice.pick(labels)] });
    const fits = bodyOf(entry) !== null;
    if (kind === 'text' && fits) this.texts.push(entry);
    else if (fits) this.others.push(entry);
    return entry;
  }

  step() {
    const { dice } = this;
    const id = dice.pick(this.ids);
    const kinds = { text: 16, adopt: 28, notice: 12, revoke: 11, ask: 6, answer: 10, report: 8, state: 3, envelope: 3, open: 3, actor: 3, odd: 8 };
    let at = dice.roll(Object.values(kinds).reduce((one, other) => one + other));
    for (const [kind, share] of Object.entries(kinds)) {
      at -= share;
      if (at < 0) return this[kind](id);
    }
    return null;
  }

  any() {
    const { dice } = this;
    return this.others.length === 0 || dice.chance(40) ? dice.pick(this.texts) : dice.pick(this.others);
  }

  members() { return this.dice.some(this.ids); }

  place(id) {
    return this.dice.chance(30) && this.texts.length > 0 ? `${this.dice.pick(this.texts).hash}#${id}` : id;
  }

  condition(depth) {
    const { dice } = this;
    const roll = dice.roll(depth > 0 ? 12 : 9);
    if (roll < 2) return { date: dice.day() };
    if (roll < 5) return { adopted: dice.chance(70) ? 'each' : this.members() };
    if (roll < 7) {
      const meant = [{}, { for: 'each' }, { for: this.members() }][dice.roll(3)];
      return { in_effect: this.place(dice.pick(['c1', 'c2', 'c3'])), ...meant };
    }
    if (roll < 9) {
      const by = dice.pick(['each observer', 'any observer', 'either side', 'both sides', this.members()]);
      const days = dice.pick([{}, { days: 0 }, { days: 30 }]);
      return { reported: this.place('d1'), by, ...days, ...(dice.chance(30) ? { same: ['e'] } : {}) };
    }
    const items = [...Array(1 + dice.roll(2))].map(() => this.condition(depth - 1));
    return roll === 9 ? { all: items } : { any: items };
  }

  dates() {
    const { dice } = this;
    return Object.fromEntries(['applies_from', 'expires'].filter(() => dice.chance(10)).map((key) => [key, dice.day()]));
  }

  provisions() {
    const { dice } = this;
    const item = (id, type, more = {}) => ({ id, type, words: words(id), ...more });
    const all = [];
    if (dice.chance(70)) {
      const p = { ...this.dates() };
      if (dice.chance(50)) p.takes_effect = this.condition(1);
      if (dice.chance(70)) p.parts = dice.pick(['whole', 'baskets', 'provisions', 'provisions']);
      if (dice.chance(40)) p.reservations = dice.pick(['any', 'none', ['c1']]);
      for (const key of ['withdraw_days', 'suspend_days', 'reply_hours']) if (dice.chance(30)) p[key] = dice.pick([0, 10, 40]);
      if (dice.chance(50)) p.counted_from = dice.pick(['receipt', 'notice']);
      all.push(item('p1', 'procedure', p));
    }
    if (dice.chance(70)) all.push(item('d1', 'define', { with: ['e'] }));
    const baskets = dice.chance(60);
    if (baskets) all.push(item('b1', 'basket'), item('b2', 'basket'));
    for (const id of ['c1', 'c2', 'c3'].slice(0, 1 + dice.roll(3))) {
      const c = { ...this.dates() };
      if (baskets && dice.chance(80)) c.in = dice.pick(['b1', 'b2']);
      const bearer = [['author'], [this.members()], ['each'], [], [], []][dice.roll(6)][0];
      if (bearer !== undefined) c.bearer = bearer;
      for (const key of ['when', 'until', 'takes_effect']) if (dice.chance(20)) c[key] = this.condition(1);
      if (id !== 'c1' && dice.chance(7)) c.alternative_to = 'c1';
      all.push(item(id, dice.pick(['do', 'refrain']), c));
    }
    if (dice.chance(40)) all.push(item('g1', 'saving'));
    return all;
  }

  consent() {
    const { dice } = this;
    const out = {};
    if (dice.chance(15)) out.condition = this.condition(1);
    if (dice.chance(15)) out.provisional = 'yes';
    if (dice.chance(30)) {
      out.qualifications = [...Array(1 + dice.roll(3))].map(() => {
        const on = dice.pick([null, null, ['c1'], ['c1'], ['c1', 'c2'], ['x9']]);
        const name = dice.pick(['reservation', 'understanding', 'limitation']);
        return { name, words: words('Except at night.'), ...(on === null ? {} : { on }) };
      });
    }
    return out;
  }

  text(id) {
    const { dice } = this;
    const standing = dice.pick(['draft', 'proposal', 'proposal', 'pledge']);
    let body = { languages: { en: 'authentic' }, ...this.inDocument(this.provisions()) };
    if (dice.chance(25) && this.texts.length > 0) {
      body = Object.fromEntries(Object.entries(dice.pick(this.texts).body)
        .filter(([key]) => !['standing', 'condition', 'provisional', 'qualifications'].includes(key)));
    } else {
      if (dice.chance(30)) body.between = this.members();
      if (dice.chance(30)) body.title = words('A title');
      for (const name of ['extends', 'amends', 'replaces', 'corrects', 'ends']) {
        if (dice.chance(14) && this.texts.length > 0) body[name] = dice.pick(this.texts).hash;
      }
    }
    return this.push(id, 'text', { ...body, standing, ...(standing === 'pledge' ? this.consent() : {}) });
  }

  // Some texts stand in a document beside the entry.
  inDocument(provisions) {
    if (!this.dice.chance(15)) return { provisions };
    const spelled = provisions.map(provisionSpelled);
    const document = strictJson(spelled);
    const doc = hex(sha256(document));
    this.docs[doc] = document;
    return { doc, provisions: spelled.map((one) => ({ digest: hex(sha256(strictJson(one))), id: one.id })) };
  }

  digest({ standing, condition, provisional, qualifications, doc, ...rest }) {
    const provisions = doc === undefined ? rest.provisions : JSON.parse(this.docs[doc] ?? '[]');
    return hex(sha256(strictJson({ ...rest, provisions: provisions.map(provisionSpelled) })));
  }

  parts(of) {
    const { dice } = this;
    const all = (of.body.provisions ?? []).map((provision) => provision.id);
    const baskets = all.filter((id) => id.startsWith('b'));
    const ids = dice.some(dice.pick([['b1', 'b2', 'c1', 'c2', 'c3'], all, baskets].filter((some) => some.length > 0)));
    return dice.pick([{}, {}, {}, {}, {}, {}, { only: ids }, { except: ids }]);
  }

  adopt(id) {
    const { dice } = this;
    const text = dice.chance(3) ? this.any() : dice.pick(this.texts);
    const digest = text.kind === 'text' && dice.chance(96) ? this.digest(text.body) : '0'.repeat(64);
    const body = { text: text.hash, words_digest: digest, ...this.parts(text), ...this.consent() };
    if (dice.chance(40)) body.step = dice.pick(['initialled', 'to be confirmed', 'final', 'confirmed', 'confirmed']);
    if (dice.chance(15)) body.mirrored = 'yes';
    return this.push(id, 'adopt', body);
  }

  notice(id) {
    const { dice } = this;
    const body = { act: dice.pick(['withdraw', 'withdraw', 'suspend', 'resume']), of: dice.pick(this.texts).hash };
    if (dice.chance(25)) body.only = dice.some(['b1', 'c1', 'c2']);
    if (dice.chance(40)) body.effective = dice.day();
    return this.push(id, 'notice', body);
  }

  numbered(of, percent) {
    const made = of.body.qualifications?.length ?? 0;
    return this.dice.chance(made > 0 ? percent : 4) ? { qualification: 1 + this.dice.roll(made + 1) } : {};
  }

  revoke(id) {
    const { dice } = this;
    const own = [...this.others, ...this.texts].filter((entry) => entry.author === id && entry.kind !== 'join');
    const of = own.length > 0 && dice.chance(92) ? dice.pick(own) : this.any();
    const on = of.body.qualifications !== undefined && dice.chance(60) ? `#${dice.pick(['c1', 'c2'])}` : '';
    return this.push(id, 'notice', { act: 'revoke', of: `${of.hash}${on}`, ...this.numbered(of, 50) });
  }

  about() {
    const { dice } = this;
    const one = () => (dice.chance(70) ? `${dice.pick(this.texts).hash}#${dice.pick(['c1', 'c2', 'd1'])}` : this.any().hash);
    return { about: [...Array(1 + dice.roll(2))].map(one) };
  }

  ask(id) {
    const { dice } = this;
    const body = { act: dice.pick(['concern', 'protest', 'proposal']), to: this.members(), words: words('Why?'), ...this.about() };
    if (dice.chance(30)) body.with = { e: dice.pick(['x', 'y']) };
    if (dice.chance(20)) body.reply_by = dice.day();
    return this.push(id, 'ask', body);
  }

  answer(id) {
    const { dice } = this;
    const qualified = [...this.others, ...this.texts].filter((one) => one.body.qualifications !== undefined);
    const asked = [...this.others.filter((one) => ['ask', 'adopt', 'envelope'].includes(one.kind)), this.any()];
    const to = dice.pick(qualified.length > 0 && dice.chance(50) ? qualified : asked);
    const stance = dice.pick(['will answer', 'accept', 'decline', 'object', 'object', 'no objection', 'explain', 'counter', 'received content']);
    const on = dice.chance(30) ? `#${dice.pick(['c1', 'c2'])}` : '';
    const body = { to: `${to.hash}${on}`, stance, ...this.numbered(to, 50) };
    if (stance === 'counter') body.counter = dice.chance(80) ? dice.pick(this.texts).hash : this.any().hash;
    if (stance === 'object' && dice.chance(60)) body.between_us = dice.pick(['stands', 'does not stand']);
    return this.push(id, 'answer', body);
  }

  report(id) {
    const { dice } = this;
    const body = { words: words('Seen.') };
    if (dice.chance(90)) body.of = `${dice.pick(this.texts).hash}#d1`;
    if (dice.chance(40)) body.with = { e: dice.pick(['x', 'y']) };
    if (dice.chance(20)) body.found = dice.pick(['nothing seen', 'no access']);
    if (dice.chance(60)) body.happened = dice.pick([{ from: dice.day() }, { to: `${dice.day()}T10:00:00Z` }]);
    if (dice.chance(30)) Object.assign(body, this.about());
    return this.push(id, 'report', body);
  }

  state(id) {
    return this.push(id, 'statement', { words: words('Said.'), ...(this.dice.chance(70) ? this.about() : {}) });
  }

  envelope(id) {
    const { dice } = this;
    const slot = dice.roll(3);
    const [content, nonce] = [words('Hidden.'), hex(sha256(String(this.envelopes.length)))];
    const bytes = Buffer.from(strictJson(content));
    const number = (value) => {
      const out = Buffer.alloc(8);
      out.writeBigUInt64BE(BigInt(value));
      return out;
    };
    const commitment = hex(sha256(
      'countersign/v1 envelope\n', Buffer.from(this.ledger.id, 'hex'), `${id}\n`, number(slot),
      Buffer.from(nonce, 'hex'), number(bytes.length), bytes, Buffer.alloc(1024 - bytes.length),
    ));
    const copied = this.envelopes.length > 0 && dice.chance(25) ? dice.pick(this.envelopes).commitment : commitment;
    const body = { commitment: copied, slot, ...(dice.chance(40) ? { open_by: dice.day() } : {}) };
    const entry = this.push(id, 'envelope', body);
    this.envelopes.push({ entry, commitment: copied, content, nonce });
    return entry;
  }

  open(id) {
    const { dice } = this;
    const own = this.envelopes.filter(({ entry }) => entry.author === id || dice.chance(10));
    if (own.length === 0) return this.envelope(id);
    const { entry, content, nonce } = dice.pick(own);
    return this.push(id, 'open', { envelope: entry.hash, content: dice.chance(85) ? content : words('Other.'), nonce });
  }

  actor(id) {
    const { dice } = this;
    const body = { class: 'state', id: dice.pick(['office', 'envoy']), names: words('Office') };
    if (dice.chance(80)) {
      body.mandate = { acts: dice.some(['adopt', 'notice', 'pledge']) };
      if (dice.chance(40)) body.mandate.keys = ['main'];
      if (dice.chance(40)) body.mandate.until = dice.day();
    }
    return this.push(id, 'actor', body);
  }

  // A body with one thing in it changed, or of another kind: mostly not understood.
  odd(id) {
    const { dice } = this;
    const from = this.any();
    const body = structuredClone(from.body);
    const holders = [];
    const walk = (value) => {
      if (typeof value !== 'object') return;
      if (Object.keys(value).length > 0) holders.push(value);
      Object.values(value).forEach(walk);
    };
    walk(body);
    const holder = holders.length > 0 ? dice.pick(holders) : body;
    const key = dice.pick([...Object.keys(holder), 'odd']);
    const other = dice.pick([
      'yes', 'c1', 'text', 'each', '2027-02-29', '2028-02-29', '0000-01-01', '2027-01-01T24:00:00Z', '0'.repeat(64),
      `${'0'.repeat(64)}#c1`, 'con', 'no access', 0, 3, [], ['a', 'b'], ['b', 'a'], ['a', 'a'], {}, { en: 'x' }, 
      { date: '2027-01-01' }, { all: [{ any: [{ all: [{ date: '2027-01-01' }] }] }] }, 'basket', 'procedure',
    ]);
    if (Array.isArray(holder)) holder.splice(dice.roll(holder.length), dice.roll(2), other);
    else if (dice.chance(30)) delete holder[key];
    else holder[key] = other;
    const kinds = ['poem', 'statement', 'seen', 'actor', 'open', 'report', 'notice', 'adopt', 'ask', 'answer', 'envelope', 'text'];
    return this.push(id, dice.chance(85) ? from.kind : dice.pick(kinds), body);
  }

  // Another branch of a log: some of what follows its first entries, signed anew.
  branch(id) {
    const { dice, ledger } = this;
    const first = ledger.logs.get(id);
    const from = 1 + dice.roll(first.notes.length);
    const log = { notes: [], leaves: [], entries: [], seen: {} };
    for (const key of ['notes', 'leaves', 'entries']) log[key] = first[key].slice(0, from);
    for (const { kind, body, said, seen, signers } of first.entries.slice(from)) {
      if (dice.chance(60)) ledger.add(id, kind, body, { said, seen, signers }, log);
    }
    ledger.add(id, 'statement', { words: words('Another branch.') }, {}, log);
    return log;
  }
}

function* cases(program, number) {
  const maker = new Maker(number);
  const { dice, ledger, ids } = maker;
  const folder = mkdtempSync(join(tmpdir(), 'histories-'));
  const run = (...given) => {
    let text = '';
    try {
      text = execFileSync(program, [...given, '--json'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      if (!error.stdout) throw error;
      text = error.stdout;
    }
    return text.trim().split('\n').map((line) => JSON.parse(line));
  };
  writeFileSync(join(folder, 'charter.json'), ledger.charter);
  for (const id of ids) ledger.write(folder, `logs/${id}`, id, ledger.logs.get(id));
  for (const doc of Object.keys(maker.docs)) {
    if (dice.chance(20)) delete maker.docs[doc];
    else {
      mkdirSync(join(folder, 'docs'), { recursive: true });
      writeFileSync(join(folder, 'docs', doc), maker.docs[doc]);
    }
  }
  const split = number % 3 === 0 ? dice.some(ids).slice(0, 2) : [];
  for (const id of split) {
    for (let at = 0; at <= dice.roll(2); at += 1) ledger.write(folder, `branches/${id}/${'0'.repeat(15)}${at}`, id, maker.branch(id));
  }
  const entries = run('log', '.');
  const seqs = Object.fromEntries(dice.some(ids).map((id) => [id, dice.roll(ledger.logs.get(id).notes.length)]));
  const today = dice.day();
  const heads = Object.entries(seqs).map(([id, seq]) => `${id}/${seq}`).join(',');
  const last = Object.fromEntries(ids.map((id) => [id, ledger.logs.get(id).notes.length - 1]));
  const whole = Object.entries(last).map(([id, seq]) => `${id}/${seq}`).join(',');
  const cuts = [[[], {}], [['--as-of', heads], { at: seqs }], [['--as-of', whole], { at: last }], [['--as-of', today], { dated: today }]];
  for (const [given, cut] of cuts) {
    const name = `history ${number} ${given.join(' ')}`;
    const status = run('status', '.', ...given)[0];
    yield { name, ledger: ledger.id, charter: JSON.parse(ledger.charter), entries, docs: maker.docs, cut, status };
  }
  rmSync(folder, { recursive: true });
}

const [program, first, count] = process.argv.slice(2);
for (let number = Number(first); number < Number(first) + Number(count); number += 1) {
  for (const one of cases(program, number)) console.log(JSON.stringify(one));
}
