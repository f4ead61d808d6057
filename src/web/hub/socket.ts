/** What is called when a socket opens, brings a frame, or has closed for whatever reason, with RFC 6455's code. */
export interface SocketHandlers<Frame> {
  readonly opened: () => void;
  readonly frame: (frame: Frame) => void;
  readonly closed: (code: number) => void;
}

/** An open or opening web socket; what is sent before it opened is lost. */
export interface HubSocket<Frame> {
  send(frame: Frame): void;
  close(): void;
}

/** Opens a web socket to the hub that served this page, by its session cookie. */
export function connectHub<Sent, Received>(path: string, handlers: SocketHandlers<Received>): HubSocket<Sent> {
  const address = new URL(path, location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  const socket = new WebSocket(address);
  socket.addEventListener('open', handlers.opened);
  socket.addEventListener('close', ({ code }) => handlers.closed(code));
  socket.addEventListener('message', (event: MessageEvent<string>) => {
    handlers.frame(JSON.parse(event.data) as Received);
  });
  return {
    send: (frame) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    close: () => socket.close(),
  };
}
