import { TellerlineError, type BankId, type CardRef, type CustomerId, type LinkId } from '#base';
import { labelOf, type AccountLabel, type BankCard } from '#contract';
import { sql, type Transaction } from '#db';
import { taskActor, type LinkSealer } from '#vault';
import type { ControlsParts } from './parts.ts';

/** A card of a link, as its bank has told it just now. */
export interface LinkedCard {
  readonly cardRef: CardRef;
  readonly card: BankCard;
  readonly account: AccountLabel;
}

/** What is kept of a card, sealed: what an action on it needs. */
export type CardDetail = Pick<BankCard, 'cardId' | 'accountId' | 'last4' | 'limit'> & {
  readonly account: AccountLabel;
};

/** The customers' cards. */
export interface Cards {
  /**
   * A link's cards, as the bank says them now. The use is entered before the bank is asked.
   *
   * @throws TellerlineError `purpose_not_consented`, `link_ended`, and those of BankApi
   */
  list(customerId: CustomerId, linkId: LinkId): Promise<readonly LinkedCard[]>;
  /** A card that was listed before, for an action on it. @throws TellerlineError `card_unknown` */
  find(tx: Transaction, linkId: LinkId, cardRef: CardRef): Promise<CardDetail & { readonly bankId: BankId }>;
  /** Gives a card another name; answers it. Buttons that were made before do nothing to the card any more. */
  rename(tx: Transaction, linkId: LinkId, cardRef: CardRef): Promise<CardRef>;
}

/** Gives a card another name, so that no button that was made before does anything to it. */
async function rename(tx: Transaction, linkId: LinkId, cardRef: CardRef): Promise<CardRef> {
  const [row] = await tx.query<{ cardRef: CardRef }>(sql`
    update bank_cards set card_ref = gen_random_uuid() where link_id = ${linkId} and card_ref = ${cardRef}
    returning card_ref as "cardRef"`);
  return row?.cardRef ?? cardRef;
}

/** Makes them over controls' parts. */
export function createCards(parts: ControlsParts): Cards {
  return {
    list: (customerId, linkId) => list(parts, customerId, linkId),
    find: (tx, linkId, cardRef) => find(tx, parts, linkId, cardRef),
    rename,
  };
}

async function list(parts: ControlsParts, customerId: CustomerId, linkId: LinkId): Promise<readonly LinkedCard[]> {
  const { vault, linking, banks, database } = parts;
  const actor = taskActor('answer', customerId);
  const use = { actor, purpose: 'account-management', linkId, fields: ['card'], reason: 'cards-listed' } as const;
  await vault.gate.enter(use);
  const accounts = new Map((await linking.accountsAtBank(linkId)).map((one) => [one.accountId, one]));
  const told = await linking.atBank(linkId, 'USER', (session) => banks.cards(session));
  // A card of an account that is not shared here is none of ours.
  const shared = told.flatMap((card) => {
    const account = accounts.get(card.accountId);
    return account ? [{ card, account: labelOf(account) }] : [];
  });
  return database.transaction(async (tx) => {
    const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
    if (!sealer) return [];
    const linked = [];
    for (const one of shared) linked.push({ ...one, cardRef: await keep(tx, parts, sealer, one) });
    return linked;
  });
}

async function keep(
  tx: Transaction,
  { vault, clock }: ControlsParts,
  sealer: LinkSealer,
  { card, account }: { readonly card: BankCard; readonly account: AccountLabel },
): Promise<CardRef> {
  const { cardId, accountId, last4, limit } = card;
  const index = vault.index('card', `${sealer.bankId}|${cardId}`);
  const detail: CardDetail = { cardId, accountId, last4, account, ...(limit && { limit }) };
  const sealed = sealer.sealState('bank_cards.detail', index.toString('hex'), detail);
  const now = new Date(clock.nowMs());
  const [row] = await tx.query<{ cardRef: CardRef }>(sql`
    insert into bank_cards (link_id, bank_id, card_index, sealed, told_at)
    values (${sealer.linkId}, ${sealer.bankId}, ${index}, ${sealed}, ${now})
    on conflict (link_id, card_index) do update set sealed = excluded.sealed, told_at = excluded.told_at
    returning card_ref as "cardRef"`);
  if (!row) throw new TypeError('a card that was just stored is not there');
  return row.cardRef;
}

async function find(
  tx: Transaction,
  { vault }: ControlsParts,
  linkId: LinkId,
  cardRef: CardRef,
): Promise<CardDetail & { readonly bankId: BankId }> {
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  const [row] = await tx.query<{ index: Buffer; sealed: Buffer }>(sql`
    select card_index as index, sealed from bank_cards where link_id = ${linkId} and card_ref = ${cardRef}`);
  if (!sealer || !row)
    throw new TellerlineError('card_unknown', 410, 'This card is not known here any more. Ask again.');
  const { bankId } = sealer;
  return sealer
    .openState<CardDetail>('bank_cards.detail', row.index.toString('hex'), row.sealed)
    .use((detail) => ({ ...detail, bankId }));
}
