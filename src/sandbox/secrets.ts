import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { newId, type Branded } from '#base';
import { sql, type Queryable } from '#db';

/** What a bank's authorization server needs to be the same server after a restart. */
export interface BankSecrets {
  readonly tokenSigningKey: JWK;
  readonly cookieKeys: readonly string[];
  /** 32 bytes that DPoP nonces are derived from, at both servers of the bank. */
  readonly dpopNonceSecret: Buffer;
}

/** Loads a bank's secrets, making those that are missing. Two starts at once end with the same ones. */
export async function loadBankSecrets(database: Queryable, bankId: string, at: Date): Promise<BankSecrets> {
  const signing = await keep<JWK>(database, bankId, 'token-signing', at, makeTokenSigningKey);
  const cookies = await keep<{ keys: string[] }>(database, bankId, 'cookies', at, () => ({
    keys: [randomBytes(32).toString('base64url')],
  }));
  const nonces = await keep<{ secret: string }>(database, bankId, 'dpop-nonces', at, () => ({
    secret: randomBytes(32).toString('base64url'),
  }));
  return {
    tokenSigningKey: signing,
    cookieKeys: cookies.keys,
    dpopNonceSecret: Buffer.from(nonces.secret, 'base64url'),
  };
}

async function makeTokenSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: newId<Branded<'Kid'>>(), use: 'sig', alg: 'ES256' };
}

async function keep<Secret extends object>(
  database: Queryable,
  bankId: string,
  purpose: string,
  at: Date,
  make: () => Secret | Promise<Secret>,
): Promise<Secret> {
  const read = () =>
    database.query<{ secret: Secret }>(
      sql`select secret from sandbox.bank_secrets where bank_id = ${bankId} and purpose = ${purpose}`,
    );
  const [kept] = await read();
  if (kept) return kept.secret;
  await database.execute(sql`
    insert into sandbox.bank_secrets (bank_id, purpose, secret, created_at)
    values (${bankId}, ${purpose}, ${JSON.stringify(await make())}, ${at})
    on conflict do nothing`);
  const [made] = await read();
  if (!made) throw new Error('a secret that was just stored is not there');
  return made.secret;
}
