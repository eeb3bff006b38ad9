// One branch of one log: its entries through ranks formed, signed and chained, and then
// its seal and its hash tiles (docs/SPEC.md section 11, steps 2 and 3).

import { hexOfBytes, joinedBytes, sameBytes } from './bytes.js';
import { Untrue } from './strict.js';
import { findingOf } from './findings.js';
import { readEntry, readCheckpoint } from './note.js';
import { Place, setsKeys, judgeSignatures } from './chain.js';
import { MerkleTree, leafHash, tilesOfSize, tilePath } from './tree.js';

export const SLICE = 256;
const TOGETHER = 64;
const MOST_TILES = 64;
const MOST_PLACES = 8;

export class Strand {
  constructor(charter, shelf) {
    this.log = shelf.log;
    this.shelf = shelf;
    this.place = new Place(charter, shelf.log);
    /** Accepted entries. */
    this.entries = [];
    /** The bytes of all entries, accepted or not, and the tree over them. */
    this.notes = [];
    this.tree = new MerkleTree();
    /** Why what follows was not taken. */
    this.stop = null;
    /** The newest checkpoint that agrees with the tree; one that its bytes do not reach. */
    this.seal = null;
    this.unreached = null;
    this.keyEntries = [];
    this.counted = { signatures: 0, links: 0 };
    this.differing = [];
  }

  get sealed() {
    return this.seal === null ? 0 : this.seal.size;
  }

  get sealsBadEntry() {
    return this.stop !== null && this.sealed > this.entries.length;
  }

  /** Whether these bytes begin with those under a head. */
  reaches({ size, root }) {
    return this.tree.rootAt(size) === root;
  }

  /** Takes entries in slices; `tick` is called between them. */
  async read(notes, tick) {
    this.notes = notes;
    for (let first = 0; first < notes.length; first += SLICE) {
      const some = notes.slice(first, first + SLICE);
      await this.takeSlice(some);
      if (some.length === SLICE) this.compareLeaves(first / SLICE);
      await tick(some.length);
    }
  }

  async takeSlice(notes) {
    const signed = [];
    let stop = null;
    for (const note of notes) {
      let leaf = null;
      if (this.stop === null && stop === null) {
        try {
          signed.push(readEntry(note));
          leaf = signed.at(-1).leaf;
        } catch (error) {
          stop = untrueOf(error);
        }
      }
      this.tree.push(leaf ?? leafHash(note));
    }
    if (this.stop === null) this.stop = (await this.takeSigned(signed)) ?? stop;
  }

  /** Takes entries that parse: the fault of the first that the chain does not take. They
   *  are cut into runs that stand under one set each. */
  async takeSigned(signed) {
    for (let first = 0; first < signed.length; ) {
      let end = first + 1;
      while (end < signed.length && !setsKeys(signed[end - 1].entry.kind, signed[end - 1].entry.author)) end += 1;
      const fault = await this.takeRun(signed.slice(first, end));
      if (fault !== null) return fault;
      first = end;
    }
    return null;
  }

  async takeRun(run) {
    try {
      const keySet = this.place.keysFor(run[0]);
      const judge = (at) => Promise.all(run.slice(at, at + TOGETHER).map((one) => judgeSignatures(one, keySet)));
      // The next signatures are looked at while the chain takes the entries before.
      let ahead = judge(0);
      for (let at = 0; at < run.length; at += TOGETHER) {
        const faults = await ahead;
        ahead = judge(at + TOGETHER);
        for (const [nth, fault] of faults.entries()) await this.take(run[at + nth], fault);
      }
    } catch (error) {
      return untrueOf(error);
    }
    return null;
  }

  async take(signed, fault) {
    this.place.keysFor(signed);
    if (fault !== null) throw fault;
    await this.place.step(signed);
    this.place.root = this.tree.rootAt(this.place.size) ?? undefined;
    const { entry } = signed;
    if (setsKeys(entry.kind, entry.author)) this.keyEntries.push(entry.seq);
    this.counted.signatures += entry.signers.length;
    this.counted.links += (entry.seq === 0 ? 0 : 2) + Object.keys(entry.seen).length;
    this.entries.push(signed);
  }

  /** Compares a full bundle with its tile of leaf hashes. */
  compareLeaves(index) {
    if (this.differing.length >= MOST_TILES) return;
    const held = this.shelf.tile(0, index, 256);
    const leaves = joinedBytes(...this.tree.levels[0].slice(index * 256, index * 256 + 256));
    if (held === null) this.differing.push([tilePath(0, index, 256), 'bytes_absent']);
    else if (!sameBytes(held, leaves)) this.differing.push([tilePath(0, index, 256), 'tile']);
  }

  // ---- The seal.

  find(code, where) {
    return findingOf(this.log, code, where);
  }

  /** Compares what was read with the checkpoint file and the hash tiles. `isCut` says that
   *  it was told already which entries are missing. */
  async judgeSeal(charter, isCut) {
    const key = this.place.logKey;
    if (key === undefined) return [this.find(this.stop?.code ?? 'bytes_absent', this.shelf.place)];
    const findings = await this.judgeCheckpoint(charter, key, isCut);
    const [size, taken] = [this.tree.size, `${this.log}/${this.entries.length}`];
    if (this.seal === null && this.stop !== null && findings.length === 0) findings.push(this.find(this.stop.code, taken));
    if (this.seal !== null && size > this.sealed) {
      findings.push(this.find('unsealed', `${this.log}/${this.sealed}`));
      if (this.stop !== null && !this.sealsBadEntry) findings.push(this.find(this.stop.code, taken));
    }
    return findings;
  }

  async judgeCheckpoint(charter, key, isCut) {
    const where = `${this.shelf.place}: checkpoint`;
    if (this.shelf.checkpoint === undefined) return [this.find('bytes_absent', where)];
    let seal;
    try {
      seal = await readCheckpoint(this.shelf.checkpoint, charter.id, this.log, key);
    } catch (error) {
      return [this.find(untrueOf(error).code, where)];
    }
    if (this.reaches(seal)) {
      this.seal = seal;
      return this.judgeTiles();
    }
    this.unreached = seal;
    if (this.tree.size < seal.size) return isCut ? [] : [this.find('bytes_absent', this.shelf.place)];
    const places = this.otherLeaves(seal);
    if (places.length === 0) return [this.find('bundle', this.shelf.place)];
    return places.slice(0, MOST_PLACES).map((index) => this.find('bundle', `${this.log}/${index}`));
  }

  /** Which entries differ, where the leaf hashes of the copy agree with the seal. */
  otherLeaves(seal) {
    const sealed = new MerkleTree();
    for (let index = 0; index * 256 < seal.size; index += 1) {
      const width = Math.min(256, seal.size - index * 256);
      const held = this.shelf.tile(0, index, width);
      if (held?.length !== width * 32) return [];
      for (let at = 0; at < width; at += 1) sealed.push(held.slice(32 * at, 32 * at + 32));
    }
    if (sealed.rootAt(seal.size) !== seal.root) return [];
    const places = [];
    for (let at = 0; at < seal.size && places.length < MOST_PLACES; at += 1) {
      if (sealed.leaf(at) !== this.tree.leaf(at)) places.push(at);
    }
    return places;
  }

  judgeTiles() {
    const others = tilesOfSize(this.seal.size).filter(([level, , width]) => level > 0 || width < 256);
    for (const [level, index, width] of others) {
      const [held, due] = [this.shelf.tile(level, index, width), this.tree.tile(level, index, width)];
      if (held === null) this.differing.push([tilePath(level, index, width), 'bytes_absent']);
      else if (due === null || !sameBytes(held, due)) this.differing.push([tilePath(level, index, width), 'tile']);
    }
    return this.differing.map(([path, code]) => this.find(code, `${this.shelf.place}/${path}`));
  }

  /** Its row in a report, but the verdict. */
  row() {
    const { entries, tree } = this;
    const head = entries.length === 0 ? null : hexOfBytes(entries.at(-1).leaf);
    return { log: this.log, size: entries.length, sealed: this.sealed, head, root: tree.rootAt(entries.length) };
  }
}

/** The fault in what was thrown; other errors go on. */
export function untrueOf(error) {
  if (error instanceof Untrue) return error;
  throw error;
}
