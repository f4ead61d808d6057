import type { AccountRef, LinkId } from '#base';
import { labelOf, type AccountLabel, type Balance } from '#contract';
import { withBank } from './bank-session.ts';
import { accountsOf, type AccountDetail } from './links.ts';
import type { LinkingParts } from './parts.ts';

/** The balances of a link's accounts as the bank holds them now; all accounts unless some are named. */
export async function readBalances(
  parts: LinkingParts,
  linkId: LinkId,
  accountRefs?: readonly AccountRef[],
): Promise<(AccountLabel & { accountRef: AccountRef; balance: Balance })[]> {
  const refs = await accountsAtBank(parts, linkId);
  const wanted = refs.filter((account) => !accountRefs || accountRefs.includes(account.accountRef));
  return withBank(parts, linkId, 'USER', async (bank) => {
    const told = new Map((await parts.banks.accounts(bank)).map((account) => [account.accountId, account]));
    return wanted.flatMap((account) => {
      const balance = told.get(account.accountId)?.balance;
      return balance ? [{ accountRef: account.accountRef, ...labelOf(account), balance }] : [];
    });
  });
}

/** The accounts of a link that the customer shares, with the bank's own ids. */
export async function accountsAtBank(
  { vault, database }: LinkingParts,
  linkId: LinkId,
): Promise<(AccountDetail & { accountRef: AccountRef })[]> {
  await vault.askAhead({ linkIds: [linkId] });
  return database.transaction(async (tx) => {
    const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
    return sealer ? accountsOf(tx, sealer) : [];
  });
}
