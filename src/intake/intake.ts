import type { KeyObject } from 'node:crypto';
import type { BankId } from '#base';
import { failPoint, isTellerlineError, TellerlineError } from '#base';
import type { BatchAnswer, WithdrawalView } from '#contract';
import type { Queryable, Transaction } from '#db';
import { forgetEarlyRefunds } from '#orders';
import type { SignedBy } from '#vault';
import { countIntake, forgetOldIntake, intakeCounts, type IntakeCount } from './counts.ts';
import { refuseContradictionsWithin } from './dedupe.ts';
import { answerOf } from './fate.ts';
import { createFetcher, type Fetcher } from './fetcher.ts';
import { parseNotification, takeNotification } from './notification.ts';
import { enterOrder, requireOrder } from './order.ts';
import { parseBatch, type ParsedEvent } from './parse.ts';
import type { IntakeParts } from './parts.ts';
import { thumbprintOf, verifyWebhook, type WebhookHeaders } from './signature.ts';
import { stopwatch } from './stopwatch.ts';
import { createStore } from './store.ts';
import { createOrderDoor, type OrderDoor } from './orders/door.ts';

/** Signed events from banks: verified, deduplicated, stored. */
export interface Intake {
  /**
   * Takes one signed batch; answers after COMMIT (promise P1).
   *
   * @throws TellerlineError `bank_unknown` 404, `bank_withdrawn` 409; those of `verifyWebhook` 401; BatchRefusal 413, 422, 409
   */
  bankBatch(bank: string, headers: WebhookHeaders, body: Buffer): Promise<BatchAnswer>;
  /**
   * Takes a bank's signed order to pull out, or to be let in again. An order that was carried out before
   * changes nothing, whoever sends it again.
   *
   * @throws TellerlineError those of `verifyWebhook` 401, `order_malformed` 422, `order_contradicts` 409, and
   *   those of `Withdrawals`
   */
  bankOrder(order: 'withdraw' | 'return', bank: string, headers: WebhookHeaders, body: Buffer): Promise<WithdrawalView>;
  /** Signed events from shops and carriers. */
  readonly orders: OrderDoor;
  /** What became of events, by sender and day, over the last `days`. */
  counts(db: Queryable, days: number): Promise<IntakeCount[]>;
  /**
   * Takes one signed FDX notification, which names what to fetch and carries nothing of it.
   *
   * @throws TellerlineError those of `bankBatch` for who it is, `notification_malformed` 422
   */
  bankNotification(bank: string, headers: WebhookHeaders, body: Buffer): Promise<void>;
  /** Fetches of banks that do not push; idle until `start`. */
  readonly fetcher: Fetcher;
  /** Forgets what has served its time. */
  tidy(): Promise<void>;
}

/** Makes intake over its parts. */
export function createIntake(parts: IntakeParts): Intake {
  const store = createStore(parts);
  const fetcher = createFetcher(parts);
  return {
    bankBatch: async (bank, headers, body) => {
      const bankId = bank as BankId;
      const { meter } = parts;
      const timed = stopwatch(parts);
      const signed = await verifyBank(parts, bankId, headers, body);
      timed('verify');
      failPoint('event verified');
      const events = parseBatch(body, parts.clock.nowMs()).map((one) => ({ ...one, signed }));
      timed('parse');
      failPoint('event parsed');
      try {
        refuseContradictionsWithin(events);
        const answer = answerOf(await store(bankId, events));
        timed('store');
        failPoint('event committed');
        countBatch(parts, events, answer);
        if (answer.dropped > 0)
          parts.log.warn(
            { bank, dropped: answer.dropped, alarm: 'events_dropped' },
            'events that nobody linked or allowed were dropped',
          );
        return answer;
      } catch (error) {
        meter.events('bank', 'refused', events.length);
        if (isTellerlineError(error, 'event_contradicts')) await raise(parts, bankId);
        throw error;
      }
    },
    bankOrder: async (order, bank, headers, body) => {
      const bankId = bank as BankId;
      await verifyBank(parts, bankId, headers, body);
      requireOrder(order, bank, body);
      const isNew = (tx: Transaction): Promise<boolean> =>
        enterOrder(tx, bankId, { id: headers.id ?? '', body }, parts.clock.nowMs());
      const { withdrawals } = parts.linking;
      return order === 'withdraw'
        ? withdrawals.withdraw(bankId, 'bank', isNew)
        : withdrawals.giveBack(bankId, 'bank', isNew);
    },
    bankNotification: async (bank, headers, body) => {
      const bankId = bank as BankId;
      await verifyBank(parts, bankId, headers, body);
      await takeNotification(parts, bankId, parseNotification(body));
      fetcher.look();
    },
    orders: createOrderDoor(parts),
    fetcher,
    counts: intakeCounts,
    tidy: async () => {
      await forgetOldIntake(parts.database, parts.clock.nowMs());
      await forgetEarlyRefunds(parts.database, parts.clock.nowMs());
    },
  };
}

/** Counts what became of a batch, and how long after the bank's own word its first event is committed. */
function countBatch({ clock, meter }: IntakeParts, events: readonly ParsedEvent[], answer: BatchAnswer): void {
  meter.events('bank', 'accepted', answer.accepted);
  meter.events('bank', 'duplicate', answer.duplicates);
  meter.events('bank', 'dropped', answer.dropped);
  // What came before, or goes nowhere, says nothing of how long the way takes.
  const [first] = answer.accepted === events.length ? events : [];
  if (first) meter.reached('bank', 'commit', clock.nowMs() - Date.parse(first.event.occurredAt));
}

/** Verifies by the keys at hand; when none fits they are read anew once, for the sender may have rotated. */
async function verifyBank(
  parts: IntakeParts,
  bankId: BankId,
  headers: WebhookHeaders,
  body: Buffer,
): Promise<SignedBy> {
  const keys = await parts.eventKeys(bankId, false);
  if (!keys) throw new TellerlineError('bank_unknown', 404, 'There is no such bank here.');
  const nowMs = parts.clock.nowMs();
  const by = (key: KeyObject): SignedBy => ({
    key: thumbprintOf(key),
    webhook: headers.id ?? '',
    at: new Date(nowMs).toISOString(),
  });
  try {
    return by(verifyWebhook(headers, body, keys, nowMs));
  } catch (error) {
    if (!isTellerlineError(error, 'webhook_signature_invalid')) throw error;
    const anew = await parts.eventKeys(bankId, true);
    // The same keys would say the same.
    if (!anew || anew.every((key) => keys.some((known) => known.equals(key)))) throw error;
    return by(verifyWebhook(headers, body, anew, nowMs));
  }
}

/** An alarm for the operator: in the log, and counted on the staff's page. */
async function raise(parts: IntakeParts, bankId: BankId): Promise<void> {
  parts.log.error({ bank: bankId, alarm: 'event_contradicts' }, 'a bank contradicted an event that was acknowledged');
  await parts.database.transaction((tx) => countIntake(tx, bankId, { contradicted: 1 }, parts.clock.nowMs()));
}
