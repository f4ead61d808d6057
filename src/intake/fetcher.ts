import { limits } from '#base';
import { createRunner, type FetchClaim } from '#linking';
import { countIntake } from './counts.ts';
import type { IntakeParts } from './parts.ts';
import { storeFetched } from './store-fetched.ts';

/** Fetches what banks that do not push have to tell. What is due stands in the database; this only drives it. */
export interface Fetcher {
  start(): void;
  /** Looks now for what is due. */
  look(): void;
  /** Takes nothing new up and waits for the page under way. */
  stop(): Promise<void>;
}

const lookMs = 1_000;

/** Makes the fetcher, idle until `start`. */
export function createFetcher(parts: IntakeParts): Fetcher {
  const { run, later, isStopping, stop } = createRunner(parts.log);
  const { fetches } = parts.linking;
  /** Under way in this process. */
  let fetching = 0;
  /** Links of banks that have begun to be asked since this process started have their rows. */
  let enlisted = false;

  const fetchOne = async (claim: FetchClaim): Promise<void> => {
    try {
      const store = storeFetched.bind(undefined, parts);
      const end = await fetches.readClaimed(claim, store, isStopping);
      await parts.database.transaction((tx) =>
        countIntake(tx, claim.bankId, { [`fetch-${end}`]: 1 }, parts.clock.nowMs()),
      );
    } finally {
      fetching -= 1;
      // There may be more that is due than could be taken up at once.
      look();
    }
  };
  const look = (): void =>
    run('fetches', async () => {
      const free = limits.fetchesAtOnceMax - fetching;
      if (free <= 0 || isStopping()) return;
      for (const claim of await fetches.claim(free)) {
        fetching += 1;
        run(`fetch|${claim.linkId}|${claim.fence}`, () => fetchOne(claim));
      }
    });
  const round = (): void => {
    if (!enlisted)
      run('enlisting', async () => {
        await fetches.enlist();
        enlisted = true;
      });
    look();
    later(lookMs, round);
  };
  return { start: round, look, stop };
}
