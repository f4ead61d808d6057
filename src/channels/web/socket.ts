import { WebSocket, type RawData } from 'ws';
import type { Log } from '#base';
import { limits } from '#base';
import { clientFrameSchema, type ClientFrame, type Entry, type ServerFrame } from '#contract';
import type { Delivery, Manner, Thread } from '#delivery';
import type { Actor } from '#vault';

/** Who is at the other end of a socket. */
export interface SocketOwner {
  readonly actor: Actor;
  readonly thread: Thread;
  readonly manner: Manner;
}

const resumeWithinMs = 10_000;
const pingEveryMs = 30_000;

/**
 * Serves one web socket: the browser says up to which number it has everything, gets what came after,
 * then what comes. What is handed on in memory goes out at once when it is the next number; after any
 * gap the socket reads on from the database, so nothing is skipped and nothing sent twice (promise P2).
 */
export function serveSocket(socket: WebSocket, owner: SocketOwner, delivery: Delivery, log: Log): void {
  const { thread, manner, actor } = owner;
  let sentSeq: number | undefined;
  let reading = false;
  let newer = false;
  let disconnect: (() => void) | undefined;

  const send = (frame: ServerFrame): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    // A browser that does not take what it is sent comes back and resumes.
    if (socket.bufferedAmount > limits.socketBufferBytesMax) return socket.close(1013, 'too slow, resume');
    socket.send(JSON.stringify(frame));
  };

  /** Reads on from the last number sent until there is nothing newer. */
  const readOn = async (): Promise<void> => {
    if (reading || sentSeq === undefined) {
      newer = true;
      return;
    }
    reading = true;
    try {
      do {
        newer = false;
        const page = await delivery.page(actor, thread, { after: sentSeq, limit: limits.entriesPerPageMax }, manner);
        if (page.entries.length > 0) send({ frame: 'entries', entries: page.entries });
        sentSeq = page.entries.at(-1)?.seq ?? sentSeq;
        newer ||= sentSeq < page.lastSeq;
      } while (newer && socket.readyState === WebSocket.OPEN);
    } catch (error) {
      log.warn({ err: error }, 'a web socket could not read on');
      socket.close(1011, 'resume');
    } finally {
      reading = false;
    }
  };

  const entries = (handed: readonly Entry[]): void => {
    const fresh = handed.filter((entry) => entry.seq > (sentSeq ?? 0));
    const first = fresh[0];
    if (!first) return;
    if (reading || first.seq !== (sentSeq ?? 0) + 1) return void readOn();
    send({ frame: 'entries', entries: [...fresh] });
    sentSeq = fresh.at(-1)?.seq ?? sentSeq;
  };

  const resume = async (after: number): Promise<void> => {
    if (sentSeq !== undefined) return;
    const here = await delivery.standing(thread);
    // A browser that claims to know more than there is starts from the beginning.
    sentSeq = after > here.lastSeq ? 0 : after;
    disconnect = delivery.outlets.connect(thread.conversationId, { manner: () => manner, entries, frame: send });
    send({ frame: 'hello', lastSeq: here.lastSeq, readSeq: here.readSeq });
    await readOn();
  };

  const handle = async (frame: ClientFrame): Promise<void> => {
    if (frame.frame === 'resume') return resume(frame.after);
    await delivery.markRead(thread, frame.seq);
  };

  const late = setTimeout(() => {
    if (sentSeq === undefined) socket.close(1008, 'resume expected');
  }, resumeWithinMs);
  const ping = setInterval(() => socket.ping(), pingEveryMs);

  socket.on('message', (data, isBinary) => {
    const frame = isBinary ? undefined : readFrame(data);
    if (!frame) return socket.close(1008, 'not understood');
    handle(frame).catch((error: unknown) => {
      log.warn({ err: error }, 'a frame could not be handled');
      socket.close(1011, 'resume');
    });
  });
  socket.on('error', (error) => log.debug({ err: error }, 'a web socket failed'));
  socket.on('close', () => {
    clearTimeout(late);
    clearInterval(ping);
    disconnect?.();
  });
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
