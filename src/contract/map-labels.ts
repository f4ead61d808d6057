/** Where words stand on a small map: labels beside their pins, names inside their shapes, none on another. In pixels. */

/** A rectangle by its upper left corner, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Words in the room that they take; a label may have a second line. */
export interface MapText extends Box {
  readonly text: string;
  readonly detail?: string;
}

/**
 * What a pin stands for: a purchase; one that is held, in red; the customer's own last one, a quiet dot; of a parcel
 * where it began, where it is, and where it goes.
 */
export type PinLook = 'place' | 'held' | 'own' | 'past' | 'now' | 'goal';

/** How a pin is drawn: radii in pixels, colours by the names of the screens' tokens. */
export interface Pin {
  readonly radius: number;
  readonly fill: 'bank' | 'fraud' | 'ink' | 'ink-quiet' | 'surface';
  readonly stroke: 'surface' | 'ink' | 'map-land';
  readonly strokeWidth: number;
  readonly halo: number;
}

/** How a pin of that look is drawn; smaller where it is one of `many` purchases. */
export function pinOf(look: PinLook, many: boolean): Pin {
  switch (look) {
    case 'place':
      return many
        ? { radius: 4.5, fill: 'bank', stroke: 'surface', strokeWidth: 1.75, halo: 10 }
        : { radius: 6.5, fill: 'bank', stroke: 'surface', strokeWidth: 2.5, halo: 15 };
    case 'held':
      return { radius: 6.5, fill: 'fraud', stroke: 'surface', strokeWidth: 2.5, halo: 15 };
    case 'now':
      return { radius: 6.5, fill: 'ink', stroke: 'surface', strokeWidth: 2.5, halo: 15 };
    case 'own':
      return { radius: 4.5, fill: 'ink-quiet', stroke: 'map-land', strokeWidth: 2, halo: 0 };
    case 'past':
      return { radius: 3.5, fill: 'ink-quiet', stroke: 'map-land', strokeWidth: 2, halo: 0 };
    case 'goal':
      return { radius: 4.5, fill: 'surface', stroke: 'ink', strokeWidth: 2, halo: 0 };
  }
}

/** Width of a text: labels at 11.5 px semibold, names at 10 px. */
export type Measure = (text: string, kind: 'label' | 'name') => number;

/** x and y in pixels, from the upper left. */
export type Point = readonly [number, number];

/** An outline on the map, closed without repeating its first point. */
export type Ring = readonly Point[];

const labelHeight = 23;
const detailHeight = 38;
const labelPadding = 8;
const pinToLabel = 15;
const nameHeight = 12;

/** What a label of that text takes beside its pin, to the right. */
export const labelRoom = (text: string, measure: Measure): number =>
  measure(text, 'label') + labelPadding * 2 + pinToLabel;

const edge = 6;

/** For where nothing can measure: wide enough for wide faces. */
export const estimate: Measure = (text, kind) => text.length * (kind === 'label' ? 7.4 : 8);

interface Sized {
  readonly width: number;
  readonly height: number;
}

/** A label beside its pin: right, left, below or above, wherever it stays inside and touches nothing. */
export function placeLabels(
  pins: readonly LabelledPin[],
  size: Sized,
  measure: Measure,
  line: readonly Point[] = [],
): MapText[] {
  const placed: MapText[] = [];
  const dots = pins.map(({ x, y }) => ({ x: x - 8, y: y - 8, width: 16, height: 16 }));
  const along = line.map(([x, y]) => ({ x: x - 1, y: y - 1, width: 2, height: 2 }));
  // What matters most has the first choice.
  const order = pins.map((pin, index) => ({ pin, index })).toSorted((a, b) => rankOf(a.pin) - rankOf(b.pin));
  for (const { pin, index } of order) {
    const { label, detail } = pin;
    if (!label || placed.some(({ text }) => text === label)) continue;
    const free = spotsOf(pin, size, measure).filter(
      (one) => inside(one, size) && ![...placed, ...dots.toSpliced(index, 1)].some((other) => touch(one, other)),
    );
    const box = free.find((one) => !along.some((point) => touch(one, point))) ?? free[0];
    if (box)
      placed.push({ ...box, x: round(box.x), y: round(box.y), text: label, ...(detail !== undefined && { detail }) });
  }
  return placed;
}

const rankOf = ({ look }: LabelledPin): number => (look === 'past' || look === 'goal' ? 2 : look === 'own' ? 1 : 0);

/** A pin with what is to stand beside it. */
export interface LabelledPin {
  readonly x: number;
  readonly y: number;
  readonly label: string | undefined;
  readonly detail?: string | undefined;
  readonly look?: PinLook;
}

/** Where a label may stand: right, left, below or above its pin, and where it is of two lines, at its corners. */
function spotsOf({ x, y, label = '', detail }: LabelledPin, size: Sized, measure: Measure): Box[] {
  const widest = Math.max(measure(label, 'label'), detail === undefined ? 0 : measure(detail, 'label'));
  const width = Math.ceil(widest) + labelPadding * 2;
  const height = detail === undefined ? labelHeight : detailHeight;
  const beside = y - height / 2;
  const held = (top: number): number => Math.min(Math.max(edge, top), size.height - edge - height);
  const centred = Math.min(Math.max(edge, x - width / 2), size.width - edge - width);
  const corners = [
    { x: x + pinToLabel, y: beside },
    { x: x - pinToLabel - width, y: beside },
    { x: centred, y: y + pinToLabel },
    { x: centred, y: y - pinToLabel - height },
    ...(detail === undefined
      ? []
      : [
          { x: x + pinToLabel, y: held(y - height + 4) },
          { x: x + pinToLabel, y: held(y - 4) },
          { x: x - pinToLabel - width, y: held(y - height + 4) },
          { x: x - pinToLabel - width, y: held(y - 4) },
        ]),
  ];
  return corners.map((corner) => ({ ...corner, width, height }));
}

/** Words beside the middle of a line, clear of pins and labels; where there is no room there are none. */
export function placeBetween(
  text: string,
  line: readonly Point[],
  { width, height, taken, measure }: Sized & { readonly taken: readonly Box[]; readonly measure: Measure },
): MapText | undefined {
  const wide = Math.ceil(measure(text, 'name')) + 8;
  const high = 18;
  const along = line.map(([x, y]) => ({ x: x - 1, y: y - 1, width: 2, height: 2 }));
  const spots = [0.5, 0.4, 0.6, 0.3, 0.7].flatMap((part): Box[] => {
    const [x, y] = line[Math.floor((line.length - 1) * part)] ?? [0, 0];
    const corners = [
      { x: x + 8, y: y - high / 2 },
      { x: x - 8 - wide, y: y - high / 2 },
      { x: x + 8, y: y + 3 },
      { x: x - 8 - wide, y: y - 3 - high },
      { x: x + 8, y: y - 3 - high },
      { x: x - 8 - wide, y: y + 3 },
      { x: x - wide / 2, y: y - 8 - high },
      { x: x - wide / 2, y: y + 8 },
    ];
    return corners.map((corner) => ({ ...corner, width: wide, height: high }));
  });
  const box = spots.find(
    (spot) => inside(spot, { width, height }) && ![...taken, ...along].some((other) => touch(spot, other)),
  );
  return box && { ...box, x: round(box.x), y: round(box.y), text };
}

/** Names of states and countries, each inside its own shape and clear of pins, labels and each other. */
export function placeNames(
  areas: readonly { readonly name: string; readonly rings: readonly Ring[]; readonly first: boolean }[],
  view: Sized & { readonly taken: readonly Box[] },
  measure: Measure,
): MapText[] {
  const placed: MapText[] = [];
  const ordered = areas
    .map((area) => ({ ...area, size: largest(area.rings) }))
    .toSorted((a, b) => Number(b.first) - Number(a.first) || b.size - a.size);
  for (const { name, rings } of ordered) {
    if (placed.length === 6) break;
    const width = Math.ceil(measure(name, 'name'));
    const middle = centreOf(rings);
    const inside = insideOf(rings);
    const spots = gridOf(view, width)
      .map((spot) => ({
        ...spot,
        away: Math.hypot(spot.x + width / 2 - middle[0], (spot.y + nameHeight / 2 - middle[1]) * 2),
      }))
      .toSorted((a, b) => a.away - b.away);
    const spot = spots.find((box) => {
      const roomy = { x: box.x - 5, y: box.y - 3, width: width + 10, height: nameHeight + 6 };
      return ![...view.taken, ...placed].some((other) => touch(roomy, other)) && covers(inside, roomy);
    });
    if (spot) placed.push({ x: round(spot.x), y: round(spot.y), width, height: nameHeight, text: name });
  }
  return placed;
}

function gridOf(size: Sized, width: number): Box[] {
  const boxes: Box[] = [];
  for (let y = edge; y <= size.height - edge - nameHeight; y += 6) {
    for (let x = edge; x <= size.width - edge - width; x += 8) boxes.push({ x, y, width, height: nameHeight });
  }
  return boxes;
}

/** True when all of the box lies inside the shape, by points along its edge. */
function covers(inside: Inside, { x, y, width, height }: Box): boolean {
  const across = [0, 0.25, 0.5, 0.75, 1];
  return across.every((part) => [y, y + height / 2, y + height].every((line) => inside(x + width * part, line)));
}

type Inside = (x: number, y: number) => boolean;

/**
 * Whether a point lies in a shape: even-odd rule over all rings, so that holes stay holes. Many points are asked
 * for on few lines, so where a line crosses the outlines is found once.
 */
function insideOf(rings: readonly Ring[]): Inside {
  const lines = new Map<number, readonly number[]>();
  return (x, y) => {
    let crossings = lines.get(y);
    if (!crossings) lines.set(y, (crossings = crossingsOf(rings, y)));
    return crossings.filter((crossing) => x < crossing).length % 2 === 1;
  };
}

function crossingsOf(rings: readonly Ring[], y: number): number[] {
  const crossings: number[] = [];
  for (const ring of rings) {
    for (let here = 0, before = ring.length - 1; here < ring.length; before = here++) {
      const [x1, y1] = ring[here] ?? [0, 0];
      const [x2, y2] = ring[before] ?? [0, 0];
      if (y1 > y !== y2 > y) crossings.push(((x2 - x1) * (y - y1)) / (y2 - y1) + x1);
    }
  }
  return crossings;
}

function signedArea(ring: Ring): number {
  return ring.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}

const largest = (rings: readonly Ring[]): number => Math.max(0, ...rings.map((ring) => Math.abs(signedArea(ring))));

function centreOf(rings: readonly Ring[]): readonly [number, number] {
  const ring = rings.toSorted((a, b) => Math.abs(signedArea(b)) - Math.abs(signedArea(a)))[0] ?? [];
  const xs = extent(ring.map(([x]) => x));
  const ys = extent(ring.map(([, y]) => y));
  return [middleOf(xs), middleOf(ys)];
}

const inside = ({ x, y, width, height }: Box, size: Sized): boolean =>
  x >= edge && y >= edge && x + width <= size.width - edge && y + height <= size.height - edge;

const touch = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && a.x + a.width > b.x && a.y < b.y + b.height && a.y + a.height > b.y;

/** From the smallest to the largest of some values. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** Smallest and largest of some values. */
export const extent = (values: readonly number[]): Extent => ({ from: Math.min(...values), to: Math.max(...values) });
/** Halfway between smallest and largest. */
export const middleOf = ({ from, to }: Extent): number => (from + to) / 2;
/** To a tenth of a pixel. */
export const round = (value: number): number => Math.round(value * 10) / 10;
