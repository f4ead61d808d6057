import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '#base';
import { times } from '#test/whole';
import { drawnCards, requestFor } from './drawn-cards.fixture.ts';
import { createPictures } from './drawers.ts';

test('what drawing takes stays bounded, however many pictures are drawn', async (t) => {
  const pictures = createPictures({ log: createLog('silent') });
  const cards = Object.values(drawnCards);
  const { signal } = new AbortController();
  const draw = async (count: number): Promise<number> => {
    for (let n = 0; n < count; n += 1) {
      const [card = assert.fail()] = cards.slice(n % cards.length);
      await pictures.drawPicture(requestFor(card, { theme: n % 2 ? 'dark' : 'light' }), signal);
    }
    return process.memoryUsage.rss() / 2 ** 20;
  };
  const atFirst = await draw(times(100, 50));
  const atLast = await draw(times(400, 150));
  await pictures.close();
  t.diagnostic(`${atFirst.toFixed(0)} MB, then ${atLast.toFixed(0)} MB`);
  assert.ok(atLast - atFirst < 150, `${atFirst.toFixed(0)} MB, then ${atLast.toFixed(0)} MB`);
  assert.ok(atLast < 900, `${atLast.toFixed(0)} MB`);
});
