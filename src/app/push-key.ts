import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import type { PushKey } from '#channels/push';
import { readOwnKey } from './own-key.ts';

/**
 * The key by which push services know this hub (VAPID, P-256), made at the first start. Who loses it loses every
 * subscription: browsers subscribed to this key.
 *
 * @throws TellerlineError `key_file_open_to_others`
 */
export function readPushKey(directory: string): PushKey {
  return JSON.parse(readOwnKey(join(directory, 'web-push.json'), made)) as PushKey;
}

function made(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  // An uncompressed point: 4, x, y.
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const key: PushKey = { publicKey: point.toString('base64url'), privateKey: d };
  return JSON.stringify(key);
}
