import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '#base';
import { drawnCards, requestFor } from './drawn-cards.fixture.ts';
import { createPictures } from './drawers.ts';

test('what drawing takes stays bounded over five hundred pictures', async () => {
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
  const atFirst = await draw(100);
  const atLast = await draw(400);
  await pictures.close();
  assert.ok(atLast - atFirst < 150, `${atFirst.toFixed(0)} MB, then ${atLast.toFixed(0)} MB`);
  assert.ok(atLast < 900, `${atLast.toFixed(0)} MB`);
});
