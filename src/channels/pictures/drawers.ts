import { TellerlineError } from '#base';
import { failure, ThreadDrawer, type Job, type ThreadOptions } from './thread-drawer.ts';
import type { Picture, PictureRequest } from './picture.ts';

/** Draws cards as pictures, in threads of their own so that nothing else waits for them. */
export interface Pictures {
  /**
   * Draws a card.
   *
   * @param signal gives up: the thread is put to other work
   * @throws TellerlineError `pictures_busy` when too many wait, `picture_failed` when it could not be drawn
   */
  drawPicture(request: PictureRequest, signal: AbortSignal): Promise<Picture>;
  /** Starts a thread that is not there yet, as one will soon be needed. */
  warm(): void;
  /** Ends the threads; what waits is refused. */
  close(): Promise<void>;
}

/** How drawing is bounded. */
export interface DrawerOptions extends ThreadOptions {
  /** Threads; more than cores draw nothing sooner. */
  readonly threads?: number;
  /** Pictures that wait for a thread. */
  readonly waitingMax?: number;
}

/** Makes drawers; threads start when they are needed. */
export function createPictures(options: DrawerOptions): Pictures {
  const { threads = 1, waitingMax = 64 } = options;
  const waiting: Job[] = [];
  const drawers = Array.from({ length: threads }, () => new ThreadDrawer(options, () => next()));
  let closed = false;

  const next = (): void => {
    for (const drawer of drawers) {
      if (drawer.isBusy) continue;
      const job = waiting.shift();
      if (!job) return;
      drawer.draw(job);
    }
  };

  return {
    drawPicture: (request, signal) =>
      new Promise((resolve, reject) => {
        if (closed || waiting.length >= waitingMax)
          return reject(
            new TellerlineError('pictures_busy', 503, 'Too many pictures are being drawn. Try again in a moment.'),
          );
        if (signal.aborted) return reject(failure('given-up'));
        let isOver = false;
        const giveUp = (): void => end(() => reject(failure('given-up')));
        const end = (say: () => void): void => {
          if (isOver) return;
          isOver = true;
          signal.removeEventListener('abort', giveUp);
          const at = waiting.indexOf(job);
          if (at >= 0) waiting.splice(at, 1);
          say();
        };
        const job: Job = {
          request,
          done: (picture) => end(() => resolve(picture)),
          failed: (error) => end(() => reject(error)),
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(job);
        next();
      }),
    warm: () => {
      if (!closed) drawers[0]?.warm();
    },
    close: async () => {
      closed = true;
      for (const job of waiting.splice(0)) job.failed(failure('closed'));
      await Promise.all(drawers.map((drawer) => drawer.close()));
    },
  };
}
