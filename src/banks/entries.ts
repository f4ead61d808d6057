import type { FetchPace } from '#linking';
import type { FdxDialect } from './fdx/connection.ts';

/** How a bank says what has happened: see `BankEntry.news`. */
export type BankNews = 'push' | 'thin' | 'poll';

/**
 * A bank's entry in the directory: everything that makes it this bank and no other, as data.
 *
 * **Adding a bank is adding one entry to `BANKS`.** Give it an id, name, mark and accent, and choose from its
 * developer portal how it speaks FDX (`dialect`). For the real bank set its environment to `live` and the
 * settings that `liveSettingName` in directory.ts spells, with what the bank issued; for the sandbox to play
 * it, add it to `src/sandbox/banks.ts`. No other code changes: a quirk that no entry can say yet becomes a new
 * member of `FdxDialect`, never a condition on a bank's id.
 */
export interface BankEntry {
  /** Lower case with hyphens; stands in addresses, settings and the database, so it never changes. */
  readonly id: string;
  /** The name that people know it by, written as the bank writes it. */
  readonly name: string;
  /** Two letters for the round mark. */
  readonly mark: string;
  /** CSS colours for light and dark screens, which take them from here. White and near-black text reads on them. */
  readonly accent: { readonly light: string; readonly dark: string };
  readonly dialect: FdxDialect;
  readonly scope: string;
  /**
   * How the bank says what has happened. `push`: signed events, whole. `thin`: FDX notifications that name
   * accounts, which are then fetched. `poll`: not at all, so it is asked again and again. A setting overrides it.
   */
  readonly news: BankNews;
  readonly sandbox: {
    /** FDX begins here, behind the bank's issuer. */
    readonly fdxPath: string;
    /** From the range that is kept for fiction (555-0100 to 555-0199): it can never ring anywhere. */
    readonly telephone: string;
    /** How soon it is asked again, where that is sooner than a real bank would be: so that whoever tries it sees it. */
    readonly pace?: FetchPace;
  };
}

/** Asked for at every bank: the login may be renewed without the customer (refresh tokens). */
const scope = 'openid offline_access';

/** The banks, in the order in which they are shown. */
export const BANKS: readonly BankEntry[] = [
  {
    id: 'jpmorgan-chase',
    name: 'JPMorgan Chase',
    mark: 'JP',
    accent: { light: '#0b5cab', dark: '#82b7f5' },
    dialect: {
      version: '6.4.1',
      paging: 'page-key',
      signs: 'magnitude',
      accountForm: 'flat',
      pageSize: 100,
      callsAtOnceMax: 16,
      allowance: { callsMax: 240, windowMinutes: 1, keptForCustomer: 60 },
    },
    scope,
    news: 'push',
    sandbox: { fdxPath: '/fdx/v6', telephone: '+1 212 555 0111' },
  },
  {
    id: 'wells-fargo',
    name: 'Wells Fargo',
    mark: 'WF',
    accent: { light: '#865600', dark: '#e2b453' },
    dialect: {
      version: '6.4.1',
      paging: 'page-key',
      signs: 'signed',
      accountForm: 'flat',
      pageSize: 200,
      callsAtOnceMax: 16,
      allowance: { callsMax: 240, windowMinutes: 1, keptForCustomer: 60 },
    },
    scope,
    news: 'thin',
    sandbox: { fdxPath: '/fdx/v6', telephone: '+1 415 555 0122' },
  },
  {
    id: 'citi',
    name: 'Citi',
    mark: 'Ci',
    accent: { light: '#00677e', dark: '#62c6dc' },
    dialect: {
      version: '6.4.1',
      paging: 'page-key',
      signs: 'magnitude',
      accountForm: 'flat',
      pageSize: 50,
      callsAtOnceMax: 8,
      allowance: { callsMax: 240, windowMinutes: 1, keptForCustomer: 60 },
    },
    scope,
    news: 'push',
    sandbox: { fdxPath: '/fdx/v6', telephone: '+1 212 555 0133' },
  },
  {
    id: 'us-bank',
    name: 'U.S. Bank',
    mark: 'US',
    accent: { light: '#43449f', dark: '#acadf4' },
    dialect: {
      version: '5.2',
      paging: 'offset',
      signs: 'signed-by-account',
      accountForm: 'wrapped',
      pageSize: 100,
      callsAtOnceMax: 8,
      allowance: { callsMax: 240, windowMinutes: 1, keptForCustomer: 60 },
    },
    scope,
    news: 'poll',
    sandbox: { fdxPath: '/fdx/v5', telephone: '+1 612 555 0144', pace: { secondsMin: 5, secondsMax: 60 } },
  },
];
