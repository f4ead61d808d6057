/**
 * What is used of BullMQ. It is installed only where the bench has run, and the types of the whole have to be
 * checked everywhere.
 */
declare module 'bullmq' {
  interface RedisAt {
    readonly host: string;
    readonly port: number;
    /** A worker waits for jobs without an end. */
    readonly maxRetriesPerRequest: null;
  }

  interface JobOptions {
    readonly jobId?: string;
    readonly removeOnComplete?: boolean;
  }

  export class Queue<Data> {
    constructor(name: string, options: { connection: RedisAt });
    add(name: string, data: Data, opts: JobOptions): Promise<object>;
    addBulk(jobs: { name: string; data: Data; opts?: JobOptions }[]): Promise<object[]>;
    waitUntilReady(): Promise<object>;
    close(): Promise<void>;
  }

  export class Worker<Data> {
    constructor(
      name: string,
      process: (job: { data: Data }) => Promise<void>,
      options: { connection: RedisAt; concurrency: number },
    );
    on(event: 'completed' | 'failed', listener: () => void): this;
    waitUntilReady(): Promise<object>;
    close(): Promise<void>;
  }
}
