import type { ConversationId, IdentityId } from '#base';
import type { Transaction } from '#db';
import type { DeliveryDraft, ShownOn, Vault } from '#vault';
import type { Written } from './change.ts';
import type { Outlets } from './outlets.ts';

/** A browser is a channel of its own kind: it shows everything. */
export const onWeb = (identityId: IdentityId, reason: 'conversation-shown' | 'handed-on'): ShownOn => ({
  channel: 'web',
  identityId,
  detail: 'full',
  reason,
});

/** To whom what was read from links may be handed in memory, by conversation. */
export type Entered = ReadonlyMap<ConversationId, ReadonlySet<IdentityId>>;

/**
 * Enters, in the transaction that writes them, that changes which derive from links go to whoever is
 * connected now: one delivery for each channel identity. A conversation without such changes is missing
 * from the answer. Whoever connects later reads a page, which enters its own.
 */
export async function enterHandOff(
  tx: Transaction,
  vault: Vault,
  outlets: Outlets,
  written: readonly Written[],
): Promise<Entered> {
  const ofLinks = written.filter(({ change }) => change.entry !== 'removal' && change.body.from !== 'customer');
  const entered = new Map<ConversationId, ReadonlySet<IdentityId>>();
  const drafts: DeliveryDraft[] = [];
  for (const [conversationId, some] of Map.groupBy(ofLinks, ({ change }) => change.conversationId)) {
    const identities = outlets.identitiesOf(conversationId);
    entered.set(conversationId, identities);
    const customerId = some[0]?.change.customerId;
    if (!customerId) continue;
    const messages = new Set(some.map(({ change }) => change.messageId)).size;
    for (const identityId of identities)
      drafts.push({ type: 'delivery', customerId, ...onWeb(identityId, 'handed-on'), messages });
  }
  await vault.ledger.enter(tx, drafts);
  return entered;
}
