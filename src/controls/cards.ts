import { TellerlineError, type AccountRef, type BankId, type CardRef, type CustomerId, type LinkId } from '#base';
import { labelOf, type AccountLabel, type BankCard } from '#contract';
import { sql, type Transaction } from '#db';
import { taskActor, type LinkSealer } from '#vault';
import type { ControlsParts } from './parts.ts';

/** A card of a link, as its bank has told it just now. */
export interface LinkedCard {
  readonly cardRef: CardRef;
  readonly card: BankCard;
  readonly account: AccountLabel;
  /** How often a limit was asked for it. */
  readonly limitGeneration: number;
}

/** What is kept of a card, sealed: what an action on it needs. */
export type CardDetail = Pick<BankCard, 'cardId' | 'accountId' | 'last4' | 'limit'> & {
  readonly account: AccountLabel;
};

/** A card that was listed before. */
export interface FoundCard extends CardDetail {
  readonly bankId: BankId;
  /** Undefined of one that was listed before accounts were entered with it. */
  readonly accountRef?: AccountRef;
}

/** The customers' cards. */
export interface Cards {
  /**
   * A link's cards, as the bank says them now. The use is entered before the bank is asked.
   *
   * @throws TellerlineError `purpose_not_consented`, `link_ended`, and those of BankApi
   */
  list(customerId: CustomerId, linkId: LinkId): Promise<readonly LinkedCard[]>;
  /** The same for whoever has entered the use already: staff of the bank, in a case of this customer. */
  listEntered(linkId: LinkId): Promise<readonly LinkedCard[]>;
  /** A card that was listed before, for an action on it. @throws TellerlineError `card_unknown` */
  find(tx: Transaction, linkId: LinkId, cardRef: CardRef): Promise<FoundCard>;
  /**
   * Enters that a limit is asked for, by a button of this generation; answers the next. Buttons for a limit that were
   * made before do nothing any more, all others do.
   *
   * @throws TellerlineError `limit_changed`
   */
  nextLimit(tx: Transaction, linkId: LinkId, cardRef: CardRef, generation: number | undefined): Promise<number>;
}

async function nextLimit(
  tx: Transaction,
  linkId: LinkId,
  cardRef: CardRef,
  generation: number | undefined,
): Promise<number> {
  const [row] = await tx.query<{ next: number }>(sql`
    update bank_cards set limit_generation = limit_generation + 1
    where link_id = ${linkId} and card_ref = ${cardRef} and limit_generation = ${generation ?? null}
    returning limit_generation as next`);
  if (!row) throw limitChanged();
  return row.next;
}

/** A limit's button that was made while the card had another limit. */
export const limitChanged = (): TellerlineError =>
  new TellerlineError('limit_changed', 410, 'The limit of this card was changed since. Nothing was done. Ask again.');

/** Makes them over controls' parts. */
export function createCards(parts: ControlsParts): Cards {
  return {
    list: (customerId, linkId) => list(parts, customerId, linkId),
    listEntered: (linkId) => listEntered(parts, linkId),
    find: (tx, linkId, cardRef) => find(tx, parts, linkId, cardRef),
    nextLimit,
  };
}

async function list(parts: ControlsParts, customerId: CustomerId, linkId: LinkId): Promise<readonly LinkedCard[]> {
  const actor = taskActor('answer', customerId);
  const use = { actor, purpose: 'account-management', linkId, fields: ['card'], reason: 'cards-listed' } as const;
  await parts.vault.gate.enter(use);
  return listEntered(parts, linkId);
}

async function listEntered(parts: ControlsParts, linkId: LinkId): Promise<readonly LinkedCard[]> {
  const { vault, linking, banks, database } = parts;
  const accounts = new Map((await linking.accountsAtBank(linkId)).map((one) => [one.accountId, one]));
  const told = await linking.atBank(linkId, 'USER', (session) => banks.cards(session));
  // A card of an account that is not shared here is none of ours.
  const shared = told.flatMap((card) => {
    const account = accounts.get(card.accountId);
    return account ? [{ card, account: labelOf(account), accountRef: account.accountRef }] : [];
  });
  return database.transaction(async (tx) => {
    const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
    if (!sealer) return [];
    const linked = [];
    for (const { accountRef, ...one } of shared)
      linked.push({ ...one, ...(await keep(tx, parts, sealer, accountRef, one)) });
    return linked;
  });
}

async function keep(
  tx: Transaction,
  { vault, clock }: ControlsParts,
  sealer: LinkSealer,
  accountRef: AccountRef,
  { card, account }: { readonly card: BankCard; readonly account: AccountLabel },
): Promise<Pick<LinkedCard, 'cardRef' | 'limitGeneration'>> {
  const { cardId, accountId, last4, limit } = card;
  const index = vault.index('card', `${sealer.bankId}|${cardId}`);
  const detail: CardDetail = { cardId, accountId, last4, account, ...(limit && { limit }) };
  const sealed = sealer.sealState('bank_cards.detail', index.toString('hex'), detail);
  const now = new Date(clock.nowMs());
  const [row] = await tx.query<Pick<LinkedCard, 'cardRef' | 'limitGeneration'>>(sql`
    insert into bank_cards (link_id, bank_id, card_index, account_ref, sealed, told_at)
    values (${sealer.linkId}, ${sealer.bankId}, ${index}, ${accountRef}, ${sealed}, ${now})
    on conflict (link_id, card_index) do update
      set sealed = excluded.sealed, told_at = excluded.told_at, account_ref = excluded.account_ref
    returning card_ref as "cardRef", limit_generation as "limitGeneration"`);
  if (!row) throw new TypeError('a card that was just stored is not there');
  return row;
}

async function find(tx: Transaction, { vault }: ControlsParts, linkId: LinkId, cardRef: CardRef): Promise<FoundCard> {
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  const [row] = await tx.query<{ index: Buffer; sealed: Buffer; accountRef: AccountRef | null }>(sql`
    select card_index as index, sealed, account_ref as "accountRef" from bank_cards where link_id = ${linkId} and card_ref = ${cardRef}`);
  if (!sealer || !row)
    throw new TellerlineError('card_unknown', 410, 'This card is not known here any more. Ask again.');
  const { bankId } = sealer;
  const { accountRef } = row;
  return sealer
    .openState<CardDetail>('bank_cards.detail', row.index.toString('hex'), row.sealed)
    .use((detail) => ({ ...detail, bankId, ...(accountRef && { accountRef }) }));
}
