import { pino, type DestinationStream, type Logger } from 'pino';

/** The program’s log. Give it codes, counts and ids; never what a person said or owns. */
export type Log = Logger;

/**
 * Names of fields that are never written, at any depth up to three: what a person is called, what an
 * account is, what opens something, and what somebody wrote. Code should not log them in the first
 * place; this is the net beneath.
 */
const neverWritten = [
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
] as const;

const redactPaths = neverWritten.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** The program's log: JSON lines; personal data, tokens and message bodies replaced by "[redacted]". */
export function createLog(level: string, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: redactPaths, censor: '[redacted]' },
      serializers: { err: serializeError, error: serializeError },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  );
}

/** An error without what it may carry of a request: its kind, code and trace, and for a database error no row. */
function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  const detail = (error as { detail?: unknown }).detail;
  return {
    type: error.name,
    code: typeof code === 'string' ? code : undefined,
    // A PostgreSQL error's `detail` is a string that quotes the row; ours is a table of plain facts.
    detail: typeof detail === 'object' ? detail : undefined,
    stack: (error.stack ?? '').split('\n').slice(1, 8).join('\n'),
    cause: error.cause instanceof Error ? serializeError(error.cause) : undefined,
  };
}
