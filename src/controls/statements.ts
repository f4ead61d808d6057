import { TellerlineError, type AccountRef, type CustomerId, type LinkId } from '#base';
import { labelOf, type AccountLabel } from '#contract';
import { taskActor, type Actor } from '#vault';
import type { BankStatement } from './controls-api.ts';
import type { ControlsParts } from './parts.ts';

/** The statements of one account. */
export interface AccountStatements {
  readonly accountRef: AccountRef;
  readonly account: AccountLabel;
  /** Newest first. */
  readonly statements: readonly BankStatement[];
}

/** Statements that the banks keep. Nothing of them is stored here. */
export interface Statements {
  /** Which there are of accounts of a link; the use is entered first. @throws those of `Cards.list` */
  list(
    customerId: CustomerId,
    linkId: LinkId,
    accountRefs: readonly AccountRef[],
  ): Promise<readonly AccountStatements[]>;
  /**
   * One as PDF, named by the local date on which it ends, for a browser of its customer's; the use is entered first.
   *
   * @throws TellerlineError `statement_unknown`, and those of `Cards.list`
   */
  open(actor: Actor, linkId: LinkId, accountRef: AccountRef, to: string): Promise<Buffer>;
}

/** Makes them over controls' parts. */
export function createStatements(parts: ControlsParts): Statements {
  return {
    list: (...what) => list(parts, ...what),
    open: (...what) => open(parts, ...what),
  };
}

const use = { purpose: 'account-management', fields: ['statement'] } as const;

async function list(
  { vault, linking, banks }: ControlsParts,
  customerId: CustomerId,
  linkId: LinkId,
  accountRefs: readonly AccountRef[],
): Promise<readonly AccountStatements[]> {
  await vault.gate.enter({ actor: taskActor('answer', customerId), linkId, ...use, reason: 'statements-listed' });
  const accounts = (await linking.accountsAtBank(linkId)).filter(({ accountRef }) => accountRefs.includes(accountRef));
  return linking.atBank(linkId, 'USER', (session) =>
    Promise.all(
      accounts.map(async (account) => ({
        accountRef: account.accountRef,
        account: labelOf(account),
        statements: await banks.statements(session, account.accountId),
      })),
    ),
  );
}

async function open(
  { vault, linking, banks }: ControlsParts,
  actor: Actor,
  linkId: LinkId,
  accountRef: AccountRef,
  to: string,
): Promise<Buffer> {
  await vault.gate.enter({ actor, linkId, ...use, reason: 'statement-opened' });
  const account = (await linking.accountsAtBank(linkId)).find((one) => one.accountRef === accountRef);
  if (!account) throw unknown();
  return linking.atBank(linkId, 'USER', async (session) => {
    const statement = (await banks.statements(session, account.accountId)).find((one) => one.to === to);
    if (!statement) throw unknown();
    return banks.statementPdf(session, account.accountId, statement.statementId);
  });
}

function unknown(): TellerlineError {
  return new TellerlineError('statement_unknown', 404, 'There is no such statement. Ask for the list again.');
}
