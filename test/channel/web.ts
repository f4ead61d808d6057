import { createHash, randomUUID } from 'node:crypto';
import { transactionCardSchema, type Entry, type Page, type Problem } from '#contract';
import type { DeadLetter, Reading } from '#delivery';
import { draw } from '../../src/delivery/draw.ts';
import { testHub, type TestHub } from '../hub.ts';
import { Visitor } from '../visitor.ts';
import { until } from '../until.ts';
import { settledHub } from './settled.ts';
import {
  DoesNotApply,
  type ChannelUnderTest,
  type Pen,
  type Person,
  type Proof,
  type Rendered,
  type Thing,
  type Chatter,
  type Seen,
} from './under-test.ts';

/** Above what the listener takes of a call that is no batch of a bank's. */
const bodyBytesMax = 1024 * 1024;

/** The web messenger: a whole hub, and two browsers. What is heard is what then stands in the conversation. */
export async function web(): Promise<ChannelUnderTest> {
  const hub = await testHub();
  const people = { Ada: await Visitor.arrive(hub), Ben: await Visitor.arrive(hub) };
  return {
    name: 'web',
    door: {
      lets: async (proof) => (await fetch(new URL('/api/me', hub.url), request(proof, people.Ada, hub.url))).ok,
      tellsBytesApart: async () => {
        throw new DoesNotApply('a session is a browser’s and signs no bytes; TLS does');
      },
      asked: async () => {
        throw new DoesNotApply('nobody asks a hub whether its own page is its own');
      },
    },
    ear: {
      hear: async (things) => {
        const readings: Reading[] = [];
        for (const thing of things) readings.push(await hear(people, thing));
        return readings;
      },
      hearBytes: async (raw) => [await post(people.Ada, hub.url, raw)],
      bytes: ([thing]) => Buffer.from(JSON.stringify(thing ? callOf(thing) : {})),
      limits: {
        bytes: bodyBytesMax,
        get things(): never {
          throw new DoesNotApply('a browser says one thing at a time');
        },
      },
    },
    pen: {
      render: async (from) => renderedAsEntry(from),
      get limits(): never {
        throw new DoesNotApply('the hub’s own page draws what it is handed, of any length: test/browser looks at it');
      },
    },
    voice: {
      send: async () => {
        throw new DoesNotApply(
          'a browser fetches what it lacks, by number: test/socket.test.ts, channels/web/feed.test.ts',
        );
      },
      secrets: [],
    },
    chat: { arrive: async (locale) => chatter(hub, await Visitor.arrive(hub, locale)) },
    close: () => hub.close(),
  };
}

/** A call with a session, good or not. */
function request(proof: Proof, visitor: Visitor, origin: string): RequestInit {
  const name = 'tellerline_session';
  const session = visitor.cookie(name) ?? '';
  const withSession = (value: string): RequestInit => ({ headers: { origin, cookie: `${name}=${value}` } });
  switch (proof) {
    case 'right':
      return withSession(session);
    case 'of-a-stranger':
      return withSession(createHash('sha256').update('a stranger').digest('base64url').slice(0, session.length));
    case 'cut':
      return withSession(session.slice(0, -1));
    case 'empty':
      return withSession('');
    case 'none':
      return { headers: { origin } };
    case 'of-another-body':
      throw new DoesNotApply('a session is a browser’s, and not of one body');
    case 'outdated':
      throw new DoesNotApply('there is one kind of session');
  }
}

/** The body of a call that says this. */
function callOf(thing: Thing): object {
  // The same key is the same id, as a browser repeats what it is not sure of.
  const digest = createHash('sha256').update(thing.key).digest('hex');
  const clientId = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  switch (thing.does) {
    case 'text':
      if (thing.repliesTo) throw new DoesNotApply('the web messenger has no replies to single messages');
      return { clientId, text: thing.text };
    case 'garbled':
      return { clientId, text: [thing.key] };
    case 'something-new':
      return { teleportation: { clientId } };
    case 'press':
      throw new DoesNotApply('a browser presses by a signed token: test/acting-by-words.test.ts alters 766 of them');
    case 'echo':
    case 'status':
    case 'elsewhere':
      throw new DoesNotApply('a browser shows what it is handed, by number; nobody stands between');
    case 'move':
      throw new DoesNotApply('a browser that is somebody else’s has another session');
    case 'reaction':
    case 'picture':
    case 'other-media':
    case 'location':
    case 'unsay':
    case 'change':
      throw new DoesNotApply('the web messenger takes words and presses of buttons');
  }
}

async function hear(people: Readonly<Record<Person, Visitor>>, thing: Thing): Promise<Reading> {
  const by = thing.by ?? 'Ada';
  const visitor = people[by];
  const call = callOf(thing);
  const { status, body } = await visitor.call<{ seq: number } & Problem>('POST', '/api/messages', call);
  if (status !== 202) return refused(Buffer.from(JSON.stringify(call)), body.code);
  const page = await visitor.call<Page>('GET', `/api/entries?after=${body.seq - 1}&limit=1`);
  return readingOf(by, page.body.entries[0]);
}

/** What stands in the conversation, as it was understood. */
function readingOf(by: Person, entry: Entry | undefined): Reading {
  if (entry?.entry !== 'message' || entry.message.author !== 'customer') throw new Error('it was not stored');
  const { content, clientId, at } = entry.message;
  if (content.kind !== 'text' || clientId === undefined) throw new Error('it is no text of a customer’s');
  const key = `${clientId}:${entry.seq}`;
  return {
    from: 'person',
    account: 'web',
    person: { id: by },
    atMs: Date.parse(at),
    key,
    kind: 'text',
    text: content.text,
  };
}

/** A browser is told at once that it was not understood, and keeps what it said. */
function refused(raw: Buffer, reason: string): DeadLetter {
  return { from: 'nobody', kind: 'dead-letter', reason, raw };
}

async function post(visitor: Visitor, hub: string, raw: Buffer): Promise<Reading> {
  const cookie = `tellerline_session=${visitor.cookie('tellerline_session')}`;
  const headers = { origin: hub, cookie, 'content-type': 'application/json' };
  const response = await fetch(new URL('/api/messages', hub), { method: 'POST', headers, body: Uint8Array.from(raw) });
  const body = (await response.json()) as { seq: number } & Problem;
  if (response.status >= 500) throw new Error(`it crashed: ${body.code}`);
  if (!response.ok) return refused(raw, body.code);
  const page = await visitor.call<Page>('GET', `/api/entries?after=${body.seq - 1}&limit=1`);
  return readingOf('Ada', page.body.entries[0]);
}

/** What a browser is handed of a message: as `delivery` draws it, for the page to show. */
function renderedAsEntry({ message, detail, ofBank, locale, picture }: Parameters<Pen['render']>[0]): Rendered {
  if (detail !== 'full') throw new DoesNotApply('a browser is the customer’s own, and is shown everything');
  if (picture !== undefined) throw new DoesNotApply('the page draws cards itself, and fetches no picture of them');
  const { content, actions, waysOn, quickReplies, at } = message;
  if (actions || waysOn || quickReplies)
    throw new DoesNotApply(
      'the page draws buttons, and presses them by signed tokens: test/browser and test/acting-by-words.test.ts',
    );
  const card = content.kind === 'card' && content.card.card === 'transaction' ? content.card : undefined;
  if (card && !transactionCardSchema.safeParse(card).success)
    throw new DoesNotApply('intake refuses such a name, so that no browser is ever handed it: contract/events.ts');
  const manner = { locale, timeZone: 'America/New_York' };
  const drawn =
    ofBank && card
      ? draw({ shown: { ...card, kind: 'transaction' }, purpose: 'transactions' }, Date.parse(at), manner)
      : draw({ said: { content } }, Date.parse(at), manner);
  const texts = [drawn.content.text];
  // The page draws what the card holds, and not the words that say it to a screen reader.
  JSON.stringify(card, (_key, value: unknown) => (typeof value === 'string' && texts.push(value), value));
  return { bodies: [{ ...message, ...drawn }], texts, buttons: [], pictures: [] };
}

/** Somebody in a browser. */
function chatter(hub: TestHub, visitor: Visitor): Chatter {
  const settled = (): Promise<void> => settledHub(hub);
  const seen = async (): Promise<readonly Seen[]> => {
    const messages = await visitor.conversation();
    return messages
      .filter(({ author }) => author !== 'customer')
      .map(({ content, actions = [], waysOn = [], quickReplies = [] }) => ({
        text: content.text,
        buttons: [...actions, ...waysOn, ...quickReplies].map(({ label }) => label),
      }));
  };
  const press = async (title: string): Promise<string> => {
    const actions = (await visitor.conversation()).flatMap((message) => message.actions ?? []);
    const pressed = actions.findLast(({ label }) => label === title);
    const { body } = await visitor.call('POST', '/api/acts', { token: pressed?.token ?? '' });
    return JSON.stringify(body);
  };
  const sayAs = async (clientId: string, text: string): Promise<void> => {
    await visitor.call('POST', '/api/messages', { clientId, text });
  };
  return {
    say: (text) => sayAs(randomUUID(), text),
    sayOften: async (text, times) => {
      const clientId = randomUUID();
      for (let time = 0; time < times; time += 1) await sayAs(clientId, text);
    },
    seen,
    press: async (title) => {
      await press(title);
    },
    pressAgain: press,
    garble: async () => {
      await post(visitor, hub.url, Buffer.from('{"teleportation":'));
    },
    until: async (holds) => {
      await until('what the browser is to show', holds);
    },
    settled,
  };
}
