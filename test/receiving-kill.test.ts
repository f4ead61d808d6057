import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { channelFailPoints } from '#base';
import { did, fakeChannel, tell } from './fake-channel.ts';
import { testHub, type HubProcess } from './hub.ts';
import { until } from './until.ts';

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
