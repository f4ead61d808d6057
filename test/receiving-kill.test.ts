import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { channelFailPoints, codeFailPoints } from '#base';
import { sql } from '#db';
import { walkToCode } from './chat-side.ts';
import { did, fakeChannel, tell } from './fake-channel.ts';
import { testHub, type HubProcess } from './hub.ts';
import { until } from './until.ts';
import { Visitor } from './visitor.ts';

// A hub that is killed at each step of a person's message: what was answered with 200 is not lost, what was not is
// told again as a messenger does, and nobody is answered twice.

/** Texts in each body; a person writes a few of them. */
const textsPerBody = 3;
const bodiesPerPoint = 4;

test(`killed at each of ${channelFailPoints.length} steps it loses no message and answers none twice`, async (t) => {
  const hub = await testHub({ channels: [fakeChannel()] });
  let running: HubProcess | undefined;
  try {
    await hub.stop();
    const told: object[][] = [];
    let n = 0;
    const bodies = () =>
      Array.from({ length: bodiesPerPoint }, () =>
        Array.from({ length: textsPerBody }, () =>
          did({ id: `person-${(n += 1) % 9}` }, { kind: 'text', text: 'help' }),
        ),
      );
    let kills = 0;
    for (const [at, point] of channelFailPoints.entries()) {
      process.env['TEST_FAIL_POINT'] = `${point}:${2 + (at % 3)}`;
      const dying = await hub.process();
      running = dying;
      delete process.env['TEST_FAIL_POINT'];
      const some = bodies();
      told.push(...some);
      const answers = await Promise.allSettled(some.map((body) => tell(hub.url, body)));
      await until(
        `a kill at "${point}"`,
        async () => dying.process.exitCode !== null || dying.process.signalCode !== null,
      );
      assert.equal(dying.process.signalCode, 'SIGKILL', point);
      kills += 1;
      const again = some.filter((_, place) => answers[place]?.status === 'rejected');
      // As when the time has passed for which the one that was killed was believed to work on them.
      await hub.db.database.query({ text: 'update channel_inbox set next_at = now()', values: [] });
      const next = await hub.process();
      running = next;
      for (const body of again) assert.equal((await tell(hub.url, body)).status, 200);
      await until(
        'what was left is worked through',
        async () => (await count('channel_inbox')) + (await count('turns')) === 0,
      );
      await next.end('SIGKILL');
    }
    const texts = told.flat().length;
    const people = new Set(Array.from({ length: texts }, (_, k) => (k + 1) % 9)).size;
    await sleep(50);
    t.diagnostic(`${kills} kills, ${texts} texts by ${people} people`);
    const authors = await hub.db.database.query<{ author: string; n: number }>({
      text: 'select author, count(*)::integer as n from messages group by author order by author',
      values: [],
    });
    assert.deepEqual(authors, [
      { author: 'customer', n: texts },
      { author: 'tellerline', n: texts + people },
    ]);
    assert.equal(await count('dead_letters'), 0);
  } finally {
    if (running?.process.exitCode === null && running.process.signalCode === null) await running.end('SIGKILL');
    await hub.close();
  }

  async function count(table: 'channel_inbox' | 'turns' | 'dead_letters'): Promise<number> {
    const [row] = await hub.db.database.query<{ n: number }>({
      text: `select count(*)::integer as n from ${table}`,
      values: [],
    });
    return row?.n ?? -1;
  }
});

test(`killed at each of ${codeFailPoints.length} steps of a code it links once, and answers the code once`, async (t) => {
  const channel = fakeChannel();
  const hub = await testHub({ channels: [channel] });
  const { database } = hub.db;
  let running: HubProcess | undefined;
  try {
    // One more than there are steps: nothing happens to the hub while their code is said.
    const people = [...codeFailPoints, undefined].map((point, n) => ({ point, who: { id: `linking-${n}` }, n }));
    const walked: { readonly point: string | undefined; readonly code: object; readonly customer: string }[] = [];
    for (const { point, who, n } of people) {
      const from = channel.sent.length;
      await tell(hub.url, [did(who, { kind: 'press', payload: 'way|link-bank|citi', title: 'Link' })]);
      const [sent, address] = await until('an address', async () => {
        const one = channel.sent.slice(from).find(({ message }) => message?.waysOn?.some((way) => way.address));
        const way = one?.message?.waysOn?.find((led) => led.address);
        return one && way?.address !== undefined && ([one, way.address] as const);
      });
      const { code } = await walkToCode(new Visitor(hub), address.split('#')[1] ?? '', `customer-${n + 1}`);
      walked.push({ point, code: did(who, { kind: 'text', text: code }), customer: sent.customerId });
    }
    await hub.stop();
    for (const { point, code } of walked) {
      if (point !== undefined) {
        process.env['TEST_FAIL_POINT'] = point;
        const dying = await hub.process();
        running = dying;
        delete process.env['TEST_FAIL_POINT'];
        await tell(hub.url, [code]).catch(() => undefined);
        await until(
          `a kill at "${point}"`,
          async () => dying.process.exitCode !== null || dying.process.signalCode !== null,
        );
        assert.equal(dying.process.signalCode, 'SIGKILL', point);
        await database.execute(sql`update channel_inbox set next_at = now()`);
      }
      const next = await hub.process();
      running = next;
      // As a messenger does that had no answer: the same again.
      assert.equal((await tell(hub.url, [code])).status, 200);
      await until('the code to be worked through', async () => {
        const left = await database.query(sql`select from channel_inbox union all select from turns`);
        return left.length === 0;
      });
      await next.end('SIGKILL');
    }
    const counted = await database.query<{ customer: string; links: number; said: string[]; asked: number }>(sql`
      select c.customer_id as customer,
        (select count(*)::integer from links l where l.customer_id = c.customer_id and l.state = 'linked') as links,
        (select array_agg(m.author order by m.author) from messages m where m.conversation_id = c.conversation_id) as said,
        (select count(*)::integer from entries e join deliveries d using (conversation_id, seq)
          where e.conversation_id = c.conversation_id and d.asked) as asked
      from conversations c`);
    const of = (customer: string) => counted.find((one) => one.customer === customer);
    const undisturbed = of(walked.at(-1)?.customer ?? '');
    assert.deepEqual([undisturbed?.links, undisturbed?.said.includes('customer')], [1, false]);
    t.diagnostic(`${codeFailPoints.length} kills; each person was told ${undisturbed?.said.length} messages`);
    for (const { customer, point } of walked) {
      const { links, said, asked } = of(customer) ?? {};
      const { said: wanted, asked: answers } = undisturbed ?? {};
      assert.deepEqual({ links, said, asked }, { links: 1, said: wanted, asked: answers }, point ?? 'undisturbed');
    }
  } finally {
    if (running?.process.exitCode === null && running.process.signalCode === null) await running.end('SIGKILL');
    await hub.close();
  }
});
