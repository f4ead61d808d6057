import { hash } from 'node:crypto';
import { canonicalJson, isDeeperThan, limits, TellerlineError } from '#base';
import type * as z from 'zod';
import { batchSchema, bankEventSchema, type Balance, type BankEvent } from '#contract';
import type { SignedBy } from '#vault';

/** An event of a batch with the hash of its content, by which a resend is told from a contradiction. */
export interface ParsedEvent<Event extends { readonly id: string } = BankEvent> {
  readonly index: number;
  readonly event: Event;
  /** SHA-256 over the RFC 8785 form of the event as it was sent. */
  readonly contentHash: Buffer;
  /** By which signature it came; absent of what was fetched. */
  readonly signed?: SignedBy;
}

/** A refusal that names where in the batch it lies. */
export class BatchRefusal extends TellerlineError {
  readonly index: number | undefined;
  readonly field: string | undefined;

  constructor(code: string, status: number, message: string, place: { index?: number; field?: string } = {}) {
    super(code, status, message, { ...place });
    this.index = place.index;
    this.field = place.field;
  }
}

/**
 * Reads a verified batch. One malformed event refuses all of it, naming index and field.
 *
 * @throws BatchRefusal `batch_malformed` 422, `batch_too_large` 413, `event_malformed` 422
 */
export function parseBatch(body: Buffer, nowMs: number): ParsedEvent[] {
  return parseEvents(body, nowMs, bankEventSchema);
}

/** The same of any sender, whose events have this form. */
export function parseEvents<Event extends { readonly id: string; readonly occurredAt: string }>(
  body: Buffer,
  nowMs: number,
  schema: z.ZodType<Event>,
): ParsedEvent<Event>[] {
  const batch = batchSchema.safeParse(parseJson(body));
  if (!batch.success) {
    throw new BatchRefusal('batch_malformed', 422, 'The body is {"events": […]} with at least one event.', {
      field: 'events',
    });
  }
  const { events } = batch.data;
  if (events.length > limits.eventsPerBatchMax) {
    throw new BatchRefusal('batch_too_large', 413, `A batch holds at most ${limits.eventsPerBatchMax} events.`);
  }
  return events.map((sent, index) => {
    const parsed = schema.safeParse(sent);
    if (!parsed.success) throw malformed(index, parsed.error.issues[0]);
    requirePossibleTime(index, 'occurredAt', parsed.data.occurredAt, nowMs);
    // A balance of a time to come would silence all that are true until then.
    const balance = balanceOf(parsed.data);
    if (balance) requirePossibleTime(index, 'balance.asOf', balance.asOf, nowMs);
    return { index, event: parsed.data, contentHash: hashOf(index, sent) };
  });
}

const balanceOf = (event: object): Balance | undefined => ('balance' in event ? (event.balance as Balance) : undefined);

/** @throws BatchRefusal for what has no canonical form: a number that JSON cannot write, half a character */
function hashOf(index: number, sent: unknown): Buffer {
  try {
    return hash('sha256', canonicalJson(sent), 'buffer');
  } catch {
    throw malformed(index, { path: [], message: 'it has no canonical form (RFC 8785)' });
  }
}

/** Refuses an event of a time in which it cannot have happened. */
function requirePossibleTime(index: number, field: string, time: string, nowMs: number): void {
  const at = Date.parse(time);
  if (at >= limits.eventsSinceMs && at <= nowMs + limits.eventAheadMsMax) return;
  throw malformed(index, { path: field.split('.'), message: 'a time in which this cannot have happened' });
}

function parseJson(body: Buffer): unknown {
  if (isDeeperThan(body, limits.eventDepthMax))
    throw new BatchRefusal('batch_malformed', 422, `The body is nested deeper than ${limits.eventDepthMax}.`);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new BatchRefusal('batch_malformed', 422, 'The body is not JSON in UTF-8.');
  }
}

/** Says which field is wrong and what was expected; never what was sent. */
function malformed(index: number, issue: { path: PropertyKey[]; message: string } | undefined): BatchRefusal {
  const field = ['events', index, ...(issue?.path ?? [])].join('.');
  return new BatchRefusal('event_malformed', 422, `Event ${index}: ${issue?.message ?? 'not understood'}.`, {
    index,
    field,
  });
}
