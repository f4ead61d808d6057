import { newId, type Branded } from '#base';
import type { BankHold, HoldAnswer, Transaction as ContractTransaction } from '#contract';
import { sql } from '#db';
import type { AccountRow } from '../accounts.ts';
import type { SandboxBank } from '../banks.ts';
import { lockAccount, tell } from '../bookings.ts';
import { now, type SandboxContext } from '../context.ts';
import { ensureCustomer } from '../customers.ts';
import { statementLine, type AccountKind, type SandboxMerchant } from '../history.ts';
import { answerHold } from './holds.ts';

/** A purchase that looks wrong to the bank. */
export interface Suspicion {
  readonly amount: string;
  readonly merchant: SandboxMerchant;
  readonly online?: boolean | undefined;
  readonly reasons?: readonly string[] | undefined;
  /** How long the bank waits for the answer; half an hour if not said. */
  readonly answerSeconds?: number | undefined;
  /** What it does without one; declines if not said. */
  readonly otherwise?: 'release' | 'decline' | undefined;
}

const answerSecondsUsual = 1_800;

/** Holds a purchase and asks its customer: nothing is booked of it. Answers the name of the case. */
export async function holdPurchase(
  context: SandboxContext,
  bank: SandboxBank,
  customerId: string,
  kind: AccountKind,
  suspicion: Suspicion,
): Promise<{ caseId: string; events: number }> {
  await ensureCustomer(context, bank, customerId);
  const at = now(context);
  const caseId = `F${newId<Branded<'CaseId'>>()}`;
  const {
    answerSeconds = answerSecondsUsual,
    otherwise = 'decline',
    reasons = ['far-apart', 'unusual-amount'],
  } = suspicion;
  const answerBy = new Date(at.getTime() + answerSeconds * 1000);
  return context.database.transaction(async (tx) => {
    const account = await lockAccount(tx, bank.id, customerId, kind);
    const transaction = suspected(account, suspicion, at);
    await tx.execute(sql`insert into sandbox.holds (case_id, account_id, answer_by, otherwise, purchase, at)
      values (${caseId}, ${account.account_id}, ${answerBy}, ${otherwise}, ${JSON.stringify(transaction)}, ${at})`);
    const event = {
      type: 'fraud.suspected' as const,
      occurredAt: at.toISOString(),
      accountId: account.account_id,
      caseId,
      transaction,
      reasons: [...reasons],
      answerBy: answerBy.toISOString(),
      otherwise,
    };
    return { caseId, events: await tell(context, tx, bank.id, account.account_id, [event], at) };
  });
}

function suspected(account: AccountRow, { amount, merchant, online }: Suspicion, at: Date): ContractTransaction {
  const day = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(account.time_zone);
  return {
    id: `trn_${newId<Branded<'TransactionId'>>()}`,
    status: 'authorized',
    amount,
    currency: account.currency,
    direction: 'debit',
    localDate: day.toPlainDate().toString(),
    description: statementLine(merchant),
    merchant,
    ...(account.kind === 'card' && { cardLast4: account.last4 }),
    ...(online !== undefined && { online }),
  };
}

/** Answers a hold in the bank's own app, as its customer does there; undefined when there is no such case. */
export async function answerInApp(
  context: SandboxContext,
  caseId: string,
  answer: HoldAnswer,
): Promise<BankHold | undefined> {
  return context.database.transaction(async (tx) => {
    const accounts = await tx.query<AccountRow>(sql`select account.*, customer.time_zone
      from sandbox.holds hold join sandbox.accounts account using (account_id)
        join sandbox.customers customer using (bank_id, customer_id) where case_id = ${caseId}`);
    return (await answerHold(context, tx, accounts, { caseId, answer })).hold;
  });
}
