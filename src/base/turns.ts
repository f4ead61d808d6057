/** Runs work when its turn has come. */
export interface InTurn {
  <Result>(work: () => Promise<Result>): Promise<Result>;
  /** How many wait for theirs. */
  readonly waiting: number;
}

/** Lets so many works run at once; the others wait, in the order in which they came. */
export function turns(atOnceMax: number): InTurn {
  let running = 0;
  const waiting: (() => void)[] = [];
  const take = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= atOnceMax) await new Promise<void>((begin) => waiting.push(begin));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // Its place is handed on, so that nobody comes in between.
      if (next) next();
      else running -= 1;
    }
  };
  return Object.defineProperty(take, 'waiting', { get: () => waiting.length }) as InTurn;
}
