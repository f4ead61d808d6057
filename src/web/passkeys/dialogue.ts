import type { LooseningAct, Passkeys } from '#contract';
import { callHub as call, HubProblem } from '#web/hub';
import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  WebAuthnError,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { hubCalls } from './calls.ts';
import { PasskeyProblem } from './problem.ts';

/** Adds a passkey by the browser's dialogue; with one here already, that one is asked for first. @throws PasskeyProblem, HubProblem */
export async function addPasskey(): Promise<Passkeys> {
  requireSupport();
  const optionsJSON = await loosening({ act: 'add-passkey', subject: '' }, () =>
    call<PublicKeyCredentialCreationOptionsJSON>('POST', '/api/passkeys/options'),
  );
  const made = await dialogue(() => startRegistration({ optionsJSON }));
  return call('POST', '/api/passkeys', made);
}

/** Removes a passkey; one is asked for first. @throws PasskeyProblem, HubProblem */
export function removePasskey(id: string): Promise<void> {
  return loosening({ act: 'remove-passkey', subject: id }, () => hubCalls.removePasskey(id));
}

/** Signs this browser in by whichever passkey its owner chooses. @throws PasskeyProblem, HubProblem */
export async function signInByPasskey(): Promise<void> {
  requireSupport();
  const optionsJSON = await call<PublicKeyCredentialRequestOptionsJSON>('POST', '/api/passkey-session/options');
  const answer = await dialogue(() => startAuthentication({ optionsJSON }));
  await call('POST', '/api/passkey-session', answer);
}

/** Does what may lie proven already, after a login at the bank; else a passkey proves it and it is done then. */
async function loosening<Answer>(act: LooseningAct, attempt: () => Promise<Answer>): Promise<Answer> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof HubProblem) || error.code !== 'proof_needed') throw error;
  }
  await proveByPasskey(act);
  return attempt();
}

/** Presses a button whose act is proven; false when it is not. @throws PasskeyProblem, HubProblem */
export async function actProven(token: string): Promise<boolean> {
  try {
    await call('POST', '/api/acts', { token });
    return true;
  } catch (error) {
    if (error instanceof HubProblem && error.code === 'proof_needed') return false;
    throw error;
  }
}

/** Proves one act by a passkey: it may then be done once, within five minutes. @throws PasskeyProblem, HubProblem */
export async function proveByPasskey(act: LooseningAct): Promise<void> {
  requireSupport();
  const optionsJSON = await call<PublicKeyCredentialRequestOptionsJSON>('POST', '/api/proofs/options', act);
  const answer = await dialogue(() => startAuthentication({ optionsJSON }));
  await call('POST', '/api/proofs', { ...act, answer });
}

function requireSupport(): void {
  if (!browserSupportsWebAuthn()) throw new PasskeyProblem('unsupported');
}

/** The browser's own dialogue: closed, run out or refused is one thing to the person, "known already" another. */
async function dialogue<Answer>(open: () => Promise<Answer>): Promise<Answer> {
  try {
    return await open();
  } catch (error) {
    const known = error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED';
    throw new PasskeyProblem(known ? 'passkey_known' : 'cancelled', { cause: error });
  }
}
