import { limits, TellerlineError, type BankId } from '#base';
import type { BankFace } from '#contract';
import type { FetchPace } from '#linking';
import { clientKeyFromFile, type ClientKey, type PublicJwks } from './client-keys.ts';
import { BANKS, type BankEntry, type BankNews } from './entries.ts';
import type { BankConnection, BankFetch, BankRef } from './fdx/connection.ts';
import { isAllowedAddress } from './outgoing.ts';
import { staffClaims, type StaffConnection } from './staff-login/connection.ts';

/** `sandbox`: the stand-in bank that comes along. `live`: the bank itself, over https alone. */
export type BankEnvironment = 'sandbox' | 'live';

/** What a bank issues, or says on its developer portal, when it takes us on. From configuration. */
export interface LiveBank {
  /** Issuer of its authorization server, exactly as its metadata names it. */
  readonly issuer?: string | undefined;
  /** Where its FDX API begins: `https://api.example.com/fdx/v6`. */
  readonly baseUrl?: string | undefined;
  /** Where its card-control API begins (docs/card-control-api.md); without it nothing is done to cards there. */
  readonly controlsUrl?: string | undefined;
  readonly clientId?: string | undefined;
  /** File with our private key there: PEM or JWK, EC P-256, RSA or Ed25519. */
  readonly keyFile?: string | undefined;
  /** Its event signing keys: the https address of a JWKS, or the JWKS itself as JSON. */
  readonly eventKeys?: string | undefined;
  readonly telephone?: string | undefined;
  /** Further origins of its endpoints, space-separated, when they are not the issuer's or the API's. */
  readonly origins?: string | undefined;
  /** Issuer of its identity provider for staff (OpenID Connect); without it nobody of the bank signs in at the desk. */
  readonly staffIssuer?: string | undefined;
  /** Our client id there. We authenticate by the key of `keyFile`. */
  readonly staffClientId?: string | undefined;
  /** Where the ID token names roles, teams, languages and the name, when it is not `roles`, `teams`, `locales`, `name`. */
  readonly staffClaims?: string | undefined;
  /** How the bank calls the roles, when it is not as we do. */
  readonly staffRoles?: string | undefined;
}

/** Settings without which a live bank cannot be spoken to. */
const neededSettings = ['issuer', 'baseUrl', 'clientId', 'keyFile'] as const;

/** The environment variable of a live bank's setting: `TELLERLINE_BANK_CITI_CLIENT_ID`. */
export function liveSettingName(bank: string, setting: keyof LiveBank): string {
  const snake = (text: string): string =>
    text
      .replaceAll('-', '_')
      .replaceAll(/[A-Z]/g, (capital) => `_${capital}`)
      .toUpperCase();
  return `TELLERLINE_BANK_${snake(bank)}_${snake(setting)}`;
}

/** Where a bank's event signing keys are: fetched through its own outgoing client, or given in full. */
export type EventKeySource =
  | { readonly from: 'address'; readonly address: string; readonly fetch: BankFetch; readonly bank: BankRef }
  | { readonly from: 'setting'; readonly jwks: string; readonly bank: BankRef };

/** What the directory is made from. */
export interface DirectoryOptions {
  /** One for all banks, or one a bank; a bank that is not named is in `sandbox`. */
  readonly environment: BankEnvironment | Readonly<Record<string, BankEnvironment | undefined>>;
  /** False: entries of the environment `sandbox` are not offered. */
  readonly sandbox: boolean;
  /** The sandbox's address without a slash at the end; asked each time, as its port may be chosen at start. */
  readonly sandboxUrl: () => string;
  readonly live: Readonly<Record<string, LiveBank | undefined>>;
  /** How banks say what has happened, where it is not as their entries say. */
  readonly news?: Readonly<Record<string, BankNews | undefined>>;
  /** Our key at the sandbox's banks. */
  readonly sandboxKey: ClientKey;
  readonly outgoing: (bank: BankRef, origins: readonly string[]) => BankFetch;
}

/** The banks that can be linked and how each is reached. */
export interface Directory {
  readonly banks: readonly BankEntry[];
  /** The id of a bank that is in the directory, or undefined: for ids that came from outside. */
  find(id: string): BankId | undefined;
  faces(): readonly BankFace[];
  environment(bank: BankId): BankEnvironment;
  /** How a bank says what has happened. @throws TellerlineError `bank_unknown` */
  news(bank: BankId): BankNews;
  /** How soon a bank that has to be asked is asked again. @throws TellerlineError `bank_unknown` */
  pace(bank: BankId): FetchPace;
  /**
   * @throws TellerlineError `bank_not_configured` (a live bank's settings are missing or wrong: the sentence
   *   names them), `bank_unknown`
   */
  connection(bank: BankId): BankConnection;
  eventKeySource(bank: BankId): EventKeySource;
  /**
   * The identity provider of a bank's staff; undefined where a live bank has set up none.
   *
   * @throws TellerlineError as `connection`, when it is set up by half
   */
  staffLogin(bank: BankId): StaffConnection | undefined;
  /** The public halves of all our keys, for `/.well-known/jwks.json`. A live key that cannot be read is left out. */
  clientJwks(): PublicJwks;
  /** One sentence for each live bank whose settings are missing: for the log at start. */
  problems(): readonly string[];
}

/** Our client id at every bank of the sandbox. */
const sandboxClientId = 'tellerline';

/** Opens the directory. Nothing is called and no key file is read before it is needed. */
export function openDirectory(options: DirectoryOptions): Directory {
  const keys = new Map<string, ClientKey>();
  const environmentOf = (id: string): BankEnvironment =>
    typeof options.environment === 'string' ? options.environment : (options.environment[id] ?? 'sandbox');

  const entry = (bank: string): BankEntry => {
    const found = BANKS.find(({ id }) => id === bank);
    if (!found) throw new TellerlineError('bank_unknown', 404, 'There is no such bank here.', {});
    return found;
  };

  const connection = (bank: BankId): BankConnection => {
    const found = entry(bank);
    return environmentOf(found.id) === 'sandbox'
      ? sandboxConnection(found, options)
      : liveConnection(found, options.live[found.id] ?? {}, options, keys);
  };

  return {
    banks: BANKS,
    find: (id) => BANKS.find((bank) => bank.id === id)?.id as BankId | undefined,
    faces: () =>
      BANKS.filter(({ id }) => options.sandbox || environmentOf(id) === 'live').map((bank) =>
        face(bank, environmentOf(bank.id), options.live[bank.id]),
      ),
    environment: (bank) => environmentOf(entry(bank).id),
    news: (bank) => options.news?.[bank] ?? entry(bank).news,
    pace: (bank) => {
      const { id, sandbox } = entry(bank);
      const { fetchSecondsMin: secondsMin, fetchSecondsMax: secondsMax } = limits;
      return (environmentOf(id) === 'sandbox' ? sandbox.pace : undefined) ?? { secondsMin, secondsMax };
    },
    connection,
    eventKeySource: (bank) => {
      const sandboxed = environmentOf(entry(bank).id) === 'sandbox';
      return sandboxed
        ? sandboxEventKeys(connection(bank))
        : liveEventKeys(entry(bank), options.live[bank] ?? {}, options);
    },
    staffLogin: (bank) => {
      const found = entry(bank);
      return environmentOf(found.id) === 'sandbox'
        ? sandboxStaff(sandboxConnection(found, options))
        : liveStaff(found, options.live[found.id] ?? {}, options, keys);
    },
    clientJwks: () => ({ keys: publicKeys(options, environmentOf, keys) }),
    problems: () =>
      BANKS.filter(({ id }) => environmentOf(id) === 'live').flatMap((bank) => {
        const missing = missingSettings(options.live[bank.id] ?? {});
        return missing.length > 0 ? [missingSentence(bank, missing)] : [];
      }),
  };
}

function sandboxStaff(connection: BankConnection): StaffConnection {
  const { bank, issuer, origins, clientKey, fetch } = connection;
  return {
    bank,
    issuer: `${issuer}/staff`,
    origins,
    clientId: 'tellerline-desk',
    clientKey,
    fetch,
    ...staffClaims({}),
  };
}

function liveStaff(
  entry: BankEntry,
  live: LiveBank,
  options: DirectoryOptions,
  keys: Map<string, ClientKey>,
): StaffConnection | undefined {
  const { staffIssuer, staffClientId, keyFile } = live;
  if (!staffIssuer && !staffClientId) return undefined;
  const missing = (['staffIssuer', 'staffClientId', 'keyFile'] as const).filter((setting) => !live[setting]);
  if (!staffIssuer || !staffClientId || !keyFile)
    throw notConfigured(
      entry,
      `its staff cannot sign in without ${missing.map((setting) => liveSettingName(entry.id, setting)).join(', ')}`,
    );
  const addresses = [staffIssuer, ...(live.origins ?? '').split(/\s+/).filter(Boolean)];
  if (!addresses.every((address) => isAllowedAddress(address, 'live')))
    throw notConfigured(entry, `${liveSettingName(entry.id, 'staffIssuer')} must be an https address`);
  const claims = (() => {
    try {
      return staffClaims(live);
    } catch (error) {
      const settings = `${liveSettingName(entry.id, 'staffClaims')} or ${liveSettingName(entry.id, 'staffRoles')}`;
      throw notConfigured(entry, `${settings} has a part that is not understood`, error);
    }
  })();
  const bank = refOf(entry);
  const origins = [...new Set(addresses.map((address) => new URL(address).origin))];
  return {
    bank,
    issuer: staffIssuer,
    origins,
    clientId: staffClientId,
    clientKey: liveKey(entry, keyFile, keys),
    fetch: options.outgoing(bank, origins),
    ...claims,
  };
}

function refOf(entry: BankEntry): BankRef {
  return { id: entry.id as BankId, name: entry.name };
}

function face(entry: BankEntry, environment: BankEnvironment, live: LiveBank | undefined): BankFace {
  const telephone = environment === 'sandbox' ? entry.sandbox.telephone : (live?.telephone ?? '');
  return { id: entry.id, name: entry.name, mark: entry.mark, accent: { ...entry.accent }, telephone };
}

function sandboxConnection(entry: BankEntry, options: DirectoryOptions): BankConnection {
  const issuer = `${options.sandboxUrl().replace(/\/$/, '')}/${entry.id}`;
  if (!isAllowedAddress(issuer, 'sandbox'))
    throw notConfigured(entry, 'the sandbox must be on this machine, or be reached by https');
  const origins = [new URL(issuer).origin];
  const bank = refOf(entry);
  return {
    bank,
    issuer,
    baseUrl: `${issuer}${entry.sandbox.fdxPath}`,
    controlsUrl: `${issuer}/card-control/v1`,
    origins,
    clientId: sandboxClientId,
    clientKey: options.sandboxKey,
    scope: entry.scope,
    dialect: entry.dialect,
    fetch: options.outgoing(bank, origins),
  };
}

function liveConnection(
  entry: BankEntry,
  live: LiveBank,
  options: DirectoryOptions,
  keys: Map<string, ClientKey>,
): BankConnection {
  const missing = missingSettings(live);
  const { issuer, baseUrl, clientId, keyFile } = live;
  if (missing.length > 0 || !issuer || !baseUrl || !clientId || !keyFile) {
    throw new TellerlineError('bank_not_configured', 503, missingSentence(entry, missing), {
      bank: entry.id,
      missing: missing.join(' '),
    });
  }
  const origins = originsOf(entry, { ...live, issuer, baseUrl });
  const bank = refOf(entry);
  return {
    bank,
    issuer,
    baseUrl: baseUrl.replace(/\/$/, ''),
    ...(live.controlsUrl && { controlsUrl: live.controlsUrl.replace(/\/$/, '') }),
    origins,
    clientId,
    clientKey: liveKey(entry, keyFile, keys),
    scope: entry.scope,
    dialect: entry.dialect,
    fetch: options.outgoing(bank, origins),
  };
}

function missingSettings(live: LiveBank): (keyof LiveBank)[] {
  return neededSettings.filter((setting) => !live[setting]);
}

function missingSentence(entry: BankEntry, missing: readonly (keyof LiveBank)[]): string {
  const names = missing.map((setting) => liveSettingName(entry.id, setting)).join(', ');
  return `${entry.name} is set to live, but what the bank issued is missing: ${names}.`;
}

function notConfigured(entry: BankEntry, sentence: string, cause?: unknown): TellerlineError {
  return new TellerlineError(
    'bank_not_configured',
    503,
    `${entry.name} cannot be used: ${sentence}.`,
    { bank: entry.id },
    { cause },
  );
}

/** The origins of a live bank's addresses; every one of them must be https. */
function originsOf(entry: BankEntry, live: LiveBank & { issuer: string; baseUrl: string }): string[] {
  const addresses: [keyof LiveBank, string][] = [
    ['issuer', live.issuer],
    ['baseUrl', live.baseUrl],
  ];
  if (live.controlsUrl) addresses.push(['controlsUrl', live.controlsUrl]);
  for (const origin of (live.origins ?? '').split(/\s+/).filter(Boolean)) addresses.push(['origins', origin]);
  if (live.eventKeys && !live.eventKeys.trimStart().startsWith('{')) addresses.push(['eventKeys', live.eventKeys]);
  const wrong = addresses.find(([, address]) => !isAllowedAddress(address, 'live'));
  if (wrong) throw notConfigured(entry, `${liveSettingName(entry.id, wrong[0])} must be an https address`);
  return [...new Set(addresses.map(([, address]) => new URL(address).origin))];
}

function liveKey(entry: BankEntry, keyFile: string, keys: Map<string, ClientKey>): ClientKey {
  const known = keys.get(keyFile);
  if (known) return known;
  try {
    const key = clientKeyFromFile(keyFile);
    keys.set(keyFile, key);
    return key;
  } catch (error) {
    const setting = liveSettingName(entry.id, 'keyFile');
    throw notConfigured(
      entry,
      `the private key that ${setting} names cannot be read (EC P-256, RSA or Ed25519, as PEM or JWK)`,
      error,
    );
  }
}

function sandboxEventKeys(connection: BankConnection): EventKeySource {
  return {
    from: 'address',
    address: `${connection.issuer}/event-keys`,
    fetch: connection.fetch,
    bank: connection.bank,
  };
}

function liveEventKeys(entry: BankEntry, live: LiveBank, options: DirectoryOptions): EventKeySource {
  const bank = refOf(entry);
  if (!live.eventKeys)
    throw notConfigured(entry, `its event signing keys are missing: ${liveSettingName(entry.id, 'eventKeys')}`);
  if (live.eventKeys.trimStart().startsWith('{')) return { from: 'setting', jwks: live.eventKeys, bank };
  if (!isAllowedAddress(live.eventKeys, 'live'))
    throw notConfigured(entry, `${liveSettingName(entry.id, 'eventKeys')} must be an https address`);
  return {
    from: 'address',
    address: live.eventKeys,
    fetch: options.outgoing(bank, [new URL(live.eventKeys).origin]),
    bank,
  };
}

function publicKeys(
  options: DirectoryOptions,
  environmentOf: (id: string) => BankEnvironment,
  keys: Map<string, ClientKey>,
): ClientKey['publicJwk'][] {
  const published = new Map<string, ClientKey['publicJwk']>();
  for (const entry of BANKS) {
    const key =
      environmentOf(entry.id) === 'sandbox' ? options.sandboxKey : readableKey(entry, options.live[entry.id], keys);
    if (key) published.set(key.kid, key.publicJwk);
  }
  return [...published.values()];
}

/** A live bank's key, or nothing while its settings are not complete; whoever links the bank is told why. */
function readableKey(
  entry: BankEntry,
  live: LiveBank | undefined,
  keys: Map<string, ClientKey>,
): ClientKey | undefined {
  if (!live?.keyFile) return undefined;
  try {
    return liveKey(entry, live.keyFile, keys);
  } catch (error) {
    if (error instanceof TellerlineError) return undefined;
    throw error;
  }
}
