import { createPublicKey, type KeyObject } from 'node:crypto';
import { limits, type BankId, type Clock, type Log } from '#base';
import * as z from 'zod';
import type { EventKeySource } from './directory.ts';
import type { BankRef } from './fdx/connection.ts';
import { bankAnswerUnreadable, bankUnreachable } from './fdx/faults.ts';

const keySetSchema = z.object({ keys: z.array(z.unknown()).max(limits.eventKeysMax) });
const keySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  use: z.literal('sig').optional(),
});

interface Kept {
  readonly keys: readonly KeyObject[];
  readonly readAtMs: number;
}

/** The Ed25519 keys that a bank signs its events with; several while it changes from one to the next. */
export class EventKeys {
  readonly #source: (bank: BankId) => EventKeySource;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #kept = new Map<BankId, Kept>();
  readonly #readings = new Map<BankId, Promise<Kept>>();
  /** When each bank's keys were last asked for, whether that went well or not. */
  readonly #askedAtMs = new Map<BankId, number>();

  constructor(dependencies: {
    readonly source: (bank: BankId) => EventKeySource;
    readonly clock: Clock;
    readonly log: Log;
  }) {
    this.#source = dependencies.source;
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
  }

  /**
   * The bank's keys, at most 5 minutes old; up to an hour while the bank cannot be asked.
   *
   * @throws TellerlineError `bank_not_configured`, `bank_unreachable`, `bank_slow`, `bank_answer_unreadable`
   */
  async current(bank: BankId): Promise<readonly KeyObject[]> {
    const kept = this.#kept.get(bank);
    const age = kept ? this.#clock.monotonicMs() - kept.readAtMs : Infinity;
    if (kept && age < limits.eventKeysMinutesMax * 60_000) return kept.keys;
    // While the bank does not answer, it is not asked for every event.
    if (kept && age < limits.eventKeysStaleMinutesMax * 60_000 && !this.#mayAsk(bank)) return kept.keys;
    try {
      return (await this.#read(bank)).keys;
    } catch (error) {
      if (!kept || age >= limits.eventKeysStaleMinutesMax * 60_000) throw error;
      this.#log.warn({ bank, err: error }, 'event keys could not be read again; the last ones are used');
      return kept.keys;
    }
  }

  /**
   * Called when a signature did not verify: reads the keys again, at most once in 30 s.
   *
   * @returns the newest keys there are, which somebody else may have read a moment ago; undefined when none
   *   could be read: the signature stays refused
   */
  async refresh(bank: BankId): Promise<readonly KeyObject[] | undefined> {
    const underWay = this.#readings.has(bank);
    if (!underWay && !this.#mayAsk(bank)) return this.#kept.get(bank)?.keys;
    try {
      return (await this.#read(bank)).keys;
    } catch (error) {
      this.#log.warn({ bank, err: error }, 'event keys could not be read again');
      return undefined;
    }
  }

  #mayAsk(bank: BankId): boolean {
    const askedAtMs = this.#askedAtMs.get(bank);
    return askedAtMs === undefined || this.#clock.monotonicMs() - askedAtMs >= limits.eventKeysRereadSecondsMin * 1000;
  }

  /** Reads the keys; whoever asks while a reading is under way shares it. */
  #read(bank: BankId): Promise<Kept> {
    const underWay = this.#readings.get(bank);
    if (underWay) return underWay;
    const readAtMs = this.#clock.monotonicMs();
    this.#askedAtMs.set(bank, readAtMs);
    const reading = readKeys(this.#source, bank)
      .then((keys) => {
        const kept = { keys, readAtMs };
        this.#kept.set(bank, kept);
        return kept;
      })
      .finally(() => this.#readings.delete(bank));
    this.#readings.set(bank, reading);
    return reading;
  }
}

async function readKeys(sourceOf: (bank: BankId) => EventKeySource, bank: BankId): Promise<readonly KeyObject[]> {
  const source = sourceOf(bank);
  const text = source.from === 'setting' ? source.jwks : await fetchText(source);
  const keys = keysOf(source.bank, text);
  if (keys.length === 0) throw bankAnswerUnreadable(source.bank, 'keys', 'no Ed25519 key among them');
  return keys;
}

async function fetchText(source: EventKeySource & { from: 'address' }): Promise<string> {
  const response = await source.fetch(source.address, {
    method: 'GET',
    headers: { accept: 'application/jwk-set+json, application/json' },
  });
  if (response.status !== 200) throw bankUnreachable(source.bank, { status: response.status });
  return response.text();
}

/** Ed25519 verification keys of a JWKS; keys of other kinds and uses are passed over. */
function keysOf(bank: BankRef, text: string): KeyObject[] {
  if (text.length > limits.eventKeysCharactersMax) throw bankAnswerUnreadable(bank, 'keys', 'larger than any key set');
  const set = keySetSchema.safeParse(parseJson(text)).data;
  if (!set) throw bankAnswerUnreadable(bank, 'keys', 'not a key set');
  return set.keys.flatMap((value) => {
    const jwk = keySchema.safeParse(value).data;
    // Only public members are taken, whatever else the set holds.
    return jwk ? [createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' })] : [];
  });
}

/** Undefined when the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
