// The files of a snapshot (docs/SPEC.md section 8) as a map of paths to bytes: which logs
// and branches are there, their bundles and hash tiles. Nothing is believed here; a
// checkpoint says how far is looked and nothing else.

import { textOfBytes } from './bytes.js';
import { findingOf } from './findings.js';
import { isLogId } from './note.js';
import { tilePath } from './tree.js';

const LARGEST_CHECKPOINT = 1000000;
const LARGEST_BUNDLE = 256 * 65537;
const LARGEST_TILE = 8192;
const LARGEST_NOTE = 4 << 20;
const LARGEST_DOC = 64 << 20;
const MOST_NAMED_BYTES = 256 << 20;
const BRANCH_NAME = /^[0-9a-f]{16}$/;

/** The entries in a run of frames, at most so many, and where the last whole one ends. */
export function readFrames(bytes, most) {
  const notes = [];
  let at = 0;
  while (notes.length < most && at + 2 <= bytes.length) {
    const length = bytes[at] * 256 + bytes[at + 1];
    if (length === 0 || at + 2 + length > bytes.length) break;
    notes.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return { notes, end: at };
}

/** The names directly in a folder, those of folders and those of files. */
function folderNames(files, folder) {
  const [folders, plain] = [new Set(), new Set()];
  for (const path of files.keys()) {
    if (!path.startsWith(`${folder}/`)) continue;
    const rest = path.slice(folder.length + 1);
    const slash = rest.indexOf('/');
    if (slash < 0) plain.add(rest);
    else folders.add(rest.slice(0, slash));
  }
  return { folders: [...folders].sort(), plain: [...plain].sort() };
}

/** The size that a checkpoint file claims, before its signature is looked at. */
function claimedSize(bytes) {
  const text = bytes === undefined ? null : textOfBytes(bytes);
  const line = (text ?? '').split('\n')[1]?.replace(/\r$/, '') ?? '';
  return /^\+?[0-9]{1,19}$/.test(line) ? Number(line) : 0;
}

/** One log, or one branch, in a snapshot. */
export class LogShelf {
  constructor(files, partials, log, place, checkpoint) {
    Object.assign(this, { files, partials, log, place, checkpoint });
    this.claimed = claimedSize(checkpoint);
  }

  /** A tile of this width, or a wider one in its place, which begins with it. */
  wider(level, index, width) {
    const exact = this.files.get(`${this.place}/${tilePath(level, index, width)}`);
    if (exact !== undefined) return { bytes: exact, isWider: false };
    const full = `${this.place}/${tilePath(level, index, 256)}`;
    if (this.files.has(full)) return { bytes: this.files.get(full), isWider: true };
    const widths = (this.partials.get(full) ?? []).filter((other) => other > width && other < 256);
    if (widths.length === 0) return null;
    return { bytes: this.files.get(`${full}.p/${Math.min(...widths)}`), isWider: true };
  }

  /** All entries that the checkpoint's size asks for, as far as they are here, and why
   *  there are not more: [code, place]. */
  entries() {
    const notes = [];
    for (let index = 0; ; index += 1) {
      const width = Math.min(256, Math.max(0, this.claimed - index * 256));
      if (width === 0) return { notes, finding: null };
      const place = `${this.place}/${tilePath('entries', index, width)}`;
      const found = this.wider('entries', index, width);
      if (found === null) return { notes, finding: ['bytes_absent', place] };
      if (found.bytes.length > LARGEST_BUNDLE) return { notes, finding: ['odd_file', place] };
      const bundle = readFrames(found.bytes, width);
      notes.push(...bundle.notes);
      const isWhole = bundle.notes.length === width && (found.isWider || bundle.end === found.bytes.length);
      if (!isWhole) return { notes, finding: ['bundle', place] };
      if (width < 256) return { notes, finding: null };
    }
  }

  /** The bytes of a hash tile, or null where it is not here. */
  tile(level, index, width) {
    const found = this.wider(level, index, width);
    if (found === null || found.bytes.length > LARGEST_TILE) return null;
    return found.isWider ? found.bytes.subarray(0, width * 32) : found.bytes;
  }
}

/** What lies in a snapshot: {charter, logs, branches, named, faults, findings}. */
export function readShelves(files) {
  const findings = [];
  const bounded = (path, most, log) => {
    const bytes = files.get(path);
    if (bytes === undefined || bytes.length <= most) return bytes;
    findings.push(findingOf(log, 'odd_file', path));
    return undefined;
  };
  const partials = partialWidths(files);
  const shelf = (log, place) => {
    const checkpoint = bounded(`${place}/checkpoint`, LARGEST_CHECKPOINT, log);
    return new LogShelf(files, partials, log, place, checkpoint);
  };
  // A charter that is too long is no charter: `charter_form`, as all that is wrong with one.
  const charter = files.get('charter.json');
  const logs = folderNames(files, 'logs').folders.filter(isLogId).map((log) => shelf(log, `logs/${log}`));
  const branches = folderNames(files, 'branches').folders.filter(isLogId).flatMap((log) => {
    const names = folderNames(files, `branches/${log}`).folders.filter((name) => BRANCH_NAME.test(name));
    return names.map((name) => shelf(log, `branches/${log}/${name}`));
  });
  let room = MOST_NAMED_BYTES;
  const filesOf = (folder, largest) => {
    const found = new Map();
    for (const name of folderNames(files, folder).plain.filter((one) => !one.startsWith('.'))) {
      const bytes = bounded(`${folder}/${name}`, Math.min(largest, room), null);
      if (bytes === undefined) continue;
      room -= bytes.length;
      found.set(name, bytes);
    }
    return found;
  };
  const notes = filesOf('notes', LARGEST_NOTE);
  const docs = filesOf('docs', LARGEST_DOC);
  return { charter, logs, branches, notes, docs, faults: filesOf('faults', LARGEST_NOTE), findings };
}

/** For each tile that is there in part, its widths, by the path of the full one. */
function partialWidths(files) {
  const partials = new Map();
  for (const path of files.keys()) {
    const found = /^(.*)\.p\/([1-9][0-9]{0,2})$/.exec(path);
    if (found === null) continue;
    const widths = partials.get(found[1]) ?? [];
    widths.push(Number(found[2]));
    partials.set(found[1], widths);
  }
  return partials;
}
