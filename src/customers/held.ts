import type { CustomerId } from '#base';
import { sql, type Queryable } from '#db';
import type { BrowserKind } from './browser-kind.ts';

/** What is kept of a customer's browsers and passkeys, as the rows have it. No secret is in it: none is kept. */
export interface HeldSignIn {
  /** When the customer came. */
  readonly since: Date | null;
  /** The message that offered the first passkey. */
  readonly passkeyOffer: string | null;
  readonly identities: readonly { readonly id: string; readonly channel: string; readonly since: Date }[];
  readonly sessions: readonly (BrowserKind & {
    readonly id: string;
    readonly identity: string;
    readonly startedAt: Date;
    readonly lastSeenAt: Date;
    readonly expiresAt: Date;
    readonly provenAt: Date | null;
  })[];
  readonly passkeys: readonly (BrowserKind & {
    readonly id: string;
    readonly credentialId: string;
    readonly publicKey: string;
    readonly counter: number;
    readonly transports: readonly string[];
    readonly backedUp: boolean;
    readonly addedAt: Date;
    readonly usedAt: Date | null;
  })[];
}

/** Everything of a customer's signing in, for the customer's own export. */
export async function heldSignIn(db: Queryable, customerId: CustomerId): Promise<HeldSignIn> {
  const [customer] = await db.query<Pick<HeldSignIn, 'since' | 'passkeyOffer'>>(sql`
    select created_at as since, passkey_offer_id as "passkeyOffer" from customers where customer_id = ${customerId}`);
  return {
    since: customer?.since ?? null,
    passkeyOffer: customer?.passkeyOffer ?? null,
    identities: await db.query(sql`select identity_id as id, channel, created_at as since
      from channel_identities where customer_id = ${customerId} order by created_at, identity_id`),
    sessions: await db.query(sql`
      select session_id as id, identity_id as identity, browser, system, created_at as "startedAt",
        last_seen_at as "lastSeenAt", expires_at as "expiresAt", proven_at as "provenAt"
      from sessions where customer_id = ${customerId} order by created_at, session_id`),
    // A bigint has no form in JSON; a counter has 32 bits.
    passkeys: await db.query(sql`
      select passkey_id as id, credential_id as "credentialId", public_key as "publicKey", counter::float8 as counter,
        transports, backed_up as "backedUp", browser, system, created_at as "addedAt", used_at as "usedAt"
      from passkeys where customer_id = ${customerId} order by created_at, passkey_id`),
  };
}
