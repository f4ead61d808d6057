import { WebSocket, type RawData } from 'ws';
import { limits, type Log } from '#base';
import { clientFrameSchema, type ClientFrame, type ServerFrame } from '#contract';
import type { Delivery } from '#delivery';
import { Feed, type SocketOwner } from './feed.ts';

const resumeWithinMs = 10_000;
const pingEveryMs = 30_000;

/** Serves one web socket of a browser until it closes. */
export function serveSocket(socket: WebSocket, owner: SocketOwner, delivery: Delivery, log: Log): void {
  const fail = (error: unknown): void => {
    log.warn({ err: error }, 'a web socket could not go on');
    socket.close(1011, 'resume');
  };
  const isOpen = (): boolean => socket.readyState === WebSocket.OPEN;
  const feed = new Feed(owner, delivery, { send: (frame) => send(socket, frame), isOpen, fail });
  const handle = (frame: ClientFrame): Promise<void> =>
    frame.frame === 'resume' ? feed.resume(frame.after) : feed.markRead(frame.seq);

  const late = setTimeout(() => {
    if (!feed.resumed) socket.close(1008, 'resume expected');
  }, resumeWithinMs);
  let answered = true;
  const ping = setInterval(() => {
    // A phone that went away without a word leaves no socket behind.
    if (!answered) return socket.terminate();
    answered = false;
    frames = 0;
    return socket.ping();
  }, pingEveryMs);

  socket.on('pong', () => (answered = true));
  let frames = 0;
  socket.on('message', (data, isBinary) => {
    frames += 1;
    if (frames > limits.framesPerPingMax) return socket.terminate();
    const frame = isBinary ? undefined : readFrame(data);
    if (frame) handle(frame).catch(fail);
    else socket.close(1008, 'not understood');
    return undefined;
  });
  socket.on('error', (error) => log.debug({ err: error }, 'a web socket failed'));
  socket.on('close', () => {
    clearTimeout(late);
    clearInterval(ping);
    feed.close();
  });
}

function send(socket: WebSocket, frame: ServerFrame): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  // A browser that does not take what it is sent comes back and resumes.
  if (socket.bufferedAmount > limits.socketBufferBytesMax) socket.close(1013, 'too slow, resume');
  else socket.send(JSON.stringify(frame));
}

/** Reads a frame of the browser's; undefined when it is none. */
function readFrame(data: RawData): ClientFrame | undefined {
  try {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    return clientFrameSchema.safeParse(JSON.parse(bytes.toString())).data;
  } catch {
    return undefined;
  }
}
