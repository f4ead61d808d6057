import { parentPort } from 'node:worker_threads';
import type { Asked } from './picture-worker.ts';
import './picture-worker.ts';

// A drawing thread that ends, or never answers, when a card says so; and draws as the real one does otherwise.

parentPort?.on('message', ({ request }: Asked) => {
  if (request.text === 'end') process.exit(1);
  if (request.text === 'stand still') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  if (request.text === 'fill') {
    const heap: number[][] = [];
    for (;;) heap.push(Array<number>(1_000_000).fill(0.5));
  }
});
