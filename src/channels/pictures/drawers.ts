import { TellerlineError, type Log } from '#base';
import { Worker } from 'node:worker_threads';
import type { Answered, Asked } from './picture-worker.ts';
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
  /** Ends the threads; what waits is refused. */
  close(): Promise<void>;
}

/** How drawing is bounded. */
export interface DrawerOptions {
  readonly log: Log;
  /** Threads; more than cores draw nothing sooner. */
  readonly threads?: number;
  /** Pictures that wait for a thread. */
  readonly waitingMax?: number;
  /** A picture that takes longer is given up, and its thread ended. */
  readonly drawingMsMax?: number;
  /** The program that a thread runs; a test brings its own. */
  readonly program?: URL;
}

/** Heap of one thread: the atlases take 60 MB of it. Beyond this it ends, and another takes its place. */
const heapMbMax = 256;
/** After so many pictures a thread is renewed: what the layout and the rasteriser keep is not counted in any heap. */
const picturesPerThreadMax = 1000;

interface Job {
  readonly request: PictureRequest;
  readonly done: (picture: Picture) => void;
  readonly failed: (error: TellerlineError) => void;
  isOver: boolean;
}

/** Makes drawers; threads start with the first picture. */
export function createPictures(options: DrawerOptions): Pictures {
  const { threads = 1, waitingMax = 64 } = options;
  const waiting: Job[] = [];
  const drawers = Array.from({ length: threads }, () => createDrawer(options, () => next()));
  let closed = false;

  const next = (): void => {
    for (const drawer of drawers) {
      if (drawer.isBusy()) continue;
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
        const giveUp = (): void => end(() => reject(failure('given-up')));
        const end = (say: () => void): void => {
          if (job.isOver) return;
          job.isOver = true;
          signal.removeEventListener('abort', giveUp);
          const at = waiting.indexOf(job);
          if (at >= 0) waiting.splice(at, 1);
          say();
        };
        const job: Job = {
          request,
          isOver: false,
          done: (picture) => end(() => resolve(picture)),
          failed: (error) => end(() => reject(error)),
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(job);
        next();
      }),
    close: async () => {
      closed = true;
      for (const job of waiting.splice(0)) job.failed(failure('closed'));
      await Promise.all(drawers.map((drawer) => drawer.close()));
    },
  };
}

const failure = (why: string): TellerlineError =>
  new TellerlineError('picture_failed', 500, 'This picture could not be drawn.', { why });

interface Drawer {
  isBusy(): boolean;
  draw(job: Job): void;
  close(): Promise<void>;
}

/** One thread, started when there is something to draw and again after it has ended. */
function createDrawer(options: DrawerOptions, ready: () => void): Drawer {
  const { log, drawingMsMax = 5000, program = new URL('./picture-worker.ts', import.meta.url) } = options;
  let worker: Worker | undefined;
  let drawing: { readonly job: Job; readonly number: number; readonly timer: NodeJS.Timeout } | undefined;
  let drawn = 0;
  let asked = 0;

  const settle = (say: (job: Job) => void): void => {
    if (!drawing) return;
    clearTimeout(drawing.timer);
    const { job } = drawing;
    drawing = undefined;
    say(job);
    ready();
  };
  const renew = async (): Promise<void> => {
    const ending = worker;
    worker = undefined;
    drawn = 0;
    await ending?.terminate();
  };
  const start = (): Worker => {
    const started = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: heapMbMax }, stdout: true });
    // It alone is no reason for the process to stay.
    started.unref();
    started.on('message', (answer: Answered) => {
      if (answer.number !== drawing?.number) return;
      settle((job) => {
        if ('failed' in answer) job.failed(failure(answer.failed));
        else job.done(pictureOf(answer, job.request.text));
      });
      drawn += 1;
      if (drawn >= picturesPerThreadMax && !drawing) void renew();
    });
    const ended = (why: string): void => {
      if (worker !== started) return;
      worker = undefined;
      drawn = 0;
      log.warn({ why }, 'the thread that draws pictures ended; another takes its place');
      settle((job) => job.failed(failure(why)));
    };
    started.on('error', (error: Error & { code?: string }) => ended(error.code ?? error.name));
    started.on('exit', () => ended('exit'));
    return started;
  };

  return {
    isBusy: () => drawing !== undefined,
    draw: (job) => {
      worker ??= start();
      const number = (asked += 1);
      const timer = setTimeout(() => {
        void renew();
        settle((late) => late.failed(failure('too-slow')));
      }, drawingMsMax);
      timer.unref();
      drawing = { job, number, timer };
      worker.postMessage({ number, request: job.request } satisfies Asked);
    },
    close: async () => {
      await renew();
      settle((job) => job.failed(failure('closed')));
    },
  };
}

function pictureOf({ png, width, height }: Extract<Answered, { png: Uint8Array }>, alt: string): Picture {
  return { png: Buffer.from(png.buffer, png.byteOffset, png.byteLength), alt, width, height };
}
