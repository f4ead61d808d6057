import { pino, type DestinationStream, type Logger } from 'pino';

/** The program's log. Give it codes, counts and ids; never what a person said or owns. */
export type Log = Logger;

/**
 * Names of fields that are never written, at any depth: what a person is called, what an account is, what
 * opens something, and what somebody wrote. Code should not log them in the first place; this is the net
 * beneath.
 */
const neverWritten: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'token',
  'accessToken',
  'refreshToken',
  'access_token',
  'refresh_token',
  'password',
  'secret',
  'key',
  'accountNumber',
  'accountId',
  'name',
  'username',
  'text',
  'body',
  'content',
  'description',
  'merchant',
  'email',
  'phone',
  'address',
  'amount',
]);

/** Nothing that is worth a line lies deeper. */
const levelsMax = 6;

/**
 * The program's log: JSON lines; personal data, tokens and message bodies replaced by "[redacted]".
 *
 * @param onAlarm told the name of every line that carries an `alarm`, also of those that `level` does not let through
 */
export function createLog(level: string, destination?: DestinationStream, onAlarm?: (name: string) => void): Log {
  // Silencing the log must not silence the count: lines of a warning and above reach the hook in any case.
  const wanted = pino.levels.values[level] ?? Number.POSITIVE_INFINITY;
  const reached = onAlarm && wanted > alarmsFrom ? 'warn' : level;
  return pino(
    {
      level: reached,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Not by pino's own redaction: it knows three levels, and where two of its paths meet it changes the
      // caller's object.
      formatters: { log: withhold },
      // What a child is bound to passes by the formatter; it is flat.
      redact: { paths: [...neverWritten], censor: '[redacted]' },
      hooks: {
        logMethod(args, method, lineLevel) {
          const [first] = args;
          const alarm = onAlarm && alarmOf(first);
          if (alarm !== undefined) onAlarm?.(alarm);
          if (lineLevel < wanted) return;
          // Without words beside it pino would write the error's own.
          if (args.length === 1 && hasError(first)) method.apply(this, [first, 'failed']);
          else method.apply(this, args);
        },
      },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  );
}

/** Alarms are warnings at least. */
const alarmsFrom = pino.levels.values['warn'] ?? 40;

function alarmOf(facts: unknown): string | undefined {
  if (typeof facts !== 'object' || facts === null || !('alarm' in facts)) return undefined;
  return typeof facts.alarm === 'string' ? facts.alarm : undefined;
}

function hasError(facts: unknown): facts is object {
  return typeof facts === 'object' && facts !== null && (facts instanceof Error || 'err' in facts);
}

/** The facts of one line, as they may be written. */
function withhold(facts: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]: [string, unknown]) => {
      if (neverWritten.has(name)) return [name, '[redacted]'];
      // An HTTP server's own objects, which its serializers cut down.
      if (name === 'req' || name === 'res') return [name, value];
      if (name === 'err' || name === 'error') return [name, writeError(value)];
      return [name, writeValue(value, 1)];
    }),
  );
}

function writeValue(value: unknown, level: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return writeError(value);
  // Dates, addresses and the like, which say how they are written.
  if ('toJSON' in value) return value;
  if (level >= levelsMax) return '[deeper]';
  if (Array.isArray(value)) return value.map((item: unknown) => writeValue(item, level + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `[${value.constructor.name}]`;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]: [string, unknown]) => [
      name,
      neverWritten.has(name) ? '[redacted]' : writeValue(part, level + 1),
    ]),
  );
}

/** An error without what it may carry of a request: its kind, code and trace, and for a database error no row. */
function writeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  const detail = (error as { detail?: unknown }).detail;
  return {
    type: error.name,
    code: typeof code === 'string' ? code : undefined,
    // A PostgreSQL error's `detail` is a string that quotes the row; ours is a table of plain facts.
    detail: typeof detail === 'object' ? writeValue(detail, 1) : undefined,
    stack: traceOf(error),
    cause: error.cause instanceof Error ? writeError(error.cause) : undefined,
  };
}

/** Where an error came from, without its message, which may be of several lines. */
function traceOf(error: Error): string {
  const { stack = '', message } = error;
  const behind = stack.slice(Math.max(0, stack.indexOf(message)) + message.length);
  return behind
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 7)
    .join('\n');
}
