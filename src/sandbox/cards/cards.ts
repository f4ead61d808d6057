import { createHash, randomBytes } from 'node:crypto';
import { CARD_ACTIONS, type BankCard, type CardAction, type CardLimit } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { AccountRow } from '../accounts.ts';
import { now, type SandboxContext } from '../context.ts';

/** A card as the bank keeps it. */
export interface CardRow {
  readonly card_id: string;
  readonly account_id: string;
  readonly last4: string;
  readonly state: BankCard['state'];
  readonly online: boolean;
  readonly abroad: boolean;
  readonly spending_limit: CardLimit | null;
  readonly asked_at: Date;
}

/** What can be done to a card that is not in use; everything to one that is. */
const closed: Readonly<Partial<Record<BankCard['state'], readonly CardAction[]>>> = {
  lost: ['replace'],
  stolen: ['replace'],
  replaced: [],
  expired: [],
};

/** What may be done to a card as it stands. */
export const actionsOn = (state: BankCard['state']): readonly CardAction[] => closed[state] ?? CARD_ACTIONS;

/**
 * The cards of accounts, oldest first; of those made at once, in the order of the accounts. Each account that can have one is given its first when it is met: the credit
 * card's own, and a debit card for checking.
 */
export async function cardsOf(context: SandboxContext, accounts: readonly AccountRow[]): Promise<CardRow[]> {
  const { database } = context;
  const having = accounts.filter(({ kind }) => kind !== 'savings');
  const known = await readCards(database, having);
  const without = having.filter(({ account_id: id }) => !known.some((card) => card.account_id === id));
  if (without.length === 0) return known;
  await database.transaction(async (tx) => {
    for (const account of without) {
      // Two that meet it at once must not make two.
      await tx.execute(sql`select from sandbox.accounts where account_id = ${account.account_id} for update`);
      if ((await readCards(tx, [account])).length === 0) await makeCard(tx, account, firstLast4(account), now(context));
    }
  });
  return readCards(database, having);
}

async function readCards(db: Queryable, accounts: readonly AccountRow[]): Promise<CardRow[]> {
  const ids = accounts.map((account) => account.account_id);
  return db.query<CardRow>(sql`select * from sandbox.cards
    where account_id = any(${ids}) order by made_at, array_position(${ids}, account_id), card_id`);
}

/** Makes a card of an account; answers its id. */
export async function makeCard(
  tx: Transaction,
  { account_id: accountId }: Pick<AccountRow, 'account_id'>,
  last4: string,
  at: Date,
): Promise<string> {
  const cardId = `crd_${randomBytes(12).toString('base64url')}`;
  await tx.execute(sql`insert into sandbox.cards (card_id, account_id, last4, asked_at, made_at)
    values (${cardId}, ${accountId}, ${last4}, 'epoch', ${at})`);
  return cardId;
}

/** A credit card's number is its account's; a debit card's another, the same wherever it is made. */
function firstLast4({ kind, last4, bank_id: bank, customer_id: customer }: AccountRow): string {
  return kind === 'card' ? last4 : digitsOf(`debit card/${bank}/${customer}`);
}

/** Four figures that follow from words. */
export function digitsOf(words: string): string {
  const digest = createHash('sha256').update(words).digest();
  return String(digest.readUInt32BE(0) % 10_000).padStart(4, '0');
}

/** A card as the profile tells it. */
export function toldCard(row: CardRow): BankCard {
  const { card_id: cardId, account_id: accountId, last4, state, online, abroad, spending_limit: limit } = row;
  return { cardId, accountId, last4, state, online, abroad, ...(limit && { limit }), actions: [...actionsOn(state)] };
}
