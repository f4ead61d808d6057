import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { limits, type Log, type Meter } from '#base';
import { clientFrameSchema, type ClientFrame, type ServerFrame } from '#contract';
import type { Thread } from '#delivery';
import { hearFrames } from './frames.ts';
import { Feed, type FeedParts, type SocketOwner, type Wire } from './feed.ts';

/** What a socket is served with. */
export interface SocketParts extends FeedParts {
  readonly log: Log;
  /** What staff at the other end of a talk are told of this browser. */
  readonly talk: {
    typing(thread: Thread, on: boolean): Promise<void>;
    has(thread: Thread, seq: number, what: 'delivered' | 'read'): Promise<void>;
  };
}

const resumeWithinMs = 10_000;

/**
 * Serves one web socket of a browser until it closes.
 *
 * @param stream what it was made over
 */
export function serveSocket(socket: WebSocket, stream: Duplex, owner: SocketOwner, parts: SocketParts): void {
  const { log, meter, talk } = parts;
  const fail = (error: unknown): void => {
    log.warn({ err: error }, 'a web socket could not go on');
    meter.socketClosed('failed');
    socket.close(1011, 'resume');
  };
  const feed = new Feed(owner, parts, wireOver(socket, meter, fail, corking(stream)));
  const handle = async (frame: ClientFrame): Promise<void> => {
    switch (frame.frame) {
      case 'resume':
        await feed.resume(frame.after);
        return frame.after > 0 ? talk.has(owner.thread, frame.after, 'delivered') : undefined;
      case 'read':
        await feed.markRead(frame.seq);
        return talk.has(owner.thread, frame.seq, 'read');
      case 'typing':
        return talk.typing(owner.thread, frame.on);
    }
  };

  const late = setTimeout(() => {
    if (!feed.resumed) socket.close(1008, 'resume expected');
  }, resumeWithinMs);
  hearFrames(socket, clientFrameSchema, (frame) => void handle(frame).catch(fail));
  socket.on('error', (error) => log.debug({ err: error }, 'a web socket failed'));
  socket.on('close', () => {
    clearTimeout(late);
    feed.close();
  });
}

/** Whatever is sent in one turn of the event loop goes out in one write. */
function corking(stream: Duplex): () => void {
  let isCorked = false;
  return () => {
    if (isCorked) return;
    isCorked = true;
    stream.cork();
    process.nextTick(() => {
      isCorked = false;
      stream.uncork();
    });
  };
}

function wireOver(socket: WebSocket, meter: Meter, fail: (error: unknown) => void, cork: () => void): Wire {
  const isOpen = (): boolean => socket.readyState === WebSocket.OPEN;
  const send = (frame: ServerFrame, then?: () => void): void => {
    if (!isOpen()) return then?.();
    if (socket.bufferedAmount <= limits.socketBufferBytesMax) {
      cork();
      return socket.send(JSON.stringify(frame), then);
    }
    closeSlow(socket, meter);
    return then?.();
  };
  return {
    isOpen,
    fail,
    send,
    // Called back with an error when the socket closes first; either way there is nothing to wait for any more.
    deliver: (frame) => new Promise((settle) => send(frame, () => settle())),
  };
}

/** Sends away a browser that does not take what it is sent: it comes back and resumes where it stands. */
export function closeSlow(socket: WebSocket, meter: Meter): void {
  meter.socketClosed('slow');
  socket.close(tryAgainLater, 'too slow, resume');
  // The goodbye stands behind what is not taken; memory does not wait for it.
  setTimeout(() => socket.terminate(), goodbyeMs).unref();
}

/** Of RFC 6455's registry: the server is over capacity. */
const tryAgainLater = 1013;
const goodbyeMs = 1000;
