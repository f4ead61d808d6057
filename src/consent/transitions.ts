import { TellerlineError } from '#base';

/** Who may cause a change: the customer, their bank, staff on the customer's word, the operator, or the calendar. */
export type CausedBy = 'customer' | 'bank' | 'staff' | 'operator' | 'expiry';

/** What can happen to a consent. */
export type ConsentChange = 'offered' | 'declined' | 'granted' | 'amended' | 'renewed' | 'expired' | 'revoked';

/** Where a consent stands: not yet shown, shown and not yet signed, in force, over. */
export type Standing = 'none' | 'offered' | 'in-force' | 'ended';

/** One row of the state machine. */
export interface Transition {
  readonly from: Standing;
  readonly change: ConsentChange;
  readonly to: Standing;
  readonly by: readonly CausedBy[];
}

/**
 * The state machine of a consent, whole: offered → granted → (amended, renewed) → expired | revoked. What is
 * not in this table cannot happen. A consent that is over is never in force again: who comes back is shown
 * a new offer.
 */
export const TRANSITIONS: readonly Transition[] = [
  { from: 'none', change: 'offered', to: 'offered', by: ['customer'] },
  { from: 'ended', change: 'offered', to: 'offered', by: ['customer'] },
  { from: 'offered', change: 'granted', to: 'in-force', by: ['customer'] },
  { from: 'offered', change: 'declined', to: 'none', by: ['customer', 'bank'] },
  { from: 'offered', change: 'expired', to: 'none', by: ['expiry'] },
  // Wider or longer only by a new signature; narrower by the customer's word alone.
  { from: 'in-force', change: 'amended', to: 'in-force', by: ['customer'] },
  { from: 'in-force', change: 'renewed', to: 'in-force', by: ['customer'] },
  { from: 'in-force', change: 'expired', to: 'ended', by: ['expiry'] },
  { from: 'in-force', change: 'revoked', to: 'ended', by: ['customer', 'bank', 'staff', 'operator'] },
];

/**
 * Where a consent stands after a change.
 *
 * @throws TellerlineError `consent_transition_refused` when the table has no such row
 */
export function standingAfter(from: Standing, change: ConsentChange, by: CausedBy): Standing {
  const row = TRANSITIONS.find((one) => one.from === from && one.change === change && one.by.includes(by));
  if (row) return row.to;
  throw new TellerlineError('consent_transition_refused', 409, 'This cannot be done with the consent as it stands.', {
    from,
    change,
    by,
  });
}
