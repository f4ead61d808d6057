import { newId, type Branded } from '#base';
import type { BankEvent } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { SandboxContext } from './context.ts';

type WithoutId<Event> = Event extends BankEvent ? Omit<Event, 'id'> : never;

/** An event of the contract, before it has got its id. */
export type NewEvent = WithoutId<BankEvent>;

/** Who hears of an account, and how much: as much as the customer allowed on any consent of that callback. */
export interface Subscriber {
  callback_url: string;
  /** Told with ids alone: FDX's own notifications. */
  thin: boolean;
  transactions: boolean;
  balances: boolean;
  /** Told of held payments and of how cards stand. */
  alerts: boolean;
}

/** Callbacks that are subscribed to an account now. Events of any other account go nowhere. */
export function subscribersOf(database: Queryable, accountId: string, at: Date): Promise<Subscriber[]> {
  return database.query<Subscriber>(sql`
    select callback_url, bool_and(subscription.type = 'BALANCE') as thin, bool_or('TRANSACTIONS' = any(data_clusters)) as transactions,
      bool_or('ACCOUNT_DETAILED' = any(data_clusters)) as balances,
      bool_or('HOLD_ANSWERS' = any(data_clusters)) as alerts
    from sandbox.consent_accounts
      join sandbox.consents consent using (consent_id)
      join sandbox.subscriptions subscription using (consent_id)
    where account_id = ${accountId} and subscription.ended_at is null
      and consent.status = 'ACTIVE' and consent.expires_at > ${at}
    group by callback_url`);
}

/** An FDX notification that something is new at an account; what it is has to be fetched. */
export async function writeNotification(
  context: SandboxContext,
  tx: Transaction,
  bankId: string,
  callbackUrl: string,
  about: { readonly accountId: string; readonly at: Date },
): Promise<void> {
  const notification = {
    notificationId: `ntf_${newId<Branded<'EventId'>>()}`,
    type: 'BALANCE',
    sentOn: about.at.toISOString(),
    category: 'NEW_DATA',
    publisher: { name: bankId, type: 'DATA_PROVIDER' },
    notificationPayload: { id: about.accountId, idType: 'ACCOUNT' },
  };
  await tx.execute(sql`insert into sandbox.events_waiting (bank_id, callback_url, event)
    values (${bankId}, ${callbackUrl}, ${JSON.stringify(notification)}::jsonb)`);
  tx.afterCommit(() => context.eventsWaiting(bankId, callbackUrl));
}

/** Puts events into the outbox, in this order, in the transaction that did what they tell. */
export async function writeEvents(
  context: SandboxContext,
  tx: Transaction,
  bankId: string,
  callbackUrl: string,
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const named = events.map((event) => ({ id: `evt_${newId<Branded<'EventId'>>()}`, ...event }));
  await tx.execute(sql`
    insert into sandbox.events_waiting (bank_id, callback_url, event)
    select ${bankId}, ${callbackUrl}, event
    from jsonb_array_elements(${JSON.stringify(named)}::jsonb) with ordinality as element (event, position)
    order by position`);
  tx.afterCommit(() => context.eventsWaiting(bankId, callbackUrl));
}
