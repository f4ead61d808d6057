/** One to `N` of a kind: a list that is too long, or empty, does not compile. */
export type AtMost<Item, N extends number, Taken extends readonly Item[] = readonly [Item]> = Taken['length'] extends N
  ? Taken
  : Taken | AtMost<Item, N, readonly [...Taken, Item]>;

/** Tells that a list that came about while running is one of at most `n`, and not empty. */
export function isAtMost<Item, N extends number>(
  list: readonly Item[],
  n: N,
): list is readonly Item[] & AtMost<Item, N> {
  return list.length > 0 && list.length <= n;
}

/** A list in runs of at most `n`, in order. */
export function runsOf<Item, N extends number>(
  list: readonly Item[],
  n: N,
): readonly (readonly Item[] & AtMost<Item, N>)[] {
  const runs: (readonly Item[] & AtMost<Item, N>)[] = [];
  for (let from = 0; from < list.length; from += n) {
    const run = list.slice(from, from + n);
    if (isAtMost(run, n)) runs.push(run);
  }
  return runs;
}
