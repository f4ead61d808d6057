import { limits, newId, TellerlineError, type CustomerId, type MessageId, type PasskeyId } from '#base';
import type { PasskeyFace } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { BrowserKind } from './browser-kind.ts';

/** A passkey as it is kept: no secret is in it. */
export interface Passkey {
  readonly passkeyId: PasskeyId;
  readonly customerId: CustomerId;
  /** As WebAuthn writes it in JSON, base64url. */
  readonly credentialId: string;
  /** COSE, as the authenticator gave it, base64url. */
  readonly publicKey: string;
  /** How often the authenticator says that it signed; 0 for ever where it does not count. */
  readonly counter: number;
  readonly transports: readonly string[];
}

const columns = `passkey_id as "passkeyId", customer_id as "customerId", credential_id as "credentialId",
  public_key as "publicKey", counter, transports`;

/** A customer's passkeys as they see them, oldest first. */
export async function passkeyFaces(db: Queryable, customerId: CustomerId): Promise<PasskeyFace[]> {
  const rows = await db.query<
    BrowserKind & { id: PasskeyId; backedUp: boolean; addedAt: Date; usedAt: Date | null }
  >(sql`
    select passkey_id as id, browser, system, backed_up as "backedUp", created_at as "addedAt", used_at as "usedAt"
    from passkeys where customer_id = ${customerId} order by created_at, passkey_id`);
  return rows.map(({ addedAt, usedAt, ...row }) => ({
    ...row,
    addedAt: addedAt.toISOString(),
    usedAt: usedAt?.toISOString() ?? null,
  }));
}

/** A customer's passkeys, oldest first. */
export async function passkeysOf(db: Queryable, customerId: CustomerId): Promise<Passkey[]> {
  const rows = await db.query<Passkey & { counter: bigint }>({
    text: `select ${columns} from passkeys where customer_id = $1 order by created_at, passkey_id`,
    values: [customerId],
  });
  return rows.map(read);
}

/** The passkey of a credential, locked, so that of two answers at once the second meets the first one's counter. */
export async function lockPasskey(tx: Transaction, credentialId: string): Promise<Passkey | undefined> {
  const [row] = await tx.query<Passkey & { counter: bigint }>({
    text: `select ${columns} from passkeys where credential_id = $1 for update`,
    values: [credentialId],
  });
  return row && read(row);
}

/** Keeps a new passkey. @throws TellerlineError `passkeys_too_many`, `passkey_known` */
export async function addPasskey(
  tx: Transaction,
  passkey: Omit<Passkey, 'passkeyId'> & BrowserKind & { readonly backedUp: boolean },
  nowMs: number,
): Promise<void> {
  const { customerId, credentialId, publicKey, counter, transports, backedUp, browser, system } = passkey;
  const known = await passkeysOf(tx, customerId);
  if (known.length >= limits.passkeysMax)
    throw new TellerlineError('passkeys_too_many', 409, 'There are very many passkeys already. Remove one first.');
  const added = await tx.execute(sql`
    insert into passkeys (passkey_id, customer_id, credential_id, public_key, counter, transports, backed_up,
      browser, system, created_at)
    values (${newId<PasskeyId>()}, ${customerId}, ${credentialId}, ${publicKey}, ${counter}, ${[...transports]}::text[],
      ${backedUp}, ${browser}, ${system}, ${new Date(nowMs)})
    on conflict (credential_id) do nothing`);
  if (added === 0)
    throw new TellerlineError('passkey_known', 409, 'This passkey is here already. Nothing was changed.');
}

/** Enters that a passkey signed. */
export async function markUsed(
  tx: Transaction,
  { passkeyId }: Passkey,
  used: { readonly counter: number; readonly backedUp: boolean },
  nowMs: number,
): Promise<void> {
  await tx.execute(sql`update passkeys set counter = ${used.counter}, backed_up = ${used.backedUp},
    used_at = ${new Date(nowMs)} where passkey_id = ${passkeyId}`);
}

/** Removes a customer's passkey; false when there is none of that name. */
export async function removePasskey(tx: Transaction, customerId: CustomerId, passkeyId: PasskeyId): Promise<boolean> {
  const removed = await tx.execute(
    sql`delete from passkeys where customer_id = ${customerId} and passkey_id = ${passkeyId}`,
  );
  return removed > 0;
}

/**
 * Enters the message that offers the first passkey. False when it was offered before, or there is one: then
 * nothing is to be said.
 */
export async function enterOffer(tx: Transaction, customerId: CustomerId, messageId: MessageId): Promise<boolean> {
  const entered = await tx.execute(sql`update customers set passkey_offer_id = ${messageId}
    where customer_id = ${customerId} and passkey_offer_id is null
      and not exists (select from passkeys where passkeys.customer_id = customers.customer_id)`);
  return entered > 0;
}

/** The message that offered the first passkey; undefined when none did. */
export async function offerOf(db: Queryable, customerId: CustomerId): Promise<MessageId | undefined> {
  const [row] = await db.query<{ messageId: MessageId | null }>(sql`
    select passkey_offer_id as "messageId" from customers where customer_id = ${customerId}`);
  return row?.messageId ?? undefined;
}

function read({ counter, ...row }: Omit<Passkey, 'counter'> & { counter: bigint | number }): Passkey {
  return { ...row, counter: Number(counter) };
}
