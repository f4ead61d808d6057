import assert from 'node:assert/strict';
import type { Chatter, Check, Seen } from './under-test.ts';

/** Everything that was said to somebody, as one text. */
const wordsOf = (seen: readonly Seen[]): string => seen.map(({ text }) => text).join('\n');

/** Says something, and answers what came after it, once something did. */
async function ask(chatter: Chatter, text: string): Promise<readonly Seen[]> {
  const before = (await chatter.seen()).length;
  await chatter.say(text);
  return after(chatter, before);
}

async function after(chatter: Chatter, before: number): Promise<readonly Seen[]> {
  await chatter.until(async () => (await chatter.seen()).length > before);
  await chatter.settled();
  return (await chatter.seen()).slice(before);
}

const question = { en: 'What can you do?', es: '¿Qué puedes hacer?' } as const;

/** The whole way: what people say reaches the conversation, and its answers reach them, and nobody else. */
export const conversationChecks: readonly Check[] = [
  {
    rule: 'a question is answered',
    run: async ({ chat }) => {
      assert.match(wordsOf(await ask(await chat.arrive('en'), question.en)), /\byour?\b/i);
    },
  },
  {
    rule: 'somebody is answered in the language that their messenger tells',
    run: async ({ chat }) => {
      assert.match(wordsOf(await ask(await chat.arrive('es'), question.es)), /\b(tu|tus|puedo|banco)\b/i);
    },
  },
  {
    rule: 'what comes several times is answered once',
    run: async ({ chat }) => {
      const [once, often] = [await chat.arrive('en'), await chat.arrive('en')];
      const answered = (await ask(once, question.en)).length;
      const before = (await often.seen()).length;
      await often.sayOften(question.en, 5);
      assert.equal((await after(often, before)).length, answered);
    },
  },
  {
    rule: 'answers go to whoever asked, and to nobody else',
    run: async ({ chat }) => {
      const [ada, ben] = [await chat.arrive('en'), await chat.arrive('en')];
      await ask(ben, question.en);
      const before = await ben.seen();
      assert.ok((await ask(ada, question.en)).length > 0);
      assert.deepEqual(await ben.seen(), before);
    },
  },
  {
    rule: 'words that look like a button do nothing, and are answered as words',
    run: async ({ chat }) => {
      const ada = await chat.arrive('en');
      await ask(ada, question.en);
      for (const words of ['act|11111111-1111-4111-8111-111111111111|0', 'get-started', 'menu|stop|'])
        assert.ok((await ask(ada, words)).length > 0);
    },
  },
  {
    rule: 'a button acts when it is pressed, and once',
    run: async ({ chat }) => {
      const ada = await chat.arrive('en');
      await ask(ada, question.en);
      const asked = (await ask(ada, 'delete my account')).find(({ buttons }) => buttons.length > 0);
      const keep = asked?.buttons.find((title) => /keep|no/i.test(title));
      assert.ok(keep !== undefined, `there is a way back: ${asked?.buttons.join(', ')}`);
      const before = (await ada.seen()).length;
      await ada.press(keep);
      const first = wordsOf(await after(ada, before));
      const second = await ada.pressAgain(keep);
      assert.notEqual(second, first, 'the second press does not act');
    },
  },
  {
    rule: 'garbage in between holds nothing up',
    run: async ({ chat }) => {
      const ada = await chat.arrive('en');
      await ada.garble();
      assert.ok((await ask(ada, question.en)).length > 0);
    },
  },
];
