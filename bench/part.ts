import type { Row } from './measured.ts';

/** How a run is made; each may be set on the command line. */
export interface BenchOptions {
  /** How long each load lasts. */
  readonly seconds: number;
  /** How often each figure is measured. */
  readonly runs: number;
  /** Links in the database, each of a customer of its own. */
  readonly links: number;
  /** Links for the figure on many more; 0 leaves it out. */
  readonly manyLinks: number;
  /** Customers with an open web socket. */
  readonly connected: number;
  /** Which share of the events is of customers with an open web socket. */
  readonly connectedShare: number;
  /** Events in a batch while latency is measured. */
  readonly latencyBatch: number;
  /** Entries up to which the tables are filled. */
  readonly entries: number;
  /** Links of the bank that pulls out. */
  readonly pulloutLinks: number;
  /** The folder for what was measured. */
  readonly results: string;
}

/** What a part is given. */
export interface Bench {
  readonly options: BenchOptions;
  /** Says what is being done; on a terminal one line that changes. */
  readonly progress: (what: string) => void;
  /** What the parts before it have measured, in this same run. */
  readonly rows: readonly Row[];
}

/** One part of the bench, by its name on the command line. */
export interface Part {
  readonly name: string;
  /** What its figures are of, as a heading. */
  readonly heading: string;
  /** A part whose figures this one is compared with: it runs before, in the same run. */
  readonly after?: string;
  run(bench: Bench): Promise<Row[]>;
}

/** For figures of many short acts, which are steady within seconds. */
export const shortSeconds = ({ seconds }: BenchOptions): number => Math.min(seconds, 10);
