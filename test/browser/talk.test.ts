import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import sharp from 'sharp';
import type { CaseBrief, CaseView, Inbox, Locale } from '#contract';
import { StaffVisitor } from '../staff-visitor.ts';
import { until } from '../until.ts';
import { assertAccessible } from './axe.ts';
import { shoot } from './shoot.ts';
import { setStage } from './stage.ts';

// A talk with a bank's staff, as its customer sees it, in a real Chromium: from the question to a satisfied close.

const stage = setStage();

const names = {
  en: {
    ask: 'I want to talk to a person about a fee',
    open: 'Write to Citi’s staff',
    line: 'You are writing to Citi’s staff',
    waiting: /You are next at Citi|You wait for Citi’s staff|Citi’s staff have gone home/,
    has: 'agent-1 has your case',
    answer: 'It is <b>back</b> on your card.',
    by: 'agent-1, Citi',
    words: 'Thank you <script>alert(1)</script>',
    picture: 'Add a picture',
    back: 'Back to Tellerline',
    left: /You are talking to me again/,
    done: 'Done',
    five: '5 Very good',
    thanks: /Thank you\. The bank sees this number/,
    typing: 'Tellerline is writing',
  },
  es: {
    ask: 'quiero hablar con una persona sobre una comisión',
    open: 'Escribir al personal de Citi',
    line: 'Escribes al personal de Citi',
    waiting: /Eres el siguiente en Citi|Esperas al personal de Citi|El personal de Citi ya se fue/,
    has: 'agent-1 tiene tu caso',
    answer: 'Ya está <b>devuelta</b>.',
    by: 'agent-1, Citi',
    words: 'Gracias <script>alert(1)</script>',
    picture: 'Añadir una foto',
    back: 'Volver a Tellerline',
    left: /Hablas conmigo otra vez/,
    done: 'Listo',
    five: '5 Muy bien',
    thanks: /Gracias\. El banco ve este número/,
    typing: 'Tellerline está escribiendo',
  },
} as const satisfies Record<Locale, unknown>;

const photo = (): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: '#c04020' } })
    .jpeg()
    .toBuffer();

for (const [locale, colorScheme, customer, viewport] of [
  ['en', 'light', 'customer-311', { width: 390, height: 844 }],
  ['es', 'dark', 'customer-312', { width: 1280, height: 800 }],
] as const)
  test(`a customer writes to staff, is answered, and says how it was, ${locale}`, async () => {
    const say = names[locale];
    const { hub } = stage();
    const person = await stage().person(locale, { colorScheme, viewport });
    const { page, thread } = person;
    await person.link('Citi', customer);
    await person.say(say.ask);
    await thread.getByRole('button', { name: say.open }).click();
    await thread.getByText(say.waiting).waitFor();
    const line = page.getByText(say.line, { exact: true });
    await line.waitFor();
    const fonts = await page.evaluate<string[]>(
      `[...document.querySelectorAll('span:has(> label input[type=file]) > :is(label, button)')].map((one) => getComputedStyle(one).font)`,
    );
    assert.deepEqual([fonts.length, new Set(fonts).size], [3, 1], 'the ways out look alike');
    await assertAccessible(page, 'waiting');
    await page.emulateMedia({ colorScheme });
    await shoot(page, `talk-waiting-${locale}`);

    const agent = await StaffVisitor.signIn(hub, 'citi', 'agent-1');
    const { body } = await agent.call<Inbox>('GET', '/api/desk/cases?view=waiting');
    const brief = body.cases.find((one) => one.locale === locale) as CaseBrief;
    await agent.call('POST', `/api/desk/cases/${brief.caseId}/claim`, {});
    await thread.getByText(say.has, { exact: true }).waitFor();
    const opened = () => agent.call<CaseView>('GET', `/api/desk/cases/${brief.caseId}`).then((one) => one.body);
    await agent.call('POST', `/api/desk/cases/${brief.caseId}/answers`, {
      text: say.answer,
      clientId: randomUUID(),
      seenSeq: (await opened()).lastSeq,
    });
    await thread.getByText(say.answer, { exact: true }).waitFor();
    assert.equal(await thread.getByText(say.by, { exact: true }).count(), 1);

    await person.say(say.words);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: say.picture }).click();
    await (await chooser).setFiles({ name: 'fee.jpg', mimeType: 'image/jpeg', buffer: await photo() });
    const entries = await until('words and picture at the desk', async () => {
      const { entries: all } = await opened();
      return all.some(({ entry }) => entry === 'picture') && all;
    });
    assert.ok(
      entries.some((one) => one.entry === 'said' && one.text === say.words),
      'as they were written',
    );
    assert.equal(await thread.getByText(say.words).count(), 1, 'and shown as text');
    await assertAccessible(page, 'the talk');
    await page.emulateMedia({ colorScheme });
    await shoot(page, `talk-answered-${locale}`);

    await page.getByRole('button', { name: say.back }).last().click();
    await thread.getByText(say.left).waitFor();
    await line.waitFor({ state: 'detached' });
    await thread.getByRole('button', { name: say.open }).last().click();
    await line.waitFor();
    await page.getByRole('button', { name: say.done, exact: true }).click();
    await page.getByRole('button', { name: say.five }).click();
    await thread.getByText(say.thanks).waitFor();
    await line.waitFor({ state: 'detached' });
    await until('the rating at the desk', async () => {
      const { body: all } = await agent.call<Inbox>('GET', `/api/desk/cases?view=all&search=${brief.number}`);
      return all.cases.some(({ rating }) => rating === 5);
    });
    await assertAccessible(page, 'its end');
    await page.emulateMedia({ colorScheme });
    await shoot(page, `talk-over-${locale}`);
  });
