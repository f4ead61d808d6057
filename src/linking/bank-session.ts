import type { CustomerId, LinkId, MessageId } from '#base';
import { isTellerlineError, newId } from '#base';
import { findCustomer } from '#customers';
import { sql, type Transaction } from '#db';
import type { BankSession, BankTokens } from './bank-api.ts';
import { gistOfConsent, type Card } from '#contract';
import { findLink, linkEnded, lockLink, requireLinked, storeTokens } from './links.ts';
import type { LinkingParts } from './parts.ts';
import { wayBack } from './words.ts';

/**
 * Calls a link's bank with the link's own tokens. When the bank says that the consent is lost the link
 * is marked as needing a new login, and the customer is told, once.
 *
 * @throws TellerlineError `link_ended`, and those of BankApi
 */
export async function withBank<Result>(
  parts: LinkingParts,
  linkId: LinkId,
  actor: 'USER' | 'BATCH',
  work: (session: BankSession) => Promise<Result>,
): Promise<Result> {
  const session = await openSession(parts, linkId, actor);
  try {
    return await work(session);
  } catch (error) {
    if (isTellerlineError(error, 'bank_consent_lost')) await markLost(parts, linkId);
    throw error;
  }
}

async function openSession(parts: LinkingParts, linkId: LinkId, actor: 'USER' | 'BATCH'): Promise<BankSession> {
  return parts.database.transaction(async (tx) => {
    const link = await findLink(tx, linkId);
    requireLinked(link);
    const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
    if (!sealer || !link.sealedTokens || !link.sealedGrant) throw linkEnded();
    const opened = sealer.openState<BankTokens>('links.tokens', linkId, link.sealedTokens).use((tokens) => tokens);
    let tokens = opened;
    return {
      bank: link.bankId,
      grantId: sealer.openState<string>('links.grant', linkId, link.sealedGrant).use((grantId) => grantId),
      actor,
      tokens: () => tokens,
      save: async (renewed) => {
        tokens = renewed;
        await saveTokens(parts, linkId, renewed);
      },
    };
  });
}

async function saveTokens(parts: LinkingParts, linkId: LinkId, tokens: BankTokens): Promise<void> {
  await parts.database.transaction(async (tx) => {
    if (!(await lockLink(tx, linkId))) return;
    const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
    if (sealer) await storeTokens(tx, sealer, tokens);
  });
}

/** Marks a link as needing a new login and says so in the chat, unless it was said. */
async function markLost(parts: LinkingParts, linkId: LinkId): Promise<void> {
  await parts.database.transaction(async (tx) => {
    const link = await lockLink(tx, linkId);
    if (link?.state !== 'linked') return;
    await tx.execute(sql`update links set state = 'reconnect' where link_id = ${linkId}`);
    await sayReconnect(parts, tx, link.customerId, linkId, link.bankId);
  });
}

async function sayReconnect(
  parts: LinkingParts,
  tx: Transaction,
  customerId: CustomerId,
  linkId: LinkId,
  bankId: string,
): Promise<void> {
  const customer = await findCustomer(tx, customerId);
  const thread = (await parts.delivery.threadsOf(tx, [customerId])).get(customerId);
  const face = parts.banks.faces().find((one) => one.id === bankId);
  if (!customer || !thread || !face) return;
  const card: Card = { card: 'consent', bank: bankId, state: 'reconnect', purposes: [], accounts: [] };
  const text = gistOfConsent(card, face.name, customer.locale, customer.timeZone);
  await parts.delivery.write(tx, [
    {
      ...thread,
      entry: 'message',
      messageId: newId<MessageId>(),
      author: 'tellerline',
      atMs: parts.clock.nowMs(),
      body: {
        from: 'link',
        linkId,
        purpose: null,
        said: { content: { kind: 'card', card, text }, waysOn: wayBack('reconnect', face, customer.locale) },
      },
    },
  ]);
  tx.afterCommit(() => parts.delivery.outlets.send(thread.conversationId, { frame: 'changed' }));
}
