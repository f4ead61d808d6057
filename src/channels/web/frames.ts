import type { RawData, WebSocket } from 'ws';
import type { ZodType } from 'zod';
import { limits } from '#base';

const pingEveryMs = 30_000;

/**
 * Hears the frames of one web socket until it closes. What is not understood closes it; whoever says too much, or has
 * gone away without a word, is cut off.
 */
export function hearFrames<Frame>(socket: WebSocket, schema: ZodType<Frame>, handle: (frame: Frame) => void): void {
  let answered = true;
  let frames = 0;
  const ping = setInterval(() => {
    // A phone that went away without a word leaves no socket behind.
    if (!answered) return socket.terminate();
    answered = false;
    frames = 0;
    return socket.ping();
  }, pingEveryMs);
  socket.on('pong', () => (answered = true));
  socket.on('message', (data, isBinary) => {
    frames += 1;
    if (frames > limits.framesPerPingMax) return socket.terminate();
    const frame = isBinary ? undefined : readFrame(schema, data);
    if (frame) handle(frame);
    else socket.close(1008, 'not understood');
    return undefined;
  });
  socket.on('close', () => clearInterval(ping));
}

/** Undefined when it is none. */
function readFrame<Frame>(schema: ZodType<Frame>, data: RawData): Frame | undefined {
  try {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    return schema.safeParse(JSON.parse(bytes.toString())).data;
  } catch {
    return undefined;
  }
}
