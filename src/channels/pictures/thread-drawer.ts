import { TellerlineError, type Log } from '#base';
import { Worker } from 'node:worker_threads';
import type { Answered, Asked } from './picture-worker.ts';
import type { Picture, PictureRequest } from './picture.ts';

/** Heap of one thread: the atlases take 60 MB of it. Beyond this it ends, and another takes its place. */
const heapMbMax = 256;
/** Loading face, layout and atlases takes a second, on a busy machine several. */
const startingMsMax = 30_000;
/** After so many pictures a thread is renewed: what the layout and the rasteriser keep is not counted in any heap. */
const picturesPerThreadMax = 1000;

/** A picture that is to be drawn, and whom to tell. */
export interface Job {
  readonly request: PictureRequest;
  readonly done: (picture: Picture) => void;
  readonly failed: (error: TellerlineError) => void;
}

/** Why a picture could not be drawn, for the log; whoever wanted it reads one plain sentence. */
export const failure = (why: string): TellerlineError =>
  new TellerlineError('picture_failed', 500, 'This picture could not be drawn.', { why });

/** How one thread is bounded. */
export interface ThreadOptions {
  readonly log: Log;
  /** A picture that takes longer is given up, and its thread ended. */
  readonly drawingMsMax?: number;
  /** After so many pictures a thread is renewed. */
  readonly picturesMax?: number;
  /** The program that a thread runs; a test brings its own. */
  readonly program?: URL;
}

/** One thread, started when there is something to draw and again after it has ended. Draws one picture at a time. */
export class ThreadDrawer {
  readonly #options: ThreadOptions;
  readonly #free: () => void;
  #worker: Worker | undefined;
  /** It has loaded what it draws with. */
  #isReady = false;
  #drawing: { readonly job: Job; readonly number: number; timer?: NodeJS.Timeout } | undefined;
  #drawn = 0;
  #asked = 0;

  /** @param free it may be given the next */
  constructor(options: ThreadOptions, free: () => void) {
    this.#options = options;
    this.#free = free;
  }

  get isBusy(): boolean {
    return this.#drawing !== undefined;
  }

  /** Starts the thread, as it will soon be needed. */
  warm(): Worker {
    return (this.#worker ??= this.#start());
  }

  draw(job: Job): void {
    const worker = this.warm();
    const number = (this.#asked += 1);
    this.#drawing = { job, number };
    this.#limit();
    worker.postMessage({ number, request: job.request } satisfies Asked, []);
  }

  async close(): Promise<void> {
    await this.#renew();
    this.#settle((job) => job.failed(failure('closed')));
  }

  #start(): Worker {
    const { program = new URL('./picture-worker.ts', import.meta.url) } = this.#options;
    const started = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: heapMbMax }, stdout: true });
    // It alone is no reason for the process to stay.
    started.unref();
    started.on('message', (answer: Answered) => this.#hear(answer));
    started.on('error', (error: Error & { code?: string }) => this.#ended(started, error.code ?? error.name));
    started.on('exit', () => this.#ended(started, 'exit'));
    return started;
  }

  #hear(answer: Answered): void {
    if ('ready' in answer) {
      this.#isReady = true;
      this.#limit();
      return;
    }
    if (answer.number !== this.#drawing?.number) return;
    this.#drawn += 1;
    const { picturesMax = picturesPerThreadMax, log } = this.#options;
    // Before the next is given out, which under load is at once: this one is drawn, and that is for another thread.
    if (this.#drawn >= picturesMax) {
      log.debug({ drawn: this.#drawn }, 'the thread that draws pictures has served its time');
      void this.#renew();
    }
    this.#settle((job) => {
      if ('failed' in answer) job.failed(failure(answer.failed));
      else job.done(pictureOf(answer, job.request.text));
    });
  }

  #ended(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#forget();
    this.#options.log.warn({ why }, 'the thread that draws pictures ended; another takes its place');
    this.#settle((job) => job.failed(failure(why)));
  }

  /** From when the thread draws: what it loads at its start has a longer time. */
  #limit(): void {
    const drawing = this.#drawing;
    if (!drawing) return;
    const { drawingMsMax = 5000 } = this.#options;
    clearTimeout(drawing.timer);
    const giveUp = (): void => {
      void this.#renew();
      this.#settle((job) => job.failed(failure('too-slow')));
    };
    drawing.timer = setTimeout(giveUp, this.#isReady ? drawingMsMax : startingMsMax);
    drawing.timer.unref();
  }

  #settle(say: (job: Job) => void): void {
    const drawing = this.#drawing;
    if (!drawing) return;
    clearTimeout(drawing.timer);
    this.#drawing = undefined;
    say(drawing.job);
    this.#free();
  }

  async #renew(): Promise<void> {
    const ending = this.#worker;
    this.#forget();
    await ending?.terminate();
  }

  #forget(): void {
    this.#worker = undefined;
    this.#isReady = false;
    this.#drawn = 0;
  }
}

function pictureOf({ png, width, height }: Extract<Answered, { png: Uint8Array }>, alt: string): Picture {
  return { png: Buffer.from(png.buffer, png.byteOffset, png.byteLength), alt, width, height };
}
