import type { BankId, LinkId } from '#base';
import type { BankEvent } from '#contract';
import type { Transaction } from '#db';
import { enterKeys, fatesOf } from './dedupe.ts';
import type { Fate } from './fate.ts';
import type { ParsedEvent } from './parse.ts';
import type { IntakeParts } from './parts.ts';

/** Whether an event is of a consent at the bank, and not of an account. */
export const isOfConsent = ({ type }: BankEvent): boolean => type === 'consent.revoked' || type === 'consent.updated';

/** Ends the links whose grants the events name. */
export async function endConsents(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
  nowMs: number,
): Promise<Fate[]> {
  const ofGrants = await linksOfGrants(tx, parts, bankId, events);
  const known = events.filter((parsed) => ofGrants.has(parsed));
  const fresh = await enterKeys(tx, bankId, known, nowMs);
  for (const parsed of fresh) {
    if (parsed.event.type !== 'consent.revoked') continue;
    for (const linkId of ofGrants.get(parsed) ?? []) await parts.linking.stop(tx, linkId, 'bank');
  }
  // The end of a consent that was told before finds no live link any more.
  return fatesOf(tx, bankId, events, { leading: ofGrants, fresh, elsewhere: 'unlinked' });
}

/** The live links that stand on the grants which the events name. */
async function linksOfGrants(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
): Promise<Map<ParsedEvent, LinkId[]>> {
  const found = new Map<ParsedEvent, LinkId[]>();
  for (const parsed of events) {
    if (!('grantId' in parsed.event)) continue;
    const linkIds = await parts.linking.linksOfGrant(tx, bankId, parsed.event.grantId);
    if (linkIds.length > 0) found.set(parsed, linkIds);
  }
  return found;
}
