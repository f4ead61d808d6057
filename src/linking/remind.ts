import { newId, type MessageId } from '#base';
import { markReminded, remindersDue, type DueReminder } from '#consent';
import { dateWords } from '#contract';
import { findLink } from './links.ts';
import type { LinkingParts } from './parts.ts';
import { whoIsTold } from './say.ts';
import { reminderWords } from './words.ts';

/**
 * Reminds customers, in the chat, of consents that are about to end: each of the reminders once, however
 * often this runs and in however many processes.
 */
export async function remindOfEnds(parts: LinkingParts): Promise<void> {
  for (const due of await remindersDue(parts.database, parts.clock.nowMs())) {
    await remind(parts, due).catch((error: unknown) =>
      parts.log.error({ err: error }, 'a reminder could not be sent and is tried again'),
    );
  }
}

async function remind(parts: LinkingParts, due: DueReminder): Promise<void> {
  await parts.database.transaction(async (tx) => {
    const link = await findLink(tx, due.linkId);
    const told = link && (await whoIsTold(tx, parts, due.customerId, link.bankId));
    if (!told || !(await markReminded(tx, due))) return;
    const { customer, thread, face } = told;
    const date = dateWords(due.expiresAt.toISOString(), customer.locale, customer.timeZone);
    const { text, waysOn } = reminderWords(face, { days: due.days, date }, customer.locale);
    const said = { content: { kind: 'text', text } as const, waysOn };
    const message = { entry: 'message', messageId: newId<MessageId>(), author: 'tellerline' } as const;
    const body = { from: 'customer', said } as const;
    await parts.delivery.write(tx, [{ ...thread, ...message, atMs: parts.clock.nowMs(), body }]);
  });
}
