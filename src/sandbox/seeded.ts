import { createHash } from 'node:crypto';
import type { AccountRow, TransactionRow } from './accounts.ts';
import type { SandboxBank } from './banks.ts';
import { isHeld, type AccountKind, type PersonHistory } from './history.ts';

/** An account as it is opened, and its year, oldest first. */
export interface SeededAccount {
  readonly account: AccountRow;
  readonly transactions: readonly TransactionRow[];
}

const products: Readonly<Record<AccountKind, string>> = {
  checking: 'Everyday Checking',
  savings: 'Way Ahead Savings',
  card: 'Everyday Card',
};

/** How the rows are called: drawn anew by whoever stores them, counted by whoever only reads them. */
export interface Naming {
  account(kind: AccountKind): string;
  transaction(kind: AccountKind, at: number): string;
}

/** The accounts that a customer begins with at one bank, as rows of the bank's books. */
export function seedAccounts(
  bank: SandboxBank,
  customerId: string,
  history: PersonHistory,
  now: Temporal.Instant,
  naming: Naming,
): SeededAccount[] {
  return (['checking', 'savings', 'card'] as const).map((kind) => {
    const accountId = naming.account(kind);
    const last4 = last4Of(bank.id, customerId, kind);
    const transactions = history.transactions
      .filter((past) => past.account === kind)
      .map((past, at): TransactionRow => {
        const occurredAt = new Date(past.at.epochMilliseconds);
        const held = isHeld(past, now);
        return {
          account_id: accountId,
          transaction_id: naming.transaction(kind, at),
          status: held ? 'authorized' : 'posted',
          kind: past.kind,
          direction: past.direction,
          amount_minor: BigInt(past.cents),
          occurred_at: occurredAt,
          local_date: past.day.toString(),
          posted_at: held ? null : occurredAt,
          description: past.description,
          merchant: past.merchant ?? null,
          card_last4: kind === 'card' ? last4 : null,
          online: past.online ?? null,
          blank_id: false,
        };
      });
    const moved = (status: TransactionRow['status']): bigint =>
      transactions
        .filter((row) => row.status === status)
        .reduce((sum, row) => sum + (row.direction === 'credit' ? row.amount_minor : -row.amount_minor), 0n);
    const opening = BigInt(history.opening[kind]);
    return {
      account: {
        account_id: accountId,
        bank_id: bank.id,
        customer_id: customerId,
        kind,
        product: products[kind],
        last4,
        currency: 'USD',
        opening_minor: opening,
        current_minor: opening + moved('posted'),
        held_minor: -moved('authorized'),
        credit_line_minor: kind === 'card' ? BigInt(history.creditLine) : null,
        time_zone: history.home.timeZone,
      },
      transactions,
    };
  });
}

/** The last four figures of an account's number: the same for the same account wherever it is made. */
function last4Of(bankId: string, customerId: string, kind: AccountKind): string {
  const digest = createHash('sha256').update(`last4/${bankId}/${customerId}/${kind}`).digest();
  return String(digest.readUInt32BE(0) % 10_000).padStart(4, '0');
}
