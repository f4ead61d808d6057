import { createLog } from '#base';
import { createPictures } from '#channels/pictures';
import { drawnCards, requestFor } from '../src/channels/pictures/drawn-cards.fixture.ts';
import { atMost, quantile, rowOf, type Row } from './measured.ts';
import { shortSeconds, type Bench, type Part } from './part.ts';

/** What is promised of each picture after warm-up, in milliseconds. */
const goals = { p50: 60, p95: 120 };
const warmUp = 10;
/** The pictures that the promise names, and those that take as long. */
const measured = ['balance', 'transaction', 'abroad', 'receipt', 'spending', 'month', 'places'] as const;

/** How long a picture takes from the request to the PNG, one after the other, through the thread that draws them. */
export const pictures: Part = { name: 'pictures', heading: 'Pictures of cards', run: measure };

async function measure({ options, progress }: Bench): Promise<Row[]> {
  const drawers = createPictures({ log: createLog('error') });
  const rows: Row[] = [];
  for (const name of measured) {
    const runs: number[][] = [];
    for (let run = 1; run <= options.runs; run += 1) {
      progress(`${name}, run ${run} of ${options.runs}`);
      runs.push(await drawFor(drawers, name, (shortSeconds(options) * 1000) / measured.length));
    }
    for (const [quantileName, part] of [
      ['p50', 0.5],
      ['p95', 0.95],
    ] as const)
      rows.push(
        rowOf(
          `a picture: ${name}, ${quantileName}`,
          'ms',
          runs.map((ms) => quantile(ms, part)),
          atMost(goals[quantileName]),
        ),
      );
  }
  await drawers.close();
  return rows;
}

async function drawFor(drawers: ReturnType<typeof createPictures>, name: string, forMs: number): Promise<number[]> {
  const card = drawnCards[name];
  if (!card) throw new Error(`no card ${name}`);
  const { signal } = new AbortController();
  const draw = (n: number) =>
    drawers.drawPicture(requestFor(card, { theme: n % 2 ? 'dark' : 'light', locale: n % 4 < 2 ? 'en' : 'es' }), signal);
  for (let n = 0; n < warmUp; n += 1) await draw(n);
  const ms: number[] = [];
  const until = performance.now() + forMs;
  for (let n = 0; performance.now() < until; n += 1) {
    const from = performance.now();
    await draw(n);
    ms.push(performance.now() - from);
  }
  return ms;
}
