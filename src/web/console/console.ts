import type { Console, Problem, SupportLink, WithdrawalCounts, WithdrawalView } from '#contract';

/** A refusal of the hub, with its sentence; or no answer at all, without one. */
export class ConsoleProblem extends Error {
  readonly code: string | undefined;
  readonly sentence: string | undefined;

  constructor(problem: Partial<Problem> | undefined, options?: ErrorOptions) {
    super(problem?.message ?? 'no answer', options);
    this.name = 'ConsoleProblem';
    this.code = problem?.code;
    this.sentence = problem?.message;
  }
}

/** The calls of the console, to the staff's listener that served this page. */
export const consoleHub = {
  signIn: (secret: string): Promise<void> => call('POST', '/api/console/sign-in', { secret }),
  signOut: (): Promise<void> => call('POST', '/api/console/sign-out'),
  banks: (): Promise<Console> => call('GET', '/api/console'),
  counts: (bank: string): Promise<WithdrawalCounts> => call('GET', `/api/console/banks/${encodeURIComponent(bank)}`),
  withdraw: (bank: string, name: string): Promise<WithdrawalView> =>
    call('POST', `/api/console/banks/${encodeURIComponent(bank)}/withdraw`, { name }),
  giveBack: (bank: string, name: string): Promise<WithdrawalView> =>
    call('POST', `/api/console/banks/${encodeURIComponent(bank)}/return`, { name }),
  link: (reference: string): Promise<SupportLink> => call('GET', `/api/console/links/${encodeURIComponent(reference)}`),
  stopLink: (reference: string): Promise<void> =>
    call('POST', `/api/console/links/${encodeURIComponent(reference)}/stop`),
  receiptAddress: (bank: string): string => `/api/console/banks/${encodeURIComponent(bank)}/receipt`,
} as const;

/** @throws ConsoleProblem */
async function call<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(path, {
    method,
    cache: 'no-store',
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new ConsoleProblem(undefined, { cause: error });
  });
  const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw new ConsoleProblem(answer as Partial<Problem> | undefined);
  return answer as Answer;
}
