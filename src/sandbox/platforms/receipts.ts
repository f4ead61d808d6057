import type { PlatformAccount } from './accounts.ts';
import { tellMessenger } from './messenger-events.ts';
import type { Person } from './people.ts';
import type { PlatformContext } from './platform-context.ts';
import type { ThreadMessage } from './threads.ts';
import { tellStatus } from './whatsapp-events.ts';

const rank = { failed: 0, sent: 1, delivered: 2, read: 3 } as const;

/** A message reached the telephone, a moment later; where telephones tell it by themselves, it was read too. */
export function delivered(context: PlatformContext, account: PlatformAccount, person: Person, id: string): void {
  const { receipts, receiptsAfterMs } = context.at[person.platform].faults.settings;
  if (receipts === 'none') return;
  const message = forward(context, person, id, 'delivered');
  if (!message) return;
  tellReceipt(context, account, person, message, 'delivered', receiptsAfterMs);
  if (receipts === 'read') readOne(context, account, person, message, receiptsAfterMs * 2);
}

/** The person looks at the thread: everything of the business's in it is read. */
export function readThread(context: PlatformContext, account: PlatformAccount, person: Person): void {
  const { threads } = context.at[person.platform];
  const unread = threads
    .of(person)
    .filter(({ from, status }) => from === 'business' && status !== 'read' && status !== 'failed');
  if (unread.length === 0) return;
  if (person.platform === 'whatsapp') for (const message of unread) readOne(context, account, person, message, 0);
  else {
    for (const { id } of unread) forward(context, person, id, 'read');
    const watermark = Math.max(...unread.map(({ atMs }) => atMs));
    void tellMessenger(context, account, person, 'message_reads', { read: { watermark } });
  }
  context.changed();
}

function readOne(
  context: PlatformContext,
  account: PlatformAccount,
  person: Person,
  message: ThreadMessage,
  delayMs: number,
): void {
  forward(context, person, message.id, 'read');
  tellReceipt(context, account, person, message, 'read', delayMs);
}

/** A status never goes back. */
function forward(
  context: PlatformContext,
  person: Person,
  id: string,
  status: 'delivered' | 'read',
): ThreadMessage | undefined {
  const { threads } = context.at[person.platform];
  const message = threads.find(person, id);
  if (!message || message.status === 'failed' || rank[message.status] >= rank[status]) return undefined;
  return threads.change(message, { status });
}

function tellReceipt(
  context: PlatformContext,
  account: PlatformAccount,
  person: Person,
  message: ThreadMessage,
  status: 'delivered' | 'read',
  delayMs: number,
): void {
  if (person.platform === 'whatsapp') tellStatus(context, account, person, message, status, { delayMs });
  else if (status === 'read')
    void tellMessenger(context, account, person, 'message_reads', { read: { watermark: message.atMs } }, { delayMs });
  else {
    const delivery = { mids: [message.id], watermark: message.atMs };
    void tellMessenger(context, account, person, 'message_deliveries', { delivery }, { delayMs });
  }
}
