// The files of a record: from the tail of this page, from a folder that the reader picks,
// or from one dropped on the page; and how a folder compares with the page.

// Most bytes that are taken from a folder, so that a wrong one does not fill the memory.
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
  for (const line of lines.slice(1)) {
    if (line === 'end') {
      tail.isWhole = true;
      break;
    }
    const [path, data, size] = line.split(' ');
    if (path === 'left-out') tail.leftOut = Number(data);
    else if (data === '-') tail.docs.push({ path, size: Number(size) });
    else if (data !== undefined) folderPut(tail, path, data);
  }
  return tail;
}

function folderPut(tail, path, data) {
  try {
    tail.files.set(path, folderBytes(data));
  } catch {
    tail.files.set(path, new Uint8Array());
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
    else found.files.set(path, new Uint8Array(await file.arrayBuffer()));
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
