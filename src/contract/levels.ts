import type { ChannelChange, ToldChannel } from './channel-choices.ts';
import { DETAILS } from './detail.ts';
import type { Purpose } from './purposes.ts';

// Apart from the schemas, so that a screen may use it without what checks them.

/** For what a bank or a shop tells something today: each has a level of its own at each channel. */
export const TOLD_PURPOSES = [
  'balances',
  'transactions',
  'fraud-alerts',
  'receipts',
  'shipping',
  'account-management',
] as const satisfies readonly Purpose[];

/** How much of what is told for a purpose may stand in a channel, from most to least; `off`: nothing is told there. */
export const LEVELS = [...DETAILS, 'off'] as const;
/** How much of what is told for a purpose may stand in a channel. */
export type Level = (typeof LEVELS)[number];

/** Whether a change lets more of anything stand in a channel than before. */
export function raises(before: Pick<ToldChannel, 'detail' | 'details'>, change: ChannelChange): boolean {
  return Object.entries(change.details ?? {}).some(([purpose, level]) => {
    const standing = before.details[purpose as Purpose] ?? before.detail;
    return LEVELS.indexOf(level) < LEVELS.indexOf(standing);
  });
}
