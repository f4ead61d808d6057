import type { LinkId, MessageId } from '#base';
import type { Message } from '#contract';
import type { Thread } from '#delivery';
import { taskActor } from '#vault';
import type { ToldPurchase } from './comparing.ts';
import type { LinkOfCustomer } from './money.ts';
import type { TalkParts } from './talk-parts.ts';

/** The newest thing that a bank told here. */
export interface NewestTold {
  readonly linkId: LinkId;
  /** RFC 3339. */
  readonly at: string;
  /** The thumbprint of the bank's key; absent when it was fetched, and nobody signed it. */
  readonly key?: string;
  /** Its entry stands in the log that was signed. */
  readonly inLog: boolean;
}

/** By what a message can be checked; wired in like a customer's money, bound to the one who asks. */
export interface CustomerChecks {
  /** What a link's bank told of purchases between two local days, held ones included; one access for each purpose. */
  told(link: LinkOfCustomer, from: string, to: string): Promise<readonly ToldPurchase[]>;
  /** Undefined while no bank has told anything. */
  newest(): Promise<NewestTold | undefined>;
  /** Our public origin. */
  address(): string;
}

/** Binds them to the customer of a conversation. Everything that is opened passes the gate. */
export function customerChecks(parts: TalkParts, thread: Thread): CustomerChecks {
  return {
    told: async (link, from, to) => [
      ...(await toldPurchases(parts, thread, link, from, to)),
      ...(await heldPurchases(parts, thread, link, from)),
    ],
    newest: () => newestTold(parts, thread),
    address: () => parts.publicUrl(),
  };
}

async function toldPurchases(
  { vault }: TalkParts,
  { customerId }: Thread,
  { linkId, purposes, accounts }: LinkOfCustomer,
  from: string,
  to: string,
): Promise<ToldPurchase[]> {
  if (!purposes.includes('transactions')) return [];
  const last4 = new Map(accounts.map((account) => [account.accountRef, account.last4]));
  const actor = taskActor('answer', customerId);
  const use = { actor, purpose: 'transactions', linkId, fields: ['transaction'], reason: 'message-compared' } as const;
  const opened = await vault.gate.records(use, { kind: 'transaction', from, to });
  return opened.use((records) =>
    records.flatMap(({ accountRef, content }): ToldPurchase[] => {
      if (content.kind !== 'transaction') return [];
      const { transaction, signed } = content;
      const digits = [last4.get(accountRef), transaction.cardLast4].filter((one) => one !== undefined);
      return [{ ...transaction, linkId, last4: digits, ...(signed && { toldAt: signed.at }) }];
    }),
  );
}

/** Purchases that the bank holds and asks about: they stand in their messages. */
async function heldPurchases(
  { delivery }: TalkParts,
  thread: Thread,
  { linkId, purposes }: LinkOfCustomer,
  from: string,
): Promise<ToldPurchase[]> {
  if (!purposes.includes('fraud-alerts')) return [];
  const actor = taskActor('answer', thread.customerId);
  const messages = await delivery.toldFor(actor, thread, { linkId, purpose: 'fraud-alerts', from: new Date(from) });
  return messages.flatMap((message) => heldIn(message, linkId));
}

function heldIn({ content, at }: Message, linkId: LinkId): ToldPurchase[] {
  if (content.kind !== 'card' || content.card.card !== 'fraudAlert' || content.card.watch) return [];
  const { account, transaction } = content.card;
  const last4 = [account.last4, ...(transaction.cardLast4 === undefined ? [] : [transaction.cardLast4])];
  return [{ ...transaction, linkId, last4, toldAt: at }];
}

/** A message and the entry of its use have one time; those of before had it within this. */
const enteredWithinMs = 2_000;

async function newestTold({ delivery, vault }: TalkParts, thread: Thread): Promise<NewestTold | undefined> {
  const messageId: MessageId | undefined = await delivery.newestOfBank(thread);
  const origin = messageId && (await delivery.originOf(taskActor('answer', thread.customerId), thread, messageId));
  if (!origin?.linkId) return undefined;
  const { at, linkId, purpose, signed } = origin;
  const span = { from: at, to: new Date(at.getTime() + enteredWithinMs) };
  const { proven } = await vault.ledger.between(thread.customerId, span, (record) =>
    isEntryOfTold(record, linkId, purpose),
  );
  const inLog = proven.entries.length > 0;
  return { linkId, at: at.toISOString(), inLog, ...(signed && { key: signed.key }) };
}

/** Whether an entry of the ledger is the use by which something that a link's bank told was shown. */
export function isEntryOfTold(
  record: Readonly<Record<string, unknown>>,
  linkId: LinkId | null,
  purpose: string | null,
): boolean {
  const isUse = record['type'] === 'access' && String(record['reason']).startsWith('event-');
  return isUse && record['link'] === linkId && record['purpose'] === purpose;
}
