import type { LinkId } from '#base';
import { requireConsent } from '#consent';
import type { CaseCard } from '#contract';
import type { Thread } from '#delivery';
import type { CaseOfCustomer } from '#desk';
import { taskActor } from '#vault';
import type { TalkParts } from './talk-parts.ts';

/** A talk with a bank's staff that is not closed. */
export type OpenCase = Pick<CaseOfCustomer, 'linkId' | 'number' | 'state' | 'staff' | 'answerBy'>;

/** The one customer's cases, as answers may see them; wired in like their money. */
export interface CustomerCases {
  /** Those with staff that are not closed, the newest first. */
  open(): Promise<readonly OpenCase[]>;
  /**
   * The disputes of a link as its bank told them last, the newest first: a use, entered with the reading.
   *
   * @throws TellerlineError `purpose_not_consented`, `link_ended`, `key_service_unavailable`
   */
  disputes(linkId: LinkId): Promise<readonly CaseCard[]>;
}

/** Binds them to the customer who asks. */
export function customerCases(
  { desk, database, vault, controls, clock }: Pick<TalkParts, 'desk' | 'database' | 'vault' | 'controls' | 'clock'>,
  thread: Thread,
): CustomerCases {
  const actor = taskActor('answer', thread.customerId);
  return {
    open: async () => (await desk.cases(database, thread)).filter(({ state }) => state !== 'closed'),
    disputes: async (linkId) => {
      const use = { purpose: 'account-management', fields: ['dispute'], reason: 'question-answered' } as const;
      await vault.askAhead({ linkIds: [linkId] });
      return database.transaction(async (tx) => {
        // Its key is held from here on: no narrowing comes between the look at the consent and what is read.
        await vault.linkSealers(tx, [linkId]);
        await requireConsent(tx, linkId, 'account-management', clock.nowMs());
        const disputes = await controls.disputes.ofLink(tx, linkId);
        await vault.gate.enterWithin(tx, [{ ...use, actor, linkId, records: disputes.length }]);
        return disputes;
      });
    },
  };
}
