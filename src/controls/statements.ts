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
  readonly statements: readonly NamedStatement[];
}

/** A statement by a name of ours: two may end on one day, and the bank's own id has no place in an address. */
export interface NamedStatement extends BankStatement {
  readonly name: string;
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
   * One as PDF with the local date on which it ends, for a browser of its customer's; the use is entered first.
   *
   * @throws TellerlineError `statement_unknown`, and those of `Cards.list`
   */
  open(
    actor: Actor,
    linkId: LinkId,
    accountRef: AccountRef,
    name: string,
  ): Promise<{ readonly pdf: Buffer; readonly to: string }>;
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
        statements: (await banks.statements(session, account.accountId)).map((one) => ({
          ...one,
          name: nameOf(vault, linkId, one),
        })),
      })),
    ),
  );
}

async function open(
  { vault, linking, banks }: ControlsParts,
  actor: Actor,
  linkId: LinkId,
  accountRef: AccountRef,
  name: string,
): Promise<{ readonly pdf: Buffer; readonly to: string }> {
  await vault.gate.enter({ actor, linkId, ...use, reason: 'statement-opened' });
  const account = (await linking.accountsAtBank(linkId)).find((one) => one.accountRef === accountRef);
  if (!account) throw unknown();
  return linking.atBank(linkId, 'USER', async (session) => {
    const statement = (await banks.statements(session, account.accountId)).find(
      (one) => nameOf(vault, linkId, one) === name,
    );
    if (!statement) throw unknown();
    const pdf = await banks.statementPdf(session, account.accountId, statement.statementId);
    return { pdf, to: statement.to };
  });
}

/** A keyed hash of the bank's id, good for this link alone. */
function nameOf({ index }: ControlsParts['vault'], linkId: LinkId, { statementId }: BankStatement): string {
  return index('statement', `${linkId}|${statementId}`).subarray(0, 16).toString('hex');
}

function unknown(): TellerlineError {
  return new TellerlineError('statement_unknown', 404, 'There is no such statement. Ask for the list again.');
}
