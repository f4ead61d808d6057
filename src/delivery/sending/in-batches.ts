/**
 * Turns a call for many into a call for one: what is asked for while a call is under way goes into the next,
 * so that under load a few statements serve many and alone nothing waits.
 *
 * @param run answers in the order of what it is given
 */
export function inBatches<Asked, Answer>(
  max: number,
  run: (all: readonly Asked[]) => Promise<readonly Answer[]>,
): (one: Asked) => Promise<Answer> {
  let waiting: { readonly one: Asked; readonly settled: PromiseWithResolvers<Answer> }[] = [];
  let isRunning = false;

  const drain = async (): Promise<void> => {
    // What is asked for in the same turn goes together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.slice(0, max);
      waiting = waiting.slice(max);
      try {
        const answers = await run(batch.map(({ one }) => one));
        for (const [n, { settled }] of batch.entries()) settled.resolve(answers[n] as Answer);
      } catch (error) {
        for (const { settled } of batch) settled.reject(error);
      }
    }
    isRunning = false;
  };
  return (one) => {
    const settled = Promise.withResolvers<Answer>();
    waiting.push({ one, settled });
    if (!isRunning) {
      isRunning = true;
      void drain();
    }
    return settled.promise;
  };
}
