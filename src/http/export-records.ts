import { isTellerlineError, type LinkId } from '#base';
import type { Privacy, Purpose } from '#contract';
import type { Session } from '#customers';
import { customerActor, type OpenedRecord } from '#vault';
import type { HttpParts } from './parts.ts';

/** A purchase or a balance as it is kept, with the link and the purpose that it was read under. */
export type ExportedRecord = OpenedRecord['content'] & {
  readonly record: string;
  readonly link: string;
  readonly accountRef: string;
  readonly purpose: Purpose;
};

/** Which records a purpose is for; the others keep none. */
const kindOfPurpose: Readonly<Partial<Record<Purpose, OpenedRecord['content']['kind']>>> = {
  balances: 'balance',
  transactions: 'transaction',
  'fraud-alerts': 'alert',
  receipts: 'receipt',
  shipping: 'parcel',
};
/** In the ledger a held purchase has a name of its own. */
const fieldOfKind = {
  balance: 'balance',
  transaction: 'transaction',
  alert: 'hold',
  receipt: 'receipt',
  parcel: 'parcel',
} as const;
/** No bank tells of another time. */
const allDays = { from: '1900-01-01', to: '2999-12-31' } as const;

/** All records of a customer's links, newest first by link and purpose: through the gate, one use for each. */
export async function exportedRecords(
  { vault }: HttpParts,
  session: Session,
  links: Privacy['links'],
): Promise<ExportedRecord[]> {
  const actor = customerActor(session);
  const exported: ExportedRecord[] = [];
  for (const { id, purposes } of links) {
    for (const purpose of purposes) {
      const kind = kindOfPurpose[purpose];
      if (!kind) continue;
      const use = { actor, purpose, linkId: id as LinkId, fields: [fieldOfKind[kind]], reason: 'exported' };
      const opened = await vault.gate.records(use, { kind, ...allDays }).catch((error: unknown) => {
        // A link that ended since it was listed has nothing left to export.
        if (isTellerlineError(error, 'link_ended') || isTellerlineError(error, 'purpose_not_consented'))
          return undefined;
        throw error;
      });
      const read = opened?.use((records) =>
        records.map(({ recordId, accountRef, content }) => ({
          ...(content.kind === 'alert' ? { ...content, buttons: [] } : content),
          record: recordId,
          link: id,
          accountRef,
          purpose,
        })),
      );
      exported.push(...(read ?? []));
    }
  }
  return exported;
}
