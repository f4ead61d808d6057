import type { LinkId, MessageId } from '#base';
import { isTellerlineError, newId } from '#base';
import type { ConsentCard } from '#contract';
import { sql, type Transaction } from '#db';
import type { BankSession, BankTokens } from './bank-api.ts';
import { enterCall } from './call-ledger.ts';
import { findLink, linkEnded, lockLink, requireLinked, storeTokens, type Link } from './links.ts';
import type { LinkingParts } from './parts.ts';
import { sayConsent, whoIsTold } from './say.ts';
import { wayBack } from './words.ts';

/** A session with the link that it was opened for: what it learns counts for that grant alone. */
interface OpenSession {
  readonly session: BankSession;
  readonly link: Link;
}

/**
 * Calls a link's bank with the link's own tokens. When the bank says that the consent is lost the link
 * is marked as needing a new login, and the customer is told, once. `beforeCall` runs before each call, in the
 * transaction that enters it; what it throws ends the work.
 *
 * @throws TellerlineError `link_ended`, and those of BankApi
 */
export async function withBank<Result>(
  parts: LinkingParts,
  linkId: LinkId,
  actor: 'USER' | 'BATCH',
  work: (session: BankSession) => Promise<Result>,
  beforeCall?: (tx: Transaction) => Promise<void>,
): Promise<Result> {
  const { session, link } = await openSession(parts, linkId, actor, beforeCall);
  try {
    return await work(session);
  } catch (error) {
    if (isTellerlineError(error, 'bank_consent_lost')) await markLost(parts, link);
    throw error;
  }
}

async function openSession(
  parts: LinkingParts,
  linkId: LinkId,
  actor: 'USER' | 'BATCH',
  beforeCall?: (tx: Transaction) => Promise<void>,
): Promise<OpenSession> {
  await parts.vault.askAhead({ linkIds: [linkId] });
  return parts.database.transaction(async (tx) => {
    // The key first: once it is held nobody puts another in its place and reseals the tokens.
    const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
    const link = await findLink(tx, linkId);
    requireLinked(link);
    if (!sealer || !link.sealedTokens || !link.sealedGrant) throw linkEnded();
    let tokens = sealer.openState<BankTokens>('links.tokens', linkId, link.sealedTokens).use((value) => value);
    const session: BankSession = {
      bank: link.bankId,
      grantId: sealer.openState<string>('links.grant', linkId, link.sealedGrant).use((grantId) => grantId),
      actor,
      enterCall: () => enterCall(parts, link, actor, beforeCall),
      tokens: () => tokens,
      save: async (renewed) => {
        tokens = renewed;
        await saveTokens(parts, link, renewed);
      },
    };
    return { session, link };
  });
}

/** Locks a link while it still stands on the same grant: after a new login an old session changes nothing. */
async function lockSameGrant(tx: Transaction, { linkId, grantIndex }: Link): Promise<Link | undefined> {
  const link = await lockLink(tx, linkId);
  return link?.grantIndex.equals(grantIndex) ? link : undefined;
}

async function saveTokens(parts: LinkingParts, link: Link, tokens: BankTokens): Promise<void> {
  await parts.database.transaction(async (tx) => {
    if (!(await lockSameGrant(tx, link))) return;
    const sealer = (await parts.vault.linkSealers(tx, [link.linkId])).get(link.linkId);
    if (sealer) await storeTokens(tx, sealer, tokens);
  });
}

/** Marks a link as needing a new login and says so in the chat, unless it was said. */
async function markLost(parts: LinkingParts, lost: Link): Promise<void> {
  await parts.database.transaction(async (tx) => {
    const link = await lockSameGrant(tx, lost);
    if (link?.state !== 'linked') return;
    const { linkId, customerId, bankId } = link;
    await tx.execute(sql`update links set state = 'reconnect' where link_id = ${linkId}`);
    const told = await whoIsTold(tx, parts, customerId, bankId);
    if (!told) return;
    const waysOn = wayBack('reconnect', told.face, told.customer.locale);
    const card: ConsentCard = { card: 'consent', bank: bankId, state: 'reconnect', purposes: [], accounts: [] };
    await sayConsent(tx, parts, told, { entry: 'message', messageId: newId<MessageId>(), card, waysOn, linkId });
  });
}
