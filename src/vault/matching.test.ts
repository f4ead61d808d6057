import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { knownOf, matchTold, stages, type Matched, type StandingPurchase, type ToldPurchase } from './matching.ts';

// The rule over what was told, without a database: made cases of each kind, then properties over any order.

interface Telling {
  readonly id: string;
  readonly stage?: number;
  readonly amount?: string;
  readonly at?: number;
  readonly account?: string;
  readonly words?: readonly string[];
  readonly category?: string;
  readonly localDate?: string;
}

function told({ id, stage = 1, amount = '4.50', at = 0, account = 'a', ...of }: Telling): ToldPurchase {
  const words = of.words ?? ['LARKSPUR', 'COFFEE'];
  return {
    linkId: 'link',
    subject: `${account}/${id}`,
    key: `${account}/${words[0] ?? ''}`,
    stage,
    occurredAtMs: at,
    occurredAt: new Date(at).toISOString(),
    compared: {
      amount,
      currency: 'USD',
      words,
      category: of.category ?? '5814',
      localDate: of.localDate ?? '2026-11-20',
    },
  };
}

const posted = (telling: Telling): ToldPurchase => told({ at: 1000, ...telling, stage: stages.posted });
const reversed = (telling: Telling): ToldPurchase => told({ at: 500, ...telling, stage: stages.reversed });

/** Tells one after the other, as if each came in a batch of its own. */
function oneByOne(tellings: readonly ToldPurchase[]): { matched: Matched[]; standing: StandingPurchase[] } {
  const standing: StandingPurchase[] = [];
  const matched = tellings.map((telling) => {
    const [one] = matchTold([telling], standing);
    assert.ok(one);
    if (!standing.includes(one.standing)) standing.push(one.standing);
    return one;
  });
  return { matched, standing };
}

const knownIn = (one: StandingPurchase): unknown[] => {
  const known = knownOf(one);
  return [known?.compared.amount, known?.before, known?.partlyReversed];
};
const inOrder = (one: string, other: string): number => one.localeCompare(other);
const amountOf = (one: StandingPurchase): string | undefined => knownOf(one)?.compared.amount;

/** What a reader sees in the end: stage, amount, the amount before, whether a part was given back. */
function shown(tellings: readonly ToldPurchase[]): unknown[] {
  return oneByOne(tellings).standing.map((one) => [one.stage, ...knownIn(one)]);
}

test('a posting under another id is the same purchase', () => {
  assert.deepEqual(shown([told({ id: 'p1' }), posted({ id: 'q1' })]), [[2, '4.50', undefined, false]]);
});

test('a posting under the same id is the same purchase, whatever else has changed', () => {
  const posting = posted({ id: 'p1', amount: '99.00', words: ['OTHER', 'NAME'], localDate: '2027-01-20' });
  assert.deepEqual(shown([told({ id: 'p1' }), posting]), [[2, '99.00', '4.50', false]]);
});

test('a tip is seen: the amount changes, and what was authorized is said', () => {
  assert.deepEqual(shown([told({ id: 'p1', amount: '20.00' }), posted({ id: 'q1', amount: '23.00' })]), [
    [2, '23.00', '20.00', false],
  ]);
});

test('two equal coffees the same morning stay two, and each posting takes one', () => {
  const [one, two] = [told({ id: 'p1', at: 1 }), told({ id: 'p2', at: 2 })];
  const { matched, standing } = oneByOne([one, two, posted({ id: 'q1' }), posted({ id: 'q2' })]);
  assert.equal(standing.length, 2);
  assert.deepEqual(
    matched.slice(2).map((each) => each.standing.subject),
    ['a/p1', 'a/p2'],
    'the earliest first',
  );
});

test('a third posting of two authorizations is a purchase of its own', () => {
  const two = [told({ id: 'p1' }), told({ id: 'p2' })];
  assert.equal(oneByOne([...two, ...['q1', 'q2', 'q3'].map((id) => posted({ id }))]).standing.length, 3);
});

test('of several authorizations the nearest in amount is taken', () => {
  const told2 = [told({ id: 'p1', amount: '20.00' }), told({ id: 'p2', amount: '23.00' })];
  const { matched } = oneByOne([
    ...told2,
    posted({ id: 'q1', amount: '23.00' }),
    posted({ id: 'q2', amount: '24.00' }),
  ]);
  assert.deepEqual(
    matched.slice(2).map((each) => [each.standing.subject, each.known.before]),
    [
      ['a/p2', undefined],
      ['a/p1', '20.00'],
    ],
  );
});

test('a reversal under another id takes its authorization back', () => {
  assert.deepEqual(shown([told({ id: 'p1' }), reversed({ id: 'r1' })]), [[3, '4.50', undefined, false]]);
});

test('a reversal of a part leaves the rest, which is then posted', () => {
  const authorized = told({ id: 'p1', amount: '100.00', category: '5651' });
  for (const id of ['p1', 'r1']) {
    const part = reversed({ id, amount: '30.00', category: '5651' });
    assert.deepEqual(shown([authorized, part]), [[1, '70.00', '100.00', true]]);
    const posting = posted({ id: 'q1', amount: '70.00', category: '5651' });
    assert.deepEqual(shown([authorized, part, posting]), [[2, '70.00', '100.00', true]]);
    assert.deepEqual(shown([authorized, part, reversed({ id: 'p1', amount: '70.00' })]), [
      [3, '70.00', '100.00', true],
    ]);
  }
});

test('of two equal purchases, parts given back under new ids come one from each', () => {
  const two = [told({ id: 'p1', at: 1 }), told({ id: 'p2', at: 2 })];
  const parts = ['r1', 'r2'].map((id) => reversed({ id, amount: '1.35' }));
  assert.deepEqual(shown([...two, ...parts]), [
    [1, '3.15', '4.50', true],
    [1, '3.15', '4.50', true],
  ]);
});

test('a reversal of a part from before the posting is in its amount already', () => {
  const tellings = [told({ id: 'p1', amount: '100.00' }), posted({ id: 'q1', amount: '70.00' })];
  const late = reversed({ id: 'p1', amount: '30.00' });
  assert.deepEqual(shown([...tellings, late]), [[2, '70.00', '100.00', false]]);
  const later = reversed({ id: 'q1', amount: '30.00', at: 2000 });
  assert.deepEqual(shown([...tellings, later]), [[2, '40.00', '70.00', true]]);
});

test('a second id goes on being known', () => {
  const { standing, matched } = oneByOne([
    told({ id: 'p1' }),
    posted({ id: 'q1' }),
    posted({ id: 'q1', amount: '4.75' }),
    reversed({ id: 'q1', amount: '4.75', at: 2000 }),
    told({ id: 'p1' }),
  ]);
  assert.equal(standing.length, 1);
  assert.deepEqual(
    matched.map((one) => one.stage),
    [1, 2, 2, 3, 1],
    'the last is told too late and is kept out by its stage',
  );
});

test('an authorization that comes after its posting adds nothing', () => {
  const { standing, matched } = oneByOne([posted({ id: 'q1' }), told({ id: 'p1' }), told({ id: 'p1' })]);
  assert.deepEqual([standing.length, standing[0]?.matchKey], [1, 'a/p1']);
  assert.deepEqual(
    matched.map((one) => one.paired),
    [false, true, false],
  );
});

test('an authorization made after a posting is another purchase', () => {
  assert.equal(oneByOne([posted({ id: 'q1', at: 1000 }), told({ id: 'p1', at: 1001 })]).standing.length, 2);
});

test('a posting under the authorization’s own id undoes a match', () => {
  // The second coffee's authorization was never told; its posting was taken for that of the first.
  const { standing, matched } = oneByOne([
    told({ id: '1' }),
    posted({ id: '2', amount: '5.00' }),
    posted({ id: '1' }),
    posted({ id: '1', amount: '4.60', at: 3000 }),
    reversed({ id: '2', amount: '5.00', at: 4000 }),
  ]);
  assert.equal(standing.length, 2);
  assert.deepEqual(
    matched.map((one) => [standing.indexOf(one.standing), one.stage, one.known.compared.amount]),
    [
      [0, 1, '4.50'],
      [0, 2, '5.00'],
      [1, 2, '4.50'],
      [1, 2, '4.60'],
      [0, 3, '5.00'],
    ],
    'each id goes on with the purchase that it was shown as',
  );
});

test('a posting under the id of an authorization that came late undoes a match', () => {
  const { standing } = oneByOne([posted({ id: '1' }), told({ id: '2' }), posted({ id: '2' })]);
  assert.deepEqual(
    standing.map((one) => [one.subject, one.stage]),
    [
      ['a/1', 2],
      ['a/2', 2],
    ],
  );
});

test('an authorization that is taken off the list after its posting reverses nothing', () => {
  const { standing, matched } = oneByOne([told({ id: 'p1' }), posted({ id: 'q1' }), reversed({ id: 'p1', at: 2000 })]);
  assert.deepEqual([standing.length, standing[0]?.stage, matched[2]?.stage], [1, 2, 1]);
});

test('two authorizations are two purchases, though everything else is equal', () => {
  assert.equal(oneByOne([told({ id: 'p1' }), told({ id: 'p2' })]).standing.length, 2);
});

test('an amount changed while it is pending is told with what it was', () => {
  assert.deepEqual(shown([told({ id: 'p1', amount: '50.00' }), told({ id: 'p1', amount: '65.00' })]), [
    [1, '65.00', '50.00', false],
  ]);
});

test('what stands from before there was matching is found by its id and compares with nothing', () => {
  const old: StandingPurchase = {
    linkId: 'link',
    subject: 'a/p1',
    matchKey: null,
    stage: 1,
    occurredAtMs: 0,
    known: () => undefined,
  };
  const [own, other] = matchTold([posted({ id: 'p1', amount: '9.00' }), posted({ id: 'q1' })], [old]);
  assert.deepEqual([own?.standing, own?.known.compared.amount, own?.known.before], [old, '9.00', undefined]);
  assert.notEqual(other?.standing, old);
});

/** Any tellings of a few accounts, merchants and amounts, so that they meet often. */
const tellings = fc.array(
  fc.record({
    id: fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8', '9'),
    stage: fc.constantFrom(1, 1, 2, 2, 3),
    amount: fc.constantFrom('4.50', '5.00', '5.40', '20.00'),
    at: fc.integer({ min: 0, max: 3 }),
    account: fc.constantFrom('a', 'b'),
    words: fc.constantFrom(['LARKSPUR'], ['LARKSPUR', 'COFFEE'], ['HARBOR', 'GRILL']),
    localDate: fc.constantFrom('2026-11-18', '2026-11-20', '2026-11-29'),
  }),
  { maxLength: 24 },
);

test('no purchase takes two postings under two ids, and none over two accounts', () => {
  fc.assert(
    fc.property(tellings, (some) => {
      const all = some.map(told);
      const { matched } = oneByOne(all);
      const postingsOf = new Map<StandingPurchase, Set<string>>();
      for (const [n, { standing }] of matched.entries()) {
        const { subject, stage } = all[n] as ToldPurchase;
        assert.equal(subject.split('/')[0], standing.subject.split('/')[0]);
        if (stage === stages.posted) postingsOf.set(standing, (postingsOf.get(standing) ?? new Set()).add(subject));
      }
      for (const postings of postingsOf.values()) assert.ok(postings.size <= 1, [...postings].join());
    }),
    { numRuns: 2000 },
  );
});

test('an id under which something was posted names the same purchase for ever', () => {
  fc.assert(
    fc.property(tellings, (some) => {
      const all = some.map(told);
      const { matched } = oneByOne(all);
      const named = new Map<string, StandingPurchase>();
      for (const [n, { standing }] of matched.entries()) {
        const { subject, stage } = all[n] as ToldPurchase;
        assert.equal(named.get(subject) ?? standing, standing);
        if (stage === stages.posted) named.set(subject, standing);
      }
    }),
    { numRuns: 2000 },
  );
});

test('where a bank keeps its ids, matching loses nothing, in whatever order it is told', () => {
  const purchases = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('1', '2', '3', '4', '5', '6'),
      amount: fc.constantFrom('4.50', '5.00', '5.40'),
      at: fc.integer({ min: 0, max: 3 }),
      isAuthorized: fc.boolean(),
    }),
    { selector: (one) => one.id, minLength: 1 },
  );
  const orders = purchases.chain((some) =>
    fc
      .shuffledSubarray(
        some.flatMap((one) => [...(one.isAuthorized ? [told(one)] : []), posted({ ...one, at: one.at + 1 })]),
        { minLength: some.length + some.filter((one) => one.isAuthorized).length },
      )
      .map((order) => ({ some, order })),
  );
  fc.assert(
    fc.property(orders, ({ some, order }) => {
      const { standing } = oneByOne(order);
      assert.deepEqual(
        standing.map((one) => `${one.stage} ${amountOf(one)}`).toSorted(inOrder),
        some.map(({ amount }) => `${stages.posted} ${amount}`).toSorted(inOrder),
      );
    }),
    { numRuns: 3000 },
  );
});

test('in one batch or one by one, the same is matched to the same', () => {
  fc.assert(
    fc.property(tellings, (some) => {
      const all = some.map(told);
      const place = (matched: readonly Matched[]): unknown[] =>
        matched.map((one) => [one.standing.subject, one.stage, one.known]);
      assert.deepEqual(place(matchTold(all, [])), place(oneByOne(all).matched));
    }),
    { numRuns: 1000 },
  );
});

test('a purchase and its posting end as the same one purchase, whichever comes first', () => {
  const day = fc.constantFrom('2026-11-19', '2026-11-20', '2026-11-30');
  fc.assert(
    fc.property(fc.constantFrom('20.00', '23.00', '10.00'), day, fc.boolean(), (amount, localDate, sameId) => {
      const pair = [told({ id: '1', amount: '20.00' }), posted({ id: sameId ? '1' : '2', amount, localDate })];
      for (const order of [pair, pair.toReversed()]) {
        const { standing } = oneByOne(order);
        assert.deepEqual(
          standing.map((one) => [one.stage, amountOf(one)]),
          [[stages.posted, amount]],
        );
      }
    }),
  );
});

test('equal coffees with a posting each are as many messages in any order in which each posting follows', () => {
  const orders = fc.integer({ min: 1, max: 5 }).chain((count) => {
    const authorized = Array.from({ length: count }, (_, n) => told({ id: `p${n}`, at: n }));
    const postings = Array.from({ length: count }, (_, n) => posted({ id: `q${n}`, at: 100 + n }));
    return fc.shuffledSubarray([...authorized, ...postings], { minLength: 2 * count });
  });
  fc.assert(
    fc.property(orders, (order) => {
      const { standing } = oneByOne(order);
      assert.equal(standing.length, order.length / 2);
      assert.ok(standing.every((one) => one.stage === stages.posted));
    }),
    { numRuns: 1000 },
  );
});
