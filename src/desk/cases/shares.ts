import type { CaseId, LinkId } from '#base';
import { staffMay } from '#consent';
import { CHAT_FIELDS, type CaseView } from '#contract';
import type { Queryable } from '#db';

/** What a case's customer shares with staff now, and what not, field by field. */
export async function sharesOf(
  db: Queryable,
  of: { readonly caseId: CaseId; readonly linkId: LinkId },
  nowMs: number,
): Promise<CaseView['shares']> {
  const { fields } = await staffMay(db, of, nowMs);
  return CHAT_FIELDS.map((field) => ({ field, shared: fields.has(field) }));
}
