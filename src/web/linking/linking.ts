import type { Disclosure, Locale, Problem, Purpose } from '#contract';

/** The calls of the linking page. */
export interface LinkingHub {
  disclosure(attempt: string): Promise<Disclosure>;
  setLocale(locale: Locale): Promise<void>;
  /** Answers where the bank's login is. */
  sign(attempt: string, choice: Signature): Promise<string>;
  decline(attempt: string): Promise<void>;
}

/** What is signed: the hash of the text shown, what was switched on, how long, and the typed name. */
export interface Signature {
  readonly hash: string;
  readonly purposes: readonly Purpose[];
  readonly durationDays: number;
  readonly signature: string;
}

/** A refusal of the hub, with its sentence; or no answer at all, without one. */
export class LinkingProblem extends Error {
  readonly code: string | undefined;
  /** The plain sentence for the person, when the hub gave one. */
  readonly sentence: string | undefined;

  constructor(problem: Partial<Problem> | undefined, options?: ErrorOptions) {
    super(problem?.message ?? 'no answer', options);
    this.name = 'LinkingProblem';
    this.code = problem?.code;
    this.sentence = problem?.message;
  }
}

/** The hub's sentence for what went wrong; undefined when it did not answer. Anything else is a fault of ours and goes on. */
export function sentenceOf(error: unknown): string | undefined {
  if (error instanceof LinkingProblem) return error.sentence;
  throw error;
}

/** The hub that served this page. */
export const linkingHub: LinkingHub = {
  disclosure: (attempt) => call('GET', `/api/linking/${encodeURIComponent(attempt)}`),
  setLocale: (locale) => call('PUT', '/api/settings', { locale }),
  sign: async (attempt, choice) => {
    const { continueTo } = await call<{ continueTo: string }>(
      'POST',
      `/api/linking/${encodeURIComponent(attempt)}/sign`,
      choice,
    );
    return continueTo;
  },
  decline: (attempt) => call('POST', `/api/linking/${encodeURIComponent(attempt)}/decline`, {}),
};

async function call<Answer>(method: string, address: string, body?: unknown): Promise<Answer> {
  let response: Response;
  let json: unknown;
  try {
    response = await fetch(address, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    json = text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new LinkingProblem(undefined, { cause });
  }
  if (response.ok) return json as Answer;
  throw new LinkingProblem(typeof json === 'object' && json !== null ? json : undefined);
}

/** The address of a bank's login: https, or this machine while trying things out. Anything else is refused. */
export function bankAddress(continueTo: string): URL | undefined {
  const address = URL.canParse(continueTo) ? new URL(continueTo) : undefined;
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(address?.hostname ?? '');
  return address?.protocol === 'https:' || (address?.protocol === 'http:' && local) ? address : undefined;
}
