import type { LooseningAct, PasskeyFace, Passkeys, SessionFace } from '#contract';
import { PasskeyProblem } from './problem.ts';

/** What the hub answers about passkeys and sessions; each call may throw a `PasskeyProblem` with the hub's code. */
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

/** One call of the hub's own API. @throws PasskeyProblem */
export async function call<Answer>(
  method: 'GET' | 'POST' | 'DELETE',
  address: string,
  body?: unknown,
): Promise<Answer> {
  try {
    const response = await fetch(address, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    const json: unknown = text === '' ? undefined : JSON.parse(text);
    if (response.ok) return json as Answer;
    throw new PasskeyProblem(codeOf(json) ?? 'no_answer');
  } catch (error) {
    if (error instanceof PasskeyProblem) throw error;
    throw new PasskeyProblem('no_answer', { cause: error });
  }
}

function codeOf(json: unknown): string | undefined {
  return typeof json === 'object' && json !== null && 'code' in json && typeof json.code === 'string'
    ? json.code
    : undefined;
}
