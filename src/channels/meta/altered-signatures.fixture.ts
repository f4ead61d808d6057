import { createHmac } from 'node:crypto';
import { verifySignature } from './signature.ts';

const secret = 'an app’s secret';
const body = Buffer.from('{"object":"page","entry":[{"id":"1","messaging":[]}],"text":"caf\\u00e9"}');
const digits = createHmac('sha256', secret).update(body).digest('hex');

/**
 * Alters a right signature at one place, or the body in one bit, in turns: each place, at each distance from what is
 * right.
 *
 * @returns how many of so many were taken
 */
export function takenOfAltered(count: number): number {
  let taken = 0;
  for (let round = 0; round < count; round += 1) {
    const step = Math.floor(round / 2);
    if (round % 2 === 0) {
      const at = step % digits.length;
      const far = 1 + (Math.floor(step / digits.length) % 15);
      const digit = ((Number.parseInt(digits[at] ?? '0', 16) + far) % 16).toString(16);
      if (verifySignature(body, `sha256=${digits.slice(0, at)}${digit}${digits.slice(at + 1)}`, secret)) taken += 1;
    } else {
      const altered = Buffer.from(body);
      const at = step % body.length;
      altered[at] = (altered[at] ?? 0) ^ (1 + (Math.floor(step / body.length) % 255));
      if (verifySignature(altered, `sha256=${digits}`, secret)) taken += 1;
    }
  }
  return taken;
}
