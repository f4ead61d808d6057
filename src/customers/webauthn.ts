import { isIP } from 'node:net';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { TellerlineError, type CustomerId } from '#base';
import type { NewPasskey, PasskeyAnswer } from '#contract';
import type { Passkey } from './passkeys.ts';

/** EdDSA, ES256 and RS256 (COSE): what authenticators sign with. */
const algorithms = [-8, -7, -257] as const;

/** The page that passkeys are bound to: host and origin of the hub's public address. */
export interface PasskeySite {
  readonly origin: string;
  readonly host: string;
}

/** @throws TellerlineError `passkeys_unavailable` when the hub is reached by a bare IP address, which no passkey can be bound to */
export function passkeySite(publicUrl: string): PasskeySite {
  const { origin, hostname } = new URL(publicUrl);
  if (isIP(hostname.replaceAll(/[[\]]/g, '')) > 0) {
    throw new TellerlineError('passkeys_unavailable', 409, 'Passkeys need an address with a name, not an IP address.');
  }
  return { origin, host: hostname };
}

/**
 * What the browser's dialogue for a new passkey is opened with. The passkey can be found without a name
 * (discoverable) and asks for a finger, a face or a PIN (user verification).
 */
export async function addingOptions(
  site: PasskeySite,
  customer: { readonly customerId: CustomerId; readonly name: string },
  challenge: Buffer,
  known: readonly Passkey[],
): Promise<Record<string, unknown>> {
  const options = await generateRegistrationOptions({
    rpName: 'Tellerline',
    rpID: site.host,
    userID: userHandle(customer.customerId),
    userName: customer.name,
    userDisplayName: customer.name,
    challenge: new Uint8Array(challenge),
    attestationType: 'none',
    supportedAlgorithmIDs: [...algorithms],
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports],
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return { ...options };
}

/** What the browser's dialogue is opened with to sign; any passkey of this site when none is named. */
export async function signingOptions(
  site: PasskeySite,
  challenge: Buffer,
  known: readonly Passkey[] = [],
): Promise<Record<string, unknown>> {
  const options = await generateAuthenticationOptions({
    rpID: site.host,
    challenge: new Uint8Array(challenge),
    userVerification: 'required',
    allowCredentials: known.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports],
    })),
  });
  return { ...options };
}

/** A new passkey, checked against the challenge, the site and the verified user. @throws TellerlineError `passkey_refused` */
export async function readNewPasskey(
  site: PasskeySite,
  { id, rawId, type, response }: NewPasskey,
  challenge: string,
): Promise<Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'transports'> & { readonly backedUp: boolean }> {
  const { clientDataJSON, attestationObject, transports = [] } = response;
  const { verified, registrationInfo } = await refusing(() =>
    verifyRegistrationResponse({
      response: { id, rawId, type, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.host,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...algorithms],
    }),
  );
  if (!verified) throw refused();
  const { credential, credentialBackedUp } = registrationInfo;
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: transports.filter((one) => /^[a-z-]{1,20}$/.test(one)),
    backedUp: credentialBackedUp,
  };
}

/**
 * Checks a passkey's signature: challenge, site, verified user, owner, and a counter that goes on.
 *
 * @throws TellerlineError `passkey_refused`
 */
export async function checkAnswer(
  site: PasskeySite,
  passkey: Passkey,
  { id, rawId, type, response }: PasskeyAnswer,
  challenge: string,
): Promise<{ readonly counter: number; readonly backedUp: boolean }> {
  const { clientDataJSON, authenticatorData, signature, userHandle: owner } = response;
  // Whose it is, as the authenticator has it, when it says so.
  if (owner !== undefined && !Buffer.from(owner, 'base64url').equals(userHandle(passkey.customerId))) throw refused();
  const { verified, authenticationInfo } = await refusing(() =>
    verifyAuthenticationResponse({
      response: {
        id,
        rawId,
        type,
        response: { clientDataJSON, authenticatorData, signature },
        clientExtensionResults: {},
      },
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.host,
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
    }),
  );
  if (!verified) throw refused();
  return { counter: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp };
}

/** The challenge that an answer says it is for: looked up first, then held against the signature. */
export function challengeIn(clientDataJSON: string): string {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString());
    if (typeof data === 'object' && data !== null && 'challenge' in data && typeof data.challenge === 'string')
      return data.challenge;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw refused();
}

/** The refusal of a passkey, whatever was wrong with it. */
export function refused(cause?: unknown): TellerlineError {
  const sentence = 'This passkey was not accepted. Nothing was changed.';
  return new TellerlineError('passkey_refused', 403, sentence, {}, cause === undefined ? undefined : { cause });
}

/** The library refuses by plain errors; each is one refusal here. */
async function refusing<Result>(check: () => Promise<Result>): Promise<Result> {
  try {
    return await check();
  } catch (error) {
    throw refused(error);
  }
}

/** What a passkey keeps of its owner: the sixteen bytes of the customer's id, random to everybody else. */
function userHandle(customerId: CustomerId): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(customerId.replaceAll('-', ''), 'hex'));
}
