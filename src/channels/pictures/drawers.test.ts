import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createLog, isTellerlineError } from '#base';
import { drawnCards, requestFor } from './drawn-cards.fixture.ts';
import { createPictures, type DrawerOptions, type Pictures } from './drawers.ts';

const log = createLog('silent');
const program = new URL('./killed-worker.fixture.ts', import.meta.url);
const open: Pictures[] = [];
after(() => Promise.all(open.map((one) => one.close())));

function drawers(options: Partial<DrawerOptions> = {}): Pictures {
  const made = createPictures({ log, ...options });
  open.push(made);
  return made;
}

const never = (): AbortSignal => new AbortController().signal;
const { balance = assert.fail(), places = assert.fail() } = drawnCards;
const refused = (why: string) => (error: unknown) =>
  isTellerlineError(error, 'picture_failed') && error.detail['why'] === why;

test('a thread that ends in the middle of a picture is replaced, and the next picture is drawn', async () => {
  const pictures = drawers({ program });
  await assert.rejects(pictures.drawPicture(requestFor(balance, { text: 'end' }), never()), refused('exit'));
  const next = await pictures.drawPicture(requestFor(balance, { text: 'The gist.' }), never());
  assert.equal(next.alt, 'The gist.');
  assert.equal(next.width, 800);
});

test('a thread that fills its memory is ended, and the next picture is drawn', async () => {
  const pictures = drawers({ program, drawingMsMax: 30_000 });
  const filling = pictures.drawPicture(requestFor(balance, { text: 'fill' }), never());
  await assert.rejects(filling, refused('ERR_WORKER_OUT_OF_MEMORY'));
  assert.ok(await pictures.drawPicture(requestFor(balance), never()));
});

test('under load that never pauses a thread is renewed after its pictures, and every picture is drawn', async () => {
  const said: string[] = [];
  const pictures = drawers({
    log: createLog('debug', { write: (line: string) => void said.push(line) }),
    picturesMax: 2,
  });
  const asked = Array.from({ length: 7 }, () => pictures.drawPicture(requestFor(balance), never()));
  assert.equal((await Promise.all(asked)).length, 7);
  assert.equal(said.filter((line) => line.includes('has served its time')).length, 3);
});

test('a picture that takes too long is given up, and so is its thread', async () => {
  const pictures = drawers({ program, drawingMsMax: 300 });
  await assert.rejects(
    pictures.drawPicture(requestFor(balance, { text: 'stand still' }), never()),
    refused('too-slow'),
  );
  assert.ok(await pictures.drawPicture(requestFor(balance), never()));
});

test('beyond the pictures that may wait one is refused at once, and the others are drawn', async () => {
  const pictures = drawers({ waitingMax: 3 });
  const asked = Array.from({ length: 5 }, () => pictures.drawPicture(requestFor(balance), never()));
  const ended = await Promise.allSettled(asked);
  assert.deepEqual(
    ended.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
  );
  const [last] = ended.slice(-1);
  assert.ok(last?.status === 'rejected' && isTellerlineError(last.reason, 'pictures_busy'));
});

test('whoever gives up waits no longer, and takes no place', async () => {
  const pictures = drawers({ waitingMax: 2 });
  const first = pictures.drawPicture(requestFor(places), never());
  const given = new AbortController();
  const second = pictures.drawPicture(requestFor(balance), given.signal);
  given.abort();
  await assert.rejects(second, refused('given-up'));
  const rest = [1, 2].map(() => pictures.drawPicture(requestFor(balance), never()));
  assert.equal((await Promise.all([first, ...rest])).length, 3);
});
