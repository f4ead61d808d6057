import type { IdentityId } from '#base';
import type { Detail, Purpose } from '#contract';
import type { Transaction } from '#db';
import type { Thread } from '#delivery';
import type { LinkingParts, SignedDisclosure } from './parts.ts';

/** From what shows most to what shows nothing. */
const byShowing: readonly (Detail | 'off')[] = ['full', 'masked', 'pointer', 'off'];

/**
 * Takes over the levels that were signed with this link. They hold for every bank of the customer, so a login that
 * does not vouch for the customer may lower and never raise them: whoever holds a stolen messenger account could
 * otherwise link a bank of their own, and read the other banks' news there.
 */
export async function setLevels(
  tx: Transaction,
  { delivery }: LinkingParts,
  thread: Thread,
  {
    identityId,
    signed,
    isVouched,
  }: {
    readonly identityId: IdentityId;
    readonly signed: NonNullable<SignedDisclosure['details']>;
    readonly isVouched: boolean;
  },
): Promise<void> {
  const before = (await delivery.destinations(tx, thread)).find((one) => one.identityId === identityId);
  if (!before) return;
  const details = { ...before.details };
  for (const [name, level] of Object.entries(signed)) {
    const purpose = name as Purpose;
    const standing = before.details[purpose] ?? before.detail;
    const isMore = byShowing.indexOf(level) < byShowing.indexOf(standing);
    if (isVouched || !isMore) details[purpose] = level;
  }
  await delivery.changeDestination(tx, thread, identityId, { details });
}
