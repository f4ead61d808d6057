import { parentPort } from 'node:worker_threads';
import { draw } from './draw.ts';
import type { PictureRequest } from './picture.ts';

/** A worker thread that draws one card after the other: what is asked comes with a number, and so does the answer. */

/** What the worker is asked. */
export interface Asked {
  readonly number: number;
  readonly request: PictureRequest;
}

/** What it answers; a card that cannot be drawn says why, for the log. */
export type Answered =
  | { readonly number: number; readonly png: Uint8Array; readonly width: number; readonly height: number }
  | { readonly number: number; readonly failed: string };

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
      parentPort?.postMessage({ number, failed } satisfies Answered);
    },
  );
});
