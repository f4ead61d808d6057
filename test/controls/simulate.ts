import type { ActionId, BankId, CardRef, CustomerId, LinkId, MessageId } from '#base';
import type { CardAction } from '#contract';
import type { BankAction } from '#controls';
import { MemoryActionStore } from '../../src/controls/memory-store.ts';
import { rightMs, World } from '../simulator/world.ts';
import { illsBy, MadeBank } from './made-bank.ts';
import { MadeProcess } from './made-hub.ts';

/** What a run showed. */
export interface Outcome {
  /** Acts that were called done while the bank had not done them. */
  readonly falselyDone: number;
  /** Of these, freezes. */
  readonly falselyFrozen: number;
  /** Acts that were called not done, and were. */
  readonly falselyRefused: number;
  /** What else should not have happened. */
  readonly wrong: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
}

const processes = 3;
const illMs = 12 * 60_000;
const healedMs = 26 * 3_600_000;

/** An id that follows from a number. */
const id = <Id>(n: number): Id => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}` as Id;

/**
 * Customers freeze and unfreeze their cards while processes are killed and paused, the database cuts them off, and
 * the bank loses, delays, refuses and lies; then all is well for a day. Counts what was said that was not so.
 */
export async function simulate(seed: number): Promise<Outcome> {
  const world = new World(seed);
  const { chance } = world;
  const ills = illsBy(() => (chance.in(0.5) ? chance.next() * 0.25 : 0));
  const bank = new MadeBank(world, ills);
  const said = new Map<ActionId, BankAction>();
  const falsely = { done: 0, frozen: 0 };
  const store = new MemoryActionStore(async (_tx, action) => {
    said.set(action.actionId, action);
    world.count(`said: ${action.state}`);
    if (action.state !== 'confirmed' || bank.done.has(action.actionId)) return;
    falsely.done += 1;
    if (action.ask.kind === 'card' && action.ask.action === 'freeze') falsely.frozen += 1;
  });
  const nodes = Array.from({ length: processes }, () => new MadeProcess(world, store, bank.reached(), illMs));
  const asked = wishesOf(world, store);
  faultsOf(world, nodes, () => new MadeProcess(world, store, bank.reached(), illMs));
  if (chance.in(0.2))
    world.after(chance.between(10_000, illMs), () => {
      world.count('links that ended');
      store.forget(id<LinkId>(1));
    });
  await world.run(illMs);
  bank.ills = illsBy(() => 0);
  await world.run(illMs + healedMs);
  const { falselyRefused, wrong } = atTheEnd(bank, store, said);
  world.count('acts', asked());
  return { falselyDone: falsely.done, falselyFrozen: falsely.frozen, falselyRefused, wrong, counts: world.counts };
}

/** Customers press buttons: on two cards, one of each link; answers how many times. */
function wishesOf(world: World, store: MemoryActionStore): () => number {
  const { chance } = world;
  let n = 0;
  const wishes = chance.between(1, 8);
  for (let wish = 0; wish < wishes; wish += 1) {
    world.after(chance.between(0, illMs / 2), () => {
      n += 1;
      const link = chance.between(1, 2);
      const action: CardAction = chance.in(0.6) ? 'freeze' : 'unfreeze';
      const card = { cardRef: id<CardRef>(link), cardId: `card-${link}`, cardLast4: '2291' };
      const ask = { kind: 'card', ...card, account: { kind: 'card', last4: '2291' }, action } as const;
      void store.put(
        undefined,
        {
          actionId: id<ActionId>(100 + n),
          messageId: id<MessageId>(100 + n),
          customerId: id<CustomerId>(link),
          linkId: id<LinkId>(link),
          bankId: 'made' as BankId,
          ask,
        },
        rightMs(world),
      );
    });
  }
  return () => n;
}

/** Processes are killed, and another is there soon; or they stand still longer than their leases last. */
function faultsOf(world: World, nodes: MadeProcess[], born: () => MadeProcess): void {
  const { chance } = world;
  for (let n = chance.between(0, 8); n > 0; n -= 1) {
    world.after(chance.between(0, illMs), () => {
      const place = chance.between(0, processes - 1);
      const node = nodes[place];
      if (!node) return;
      if (chance.in(0.5)) {
        world.count('processes paused');
        node.pause(chance.between(500, 150_000));
        return;
      }
      world.count('processes killed');
      node.isAlive = false;
      world.after(chance.between(100, 20_000), () => (nodes[place] = born()));
    });
  }
}

function atTheEnd(
  bank: MadeBank,
  store: MemoryActionStore,
  said: ReadonlyMap<ActionId, BankAction>,
): Pick<Outcome, 'falselyRefused' | 'wrong'> {
  const wrong: string[] = [];
  let falselyRefused = 0;
  for (const [actionId, { state }] of said) {
    if (state === 'refused' && bank.done.has(actionId)) falselyRefused += 1;
    if (!store.rows.has(actionId)) continue;
    if (state === 'requested' || state === 'sent') wrong.push(`${state} after a day`);
    // Nobody can know what a bank never says, or says in contradiction to itself.
    const isSaid = bank.answers.get(actionId)?.result !== 'pending' && bank.done.has(actionId);
    if (state === 'unknown' && isSaid) wrong.push('done, and unknown after a day');
  }
  for (const [cardId, { state }] of bank.cards) {
    const ofCard = [...said.values()].filter(({ ask }) => ask.kind === 'card' && ask.cardId === cardId);
    const carriedOut = ofCard.filter(({ actionId }) => bank.done.has(actionId));
    const last = carriedOut.toSorted((a, b) => a.requestedAtMs - b.requestedAtMs).at(-1);
    const should = last?.ask.kind === 'card' && last.ask.action === 'freeze' ? 'frozen' : 'active';
    if (state !== should) wrong.push('a card that stands otherwise than its newest act');
  }
  return { falselyRefused, wrong };
}
