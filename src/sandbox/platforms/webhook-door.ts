import { createHmac, randomBytes } from 'node:crypto';
import type { SandboxContext } from '../context.ts';
import type { Accounts } from './accounts.ts';
import type { PlatformName } from './phone-api.ts';

/** Meta: answer within five seconds, or it comes again. */
const ANSWER_MS_MAX = 5_000;

/** The hub's webhook of one platform, as the platform reaches it. */
export interface WebhookDoor {
  /** Sends one body, signed. @returns what the hub answered; undefined: not reached, or not in time */
  post(body: string): Promise<number | undefined>;
  /** Asks whether the address is the hub's own, as at subscribing. */
  shakeHands(): Promise<boolean>;
  /** Whether the address answered the handshake; asked when it did not yet. */
  isVerified(): Promise<boolean>;
}

/** Finds the door; nothing is sent before the first call. */
export function openWebhookDoor(
  context: SandboxContext,
  platform: PlatformName,
  accounts: Accounts,
  closing: AbortSignal,
): WebhookDoor {
  /** The address that answered the handshake. */
  let verified: string | undefined;
  const address = (): string => `${context.hubUrl()}/channels/${platform}/webhook`;
  const shakeHands = async (): Promise<boolean> => {
    const challenge = randomBytes(8).readBigUInt64LE().toString();
    const query = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.challenge': challenge,
      'hub.verify_token': accounts.app(platform).verifyToken,
    });
    const to = address();
    const answer = await call(`${to}?${query.toString()}`, closing, { method: 'GET' });
    const holds = answer?.status === 200 && answer.text === challenge;
    if (holds) verified = to;
    return holds;
  };
  return {
    post: async (body) => {
      const { appSecret } = accounts.app(platform);
      const sign = (hash: string): string => createHmac(hash, appSecret).update(body).digest('hex');
      const answer = await call(address(), closing, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'facebookexternalua',
          'x-hub-signature': `sha1=${sign('sha1')}`,
          'x-hub-signature-256': `sha256=${sign('sha256')}`,
        },
        body,
      });
      return answer?.status;
    },
    shakeHands,
    isVerified: async () => verified === address() || shakeHands(),
  };
}

async function call(
  to: string,
  closing: AbortSignal,
  init: { method: string; headers?: Record<string, string>; body?: string },
): Promise<{ status: number; text: string } | undefined> {
  if (!URL.canParse(to)) return undefined;
  try {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(ANSWER_MS_MAX)]);
    const response = await fetch(to, { ...init, redirect: 'manual', signal });
    return { status: response.status, text: await response.text() };
  } catch {
    // Not reached, or not in time: whoever called tries again.
    return undefined;
  }
}
