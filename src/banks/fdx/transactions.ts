import { transactionSchema } from '#contract';
import type { BankTransaction } from '#linking';
import * as z from 'zod';
import type { AccountFacts } from './accounts.ts';
import { directed } from './amounts.ts';
import type { BankConnection } from './connection.ts';
import { bankAnswerUnreadable } from './faults.ts';
import { merchantOf } from './merchants.ts';
import { readPart } from './reading.ts';

const instant = z.iso.datetime({ offset: true });
const text = z.string().nullish();

/** FDX's fields of a transaction that are looked at, of 5.2 and 6.x at once. */
const fdxSchema = z.object({
  transactionId: z.string().regex(/\S/).max(128),
  amount: z.number(),
  status: z.enum(['AUTHORIZATION', 'MEMO', 'PENDING', 'POSTED']),
  transactionTimestamp: instant.nullish(),
  postedTimestamp: instant.nullish(),
  debitCreditMemo: text,
  description: text,
  memo: text,
  payee: text,
  transactionPayee: z
    .object({
      merchantName: text,
      address: z.object({ city: text, region: text, state: text, country: text }).nullish(),
    })
    .nullish(),
  fiAttributes: z
    .array(z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]).nullish() }))
    .nullish(),
});
type FdxTransaction = z.infer<typeof fdxSchema>;

/** The members that FDX 5 may wrap transactions in. */
const wrappers = ['depositTransaction', 'locTransaction', 'loanTransaction', 'investmentTransaction'] as const;

/**
 * Reads one transaction of an answer into the shape of an event's.
 *
 * @param at dotted path of the transaction in the answer
 * @throws TellerlineError `bank_answer_unreadable` naming the field
 */
export function readTransaction(
  connection: Pick<BankConnection, 'bank' | 'dialect'>,
  value: unknown,
  at: string,
  facts: AccountFacts,
): BankTransaction {
  const { bank, dialect } = connection;
  const { inner, path } = unwrap(value, at);
  const fdx = readPart(bank, fdxSchema, inner, path);

  const occurredAt = fdx.transactionTimestamp ?? fdx.postedTimestamp;
  if (!occurredAt) throw bankAnswerUnreadable(bank, `${path}.transactionTimestamp`, 'missing, and postedTimestamp too');
  const money = directed(fdx.amount, facts.currency, fdx.debitCreditMemo ?? undefined, {
    signs: dialect.signs,
    borrowed: facts.borrowed,
  });
  if ('why' in money) throw bankAnswerUnreadable(bank, `${path}.${money.field}`, money.why);
  const description = firstWords([fdx.description, fdx.transactionPayee?.merchantName, fdx.payee, fdx.memo]);
  if (description === undefined) throw bankAnswerUnreadable(bank, `${path}.description`, 'missing');

  const attributes = attributesOf(fdx);
  const merchant = merchantOf({ ...payeeOf(fdx), description, attributes });
  const cardLast4 = attributes.get('cardLast4');
  const online = onlineOf(attributes);
  const transaction = {
    id: fdx.transactionId,
    status: fdx.status === 'POSTED' ? 'posted' : 'authorized',
    ...money,
    currency: facts.currency,
    // The day in the bank's own time zone: the date as written, before its offset is applied.
    localDate: occurredAt.slice(0, 10),
    description,
    ...(merchant ? { merchant } : {}),
    ...(cardLast4 !== undefined && /^\d{4}$/.test(cardLast4) ? { cardLast4 } : {}),
    ...(online === undefined ? {} : { online }),
  };
  // What is kept must be what an event could have brought; a field that is not is the bank's.
  return { ...readPart(bank, transactionSchema, transaction, path), occurredAt };
}

const pendingSchema = z.object({
  transactionId: text,
  status: z.enum(['AUTHORIZATION', 'MEMO', 'PENDING']),
});

/**
 * Whether it is pending and has no id, as some banks tell it: a list that is read again could not be told
 * from new purchases, so it is left out until it is posted.
 */
export function isPendingWithoutId(value: unknown): boolean {
  const pending = pendingSchema.safeParse(unwrap(value, '').inner);
  return pending.success && (pending.data.transactionId ?? '').trim() === '';
}

function unwrap(value: unknown, at: string): { inner: unknown; path: string } {
  if (typeof value === 'object' && value !== null) {
    for (const name of wrappers) {
      if (name in value) return { inner: (value as Record<string, unknown>)[name], path: `${at}.${name}` };
    }
  }
  return { inner: value, path: at };
}

function firstWords(texts: readonly (string | null | undefined)[]): string | undefined {
  return texts.map((words) => (words ?? '').trim().slice(0, 200)).find((words) => words !== '');
}

function attributesOf(fdx: FdxTransaction): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const { name, value } of fdx.fiAttributes ?? []) {
    if (value !== undefined && value !== null) attributes.set(name, String(value));
  }
  return attributes;
}

function payeeOf({ transactionPayee, payee }: FdxTransaction) {
  const address = transactionPayee?.address;
  return {
    name: transactionPayee?.merchantName ?? undefined,
    payee: payee ?? undefined,
    address: address
      ? {
          city: address.city ?? undefined,
          region: address.region ?? address.state ?? undefined,
          country: address.country ?? undefined,
        }
      : undefined,
  };
}

/** Whether the card was absent, where the bank says so; silence is neither. */
function onlineOf(attributes: ReadonlyMap<string, string>): boolean | undefined {
  switch (attributes.get('cardPresent')?.toLowerCase()) {
    case 'false':
      return true;
    case 'true':
      return false;
    default:
      return undefined;
  }
}
