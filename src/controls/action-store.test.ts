import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { ActionId, BankId, CardRef, CustomerId, LinkId, MessageId } from '#base';
import { sql, type Transaction } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import type { ActionClaim, ActionStore, NewAction, Settling } from './action-store.ts';
import type { BankAction } from './bank-action.ts';
import { MemoryActionStore } from './memory-store.ts';
import { openSealer } from './open-sealer.fixture.ts';
import { postgresActionStore } from './postgres-store.ts';

// The port's rules, as one suite of commands that is run on the model and on PostgreSQL side by side: after each
// command both must have answered the same and told the same.

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
});
after(() => db.close());

const id = <Id>(n: number): Id => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as Id;
const links = [id<LinkId>(1), id<LinkId>(2)] as const;
const beganMs = Date.UTC(2026, 10, 20, 12);

function actionOf(n: number, link: number): NewAction {
  const ask = {
    kind: 'card',
    cardRef: id<CardRef>(900),
    cardId: 'crd',
    cardLast4: '2291',
    account: { kind: 'card', last4: '2291' },
    action: 'freeze',
  } as const;
  return {
    actionId: id<ActionId>(100 + n),
    messageId: id<MessageId>(500 + n),
    customerId: id<CustomerId>(50 + link),
    linkId: links[link] ?? links[0],
    bankId: 'citi' as BankId,
    ask,
  };
}

type Command =
  | { readonly do: 'put'; readonly link: number }
  | { readonly do: 'claim'; readonly most: number }
  | { readonly do: 'begin'; readonly claim: number; readonly how: 'call' | 'ask' }
  | { readonly do: 'settle'; readonly claim: number; readonly as: 'confirmed' | 'refused' | 'later' | 'never' }
  | { readonly do: 'mark' }
  | { readonly do: 'tell'; readonly link: number }
  | { readonly do: 'untold' }
  | { readonly do: 'next' }
  | { readonly do: 'wait'; readonly ms: number };

const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('put' as const), link: fc.nat(1) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('claim' as const), most: fc.integer({ min: 1, max: 3 }) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('begin' as const),
        claim: fc.nat(3),
        how: fc.constantFrom('call' as const, 'ask' as const),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('settle' as const),
        claim: fc.nat(3),
        as: fc.constantFrom('confirmed' as const, 'refused' as const, 'later' as const, 'never' as const),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('mark' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('tell' as const), link: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('untold' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('next' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 400, 30_000, 61_000) }),
    },
  ),
  { minLength: 5, maxLength: 40, size: 'max' },
);

interface Subject<Tx> {
  readonly store: ActionStore<Tx>;
  readonly told: BankAction[];
  put(action: NewAction, nowMs: number): Promise<number>;
}

function modelled(): Subject<undefined> {
  const told: BankAction[] = [];
  const store = new MemoryActionStore(async (_tx, action) => void told.push(action));
  return { store, told, put: (action, nowMs) => store.put(undefined, action, nowMs) };
}

async function stored(): Promise<Subject<Transaction>> {
  const told: BankAction[] = [];
  await db.database.execute(sql`delete from bank_actions`);
  const store = postgresActionStore({
    database: db.database,
    clock: { nowMs: () => beganMs, monotonicMs: () => 0 },
    vault: {
      askAhead: async () => undefined,
      linkSealers: async (_tx, linkIds) => new Map(linkIds.map((linkId) => [linkId, openSealer])),
    },
    tell: async (_tx, action) => void told.push(action),
  });
  const put = (action: NewAction, nowMs: number) => db.database.transaction((tx) => store.put(tx, action, nowMs));
  return { store, told, put };
}

/** How often each answer was one that says something. */
const seen = new Map<string, number>();

test('the model and PostgreSQL answer the same and tell the same, whatever is asked of both', async () => {
  await db.database
    .execute(sql`insert into consents (consent_id, customer_id, link_id, bank_id, state, purposes, granted_at, expires_at, sealed_document)
    select gen_random_uuid(), ${id<CustomerId>(50)}, link_id, 'citi', 'granted', array['account-management'], ${new Date(beganMs - 1000)}, ${new Date(beganMs + 9e9)}, ''::bytea
    from unnest(${[...links]}::uuid[]) as l (link_id)`);
  await fc.assert(
    fc.asyncProperty(commands, async (all) => {
      const [model, real] = [modelled(), await stored()];
      const claims: ActionClaim[] = [];
      let nowMs = beganMs;
      for (const [n, command] of all.entries()) {
        if (command.do === 'wait') {
          nowMs += command.ms;
          continue;
        }
        const expected = await carryOut(model, command, { n, nowMs, claims });
        const answered = await carryOut(real, command, { n, nowMs, claims });
        assert.deepEqual(answered, expected, JSON.stringify(command));
        if (command.do === 'claim') claims.push(...(expected as readonly ActionClaim[]));
        if (expected && !(Array.isArray(expected) && expected.length === 0))
          seen.set(command.do, (seen.get(command.do) ?? 0) + 1);
        assert.deepEqual(real.told.splice(0), model.told.splice(0), JSON.stringify(command));
      }
    }),
    { numRuns: 90 },
  );
  for (const name of ['put', 'claim', 'begin', 'settle', 'mark', 'next']) assert.ok((seen.get(name) ?? 0) >= 5, name);
});

async function carryOut<Tx>(
  { store, put }: Subject<Tx>,
  command: Exclude<Command, { do: 'wait' }>,
  { n, nowMs, claims }: { readonly n: number; readonly nowMs: number; readonly claims: readonly ActionClaim[] },
): Promise<unknown> {
  switch (command.do) {
    case 'put':
      return put(actionOf(n, command.link), nowMs);
    case 'claim':
      return store.claim(nowMs, command.most, 30_000);
    case 'begin': {
      const claim = claims.at(-1 - command.claim);
      return claim && store.begin(claim, nowMs, command.how);
    }
    case 'settle': {
      const claim = claims.at(-1 - command.claim);
      return claim && store.settle(claim, settlingOf(command.as, nowMs), nowMs);
    }
    case 'mark':
      return store.markUnknown(nowMs, 60_000, 2);
    case 'untold':
      return store.untold(nowMs, 2);
    case 'tell':
      return store.tellUnknown(links[command.link] ?? links[0], nowMs, 30_000);
    case 'next':
      return store.nextAtMs(60_000);
  }
}

function settlingOf(as: 'confirmed' | 'refused' | 'later' | 'never', nowMs: number): Settling {
  const at = new Date(nowMs).toISOString();
  if (as === 'confirmed') return { as: 'settled', settled: { result: as, at } };
  if (as === 'refused') return { as: 'settled', settled: { result: as, at, reason: 'other' } };
  return { as: 'open', nextAtMs: as === 'later' ? nowMs + 500 : null };
}
