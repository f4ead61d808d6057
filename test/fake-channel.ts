import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Channel, DeadLetter, Dispatch, FromPerson, Reading } from '#delivery';

/** The secret by which the channel of this file signs. */
const secret = 'a secret of the test';

/** A messenger of the test's own, with a real signature: what it tells are readings as JSON, one a line. */
export interface FakeChannel extends Channel {
  /** Everything that was sent through it. */
  readonly sent: Dispatch[];
}

/** Makes one. `unknown` words in a line become a dead letter. */
export function fakeChannel(name = 'chatter', more: Partial<Channel> = {}): FakeChannel {
  const sent: Dispatch[] = [];
  return {
    channel: name,
    name: 'Chatter',
    hasWindow: false,
    removes: false,
    concurrencyMax: 8,
    timeoutMs: 2_000,
    settleMs: 2_000,
    sent,
    send: async (dispatch) => {
      sent.push(dispatch);
      return { outcome: 'sent', platformId: `m-${dispatch.reference}` };
    },
    verify: (raw, headers) => {
      const given = Buffer.from(String(headers['x-signature'] ?? ''));
      const own = Buffer.from(signatureOf(raw));
      return given.length === own.length && timingSafeEqual(given, own);
    },
    handshake: (query) => (query['token'] === secret ? String(query['challenge']) : undefined),
    read: (raw) => raw.toString().split('\n').filter(Boolean).map(readLine),
    ...more,
  };
}

function readLine(line: string): Reading {
  try {
    return JSON.parse(line) as Reading;
  } catch {
    return { from: 'nobody', kind: 'dead-letter', reason: 'unknown_form', raw: Buffer.from(line) } satisfies DeadLetter;
  }
}

/** The signature of a body. */
export const signatureOf = (raw: Buffer): string => createHmac('sha256', secret).update(raw).digest('hex');

/** Posts a body, signed, as the messenger does. */
export function tell(url: string, lines: readonly (object | string)[], name = 'chatter'): Promise<Response> {
  const raw = Buffer.from(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return fetch(`${url}/channels/${name}/webhook`, {
    method: 'POST',
    headers: { 'x-signature': signatureOf(raw), 'content-type': 'application/json' },
    body: raw,
  });
}

let keys = 0;

/** What a person did, at the page of the test. */
export function did(person: FromPerson['person'], doing: object, key?: string): FromPerson {
  keys += 1;
  const envelope = { from: 'person', account: 'page-1', person, atMs: Date.now(), key: key ?? `key-${keys}` };
  return { ...envelope, ...doing } as FromPerson;
}
