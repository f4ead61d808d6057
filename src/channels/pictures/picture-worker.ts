import { parentPort } from 'node:worker_threads';
import { draw } from './draw.ts';
import type { PictureRequest } from './picture.ts';

/** A worker thread that draws one card after the other: what is asked comes with a number, and so does the answer. */

/** What the worker is asked. */
export interface Asked {
  readonly number: number;
  readonly request: PictureRequest;
}

/** What it says: that it has loaded what it draws with; then its answers. A card that cannot be drawn says why, for the log. */
export type Answered =
  | { readonly ready: true }
  | { readonly number: number; readonly png: Uint8Array; readonly width: number; readonly height: number }
  | { readonly number: number; readonly failed: string };

/** A card of nobody: drawn once at the start, so that face, layout and atlas are there for the first that somebody waits for. */
const sample: PictureRequest = {
  card: {
    card: 'transaction',
    bank: '',
    account: { kind: 'card', last4: '0000' },
    transaction: {
      id: '',
      status: 'authorized',
      amount: '1.00',
      currency: 'USD',
      direction: 'debit',
      occurredAt: '2026-01-01T12:00:00Z',
      localDate: '2026-01-01',
      description: '',
      merchant: { name: 'Ohio', location: { lat: 40, lon: -83 } },
    },
  },
  face: { name: '', mark: '', accent: { light: '', dark: '' } },
  text: '',
  at: '2026-01-01T12:00:00Z',
  nowMs: Date.UTC(2026, 0, 1),
  locale: 'en',
  timeZone: 'UTC',
  theme: 'light',
};

await draw(sample);
parentPort?.postMessage({ ready: true } satisfies Answered, []);
parentPort?.on('message', ({ number, request }: Asked) => {
  draw(request).then(
    ({ png, width, height }) => {
      // Of its own, so that it can be handed over instead of copied.
      const own = new Uint8Array(png);
      parentPort?.postMessage({ number, png: own, width, height } satisfies Answered, [own.buffer]);
    },
    (error: unknown) => {
      // The message alone: an error's details may hold what the card says.
      const failed = error instanceof Error ? error.name : 'unknown';
      parentPort?.postMessage({ number, failed } satisfies Answered, []);
    },
  );
});
