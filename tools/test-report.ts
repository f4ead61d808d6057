import { spec, type TestEvent } from 'node:test/reporters';
import { text } from 'node:stream/consumers';

/** What became of some test files. */
export interface TestRun {
  /** 0 when every test passed. */
  readonly code: number;
  readonly output: string;
}

/** Files that took longest, so many of them, are named at the end of a run of more. */
const longestMax = 12;

/** What several test files report, as one: each file in one piece when it is done, and the counts of all at the end. */
export class TestReport {
  readonly #spec = new spec();
  readonly #text: Promise<string>;
  readonly #counts = { tests: 0, passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 };
  readonly #took: { readonly file: string; readonly ms: number }[] = [];

  /** @param isShown it is written to the standard output as it comes */
  constructor(isShown: boolean) {
    this.#text = text(this.#spec);
    if (isShown) this.#spec.on('data', (piece: Buffer | string) => void process.stdout.write(piece));
  }

  add(file: string, events: readonly TestEvent[]): void {
    for (const event of events) {
      if (event.type === 'test:summary' && event.data.file === undefined) {
        this.#took.push({ file, ms: event.data.duration_ms });
        for (const [what, count] of Object.entries(event.data.counts))
          if (isCounted(what, this.#counts)) this.#counts[what] += count;
      } else if (event.type !== 'test:diagnostic' || event.data.file !== undefined) {
        // What a file says without its name are its counts, which are added up here.
        this.#spec.write(event);
      }
    }
  }

  /** The report is complete; it names every test that failed once more. */
  async end(): Promise<TestRun> {
    const counts = Object.entries(this.#counts).map(([what, count]) => `${what} ${count}`);
    const longest = this.#took.toSorted((a, b) => b.ms - a.ms).slice(0, longestMax);
    const took = longest.map(({ file, ms }) => `${(ms / 1000).toFixed(1)} s ${file}`);
    for (const message of this.#took.length > longestMax ? [...counts, ...took] : counts)
      this.#spec.write({ type: 'test:diagnostic', data: { nesting: 0, message, level: 'info' } });
    this.#spec.end();
    const { failed, cancelled } = this.#counts;
    return { code: failed + cancelled === 0 ? 0 : 1, output: await this.#text };
  }
}

const isCounted = <Counts extends object>(name: string, counts: Counts): name is Extract<keyof Counts, string> =>
  name in counts;
