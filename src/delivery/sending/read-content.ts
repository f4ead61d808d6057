import { atDetail, detailOf } from '#contract';
import { findCustomer } from '#customers';
import type { Database, ScopedDatabase } from '#db';
import { taskActor, type Vault } from '#vault';
import { readAgain } from '../messages.ts';
import { readMessages } from '../page.ts';
import type { ReadContent } from './content.ts';

/** What reading for a messenger works with. */
export interface ReadParts {
  readonly database: Database;
  readonly readers: ScopedDatabase;
  readonly vault: Vault;
}

/**
 * Reads what is sent, when it is sent: through the gate, as the task `deliver`, which enters the use and
 * that it goes to this identity (P5, P7). One entry for all messages that are read together.
 */
export function contentReader({ database, readers, vault }: ReadParts): ReadContent {
  return async ({ customerId, conversationId, identityId, channel, detail }, messageIds) => {
    const customer = await findCustomer(database, customerId);
    if (!customer) return new Map();
    const { locale, timeZone, quiet } = customer;
    const manner = { locale, timeZone, quiet };
    const thread = { customerId, conversationId };
    const to = { shown: { channel, identityId, detail, reason: 'sent-on' }, manner };
    const actor = taskActor('deliver', customerId);
    const read = await readAgain(() => readMessages(readers.of(customerId), vault, actor, thread, messageIds, to));
    return new Map(
      [...read].map(([messageId, { message, ofLink, purpose }]) => [
        messageId,
        {
          message: atDetail(message, ofLink, detail, locale, purpose),
          detail: detailOf(ofLink, detail),
          purpose,
          manner,
        },
      ]),
    );
  };
}
