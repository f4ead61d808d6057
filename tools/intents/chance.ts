/** Numbers from 0 up to 1 out of a seed (mulberry32), so that a training can be repeated to the bit. */
export type Chance = () => number;

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** The same values in another order. */
export function shuffled<Value>(values: readonly Value[], chance: Chance): Value[] {
  const order = values.map((value) => ({ value, at: chance() }));
  return order.toSorted((a, b) => a.at - b.at).map(({ value }) => value);
}

/** From a normal distribution of mean 0 and deviation 1. */
export function normal(chance: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}
