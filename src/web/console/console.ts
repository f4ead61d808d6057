import type { Console, SupportLink, WithdrawalCounts, WithdrawalView } from '#contract';
import { callHub as call } from '#web/hub';

/** The calls of the console, to the staff's listener that served this page. */
export const consoleHub = {
  signIn: (secret: string): Promise<void> => call('POST', '/api/console/sign-in', { secret }),
  signOut: (): Promise<void> => call('POST', '/api/console/sign-out'),
  banks: (): Promise<Console> => call('GET', '/api/console'),
  counts: (bank: string): Promise<WithdrawalCounts> => call('GET', `/api/console/banks/${encodeURIComponent(bank)}`),
  withdraw: (bank: string, name: string): Promise<WithdrawalView> =>
    call('POST', `/api/console/banks/${encodeURIComponent(bank)}/withdraw`, { name }),
  giveBack: (bank: string, name: string): Promise<WithdrawalView> =>
    call('POST', `/api/console/banks/${encodeURIComponent(bank)}/return`, { name }),
  link: (reference: string): Promise<SupportLink> => call('GET', `/api/console/links/${encodeURIComponent(reference)}`),
  stopLink: (reference: string): Promise<void> =>
    call('POST', `/api/console/links/${encodeURIComponent(reference)}/stop`),
  receiptAddress: (bank: string): string => `/api/console/banks/${encodeURIComponent(bank)}/receipt`,
} as const;
