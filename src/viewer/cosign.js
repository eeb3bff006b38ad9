// Cosignatures of witnesses in notes/ (docs/SPEC.md section 20), beside what a record
// holds. They change no verdict: they say by when a head existed, to whom trusts the
// witness. Those by ML-DSA-44 are checked where the browser can, and are never called
// false where it cannot.

import { base64OfBytes, bytesOfBase64, bytesOfHex, bytesOfText, hexOfBytes, joinedBytes, sha256 } from './bytes.js';
import { memberOfLog } from './strict.js';
import { admitsSignature, passesGate } from './keys.js';
import { originOf, readCheckpoint, readNote } from './note.js';
import { untrueOf } from './strand.js';

const COSIGN_ED25519 = 4;
const COSIGN_ML_DSA = 6;
const COSIGN_LENGTHS = new Map([[COSIGN_ED25519, 76], [COSIGN_ML_DSA, 2432]]);
/** The last second of the year 9999. */
const COSIGN_LAST = 253402300799;

function cosignerId(name, duty, key) {
  return hexOfBytes(sha256(joinedBytes(bytesOfText(name), Uint8Array.of(10, duty), key)).subarray(0, 4));
}

/** A witness out of its verifier key, `name+id+base64`, or null. */
export function witnessOfVkey(vkey) {
  const [name, id, ...rest] = vkey.split('+');
  const bytes = bytesOfBase64(rest.join('+'));
  if (bytes === null || bytes.length < 2 || name === '') return null;
  const [duty, key] = [bytes[0], bytes.subarray(1)];
  const fits = duty === COSIGN_ED25519 ? passesGate(hexOfBytes(key)) : duty === COSIGN_ML_DSA && key.length === 1312;
  return fits && cosignerId(name, duty, key) === id ? { name, duty, key, id } : null;
}

/** Its verifier key. */
export function vkeyOf({ name, duty, key, id }) {
  return `${name}+${id}+${base64OfBytes(joinedBytes(Uint8Array.of(duty), key))}`;
}

/** The witnesses that a charter offers. */
export function witnessesOfCharter(record) {
  return (record.charter.witnesses ?? []).map(({ name, key }) => {
    const bytes = bytesOfHex(key);
    return { name, duty: COSIGN_ED25519, key: bytes, id: cosignerId(name, COSIGN_ED25519, bytes) };
  });
}

function bigEndian8(number) {
  const out = new DataView(new ArrayBuffer(8));
  out.setBigUint64(0, BigInt(number));
  return new Uint8Array(out.buffer);
}

/** `yes`, `no`, or `unchecked` where this browser has no ML-DSA. */
async function holdsCosignature(witness, text, seal, seconds, signature) {
  if (witness.duty === COSIGN_ED25519) {
    const message = bytesOfText(`cosignature/v1\ntime ${seconds}\n${text}`);
    return (await admitsSignature(hexOfBytes(witness.key), signature, message)) ? 'yes' : 'no';
  }
  const [name, origin] = [bytesOfText(witness.name), bytesOfText(text.split('\n')[0])];
  const message = joinedBytes(
    bytesOfText('subtree/v1\n\0'), Uint8Array.of(name.length), name, bigEndian8(seconds),
    Uint8Array.of(origin.length), origin, bigEndian8(0), bigEndian8(seal.size), bytesOfHex(seal.root),
  );
  try {
    const key = await crypto.subtle.importKey('raw-public', witness.key, { name: 'ML-DSA-44' }, false, ['verify']);
    return (await crypto.subtle.verify({ name: 'ML-DSA-44' }, key, signature, message)) ? 'yes' : 'no';
  } catch {
    return 'unchecked';
  }
}

/** The seal in a file of notes/, if it is one of a log of this record that holds. */
async function cosignedSeal(record, bytes, note) {
  const [origin] = note.text.split('\n');
  const log = origin.split('/').at(-1);
  if (memberOfLog(log) === null || originOf(record.ledger, log) !== origin) return null;
  const key = record.log_keys[log];
  return key === undefined ? null : readCheckpoint(bytes, record.ledger, log, key);
}

async function cosignaturesIn(record, file, bytes, witnesses) {
  const out = [];
  const note = readNote(bytes, 100);
  const seal = await cosignedSeal(record, bytes, note);
  if (seal === null) return out;
  const isHere = record.reaches(seal.log, seal);
  for (const line of note.lines) {
    if (base64OfBytes(line.bytes) === seal.seal) continue;
    const witness = witnesses.find((one) => one.name === line.name && one.id === line.id);
    const known = witness === undefined ? [...COSIGN_LENGTHS.values()] : [COSIGN_LENGTHS.get(witness.duty)];
    if (!known.includes(line.bytes.length)) continue;
    const seconds = Number(new DataView(line.bytes.buffer, line.bytes.byteOffset + 4, 8).getBigUint64(0));
    if (seconds === 0 || seconds > COSIGN_LAST) continue;
    const signature = line.bytes.subarray(12);
    const holds = witness === undefined ? 'unknown' : await holdsCosignature(witness, note.text, seal, seconds, signature);
    const time = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
    out.push({ file, log: seal.log, size: seal.size, root: seal.root, witness: line.name, id: line.id, time, holds, here: isHere });
  }
  return out;
}

/** Every cosignature in notes/ over heads of this record: by whom, when, and whether it
 *  `holds` (yes, no, unchecked, or unknown: of no witness that was named); `here` says that
 *  the record holds that head. Witnesses are those of the charter unless others are given. */
export async function judgeCosignatures(record, witnesses = witnessesOfCharter(record)) {
  const out = [];
  for (const [name, bytes] of record.notes) {
    if (hexOfBytes(sha256(bytes)) !== name) continue;
    try {
      out.push(...(await cosignaturesIn(record, name, bytes, witnesses)));
    } catch (error) {
      // No note at all, or no seal that holds: time stamps and others.
      untrueOf(error);
    }
  }
  return out;
}
