import { setTimeout as sleep } from 'node:timers/promises';

/** What a bank can suffer from, for trying out what the other side makes of it. */
export const FAULTS = ['down', 'slow', 'html', 'rate-limit', 'broken-login', 'none'] as const;
/** A fault by its name; `none` ends the one in force. */
export type FaultKind = (typeof FAULTS)[number];

/** A fault in force. A broken login is not here: it is stored with the consents that it breaks. */
export interface Fault {
  readonly kind: Exclude<FaultKind, 'broken-login' | 'none'>;
  /** `slow`: the delay. `rate-limit`: what Retry-After says. */
  readonly seconds: number;
}

/** What a fault makes of a request: an answer in place of the real one. */
export interface FaultAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The faults in force, by bank and customer. They end with the process. */
export interface Faults {
  set(bankId: string, customerId: string | undefined, kind: FaultKind, seconds: number | undefined): void;
  /** The fault of a customer, or with none named, of the whole bank. */
  of(bankId: string, customerId?: string): Fault | undefined;
  /** Suffers the fault: waits, or answers in place of the bank. */
  suffer(fault: Fault | undefined): Promise<FaultAnswer | undefined>;
  /** Ends every wait under way. */
  close(): void;
}

const defaultSeconds = { down: 0, slow: 20, html: 0, 'rate-limit': 30 } as const;

const maintenancePage = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Scheduled maintenance</title></head>
<body><h1>We will be right back</h1><p>Online banking is being looked after. Please try again later.</p></body></html>`;

/** Makes the list of faults, all banks well. */
export function createFaults(): Faults {
  const inForce = new Map<string, Fault>();
  const closing = new AbortController();
  const keyOf = (bankId: string, customerId: string | undefined): string => `${bankId} ${customerId ?? ''}`;

  return {
    set: (bankId, customerId, kind, seconds) => {
      if (kind === 'broken-login') return;
      if (kind === 'none') inForce.delete(keyOf(bankId, customerId));
      else inForce.set(keyOf(bankId, customerId), { kind, seconds: seconds ?? defaultSeconds[kind] });
    },
    of: (bankId, customerId) => inForce.get(keyOf(bankId, customerId)),
    suffer: async (fault) => {
      if (fault?.kind === 'slow') {
        await sleep(fault.seconds * 1000, undefined, { signal: closing.signal }).catch(() => undefined);
      }
      return answerOf(fault);
    },
    close: () => closing.abort(),
  };
}

function answerOf(fault: Fault | undefined): FaultAnswer | undefined {
  const json = { 'content-type': 'application/json' };
  switch (fault?.kind) {
    case 'down':
      return {
        status: 503,
        headers: { ...json, connection: 'close' },
        body: JSON.stringify({ code: '503', message: 'Service unavailable', debugMessage: 'the bank is down' }),
      };
    case 'html':
      return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: maintenancePage };
    case 'rate-limit':
      return {
        status: 429,
        headers: { ...json, 'retry-after': String(fault.seconds) },
        body: JSON.stringify({ code: '1207', message: 'Too many requests', debugMessage: 'the quota is used up' }),
      };
    default:
      return undefined;
  }
}
