import {
  isSameLimit,
  type ActionAnswer,
  type BankCard,
  type CardAction,
  type CardLimit,
  type Refusal,
} from '#contract';
import { sql, type Transaction } from '#db';
import type { AccountRow } from '../accounts.ts';
import { tell } from '../bookings.ts';
import { now, type SandboxContext } from '../context.ts';
import { actionsOn, digitsOf, makeCard, toldCard, type CardRow } from './cards.ts';

/** What an action came to, without the key. */
export type Outcome = Omit<ActionAnswer, 'key' | 'at'>;

/** An action on one card of an account. */
export interface CardWish {
  readonly cardId: string;
  readonly action: CardAction;
  readonly limit?: CardLimit | undefined;
  /** The limit that the new one was compared with; null: none. */
  readonly insteadOf?: CardLimit | null | undefined;
  readonly requestedAt: string;
}

/** No card may be spent more with in a day. */
const limitMax = 20_000;

/** Does something to a card of one of these accounts, or says why not. Its events go out with it. */
export async function actOnCard(
  context: SandboxContext,
  tx: Transaction,
  accounts: readonly AccountRow[],
  wish: CardWish,
): Promise<Outcome> {
  const card = await lockCard(tx, accounts, wish.cardId);
  if (!card) return refused('unknown-subject');
  const account = accounts.find(({ account_id: id }) => id === card.account_id);
  if (!account) return refused('unknown-subject');
  if (new Date(wish.requestedAt) < card.asked_at) return refused('superseded');
  if (!actionsOn(card.state).includes(wish.action)) return refused('card-closed');
  if (wish.limit && !isInRange(wish.limit, account)) return refused('limit-out-of-range');
  if (wish.insteadOf !== undefined && !isSameLimit(wish.insteadOf ?? undefined, toldCard(card).limit))
    return refused('superseded');
  const next = after(card, wish);
  await tx.execute(sql`update sandbox.cards set state = ${next.state}, online = ${next.online}, abroad = ${next.abroad},
    spending_limit = ${next.limit ? JSON.stringify(next.limit) : null}::jsonb, asked_at = ${new Date(wish.requestedAt)}
    where card_id = ${card.card_id}`);
  const replacement = wish.action === 'replace' ? await replace(context, tx, account, card) : undefined;
  if (next.state !== card.state) await tellStatus(context, tx, account, { last4: card.last4, state: next.state });
  return { result: 'confirmed', card: next, ...(replacement && { replacement }) };
}

const refused = (reason: Refusal): Outcome => ({ result: 'refused', reason });

async function lockCard(
  tx: Transaction,
  accounts: readonly AccountRow[],
  cardId: string,
): Promise<CardRow | undefined> {
  const ids = accounts.map((account) => account.account_id);
  const [card] = await tx.query<CardRow>(sql`select * from sandbox.cards
    where card_id = ${cardId} and account_id = any(${ids}) for update`);
  return card;
}

function isInRange({ amount, currency }: CardLimit, account: AccountRow): boolean {
  const size = Number(amount);
  return currency === account.currency && size >= 1 && size <= limitMax;
}

const stateAfter: Readonly<Partial<Record<CardAction, BankCard['state']>>> = {
  freeze: 'frozen',
  unfreeze: 'active',
  'report-lost': 'lost',
  'report-stolen': 'stolen',
  replace: 'replaced',
};

function after(row: CardRow, { action, limit }: CardWish): BankCard {
  const { limit: before, ...card } = toldCard(row);
  const state = stateAfter[action] ?? card.state;
  const kept = action === 'limit' ? limit : before;
  return {
    ...card,
    state,
    online: action === 'online-on' || (action !== 'online-off' && card.online),
    abroad: action === 'abroad-on' || (action !== 'abroad-off' && card.abroad),
    ...(kept && { limit: kept }),
    actions: [...actionsOn(state)],
  };
}

/** The new card's number is another; it comes by post within a week. */
async function replace(
  context: SandboxContext,
  tx: Transaction,
  account: AccountRow,
  card: CardRow,
): Promise<NonNullable<ActionAnswer['replacement']>> {
  const at = now(context);
  const last4 = digitsOf(`replacement/${card.card_id}`);
  await makeCard(tx, account, last4, at);
  const arrives = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(account.time_zone);
  return { last4, arrivesBy: arrives.add({ days: 7 }).toPlainDate().toString() };
}

/** Tells subscribers how a card stands. */
export async function tellStatus(
  context: SandboxContext,
  tx: Transaction,
  account: Pick<AccountRow, 'account_id' | 'bank_id'>,
  { last4, state }: Pick<BankCard, 'last4' | 'state'>,
): Promise<void> {
  const at = now(context);
  const event = {
    type: 'card.status' as const,
    occurredAt: at.toISOString(),
    accountId: account.account_id,
    cardLast4: last4,
    status: state,
  };
  await tell(context, tx, account.bank_id, account.account_id, [event], at);
}
