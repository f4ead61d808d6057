import type { LooseningAct, PasskeyFace, Passkeys, SessionFace } from '#contract';
import { callHub as call } from '#web/hub';

/** What the hub answers about passkeys and sessions; each call may throw a `HubProblem`. */
export interface SignInHub {
  passkeys(): Promise<Passkeys>;
  sessions(): Promise<readonly SessionFace[]>;
  endSession(id: SessionFace['id']): Promise<void>;
  endOthers(): Promise<number>;
  removePasskey(id: PasskeyFace['id']): Promise<void>;
}

/** The hub that served this page. */
export const hubCalls: SignInHub = {
  passkeys: () => call('GET', '/api/passkeys'),
  sessions: async () => (await call<{ sessions: SessionFace[] }>('GET', '/api/sessions')).sessions,
  endSession: (id) => call('DELETE', `/api/sessions/${id}`),
  endOthers: async () => (await call<{ ended: number }>('DELETE', '/api/sessions')).ended,
  removePasskey: (id) => call('DELETE', `/api/passkeys/${id}`),
};

/** Leaves for the login at a linked bank, which proves one act; the browser comes back to the privacy centre. */
export async function goToBankProof(bank: string, act: LooseningAct): Promise<void> {
  await leaveFor(await call('POST', '/api/proofs/bank', { ...act, bank }));
}

/** Leaves for the login at a bank, which signs this browser in; it comes back to the chat, or to the secure view. */
export async function goToBankSignIn(bank: string, back?: 'view'): Promise<void> {
  await leaveFor(await call('POST', '/api/bank-session', { bank, ...(back && { back }) }));
}

/** Inside another page's frame, in a tab of its own: a bank's login is never shown in a frame. */
async function leaveFor({ continueTo }: { readonly continueTo: string }): Promise<void> {
  if (window.parent === window) location.assign(continueTo);
  else window.open(continueTo, '_blank', 'noopener');
}
