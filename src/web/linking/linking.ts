import type { Detail, Disclosure, Locale, Purpose } from '#contract';
import { callHub as call } from '#web/hub';

/** The calls of the linking page. */
export interface LinkingHub {
  /** In the customer's language unless another is named. */
  disclosure(attempt: string, locale?: Locale): Promise<Disclosure>;
  setLocale(locale: Locale): Promise<void>;
  /** Answers where the bank's login is. */
  sign(attempt: string, choice: Signature): Promise<string>;
  decline(attempt: string): Promise<void>;
}

/** What is signed: the hash of the text shown, what was switched on, how long, and the typed name. */
export interface Signature {
  readonly hash: string;
  readonly purposes: readonly Purpose[];
  readonly durationDays: number;
  readonly signature: string;
  /** Where another messenger asked: how much of each purpose it is shown. */
  readonly details?: Readonly<Partial<Record<Purpose, Detail>>>;
}

/** The hub that served this page. */
export const linkingHub: LinkingHub = {
  disclosure: (attempt, locale) =>
    call('GET', `/api/linking/${encodeURIComponent(attempt)}${locale ? `?locale=${locale}` : ''}`),
  setLocale: (locale) => call('PUT', '/api/settings', { locale }),
  sign: async (attempt, choice) => {
    const { continueTo } = await call<{ continueTo: string }>(
      'POST',
      `/api/linking/${encodeURIComponent(attempt)}/sign`,
      choice,
    );
    return continueTo;
  },
  decline: (attempt) => call('POST', `/api/linking/${encodeURIComponent(attempt)}/decline`, {}),
};

/** The address of a bank's login: https, or this machine while trying things out. Anything else is refused. */
export function bankAddress(continueTo: string): URL | undefined {
  const address = URL.canParse(continueTo) ? new URL(continueTo) : undefined;
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(address?.hostname ?? '');
  return address?.protocol === 'https:' || (address?.protocol === 'http:' && local) ? address : undefined;
}
