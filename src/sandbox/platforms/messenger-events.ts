import { randomBytes } from 'node:crypto';
import type { PlatformAccount } from './accounts.ts';
import type { Person } from './people.ts';
import type { PlatformContext } from './platform-context.ts';

/** An id of a message as Messenger makes them. */
export function newMid(): string {
  return `m_${randomBytes(60).toString('base64url')}`;
}

/** Tells the page's app something of one person, in the entry's list `messaging`. */
export function tellMessenger(
  context: PlatformContext,
  account: PlatformAccount,
  person: Person,
  field: string,
  said: Readonly<Record<string, unknown>>,
  options: { readonly delayMs?: number; readonly fromPage?: boolean; readonly within?: 'messaging' | 'standby' } = {},
): Promise<void> {
  const them = { id: person.id };
  const page = { id: account.id };
  return context.at.messenger.webhooks.emit(
    {
      entry: account.id,
      accountId: account.id,
      field,
      within: options.within ?? 'messaging',
      item: {
        sender: options.fromPage ? page : them,
        recipient: options.fromPage ? them : page,
        timestamp: context.sandbox.clock.nowMs(),
        ...said,
      },
    },
    options.delayMs,
  );
}
