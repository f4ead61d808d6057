import { newId, type DeliveryId, type IdentityId, type MessageId } from '#base';
import { sql } from '#db';
import { readReference, type Change, type Patience, type Thread } from '#delivery';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';

/** One of the sandbox's platforms. */
export type Platform = 'messenger' | 'whatsapp';

/** Somebody who has written to the hub from a telephone at the sandbox, and was greeted there. */
export interface TelephonePerson extends Thread {
  readonly platform: Platform;
  /** At the sandbox. */
  readonly key: string;
  readonly identityId: IdentityId;
}

/** A send that a platform took. */
export interface TakenSend {
  readonly id: string;
  readonly person: string;
  readonly reference?: string;
  /** Its sender was not told. */
  readonly unanswered?: 'cut' | 'slow';
}

/** A whole hub before the sandbox's platforms, and a hand that tells people something: nobody's bank is between. */
export interface TellingHub {
  readonly hub: TestHub;
  /** People write for the first time, at once, and are met and greeted. */
  meet(platforms: readonly Platform[]): Promise<TelephonePerson[]>;
  /** The person writes: their window is open. */
  say(person: TelephonePerson, text: string): Promise<void>;
  /** Tells each something of their own, in one transaction; answers which messages these are. */
  tell(what: readonly { readonly to: TelephonePerson; readonly text: string }[]): Promise<MessageId[]>;
  /** The sandbox's control API of a platform. */
  control<Answer = unknown>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    platform: Platform,
    what: string,
    body?: object,
  ): Promise<Answer>;
  taken(platform: Platform): Promise<TakenSend[]>;
  close(): Promise<void>;
}

/** Hundreds of people who are met at once take their time. */
const meetMsMax = 180_000;

/** Starts one. */
export async function tellingHub(patience: Patience): Promise<TellingHub> {
  const hub = await testHub({ patience });
  const { database } = hub.db;
  const call = async <Answer>(method: string, address: string, body?: object): Promise<Answer> => {
    const url = new URL(address, hub.sandboxUrl);
    const response = await fetch(url, {
      method,
      headers: { origin: url.origin, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${address} answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  };
  const taken = async (platform: Platform): Promise<TakenSend[]> =>
    (await call<{ taken: TakenSend[] }>('GET', `/control/platforms/${platform}/taken`)).taken;
  const phoneSays = (platform: Platform, person: string, text: string): Promise<unknown> =>
    call('POST', '/phone/api/say', { platform, person, text });
  const whoIs = async (platform: Platform, key: string): Promise<TelephonePerson | undefined> => {
    const sent = (await taken(platform)).find(({ person, reference }) => person === key && reference !== undefined);
    const deliveryId = readReference(sent?.reference ?? '')?.deliveryId;
    if (deliveryId === undefined) return undefined;
    const [row] = await database.query<Thread & { identityId: IdentityId }>(sql`
      select customer_id as "customerId", conversation_id as "conversationId", identity_id as "identityId"
      from deliveries where delivery_id = ${deliveryId}`);
    return row && { ...row, platform, key };
  };

  return {
    hub,
    meet: async (platforms) => {
      const keysOf = platforms.map(async (platform) => {
        const name = `Person ${newId().slice(-6)}`;
        const { key } = await call<{ key: string }>('POST', `/control/platforms/${platform}/people`, { name });
        await phoneSays(platform, key, 'Hello');
        return { platform, key };
      });
      const met: TelephonePerson[] = [];
      for (const { platform, key } of await Promise.all(keysOf))
        met.push(await until('somebody to be greeted', () => whoIs(platform, key), meetMsMax));
      await until('all to be quiet', () => isQuiet(hub), meetMsMax);
      return met;
    },
    say: async ({ platform, key }, text) => {
      await phoneSays(platform, key, text);
    },
    tell: async (what) => {
      const changes = what.map(({ to: { customerId, conversationId, identityId }, text }): Change => {
        const body = { from: 'customer', said: { content: { kind: 'text', text } } } as const;
        const said = { customerId, conversationId, author: 'tellerline', atMs: Date.now(), body } as const;
        return { ...said, entry: 'message', messageId: newId<MessageId>(), to: identityId };
      });
      await database.transaction((tx) => hub.parts.delivery.write(tx, changes));
      return changes.map(({ messageId }) => messageId);
    },
    control: (method, platform, what, body) => call(method, `/control/platforms/${platform}/${what}`, body),
    taken,
    close: () => hub.close(),
  };
}

/** Nothing is on its way. */
export async function isQuiet(hub: TestHub): Promise<boolean> {
  const [row] = await hub.db.database.query<{ n: number }>(sql`
    select count(*)::integer as n from deliveries where state in ('waiting', 'attempted', 'unknown')`);
  return row?.n === 0;
}

/** How the delivery of a message stands. */
export interface StandingDelivery {
  readonly deliveryId: DeliveryId;
  readonly state: string;
  readonly code: string | null;
  readonly attempts: number;
}

/** How the delivery of a message to its person stands; undefined: there is none yet. */
export async function deliveryOf(
  hub: TestHub,
  messageId: MessageId | undefined,
): Promise<StandingDelivery | undefined> {
  const [row] = await hub.db.database.query<StandingDelivery>(sql`
    select delivery_id as "deliveryId", state, code, attempts from deliveries where message_id = ${messageId ?? null}`);
  return row;
}
