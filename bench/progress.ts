/** Says what is being done. */
export interface ProgressLine {
  readonly say: (what: string) => void;
  readonly end: () => void;
}

const everyMs = 1000;

/**
 * On a terminal one line that changes, with the minutes since the part began; elsewhere a line for each new thing,
 * at most one a second.
 */
export function progressLine(part: string): ProgressLine {
  const began = performance.now();
  let said = '';
  let saidMs = -everyMs;
  const isTerminal = process.stdout.isTTY;
  const write = (): void => {
    const seconds = Math.round((performance.now() - began) / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    process.stdout.write(isTerminal ? `\r\u001b[2K${part} ${time} ${said}` : `${part} ${time} ${said}\n`);
    saidMs = performance.now();
  };
  const timer = isTerminal ? setInterval(write, everyMs).unref() : undefined;
  return {
    say: (what) => {
      said = what;
      if (isTerminal || performance.now() - saidMs >= everyMs) write();
    },
    end: () => {
      clearInterval(timer);
      if (isTerminal) process.stdout.write('\r\u001b[2K');
    },
  };
}
