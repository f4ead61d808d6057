import type { Hearing, HearingChange, HearingWatch } from './hearing.ts';

/** The rules of a watch that hold after a change, what is absent of it staying as it was; undefined when none does. */
export function watchAfter(before: Hearing['watch'], change: HearingChange['watch']): HearingWatch | undefined {
  if (change === undefined) return before;
  if (change === null) return undefined;
  const { abroad, online, over, newMerchant, twoCountries } = { ...before, ...change };
  const after: HearingWatch = {
    ...(abroad && { abroad }),
    ...(online && { online }),
    ...(over && { over }),
    ...(newMerchant && { newMerchant }),
    ...(twoCountries && { twoCountries }),
  };
  return Object.keys(after).length > 0 ? after : undefined;
}
