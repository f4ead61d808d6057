import type { ActionId, CardRef, CustomerId, LinkId, PictureId } from '#base';
import { sql } from '#db';
import type { BankAsk, Settled } from './bank-action.ts';
import type { CardDetail } from './cards.ts';
import type { ControlsParts } from './parts.ts';

/** All that is kept here of a customer, opened for their own export. */
export interface HeldControls {
  readonly actions: readonly {
    readonly id: ActionId;
    readonly link: LinkId;
    readonly state: string;
    readonly requestedAt: Date;
    readonly settledAt: Date | null;
    readonly asked: BankAsk;
    readonly settled?: Settled;
  }[];
  readonly cards: readonly (CardDetail & { readonly id: CardRef; readonly link: LinkId; readonly toldAt: Date })[];
  /** Pictures that were chosen for a case and wait for the customer's word. */
  readonly pictures: readonly {
    readonly id: PictureId;
    readonly link: LinkId;
    readonly at: Date;
    readonly base64: string;
  }[];
}

interface ActionRow {
  readonly id: ActionId;
  readonly link: LinkId;
  readonly state: string;
  readonly requestedAt: Date;
  readonly settledAt: Date | null;
  readonly sealed: Buffer;
}

/** Opens what is kept of a customer's links that can be read now. */
export async function heldControls(
  { database, vault }: ControlsParts,
  customerId: CustomerId,
  linkIds: readonly LinkId[],
): Promise<HeldControls> {
  await vault.askAhead({ linkIds });
  return database.transaction(async (tx) => {
    const sealers = await vault.readableLinkSealers(tx, linkIds);
    const actions = await tx.query<ActionRow>(sql`
      select action_id as id, link_id as link, state, requested_at as "requestedAt", settled_at as "settledAt", sealed
      from bank_actions where customer_id = ${customerId} order by requested_at, action_id`);
    const cards = await tx.query<{ id: CardRef; link: LinkId; toldAt: Date; index: Buffer; sealed: Buffer }>(sql`
      select card_ref as id, link_id as link, told_at as "toldAt", card_index as index, sealed
      from bank_cards where link_id = any(${[...linkIds]}::uuid[]) order by told_at, card_ref`);
    const pictures = await tx.query<{ id: PictureId; link: LinkId; at: Date; sealed: Buffer }>(sql`
      select picture_id as id, link_id as link, at, sealed from case_pictures
      where customer_id = ${customerId} order by at, picture_id`);
    return {
      pictures: pictures.flatMap(({ sealed, ...row }) => {
        const opened = sealers.get(row.link)?.openState<{ base64: string }>('case_pictures.picture', row.id, sealed);
        return opened ? [opened.use(({ base64 }) => ({ ...row, base64 }))] : [];
      }),
      actions: actions.flatMap(({ sealed, ...row }) => {
        const opened = sealers
          .get(row.link)
          ?.openState<{ ask: BankAsk; settled?: Settled }>('bank_actions.ask', row.id, sealed);
        if (!opened) return [];
        return [opened.use(({ ask, settled }) => ({ ...row, asked: ask, ...(settled && { settled }) }))];
      }),
      cards: cards.flatMap(({ index, sealed, ...row }) => {
        const opened = sealers.get(row.link)?.openState<CardDetail>('bank_cards.detail', index.toString('hex'), sealed);
        return opened ? [opened.use((detail) => ({ ...detail, ...row }))] : [];
      }),
    };
  });
}
