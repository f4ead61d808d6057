import type { LinkingStanding } from '#contract';
import { callHub as call } from '#web/hub';

const of = (attempt: string): string => `/api/linking/${encodeURIComponent(attempt)}`;

/** Takes the address up for this browser; answers where the linking goes on. @throws HubProblem */
export async function claim(token: string): Promise<string> {
  const { address } = await call<{ address: string }>('POST', '/api/linking/claim', { token });
  return address;
}

/** How the linking stands. @throws HubProblem */
export async function standing(attempt: string): Promise<LinkingStanding> {
  return call('GET', `${of(attempt)}/standing`);
}

/** Opens the chat in this browser. @throws HubProblem */
export async function enter(attempt: string): Promise<void> {
  await call('POST', `${of(attempt)}/enter`, {});
}
