import { TellerlineError, type Clock, type IdentityId } from '#base';
import { raises, type ChannelChange } from '#contract';
import { lockCustomer, removeIdentity, requireFreshProof, type Session } from '#customers';
import type { Database } from '#db';
import type { Delivery, KeptDestination, Thread } from '#delivery';

/** Where a customer is told besides the browsers, and how much; the customer's own to change. */
export interface ChannelChoices {
  /** In the order in which they were begun. */
  list(thread: Thread): Promise<KeptDestination[]>;
  /**
   * Changes how much is told in a channel, and what is done when it may not be written to. Less holds at once, for
   * what is on its way too; more takes a proof for `raise-detail` of that channel.
   *
   * @throws TellerlineError `channel_unknown` 404, `proof_needed` 403
   */
  change(session: Session, thread: Thread, identityId: IdentityId, change: ChannelChange): Promise<void>;
  /** Takes a channel away, with the channel identity: nothing more is told there, and what is said there is a stranger's. @throws TellerlineError `channel_unknown` */
  remove(thread: Thread, identityId: IdentityId): Promise<void>;
}

/** What choosing works with. */
interface ChoosingParts {
  readonly database: Database;
  readonly delivery: Pick<Delivery, 'destinations' | 'changeDestination' | 'removeDestination'>;
  readonly clock: Clock;
}

/** Makes the choices over the destinations of conversations. */
export function createChannelChoices({ database, delivery, clock }: ChoosingParts): ChannelChoices {
  return {
    list: (thread) => delivery.destinations(database, thread),
    change: (session, thread, identityId, { details, otherwise, spare }) =>
      database.transaction(async (tx) => {
        // Of two changes at once the second is compared with what the first one left.
        await lockCustomer(tx, session.customerId);
        const before = (await delivery.destinations(tx, thread)).find((one) => one.identityId === identityId);
        if (!before) throw unknown();
        const change = {
          ...(details && { details }),
          ...(otherwise && { otherwise }),
          ...(spare !== undefined && { spare }),
        };
        if (raises(before, change)) {
          await requireFreshProof(tx, session, { act: 'raise-detail', subject: identityId }, clock.nowMs());
        }
        await delivery.changeDestination(tx, thread, identityId, {
          ...change,
          ...(details && { details: { ...before.details, ...details } }),
        });
      }),
    remove: (thread, identityId) =>
      database.transaction(async (tx) => {
        await lockCustomer(tx, thread.customerId);
        await delivery.removeDestination(tx, thread, identityId);
        if (!(await removeIdentity(tx, thread.customerId, identityId))) throw unknown();
      }),
  };
}

function unknown(): TellerlineError {
  return new TellerlineError('channel_unknown', 404, 'This chat is not brought there. Nothing was changed.');
}
