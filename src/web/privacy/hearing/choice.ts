import { watchAfter, type Hearing, type HearingAnswer, type HearingConditions, type HearingRequest } from '#contract';

/** How much of an account's movements is told. */
export type Extent = 'everything' | 'only' | 'nothing';

/** Which of the three a choice is. */
export function extentOf({ only }: Hearing): Extent {
  if (only === undefined) return 'everything';
  return Object.keys(only).length > 0 ? 'only' : 'nothing';
}

/** The conditions that are ticked or not; the amount of one stands beside it. */
export const flags = ['abroad', 'online', 'moneyIn', 'salary'] as const;
/** One of them. */
export type Flag = (typeof flags)[number];

/** The rules of a watch that are ticked or not; the amount of one stands beside it. */
export const watchFlags = ['abroad', 'online', 'newMerchant', 'twoCountries'] as const;

/** What is compared with: the banks here keep their accounts in dollars. */
export const currency = 'USD';

/** What the first condition is when none was chosen before. */
export const firstConditions: HearingConditions = { over: { amount: '50.00', currency } };

/** The conditions with one ticked, or taken out. */
export function withFlag(only: HearingConditions, flag: Flag, on: boolean): HearingConditions {
  const { [flag]: _before, ...others } = only;
  return on ? { ...others, [flag]: true } : others;
}

/** The same of the amount; null takes it out. */
export function withOver({ over: _before, ...others }: HearingConditions, amount: string | null): HearingConditions {
  return amount === null ? others : { ...others, over: { amount, currency } };
}

/** What holds when a change is taken: what is absent of it stays, null takes it away. */
export function chosen(before: HearingAnswer, { accounts = [], change = {}, ...hours }: HearingRequest): HearingAnswer {
  const { quiet = before.quiet, digestHour = before.digestHour } = hours;
  const changed = before.accounts.map((account) => {
    if (!accounts.includes(account.id)) return account;
    const { only = account.only, low = account.low } = change;
    const watch = watchAfter(account.watch, change.watch);
    return { id: account.id, ...(only && { only }), ...(low && { low }), ...(watch && { watch }) };
  });
  return { accounts: changed, quiet, digestHour };
}

/** What was typed as an amount: "50", "1,000.5" or "$20" as a decimal string with cents; undefined when it is none. */
export function amountIn(typed: string): string | undefined {
  const plain = typed.trim().replace(/^(?:us)?\$ ?/i, '');
  const grouped = /^\d{1,3}(?:,\d{3})+(?:\.|$)/.test(plain) ? plain.replaceAll(',', '') : plain;
  const [, whole, cents = ''] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(grouped) ?? [];
  return whole === undefined ? undefined : `${Number(whole)}.${cents.padEnd(2, '0')}`;
}
