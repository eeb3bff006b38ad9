// Trees of RFC 6962 as they stand in tiles, and the two kinds of proof over them.
//
// A tree keeps the hash of every complete subtree, level by level, so the root at any
// earlier size takes a handful of hashes.

import { sha256, joinedBytes, hexOfBytes, bytesOfHex } from './bytes.js';

const TREE_LEAF = Uint8Array.of(0);
const TREE_NODE = Uint8Array.of(1);

export function leafHash(bytes) {
  return sha256(joinedBytes(TREE_LEAF, bytes));
}

function nodeHash(left, right) {
  return sha256(joinedBytes(TREE_NODE, left, right));
}

/** The largest power of two below a number that is greater than 1. */
function splitPoint(count) {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

export class MerkleTree {
  constructor() {
    this.levels = [[]];
  }

  get size() {
    return this.levels[0].length;
  }

  push(leaf) {
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      if (this.levels.length === level) this.levels.push([]);
      const row = this.levels[level];
      row.push(hash);
      if (row.length % 2 === 1) return;
      hash = nodeHash(row[row.length - 2], row[row.length - 1]);
    }
  }

  leaf(index) {
    return hexOfBytes(this.levels[0][index]);
  }

  /** The hash of the leaves from `first` to before `end`; `first` is where a subtree of
   *  this width can begin. */
  range(first, end) {
    const count = end - first;
    const level = Math.log2(count);
    if (Number.isInteger(level) && first % count === 0) return this.levels[level][first / count];
    const k = splitPoint(count);
    return nodeHash(this.range(first, first + k), this.range(first + k, end));
  }

  /** The root of the first `size` leaves, or null where there are fewer, or none. */
  rootAt(size) {
    if (size === 0 || size > this.size) return null;
    return hexOfBytes(this.range(0, size));
  }

  /** PATH(index, D[size]) of RFC 6962 section 2.1.1, or null. */
  inclusion(index, size) {
    if (index >= size || size > this.size) return null;
    const path = [];
    for (let [first, end] = [0, size]; end - first > 1; ) {
      const middle = first + splitPoint(end - first);
      if (index < middle) {
        path.push(hexOfBytes(this.range(middle, end)));
        end = middle;
      } else {
        path.push(hexOfBytes(this.range(first, middle)));
        first = middle;
      }
    }
    return path.reverse();
  }

  /** SUBPROOF(m, D[n], false): the root at m is always in it; or null. */
  consistency(m, n) {
    if (m === 0 || m >= n || n > this.size) return null;
    const path = [];
    let [first, end] = [0, n];
    while (end !== m) {
      const middle = first + splitPoint(end - first);
      if (m <= middle) {
        path.push(hexOfBytes(this.range(middle, end)));
        end = middle;
      } else {
        path.push(hexOfBytes(this.range(first, middle)));
        first = middle;
      }
    }
    path.push(hexOfBytes(this.range(first, end)));
    return path.reverse();
  }

  /** The bytes of a hash tile, or null where it reaches beyond the tree. */
  tile(level, index, width) {
    const row = this.levels[level * 8] ?? [];
    const hashes = row.slice(index * 256, index * 256 + width);
    return hashes.length === width ? joinedBytes(...hashes) : null;
  }
}

/** The number of leaves with which two trees begin alike. */
export function commonLeaves(a, b) {
  let at = 0;
  const end = Math.min(a.size, b.size);
  while (at < end && a.leaf(at) === b.leaf(at)) at += 1;
  return at;
}

/** Whether a path leads from a leaf to this root. */
export function isIncluded(leaf, index, size, root, path) {
  if (index >= size) return false;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const step of path) {
    if (last === 0) return false;
    const beside = bytesOfHex(step);
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(beside, hash);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, beside);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hexOfBytes(hash) === root;
}

/** The roots at m and n that a path of `consistency` gives, or null where it is none. */
export function consistencyRoots(m, n, path) {
  if (m === 0 || m >= n) return null;
  const steps = [];
  let [first, end] = [0, n];
  while (end !== m) {
    const middle = first + splitPoint(end - first);
    const isLeft = m <= middle;
    steps.push(isLeft);
    if (isLeft) end = middle;
    else first = middle;
  }
  if (path.length !== steps.length + 1) return null;
  let [before, after] = [bytesOfHex(path[0]), bytesOfHex(path[0])];
  for (const hash of path.slice(1)) {
    const beside = bytesOfHex(hash);
    if (steps.pop()) {
      after = nodeHash(after, beside);
    } else {
      before = nodeHash(beside, before);
      after = nodeHash(beside, after);
    }
  }
  return [hexOfBytes(before), hexOfBytes(after)];
}

/** The path of a tile below its log's folder; `level` is `entries` for bundles. */
export function tilePath(level, index, width) {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return `tile/${level}/${path}${width === 256 ? '' : `.p/${width}`}`;
}

/** The hash tiles of a log of this size: [level, index, width]. */
export function tilesOfSize(size) {
  const out = [];
  for (let [level, count] = [0, size]; count > 0; level += 1, count = Math.floor(count / 256)) {
    for (let index = 0; index * 256 < count; index += 1) {
      out.push([level, index, Math.min(256, count - index * 256)]);
    }
  }
  return out;
}
