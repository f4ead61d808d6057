import { isTellerlineError, outgoing, type Fetch } from '#base';
import { readAnswer, type GraphAnswer } from './answers.ts';
import type { MetaApp } from './settings.ts';
import { appSecretProof } from './signature.ts';

/** One call to the Graph API. */
export interface GraphCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the version: `me/messages`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly accessToken: string;
  /** Becomes JSON. */
  readonly body?: unknown;
}

/** How much of what it allows us Meta says is used up. */
export interface Usage {
  /** Of the limit, in percent; beyond 100 nothing goes. */
  readonly percent: number;
  /** Until it goes again, when Meta says so. */
  readonly regainMs: number;
}

/** What came of a call. */
export type GraphResult =
  | {
      readonly got: 'answer';
      readonly status: number;
      readonly answer: GraphAnswer;
      /** The JSON of the answer, of what is not a message; undefined when it is none. */
      readonly json: unknown;
      readonly usage: Usage | undefined;
      /** From `Retry-After`. */
      readonly retryAfterMs: number | undefined;
    }
  /** The call did not reach the Graph API: it was not done, for certain. */
  | { readonly got: 'no-connection' }
  /** It went out, and what came back is no answer, or nothing: whether it was done nobody knows. */
  | { readonly got: 'unknown'; readonly code: string };

/** The Graph API, as one app calls it. */
export interface Graph {
  /** Calls once; ends when `signal` aborts. Never throws. */
  call(call: GraphCall, signal?: AbortSignal): Promise<GraphResult>;
}

/** Longest wait for an answer, where the caller has no own limit. */
const callMsMax = 20_000;
/** No answer that we read is nearly as large. */
const answerBytesMax = 256 * 1024;
/** What went wrong before anything of the call had gone out. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/**
 * The way to the Graph API of one app: it reaches the origin of the settings alone. The access token goes in a
 * header, so that it stands in no address; beside it Meta's proof that we hold the app's secret too.
 *
 * @param through another than the platform's `fetch`, for a test
 */
export function graphOf({ graph, appSecret }: Pick<MetaApp, 'graph' | 'appSecret'>, through?: Fetch): Graph {
  const fetchFrom = outgoing('messenger', [new URL(graph).origin], through);
  return {
    call: async ({ method, path, query = {}, accessToken, body }, signal) => {
      const url = new URL(`${graph.replace(/\/$/, '')}/${path}`);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      url.searchParams.set('appsecret_proof', appSecretProof(accessToken, appSecret));
      const deadline = AbortSignal.timeout(callMsMax);
      try {
        const response = await fetchFrom(url.href, {
          method,
          headers: {
            authorization: `Bearer ${accessToken}`,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          body: body === undefined ? null : JSON.stringify(body),
          signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        });
        return await readResult(response);
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

async function readResult(response: Response): Promise<GraphResult> {
  const bytes = await wholeBody(response);
  if (bytes === undefined) return { got: 'unknown', code: 'answer-too-large' };
  const answer = readAnswer(bytes);
  const { status, headers } = response;
  // A gateway's own page: it may stand before a call that was done.
  if (answer.kind === 'unreadable' && (status >= 500 || status < 200))
    return { got: 'unknown', code: `http-${status}` };
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return {
    got: 'answer',
    status,
    answer,
    json: jsonOf(bytes),
    usage: usageOf(headers),
    retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 86_400) * 1000 : undefined,
  };
}

function failureOf(error: unknown): GraphResult {
  if (isTellerlineError(error, 'address_not_allowed')) return { got: 'no-connection' };
  const cause = error instanceof Error ? (error.cause as { readonly code?: unknown } | undefined) : undefined;
  const code = typeof cause?.code === 'string' ? cause.code : '';
  if (beforeSending.has(code)) return { got: 'no-connection' };
  const isOver = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
  return { got: 'unknown', code: isOver ? 'timeout' : 'connection-lost' };
}

async function wholeBody(response: Response): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > answerBytesMax) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts, bytes);
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Meta: `X-Business-Use-Case-Usage` holds, for each business, the percentages that are used and the minutes until
 * more is allowed; `X-App-Usage` the percentages of the app alone. The worst of them counts.
 */
function usageOf(headers: Headers): Usage | undefined {
  const entries = ['x-business-use-case-usage', 'x-app-usage'].flatMap((name) => {
    const value = jsonOf(Buffer.from(headers.get(name) ?? ''));
    if (typeof value !== 'object' || value === null) return [];
    return name === 'x-app-usage' ? [value] : Object.values(value).flat();
  });
  if (entries.length === 0) return undefined;
  const number = (entry: unknown, name: string): number =>
    Number((entry as Record<string, unknown> | null)?.[name] ?? 0) || 0;
  const percents = entries.flatMap((one) =>
    ['call_count', 'total_cputime', 'total_time'].map((name) => number(one, name)),
  );
  const minutes = entries.map((one) => number(one, 'estimated_time_to_regain_access'));
  return { percent: Math.max(...percents), regainMs: Math.min(Math.max(...minutes), 24 * 60) * 60_000 };
}
