/** A quantized TopoJSON topology, as far as trimming it goes. */
export interface Atlas {
  readonly arcs: readonly (readonly (readonly [number, number])[])[];
  readonly transform: { readonly scale: readonly [number, number]; readonly translate: readonly [number, number] };
}

type Point = readonly [number, number];

/** The finest step that a map of card size can show, in degrees: about half a pixel. */
const gridDegrees = 0.01;

/**
 * Makes an atlas as coarse as a map of card size: points that lie closer than `apartDegrees` to the line
 * without them are dropped (Douglas and Peucker, arc by arc: neighbours share their arcs, so borders stay
 * closed), and the rest are rounded to a hundredth of a degree.
 */
export function trimAtlas<Kept extends Atlas>(atlas: Kept, apartDegrees: number): Kept {
  const { scale, translate } = atlas.transform;
  const arcs = atlas.arcs.map((deltas) => {
    const degrees = absolute(deltas).map(([x, y]): Point => [x * scale[0] + translate[0], y * scale[1] + translate[1]]);
    const kept = simplify(degrees, apartDegrees).map(([x, y]): Point => [
      Math.round(x / gridDegrees),
      Math.round(y / gridDegrees),
    ]);
    return kept.map(([x, y], index): Point => {
      const [beforeX, beforeY] = kept[index - 1] ?? [0, 0];
      return [x - beforeX, y - beforeY];
    });
  });
  return { ...atlas, arcs, transform: { scale: [gridDegrees, gridDegrees], translate: [0, 0] } };
}

function absolute(deltas: readonly Point[]): Point[] {
  let x = 0;
  let y = 0;
  return deltas.map(([dx, dy]): Point => [(x += dx), (y += dy)]);
}

function simplify(points: readonly Point[], apart: number): Point[] {
  const first = points[0];
  const keep = new Set([0, points.length - 1]);
  const stretches: (readonly [number, number])[] = [[0, points.length - 1]];
  for (let stretch = stretches.pop(); stretch; stretch = stretches.pop()) {
    const [from, to] = stretch;
    const start = points[from] ?? first;
    const end = points[to] ?? first;
    if (!start || !end) break;
    let farthest = 0;
    let at = -1;
    for (let index = from + 1; index < to; index += 1) {
      const away = distance(points[index] ?? start, start, end);
      if (away > farthest) [farthest, at] = [away, index];
    }
    // A small closed arc (an island) keeps a few points, else it would have no area, or look like a shard.
    if (at === -1 || (farthest < apart && !(isClosed(points) && keep.size < 7))) continue;
    keep.add(at);
    stretches.push([from, at], [at, to]);
  }
  return points.filter((_point, index) => keep.has(index));
}

function isClosed(points: readonly Point[]): boolean {
  const [first, last] = [points[0], points.at(-1)];
  return first?.[0] === last?.[0] && first?.[1] === last?.[1];
}

/** From a point to the stretch between two others. */
function distance([x, y]: Point, [x1, y1]: Point, [x2, y2]: Point): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}
