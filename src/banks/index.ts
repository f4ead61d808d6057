import type { KeyObject, webcrypto } from 'node:crypto';
import { limits, type BankId, type Clock, type Fetch, type Log } from '#base';
import type { ControlsApi } from '#controls';
import type { StaffLogin } from '#desk';
import type { BankApi } from '#linking';
import { clientKeyFromJwk, type PublicJwks } from './client-keys.ts';
import { openDirectory, type BankEnvironment, type Directory, type LiveBank } from './directory.ts';
import { EventKeys } from './event-keys.ts';
import type { BankNews } from './entries.ts';
import { createFdxApi } from './fdx/api.ts';
import { outgoingFetch } from './outgoing.ts';
import { createStaffLogin } from './staff-login/staff-login.ts';

export { liveSettingName, type BankEnvironment, type Directory, type LiveBank } from './directory.ts';
export { readToldBank, type ReadBank } from './fdx/told.ts';
export { BANKS, type BankEntry, type BankNews } from './entries.ts';
export type { PublicJwks } from './client-keys.ts';

/** What the banks are made from. */
export interface BanksOptions {
  /** One for all banks, or one a bank; a bank that is not named is in `sandbox`. */
  readonly environment: BankEnvironment | Readonly<Record<string, BankEnvironment | undefined>>;
  /** Whether the stand-in banks run; without them their entries are not offered. Default true. */
  readonly sandbox?: boolean;
  /** The sandbox's address; asked each time, as its port may be chosen at start. */
  readonly sandboxUrl: () => string;
  /** What live banks issued, by bank id. Missing settings are said when the bank is used, not at start. */
  readonly live: Readonly<Record<string, LiveBank | undefined>>;
  /** How banks say what has happened, where it is not as their entries say. */
  readonly news?: Readonly<Record<string, BankNews | undefined>>;
  /** Our private key at the sandbox's banks: a JWK, EC P-256. */
  readonly clientKey: webcrypto.JsonWebKey & { readonly kid?: string };
  /** Where banks send the browser back to: `${hubUrl}/link/return`. */
  readonly redirectUri: () => string;
  /** Where a bank pushes its events: `${hubUrl}/v1/banks/${bank}/events`. */
  readonly eventsUrl: (bank: BankId) => string;
  /** Where banks' identity providers send their staff back to: `${staffUrl}/desk/return`. */
  readonly staffRedirectUri: () => string;
  readonly clock: Clock;
  readonly log: Log;
  /** The platform's own when left out. */
  readonly fetch?: Fetch;
  /** Narrower limits, for tests. */
  readonly callMsMax?: number;
  readonly answerBytesMax?: number;
}

/** The banks, ready to be linked. */
export interface Banks {
  /** Linking's port. */
  readonly api: BankApi;
  /** Controls' port. */
  readonly controls: ControlsApi;
  /** The desk's port to banks' identity providers. */
  readonly staffLogin: StaffLogin;
  readonly directory: Directory;
  /**
   * The Ed25519 keys that a bank signs its events with, at most 5 minutes old.
   *
   * @throws TellerlineError `bank_unknown`, `bank_not_configured`, `bank_unreachable`, `bank_slow`, `bank_answer_unreadable`
   */
  eventKeys(bank: BankId): Promise<readonly KeyObject[]>;
  /**
   * To be called when a signature did not verify: the newest keys, read anew at most once in 30 s a bank;
   * undefined when they cannot be read.
   */
  refreshEventKeys(bank: BankId): Promise<readonly KeyObject[] | undefined>;
  /** Public keys for `GET /.well-known/jwks.json`. */
  clientJwks(): PublicJwks;
}

/** Opens the bank directory and the FDX client. Calls nothing until a bank is used. */
export function createBanks(options: BanksOptions): Banks {
  const { clock, log } = options;
  const limitsOfCalls = {
    fetch: options.fetch,
    callMsMax: options.callMsMax ?? limits.bankCallMsMax,
    answerBytesMax: options.answerBytesMax ?? limits.bankAnswerBytesMax,
  };
  const directory = openDirectory({
    environment: options.environment,
    sandbox: options.sandbox ?? true,
    sandboxUrl: options.sandboxUrl,
    live: options.live,
    ...(options.news && { news: options.news }),
    sandboxKey: clientKeyFromJwk(options.clientKey),
    outgoing: (bank, origins) => outgoingFetch(bank, origins, limitsOfCalls),
  });
  for (const problem of directory.problems()) log.warn(problem);
  const keys = new EventKeys({ source: (bank) => directory.eventKeySource(bank), clock, log });

  const { api, controls } = createFdxApi({
    faces: () => directory.faces(),
    news: (bank) => directory.news(bank),
    pace: (bank) => directory.pace(bank),
    connection: (bank) => directory.connection(bank),
    redirectUri: options.redirectUri,
    eventsUrl: options.eventsUrl,
    clock,
    log,
  });

  const staffLogin = createStaffLogin({
    faces: () => directory.faces(),
    connection: (bank) => directory.staffLogin(bank),
    redirectUri: options.staffRedirectUri,
    clock,
  });

  return {
    api,
    controls,
    staffLogin,
    directory,
    eventKeys: (bank) => keys.current(bank),
    refreshEventKeys: (bank) => keys.refresh(bank),
    clientJwks: () => directory.clientJwks(),
  };
}
