import { limits, newId, TellerlineError, type ActionId, type CustomerId, type LinkId, type PictureId } from '#base';
import { sql, type Transaction } from '#db';
import type { Vault } from '#vault';
import type { ControlsParts } from './parts.ts';

/** Pictures that may become part of a case, until their customer has said so. */
export interface CasePictures {
  /**
   * Keeps a picture for a case, in a transaction; nothing goes to the bank by that.
   *
   * @throws TellerlineError `link_ended`, `case_pictures_many`
   */
  keep(tx: Transaction, of: OfCase, jpeg: Buffer): Promise<PictureId>;
  /** Takes a kept picture out, for the bank; undefined when it is gone or was kept for something else. */
  take(tx: Transaction, of: OfCase, pictureId: PictureId): Promise<{ readonly base64: string } | undefined>;
  /** Deletes a kept picture: its customer does not want it sent. */
  drop(tx: Transaction, of: Pick<OfCase, 'customerId' | 'linkId'>, pictureId: PictureId): Promise<void>;
}

/** Whose case a picture is for. */
export interface OfCase {
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly actionId: ActionId;
}

/** Makes them over controls' parts. */
export function createCasePictures({ vault, clock }: Pick<ControlsParts, 'vault' | 'clock'>): CasePictures {
  return {
    keep: (tx, of, jpeg) => keep(tx, vault, of, jpeg, clock.nowMs()),
    take: (tx, of, pictureId) => take(tx, vault, of, pictureId),
    drop: async (tx, { customerId, linkId }, pictureId) => {
      await tx.execute(sql`delete from case_pictures
        where link_id = ${linkId} and picture_id = ${pictureId} and customer_id = ${customerId}`);
    },
  };
}

async function keep(
  tx: Transaction,
  vault: Vault,
  { customerId, linkId, actionId }: OfCase,
  jpeg: Buffer,
  nowMs: number,
): Promise<PictureId> {
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  if (!sealer) throw new TellerlineError('link_ended', 410, 'This link was stopped. Nothing was kept.');
  const [row] = await tx.query<{ kept: bigint }>(
    sql`select count(*) as kept from case_pictures where customer_id = ${customerId}`,
  );
  if (Number(row?.kept ?? 0) >= limits.casePicturesKeptMax)
    throw new TellerlineError(
      'case_pictures_many',
      429,
      'Some pictures wait for your answer already. Send those first, or try again tomorrow.',
    );
  const pictureId = newId<PictureId>();
  const sealed = sealer.sealState('case_pictures.picture', pictureId, { base64: jpeg.toString('base64') });
  await tx.execute(sql`insert into case_pictures (link_id, picture_id, action_id, customer_id, sealed, at)
    values (${linkId}, ${pictureId}, ${actionId}, ${customerId}, ${sealed}, ${new Date(nowMs)})`);
  return pictureId;
}

async function take(
  tx: Transaction,
  vault: Vault,
  { customerId, linkId, actionId }: OfCase,
  pictureId: PictureId,
): Promise<{ readonly base64: string } | undefined> {
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  const [row] = await tx.query<{ sealed: Buffer }>(sql`
    delete from case_pictures where link_id = ${linkId} and picture_id = ${pictureId} and action_id = ${actionId}
      and customer_id = ${customerId} returning sealed`);
  if (!sealer || !row) return undefined;
  return sealer.openState<{ base64: string }>('case_pictures.picture', pictureId, row.sealed).use((picture) => picture);
}
