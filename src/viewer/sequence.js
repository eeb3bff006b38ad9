// The order in which entries are drawn, and what the links show of it.
//
// An entry stands below all that its author had received. Where the links say nothing
// the time that authors state decides the place, and two neighbours that no path of
// links joins are marked: nothing shows which of them came first.

/** The member whose log this is: a further volume is named `member.hex`. */
export function sequenceMember(log) {
  return log.split('.')[0];
}

/** Entries of a branch, however the record holds them. */
function sequenceBranches(branches) {
  const list = Array.isArray(branches) ? branches : [];
  if (list.length > 0 && list.every((one) => one?.hash && one?.kind)) return [list];
  return list.map((one) => (Array.isArray(one) ? one : one?.entries ?? [])).filter((entries) => entries.length > 0);
}

/** The order of a record: entries, places, and what each had before it. */
export function sequenceOf(record) {
  const names = [...record.logs.keys()].sort();
  const logs = names.map((name) => record.logs.get(name).entries ?? []);
  const at = new Map(names.map((name, i) => [name, i]));
  const entries = sequenceOrder(logs, at);
  const places = new Map(entries.map((entry, i) => [entry.entry, i]));
  const byHash = new Map(entries.map((entry) => [entry.hash, entry]));
  const branches = names.flatMap((name) => sequenceBranches(record.logs.get(name).branches).map((branch) => {
    const main = record.logs.get(name).entries ?? [];
    const parted = branch.findIndex((entry) => main[entry.seq]?.hash !== entry.hash);
    return { log: name, main, entries: parted < 0 ? [] : branch.slice(parted) };
  })).filter((branch) => branch.entries.length > 0);
  for (const branch of branches) for (const entry of branch.entries) if (!byHash.has(entry.hash)) byHash.set(entry.hash, entry);
  return { names, logs, at, entries, places, byHash, branches, pasts: sequencePasts(entries, logs, at), receipts: sequenceReceipts(entries) };
}

// One entry after another: of those whose receipts are all above, the one whose author
// states the earliest time.
function sequenceOrder(logs, at) {
  const next = logs.map(() => 0);
  const last = logs.map(() => '');
  const out = [];
  const total = logs.reduce((sum, entries) => sum + entries.length, 0);
  const waits = (entry) => Object.entries(entry.seen ?? {}).some(([log, head]) => {
    const i = at.get(log);
    return i !== undefined && next[i] < Math.min(head.size, logs[i].length);
  });
  while (out.length < total) {
    let best = -1;
    let spare = -1;
    for (let i = 0; i < logs.length; i += 1) {
      const entry = logs[i][next[i]];
      if (!entry) continue;
      spare = spare < 0 ? i : spare;
      const said = entry.said ?? last[i];
      if (best >= 0 && said >= (logs[best][next[best]].said ?? last[best])) continue;
      if (waits(entry)) continue;
      best = i;
    }
    const chosen = best < 0 ? spare : best;
    const entry = logs[chosen][next[chosen]];
    last[chosen] = entry.said ?? last[chosen];
    next[chosen] += 1;
    out.push(entry);
  }
  return out;
}

// For every entry, how many entries of each log come before it by links.
function sequencePasts(entries, logs, at) {
  const pasts = new Map();
  for (const entry of entries) {
    const own = at.get(entry.log);
    const before = logs[own][entry.seq - 1];
    const past = before && pasts.has(before.entry) ? pasts.get(before.entry).slice() : new Uint32Array(logs.length);
    past[own] = entry.seq;
    for (const [log, head] of Object.entries(entry.seen ?? {})) {
      const i = at.get(log);
      if (i === undefined) continue;
      const size = Math.min(head.size, logs[i].length);
      past[i] = Math.max(past[i], size);
      const theirs = pasts.get(logs[i][size - 1]?.entry);
      if (theirs) for (let j = 0; j < past.length; j += 1) if (theirs[j] > past[j]) past[j] = theirs[j];
    }
    past[own] = entry.seq;
    pasts.set(entry.entry, past);
  }
  return pasts;
}

// For every log, who receipted how much of it, in the order of each author.
function sequenceReceipts(entries) {
  const receipts = new Map();
  for (const entry of entries) {
    for (const [log, head] of Object.entries(entry.seen ?? {})) {
      if (!receipts.has(log)) receipts.set(log, new Map());
      const of = receipts.get(log);
      if (!of.has(entry.log)) of.set(entry.log, []);
      of.get(entry.log).push({ size: head.size, root: head.root, by: entry.entry });
    }
  }
  return receipts;
}

/** The first entry of each other log whose author had received this one. */
export function sequenceReceivedBy(order, entry) {
  const out = [];
  for (const list of (order.receipts.get(entry.log) ?? new Map()).values()) {
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle].size > entry.seq) high = middle;
      else low = middle + 1;
    }
    if (low < list.length) out.push(list[low].by);
  }
  return out;
}

/** The newest entry of each other log that comes before this one by links. */
export function sequenceMadeAfter(order, entry) {
  const past = order.pasts.get(entry.entry);
  if (!past) return [];
  return order.names.flatMap((log, i) => (log !== entry.log && past[i] > 0 ? [`${log}/${past[i] - 1}`] : []));
}

/** How many entries of another log this log had receipted before this entry. */
export function sequenceHadBefore(order, entry, log) {
  const before = order.logs[order.at.get(entry.log)]?.[entry.seq - 1];
  const list = order.receipts.get(log)?.get(entry.log) ?? [];
  let size = 0;
  for (const receipt of list) {
    if (before === undefined || Number(receipt.by.slice(receipt.by.lastIndexOf('/') + 1)) >= entry.seq) break;
    size = receipt.size;
  }
  return size;
}

/** Whether no path of links joins two entries of different logs. */
export function sequenceConcurrent(order, first, second) {
  if (first.log === second.log) return false;
  const [one, two] = [order.pasts.get(first.entry), order.pasts.get(second.entry)];
  if (!one || !two) return false;
  return two[order.at.get(first.log)] <= first.seq && one[order.at.get(second.log)] <= second.seq;
}

/** Which branch of a split log a receipt is of: 0 the one held first, 1 and on the others, or nothing. */
export function sequenceBranchOf(branches, root, size) {
  const heads = [branches[0].main, ...branches.map((branch) => branch.main.slice(0, branch.entries[0].seq).concat(branch.entries))];
  const found = heads.findIndex((entries) => entries[size]?.root === root);
  return found < 0 ? null : found;
}
