import { randomUUID, sign, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchAnswer, Problem } from '#contract';
import { bank } from './world.ts';

/** What one call of the bank's came to; `unknown`: no answer, so that nobody knows what became of it. */
export type Answered =
  | { readonly status: number; readonly body: BatchAnswer & Problem }
  | { readonly status: 'unknown'; readonly error: unknown };

/** A bank that sends until it is acknowledged. */
export class Sender {
  readonly #key: KeyObject;
  /** Where a try is sent; asked anew for each, so that it may go to another node. */
  readonly #url: () => string;
  /** Answers and cuts, by status: what the tries came to. */
  readonly tally = new Map<string, number>();
  /** Events of which the hub said that it has them already: what came of unknown outcomes. */
  duplicates = 0;
  /** Batches that were refused because the clocks of bank and hub do not agree. */
  tooOld = 0;
  /** The bank's clock, ms. */
  nowMs: () => number = Date.now;

  constructor(key: KeyObject, url: () => string) {
    this.#key = key;
    this.#url = url;
  }

  /** One try. */
  async send(events: readonly unknown[]): Promise<Answered> {
    const body = Buffer.from(JSON.stringify({ events }));
    const id = `msg_${randomUUID()}`;
    const timestamp = String(Math.floor(this.nowMs() / 1000));
    const signature = sign(null, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]), this.#key);
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1a,${signature.toString('base64')}`,
    };
    const answered = await this.#post(headers, body);
    this.tally.set(String(answered.status), (this.tally.get(String(answered.status)) ?? 0) + 1);
    return answered;
  }

  async #post(headers: Record<string, string>, body: Buffer): Promise<Answered> {
    try {
      const address = `${this.#url()}/v1/banks/${bank}/events`;
      // Longer than anything waits in the hub; a process that stands still is given up.
      const signal = AbortSignal.timeout(10_000);
      const response = await fetch(address, { method: 'POST', headers, body, signal });
      return { status: response.status, body: (await response.json()) as BatchAnswer & Problem };
    } catch (error) {
      return { status: 'unknown', error };
    }
  }

  /**
   * Sends the same events again until they are acknowledged.
   *
   * @throws Error when they are refused for good, or when nobody acknowledges them within two minutes
   */
  async deliver(events: readonly unknown[]): Promise<BatchAnswer> {
    const deadline = performance.now() + 120_000;
    for (;;) {
      const answered = await this.send(events);
      if (answered.status === 202) {
        this.duplicates += answered.body.duplicates;
        return answered.body;
      }
      const isTooOld = answered.status === 401 && answered.body.code === 'webhook_timestamp_stale';
      if (isTooOld) this.tooOld += 1;
      const again = answered.status === 'unknown' || answered.status >= 500 || isTooOld;
      if (!again) throw new Error(`a batch was refused: ${answered.status} ${JSON.stringify(answered.body)}`);
      if (performance.now() > deadline) throw new Error(`nobody takes a batch: ${JSON.stringify(answered)}`);
      await sleep(30);
    }
  }

  /** How many tries came to this. */
  count(status: number | 'unknown'): number {
    return this.tally.get(String(status)) ?? 0;
  }
}
