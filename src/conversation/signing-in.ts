import { newId, TellerlineError, type CustomerId, type MessageId } from '#base';
import {
  enterOffer,
  findCustomer,
  leaveSession,
  lockCustomer,
  markProven,
  offerOf,
  openSession,
  type BrowserKind,
  type Session,
} from '#customers';
import { sql } from '#db';
import { passkeyOffer, passkeyWords } from './occasions.ts';
import { changesOf, putAwayButtons } from './saying.ts';
import type { TalkParts } from './talk-parts.ts';

/** See `Talk.signIn`. */
export async function signIn(
  parts: TalkParts,
  before: Session | undefined,
  customerId: CustomerId,
  kind: BrowserKind,
): Promise<{ session: Session; secret: string }> {
  const { database, linking, clock, random } = parts;
  return database.transaction(async (tx) => {
    if (before && before.customerId !== customerId && (await linking.everLinked(tx, before.customerId))) {
      throw new TellerlineError(
        'chat_in_use',
        409,
        'A bank was linked in the chat of this browser. Delete that chat first, or use another browser.',
      );
    }
    const opened = await openSession(tx, customerId, kind, random, clock.nowMs());
    await markProven(tx, opened.session, clock.nowMs());
    return opened;
  });
}

/** See `Talk.leave`. */
export async function leave(parts: TalkParts, before: Session, customerId: CustomerId): Promise<void> {
  const { database, linking } = parts;
  await database.transaction(async (tx) => {
    if (before.customerId === customerId) return leaveSession(tx, before);
    // Another window may have linked a bank meanwhile: then it is a chat of its own.
    await lockCustomer(tx, before.customerId);
    if (await linking.everLinked(tx, before.customerId)) return undefined;
    await tx.execute(sql`delete from turns where customer_id = ${before.customerId}`);
    await linking.deleteCustomer(tx, before.customerId);
    return undefined;
  });
}

/** See `Talk.offerPasskey`. */
export async function offerPasskey(parts: TalkParts, customerId: CustomerId): Promise<void> {
  const { database, delivery } = parts;
  await database.transaction(async (tx) => {
    const customer = await findCustomer(tx, customerId);
    const thread = (await delivery.threadsOf(tx, [customerId])).get(customerId);
    const messageId = newId<MessageId>();
    if (!customer || !thread || !(await enterOffer(tx, customerId, messageId))) return;
    await delivery.write(tx, changesOf(parts, thread, [passkeyOffer(customer.locale)], { firstId: messageId }));
  });
}

/** See `Talk.sayPasskey`. */
export async function sayPasskey(
  parts: TalkParts,
  customerId: CustomerId,
  what: 'added' | 'removed',
  kind: BrowserKind,
): Promise<void> {
  const { database, delivery } = parts;
  const customer = await findCustomer(database, customerId);
  const thread = (await delivery.threadsOf(database, [customerId])).get(customerId);
  if (!customer || !thread) return;
  const offer = await offerOf(database, customerId);
  if (offer && what === 'added') await putAwayButtons(parts, thread, offer);
  await database.transaction(async (tx) => {
    await delivery.write(tx, changesOf(parts, thread, [passkeyWords(customer.locale, what, kind)]));
  });
}
