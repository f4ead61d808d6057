import { createHash } from 'node:crypto';
import {
  limits,
  secretName,
  TellerlineError,
  type CustomerId,
  type IdentityId,
  type MessageId,
  type Random,
} from '#base';
import type { Message } from '#contract';
import { sql, type Database, type Queryable, type ScopedDatabase } from '#db';
import { customerActor, type Vault } from '#vault';
import type { Thread } from './change.ts';
import type { Manner } from './draw.ts';
import { readAgain } from './messages.ts';
import { readMessages } from './page.ts';

/** What an address is to open, and where it is sent. */
export interface ViewOf {
  readonly customerId: CustomerId;
  /** The channel identity to which the address goes. */
  readonly identityId: IdentityId;
  /** Undefined: what the bank told last. */
  readonly messageId?: MessageId | undefined;
}

/** What a token was taken for. */
export type View = Thread & Pick<ViewOf, 'messageId'>;

/** A browser that is signed in. */
interface Looking {
  readonly customerId: CustomerId;
  readonly identityId: IdentityId;
}

/**
 * Addresses that show messages whole, once, to a browser that is signed in as their customer. A messenger reads the
 * address that it carries, so the address alone opens nothing.
 */
export interface Views {
  /** A token for `<hub>/v#<token>`, good once, for `limits.viewMinutesMax`. */
  mint(of: ViewOf, nowMs: number): Promise<string>;
  /** Whether there is something to open: that message, or anything that a bank told. */
  hasNews(customerId: CustomerId, messageId: MessageId | undefined): Promise<boolean>;
  /**
   * Takes a token and answers what it opens: fifty takes at the same moment are one. A token stays good when it is
   * refused to somebody else than its customer, or to a browser that nobody is signed in at (`looking` undefined).
   *
   * @throws TellerlineError `view_over` 410: used, too old, never given; `view_foreign` 403
   */
  take(token: string, looking: Pick<Looking, 'customerId'> | undefined, nowMs: number): Promise<View>;
  /** What was taken could not be shown: the token is good again, for what is left of its time. */
  giveBack(token: string): Promise<void>;
  /** What a view opens, read through the gate for this browser; empty when it is gone or may no longer be read. */
  read(view: View, looking: Looking, manner: Manner): Promise<Message[]>;
}

/** What views work with. */
export interface ViewParts {
  readonly database: Database;
  readonly readers: ScopedDatabase;
  readonly vault: Vault;
  readonly random: Random;
}

/** So many of what the bank told last are shown where no message is named. */
const newestMax = 3;

/** Makes the views over their table. */
export function createViews({ database, readers, vault, random }: ViewParts): Views {
  return {
    mint: (of, nowMs) => mintView(database, random, of, nowMs),
    hasNews: async (customerId, messageId) => {
      const found = await database.query(sql`
        select from messages m join conversations c using (conversation_id)
        where c.customer_id = ${customerId} and m.link_id is not null
          and (m.message_id = ${messageId ?? null}::uuid or (${messageId ?? null}::uuid is null and m.author = 'bank'))
        limit 1`);
      return found.length > 0;
    },
    take: async (token, looking, nowMs) => {
      const now = new Date(nowMs);
      const [taken] = await database.query<Thread & { messageId: MessageId | null }>(sql`
        update view_addresses set used_at = ${now}
        where token_index = ${indexOf(token)} and customer_id = ${looking?.customerId ?? null}::uuid and used_at is null
          and expires_at > ${now}
        returning customer_id as "customerId", conversation_id as "conversationId", message_id as "messageId"`);
      if (taken) return { ...taken, messageId: taken.messageId ?? undefined };
      const standing = await database.query(sql`select from view_addresses
        where token_index = ${indexOf(token)} and customer_id is distinct from ${looking?.customerId ?? null}::uuid
          and used_at is null and expires_at > ${now}`);
      throw standing.length > 0 ? foreign() : over();
    },
    giveBack: async (token) => {
      await database.execute(sql`update view_addresses set used_at = null where token_index = ${indexOf(token)}`);
    },
    read: async (view, looking, manner) => {
      const { customerId, conversationId } = view;
      const messageIds = view.messageId ? [view.messageId] : await newest(database, view);
      const shown = {
        channel: 'web',
        identityId: looking.identityId,
        detail: 'full',
        reason: 'conversation-shown',
      } as const;
      const thread = { customerId, conversationId };
      const to = { shown, manner };
      const read = await readAgain(() =>
        readMessages(readers.of(customerId), vault, customerActor(looking), thread, messageIds, to),
      );
      return messageIds.flatMap((id) => read.get(id)?.message ?? []);
    },
  };
}

/** See `Views.mint`. */
export async function mintView(
  db: Queryable,
  random: Random,
  { customerId, identityId, messageId }: ViewOf,
  nowMs: number,
): Promise<string> {
  const token = secretName(random, 32);
  await db.execute(sql`
    insert into view_addresses (token_index, customer_id, conversation_id, identity_id, message_id, expires_at)
    select ${indexOf(token)}, customer_id, conversation_id, ${identityId}, ${messageId ?? null}::uuid,
      ${new Date(nowMs + limits.viewMinutesMax * 60_000)}::timestamptz
    from conversations where customer_id = ${customerId}`);
  return token;
}

/** The messages in which a bank told something last, in the order in which they were said. */
async function newest(db: Queryable, { conversationId }: Thread): Promise<MessageId[]> {
  const rows = await db.query<{ messageId: MessageId }>(sql`
    select message_id as "messageId" from messages
    where conversation_id = ${conversationId} and link_id is not null and author = 'bank'
    order by message_id desc limit ${newestMax}`);
  return rows.map((row) => row.messageId).toReversed();
}

/** Forgets addresses that are over. */
export async function forgetOldViews(db: Queryable, nowMs: number): Promise<void> {
  await db.execute(sql`delete from view_addresses where expires_at <= ${new Date(nowMs)}`);
}

function indexOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function over(): TellerlineError {
  return new TellerlineError(
    'view_over',
    410,
    'This address opened once already, or is too old. Write “show” in the chat, and a fresh one comes.',
  );
}

function foreign(): TellerlineError {
  return new TellerlineError(
    'view_foreign',
    403,
    'This browser is not signed in as the person to whom this was sent. Sign in to open it.',
  );
}
