/**
 * Where a test may end or stop this process on an event's way, in the order of the way. A test walks through
 * all of them and fails at one that is never passed.
 */
export const failPoints = [
  'event verified',
  'event parsed',
  'event routed',
  'event keys entered',
  'records stored',
  'sequence taken',
  'messages written',
  'entries written',
  'deliveries stored',
  'hand-off entered',
  'uses entered',
  'batch counted',
  'hand-off begins',
  'hand-off done',
  'event committed',
  'answer ready',
] as const;

/** The same on the way of what a person does at a messenger. */
export const channelFailPoints = [
  'body stored',
  'body committed',
  'person met',
  'arrival key entered',
  'arrival written',
  'arrival committed',
  'body done',
] as const;

/** The same on the way of a code that is said in a chat. */
export const codeFailPoints = ['code taken', 'link stored', 'code carried out'] as const;

/** One of them. */
export type FailPoint =
  | (typeof failPoints)[number]
  | (typeof channelFailPoints)[number]
  | (typeof codeFailPoints)[number];

/**
 * Does nothing, unless a test has armed this very point for the process: `TEST_FAIL_POINT` names it, with the
 * pass at which it works (1 unless given) and the signal that the process then sends itself (SIGKILL unless
 * given), as in `records stored:3:SIGSTOP`.
 */
export const failPoint: (name: FailPoint) => void = armed(process.env['TEST_FAIL_POINT']);

function armed(setting: string | undefined): (name: FailPoint) => void {
  if (!setting) return () => undefined;
  const [point, pass = '1', signal = 'SIGKILL'] = setting.split(':');
  let left = Number(pass);
  return (name) => {
    if (name !== point) return;
    left -= 1;
    // A signal to oneself is there before the call returns: no later line runs.
    if (left === 0) process.kill(process.pid, signal);
  };
}
