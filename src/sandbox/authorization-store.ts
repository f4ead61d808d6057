import type { Adapter, AdapterPayload, AllClientMetadata } from 'oidc-provider';
import { sql } from '#db';
import { now, type SandboxContext } from './context.ts';
import { errors } from './oidc-library.ts';

/** What the store stands on. */
type Books = Pick<SandboxContext, 'database' | 'clock'>;

/** Looks up a data recipient's registration; undefined when there is none. */
export type FindRecipient = (clientId: string) => Promise<AllClientMetadata | undefined>;

/**
 * What the authorization server of one bank remembers, in PostgreSQL. Single use is decided by the
 * database: of two requests that redeem the same code at once, one gets through.
 */
export function authorizationStore(context: Books, bankId: string, findRecipient: FindRecipient) {
  return (model: string): Adapter =>
    model === 'Client' ? recipientStore(findRecipient) : stateStore(context, bankId, model);
}

/** Recipients are registered with the bank outside the protocol, so this store is read only. */
function recipientStore(findRecipient: FindRecipient): Adapter {
  const refuse = () => Promise.reject(new errors.InvalidRequest('recipients are not registered here'));
  return {
    find: findRecipient,
    upsert: refuse,
    destroy: refuse,
    consume: refuse,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    revokeByGrantId: async () => undefined,
  };
}

interface StateRow {
  payload: AdapterPayload;
  consumed_at: Date | null;
}

function stateStore(context: Books, bankId: string, model: string): Adapter {
  const { database } = context;
  const opened = ([row]: StateRow[]): AdapterPayload | undefined =>
    row && (row.consumed_at ? { ...row.payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) } : row.payload);

  return {
    upsert: (id, payload, expiresIn) => upsertState(context, { bankId, model, id, payload, expiresIn }),

    // A refresh token dies with the login that it came from; its consent may live on.
    find: async (id) =>
      opened(
        await database.query<StateRow>(sql`
          select payload, consumed_at from sandbox.authorization_state state
          where bank_id = ${bankId} and model = ${model} and id = ${id}
            and not (${model} = 'RefreshToken' and exists (
              select from sandbox.consents where consent_id = state.grant_id and login_broken))`),
      ),

    findByUid: async (uid) =>
      opened(
        await database.query<StateRow>(sql`
          select payload, consumed_at from sandbox.authorization_state
          where bank_id = ${bankId} and model = ${model} and uid = ${uid}`),
      ),

    findByUserCode: async () => undefined,

    consume: async (id) => {
      const consumed = await database.execute(sql`
        update sandbox.authorization_state set consumed_at = ${now(context)}
        where bank_id = ${bankId} and model = ${model} and id = ${id} and consumed_at is null`);
      if (consumed === 0) throw new errors.InvalidGrant('already used');
    },

    destroy: async (id) => {
      await database.execute(sql`
        delete from sandbox.authorization_state where bank_id = ${bankId} and model = ${model} and id = ${id}`);
      if (model === 'Grant') await endConsent(context, id);
    },

    revokeByGrantId: async (grantId) => {
      await database.execute(sql`
        delete from sandbox.authorization_state
        where bank_id = ${bankId} and model = ${model} and grant_id = ${grantId}`);
    },
  };
}

async function upsertState(
  context: Books,
  state: { bankId: string; model: string; id: string; payload: AdapterPayload; expiresIn: number | undefined },
): Promise<void> {
  const { bankId, model, id, payload } = state;
  // What the library reads back it holds against the machine's time itself; this is when it may be forgotten.
  const at = now(context);
  const expiresAt = state.expiresIn === undefined ? null : new Date(at.getTime() + state.expiresIn * 1000);
  const stored = await context.database.execute(sql`
    insert into sandbox.authorization_state (bank_id, model, id, payload, grant_id, uid, expires_at)
    values (${bankId}, ${model}, ${id}, ${JSON.stringify(payload)}, ${payload.grantId ?? null},
      ${model === 'Session' ? (payload.uid ?? null) : null}, ${expiresAt})
    on conflict (bank_id, model, id) do update
    set payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid, expires_at = excluded.expires_at
    where ${model} <> 'ReplayDetection' or sandbox.authorization_state.expires_at < ${at}`);
  // Two requests with one proof or assertion passed the look-up together; the second one ends here.
  if (stored === 0) throw new errors.InvalidRequest('this proof was used before');
}

/** The authorization server ended a grant by itself: its refresh token was revoked, or a code came twice. */
async function endConsent(context: Books, consentId: string): Promise<void> {
  const at = now(context);
  await context.database.execute(sql`
    with ended as (
      update sandbox.consents
      set status = 'REVOKED', updated_at = ${at}, revocation_reason = 'USER_ACTION', revocation_initiator = 'DATA_RECIPIENT'
      where consent_id = ${consentId} and status = 'ACTIVE'
      returning consent_id)
    update sandbox.subscriptions set ended_at = ${at}
    where ended_at is null and consent_id in (select consent_id from ended)`);
}

/** Forgets what has expired an hour ago or longer. */
export async function sweepAuthorizationState(context: Books): Promise<void> {
  const anHourAgo = new Date(context.clock.nowMs() - 60 * 60 * 1000);
  await context.database.execute(sql`delete from sandbox.authorization_state where expires_at < ${anHourAgo}`);
}
