// Strict JSON: the subset of docs/SPEC.md section 1.1, in which a value has one spelling.
// And the fields of objects, each taken once, none left over.
//
// Objects have no prototype: a field named `constructor` is a field and nothing else.

import { isHex32, bytesOfBase64, textOfBytes } from './bytes.js';
import { isWritable } from './unicode.js';

/** Bytes that are not what they should be: a code of section 12. */
export class Untrue extends Error {
  constructor(code, detail = '') {
    super(detail === '' ? code : `${code}: ${detail}`);
    this.code = code;
  }
}

export function refuse(code, detail) {
  throw new Untrue(code, detail);
}

const STRICT_DEEPEST = 12;
const STRICT_PLAIN = /[ !#-[\]-~]+(?=")/y;
const STRICT_DIGITS = /[0-9]+/y;

const NAME_FIELD = /^[a-z][a-z0-9_]{0,31}$/;
const NAME_LABEL = /^[a-z][a-z0-9-]{0,31}$/;
const NAME_LANGUAGE = /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/;
const NAME_LOG = /^([a-z][a-z0-9-]{0,31})(\.[0-9a-f]{32})?$/;
const NAME_DEVICE = /^(con|prn|aux|nul|(com|lpt)[1-9])$/;

export const isFieldName = (text) => NAME_FIELD.test(text);
export const isLabelName = (text) => NAME_LABEL.test(text);
export const isLanguageTag = (text) => NAME_LANGUAGE.test(text);
export const isMemberName = (text) => NAME_LABEL.test(text) && !NAME_DEVICE.test(text);

const isStrictKey = (text) => isFieldName(text) || NAME_LOG.test(text) || isLanguageTag(text);

/** The member whose log this is, or null where it is no log id. */
export function memberOfLog(text) {
  const found = NAME_LOG.exec(text);
  return found !== null && isMemberName(found[1]) ? found[1] : null;
}

/** Whether a log is a further volume. */
export const isFurtherLog = (log) => log.includes('.');

/** One pass over a text. Grammar ends it at once; characters are told at the end, since
 *  a fault of form comes first wherever it stands. */
class StrictReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.character = false;
  }

  form() {
    return refuse('json_form', `at ${this.at}`);
  }

  take(character) {
    if (this.text[this.at] !== character) this.form();
    this.at += 1;
  }

  value(depth) {
    if (depth > STRICT_DEEPEST) this.form();
    const next = this.text[this.at];
    if (next === '{') return this.object(depth);
    if (next === '[') return this.array(depth);
    if (next === '"') return this.string();
    return this.number();
  }

  object(depth) {
    const out = Object.create(null);
    this.at += 1;
    if (this.text[this.at] === '}') {
      this.at += 1;
      return out;
    }
    for (let last = ''; ; ) {
      const key = this.string();
      if (!isStrictKey(key) || key <= last) this.form();
      last = key;
      this.take(':');
      out[key] = this.value(depth + 1);
      if (this.text[this.at] === '}') break;
      this.take(',');
    }
    this.at += 1;
    return out;
  }

  array(depth) {
    const out = [];
    this.at += 1;
    if (this.text[this.at] === ']') {
      this.at += 1;
      return out;
    }
    for (;;) {
      out.push(this.value(depth + 1));
      if (this.text[this.at] === ']') break;
      this.take(',');
    }
    this.at += 1;
    return out;
  }

  number() {
    STRICT_DIGITS.lastIndex = this.at;
    const digits = STRICT_DIGITS.exec(this.text)?.[0] ?? '';
    const number = Number(digits);
    const spelled = digits === '0' || (digits !== '' && digits[0] !== '0' && digits.length <= 16);
    if (!spelled || number > Number.MAX_SAFE_INTEGER) this.form();
    this.at += digits.length;
    return number;
  }

  string() {
    this.take('"');
    STRICT_PLAIN.lastIndex = this.at;
    const plain = STRICT_PLAIN.exec(this.text);
    if (plain !== null) {
      this.at += plain[0].length + 1;
      return plain[0];
    }
    let out = '';
    let from = this.at;
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x22) break;
      if (code === 0x5c) {
        const escaped = this.text[this.at + 1];
        if (escaped !== '"' && escaped !== '\\' && escaped !== 'n') this.form();
        out += this.text.slice(from, this.at) + (escaped === 'n' ? '\n' : escaped);
        this.at += 2;
        from = this.at;
      } else if (code >= 0x20) {
        this.at += 1;
      } else {
        // A control character, or the end of the text, where the code is not a number.
        this.form();
      }
    }
    out += this.text.slice(from, this.at);
    if (out === '') this.form();
    this.at += 1;
    if (!this.character && !isWritable(out)) this.character = true;
    return out;
  }
}

/** The value of a text; the codes are `json_form` and `character`. */
export function readStrict(text) {
  const reader = new StrictReader(text);
  const value = reader.value(1);
  if (reader.at !== text.length) reader.form();
  if (reader.character) refuse('character');
  return value;
}

/** The one spelling of a value; keys may stand in any order in the object. */
export function writeStrict(value) {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return writeStrictText(value);
  if (Array.isArray(value)) return `[${value.map(writeStrict).join(',')}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${writeStrictText(key)}:${writeStrict(value[key])}`).join(',')}}`;
}

function writeStrictText(text) {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/** A file of one line of strict JSON and a line feed. */
export function readStrictFile(bytes) {
  const text = textOfBytes(bytes);
  if (text === null || !text.endsWith('\n')) refuse('json_form', 'one line');
  return readStrict(text.slice(0, -1));
}

const isStrictObject = (value) => typeof value === 'object' && !Array.isArray(value);

/** Whether items ascend, each once. */
export function ascendsStrictly(items) {
  return items.every((item, at) => at === 0 || items[at - 1] < item);
}

/** The fields of one object. What does not fit is refused with the code that was given;
 *  `done` refuses what nobody asked for. */
export class Fields {
  constructor(value, code) {
    this.code = code;
    if (!isStrictObject(value)) this.due('an object');
    this.value = value;
    this.left = new Set(Object.keys(value));
  }

  due(what) {
    return refuse(this.code, what);
  }

  optional(key) {
    this.left.delete(key);
    return this.value[key];
  }

  required(key) {
    return this.optional(key) ?? this.due(key);
  }

  text(key) {
    const value = this.required(key);
    return typeof value === 'string' ? value : this.due(key);
  }

  /** A string for which the test holds. */
  named(key, test) {
    const value = this.text(key);
    return test(value) ? value : this.due(key);
  }

  namedOptional(key, test) {
    return key in this.value ? this.named(key, test) : undefined;
  }

  hash(key) {
    return this.named(key, isHex32);
  }

  hashOptional(key) {
    return this.namedOptional(key, isHex32);
  }

  number(key) {
    const value = this.required(key);
    return typeof value === 'number' ? value : this.due(key);
  }

  numberOptional(key) {
    return key in this.value ? this.number(key) : undefined;
  }

  /** A list: an array that is not empty. */
  list(key) {
    const value = this.required(key);
    return Array.isArray(value) && value.length > 0 ? value : this.due(key);
  }

  listOptional(key) {
    return key in this.value ? this.list(key) : [];
  }

  /** A set of strings for which the test holds. */
  set(key, test) {
    const items = this.list(key);
    const fits = items.every((item) => typeof item === 'string' && test(item));
    return fits && ascendsStrictly(items) ? items : this.due(key);
  }

  setOptional(key, test) {
    return key in this.value ? this.set(key, test) : [];
  }

  words(key) {
    const value = this.required(key);
    const fits = isStrictObject(value) && Object.keys(value).length > 0;
    const holds = fits && Object.entries(value).every(([tag, text]) => isLanguageTag(tag) && typeof text === 'string');
    return holds ? value : this.due(key);
  }

  wordsOptional(key) {
    return key in this.value ? this.words(key) : undefined;
  }

  /** Key id and signature: 68 bytes in 92 characters. */
  seal(key) {
    const text = this.text(key);
    return bytesOfBase64(text)?.length === 68 ? text : this.due(key);
  }

  done() {
    if (this.left.size > 0) this.due([...this.left][0]);
  }
}
