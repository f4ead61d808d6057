/**
 * An error that a caller may meet. `code` is stable and may be matched on; `message` is the plain
 * sentence for a person; `detail` is for the log and never holds personal data.
 */
export class TellerlineError extends Error {
  readonly code: string;
  /** HTTP status that says the same. */
  readonly status: number;
  readonly detail: Readonly<Record<string, string | number | boolean>>;

  constructor(
    code: string,
    status: number,
    message: string,
    detail: Record<string, string | number | boolean> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'TellerlineError';
    this.code = code;
    this.status = status;
    this.detail = detail;
  }
}

/** Narrows to an error of ours, optionally to one code. */
export function isTellerlineError(error: unknown, code?: string): error is TellerlineError {
  return error instanceof TellerlineError && (code === undefined || error.code === code);
}

/** For a state that cannot be: what must hold, as a sentence. */
export function invariant(holds: unknown, sentence: string): asserts holds {
  if (!holds) throw new Error(`invariant broken: ${sentence}`);
}
