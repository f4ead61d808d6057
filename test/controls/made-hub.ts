import { createLog, limits, type Clock } from '#base';
import type { ControlsApi } from '#controls';
import type { BankSession } from '#linking';
import type { ActionClaim, ActionStore } from '../../src/controls/action-store.ts';
import { carryOut } from '../../src/controls/carry-out.ts';
import { NodeClock, type World } from '../simulator/world.ts';

const log = createLog('silent');
/** Nothing of a session is asked for by a bank that is made up. */
const session: BankSession = {
  bank: 'made' as BankSession['bank'],
  grantId: 'grant',
  actor: 'USER',
  tokens: () => ({ accessToken: 'none', accessExpiresAtMs: 0, dpopKey: {} }),
  save: async () => undefined,
};

/**
 * One process of a hub: the machine's own code over a store that it shares with the others. It can be killed, which
 * leaves whatever it was at where it is, and paused, after which it goes on with what it knew.
 */
export class MadeProcess {
  isAlive = true;
  readonly clock: NodeClock;
  readonly #world: World;
  readonly #store: ActionStore<undefined>;
  readonly #banks: Pick<ControlsApi, 'perform' | 'outcome'>;
  #pausedUntilMs = 0;
  /** From then on nothing new comes, and it looks rarely. */
  readonly #roundsUntilMs: number;

  constructor(
    world: World,
    store: ActionStore<undefined>,
    banks: Pick<ControlsApi, 'perform' | 'outcome'>,
    roundsUntilMs: number,
  ) {
    this.#roundsUntilMs = roundsUntilMs;
    this.#world = world;
    this.clock = new NodeClock(world);
    this.clock.offMs = world.chance.between(-8_000, 8_000);
    this.#store = store;
    this.#banks = banks;
    this.#later(world.chance.between(1, 400));
  }

  pause(forMs: number): void {
    this.#pausedUntilMs = this.#world.ms + forMs;
  }

  #later(ms: number): void {
    this.#world.after(ms, () => void this.#look());
  }

  async #look(): Promise<void> {
    if (!this.isAlive) return;
    const store = this.#guarded();
    try {
      await store.markUnknown(this.clock.nowMs(), limits.bankActionUnknownMs, 100);
      for (const linkId of await store.untold(this.clock.nowMs(), 100))
        await store.tellUnknown(linkId, this.clock.nowMs(), limits.bankActionTellPauseMs);
      const claims = await store.claim(this.clock.nowMs(), limits.bankActionsAtOnceMax, limits.bankActionLeaseMs);
      for (const claim of claims) void this.#carry(store, claim);
    } catch {
      this.#world.count('looks that failed at the database');
    }
    // As the real one: at the next time that something is due, and every now and then besides.
    const next = (await this.#store.nextAtMs(limits.bankActionUnknownMs)) ?? Infinity;
    const untilMs = next - this.clock.nowMs();
    const roundMs = untilMs < 60_000 || this.#world.ms < this.#roundsUntilMs ? 10_000 : 3_600_000;
    this.#later(Math.max(this.#world.chance.between(50, 200), Math.min(untilMs, roundMs)));
  }

  #carry(store: ActionStore<undefined>, claim: ActionClaim): Promise<void> {
    const clock: Clock = this.clock;
    const banks = this.#banks;
    const parts = {
      store,
      banks,
      clock,
      log,
      atBank: async <Result>(_of: unknown, work: (of: BankSession) => Promise<Result>) => this.#pass(work(session)),
    };
    return carryOut(parts, claim).catch(() => this.#world.count('steps that the database cut off'));
  }

  /** The database as this process reaches it: slow, cut off before COMMIT, or after it. */
  #guarded(): ActionStore<undefined> {
    const { chance } = this.#world;
    const call = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
      await this.#pass(this.#world.pause(chance.between(1, 20)));
      if (chance.in(0.01)) throw new Error('the database is gone');
      const answer = await work();
      await this.#pass(this.#world.pause(chance.between(1, 20)));
      if (chance.in(0.01)) {
        this.#world.count('outcomes of COMMIT that nobody knew');
        throw new Error('the connection is gone');
      }
      return answer;
    };
    const store = this.#store;
    return {
      put: (...what) => store.put(...what),
      claim: (...what) => call(() => store.claim(...what)),
      begin: (...what) => call(() => store.begin(...what)),
      settle: (...what) => call(() => store.settle(...what)),
      markUnknown: (...what) => call(() => store.markUnknown(...what)),
      untold: (...what) => call(() => store.untold(...what)),
      tellUnknown: (...what) => call(() => store.tellUnknown(...what)),
      nextAtMs: (...what) => store.nextAtMs(...what),
    };
  }

  /** Goes on when this process does: never when it was killed, later when it is paused. */
  async #pass<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const given = await answer.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    while (this.isAlive && this.#pausedUntilMs > this.#world.ms)
      await this.#world.pause(this.#pausedUntilMs - this.#world.ms);
    if (!this.isAlive) return new Promise(() => undefined);
    if ('error' in given) throw given.error;
    return given.value;
  }
}
