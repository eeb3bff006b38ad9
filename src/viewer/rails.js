// The drawing beside the cards: rails, nodes and strands, as one picture that screen
// readers skip. Lengths run from the start edge of a line; in a script that runs from
// right to left the whole is mirrored as it is written.

import { svg, shapePath } from './dom.js';

/** How wide the rails at the start edge are, and how far apart. */
export function railsAtEdge(count, room) {
  const gap = count <= 1 ? 0 : Math.max(2, Math.min(count <= 5 ? 22 : 12, (room - 28) / (count - 1)));
  return { gap, width: 14 + gap * Math.max(0, count - 1) + 20 };
}

/** Where the rail of each log stands: `two` about the middle, else at the start edge. */
export function railPlaces({ logs, sides, mode, width, edge, gap, spread }) {
  const places = new Map();
  if (mode === 'two') {
    const middle = (width - edge) / 2;
    let others = 0;
    for (const log of logs) {
      const side = sides.get(log);
      if (side === 'o') {
        places.set(log, width - edge + 20 + others * 18);
        others += 1;
      } else places.set(log, middle + (side === 'a' ? -spread : spread));
    }
    return places;
  }
  logs.forEach((log, i) => places.set(log, 13 + i * gap));
  return places;
}

const railNumber = (value) => Number(value.toFixed(1));

// A line from one node to another: out of the first, along a lane beside it, into the second.
function railStrand(from, to, lane, flip) {
  const down = to.y > from.y ? 1 : -1;
  const bend = Math.max(2, Math.min(20, Math.abs(to.y - from.y) / 2));
  const [x1, x2, mid] = [flip(from.x), flip(to.x), flip(lane)].map(railNumber);
  const [y1, y2] = [from.y, to.y].map(railNumber);
  return `M${x1} ${y1}Q${mid} ${y1} ${mid} ${y1 + down * bend}V${y2 - down * bend}Q${mid} ${y2} ${x2} ${y2}`;
}

/** Draws everything: `nodes` by entry, each `{x, y, log, colour, filled, edge, ties, gone}`. */
export function drawRails(picture, { nodes, rails, width, height, ends, rtl, mode, spread, gap }) {
  const flip = (x) => (rtl ? width - x : x);
  const strands = new Map();
  const note = (entry, path) => strands.set(entry, [...(strands.get(entry) ?? []), path]);
  const [under, over, dots] = [svg('g', {}), svg('g', {}), svg('g', {})];
  for (const rail of rails) under.append(svg('path', { class: `rail m${rail.colour}`, d: railPath(rail, flip, ends) }));
  let turn = 0;
  for (const [entry, node] of nodes) {
    for (const target of node.ties) {
      const to = nodes.get(target);
      if (!to) continue;
      const path = svg('path', { class: `strand m${node.colour}`, d: railStrand(node, to, railLane(node, to, mode, spread, gap, turn), flip) });
      turn += 1;
      over.append(path);
      note(entry, path);
      note(target, path);
    }
    if (mode === 'two' && node.abreast && nodes.has(node.abreast) && Math.abs(node.x - nodes.get(node.abreast).x) <= 2 * spread) {
      const other = nodes.get(node.abreast);
      over.append(svg('path', { class: 'abreast', d: `M${railNumber(flip(node.x))} ${node.y}L${railNumber(flip(other.x))} ${other.y}` }));
    }
    dots.append(svg('path', { class: `joint m${node.colour}`, d: `M${railNumber(flip(node.x))} ${node.y}H${railNumber(flip(node.edge))}` }));
  }
  for (const [entry, node] of nodes) dots.append(railNode(entry, node, flip, mode === 'one' && gap < 14 ? 5 : 7, note));
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
  picture.setAttribute('width', width);
  picture.setAttribute('height', height);
  picture.replaceChildren(under, over, dots);
  return strands;
}

function railLane(from, to, mode, spread, gap, turn) {
  const toward = Math.sign(to.x - from.x) || 1;
  if (mode === 'two') return from.x + toward * Math.min(Math.abs(to.x - from.x) * 0.45, spread * 0.4 + (turn % 4) * 4);
  return from.x + toward * Math.min(gap * 0.5, 11);
}

function railPath({ x, top, bottom }, flip, { join, joinX, joinY, first }) {
  const at = railNumber(flip(x));
  if (!join) return `M${at} ${top}V${bottom}`;
  const to = railNumber(flip(joinX(x)));
  const [from, end] = first ? [bottom, top] : [top, bottom];
  const way = Math.sign(joinY - end) || 1;
  const bend = Math.min(40, Math.abs(joinY - end) * 0.6);
  return `M${at} ${from}V${end}C${at} ${railNumber(end + way * bend)} ${to} ${railNumber(joinY - way * bend)} ${to} ${joinY}`;
}

function railNode(entry, node, flip, size, note) {
  const [x, r] = [railNumber(flip(node.x)), node.filled ? size + 1.5 : size];
  const path = svg('path', { class: `node m${node.colour}${node.filled ? ' filled' : ''}${node.gone ? ' gone' : ''}`, d: shapePath(node.colour, x, node.y, r) });
  if (!node.gone) {
    note(entry, path);
    return path;
  }
  return svg('g', {}, path, svg('path', { class: 'crossed', d: `M${x - 5} ${node.y - 5}l10 10m0 -10l-10 10` }));
}

/** The picture of a rail that parts in two. */
export function splitPicture() {
  return svg('svg', { class: 'split-rail', viewBox: '0 0 200 60', 'aria-hidden': 'true', focusable: 'false', preserveAspectRatio: 'none' },
    svg('path', { d: 'M100 0V14C100 40 50 22 50 60' }), svg('path', { d: 'M100 0V14C100 40 150 22 150 60' }));
}
