import { TellerlineError, type BankId, type CaseId, type CasePictureId, type IdentityId } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import { encodeAnew, type Thread } from '#delivery';
import { customerActor, type LinkSealer, type SealedCasePart } from '#vault';
import type { DeskParts } from '../parts.ts';
import { isUuid, lockOwnCase } from './case-row.ts';

/** A picture, as it is answered. */
export interface CasePicture {
  readonly bytes: Buffer;
  readonly type: string;
}

/** A picture that staff send, decoded and encoded anew. @throws TellerlineError `picture_unreadable` 422, `picture_too_large` 413 */
export async function takePicture(bytes: Buffer): Promise<Buffer> {
  const taken = await encodeAnew(bytes);
  if (taken.taken) return taken.bytes;
  if (taken.why === 'too-large') throw new TellerlineError('picture_too_large', 413, 'This picture is too large.');
  throw new TellerlineError('picture_unreadable', 422, 'This is no picture that can be shown.');
}

/** Keeps a picture of a case, encoded anew already, under the link's key. */
export async function keepPicture(
  tx: Transaction,
  sealer: LinkSealer,
  { bankId, caseId }: { readonly bankId: BankId; readonly caseId: CaseId },
  pictureId: CasePictureId,
  bytes: Buffer,
  nowMs: number,
): Promise<void> {
  await tx.execute(sql`insert into desk_pictures (bank_id, case_id, picture_id, link_id, at, sealed)
    values (${bankId}, ${caseId}, ${pictureId}, ${sealer.linkId}, ${new Date(nowMs)},
      ${sealer.sealCase('desk_pictures.picture', pictureId, bytes.toString('base64'))})`);
}

/** The refusal for a picture that is not there, or not in this case. */
export const pictureUnknown = (): TellerlineError =>
  new TellerlineError('picture_unknown', 404, 'There is no such picture here.');

/** A picture of a case, still sealed, for the gate. @throws TellerlineError `picture_unknown` */
export async function sealedPicture(
  db: Queryable,
  { bankId, caseId }: { readonly bankId: BankId; readonly caseId: CaseId },
  pictureId: string,
): Promise<SealedCasePart> {
  if (!isUuid(pictureId)) throw pictureUnknown();
  const [row] = await db.query<{ sealed: Buffer }>(sql`select sealed from desk_pictures
    where bank_id = ${bankId} and case_id = ${caseId} and picture_id = ${pictureId}`);
  if (!row) throw pictureUnknown();
  return { place: 'desk_pictures.picture', row: pictureId, sealed: row.sealed };
}

/** What the gate has opened, as a picture. */
export const pictureOf = (opened: readonly unknown[]): CasePicture => ({
  bytes: Buffer.from(opened[0] as string, 'base64'),
  type: 'image/webp',
});

/** A picture of one of the customer's own cases, closed ones too. */
export async function ownPicture(
  { database, vault }: DeskParts,
  { customerId }: Thread,
  identityId: IdentityId,
  pictureId: string,
): Promise<CasePicture> {
  if (!isUuid(pictureId)) throw pictureUnknown();
  const opened = await database.transaction(async (tx) => {
    const [place] = await tx.query<{ caseId: string }>(sql`
      select case_id as "caseId" from desk_pictures where picture_id = ${pictureId}`);
    if (!place) throw pictureUnknown();
    const row = await lockOwnCase(tx, customerId, place.caseId);
    const part = await sealedPicture(tx, row, pictureId);
    const use = { actor: customerActor({ customerId, identityId }), linkId: row.linkId };
    return vault.gate.openCase(tx, { ...use, fields: ['case'], reason: 'case-picture-shown' }, [part]);
  });
  return opened.use(pictureOf);
}
