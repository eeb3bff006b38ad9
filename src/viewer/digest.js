// SHA-256 as a plain function. Meaning is a function of the record and is worked out in one
// go; the digests of words, the commitments of envelopes and the roots of receipts are few
// and short, so that nothing has to wait for them.

const DIGEST_ROUNDS = digestConstants();
const DIGEST_START = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, by
// whole numbers alone.
function digestConstants() {
  const rounds = new Uint32Array(64);
  let found = 0;
  for (let number = 2; found < 64; number += 1) {
    let isPrime = true;
    for (let by = 2; by * by <= number; by += 1) isPrime = isPrime && number % by !== 0;
    if (isPrime) rounds[found++] = Number(digestCubeRoot(BigInt(number) << 96n) & 0xffffffffn);
  }
  return rounds;
}

function digestCubeRoot(number) {
  let root = 0n;
  for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) {
    const next = root | bit;
    if (next * next * next <= number) root = next;
  }
  return root;
}

function digestBlock(state, view, at, words) {
  for (let i = 0; i < 16; i += 1) words[i] = view.getUint32(at + 4 * i);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let i = 16; i < 64; i += 1) {
    const x = words[i - 15];
    const y = words[i - 2];
    const one = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const two = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    words[i] = words[i - 16] + one + words[i - 7] + two;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const one = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const first = (h + one + ((e & f) ^ (~e & g)) + DIGEST_ROUNDS[i] + words[i]) | 0;
    const two = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const second = (two + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = (state[i] + word) >>> 0; });
}

// SHA-256 of bytes, as 64 lower-case digits.
export function digestOf(bytes) {
  const length = bytes.length;
  const padded = new Uint8Array(Math.ceil((length + 9) / 64) * 64);
  padded.set(bytes);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, (length * 8) >>> 0);
  const state = [...DIGEST_START];
  const words = new Uint32Array(64);
  for (let at = 0; at < padded.length; at += 64) digestBlock(state, view, at, words);
  return state.map((word) => word.toString(16).padStart(8, '0')).join('');
}

// SHA-256 of a text in UTF-8.
export function digestOfText(text) {
  return digestOf(new TextEncoder().encode(text));
}

// The bytes that hexadecimal digits stand for.
export function digestBytes(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

// Bytes one behind another.
export function digestJoin(parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

// The root of the first `size` leaves, by RFC 6962; `kept` holds nodes that are known.
export function digestRoot(leaves, size, kept) {
  if (size < 1 || size > leaves.length) return null;
  return digestNode(leaves, 0, size, kept);
}

function digestNode(leaves, from, size, kept) {
  if (size === 1) return leaves[from];
  let half = 1;
  while (half * 2 < size) half *= 2;
  const name = `${from}/${size}`;
  const known = kept.get(name);
  if (known !== undefined) return known;
  const one = digestNode(leaves, from, half, kept);
  const other = digestNode(leaves, from + half, size - half, kept);
  const node = digestOf(digestJoin([Uint8Array.of(1), digestBytes(one), digestBytes(other)]));
  if (half * 2 === size) kept.set(name, node);
  return node;
}
