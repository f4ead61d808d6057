import { TellerlineError, type ActionId } from '#base';
import type { ActionAnswer, BankCard } from '#contract';
import type { BankOrder, ControlsApi } from '#controls';
import { rightMs, type World } from '../simulator/world.ts';

/** How a bank and the way to it fail, each in so many of the calls. */
export interface Ills {
  /** The request never arrives; it arrives a minute or more later, when nobody waits for it. */
  readonly lost: number;
  readonly late: number;
  /** The answer never arrives. */
  readonly unheard: number;
  /** The bank fails before and after doing it. */
  readonly failsBefore: number;
  readonly failsAfter: number;
  /** It says that it is at it, and does it minutes later, or never. */
  readonly putsOff: number;
  readonly putsOffForEver: number;
  /** It refuses. */
  readonly refuses: number;
  /** It says that it did what it did not, answers for another request, or says that it never had one that it has. */
  readonly contradicts: number;
  readonly mixesUp: number;
  readonly denies: number;
}

/** Each ill in as many of the calls as `draw` says, in the order above. */
export const illsBy = (draw: () => number): Ills => ({
  lost: draw(),
  late: draw(),
  unheard: draw(),
  failsBefore: draw(),
  failsAfter: draw(),
  putsOff: draw(),
  putsOffForEver: draw(),
  refuses: draw(),
  contradicts: draw(),
  mixesUp: draw(),
  denies: draw(),
});

/** A card as the bank has it. */
interface Card {
  state: 'active' | 'frozen';
  askedAtMs: number;
}

/** After so long a caller stops waiting. */
const callMsMax = 8_000;

const failure = (code: string): TellerlineError => new TellerlineError(code, 503, 'The bank did not answer.');

/** A bank made up in memory, behind a network that loses, delays and repeats; what it does, it knows for sure. */
export class MadeBank {
  readonly cards = new Map<string, Card>();
  /** Requests that were carried out: only these may ever be called done. */
  readonly done = new Set<ActionId>();
  readonly answers = new Map<ActionId, ActionAnswer>();
  readonly #world: World;
  /** How far its clock is off. */
  readonly #offMs: number;
  ills: Ills;

  constructor(world: World, ills: Ills) {
    this.#world = world;
    this.ills = ills;
    this.#offMs = world.chance.between(-25_000, 25_000);
  }

  /** The bank as one process of the hub reaches it. */
  reached(): Pick<ControlsApi, 'perform' | 'outcome'> {
    return {
      perform: (_session, order) => this.#call(() => this.#perform(order)),
      outcome: (_session, order) => this.#call(() => this.#outcome(order.key)),
    };
  }

  #is(ill: keyof Ills, what: string): boolean {
    if (!this.#world.chance.in(this.ills[ill])) return false;
    this.#world.count(what);
    return true;
  }

  /** One call over the network: there, done, and back, unless something happens on the way. */
  #call<Answer>(work: () => Answer): Promise<Answer> {
    const { chance } = this.#world;
    return new Promise((resolve, reject) => {
      this.#world.after(callMsMax, () => reject(failure('bank_slow')));
      if (this.#is('lost', 'requests that were lost')) return;
      const isLate = this.#is('late', 'requests that came minutes late');
      this.#world.after(isLate ? chance.between(20_000, 900_000) : chance.between(5, 600), () => {
        let answer: Answer;
        try {
          answer = work();
        } catch (error) {
          reject(error);
          return;
        }
        if (this.#is('unheard', 'answers that were lost')) return;
        this.#world.after(chance.between(5, 600), () => resolve(answer));
      });
    });
  }

  #perform(order: BankOrder): ActionAnswer {
    const { key } = order;
    const known = this.answers.get(key);
    if (known) return this.#told(known);
    if (this.#is('failsBefore', 'failures before it was done')) throw failure('bank_unreachable');
    const answer = this.#answer(order);
    this.answers.set(key, answer);
    if (this.#is('failsAfter', 'failures after it was done')) throw failure('bank_unreachable');
    return this.#told(answer);
  }

  #answer(order: BankOrder): ActionAnswer {
    const { key, ask } = order;
    const at = new Date(rightMs(this.#world) + this.#offMs);
    if (at.getTime() > order.validUntilMs) return { key, result: 'refused', reason: 'too-late', at: at.toISOString() };
    if (this.#is('refuses', 'refusals')) return { key, result: 'refused', reason: 'call-bank', at: at.toISOString() };
    if (this.#is('putsOffForEver', 'requests that were put off for ever'))
      return { key, result: 'pending', at: at.toISOString() };
    if (this.#is('putsOff', 'requests that were put off')) {
      this.#world.after(this.#world.chance.between(1_000, 600_000), () => this.answers.set(key, this.#carryOut(order)));
      return { key, result: 'pending', at: at.toISOString() };
    }
    if (ask.kind === 'card') {
      const { state } = this.#card(ask.cardId);
      // A card that stands as wished already is no contradiction.
      const isOtherwise = (ask.action === 'freeze') !== (state === 'frozen');
      if (isOtherwise && this.#is('contradicts', 'answers that contradicted themselves'))
        return { key, result: 'confirmed', at: at.toISOString(), card: this.#shown(ask.cardId, state) };
    }
    return this.#carryOut(order);
  }

  #carryOut({ key, ask, requestedAtMs }: BankOrder): ActionAnswer {
    if (ask.kind !== 'card') throw new TypeError('this bank knows cards alone');
    const at = new Date(rightMs(this.#world) + this.#offMs).toISOString();
    const card = this.#card(ask.cardId);
    if (requestedAtMs < card.askedAtMs) return { key, result: 'refused', reason: 'superseded', at };
    card.askedAtMs = requestedAtMs;
    card.state = ask.action === 'freeze' ? 'frozen' : 'active';
    this.done.add(key);
    return { key, result: 'confirmed', at, card: this.#shown(ask.cardId, card.state) };
  }

  #outcome(key: ActionId): ActionAnswer | 'absent' {
    const known = this.answers.get(key);
    if (!known || this.#is('denies', 'requests that the bank denied having')) return 'absent';
    return this.#told(known);
  }

  /** Sometimes the answer to another request. */
  #told(answer: ActionAnswer): ActionAnswer {
    if (!this.#is('mixesUp', 'answers to another request')) return answer;
    return this.#world.chance.pick([...this.answers.values()]);
  }

  #card(cardId: string): Card {
    const card = this.cards.get(cardId) ?? { state: 'active', askedAtMs: 0 };
    this.cards.set(cardId, card);
    return card;
  }

  #shown(cardId: string, state: Card['state']): BankCard {
    return {
      cardId,
      accountId: 'account',
      last4: '2291',
      state,
      online: true,
      abroad: true,
      actions: ['freeze', 'unfreeze'],
    };
  }
}
