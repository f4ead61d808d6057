import { TellerlineError } from '#base';

/** What one of the four banks does differently. The bank directory of the hub says the same from its side. */
export interface SandboxBank {
  readonly id: string;
  readonly name: string;
  /** Two letters on the bank's accent; never a logo. */
  readonly mark: string;
  /** Last part of the FDX base address. */
  readonly fdxPath: 'v6' | 'v5';
  readonly fdxVersion: '6.4.1' | '5.2';
  /** `pageKey`: an opaque place to go on from. `offset`: a count of rows, as before FDX 6. */
  readonly paging: 'pageKey' | 'offset';
  /**
   * `memo`: a magnitude with debitCreditMemo. `signed`: negative is money out on every account.
   * `signed-by-account`: as `signed` on deposit accounts; on cards a purchase is positive.
   */
  readonly amounts: 'memo' | 'signed' | 'signed-by-account';
  /** `flat`: one list of accounts with a category. `wrapped`: each in `{depositAccount}` or `{locAccount}`. */
  readonly accountForm: 'flat' | 'wrapped';
  /** How much of a purchase's place the history tells. */
  readonly place: 'coordinates' | 'address' | 'text';
  readonly pageSizeMax: number;
  /** Calls a minute of one grant, by who asks. Far above what one person's chat needs. */
  readonly quota: { readonly USER: number; readonly BATCH: number };
}

/** The four stand-ins, in the order of their pages. */
export const sandboxBanks: readonly SandboxBank[] = [
  {
    id: 'jpmorgan-chase',
    name: 'JPMorgan Chase',
    mark: 'JP',
    fdxPath: 'v6',
    fdxVersion: '6.4.1',
    paging: 'pageKey',
    amounts: 'memo',
    accountForm: 'flat',
    place: 'coordinates',
    pageSizeMax: 100,
    quota: { USER: 600, BATCH: 300 },
  },
  {
    id: 'wells-fargo',
    name: 'Wells Fargo',
    mark: 'WF',
    fdxPath: 'v6',
    fdxVersion: '6.4.1',
    paging: 'pageKey',
    amounts: 'signed',
    accountForm: 'flat',
    place: 'coordinates',
    pageSizeMax: 200,
    quota: { USER: 600, BATCH: 240 },
  },
  {
    id: 'citi',
    name: 'Citi',
    mark: 'Ci',
    fdxPath: 'v6',
    fdxVersion: '6.4.1',
    paging: 'pageKey',
    amounts: 'memo',
    accountForm: 'flat',
    place: 'address',
    pageSizeMax: 50,
    quota: { USER: 480, BATCH: 240 },
  },
  {
    id: 'us-bank',
    name: 'U.S. Bank',
    mark: 'US',
    fdxPath: 'v5',
    fdxVersion: '5.2',
    paging: 'offset',
    amounts: 'signed-by-account',
    accountForm: 'wrapped',
    place: 'text',
    pageSizeMax: 100,
    quota: { USER: 480, BATCH: 240 },
  },
];

/** @throws TellerlineError `bank_unknown` */
export function bankById(id: string): SandboxBank {
  const bank = sandboxBanks.find((candidate) => candidate.id === id);
  if (!bank) throw new TellerlineError('bank_unknown', 404, 'There is no such bank here.');
  return bank;
}

/** Address of the bank's FDX API, without a slash at its end. */
export function fdxBase(sandboxUrl: string, bank: SandboxBank): string {
  return `${sandboxUrl}/${bank.id}/fdx/${bank.fdxPath}`;
}
