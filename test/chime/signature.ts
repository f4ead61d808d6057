import { createHmac, timingSafeEqual } from 'node:crypto';

/** Chime's signature of a body: HMAC-SHA-256 over its raw bytes, in hexadecimal. */
export const chimeSignature = (raw: Buffer, secret: string): string =>
  createHmac('sha256', secret).update(raw).digest('hex');

/** Whether a body is Chime's own. */
export function isOfChime(raw: Buffer, given: string | readonly string[] | undefined, secret: string): boolean {
  const [own, theirs] = [Buffer.from(chimeSignature(raw, secret)), Buffer.from(typeof given === 'string' ? given : '')];
  return own.length === theirs.length && timingSafeEqual(own, theirs);
}
