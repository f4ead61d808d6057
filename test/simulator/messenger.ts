import type { DeliveryId, IdentityId, MessageId } from '#base';
import type { Outcome, Sender } from '#delivery';
import type { Life } from './database.ts';
import type { World } from './world.ts';

/** A call that the messenger took: it stands in a person's chat there. */
export interface Taken {
  readonly identityId: IdentityId;
  readonly messageId: MessageId;
  readonly revision: number;
  readonly reference: DeliveryId;
}

type Dispatch = Parameters<Sender['send']>[0];

/** A messenger that fails in every way, and remembers what it took. */
export class SimulatedMessenger {
  readonly taken: Taken[] = [];
  /** How often an attempt at a delivery ended without a word. */
  readonly unknown = new Map<DeliveryId, number>();
  /** From now on everything is taken. */
  isWell = false;
  /** Says by itself what it took: an echo. */
  echo: (reference: DeliveryId, platformId: string, revision: number) => void = () => undefined;
  readonly #world: World;
  readonly #calls = new Map<Life, readonly { readonly reference: DeliveryId; readonly atMs: number }[]>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The messenger as one process calls it. */
  senderOf(life: Life): Sender {
    return {
      channel: 'simulated',
      removes: true,
      concurrencyMax: 8,
      timeoutMs: 5_000,
      settleMs: 10_000,
      send: (dispatch, signal) => {
        const calls = this.#calls.get(life) ?? [];
        this.#calls.set(life, [...calls, { reference: dispatch.reference, atMs: this.#world.ms }]);
        return this.#send(dispatch, signal);
      },
    };
  }

  /** A process died or was stopped: of what it had called of late, it may not have said what came of it. */
  lost(life: Life): void {
    for (const { reference, atMs } of this.#calls.get(life) ?? [])
      if (atMs > this.#world.ms - 30_000) this.#unknown(reference);
  }

  #unknown(reference: DeliveryId): void {
    this.unknown.set(reference, (this.unknown.get(reference) ?? 0) + 1);
  }

  async #send(dispatch: Dispatch, signal: AbortSignal): Promise<Outcome> {
    const { chance } = this.#world;
    await this.#world.pause(chance.between(5, 80));
    const lot = this.isWell ? 1 : chance.next();
    if (lot < 0.05)
      return { outcome: 'later', code: '429', afterMs: chance.between(200, 3_000), whole: chance.in(0.3) };
    if (lot < 0.08) return { outcome: 'later', code: '500' };
    if (lot < 0.16) {
      // It may have been taken: a reset, or no answer at all.
      this.#unknown(dispatch.reference);
      this.#world.count('calls whose outcome nobody knew');
      if (chance.in(0.5)) this.#take(dispatch, chance.in(0.6));
      if (chance.in(0.5)) throw new Error('ECONNRESET');
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    }
    return { outcome: 'sent', platformId: this.#take(dispatch, false) };
  }

  #take({ identityId, reference, message, entry }: Dispatch, echoes: boolean): string {
    const platformId = `p${this.taken.length}`;
    const revision = message?.revision ?? 0;
    if (entry !== 'removal' && message)
      this.taken.push({ identityId, messageId: message.id as MessageId, revision, reference });
    this.#world.count('calls that the messenger took');
    if (echoes)
      this.#world.after(this.#world.chance.between(50, 8_000), () => this.echo(reference, platformId, revision));
    return platformId;
  }
}
