import { limits } from '#base';
import type { Transaction } from '#db';
import { createRunner } from '#linking';
import type { ActionStore } from './action-store.ts';
import { carryOut } from './carry-out.ts';
import type { ControlsParts } from './parts.ts';

/** Controls' work that runs by itself. What is open stands in the database; this only drives it. */
export interface ControlsJobs {
  /** Takes up what an earlier process left open, and looks again every now and then. */
  start(): void;
  /** Carries out what is due, now. */
  look(): void;
  /** Stops taking up work and waits for what is running. */
  stop(): Promise<void>;
}

/** What another process left is found within this. */
const roundMs = 2_000;

/** Makes the jobs, idle until `start`. */
export function startControls(parts: ControlsParts, store: ActionStore<Transaction>): ControlsJobs {
  const { clock, log, linking, banks } = parts;
  const { run, later, isStopping, stop } = createRunner(log);
  const carrying = new Set<string>();

  const takeUp = async (): Promise<void> => {
    const most = limits.bankActionsAtOnceMax - carrying.size;
    if (most <= 0 || isStopping()) return;
    for (const claim of await store.claim(clock.nowMs(), most, limits.bankActionLeaseMs)) {
      const { actionId } = claim;
      carrying.add(actionId);
      run(`action|${actionId}`, async () => {
        try {
          await carryOut(
            { store, banks, clock, log, atBank: (of, work) => linking.atBank(of.linkId, 'USER', work) },
            claim,
          );
        } finally {
          carrying.delete(actionId);
          look();
        }
      });
    }
  };
  /** Needs no key: the alarm does not wait for any bank's key service, and telling one link's customer waits for its own alone. */
  const alarm = async (): Promise<void> => {
    for (const { bankId } of await store.markUnknown(clock.nowMs(), limits.bankActionUnknownMs, 100))
      log.error(
        { bank: bankId, alarm: 'bank_action_unknown' },
        'a bank has not said what became of what it was asked to do',
      );
    for (const linkId of await store.untold(clock.nowMs(), limits.bankActionsAtOnceMax))
      run(`tell|${linkId}`, () => store.tellUnknown(linkId, clock.nowMs(), limits.bankActionTellPauseMs));
  };
  let isTimed = false;
  const look = (): void => {
    run('alarm', alarm);
    run('look', async () => {
      await takeUp();
      const next = await store.nextAtMs(limits.bankActionUnknownMs);
      const waitMs = Math.max(50, (next ?? Infinity) - clock.nowMs());
      if (waitMs > roundMs || isTimed || carrying.size >= limits.bankActionsAtOnceMax) return;
      isTimed = true;
      later(waitMs, () => {
        isTimed = false;
        look();
      });
    });
  };
  const round = (): void => {
    look();
    later(roundMs, round);
  };
  return { start: round, look, stop };
}
