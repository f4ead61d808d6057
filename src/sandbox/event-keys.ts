import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { newId, type Branded } from '#base';
import { sql, type Database } from '#db';
import { now, type SandboxContext } from './context.ts';

/** After a rotation both keys sign for a day, so that nobody has to fetch the new one at once. */
const ROTATION_MS = 24 * 60 * 60 * 1000;

interface KeyRow {
  kid: string;
  private_jwk: JWK;
}

/** The keys that a bank signs events with now: one, or two during a rotation, newest first. */
async function liveKeys(database: Database, bankId: string, at: Date): Promise<KeyRow[]> {
  return database.query<KeyRow>(sql`
    select kid, private_jwk from sandbox.event_keys
    where bank_id = ${bankId} and (retires_at is null or retires_at > ${at})
    order by created_at desc, kid desc`);
}

/** Sees to it that a bank has a key to sign with. */
export async function ensureEventKey(context: SandboxContext, bankId: string): Promise<void> {
  const keys = await liveKeys(context.database, bankId, now(context));
  if (keys.length === 0) await addKey(context, bankId);
}

async function addKey(context: SandboxContext, bankId: string): Promise<string> {
  const { privateKey } = await generateKeyPair('Ed25519', { extractable: true });
  const kid = newId<Branded<'Kid'>>();
  await context.database.execute(sql`
    insert into sandbox.event_keys (bank_id, kid, private_jwk, created_at)
    values (${bankId}, ${kid}, ${JSON.stringify({ ...(await exportJWK(privateKey)), kid })}, ${now(context)})`);
  return kid;
}

/** Adds a key and lets the others sign for one more day. Answers the new key's id. */
export async function rotateEventKeys(context: SandboxContext, bankId: string): Promise<string> {
  const retiresAt = new Date(now(context).getTime() + ROTATION_MS);
  const kid = await addKey(context, bankId);
  await context.database.execute(sql`
    update sandbox.event_keys set retires_at = ${retiresAt}
    where bank_id = ${bankId} and kid <> ${kid} and retires_at is null`);
  return kid;
}

/** The public keys, as the bank shows them to receivers (JWKS of Ed25519 keys). */
export async function publicEventKeys(context: SandboxContext, bankId: string): Promise<{ keys: JWK[] }> {
  const keys = await liveKeys(context.database, bankId, now(context));
  return {
    keys: keys.map(({ kid, private_jwk }) => ({
      kty: 'OKP',
      crv: 'Ed25519',
      x: private_jwk.x ?? '',
      kid,
      use: 'sig',
      alg: 'EdDSA',
    })),
  };
}

/**
 * The headers of Standard Webhooks over one body: every live key signs `id.timestamp.body`, and a receiver
 * accepts any one signature that it can check.
 */
export async function signBatch(
  context: SandboxContext,
  bankId: string,
  deliveryId: string,
  body: string,
): Promise<Record<string, string>> {
  const at = now(context);
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signed = Buffer.from(`${deliveryId}.${timestamp}.${body}`);
  const keys = await liveKeys(context.database, bankId, at);
  const signatures = keys.map(
    ({ private_jwk }) => `v1a,${sign(null, signed, privateKeyOf(private_jwk)).toString('base64')}`,
  );
  return { 'webhook-id': deliveryId, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

function privateKeyOf(jwk: JWK): KeyObject {
  return createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: jwk.x ?? '', d: jwk.d ?? '' }, format: 'jwk' });
}
