/**
 * How sure each possible pair is when one purchase pays one receipt at most and one receipt has one purchase at
 * most: over all ways to pair a group, each as likely as the product of its pairs' odds, the share of those ways
 * in which the two are one. So a rival takes away as much as it weighs, and two orders alike whose purchases are
 * told apart by the minute are sure all the same.
 */

/** A possible pair by its places in two lists, and its odds against being none. */
export interface Edge {
  readonly receipt: number;
  readonly purchase: number;
  readonly odds: number;
}

/** What weighs less is no rival. */
const rivalOdds = 1e-3;
/** Groups of more than so many on their smaller side lose their weakest pairs, and are then taken pair by pair. */
const groupMax = 10;

/** The share of each edge, 0 to 1, in the order of the edges. */
export function sharesOf(edges: readonly Edge[]): number[] {
  const shares = edges.map(() => 0);
  const strong = edges.map((edge, n) => ({ ...edge, n })).filter(({ odds }) => odds >= rivalOdds);
  for (const group of groupsOf(strong)) {
    for (const [n, share] of sharesIn(group)) shares[n] = share;
  }
  return shares;
}

interface Numbered extends Edge {
  readonly n: number;
}

/** Edges that hang together by a receipt or a purchase. */
function groupsOf(edges: readonly Numbered[]): Numbered[][] {
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    if (root !== key) parent.set(key, root);
    return root;
  };
  for (const { receipt, purchase } of edges) {
    const [one, other] = [rootOf(`r${receipt}`), rootOf(`p${purchase}`)];
    if (one !== other) parent.set(one, other);
  }
  return [...Map.groupBy(edges, ({ receipt }) => rootOf(`r${receipt}`)).values()];
}

function sharesIn(group: readonly Numbered[]): Map<number, number> {
  const rows = [...new Set(group.map(({ receipt }) => receipt))];
  const columns = [...new Set(group.map(({ purchase }) => purchase))];
  if (Math.min(rows.length, columns.length) <= groupMax) {
    const isTurned = columns.length > rows.length;
    const [many, few] = isTurned ? [columns, rows] : [rows, columns];
    const placed = group.map(({ receipt, purchase, odds, n }) => ({
      row: many.indexOf(isTurned ? purchase : receipt),
      bit: 1 << few.indexOf(isTurned ? receipt : purchase),
      odds,
      n,
    }));
    return overAllWays(placed, many.length, 1 << few.length);
  }
  return thinned(group);
}

/** The weakest of a large group go; where it then falls apart, each part for itself. */
function thinned(group: readonly Numbered[]): Map<number, number> {
  const best = new Map<string, number>();
  for (const { receipt, purchase, odds } of group) {
    for (const key of [`r${receipt}`, `p${purchase}`]) best.set(key, Math.max(best.get(key) ?? 0, odds));
  }
  const bestOf = ({ receipt, purchase }: Numbered) =>
    Math.max(best.get(`r${receipt}`) ?? 0, best.get(`p${purchase}`) ?? 0);
  const left = group.filter((edge) => edge.odds * 1e4 >= bestOf(edge));
  if (left.length < group.length) return new Map(groupsOf(left).flatMap((part) => [...sharesIn(part)]));
  return new Map(group.map((edge) => [edge.n, edge.odds / (1 + sumAt(group, edge))]));
}

function sumAt(group: readonly Numbered[], { receipt, purchase }: Numbered): number {
  return group.reduce((sum, one) => (one.receipt === receipt || one.purchase === purchase ? sum + one.odds : sum), 0);
}

interface Placed {
  readonly row: number;
  /** The column, as a bit of a mask. */
  readonly bit: number;
  readonly odds: number;
  readonly n: number;
}

/** Sums over all ways by the columns that are taken already: forwards from the first row, backwards from the last. */
function overAllWays(edges: readonly Placed[], rows: number, masks: number): Map<number, number> {
  const ofRow = Array.from({ length: rows }, (_, row) => edges.filter((edge) => edge.row === row));
  const before: Float64Array[] = [new Float64Array(masks)];
  const [start] = before;
  if (start) start[0] = 1;
  for (const [row, those] of ofRow.entries()) before.push(stepped(before[row] ?? new Float64Array(masks), those));
  let after = new Float64Array(masks).fill(1);
  const shares = new Map<number, number>();
  const total = before[rows]?.reduce((sum, one) => sum + one, 0) ?? 1;
  for (let row = rows - 1; row >= 0; row -= 1) {
    const were = before[row] ?? new Float64Array(masks);
    const sooner = Float64Array.from(after);
    for (const { bit, odds, n } of ofRow[row] ?? []) {
      let weight = 0;
      for (let mask = 0; mask < masks; mask += 1) {
        if ((mask & bit) !== 0) continue;
        const then = odds * (after[mask | bit] ?? 0);
        weight += (were[mask] ?? 0) * then;
        sooner[mask] = (sooner[mask] ?? 0) + then;
      }
      shares.set(n, weight / total);
    }
    after = sooner;
  }
  return shares;
}

function stepped(were: Float64Array, edges: readonly Placed[]): Float64Array {
  const are = Float64Array.from(were);
  for (const { bit, odds } of edges) {
    for (const [mask, weight] of were.entries()) {
      if ((mask & bit) === 0 && weight > 0) are[mask | bit] = (are[mask | bit] ?? 0) + weight * odds;
    }
  }
  return are;
}
