import type { Problem } from '#contract';

const answerMsMax = 20_000;

/** A refusal of the hub, with its sentence; or no answer at all, without one. */
export class HubProblem extends Error {
  readonly code: string | undefined;
  /** The plain sentence for the person, when the hub gave one. */
  readonly sentence: string | undefined;

  constructor(problem: Partial<Problem> | undefined, options?: ErrorOptions) {
    super(problem?.message ?? 'no answer', options);
    this.name = 'HubProblem';
    this.code = problem?.code;
    this.sentence = problem?.message;
  }
}

/** The hub's sentence for what went wrong; undefined when it did not answer. Anything else is a fault of ours and goes on. */
export function sentenceOf(error: unknown): string | undefined {
  if (error instanceof HubProblem) return error.sentence;
  throw error;
}

/**
 * Calls the hub that served this page, by its session cookie.
 *
 * @throws HubProblem
 */
export async function callHub<Answer>(method: string, address: string, body?: unknown): Promise<Answer> {
  let response: Response;
  let json: unknown;
  try {
    response = await fetch(address, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerMsMax),
    });
    const text = await response.text();
    json = text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new HubProblem(undefined, { cause });
  }
  if (response.ok) return json as Answer;
  throw new HubProblem(typeof json === 'object' && json !== null ? json : undefined);
}
