import { setTimeout as sleep } from 'node:timers/promises';
import { newId, type Branded } from '#base';
import { sql } from '#db';
import { now, type SandboxContext } from './context.ts';
import { signBatch } from './event-keys.ts';

/** Events of one delivery: one signature for many, and still quick to take. */
const EVENTS_PER_BATCH_MAX = 500;
/** Waits between attempts: doubled from the first to the last. */
const BACKOFF_MS = { first: 250, last: 30_000 };
/** A receiver that refuses the body itself is asked this often; then the delivery is laid aside as failed. */
const REFUSALS_MAX = 5;
const refusingStatuses = new Set([400, 409, 410, 413, 422]);
const ANSWER_MS_MAX = 15_000;

/** Sends waiting events to their subscribers. */
export interface EventDelivery {
  /** Something waits for this callback: sends it now, not at the next look. */
  nudge(bankId: string, callbackUrl: string): void;
  /** Takes up what an earlier process left. */
  recover(): Promise<void>;
  /** Ends after the attempts under way. */
  close(): Promise<void>;
}

interface Lane {
  readonly bankId: string;
  readonly callbackUrl: string;
  /** Something was added since the lane last looked. */
  stirred: boolean;
  /** Whether a delivery may stand in the database that this process did not finish: after a start or a stumble. */
  mayHoldOlder: boolean;
  running: Promise<void> | undefined;
}

/**
 * One lane for each bank and callback: one delivery at a time, oldest first, each tried again until it is
 * taken, so the order of an account's events is the order in which they were booked.
 */
export function startEventDelivery(context: SandboxContext): EventDelivery {
  const lanes = new Map<string, Lane>();
  const closing = new AbortController();

  const run = async (lane: Lane): Promise<void> => {
    while (lane.stirred && !closing.signal.aborted) {
      lane.stirred = false;
      try {
        await emptyLane(context, lane, closing.signal);
      } catch (error) {
        if (closing.signal.aborted) return;
        context.log.error({ err: error, bank: lane.bankId }, 'event delivery stumbled and goes on');
        lane.stirred = true;
        lane.mayHoldOlder = true;
        await sleep(BACKOFF_MS.first, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };

  const nudge = (bankId: string, callbackUrl: string): void => {
    const key = `${bankId} ${callbackUrl}`;
    const lane = lanes.get(key) ?? { bankId, callbackUrl, stirred: false, mayHoldOlder: true, running: undefined };
    lanes.set(key, lane);
    lane.stirred = true;
    lane.running ??= run(lane).finally(() => {
      lane.running = undefined;
      if (lane.stirred && !closing.signal.aborted) nudge(bankId, callbackUrl);
    });
  };

  return {
    nudge,
    recover: async () => {
      const left = await context.database.query<{ bank_id: string; callback_url: string }>(sql`
        select bank_id, callback_url from sandbox.deliveries where state = 'queued'
        union select bank_id, callback_url from sandbox.events_waiting`);
      for (const { bank_id, callback_url } of left) nudge(bank_id, callback_url);
    },
    close: async () => {
      closing.abort();
      for (const lane of lanes.values()) await lane.running;
    },
  };
}

interface Delivery {
  delivery_id: string;
  body: string;
  attempts: number;
}

async function emptyLane(context: SandboxContext, lane: Lane, closing: AbortSignal): Promise<void> {
  for (;;) {
    if (closing.aborted) return;
    const older = lane.mayHoldOlder ? await oldestQueued(context, lane) : undefined;
    if (!older) lane.mayHoldOlder = false;
    const delivery = older ?? (await fillDelivery(context, lane));
    if (!delivery) return;
    await deliver(context, lane, delivery, closing);
  }
}

async function oldestQueued(context: SandboxContext, lane: Lane): Promise<Delivery | undefined> {
  const [queued] = await context.database.query<Delivery>(sql`
    select delivery_id, body, attempts from sandbox.deliveries
    where bank_id = ${lane.bankId} and callback_url = ${lane.callbackUrl} and state = 'queued'
    order by seq limit 1`);
  return queued;
}

/** Takes waiting events out of the outbox and writes the body that will be signed, once. */
async function fillDelivery(context: SandboxContext, lane: Lane): Promise<Delivery | undefined> {
  const { bankId, callbackUrl } = lane;
  // FDX sends notifications one by one.
  const isThin = callbackUrl.endsWith('/notifications');
  return context.database.transaction(async (tx) => {
    const taken = await tx.query<{ seq: bigint; event: unknown }>(sql`
      delete from sandbox.events_waiting where seq in (
        select seq from sandbox.events_waiting where bank_id = ${bankId} and callback_url = ${callbackUrl}
        order by seq limit ${isThin ? 1 : EVENTS_PER_BATCH_MAX})
      returning seq, event`);
    if (taken.length === 0) return undefined;
    const events = taken.toSorted((one, other) => (one.seq < other.seq ? -1 : 1)).map((row) => row.event);
    const delivery: Delivery = {
      delivery_id: `msg_${newId<Branded<'DeliveryId'>>()}`,
      body: JSON.stringify(isThin ? events[0] : { events }),
      attempts: 0,
    };
    await tx.execute(sql`
      insert into sandbox.deliveries (delivery_id, bank_id, callback_url, event_count, body, state, created_at)
      values (${delivery.delivery_id}, ${bankId}, ${callbackUrl}, ${events.length}, ${delivery.body}, 'queued', ${now(context)})`);
    return delivery;
  });
}

async function deliver(context: SandboxContext, lane: Lane, delivery: Delivery, closing: AbortSignal): Promise<void> {
  let refusals = 0;
  for (let attempt = delivery.attempts + 1; ; attempt += 1) {
    const answer = await post(context, lane, delivery, closing);
    if (closing.aborted && answer.status === undefined) return;
    const taken = answer.status !== undefined && answer.status >= 200 && answer.status < 300;
    if (answer.status !== undefined && refusingStatuses.has(answer.status)) refusals += 1;
    const state = taken ? 'sent' : refusals >= REFUSALS_MAX ? 'failed' : 'queued';
    const at = now(context);
    await context.database.execute(sql`
      update sandbox.deliveries
      set state = ${state}, attempts = ${attempt}, answer_status = ${answer.status ?? null}, answer = ${answer.text},
        tried_at = ${at}, sent_at = ${taken ? at : null}, body = case when ${taken} then null else body end
      where delivery_id = ${delivery.delivery_id}`);
    if (state !== 'queued') return;
    const wait = Math.min(BACKOFF_MS.first * 2 ** (attempt - 1), BACKOFF_MS.last);
    await sleep(wait, undefined, { signal: closing }).catch(() => undefined);
    if (closing.aborted) return;
  }
}

/** One attempt. The answer's text is kept to be shown on the trial page: counts, or a refusal's code. */
async function post(
  context: SandboxContext,
  lane: Lane,
  delivery: Delivery,
  closing: AbortSignal,
): Promise<{ status?: number; text: string }> {
  try {
    const response = await fetch(lane.callbackUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(await signBatch(context, lane.bankId, delivery.delivery_id, delivery.body)),
      },
      body: delivery.body,
      redirect: 'error',
      signal: AbortSignal.any([closing, AbortSignal.timeout(ANSWER_MS_MAX)]),
    });
    return { status: response.status, text: (await response.text()).slice(0, 300) };
  } catch (error) {
    context.log.debug({ err: error, bank: lane.bankId }, 'the receiver of events was not reached');
    return { text: 'not reached' };
  }
}
