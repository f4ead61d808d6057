import { limits, type Clock } from '#base';
import * as oauth from 'openid-client';
import type { BankConnection } from './connection.ts';
import { bankMetadataMismatch } from './faults.ts';
import { requireNoPause } from './pauses.ts';
import { protocolFault } from './protocol-faults.ts';

/** One bank's authorization server, ready to be spoken to. */
export interface AuthorizationServer {
  readonly configuration: oauth.Configuration;
  /**
   * Newest DPoP nonce by origin. Nonces belong to the server and not to a key, so that all links of a bank
   * share them and only the first call of all is sent twice.
   */
  readonly nonces: Map<string, string>;
}

/** An endpoint by its name in the metadata. */
type Endpoint = 'authorization_endpoint' | 'token_endpoint' | 'pushed_authorization_request_endpoint' | 'jwks_uri';

const fapiEndpoints: readonly Endpoint[] = [
  'authorization_endpoint',
  'token_endpoint',
  'pushed_authorization_request_endpoint',
];

/** What is needed of a connection to speak to its authorization server. */
export type ServerConnection = Pick<BankConnection, 'bank' | 'issuer' | 'clientId' | 'clientKey' | 'origins' | 'fetch'>;

/** The metadata of all banks, read when first needed. */
export class MetadataCache {
  readonly #clock: Clock;
  readonly #needed: readonly Endpoint[];
  readonly #byBank = new Map<
    string,
    { readonly issuer: string; readonly readAtMs: number; readonly server: Promise<AuthorizationServer> }
  >();

  /** @param needed the endpoints without which such a server cannot be spoken to */
  constructor(clock: Clock, needed: readonly Endpoint[] = fapiEndpoints) {
    this.#clock = clock;
    this.#needed = needed;
  }

  /**
   * The bank's authorization server. A failed reading is not kept: the next call reads again.
   *
   * @throws TellerlineError `bank_metadata_mismatch`, `bank_unreachable`, `bank_slow`, `bank_rate_limited`,
   *   `bank_answer_unreadable`
   */
  async server(connection: ServerConnection): Promise<AuthorizationServer> {
    const { id } = connection.bank;
    const now = this.#clock.monotonicMs();
    const kept = this.#byBank.get(id);
    if (kept && kept.issuer === connection.issuer && now - kept.readAtMs < limits.bankMetadataMinutesMax * 60_000)
      return kept.server;

    const reading = {
      issuer: connection.issuer,
      readAtMs: now,
      server: readMetadata(connection, this.#clock, this.#needed),
    };
    this.#byBank.set(id, reading);
    try {
      return await reading.server;
    } catch (error) {
      if (this.#byBank.get(id) === reading) this.#byBank.delete(id);
      throw error;
    }
  }

  /** Reads the metadata again at the next call: after a failure that moved endpoints would explain. */
  forget(connection: ServerConnection): void {
    this.#byBank.delete(connection.bank.id);
  }
}

/** Discovery with the issuer taken from the directory and matched (FAPI 2.0 5.3.3.1). */
async function readMetadata(
  connection: ServerConnection,
  clock: Clock,
  needed: readonly Endpoint[],
): Promise<AuthorizationServer> {
  const { bank, issuer, clientId, clientKey } = connection;
  const nonces = new Map<string, string>();
  const plainHttp = new URL(issuer).protocol === 'http:';
  let configuration: oauth.Configuration;
  try {
    configuration = await oauth.discovery(
      new URL(issuer),
      clientId,
      {},
      oauth.PrivateKeyJwt({ key: clientKey.key, kid: clientKey.kid }),
      {
        [oauth.customFetch]: async (address, request) => {
          const response = await connection.fetch(address, request);
          const nonce = response.headers.get('dpop-nonce');
          if (nonce) nonces.set(new URL(address).origin, nonce);
          requireNoPause(bank, response, clock);
          return response;
        },
        // Only the directory lets a sandbox on this machine be reached by http; every live address is https.
        execute: plainHttp ? [oauth.allowInsecureRequests] : [],
      },
    );
  } catch (error) {
    if (error instanceof oauth.ClientError && error.code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') {
      throw bankMetadataMismatch(bank, 'issuer');
    }
    throw protocolFault(bank, error);
  }
  checkMetadata(connection, configuration.serverMetadata(), needed);
  return { configuration, nonces };
}

/** The metadata must be this issuer's to the letter and must keep to this bank's own places. */
function checkMetadata(
  connection: ServerConnection,
  metadata: Readonly<oauth.ServerMetadata>,
  needed: readonly Endpoint[],
): void {
  if (metadata.issuer !== connection.issuer) throw bankMetadataMismatch(connection.bank, 'issuer');
  for (const field of needed) {
    const endpoint = metadata[field];
    const ownPlace =
      typeof endpoint === 'string' && URL.canParse(endpoint) && connection.origins.includes(new URL(endpoint).origin);
    if (!ownPlace) throw bankMetadataMismatch(connection.bank, field);
  }
}
