import { sql, type Queryable } from '#db';
import { now, type SandboxContext } from './context.ts';
import { clustersOf, durationDaysOf, lookbackDaysOf, type ConsentRequest } from './consent-request.ts';
import { writeEvents } from './event-outbox.ts';
import { HUB_CLIENT_ID, hubEventsUrl } from './recipients.ts';

/** A consent (FDX ConsentGrant) as the bank keeps it. */
export interface ConsentRow {
  consent_id: string;
  bank_id: string;
  customer_id: string;
  client_id: string;
  status: 'ACTIVE' | 'REVOKED';
  duration_type: ConsentRequest['durationType'];
  duration_days: number | null;
  lookback_days: number;
  data_clusters: string[];
  chat: string | null;
  created_at: Date;
  expires_at: Date;
  updated_at: Date;
  revocation_reason: string | null;
  revocation_initiator: string | null;
  login_broken: boolean;
}

/** What the consent is worth now: nobody writes down that time has passed. */
export function statusOf(consent: ConsentRow, at: Date): 'ACTIVE' | 'EXPIRED' | 'REVOKED' {
  if (consent.status === 'REVOKED') return 'REVOKED';
  return consent.expires_at <= at ? 'EXPIRED' : 'ACTIVE';
}

/** Writes down what a customer allowed. `consentId` is also the grant's id at the authorization server. */
export async function storeConsent(
  context: SandboxContext,
  given: {
    consentId: string;
    bankId: string;
    customerId: string;
    clientId: string;
    request: ConsentRequest;
    accountIds: readonly string[];
  },
): Promise<void> {
  const at = now(context);
  const { request } = given;
  const durationDays = durationDaysOf(request);
  const expiresAt = new Date(at.getTime() + durationDays * 86_400_000);
  await context.database.transaction(async (tx) => {
    await tx.execute(sql`
      insert into sandbox.consents (consent_id, bank_id, customer_id, client_id, status, duration_type, duration_days,
        lookback_days, data_clusters, chat, created_at, expires_at, updated_at)
      values (${given.consentId}, ${given.bankId}, ${given.customerId}, ${given.clientId}, 'ACTIVE', ${request.durationType},
        ${durationDays}, ${lookbackDaysOf(request)}, ${clustersOf(request)}, ${request.chat ?? null}, ${at}, ${expiresAt}, ${at})`);
    await tx.execute(sql`
      insert into sandbox.consent_accounts (consent_id, account_id)
      select ${given.consentId}, account_id from sandbox.accounts
      where bank_id = ${given.bankId} and customer_id = ${given.customerId} and account_id = any(${given.accountIds})`);
  });
}

/** A consent by its id, at this bank. */
export async function findConsent(
  database: Queryable,
  bankId: string,
  consentId: string,
): Promise<ConsentRow | undefined> {
  const [row] = await database.query<ConsentRow>(
    sql`select * from sandbox.consents where bank_id = ${bankId} and consent_id = ${consentId}`,
  );
  return row;
}

/** Consents of a bank, newest first; of one customer, when named. */
export function listConsents(
  database: Queryable,
  bankId: string,
  customerId?: string,
): Promise<(ConsentRow & { account_ids: string[]; subscribed: boolean; thin: boolean })[]> {
  return database.query(sql`
    select consent.*,
      array(select account_id from sandbox.consent_accounts where consent_id = consent.consent_id) as account_ids,
      exists (select from sandbox.subscriptions where consent_id = consent.consent_id and ended_at is null) as subscribed,
      exists (select from sandbox.subscriptions
        where consent_id = consent.consent_id and ended_at is null and type = 'BALANCE') as thin
    from sandbox.consents consent
    where bank_id = ${bankId} and (${customerId ?? null}::text is null or customer_id = ${customerId ?? null})
    order by created_at desc limit 500`);
}

/** Why and by whom a consent is ended, in FDX's words. */
export interface Revocation {
  readonly reason: 'USER_ACTION' | 'BUSINESS_RULE';
  readonly initiator: string;
  /** Whether the recipient is told by an event: it need not be told of what it asked for itself. */
  readonly tell: boolean;
}

/**
 * Ends a consent: its subscriptions end, its codes and refresh tokens are gone, and every access token is
 * refused from now on, because the resource server asks for the consent at each request. Safe to repeat.
 *
 * @returns whether there is such a consent at this bank
 */
export async function revokeConsent(
  context: SandboxContext,
  bankId: string,
  consentId: string,
  revocation: Revocation,
): Promise<boolean> {
  const at = now(context);
  return context.database.transaction(async (tx) => {
    const [consent] = await tx.query<ConsentRow>(
      sql`select * from sandbox.consents where bank_id = ${bankId} and consent_id = ${consentId} for update`,
    );
    if (!consent) return false;
    if (consent.status === 'REVOKED') return true;

    const callbacks = await tx.query<{ callback_url: string }>(
      sql`select distinct callback_url from sandbox.subscriptions where consent_id = ${consentId} and ended_at is null`,
    );
    await tx.execute(sql`
      update sandbox.consents set status = 'REVOKED', updated_at = ${at},
        revocation_reason = ${revocation.reason}, revocation_initiator = ${revocation.initiator}
      where consent_id = ${consentId}`);
    await tx.execute(
      sql`update sandbox.subscriptions set ended_at = ${at} where consent_id = ${consentId} and ended_at is null`,
    );
    await tx.execute(sql`
      delete from sandbox.authorization_state
      where bank_id = ${bankId} and (grant_id = ${consentId} and model <> 'AccessToken' or model = 'Grant' and id = ${consentId})`);
    if (revocation.tell) {
      const event = { type: 'consent.revoked' as const, occurredAt: at.toISOString(), grantId: consentId };
      const addresses = callbacks.map((row) => row.callback_url);
      // A grant that never subscribed is still known to the hub, at the address it is registered with.
      if (addresses.length === 0 && consent.client_id === HUB_CLIENT_ID) addresses.push(hubEventsUrl(context, bankId));
      // The end of a consent is told whole, also to whom the rest is told with ids alone.
      const whole = new Set(addresses.map((address) => address.replace(/notifications$/, 'events')));
      for (const address of whole) await writeEvents(context, tx, bankId, address, [event]);
    }
    return true;
  });
}

/** The customer changed the password at the bank (or put it back): tokens given out so far stop working. */
export async function breakLogins(
  context: SandboxContext,
  bankId: string,
  customerId: string | undefined,
  broken: boolean,
): Promise<void> {
  await context.database.execute(sql`
    update sandbox.consents set login_broken = ${broken}
    where bank_id = ${bankId} and (${customerId ?? null}::text is null or customer_id = ${customerId ?? null}) and login_broken <> ${broken}`);
}
