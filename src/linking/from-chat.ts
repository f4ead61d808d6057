import {
  limits,
  secretName,
  TellerlineError,
  type AttemptId,
  type BankId,
  type CustomerId,
  type IdentityId,
} from '#base';
import { findIdentity, lockCustomer, openLinkingSession, type BrowserKind, type Session } from '#customers';
import { sql } from '#db';
import { attemptOver, countAttempts } from './attempts.ts';
import { chatNamed } from './chat-words.ts';
import type { LinkingParts } from './parts.ts';
import { requireNotWithdrawn } from './withdrawal.ts';

/** Who asks for a linking from another messenger. */
export interface AskingChat {
  readonly customerId: CustomerId;
  readonly identityId: IdentityId;
  /** The page's or the business number's name, as people know it there. */
  readonly chatName: string;
}

/**
 * Begins an attempt for a chat at another messenger and answers the path of its one-time address, whose secret
 * stands in the fragment: no server and no link preview is sent it.
 *
 * @throws TellerlineError `bank_unknown`, `bank_withdrawn`, `link_attempts_too_many`, `chat_unknown`
 */
export async function openFromChat(
  parts: LinkingParts,
  { customerId, identityId, chatName }: AskingChat,
  bank: string,
): Promise<string> {
  const face = parts.banks.faces().find((one) => one.id === bank);
  if (!face) throw new TellerlineError('bank_unknown', 404, 'This bank is not in the directory.');
  const now = parts.clock.nowMs();
  const token = secretName(parts.random, 32);
  await parts.database.transaction(async (tx) => {
    await requireNotWithdrawn(tx, face.id as BankId);
    await lockCustomer(tx, customerId);
    await countAttempts(tx, parts, customerId);
    const identity = await findIdentity(tx, identityId);
    if (!identity || !(await parts.delivery.isChatOf(tx, identityId, customerId)))
      throw new TellerlineError('chat_unknown', 404, 'There is no such chat any more.');
    await tx.execute(sql`
      insert into link_attempts (attempt_id, customer_id, bank_id, state, identity_id, chat, token_index, created_at,
        expires_at)
      values (${secretName(parts.random)}, ${customerId}, ${bank}, 'open', ${identityId},
        ${chatNamed(identity.channel, chatName)}, ${parts.vault.index('link-token', token)}, ${new Date(now)},
        ${new Date(now + limits.linkAttemptMinutesMax * 60_000)})`);
  });
  return `/m#${token}`;
}

/** A linking that a browser has taken up for another messenger's chat. */
export interface ClaimedLinking {
  readonly attemptId: AttemptId;
  readonly session: Session;
  /** For the linking cookie. */
  readonly secret: string;
}

/**
 * Gives the linking of a one-time address to the browser that opens it, once: a session that is good for this
 * linking alone.
 *
 * @throws TellerlineError `link_address_unknown` 404, `link_address_over` 410 (claimed, ended, too old, or the chat
 *   has another owner)
 */
export async function claimAddress(parts: LinkingParts, token: string, kind: BrowserKind): Promise<ClaimedLinking> {
  const nowMs = parts.clock.nowMs();
  return parts.database.transaction(async (tx) => {
    const [found] = await tx.query<{
      attemptId: AttemptId;
      customerId: CustomerId;
      identityId: IdentityId;
      good: boolean;
    }>(sql`
      select attempt_id as "attemptId", customer_id as "customerId", identity_id as "identityId",
        state = 'open' and claimed_at is null and expires_at > ${new Date(nowMs)} as good
      from link_attempts where token_index = ${parts.vault.index('link-token', token)} for update`);
    if (!found)
      throw new TellerlineError('link_address_unknown', 404, 'There is no such address. Begin again in the chat.');
    const { attemptId, customerId, identityId, good } = found;
    if (!good || !(await parts.delivery.isChatOf(tx, identityId, customerId))) throw attemptOver();
    const { session, secret } = await openLinkingSession(tx, customerId, kind, parts.random, nowMs);
    await tx.execute(sql`update link_attempts set session_index = ${session.sessionIndex},
      claimed_at = ${new Date(nowMs)} where attempt_id = ${attemptId}`);
    return { attemptId, session, secret };
  });
}
