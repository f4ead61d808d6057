import { sign, type KeyObject } from 'node:crypto';
import { isTellerlineError } from '#base';
import type { HubNode } from './node.ts';
import { rightMs, type World } from './world.ts';

/** An event as the bank keeps it until the hub has taken it. */
export interface Told {
  readonly id: string;
  readonly accountId: string;
  readonly purchase: string;
  readonly stage: number;
  readonly body: object;
  sentAt: number | undefined;
  acknowledgedAt: number | undefined;
}

/** Statuses after which a bank sends again. */
const again = new Set([401, 429, 500, 503]);

/** The bank: keeps every batch until it is answered with 2xx, over a network that loses, doubles and delays. */
export class Bank {
  readonly told: Told[] = [];
  readonly wrong: string[] = [];
  /** From now on the network is well. */
  isWell = false;
  readonly #world: World;
  readonly #nodes: readonly HubNode[];
  readonly #key: KeyObject;
  #open = 0;

  constructor(world: World, nodes: readonly HubNode[], key: KeyObject) {
    this.#world = world;
    this.#nodes = nodes;
    this.#key = key;
  }

  /** Batches that no answer has settled yet. */
  get open(): number {
    return this.#open;
  }

  /** Sends a batch until it is taken. */
  async deliver(batch: readonly Told[]): Promise<void> {
    const { chance } = this.#world;
    const body = Buffer.from(JSON.stringify({ events: batch.map((one) => one.body) }));
    this.#open += 1;
    for (const one of batch) one.sentAt ??= this.#world.ms;
    for (let attempt = 1; ; attempt += 1) {
      const status = await this.#post(body, batch.length);
      if (status === 202) break;
      if (status !== undefined && !again.has(status)) {
        this.wrong.push(`a batch was refused with ${status}`);
        break;
      }
      this.#world.count('batches sent again');
      await this.#world.pause(chance.between(50, Math.min(8_000, 200 * 2 ** attempt)));
    }
    for (const one of batch) one.acknowledgedAt ??= this.#world.ms;
    this.#open -= 1;
  }

  /** One request; undefined when no answer came. */
  async #post(body: Buffer, size: number): Promise<number | undefined> {
    const { chance } = this.#world;
    await this.#world.pause(chance.between(1, 40));
    const node = chance.pick(this.#nodes);
    const lot = this.isWell ? 1 : chance.next();
    if (lot < 0.05 || !node.life.alive) return undefined;
    const answer = this.#arrive(node, body, size);
    if (lot < 0.1) {
      // The network brings it once more, to another.
      this.#world.count('requests that came twice');
      this.#world.after(chance.between(1, 5_000), () => {
        const other = chance.pick(this.#nodes);
        if (other.life.alive) void this.#arrive(other, body, size);
      });
    }
    const timeout = this.#world.pause(10_000).then(() => undefined);
    const status = await Promise.race([answer, timeout]);
    await this.#world.pause(chance.between(1, 40));
    return lot > 0.1 && lot < 0.15 ? undefined : status;
  }

  async #arrive(node: HubNode, body: Buffer, size: number): Promise<number> {
    const id = `msg_${this.#world.chance.bytes(8).toString('hex')}`;
    const timestamp = String(Math.floor(rightMs(this.#world) / 1000));
    const signature = sign(null, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]), this.#key).toString(
      'base64',
    );
    try {
      const answer = await node.intake.bankBatch('citi', { id, timestamp, signature: `v1a,${signature}` }, body);
      if (answer.accepted + answer.duplicates !== size) this.wrong.push(`P1: ${JSON.stringify(answer)} of ${size}`);
      this.#world.count('events taken', answer.accepted);
      return 202;
    } catch (error) {
      return isTellerlineError(error) ? error.status : 503;
    }
  }
}
