import type { Transaction } from '#db';
import type { FetchClaim, Fetched } from '#linking';
import { countIntake } from './counts.ts';
import { countFates } from './fate.ts';
import { eventsOfFetched } from './fetched.ts';
import type { IntakeParts } from './parts.ts';
import { storeAccountEvents } from './store.ts';

/**
 * Stores what was fetched of a link's bank on the same way as what a bank pushes, for that link alone: another
 * link to the same account has a grant of its own to be fetched by. `within` runs at the end of the transaction:
 * when it throws nothing is stored. Answers how much was new.
 */
export async function storeFetched(
  parts: IntakeParts,
  { bankId, linkId }: FetchClaim,
  fetched: Fetched,
  within: (tx: Transaction) => Promise<void>,
): Promise<number> {
  await parts.vault.askAhead({ bankId });
  // A purchase that the look-back has read is no news; the newest balance always replaces the one before.
  const origin = fetched.balance ? 'event' : 'history';
  return parts.events.of(bankId).transaction(async (tx) => {
    await parts.linking.withdrawals.requireNone(tx, bankId);
    const nowMs = parts.clock.nowMs();
    const events = eventsOfFetched(linkId, fetched);
    const fates = await storeAccountEvents(tx, parts, bankId, events, nowMs, { linkId, origin });
    const { accepted, duplicate } = countFates(fates);
    // What is fetched comes again each time by its nature: among what banks push it would hide what they repeat.
    await countIntake(tx, bankId, { fetched: accepted, 'fetched-again': duplicate }, nowMs);
    await within(tx);
    return accepted;
  });
}
