// Bytes and their spellings: hexadecimal, base64 in its one canonical form, UTF-8
// without mercy, and SHA-256.
//
// SHA-256 is written out here because trees and chains ask for it some ten times an
// entry and must not wait each time; signatures are left to WebCrypto. The tests
// compare it with WebCrypto's.

const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const HEX_32 = /^[0-9a-f]{64}$/;
const BASE64_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_VALUES = new Int8Array(128).fill(-1);
for (let at = 0; at < 64; at += 1) BASE64_VALUES[BASE64_DIGITS.charCodeAt(at)] = at;

const UTF8_READER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const UTF8_WRITER = new TextEncoder();

export function hexOfBytes(bytes) {
  let out = '';
  for (let at = 0; at < bytes.length; at += 1) out += HEX_PAIRS[bytes[at]];
  return out;
}

/** Whether this is 32 bytes in lower-case hexadecimal digits. */
export function isHex32(text) {
  return typeof text === 'string' && HEX_32.test(text);
}

export function bytesOfHex(text) {
  const out = new Uint8Array(text.length / 2);
  for (let at = 0; at < out.length; at += 1) out[at] = parseInt(text.substr(2 * at, 2), 16);
  return out;
}

export function base64OfBytes(bytes) {
  let out = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const three = (bytes[at] << 16) | ((left > 1 ? bytes[at + 1] : 0) << 8) | (left > 2 ? bytes[at + 2] : 0);
    out += BASE64_DIGITS[three >> 18] + BASE64_DIGITS[(three >> 12) & 63];
    out += left > 1 ? BASE64_DIGITS[(three >> 6) & 63] : '=';
    out += left > 2 ? BASE64_DIGITS[three & 63] : '=';
  }
  return out;
}

/** The bytes, or null where the text is not the one spelling of any: standard alphabet,
 *  padded, no bits that do not count. */
export function bytesOfBase64(text) {
  if (text.length % 4 !== 0) return null;
  const pads = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const out = new Uint8Array((text.length / 4) * 3 - pads);
  const digits = text.length - pads;
  let [held, bits, to] = [0, 0, 0];
  for (let at = 0; at < digits; at += 1) {
    const code = text.charCodeAt(at);
    const value = code < 128 ? BASE64_VALUES[code] : -1;
    if (value < 0) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[to] = (held >> bits) & 255;
      to += 1;
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? out : null;
}

/** The text, or null where the bytes are not UTF-8. A byte order mark is a character. */
export function textOfBytes(bytes) {
  try {
    return UTF8_READER.decode(bytes);
  } catch {
    return null;
  }
}

export function bytesOfText(text) {
  return UTF8_WRITER.encode(text);
}

export function joinedBytes(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function sameBytes(a, b) {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

// ---- SHA-256 (FIPS 180-4). The constants are computed, so that none can be mistyped:
// the first 32 bits of the fractions of square and cube roots of the first primes.

function rootFraction(prime, root) {
  // By whole numbers: the root of prime * 2^(32 * root), without its whole part.
  const target = BigInt(prime) << BigInt(32 * root);
  let [low, high] = [0n, 1n << 40n];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(root) <= target) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn) | 0;
}

const SHA_PRIMES = [];
for (let number = 2; SHA_PRIMES.length < 64; number += 1) {
  if (SHA_PRIMES.every((prime) => number % prime !== 0)) SHA_PRIMES.push(number);
}
const SHA_ROUNDS = Int32Array.from(SHA_PRIMES, (prime) => rootFraction(prime, 3));
const SHA_START = Int32Array.from(SHA_PRIMES.slice(0, 8), (prime) => rootFraction(prime, 2));
const SHA_WORDS = new Int32Array(64);
const SHA_TAIL = new Uint8Array(128);

function shaBlock(state, bytes, at) {
  const words = SHA_WORDS;
  for (let i = 0; i < 16; i += 1) {
    const p = at + 4 * i;
    words[i] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
  }
  for (let i = 16; i < 64; i += 1) {
    const x = words[i - 15];
    const y = words[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3];
  let e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + SHA_ROUNDS[i] + words[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** SHA-256 of these bytes, at once. */
export function sha256(bytes) {
  const state = SHA_START.slice();
  const whole = bytes.length - (bytes.length % 64);
  for (let at = 0; at < whole; at += 64) shaBlock(state, bytes, at);
  const left = bytes.length - whole;
  SHA_TAIL.fill(0);
  for (let at = 0; at < left; at += 1) SHA_TAIL[at] = bytes[whole + at];
  SHA_TAIL[left] = 0x80;
  const end = left < 56 ? 64 : 128;
  // The number of bits, in eight bytes; sizes here stay far below 2^50.
  const high = Math.floor(bytes.length / 0x20000000);
  const low = (bytes.length << 3) >>> 0;
  for (let i = 0; i < 4; i += 1) {
    SHA_TAIL[end - 8 + i] = (high >>> (24 - 8 * i)) & 255;
    SHA_TAIL[end - 4 + i] = (low >>> (24 - 8 * i)) & 255;
  }
  shaBlock(state, SHA_TAIL, 0);
  if (end === 128) shaBlock(state, SHA_TAIL, 64);
  const out = new Uint8Array(32);
  for (let i = 0; i < 8; i += 1) {
    out[4 * i] = state[i] >>> 24;
    out[4 * i + 1] = (state[i] >>> 16) & 255;
    out[4 * i + 2] = (state[i] >>> 8) & 255;
    out[4 * i + 3] = state[i] & 255;
  }
  return out;
}

export function sha256Hex(bytes) {
  return hexOfBytes(sha256(bytes));
}

/** SHA-256 of something long, by WebCrypto. */
export async function longSha256Hex(bytes) {
  if (bytes.length < 4096 || globalThis.crypto?.subtle === undefined) return sha256Hex(bytes);
  return hexOfBytes(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
