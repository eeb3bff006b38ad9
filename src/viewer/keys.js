// Ed25519 in one meaning: the gate that every registered key passes, and the rule for
// signatures (docs/SPEC.md section 2).
//
// Browsers differ in what they take: some count keys of small order, some encodings that
// are not canonical, so nothing reaches WebCrypto that the rule refuses by its bytes.
// What is left are keys of the prime-order group and signatures of which every verifier
// says the same. The points are computed with big integers; there are few keys.

import { bytesOfHex, hexOfBytes, isHex32 } from './bytes.js';

const CURVE_P = (1n << 255n) - 19n;
const CURVE_L = (1n << 252n) + 27742317777372353535851937790883648493n;

const curveMod = (value) => ((value % CURVE_P) + CURVE_P) % CURVE_P;

function curvePower(base, exponent) {
  let out = 1n;
  for (let [square, left] = [curveMod(base), exponent]; left > 0n; left >>= 1n) {
    if (left & 1n) out = (out * square) % CURVE_P;
    square = (square * square) % CURVE_P;
  }
  return out;
}

const curveInverse = (value) => curvePower(value, CURVE_P - 2n);
const CURVE_D = curveMod(-121665n * curveInverse(121666n));
const CURVE_I = curvePower(2n, (CURVE_P - 1n) / 4n);

function littleEndian(bytes, from, to) {
  return BigInt(`0x${hexOfBytes(bytes.slice(from, to).reverse())}`);
}

/** The root of a quotient, or null where it has none (RFC 8032 section 5.1.3). */
function curveRoot(above, below) {
  const cubed = curveMod(below * below * below);
  const seventh = curveMod(cubed * cubed * below);
  const guess = curveMod(above * cubed * curvePower(above * seventh, (CURVE_P - 5n) / 8n));
  const square = curveMod(below * guess * guess);
  if (square === curveMod(above)) return guess;
  return square === curveMod(-above) ? curveMod(guess * CURVE_I) : null;
}

/** The point of 32 bytes in extended coordinates, or null. The encoding is canonical. */
function curvePoint(bytes) {
  const sign = bytes[31] >> 7;
  const y = littleEndian(bytes, 0, 32) & ((1n << 255n) - 1n);
  if (y >= CURVE_P) return null;
  const x = curveRoot(y * y - 1n, CURVE_D * y * y + 1n);
  if (x === null || (x === 0n && sign === 1)) return null;
  const side = Number(x & 1n) === sign ? x : CURVE_P - x;
  return [side, y, 1n, curveMod(side * y)];
}

function curveSum([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = (y1 - x1) * (y2 - x2);
  const b = (y1 + x1) * (y2 + x2);
  const c = 2n * curveMod(t1 * t2) * CURVE_D;
  const d = 2n * z1 * z2;
  const [e, f, g, h] = [curveMod(b - a), curveMod(d - c), curveMod(d + c), curveMod(b + a)];
  return [curveMod(e * f), curveMod(g * h), curveMod(f * g), curveMod(e * h)];
}

function curveTimes(point, number) {
  let out = [0n, 1n, 1n, 0n];
  for (let [twice, left] = [point, number]; left > 0n; left >>= 1n) {
    if (left & 1n) out = curveSum(out, twice);
    twice = curveSum(twice, twice);
  }
  return out;
}

const isCurveZero = ([x, y, z]) => x === 0n && y === z;

// y of the eight points of small order: the identity, the one of order two, those of
// order four, and two values for those of order eight, where
// d y^4 + 2 y^2 - 1 = 0 (from x^2 = y^2, doubled to order four).
function smallOrderRows() {
  const root = curveRoot(1n + CURVE_D, 1n);
  const rows = [0n, 1n, CURVE_P - 1n];
  for (const signed of [root, CURVE_P - root]) {
    const y = curveRoot(signed - 1n, CURVE_D);
    if (y !== null) rows.push(y, CURVE_P - y);
  }
  return new Set(rows);
}

const SMALL_ORDER_ROWS = smallOrderRows();

const gateAnswers = new Map();

/** Whether 64 hexadecimal digits are a key that passes the gate. */
export function passesGate(text) {
  if (!isHex32(text)) return false;
  let answer = gateAnswers.get(text);
  if (answer === undefined) {
    const point = curvePoint(bytesOfHex(text));
    answer = point !== null && !SMALL_ORDER_ROWS.has(point[1]) && isCurveZero(curveTimes(point, CURVE_L));
    gateAnswers.set(text, answer);
  }
  return answer;
}

/** What the bytes of a signature alone say: S < L, and R canonical, of no small order. */
export function hasSignatureForm(signature) {
  if (signature.length !== 64) return false;
  // Nearly every S is far below L by its highest byte, and nearly every y by its own.
  if (signature[63] > 0x10) return false;
  if (signature[63] === 0x10 && littleEndian(signature, 32, 64) >= CURVE_L) return false;
  const y = littleEndian(signature, 0, 32) & ((1n << 255n) - 1n);
  return y < CURVE_P && !SMALL_ORDER_ROWS.has(y);
}

const importedKeys = new Map();

function importedKey(key) {
  let held = importedKeys.get(key);
  if (held === undefined) {
    held = crypto.subtle.importKey('raw', bytesOfHex(key), { name: 'Ed25519' }, false, ['verify']);
    importedKeys.set(key, held);
  }
  return held;
}

// Where a browser cannot check signatures the record can still be read, and nothing is
// said of what holds.
let readsUnchecked = false;

export function readUnchecked(is) {
  readsUnchecked = is;
}

/** Whether a signature of 64 bytes by a key that passed the gate is over this message. */
export async function admitsSignature(key, signature, message) {
  if (!hasSignatureForm(signature)) return false;
  if (readsUnchecked) return true;
  return crypto.subtle.verify('Ed25519', await importedKey(key), signature, message);
}

/** Whether signatures can be checked here: `yes`, `insecure` (the page came over plain
 *  HTTP, where browsers give no WebCrypto) or `unknown` (no Ed25519 in this browser). */
export async function canCheck() {
  if (globalThis.crypto?.subtle === undefined) return 'insecure';
  try {
    // The base point: any key that passes the gate will do.
    const base = `58${'66'.repeat(31)}`;
    await crypto.subtle.verify('Ed25519', await importedKey(base), new Uint8Array(64), new Uint8Array(1));
    return 'yes';
  } catch {
    return 'unknown';
  }
}
