import type { Database } from '#db';
import type { HttpParts } from '#http';
import { tidy } from './chores.ts';
import { repeat, type Job } from './repeat.ts';
import { renewDueRoots } from './rotation.ts';

const hourMs = 3_600_000;
/** The start itself comes first. */
const firstMs = 30_000;
/** A digest comes at most this long after its hour. */
const digestsEveryMs = 10_000;
/** A sender is refused by an age of the backlogs that is at most this old, and a look's own time. */
const backlogsEveryMs = 1_000;
/** What another process left, or failed, and statuses that came too early, wait at most so much longer. */
const inboxEveryMs = 1_000;
/** The window of a deletion is one interval of rotation and this. */
const rotationEveryMs = 5 * 60_000;

/** Starts what `app` itself does again and again. What was due while nothing ran is done after the start. */
export function startJobs(
  parts: HttpParts,
  database: Database,
  rotationHours: number,
  more: readonly Job[] = [],
): Job[] {
  const { talk, admission, receiving, log } = parts;
  return [
    ...more,
    repeat(() => tidy(parts, database), {
      firstMs,
      everyMs: hourMs,
      log,
      failed: 'the hourly tidying failed and is tried again',
    }),
    repeat(() => talk.tellDigests(), {
      everyMs: digestsEveryMs,
      log,
      failed: 'digests could not be looked for; it is tried again',
    }),
    repeat(() => renewDueRoots(parts, rotationHours), {
      firstMs,
      everyMs: rotationEveryMs,
      log,
      failed: 'root keys could not be renewed; it is tried again',
    }),
    repeat(() => receiving.look(), {
      everyMs: inboxEveryMs,
      firstMs: 0,
      log,
      failed: 'what messengers told could not be looked for; it is tried again',
    }),
    repeat(() => admission.look(), { everyMs: backlogsEveryMs, log, failed: 'the backlogs could not be looked at' }),
  ];
}
