import { setTimeout as sleep } from 'node:timers/promises';
import { isTellerlineError, type CustomerId } from '#base';
import type { LogExport, LogRecord } from '#proof';
import type { LedgerPage } from '#vault';
import type { HttpParts } from './parts.ts';

/** A checkpoint covers an entry within a second: whoever asks at once is not sent away. */
const waitsMax = 10;
const waitMs = 200;

/** A receipt, as soon as a checkpoint covers it. @throws TellerlineError those of `Ledger.receipt` */
export async function coveredReceipt({ vault }: HttpParts, id: string): Promise<LogExport> {
  for (let waited = 0; ; waited += 1) {
    try {
      return await vault.ledger.receipt(id);
    } catch (error) {
      if (!isTellerlineError(error, 'receipt_waiting') || waited >= waitsMax) throw error;
    }
    await sleep(waitMs);
  }
}

/**
 * A customer's whole ledger, as soon as a checkpoint covers its newest entry. Where entries come without pause,
 * or the log is at a stop, what is not covered by then is answered as waiting.
 *
 * @throws TellerlineError `log_not_ready`
 */
export async function coveredLedger({ vault }: HttpParts, customerId: CustomerId): Promise<LedgerPage> {
  for (let waited = 0; ; waited += 1) {
    const last = waited >= waitsMax;
    try {
      const { waiting } = await vault.ledger.page(customerId, { limit: 1 });
      if (waiting.length === 0 || last) return await vault.ledger.page(customerId, {});
    } catch (error) {
      if (!isTellerlineError(error, 'log_not_ready') || last) throw error;
    }
    await sleep(waitMs);
  }
}

/**
 * Entries of a span of time, as soon as a checkpoint covers them; what is not covered by then is answered as waiting.
 *
 * @throws TellerlineError `log_not_ready`
 */
export async function coveredEntries(
  { vault }: HttpParts,
  customerId: CustomerId,
  span: { readonly from: Date; readonly to: Date },
  isAsked: (record: LogRecord) => boolean,
): Promise<Omit<LedgerPage, 'next'>> {
  for (let waited = 0; ; waited += 1) {
    const last = waited >= waitsMax;
    try {
      const found = await vault.ledger.between(customerId, span, isAsked);
      if (found.waiting.length === 0 || last) return found;
    } catch (error) {
      if (!isTellerlineError(error, 'log_not_ready') || last) throw error;
    }
    await sleep(waitMs);
  }
}
