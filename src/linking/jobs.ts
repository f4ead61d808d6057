import type { LinkId } from '#base';
import { sql } from '#db';
import { readLookback, retryAfterMs, unfinishedLookbacks } from './lookback.ts';
import type { LinkingParts } from './parts.ts';
import { tellBanks } from './revocations.ts';
import { createRunner } from './runner.ts';
import { carryOutWithdrawals } from './withdrawal-batches.ts';

/** Linking's work that runs by itself. What is open stands in the database; this only drives it. */
export interface Jobs {
  /** Takes up what an earlier process left open, and looks again every now and then. */
  start(): void;
  /** Reads a link's history, now. */
  lookback(linkId: LinkId): void;
  /** Carries out the withdrawals of banks, now. */
  withdrawals(): void;
  /** Tells the banks of stopped links, now. */
  revocations(): void;
  /** Stops taking up work and waits for what is running. */
  stop(): Promise<void>;
}

const roundMs = 20_000;

/**
 * Makes the jobs, idle until `start`. `expire` ends consents whose day has come, after reminding of those
 * whose day is near; `subscribe` asks one link's bank for its events.
 */
export function startJobs(
  parts: LinkingParts,
  chores: { readonly expire: () => Promise<void>; readonly subscribe: (linkId: LinkId) => Promise<void> },
): Jobs {
  const { run, later, isStopping, stop } = createRunner(parts.log);
  /** One timer for the next telling is set. */
  let nextTelling = false;

  const lookback = (linkId: LinkId, attempt = 0): void =>
    run(`lookback|${linkId}`, async () => {
      try {
        await readLookback(parts, linkId, isStopping);
      } catch (error) {
        const wait = retryAfterMs(error, attempt);
        parts.log.info({ err: error }, 'the look-back was interrupted');
        if (wait !== undefined) later(wait, () => lookback(linkId, attempt + 1));
      }
    });
  const revocations = (): void =>
    run('revocations', async () => {
      const next = await tellBanks(parts);
      const waitMs = Math.max(250, (next ?? Infinity) - parts.clock.nowMs());
      // What is due later than the next round is found by it.
      if (waitMs > roundMs || nextTelling) return;
      nextTelling = true;
      later(waitMs, () => {
        nextTelling = false;
        revocations();
      });
    });
  const withdrawals = (): void =>
    run('withdrawals', async () => {
      await carryOutWithdrawals(parts, isStopping);
      revocations();
    });
  const round = (): void => {
    withdrawals();
    run('round', async () => {
      for (const linkId of await unfinishedLookbacks(parts.database)) lookback(linkId);
      revocations();
      await chores.expire();
      await subscribeMissing(parts, chores.subscribe);
    });
    later(roundMs, round);
  };

  return {
    start: round,
    lookback: (linkId) => lookback(linkId),
    revocations,
    withdrawals,
    stop,
  };
}

async function subscribeMissing(parts: LinkingParts, subscribe: (linkId: LinkId) => Promise<void>): Promise<void> {
  const rows = await parts.database.query<{ linkId: LinkId }>(sql`
    select link_id as "linkId" from links where state = 'linked' and not subscribed limit 100`);
  for (const { linkId } of rows) {
    await subscribe(linkId).catch((error: unknown) =>
      parts.log.info({ err: error }, 'a bank could not be subscribed to yet'),
    );
  }
}
