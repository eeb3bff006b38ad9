// The files of a record: from the tail of this page, from a folder that the reader picks,
// or from one dropped on the page; and how a folder compares with the page.

// Most bytes that are taken from a folder, so that a wrong one does not fill the memory.
const FOLDER_LARGEST_DOCUMENT = 4 * 1024 * 1024;
const FOLDER_MOST = 2 * 1024 * 1024 * 1024;

function folderBytes(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** What the tail of a page holds; nothing for an empty viewer. */
export function readTail(text) {
  const lines = text.split('\n');
  while (lines.length > 0 && lines[0] === '') lines.shift();
  if (lines[0] !== 'countersign.page/1') return null;
  const tail = { files: new Map(), docs: [], leftOut: 0, isWhole: false };
  const end = lines.indexOf('end');
  const isForm = lines.slice(1, end).every((line, at) => folderLine(tail, line, at)) && folderIsSorted(lines.slice(1, end));
  tail.isWhole = isForm && end > 0 && lines.slice(end + 1).join('') === '' && lines.length === end + 2;
  return tail;
}

const FOLDER_PATH = /^[a-z0-9-][a-z0-9.-]*(\/[a-z0-9-][a-z0-9.-]*)*$/;
const FOLDER_NUMBER = /^(0|[1-9][0-9]*)$/;

// One line of the tail: whether it has its one spelling. What can be read of one that has
// not is taken, so that the files can be looked at.
function folderLine(tail, line, at) {
  const [path, data, size, more] = line.split(' ');
  if (path === 'left-out' && at === 0) {
    tail.leftOut = Number(data);
    return size === undefined && FOLDER_NUMBER.test(data) && data !== '0';
  }
  if (data === undefined || !FOLDER_PATH.test(path)) return false;
  if (data === '-') {
    tail.docs.push({ path, size: Number(size) });
    return path.startsWith('docs/') && more === undefined && FOLDER_NUMBER.test(size);
  }
  return size === undefined && folderPut(tail, path, data);
}

function folderIsSorted(lines) {
  const paths = lines.filter((line) => !line.startsWith('left-out ')).map((line) => line.split(' ')[0]);
  return paths.every((path, at) => at === 0 || paths[at - 1] < path);
}

function folderPut(tail, path, data) {
  try {
    const bytes = folderBytes(data);
    tail.files.set(path, bytes);
    if (path.startsWith('docs/')) tail.docs.push({ path, size: bytes.length });
    return btoa(atob(data)) === data;
  } catch {
    tail.files.set(path, new Uint8Array());
    return false;
  }
}

// Paths below the folder of the charter: a reader may pick a folder above it.
function folderRooted(pairs) {
  const charter = pairs.map(([path]) => path).filter((path) => path === 'charter.json' || path.endsWith('/charter.json'))
    .sort((a, b) => a.length - b.length)[0];
  if (charter === undefined) return null;
  const root = charter.slice(0, -'charter.json'.length);
  return pairs.filter(([path]) => path.startsWith(root)).map(([path, file]) => [path.slice(root.length), file]);
}

/** The files of a folder as a record has them; nothing where there is no charter. */
export async function readFolder(pairs) {
  const inside = folderRooted(pairs);
  if (!inside) return null;
  const found = { files: new Map(), docs: [], leftOut: 0, isWhole: true };
  let total = 0;
  for (const [path, file] of inside) {
    total += file.size;
    if (total > FOLDER_MOST) break;
    if (path === 'index.html' || path === 'feed.xml') continue;
    if (path.startsWith('docs/')) found.docs.push({ path, size: file.size });
    if (!path.startsWith('docs/') || file.size <= FOLDER_LARGEST_DOCUMENT) found.files.set(path, new Uint8Array(await file.arrayBuffer()));
  }
  return found;
}

/** The files that a picker gave, by path. */
export function pickedFiles(list) {
  return [...list].map((file) => [file.webkitRelativePath || file.name, file]);
}

async function folderWalkHandle(handle, path, out) {
  if (handle.kind === 'file') {
    out.push([path, await handle.getFile()]);
    return;
  }
  for await (const [name, child] of handle.entries()) await folderWalkHandle(child, path ? `${path}/${name}` : name, out);
}

async function folderWalkEntry(entry, path, out) {
  if (entry.isFile) {
    out.push([path, await new Promise((done, failed) => { entry.file(done, failed); })]);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, failed) => { reader.readEntries(done, failed); });
    if (some.length === 0) return;
    for (const child of some) await folderWalkEntry(child, `${path}/${child.name}`, out);
  }
}

/** The files that were dropped, by path. What an event carries is taken before any wait. */
export async function droppedFiles(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  const handles = items.map((item) => item.getAsFileSystemHandle?.());
  const entries = items.map((item) => item.webkitGetAsEntry?.());
  const out = [];
  for (const [at, pending] of handles.entries()) {
    const handle = await pending;
    if (handle) await folderWalkHandle(handle, handle.name, out);
    else if (entries[at]) await folderWalkEntry(entries[at], entries[at].name, out);
  }
  return out;
}

/** How a folder compares with the files of the page, path by path. */
export function compareFiles(page, folder) {
  const found = { equal: 0, differ: [], only: [], lacks: [] };
  for (const [path, bytes] of folder) {
    const other = page.get(path);
    if (!other) found.only.push(path);
    else if (folderEqual(bytes, other)) found.equal += 1;
    else found.differ.push(path);
  }
  found.lacks = [...page.keys()].filter((path) => !folder.has(path));
  return found;
}

function folderEqual(a, b) {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
