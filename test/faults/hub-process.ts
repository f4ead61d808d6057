import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** How long a hub may take to say that it is ready, also on a busy machine. */
const readyMsMax = 60_000;

/** How one hub is started. */
export interface HubStart {
  /** A folder of its own. */
  readonly data: string;
  readonly port: number;
  /** Its settings, and variables of the fault. */
  readonly env: Readonly<Record<string, string>>;
}

/** The product, as `npm start` runs it: a process of its own, so that a signal to it is a real one. */
export class HubProcess {
  readonly url: string;
  readonly process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #said = '';

  private constructor({ data, port, env }: HubStart) {
    this.url = `http://localhost:${port}`;
    this.process = spawn(process.execPath, ['src/app/cli.ts', 'start'], {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        // Compiled once, not at every start: a test that kills a hub starts it a dozen times.
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        TELLERLINE_DATA: data,
        TELLERLINE_PORT: String(port),
        TELLERLINE_STAFF_PORT: '0',
        TELLERLINE_LOG_LEVEL: 'warn',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#said += chunk.toString();
        if (process.env['TEST_LOG']) process.stderr.write(chunk);
      });
    this.#ended = once(this.process, 'exit');
  }

  /** Starts a hub; when it is answered, it serves, unless a fault has ended it before that. */
  static async start(start: HubStart): Promise<HubProcess> {
    const hub = new HubProcess(start);
    await Promise.race([hub.#untilReady(), hub.#ended]);
    return hub;
  }

  async #untilReady(): Promise<void> {
    const late = AbortSignal.timeout(readyMsMax);
    while (!this.#said.includes('is ready in')) {
      if (!this.process.stdout) throw new Error('a hub has an output');
      await Promise.race([once(this.process.stdout, 'data', { signal: late }), this.#ended]);
      if (!this.isRunning()) return;
    }
  }

  isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Whether a signal has stopped it, so that it stands still. */
  isStopped(): boolean {
    return this.isRunning() && / T /.test(readFileSync(`/proc/${this.pid}/stat`, 'utf8'));
  }

  /** Everything that it has printed and logged. */
  said(): string {
    return this.#said;
  }

  get pid(): number {
    return this.process.pid ?? Number.NaN;
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Waits for its end: the signal that ended it, or null. */
  async end(): Promise<NodeJS.Signals | null> {
    await this.#ended;
    return this.process.signalCode;
  }

  /** Ends it as `kill -9` does, wherever it is. */
  async kill(): Promise<void> {
    if (this.isRunning()) this.signal('SIGKILL');
    await this.end();
  }
}
