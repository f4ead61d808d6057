import type { CustomerId, IdentityId, LinkId } from '#base';
import { caseConsentsOfCustomer } from '#consent';
import type { CaseEntry } from '#contract';
import { sql } from '#db';
import { customerActor, type SealedCasePart } from '#vault';
import type { DeskParts } from '../parts.ts';
import { requireLive, selectCases } from './case-row.ts';
import { entriesOf, entryRows, sealedEntry } from './entries.ts';
import type { Question } from './opening.ts';
import { proposalStates } from './proposals.ts';

/** All that is kept of a customer at desks, opened for their own export; notes of staff too, which are about them. */
export interface HeldCases {
  readonly cases: readonly {
    readonly caseId: string;
    readonly number: number;
    readonly link: LinkId;
    readonly bank: string;
    readonly topic: string;
    readonly team: string;
    readonly state: string;
    readonly openedAt: Date;
    readonly closedAt: Date | null;
    readonly closedBy: string | null;
    readonly rating: number | null;
    /** Who has it, or had it last. */
    readonly staff: string | null;
    readonly question: Question;
    readonly entries: readonly CaseEntry[];
    /** WebP. */
    readonly pictures: readonly { readonly pictureId: string; readonly at: Date; readonly base64: string }[];
  }[];
  readonly consents: readonly {
    readonly caseId: string;
    readonly link: LinkId;
    readonly bank: string;
    readonly fields: readonly string[];
    readonly openedAt: Date;
    readonly closedAt: Date | null;
  }[];
}

/** More than a talk ever has; an export is whole. */
const entriesMax = 100_000;

/** Opens the cases of links that can be read now; see `HeldCases`. */
export async function heldCases(
  { database, vault }: DeskParts,
  customerId: CustomerId,
  identityId: IdentityId,
  linkIds: readonly LinkId[],
): Promise<HeldCases> {
  await vault.askAhead({ linkIds });
  return database.transaction(async (tx) => {
    const readable = await vault.readableLinkSealers(tx, linkIds);
    const rows = await selectCases(tx, sql`where customer_id = ${customerId} order by opened_at, case_id`);
    const cases: HeldCases['cases'][number][] = [];
    for (const row of rows) {
      if (row.linkId === null || !readable.has(row.linkId)) continue;
      requireLive(row);
      const entries = await entryRows(tx, row, 0, entriesMax);
      const pictures = await tx.query<{ pictureId: string; at: Date; sealed: Buffer }>(sql`
        select picture_id as "pictureId", at, sealed from desk_pictures
        where bank_id = ${row.bankId} and case_id = ${row.caseId} order by at, picture_id`);
      const sealed: SealedCasePart[] = [
        { place: 'cases.question', row: row.caseId, sealed: row.sealedQuestion },
        ...pictures.map((one) => ({ place: 'desk_pictures.picture' as const, row: one.pictureId, sealed: one.sealed })),
        ...entries.map(sealedEntry),
      ];
      const use = { actor: customerActor({ customerId, identityId }), linkId: row.linkId };
      const opened = await vault.gate.openCase(tx, { ...use, fields: ['case'], reason: 'exported' }, sealed);
      const proposals = await proposalStates(tx, row);
      const { caseId, linkId: link, bankId: bank, topic, team, state, openedAt, closedAt, closedBy, rating } = row;
      cases.push(
        opened.use(([question, ...rest]) => ({
          caseId,
          number: Number(row.number),
          link,
          bank,
          topic,
          team,
          state,
          openedAt,
          closedAt,
          closedBy,
          rating,
          staff: row.claimedName,
          question: question as Question,
          entries: entriesOf(entries, rest.slice(pictures.length), row, proposals),
          pictures: pictures.map(({ pictureId, at }, n) => ({ pictureId, at, base64: String(rest[n]) })),
        })),
      );
    }
    const consents = (await caseConsentsOfCustomer(tx, customerId)).map((one) => {
      const { caseId, linkId: link, bankId: bank, fields, openedAt, closedAt } = one;
      return { caseId, link, bank, fields, openedAt, closedAt };
    });
    return { cases, consents };
  });
}
