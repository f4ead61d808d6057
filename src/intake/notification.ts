import * as z from 'zod';
import { TellerlineError, type BankId, type LinkId } from '#base';
import type { IntakeParts } from './parts.ts';
import { countIntake } from './counts.ts';

/** What is looked at of FDX's Notification: it names accounts or consents and carries nothing of what happened. */
const notificationSchema = z.object({
  notificationId: z.string().min(1).max(256),
  type: z.string().max(64),
  category: z.string().max(64),
  notificationPayload: z.object({ id: z.string().min(1).max(128), idType: z.string().max(64) }),
});
type Notification = z.infer<typeof notificationSchema>;

/** @throws TellerlineError `notification_malformed` 422, naming the field */
export function parseNotification(body: Buffer): Notification {
  let said: unknown;
  try {
    said = JSON.parse(body.toString());
  } catch {
    throw malformed('body');
  }
  const read = notificationSchema.safeParse(said);
  if (!read.success) throw malformed(read.error.issues[0]?.path.join('.') ?? 'body');
  return read.data;
}

function malformed(field: string): TellerlineError {
  const message = 'The body has to be one notification of FDX.';
  return new TellerlineError('notification_malformed', 422, message, { field });
}

/**
 * Marks what a notification names as to be fetched. The same again changes nothing but that it is fetched once
 * more; what nobody linked, or tells of no new data, is counted and dropped.
 */
export async function takeNotification(parts: IntakeParts, bankId: BankId, told: Notification): Promise<void> {
  const { id, idType } = told.notificationPayload;
  const nowMs = parts.clock.nowMs();
  const linkIds = told.category === 'NEW_DATA' ? await linksNamed(parts, bankId, idType, id) : [];
  await parts.events.of(bankId).transaction(async (tx) => {
    await parts.linking.withdrawals.requireNone(tx, bankId);
    const what = { balance: told.type === 'BALANCE' };
    if (linkIds.length > 0) await parts.linking.fetches.told(tx, bankId, linkIds, what);
    await countIntake(tx, bankId, linkIds.length > 0 ? { notified: 1 } : { unlinked: 1 }, nowMs);
  });
}

async function linksNamed(parts: IntakeParts, bankId: BankId, idType: string, id: string): Promise<LinkId[]> {
  const { linking, database, events, vault } = parts;
  if (idType === 'CONSENT') return database.transaction((tx) => linking.linksOfGrant(tx, bankId, id));
  if (idType !== 'ACCOUNT') return [];
  await vault.askAhead({ bankId });
  const { routes } = await events
    .of(bankId)
    .transaction((tx) => linking.routes(tx, [linking.accountIndex(bankId, id)]));
  return [...new Set(routes.filter((route) => route.purposes.size > 0).map((route) => route.linkId))];
}
