import assert from 'node:assert/strict';
import type { Detail, Locale, Message } from '#contract';
import { assertNothingOf, balances, figure, id, planted, purchase, said, token } from './said.ts';
import { viewAddress, type ChannelUnderTest, type Check, type Rendered } from './under-test.ts';

const picture = 'https://hub.example/pictures/once';

async function render(
  { pen }: ChannelUnderTest,
  of: Message,
  detail: Detail = 'full',
  locale: Locale = 'en',
  ofBank = true,
  picture?: string,
): Promise<Rendered & { readonly bytes: string; readonly words: string }> {
  const rendered = await pen.render({ message: of, detail, ofBank, locale, ...(picture && { picture }) });
  return { ...rendered, bytes: JSON.stringify(rendered.bodies), words: rendered.texts.join('\n') };
}

const levels: readonly Check[] = [
  {
    rule: 'at full a purchase says where, how much and from which account, in both languages',
    run: async (channel) => {
      for (const locale of ['en', 'es'] as const) {
        const { words } = await render(channel, purchase(), 'full', locale);
        assert.ok(words.includes(planted.merchant));
        assert.match(words, figure(planted.amount));
        assert.ok(words.includes(planted.last4));
      }
    },
  },
  {
    rule: 'at masked a purchase says its merchant and a rounded amount, and nothing else of it',
    run: async (channel) => {
      for (const locale of ['en', 'es'] as const) {
        const { bytes, words } = await render(channel, purchase(), 'masked', locale);
        assert.ok(words.includes(planted.merchant));
        assert.match(words, /66/);
        assertNothingOf(bytes, ['merchant']);
      }
    },
  },
  {
    rule: 'no balance is told below full',
    run: async (channel) => {
      for (const detail of ['masked', 'pointer'] as const)
        for (const told of [balances(), purchase()])
          assertNothingOf((await render(channel, told, detail)).bytes, detail === 'masked' ? ['merchant'] : []);
    },
  },
  {
    rule: 'at pointer nothing is told but that there is something',
    run: async (channel) => {
      for (const locale of ['en', 'es'] as const) {
        const all = await Promise.all(
          [purchase(), balances(), said(`${planted.merchant} ${planted.balance}`)].map((of) =>
            render(channel, of, 'pointer', locale),
          ),
        );
        for (const { bytes } of all) assertNothingOf(bytes);
        assert.equal(new Set(all.map(({ bytes }) => bytes)).size, 1, 'what it is does not show either');
      }
    },
  },
  {
    rule: 'below full the way leads to the secure view, and every other button only asks for a new way',
    run: async (channel) => {
      const actions = [{ act: 'stop-link', label: 'Stop', token, weight: 'grave' }] as const;
      for (const detail of ['masked', 'pointer'] as const) {
        const { buttons, bytes } = await render(channel, purchase(undefined, { actions: [...actions] }), detail);
        assert.ok(buttons.some(({ url }) => url === viewAddress));
        for (const { url, payload } of buttons) assert.ok(url === viewAddress || payload?.startsWith('menu|show|'));
        assert.equal(bytes.includes('act|'), false);
      }
    },
  },
  {
    rule: 'a picture goes with full alone, and never without words that say what it shows',
    run: async (channel) => {
      const full = await render(channel, purchase(), 'full', 'en', true, picture);
      assert.deepEqual(full.pictures, [picture]);
      assert.ok(full.words.includes(planted.merchant));
      for (const detail of ['masked', 'pointer'] as const) {
        const { pictures, bytes } = await render(channel, purchase(), detail, 'en', true, picture);
        assert.deepEqual([pictures, bytes.includes(picture)], [[], false]);
      }
    },
  },
  {
    rule: 'what no bank told is whole at every level',
    run: async (channel) => {
      const [full, ...less] = await Promise.all(
        (['full', 'masked', 'pointer'] as const).map((detail) =>
          render(channel, said('I can help.'), detail, 'en', false),
        ),
      );
      assert.ok(full?.words.includes('I can help.'));
      for (const { bytes } of less) assert.equal(bytes, full?.bytes);
    },
  },
  {
    rule: 'both languages say it, each in its own words',
    run: async (channel) => {
      for (const detail of ['masked', 'pointer'] as const) {
        const [en, es] = await Promise.all([
          render(channel, purchase(), detail, 'en'),
          render(channel, purchase(), detail, 'es'),
        ]);
        assert.notEqual(en.words, es.words);
        for (const { words } of [en, es]) assert.doesNotMatch(words, /[{}]|undefined|null/);
      }
    },
  },
];

const buttons: readonly Check[] = [
  {
    rule: 'a button that acts names its message and its place, and holds no token',
    run: async (channel) => {
      const actions = (['stop-link', 'keep-link'] as const).map((act) => ({
        act,
        label: act,
        token,
        weight: 'plain' as const,
      }));
      const rendered = await render(channel, said('Stop?', { actions }));
      assert.deepEqual(
        rendered.buttons.map(({ title, payload }) => [title, payload]),
        [
          ['stop-link', `act|${id}|0`],
          ['keep-link', `act|${id}|1`],
        ],
      );
      assert.equal(rendered.bytes.includes(token), false);
    },
  },
  {
    rule: 'a quick reply names its message and its place',
    run: async (channel) => {
      const quickReplies = ['Balance', 'Coffee'].map((label) => ({ label, text: `${label}, please` }));
      const rendered = await render(channel, said('Ask me', { quickReplies }));
      assert.deepEqual(
        rendered.buttons.map(({ title, payload }) => [title, payload]),
        [
          ['Balance', `say|${id}|0`],
          ['Coffee', `say|${id}|1`],
        ],
      );
    },
  },
  {
    rule: 'a way with an address opens it, at our own site; one without asks for it',
    run: async (channel) => {
      const way = { way: 'link-bank', bank: 'citi', label: 'Link Citi' } as const;
      const [asking] = (await render(channel, said('Link', { waysOn: [way] }))).buttons;
      assert.deepEqual(asking, { title: 'Link Citi', payload: 'way|link-bank|citi' });
      const [open] = (
        await render(channel, said('Link', { waysOn: [{ ...way, address: 'https://hub.example/m#once' }] }))
      ).buttons;
      assert.deepEqual(open, { title: 'Link Citi', url: 'https://hub.example/m#once' });
    },
  },
  {
    rule: 'buttons keep the messenger’s limits, whatever stands on them',
    run: async (channel) => {
      const { buttonTitle, payload: payloadMax, buttonsTogether } = channel.pen.limits;
      const label = 'Ver todas las compras de este mes 👩‍👩‍👧‍👦 con cada comercio';
      const quickReplies = Array.from({ length: 8 }, (_, n) => ({ label: `${label} ${n}`, text: 'x' }));
      const actions = Array.from({ length: 3 }, () => ({
        act: 'keep-link' as const,
        label,
        token,
        weight: 'main' as const,
      }));
      for (const some of [{ quickReplies }, { actions }, { quickReplies, actions }]) {
        const rendered = await render(channel, said('Choose', some));
        assert.ok(rendered.buttons.length > 0);
        for (const { title, payload } of rendered.buttons) {
          assert.ok(title.length <= buttonTitle && title.isWellFormed() && title !== '', title);
          assert.ok((payload ?? '').length <= payloadMax);
        }
        const inOneBody = Math.max(...rendered.bodies.map((body) => buttonsIn(body)));
        assert.ok(inOneBody <= buttonsTogether, `${inOneBody} together`);
      }
    },
  },
];

/** Lists of buttons in a body: the longest. */
function buttonsIn(body: unknown): number {
  if (typeof body !== 'object' || body === null) return 0;
  return Math.max(
    0,
    ...Object.entries(body).map(([name, inner]) =>
      Array.isArray(inner) && (name === 'buttons' || name === 'rows') ? inner.length : buttonsIn(inner),
    ),
  );
}

const lengths: readonly Check[] = [
  {
    rule: 'a long text is said whole, in parts that keep the limit, and no character is cut',
    run: async (channel) => {
      const { text: max } = channel.pen.limits;
      const sentence = 'Gastaste $12.00 en café 👩‍👩‍👧‍👦 este lunes por la mañana. ';
      const long = sentence.repeat(180).trim();
      const { texts } = await render(channel, said(long), 'full', 'es', false);
      assert.ok(texts.length > 1);
      for (const text of texts) assert.ok(text.length <= max && text.isWellFormed());
      assert.equal(texts.join(' ').replaceAll(/\s+/g, ' '), long.replaceAll(/\s+/g, ' '));
    },
  },
  {
    rule: 'a text without a place to part it keeps the limit too',
    run: async (channel) => {
      const { texts } = await render(channel, said('x'.repeat(10_000)), 'full', 'en', false);
      assert.equal(texts.join(''), 'x'.repeat(10_000));
      for (const text of texts) assert.ok(text.length <= channel.pen.limits.text);
    },
  },
  {
    rule: 'a merchant’s name cannot break out of its place, however long and strange it is',
    run: async (channel) => {
      const names = ['"}],"x":[{"', '{money} {merchant} $& $1', '<b>*_~`', '👩‍👩‍👧‍👦'.repeat(200), 'W'.repeat(10_000)];
      for (const name of names) {
        for (const detail of ['full', 'masked'] as const) {
          const { bodies, texts } = await render(channel, purchase(name), detail);
          assert.deepEqual(JSON.parse(JSON.stringify(bodies)), bodies);
          for (const text of texts) assert.ok(text.length <= channel.pen.limits.text && text.isWellFormed());
          if (name.length < 40) assert.ok(texts.join('\n').includes(name), name);
        }
      }
    },
  },
  {
    rule: 'a merchant’s name cannot turn the words around it',
    run: async (channel) => {
      const isTurned = ({ texts }: Rendered): boolean => /[\u202A-\u202E\u2066-\u2069]/.test(texts.join('\n'));
      assert.equal(isTurned(await render(channel, purchase('\u202Egnihton\u202C'))), false);
    },
  },
  {
    rule: 'the same message is rendered to the same bytes, so that a resend shows the same',
    run: async (channel) => {
      const [once, twice] = [await render(channel, purchase()), await render(channel, purchase())];
      assert.equal(once.bytes, twice.bytes);
    },
  },
];

/** Rendering: no more than the level, within the messenger's limits, in words as well as in pictures. */
export const renderingChecks: readonly Check[] = [...levels, ...buttons, ...lengths];
