import type { BankId } from '#base';
import { failPoint, isTellerlineError, TellerlineError } from '#base';
import type { BatchAnswer, WithdrawalView } from '#contract';
import type { Queryable, Transaction } from '#db';
import { countIntake, forgetOldIntake, intakeCounts, type IntakeCount } from './counts.ts';
import { refuseContradictionsWithin } from './dedupe.ts';
import { answerOf } from './fate.ts';
import { enterOrder, requireOrder } from './order.ts';
import { parseBatch } from './parse.ts';
import type { IntakeParts } from './parts.ts';
import { verifyWebhook, type WebhookHeaders } from './signature.ts';
import { createStore } from './store.ts';

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
  /** What became of events, by sender and day, over the last `days`. */
  counts(db: Queryable, days: number): Promise<IntakeCount[]>;
  /** Forgets what has served its time. */
  tidy(): Promise<void>;
}

/** Makes intake over its parts. */
export function createIntake(parts: IntakeParts): Intake {
  const store = createStore(parts);
  return {
    bankBatch: async (bank, headers, body) => {
      const bankId = bank as BankId;
      await verifyBank(parts, bankId, headers, body);
      failPoint('event verified');
      const events = parseBatch(body, parts.clock.nowMs());
      failPoint('event parsed');
      try {
        refuseContradictionsWithin(events);
        const answer = answerOf(await store(bankId, events));
        failPoint('event committed');
        if (answer.dropped > 0)
          parts.log.warn(
            { bank, dropped: answer.dropped, alarm: 'events_dropped' },
            'events that nobody linked or allowed were dropped',
          );
        return answer;
      } catch (error) {
        if (isTellerlineError(error, 'event_contradicts')) await raise(parts, bankId, error.code);
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
    counts: intakeCounts,
    tidy: () => forgetOldIntake(parts.database, parts.clock.nowMs()),
  };
}

/** Verifies by the keys at hand; when none fits they are read anew once, for the sender may have rotated. */
async function verifyBank(parts: IntakeParts, bankId: BankId, headers: WebhookHeaders, body: Buffer): Promise<void> {
  const keys = await parts.eventKeys(bankId, false);
  if (!keys) throw new TellerlineError('bank_unknown', 404, 'There is no such bank here.');
  try {
    verifyWebhook(headers, body, keys, parts.clock.nowMs());
  } catch (error) {
    if (!isTellerlineError(error, 'webhook_signature_invalid')) throw error;
    const anew = await parts.eventKeys(bankId, true);
    // The same keys would say the same.
    if (!anew || anew.every((key) => keys.some((known) => known.equals(key)))) throw error;
    verifyWebhook(headers, body, anew, parts.clock.nowMs());
  }
}

/** An alarm for the operator: in the log, and counted on the staff's page. */
async function raise(parts: IntakeParts, bankId: BankId, alarm: string): Promise<void> {
  parts.log.error({ bank: bankId, alarm }, 'a bank contradicted an event that was acknowledged');
  await parts.database.transaction((tx) => countIntake(tx, bankId, { contradicted: 1 }, parts.clock.nowMs()));
}
