import { createHash, createPrivateKey, createPublicKey, type KeyObject, type webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Our key at a bank: signs client assertions (private_key_jwt); its public half is published. */
export interface ClientKey {
  readonly kid: string;
  readonly key: CryptoKey;
  /** Public members only, with `kid`, `alg` and `use`: an entry of the JWKS that the bank reads. */
  readonly publicJwk: Readonly<Record<string, string>>;
}

/** A JSON Web Key Set of public keys. */
export interface PublicJwks {
  readonly keys: readonly Readonly<Record<string, string>>[];
}

/** How each kind of key signs; FAPI 2.0 (5.4) allows no other. */
const algorithms = {
  ec: { alg: 'ES256', webCrypto: { name: 'ECDSA', namedCurve: 'P-256' } },
  rsa: { alg: 'PS256', webCrypto: { name: 'RSA-PSS', hash: 'SHA-256' } },
  ed25519: { alg: 'Ed25519', webCrypto: { name: 'Ed25519' } },
} as const;

/** RSA keys shorter than this are not accepted by any FAPI server. */
const rsaBitsMin = 2048;

/**
 * A private key from its JWK.
 *
 * @throws Error with a sentence that says what is wrong with the key, never quoting it
 */
export function clientKeyFromJwk(jwk: webcrypto.JsonWebKey & { readonly kid?: string }): ClientKey {
  return clientKey(createPrivateKey({ key: jwk, format: 'jwk' }), jwk.kid);
}

/**
 * A private key from a file that holds a PEM or a JWK.
 *
 * @throws Error with a sentence that says what is wrong with the file, never quoting it
 */
export function clientKeyFromFile(path: string): ClientKey {
  const text = readFileSync(path, 'utf8').trim();
  if (!text.startsWith('{')) return clientKey(createPrivateKey(text), undefined);
  return clientKeyFromJwk(JSON.parse(text) as webcrypto.JsonWebKey & { readonly kid?: string });
}

function clientKey(privateKey: KeyObject, givenKid: string | undefined): ClientKey {
  const type = privateKey.asymmetricKeyType;
  if (type !== 'ec' && type !== 'rsa' && type !== 'ed25519') throw new Error('the key is not EC P-256, RSA or Ed25519');
  const details = privateKey.asymmetricKeyDetails ?? {};
  if (type === 'ec' && details.namedCurve !== 'prime256v1') throw new Error('the EC key is not on curve P-256');
  if (type === 'rsa' && (details.modulusLength ?? 0) < rsaBitsMin)
    throw new Error(`the RSA key is shorter than ${rsaBitsMin} bits`);

  const { alg, webCrypto } = algorithms[type];
  const members = createPublicKey(privateKey).export({ format: 'jwk' });
  const publicMembers: Record<string, string> = {};
  for (const name of ['kty', 'crv', 'x', 'y', 'n', 'e'] as const) {
    const value = members[name];
    if (typeof value === 'string') publicMembers[name] = value;
  }
  const kid = givenKid ?? thumbprint(publicMembers);
  return {
    kid,
    key: privateKey.toCryptoKey(webCrypto, false, ['sign']),
    publicJwk: { ...publicMembers, kid, alg, use: 'sig' },
  };
}

/** JWK thumbprint (RFC 7638): SHA-256 over the required members in alphabetical order. */
function thumbprint(publicMembers: Readonly<Record<string, string>>): string {
  const ordered = Object.fromEntries(Object.entries(publicMembers).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(JSON.stringify(ordered)).digest('base64url');
}
