import { TellerlineError, type AccountRef, type Clock, type LinkId } from '#base';
import { purposesInForce } from '#consent';
import { sql, type Database, type Transaction } from '#db';
import type { LinkSealer, Vault } from '#vault';
import type { ActionClaim, ActionStore, NewAction, Settling, Tell } from './action-store.ts';
import {
  keptOnceSettled,
  purposeOfKind,
  type ActionState,
  type BankAction,
  type BankAsk,
  type Settled,
} from './bank-action.ts';

/** What the store works with. */
export interface ActionStoreParts {
  readonly database: Database;
  readonly vault: Pick<Vault, 'linkSealers' | 'askAhead'>;
  readonly clock: Clock;
  readonly tell: Tell<Transaction>;
}

/** What is kept sealed of an action. */
interface Kept {
  readonly ask: BankAsk;
  readonly settled?: Settled;
}

type Row = Pick<BankAction, 'actionId' | 'customerId' | 'linkId' | 'bankId' | 'messageId'> & {
  readonly state: ActionState;
  readonly accountRef: AccountRef | null;
  readonly sealed: Buffer;
  /** Its message is gone. */
  readonly unsaid: boolean;
  readonly requestedAt: Date;
};

const columns = `action_id as "actionId", customer_id as "customerId", link_id as "linkId", bank_id as "bankId",
  account_ref as "accountRef", message_id as "messageId", state, sealed, unsaid, requested_at as "requestedAt"`;

/** The store over PostgreSQL. */
export function postgresActionStore(parts: ActionStoreParts): ActionStore<Transaction> {
  const { database } = parts;
  return {
    put: (tx, action, nowMs) => put(tx, parts, action, nowMs),
    claim: (nowMs, most, leaseMs) => claim(database, nowMs, most, leaseMs),
    begin: (of, nowMs, how) => begin(parts, of, nowMs, how),
    settle: (of, settling, nowMs) => settle(parts, of, settling, nowMs),
    markUnknown: (nowMs, afterMs, most) => markUnknown(parts, nowMs, afterMs, most),
    untold: (nowMs, most) => untold(parts, nowMs, most),
    tellUnknown: (linkId, nowMs, pauseMs) => tellUnknown(parts, linkId, nowMs, pauseMs),
    nextAtMs: async (unknownAfterMs) => {
      const [row] = await database.query<{ at: Date | null }>(sql`select least(
        (select min(greatest(next_at, lease_until)) from bank_actions where next_at is not null),
        (select min(requested_at) from bank_actions where state in ('requested', 'sent'))
          + ${unknownAfterMs} * interval '1 millisecond') as at`);
      return row?.at?.getTime();
    },
  };
}

async function put(
  tx: Transaction,
  { vault, tell }: ActionStoreParts,
  action: NewAction,
  nowMs: number,
): Promise<number> {
  const { actionId, customerId, linkId, bankId, accountRef, messageId, ask } = action;
  // Two at once on one link would be given the same time.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`bank action|${linkId}`}, 0))`);
  const sealer = await sealerOf(tx, vault, linkId);
  const kept: Kept = { ask };
  const now = new Date(nowMs);
  const [row] = await tx.query<{ requestedAt: Date }>(sql`
    insert into bank_actions (link_id, action_id, customer_id, bank_id, account_ref, kind, message_id, sealed, requested_at, lease_until, next_at)
    select ${linkId}, ${actionId}, ${customerId}, ${bankId}, ${accountRef ?? null}, ${ask.kind}, ${messageId},
      ${sealer.sealState('bank_actions.ask', actionId, kept)},
      greatest(${now}::timestamptz, max(requested_at) + interval '1 millisecond'), ${now}, ${now}
    from bank_actions where link_id = ${linkId}
    returning requested_at as "requestedAt"`);
  const requestedAtMs = row?.requestedAt.getTime() ?? nowMs;
  const asked: BankAction = { actionId, customerId, linkId, bankId, messageId, ask, state: 'requested', requestedAtMs };
  await tell(tx, { ...asked, ...(accountRef && { accountRef }) }, true);
  return requestedAtMs;
}

async function sealerOf(tx: Transaction, vault: ActionStoreParts['vault'], linkId: Row['linkId']): Promise<LinkSealer> {
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  if (!sealer) throw new TellerlineError('link_ended', 410, 'This link was stopped. Nothing was asked of the bank.');
  return sealer;
}

async function claim(
  database: Database,
  nowMs: number,
  most: number,
  leaseMs: number,
): Promise<readonly ActionClaim[]> {
  const now = new Date(nowMs);
  const rows = await database.query<
    Omit<ActionClaim, 'fence' | 'requestedAtMs'> & { readonly fence: bigint; readonly requestedAt: Date }
  >(sql`
    with due as materialized (
      select link_id, action_id from bank_actions
      where next_at <= ${now} and lease_until <= ${now}
      order by requested_at, action_id limit ${most} for update skip locked)
    update bank_actions a set fence = a.fence + 1, attempts = a.attempts + 1, lease_until = ${new Date(nowMs + leaseMs)}
    from due where a.link_id = due.link_id and a.action_id = due.action_id
    returning a.action_id as "actionId", a.link_id as "linkId", a.bank_id as "bankId", a.kind, a.state, a.fence,
      a.called as "isCalled", a.attempts - 1 as attempts, a.requested_at as "requestedAt"`);
  return rows
    .map(({ fence, requestedAt, ...row }) => ({ ...row, fence: Number(fence), requestedAtMs: requestedAt.getTime() }))
    .toSorted((a, b) => a.requestedAtMs - b.requestedAtMs || (a.actionId < b.actionId ? -1 : 1));
}

/** The row of a claim that still holds, locked, with what it keeps sealed; the link's key is locked before. */
async function held(
  tx: Transaction,
  { vault }: ActionStoreParts,
  { linkId, actionId, fence }: ActionClaim,
): Promise<{ row: Row & { leaseUntil: Date }; kept: Kept; sealer: LinkSealer } | undefined> {
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  if (!sealer) return undefined;
  const [row] = await tx.query<Row & { leaseUntil: Date }>({
    text: `select ${columns}, lease_until as "leaseUntil" from bank_actions where link_id = $1 and action_id = $2 and fence = $3
      and state in ('requested', 'sent', 'unknown') for update`,
    values: [linkId, actionId, fence],
  });
  if (!row) return undefined;
  const kept = sealer.openState<Kept>('bank_actions.ask', actionId, row.sealed).use((value) => value);
  return { row, kept, sealer };
}

async function begin(
  parts: ActionStoreParts,
  of: ActionClaim,
  nowMs: number,
  how: 'call' | 'ask',
): Promise<BankAsk | undefined> {
  const { linkId, actionId, kind } = of;
  await parts.vault.askAhead({ linkIds: [linkId] });
  return parts.database.transaction(async (tx) => {
    const found = await held(tx, parts, of);
    if (!found || found.row.leaseUntil.getTime() <= nowMs) return undefined;
    const { row, kept } = found;
    const purposes = (await purposesInForce(tx, [linkId], nowMs)).get(linkId);
    if (!purposes?.has(purposeOfKind[kind])) return undefined;
    if (how === 'call') {
      await tx.execute(sql`update bank_actions set called = true,
        unsaid = unsaid and state <> 'requested',
        state = case when state = 'requested' then 'sent' else state end
        where link_id = ${linkId} and action_id = ${actionId}`);
      if (row.state === 'requested') await parts.tell(tx, toldOf({ ...row, state: 'sent' }, kept), row.unsaid);
    }
    return kept.ask;
  });
}

async function settle(parts: ActionStoreParts, of: ActionClaim, settling: Settling, nowMs: number): Promise<boolean> {
  const { linkId, actionId, fence } = of;
  const now = new Date(nowMs);
  if (settling.as === 'open') {
    const nextAt = settling.nextAtMs === null ? null : new Date(settling.nextAtMs);
    const given = await parts.database.execute(sql`update bank_actions set lease_until = ${now}, next_at = ${nextAt}
      where link_id = ${linkId} and action_id = ${actionId} and fence = ${fence}
        and state in ('requested', 'sent', 'unknown')`);
    return given === 1;
  }
  await parts.vault.askAhead({ linkIds: [linkId] });
  return parts.database.transaction(async (tx) => {
    const found = await held(tx, parts, of);
    if (!found) return false;
    const { settled } = settling;
    const kept: Kept = { ask: keptOnceSettled(found.kept.ask), settled };
    const state = settled.result;
    await tx.execute(sql`update bank_actions set state = ${state}, lease_until = ${now}, next_at = null, settled_at = ${now}, tell_at = null, unsaid = false,
      sealed = ${found.sealer.sealState('bank_actions.ask', actionId, kept)}
      where link_id = ${linkId} and action_id = ${actionId}`);
    await parts.tell(tx, toldOf({ ...found.row, state }, kept), found.row.unsaid);
    return true;
  });
}

async function markUnknown(
  { database }: ActionStoreParts,
  nowMs: number,
  afterMs: number,
  most: number,
): Promise<readonly Pick<BankAction, 'actionId' | 'bankId'>[]> {
  const marked = await database.query<Pick<Row, 'actionId' | 'bankId' | 'requestedAt'>>(sql`
    with late as materialized (
      select link_id, action_id from bank_actions
      where state in ('requested', 'sent') and requested_at <= ${new Date(nowMs - afterMs)}
      order by requested_at, action_id limit ${most} for update skip locked)
    update bank_actions a set state = 'unknown', tell_at = ${new Date(nowMs)}
    from late where a.link_id = late.link_id and a.action_id = late.action_id
    returning a.action_id as "actionId", a.bank_id as "bankId", a.requested_at as "requestedAt"`);
  return marked
    .toSorted((a, b) => a.requestedAt.getTime() - b.requestedAt.getTime() || (a.actionId < b.actionId ? -1 : 1))
    .map(({ actionId, bankId }) => ({ actionId, bankId }));
}

async function untold({ database }: ActionStoreParts, nowMs: number, most: number): Promise<readonly LinkId[]> {
  const rows = await database.query<Pick<Row, 'linkId'>>(sql`
    select link_id as "linkId" from bank_actions where tell_at <= ${new Date(nowMs)}
    group by link_id order by min(tell_at), link_id limit ${most}`);
  return rows.map(({ linkId }) => linkId);
}

async function tellUnknown(
  { database, vault, tell }: ActionStoreParts,
  linkId: LinkId,
  nowMs: number,
  pauseMs: number,
): Promise<void> {
  // Put off before it is tried: whatever happens to this process or to the key, it is tried again, and not at once.
  const due = await database.execute(sql`update bank_actions set tell_at = ${new Date(nowMs + pauseMs)}
    where link_id = ${linkId} and tell_at <= ${new Date(nowMs)}`);
  if (due === 0) return;
  await vault.askAhead({ linkIds: [linkId] });
  await database.transaction(async (tx) => {
    const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
    if (!sealer) return;
    const rows = await tx.query<Row>({
      text: `select ${columns} from bank_actions where link_id = $1 and tell_at is not null
        order by requested_at, action_id for update`,
      values: [linkId],
    });
    for (const row of rows) {
      const kept = sealer.openState<Kept>('bank_actions.ask', row.actionId, row.sealed).use((value) => value);
      await tell(tx, toldOf(row, kept), row.unsaid);
    }
    await tx.execute(
      sql`update bank_actions set tell_at = null, unsaid = false where link_id = ${linkId} and tell_at is not null`,
    );
  });
}

function toldOf({ requestedAt, sealed: _sealed, ...row }: Row, { ask, settled }: Kept): BankAction {
  const { actionId, customerId, linkId, bankId, accountRef, messageId, state } = row;
  const of = { actionId, customerId, linkId, bankId, messageId, state, ask, requestedAtMs: requestedAt.getTime() };
  return { ...of, ...(accountRef && { accountRef }), ...(settled && { settled }) };
}
