import { createHmac, timingSafeEqual } from 'node:crypto';

const prefix = 'sha256=';
/** HMAC-SHA-256 in hex. */
const digits = /^[0-9a-f]{64}$/i;

/**
 * Whether a body is Meta's own.
 *
 * Meta: `X-Hub-Signature-256: sha256=` and the HMAC-SHA-256 of the raw bytes under the app's secret, in hex. The
 * older `X-Hub-Signature`, with SHA-1, still comes beside it and is not looked at: alone it proves nothing here.
 *
 * @param raw the bytes as they came: a body may carry `\uXXXX`, which parsing and writing it again would lose
 * @param header the value of `X-Hub-Signature-256`; several of them are none
 * @param appSecret must not be empty: whoever knows that it is could sign
 */
export function verifySignature(
  raw: Buffer,
  header: string | readonly string[] | undefined,
  appSecret: string,
): boolean {
  // Computed also where the header cannot hold, so that the time tells nothing of what is wrong with it.
  const expected = createHmac('sha256', appSecret).update(raw).digest();
  const given = typeof header === 'string' && header.startsWith(prefix) ? header.slice(prefix.length) : '';
  const bytes = digits.test(given) ? Buffer.from(given, 'hex') : Buffer.alloc(expected.length);
  return timingSafeEqual(bytes, expected) && appSecret !== '';
}

/**
 * The answer to Meta's question whether the webhook's address is ours: the challenge, as text.
 *
 * Meta: GET with `hub.mode=subscribe`, `hub.verify_token` and `hub.challenge`.
 *
 * @returns undefined when the token is not the one that we named, or something is missing
 */
export function answerHandshake(query: Readonly<Record<string, unknown>>, verifyToken: string): string | undefined {
  const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = query;
  if (mode !== 'subscribe' || typeof token !== 'string' || verifyToken === '') return undefined;
  // The answer is shown as it is: digits and letters cannot be a page.
  if (typeof challenge !== 'string' || !/^[\w-]{1,200}$/.test(challenge)) return undefined;
  return sameText(token, verifyToken) ? challenge : undefined;
}

/** Compared by their hashes, so that neither length nor beginning shows in the time. */
function sameText(one: string, other: string): boolean {
  const hashed = [one, other].map((text) => createHmac('sha256', 'compare').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(...hashed);
}

/**
 * Proves to Meta that whoever holds an access token also holds the app's secret, so that a stolen token is of no
 * use. Meta: `appsecret_proof`, the HMAC-SHA-256 of the token under the secret, in hex.
 */
export function appSecretProof(accessToken: string, appSecret: string): string {
  return createHmac('sha256', appSecret).update(accessToken).digest('hex');
}
