/** People with a telephone at the sandbox's platforms, before a whole hub. */
import type { PhoneMessage, PhoneState, PlatformName } from '../../src/sandbox/platforms/phone-api.ts';
import { testHub, type TestHub } from '../hub.ts';
import { until } from '../until.ts';
import { settledHub } from './settled.ts';
import { DoesNotApply, saidAfter, type Chat, type Chatter, type Seen } from './under-test.ts';

/** The hub with both platforms, started when somebody first arrives. */
export function phoneChat(platform: PlatformName): Chat & { close(): Promise<void> } {
  let hub: Promise<TestHub> | undefined;
  let people = 0;
  return {
    arrive: async (locale) => {
      if (platform === 'whatsapp' && locale === 'es')
        throw new DoesNotApply(
          'WhatsApp does not tell it; the number’s country stands in: channels/whatsapp/locale.ts',
        );
      hub ??= testHub();
      const started = await hub;
      people += 1;
      const name = `Person ${people}`;
      const call = caller(started, platform);
      const state = await call<PhoneState>('POST', '/phone/api/people', {
        name,
        locale: locale === 'es' ? 'es_LA' : 'en_US',
      });
      return chatter(started, platform, state.person.key, call);
    },
    close: async () => (await hub)?.close(),
  };
}

type Call = <Answer>(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  fields: Readonly<Record<string, unknown>>,
) => Promise<Answer>;

function caller(hub: TestHub, platform: PlatformName): Call {
  return async <Answer>(method: string, path: string, fields: Readonly<Record<string, unknown>>): Promise<Answer> => {
    const url = new URL(path, hub.sandboxUrl);
    const all = path.startsWith('/phone/') ? { platform, ...fields } : fields;
    if (method === 'GET') for (const [name, value] of Object.entries(all)) url.searchParams.set(name, String(value));
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', origin: url.origin },
      ...(method !== 'GET' && { body: JSON.stringify(all) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  };
}

function chatter(hub: TestHub, platform: PlatformName, person: string, call: Call): Chatter {
  const thread = async (): Promise<readonly PhoneMessage[]> =>
    (await call<PhoneState>('GET', '/phone/api/state', { person })).thread;
  const seen = async (): Promise<readonly Seen[]> =>
    (await thread()).filter(({ from }) => from === 'business').map(seenOf);
  const press = async (title: string): Promise<void> => {
    const message = (await thread()).findLast((one) => buttonsOf(one).some((button) => button.title === title));
    const button = message && buttonsOf(message).find((one) => one.title === title);
    if (!message || !button) throw new Error(`there is no button ${title}`);
    await call('POST', '/phone/api/press', { person, message: message.id, n: button.n });
  };
  const settled = async (): Promise<void> => {
    await until('the platform’s webhooks', async () => {
      const { waiting } = await call<{ waiting: number }>('GET', `/control/platforms/${platform}/webhooks`, {});
      return waiting === 0;
    });
    await settledHub(hub);
  };
  return {
    say: async (text) => {
      await call('POST', '/phone/api/say', { person, text });
    },
    sayOften: async (text) => {
      // The platform sends each of its bodies twice.
      await call('PUT', `/control/platforms/${platform}/faults`, { webhooksDoubled: 1 });
      await call('POST', '/phone/api/say', { person, text });
      await settled();
      await call('PUT', `/control/platforms/${platform}/faults`, { webhooksDoubled: 0 });
    },
    seen,
    press,
    pressAgain: (title) => saidAfter(seen, () => press(title).then(settled)),
    garble: async () => {
      const body = '{"object":"page","entry":[{"id":"1","messaging":[{"teleportation":{}},7]}]}';
      await call('POST', `/control/platforms/${platform}/webhooks`, { body });
    },
    until: async (holds) => {
      await until('what the telephone is to show', holds);
    },
    settled,
  };
}

const buttonsOf = ({ buttons, quickReplies, cards, list }: PhoneMessage) => [
  ...buttons,
  ...quickReplies,
  ...cards.flatMap((card) => card.buttons),
  ...(list?.sections.flatMap(({ rows }) => rows) ?? []),
];

function seenOf(message: PhoneMessage): Seen {
  const { header, text, footer, cards } = message;
  const inCards = cards.flatMap(({ title, subtitle }) => [title, subtitle]);
  return {
    text: [header, text, ...inCards, footer].filter((part) => part !== undefined).join('\n'),
    buttons: buttonsOf(message).map(({ title }) => title),
  };
}
