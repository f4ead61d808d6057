import type { Clock } from '#base';

/** A line in a terminal that shows how much of a file has been read; anywhere else it writes nothing. */
export interface ProgressBar {
  read: (bytes: number) => void;
  /** Draws the line anew, at most ten times a second. */
  show: (accepted: number) => void;
  /** Takes the line away, so that other text can be written. */
  clear: () => void;
}

const width = 30;
const redrawMs = 100;

/** Makes the line for a file of `bytesTotal` bytes, not drawn yet. */
export function progressBar(
  stream: { write(text: string): unknown; isTTY?: boolean },
  clock: Clock,
  bytesTotal: number,
): ProgressBar {
  let bytesRead = 0;
  let drawnAt = -Infinity;
  const clear = (): void => {
    if (stream.isTTY && drawnAt > -Infinity) stream.write('\r\u001B[2K');
    drawnAt = -Infinity;
  };
  return {
    read: (bytes) => {
      bytesRead = bytes;
    },
    show: (accepted) => {
      const now = clock.monotonicMs();
      if (!stream.isTTY || now - drawnAt < redrawMs) return;
      drawnAt = now;
      const share = bytesTotal === 0 ? 0 : Math.min(1, bytesRead / bytesTotal);
      const filled = Math.round(share * width);
      const line = '█'.repeat(filled) + '░'.repeat(width - filled);
      stream.write(
        `\r${line} ${String(Math.floor(share * 100)).padStart(3)} %  ${accepted.toLocaleString('en')} booked`,
      );
    },
    clear,
  };
}
