import { receiptOf, strandSetOf } from './strandset.js';

// A cut: how much of each log a status is about, and the day with which the days named in
// texts are compared.

// Everything that is held: of a split log the longest branch.
function everythingHeld(set) {
  const sizes = new Map();
  for (const strand of set.all) {
    sizes.set(strand.log, Math.max(sizes.get(strand.log) ?? 0, strand.entries.length));
  }
  return sizes;
}

// How many entries of a log the first `size` entries of another had received.
function receivedAt(set, by, of, size) {
  let low = 0;
  let high = of.entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const first = receiptOf(set, by, of, middle);
    if (first !== null && first.seq < size) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The latest of the days that the last dated entry of each log gives.
function latestDay(set, sizes) {
  let latest = null;
  for (const strand of set.first) {
    const within = strand.entries.slice(0, sizes.get(strand.log) ?? 0);
    const said = within.reverse().find((entry) => entry.said !== null)?.said.slice(0, 10) ?? null;
    if (said !== null && (latest === null || said > latest)) latest = said;
  }
  return latest;
}

// The sizes of the cut that ends with these entries, {log: seq}, and holds of every other
// log what they had received, at first hand or through others.
export function cutAt(record, named) {
  const set = strandSetOf(record);
  const fixed = new Set(Object.keys(named));
  const sizes = new Map(Object.entries(named).map(([log, seq]) => [log, seq + 1]));
  for (let grew = true; grew;) {
    grew = false;
    for (const by of set.first.filter((strand) => sizes.has(strand.log))) {
      for (const of of set.first.filter((strand) => !fixed.has(strand.log))) {
        const size = receivedAt(set, by, of, sizes.get(by.log));
        if (size > (sizes.get(of.log) ?? 0)) {
          sizes.set(of.log, size);
          grew = true;
        }
      }
    }
  }
  return Object.fromEntries(sizes);
}

// The sizes of the cut of what authors date no later than a time: of each log the entries
// before the first that is dated after it.
export function cutDated(record, time) {
  const until = (strand) => {
    const first = strand.entries.find((entry) => entry.said !== null && entry.said > time);
    return first === undefined ? strand.entries.length : first.seq;
  };
  return Object.fromEntries(strandSetOf(record).first.map((strand) => [strand.log, until(strand)]));
}

// The cut that is asked for. Without sizes it is everything, and the day is that of the
// reader's clock; with sizes it is the latest day that an author gives, unless one is named.
export function cutOf(set, { cut, day, day_by: basis } = {}) {
  if (cut === undefined || cut === null) {
    return { sizes: everythingHeld(set), day: day ?? null, basis: basis ?? 'clock' };
  }
  const sizes = new Map(Object.entries(cut));
  const named = day === undefined ? latestDay(set, sizes) : day;
  return { sizes, day: named, basis: basis ?? (day === undefined ? 'authors' : 'named') };
}

// Whether a day has come.
export function dayHasCome(cut, day) {
  return cut.day !== null && cut.day >= day;
}
