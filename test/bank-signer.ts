import { createPrivateKey, randomUUID, sign, type KeyObject, type webcrypto } from 'node:crypto';
import type { BatchAnswer, Problem } from '#contract';
import { sql, type Queryable } from '#db';

/** How a batch is sent, where it differs from how a bank does it. */
export interface Sending {
  readonly key?: KeyObject;
  readonly id?: string;
  /** Seconds since the epoch, as text. */
  readonly timestamp?: string;
  readonly bank?: string;
  /** Where it is sent; a batch of events unless said otherwise. */
  readonly path?: 'events' | 'notifications' | 'withdraw' | 'return';
  /** Signs this instead of what is sent. */
  readonly signedBody?: Buffer;
}

/** The hub that batches are sent to, and the database in which the sandbox keeps its banks. */
export interface SignedFor {
  readonly url: string;
  readonly db: { readonly database: Queryable };
}

/** Signs as one of the sandbox's banks does, with its own key, so that a test can send what a bank never would. */
export class BankSigner {
  readonly #hub: SignedFor;
  readonly #bank: string;
  readonly #key: KeyObject;

  private constructor(hub: SignedFor, bank: string, key: KeyObject) {
    this.#hub = hub;
    this.#bank = bank;
    this.#key = key;
  }

  static async of(hub: SignedFor, bank: string): Promise<BankSigner> {
    const [row] = await hub.db.database.query<{ jwk: webcrypto.JsonWebKey }>(sql`
      select private_jwk as jwk from sandbox.event_keys where bank_id = ${bank} order by created_at desc limit 1`);
    if (!row) throw new Error(`the bank ${bank} has no key`);
    return new BankSigner(hub, bank, createPrivateKey({ key: row.jwk, format: 'jwk' }));
  }

  /** The bank's own id of a customer's account. */
  async accountId(customer: string, kind: 'checking' | 'savings' | 'card'): Promise<string> {
    const [row] = await this.#hub.db.database.query<{ accountId: string }>(sql`
      select account_id as "accountId" from sandbox.accounts
      where bank_id = ${this.#bank} and customer_id = ${customer} and kind = ${kind}`);
    if (!row) throw new Error(`${customer} has no ${kind} account`);
    return row.accountId;
  }

  /** Sends a body, whatever it is. */
  async sendRaw(body: Buffer, sending: Sending = {}): Promise<{ status: number; body: BatchAnswer & Problem }> {
    const id = sending.id ?? `msg_${randomUUID()}`;
    const timestamp = sending.timestamp ?? String(Math.floor(Date.now() / 1000));
    const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), sending.signedBody ?? body]);
    const signature = sign(null, signed, sending.key ?? this.#key).toString('base64');
    const response = await fetch(
      `${this.#hub.url}/v1/banks/${sending.bank ?? this.#bank}/${sending.path ?? 'events'}`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1a,${signature}`,
        },
        body,
      },
    );
    return { status: response.status, body: (await response.json()) as BatchAnswer & Problem };
  }

  /** Orders the bank's withdrawal or its return. */
  order(order: 'withdraw' | 'return', bank: string, id?: string): Promise<{ status: number; body: unknown }> {
    return this.sendRaw(Buffer.from(JSON.stringify({ [order]: bank })), { path: order, ...(id && { id }) });
  }

  /** Sends a batch of events. */
  send(events: readonly unknown[], sending: Sending = {}): Promise<{ status: number; body: BatchAnswer & Problem }> {
    return this.sendRaw(Buffer.from(JSON.stringify({ events })), sending);
  }
}

/** A purchase as a bank tells it. */
export const purchaseOn = (accountId: string) => ({
  id: randomUUID(),
  type: 'transaction.authorized',
  occurredAt: new Date().toISOString(),
  accountId,
  transaction: {
    id: randomUUID(),
    status: 'authorized',
    amount: '5.00',
    currency: 'USD',
    direction: 'debit',
    localDate: new Date().toISOString().slice(0, 10),
    description: 'A purchase',
  },
});
