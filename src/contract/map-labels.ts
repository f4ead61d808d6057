/** Where words stand on a small map: labels beside their pins, names inside their shapes, none on another. In pixels. */

/** A rectangle by its upper left corner, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Words in the room that they take. */
export interface MapText extends Box {
  readonly text: string;
}

/** Width of a text: labels at 11.5 px semibold, names at 10 px. */
export type Measure = (text: string, kind: 'label' | 'name') => number;

/** x and y in pixels, from the upper left. */
export type Point = readonly [number, number];

/** An outline on the map, closed without repeating its first point. */
export type Ring = readonly Point[];

const labelHeight = 23;
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
  pins: readonly { readonly x: number; readonly y: number; readonly label: string | undefined }[],
  size: Sized,
  measure: Measure,
): MapText[] {
  const placed: MapText[] = [];
  const dots = pins.map(({ x, y }) => ({ x: x - 8, y: y - 8, width: 16, height: 16 }));
  pins.forEach(({ x, y, label }, index) => {
    if (!label || placed.some(({ text }) => text === label)) return;
    const width = Math.ceil(measure(label, 'label')) + labelPadding * 2;
    const beside = y - labelHeight / 2;
    const centred = Math.min(Math.max(edge, x - width / 2), size.width - edge - width);
    const box = [
      { x: x + pinToLabel, y: beside },
      { x: x - pinToLabel - width, y: beside },
      { x: centred, y: y + pinToLabel },
      { x: centred, y: y - pinToLabel - labelHeight },
    ]
      .map((corner) => ({ ...corner, width, height: labelHeight }))
      .find((one) => inside(one, size) && ![...placed, ...dots.toSpliced(index, 1)].some((other) => touch(one, other)));
    if (box) placed.push({ ...box, x: round(box.x), y: round(box.y), text: label });
  });
  return placed;
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
