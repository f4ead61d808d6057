import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { gather } from './gather.ts';

const refused = new Error('one of these is refused');
const isOfOne = (error: unknown): boolean => error === refused;

test('whatever arrives in whatever order, each request gets its own answers, and no more runs at once than may', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(
        fc.record({ sender: fc.constantFrom('a', 'b'), items: fc.array(fc.nat(99), { minLength: 1, maxLength: 5 }) }),
        {
          minLength: 1,
          maxLength: 30,
        },
      ),
      async (scheduler, requests) => {
        const running = new Map<string, number>();
        const store = gather<number, number>(
          async (sender, items) => {
            const now = (running.get(sender) ?? 0) + 1;
            running.set(sender, now);
            assert.ok(now <= 2, 'two at once');
            assert.ok(items.length <= 8 || items.length <= 5, 'at most eight together');
            await scheduler.schedule(Promise.resolve());
            running.set(sender, (running.get(sender) ?? 0) - 1);
            if (items.includes(13)) throw refused;
            return items.map((item) => item * 2);
          },
          isOfOne,
          { atOnceMax: 2, itemsMax: 8 },
        );
        const answers = Promise.allSettled(requests.map(({ sender, items }) => store(sender, items)));
        await scheduler.waitFor(answers);
        for (const [n, answer] of (await answers).entries()) {
          const items = requests[n]?.items ?? [];
          if (items.includes(13)) assert.equal(answer.status, 'rejected');
          else assert.deepEqual(answer, { status: 'fulfilled', value: items.map((item) => item * 2) });
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('a failure that is nobody’s own is everybody’s, and what comes after it is stored', async () => {
  let calls = 0;
  const store = gather<number, number>(
    async (_, items) => {
      calls += 1;
      await Promise.resolve();
      if (calls === 2) throw new Error('the connection was lost');
      return [...items];
    },
    isOfOne,
    { atOnceMax: 1, itemsMax: 100 },
  );
  const answers = await Promise.allSettled([store('a', [1]), store('a', [2]), store('a', [3])]);
  assert.deepEqual(
    answers.map((answer) => answer.status),
    ['fulfilled', 'rejected', 'rejected'],
  );
  assert.deepEqual(await store('a', [4]), [4]);
  assert.equal(calls, 3, 'it was not tried again one by one');
});
