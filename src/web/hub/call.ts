import type { Problem } from '#contract';

/** Longer than the hub itself waits for a bank; then nothing more will come. */
const answerMsMax = 20_000;

/** The hub refused, as a `Refusal`; or it did not answer in a way we can read, and whether it acted is not known. */
export class HubProblem extends Error {
  readonly problem: Problem | undefined;

  constructor(problem?: Problem, options?: ErrorOptions) {
    super(problem?.message ?? 'no answer', options);
    this.name = 'HubProblem';
    this.problem = problem;
  }

  get code(): string | undefined {
    return this.problem?.code;
  }

  /** The plain sentence for the person, when the hub gave one. */
  get sentence(): string | undefined {
    return this.problem?.message;
  }
}

/** The hub answered, and said no. */
export class Refusal extends HubProblem {
  /** Of HTTP. */
  readonly status: number;
  declare readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem);
    this.name = 'Refusal';
    this.status = status;
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
 * @param body sent as JSON; a blob goes as it is, under its own type
 * @throws HubProblem, Refusal
 */
export async function callHub<Answer>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  address: string,
  body?: unknown,
): Promise<Answer> {
  const raw = body instanceof Blob;
  let response: Response;
  let json: unknown;
  try {
    response = await fetch(address, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body !== undefined && {
        headers: { 'content-type': raw ? body.type : 'application/json' },
        body: raw ? body : JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(answerMsMax),
    });
    const text = await response.text();
    json = text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new HubProblem(undefined, { cause });
  }
  if (response.ok) return json as Answer;
  throw isProblem(json) ? new Refusal(response.status, json) : new HubProblem();
}

function isProblem(json: unknown): json is Problem {
  return typeof json === 'object' && json !== null && 'code' in json && 'message' in json;
}
