import type { AccountRef, LinkId } from '#base';
import type { Hearing, HearingChange, QuietHours } from '#contract';
import { findCustomer, updateCustomer } from '#customers';
import type { Thread } from '#delivery';
import type { TalkParts } from './talk-parts.ts';
import { customerMoney } from './vault-money.ts';

/** When a customer wants to be told. */
export interface Hours {
  readonly quiet: QuietHours | null;
  /** A full hour of their day; null: there is no digest. */
  readonly digestHour: number | null;
}

/** What one customer wants to be told, and when: the one way to it, for the chat and for the privacy centre. */
export interface CustomerWishes {
  /** Of each account that is shared and can be read now. */
  hearings(): Promise<ReadonlyMap<AccountRef, Hearing>>;
  /** Changes what is told of those accounts; those of somebody else are left alone. */
  hear(change: HearingChange, accountRefs: readonly AccountRef[]): Promise<void>;
  hours(): Promise<Hours>;
  /** What is absent stays; answers what then holds. */
  setHours(change: Partial<Hours>): Promise<Hours>;
}

/** What a watch for new merchants begins with: those of the purchases that are kept, by link. One use for each link. */
async function seenMerchants(
  parts: TalkParts,
  customerId: Thread['customerId'],
  { watch }: HearingChange,
): Promise<ReadonlyMap<LinkId, readonly string[]>> {
  if (!watch?.newMerchant) return new Map();
  const merchants = await customerMoney(parts, customerId).merchants();
  const byLink = Map.groupBy(merchants, ({ linkId }) => linkId);
  return new Map([...byLink].map(([linkId, some]) => [linkId, some.map(({ name }) => name)]));
}

/** The wishes of the customer of a conversation. Whoever is connected is shown the next message by them. */
export function customerWishes(parts: TalkParts, { customerId, conversationId }: Thread): CustomerWishes {
  const { database, linking, delivery, clock } = parts;
  const hours = async (): Promise<Hours> => {
    const customer = await findCustomer(database, customerId);
    return { quiet: customer?.quiet ?? null, digestHour: customer?.digestHour ?? null };
  };
  return {
    hearings: async () =>
      new Map((await linking.hearings(customerId)).map(({ accountRef, hearing }) => [accountRef, hearing])),
    hear: async (change, accountRefs) => {
      await linking.hear(customerId, change, accountRefs, await seenMerchants(parts, customerId, change));
    },
    hours,
    setHours: async (change) => {
      await updateCustomer(database, customerId, change, clock.nowMs());
      const customer = await findCustomer(database, customerId);
      if (customer) delivery.outlets.speak(conversationId, customer);
      return hours();
    },
  };
}
