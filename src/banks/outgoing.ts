import { isTellerlineError, outgoing, type Fetch } from '#base';
import type { BankFetch, BankRef, BankRequest } from './fdx/connection.ts';
import { bankAnswerUnreadable, bankSlow, bankUnreachable } from './fdx/faults.ts';

/** The one way out to banks: what it allows, and for how long and how much. */
export interface OutgoingOptions {
  /** Another than the platform's, for a test. */
  readonly fetch?: Fetch | undefined;
  /** From the first byte sent to the last byte read, in milliseconds. */
  readonly callMsMax: number;
  /** What one answer may weigh once unpacked, in bytes. */
  readonly answerBytesMax: number;
}

/**
 * The HTTP client for one bank. It calls only the origins that the directory names for that bank, so an
 * address that a bank's own metadata or answers contain cannot send us elsewhere; follows no redirect;
 * and hands back an answer only when it was read whole within the limits.
 */
export function outgoingFetch(bank: BankRef, origins: readonly string[], options: OutgoingOptions): BankFetch {
  const call = outgoing('bank', origins, options.fetch);
  return async (address, request) => {
    const url = new URL(address);
    const deadline = AbortSignal.timeout(options.callMsMax);
    try {
      const response = await call(url.href, requestInit(request, deadline));
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel();
        throw bankAnswerUnreadable(bank, 'status', 'a redirect, which is never followed');
      }
      return new Response(await wholeBody(bank, response, options.answerBytesMax), {
        status: response.status,
        headers: response.headers,
      });
    } catch (error) {
      if (isTellerlineError(error, 'address_not_allowed'))
        throw bankUnreachable(bank, { reason: 'address-not-allowed', host: url.host });
      if (isTellerlineError(error)) throw error;
      if (deadline.aborted) throw bankSlow(bank);
      throw bankUnreachable(bank, { reason: 'no-connection' }, error);
    }
  };
}

function requestInit(request: BankRequest, deadline: AbortSignal): RequestInit {
  return {
    method: request.method,
    headers: request.headers,
    body: request.body ?? null,
    redirect: 'manual',
    signal: request.signal ? AbortSignal.any([request.signal, deadline]) : deadline,
  };
}

/** Reads an answer up to the limit; a length announced beyond it is refused before a byte is read. */
async function wholeBody(bank: BankRef, response: Response, bytesMax: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null || response.status === 204) return null;
  const tooLarge = (): Error => bankAnswerUnreadable(bank, 'body', `larger than ${bytesMax} bytes`);
  if (Number(response.headers.get('content-length') ?? 0) > bytesMax) {
    await response.body.cancel();
    throw tooLarge();
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body) {
    bytes += part.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > bytesMax) throw tooLarge();
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts, bytes));
}

/**
 * Whether an address may be called at all: https anywhere; plain http only on this machine, for the
 * sandbox.
 */
export function isAllowedAddress(address: string, environment: 'sandbox' | 'live'): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return environment === 'sandbox' && url.protocol === 'http:' && isLoopback(url.hostname);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
