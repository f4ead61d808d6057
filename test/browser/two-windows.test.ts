import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import type { Locale, Me } from '#contract';
import { StaffVisitor } from '../staff-visitor.ts';
import { until } from '../until.ts';
import { assertAccessible } from './axe.ts';
import { fieldOn, staffAt, talkOn } from './desk-stage.ts';
import { holdPasskeys } from './device.ts';
import { placesOf } from './person.ts';
import { shoot } from './shoot.ts';
import { setStage } from './stage.ts';

// A talk in two windows of one Chromium, its customer's messenger and its bank's desk: from a question to a close that
// somebody was satisfied with.

const stage = setStage();

const names = {
  en: {
    manage: 'Manage my card',
    addPasskey: 'Add a passkey',
    added: 'A passkey was added',
    fee: 'why was a fee taken',
    person: 'I want to talk to a person',
    open: (bank: string) => `Write to ${bank}’s staff`,
    line: (bank: string) => `You are writing to ${bank}’s staff`,
    next: (bank: string) => `You are next at ${bank}`,
    wait: 'Expected wait',
    tried: 'Asked Tellerline about this and was shown the bank’s prepared answer.',
    waiting: /^Waiting 1$/,
    take: 'Take it',
    has: (name: string) => `${name} has your case`,
    theyType: 'The customer is typing',
    typing: 'Tellerline is typing',
    more: 'It was $12 on Friday <script>alert(1)</script>',
    answer: 'It is <b>back</b> on your card.',
    read: /Read/,
    ask: 'Ask the customer for Last card purchases',
    share: 'Share it for this talk',
    step: 'One more step',
    use: 'Use a passkey',
    show: 'Show Last card purchases',
    why: 'To check a purchase',
    looked: (name: string, bank: string) =>
      `${name} of ${bank} looked at your last 5 card purchases to check a purchase.`,
    youLooked: /^You looked at the last 5 card purchases/,
    otherLooked: /^agent-1 looked at the last 5 card purchases/,
    propose: 'Propose',
    freeze: 'Freeze your card',
    which: /Which card is it for\?/,
    card: /^Card \d{4}$/,
    frozen: /is frozen/,
    confirmed: 'The customer confirmed it',
    unfreeze: /^Unfreeze your card/,
    thawed: /works again/,
    picture: 'Add a picture',
    theirPicture: 'A picture from the customer',
    showIt: 'Show it',
    name: 'To one colleague (optional)',
    note: 'Note for them',
    noteText: 'Fee given back, card checked. Please say goodbye.',
    transfer: 'Transfer',
    back: 'Back to Tellerline',
    left: /You are talking to me again/,
    while: 'One more thing: you will see it on Monday.',
    close: 'Close case',
    closed: (name: string, bank: string) => `${name} of ${bank} closed your case`,
    five: '5 Very good',
    thanks: /Thank you\. The bank sees this number/,
    rated: '5 of 5',
  },
  es: {
    manage: 'Manejar mi tarjeta',
    addPasskey: 'Añadir una llave de acceso',
    added: 'Se añadió una llave de acceso',
    fee: '¿por qué me cobraron una comisión?',
    person: 'quiero hablar con una persona',
    open: (bank: string) => `Escribir al personal de ${bank}`,
    line: (bank: string) => `Escribes al personal de ${bank}`,
    next: (bank: string) => `Eres el siguiente en ${bank}`,
    wait: 'Espera estimada',
    tried: 'Le preguntó a Tellerline por esto y vio la respuesta preparada del banco.',
    waiting: /^En espera 1$/,
    take: 'Tomarlo',
    has: (name: string) => `${name} tiene tu caso`,
    theyType: 'El cliente está escribiendo',
    typing: 'Tellerline está escribiendo',
    more: 'Fueron 12 dólares el viernes <script>alert(1)</script>',
    answer: 'Ya está <b>devuelta</b>.',
    read: /Leído/,
    ask: 'Pedir al cliente: Últimas compras con tarjeta',
    share: 'Compartirlo en esta conversación',
    step: 'Un paso más',
    use: 'Usar una llave de acceso',
    show: 'Mostrar: Últimas compras con tarjeta',
    why: 'Para comprobar una compra',
    looked: (name: string, bank: string) =>
      `${name}, de ${bank}, vio tus últimas 5 compras con tarjeta para comprobar una compra.`,
    youLooked: /^Consultaste las últimas 5 compras con tarjeta/,
    otherLooked: /^agent-1 consultó las últimas 5 compras con tarjeta/,
    propose: 'Proponer',
    freeze: 'Congelar tu tarjeta',
    which: /¿Para qué tarjeta es\?/,
    card: /^Tarjeta \d{4}$/,
    frozen: /está congelada/,
    confirmed: 'El cliente lo confirmó',
    unfreeze: /^Descongelar tu tarjeta/,
    thawed: /vuelve a (funcionar|pagar)|funciona otra vez/,
    picture: 'Añadir una foto',
    theirPicture: 'Una imagen del cliente',
    showIt: 'Mostrarla',
    name: 'A un compañero (opcional)',
    note: 'Nota para ellos',
    noteText: 'Comisión devuelta, tarjeta revisada. Falta despedirse.',
    transfer: 'Traspasar',
    back: 'Volver a Tellerline',
    left: /Hablas conmigo otra vez/,
    while: 'Una cosa más: lo verás el lunes.',
    close: 'Cerrar el caso',
    closed: (name: string, bank: string) => `${name}, de ${bank}, cerró tu caso`,
    five: '5 Muy bien',
    thanks: /Gracias\. El banco ve este número/,
    rated: '5 de 5',
  },
} as const satisfies Record<Locale, unknown>;

/** Staff are there whenever the tests run. */
async function neverClosed(bank: string): Promise<void> {
  const supervisor = await StaffVisitor.signIn(stage().hub, bank, 'supervisor-1');
  const hours = { timeZone: 'America/New_York', opensMinute: 0, closesMinute: 1440, days: [1, 2, 3, 4, 5, 6, 7] };
  assert.equal((await supervisor.call('PUT', '/api/desk/hours', hours)).status, 200);
}

/** Types until the other side shows it: it is shown for seconds, and a busy machine may take as long to look. */
const typedUntil = (field: Locator, shown: Locator): Promise<true> =>
  until('typing to be seen', async () => {
    await field.press('a');
    return (await shown.count()) > 0;
  });

/** Opens the case that waits, which its row leads to by its number. */
async function openWaiting(desk: Page, number: number): Promise<void> {
  await desk.locator('[data-case]', { hasText: String(number) }).click();
  await fieldOn(desk).waitFor();
}

for (const [locale, colorScheme, viewport, bank, bankId, customer] of [
  ['en', 'light', { width: 1280, height: 800 }, 'Citi', 'citi', 'customer-311'],
  ['es', 'dark', { width: 390, height: 844 }, 'U.S. Bank', 'us-bank', 'customer-312'],
] as const)
  test(`from a question to a satisfied close, customer and staff each in their window, ${locale}`, async () => {
    const say = names[locale];
    await neverClosed(bankId);
    const person = await stage().person(locale, { colorScheme, viewport });
    const { page, thread } = person;
    const desk = await staffAt(stage(), 'agent-1', { bank: bankId, locale: `${locale}-US`, colorScheme });
    const talk = talkOn(desk);
    /** Both windows as they stand: axe, and a picture for whoever looks. */
    const looked = async (state: string): Promise<void> => {
      for (const [window, at] of [
        ['customer', page],
        ['desk', desk],
      ] as const) {
        await assertAccessible(at, `${state}, ${window}`);
        await at.emulateMedia({ colorScheme });
        await shoot(at, `two-${state}-${window}-${locale}`);
      }
    };
    await holdPasskeys(page);
    await person.link(bank, customer, [say.manage]);
    await person.button(say.addPasskey).click();
    await thread.getByText(say.added).waitFor();

    await person.ask(say.fee);
    await person.ask(say.person);
    await thread.getByRole('button', { name: say.open(bank) }).click();
    await thread.getByText(say.next(bank)).waitFor();
    await thread.getByText(say.wait, { exact: true }).waitFor();
    await page.getByText(say.line(bank), { exact: true }).waitFor();
    const fonts = await page.evaluate<string[]>(
      `[...document.querySelectorAll('span:has(> label input[type=file]) > :is(label, button)')].map((one) => getComputedStyle(one).font)`,
    );
    assert.deepEqual([fonts.length, new Set(fonts).size], [3, 1], 'the ways out look alike');
    const { talk: waiting } = await person.api<Me>('me');
    assert.ok(waiting);
    await desk.getByRole('tab', { name: say.waiting }).click();
    await looked('waiting');

    await openWaiting(desk, waiting.number);
    await talk.getByText(say.fee).waitFor();
    assert.equal(await talk.getByText(say.tried).count(), 1, 'nobody repeats themselves');
    await desk.getByRole('button', { name: say.take }).click();
    await thread.getByText(say.has('agent-1')).first().waitFor();

    await typedUntil(person.field, talk.getByText(say.theyType));
    await person.say(say.more);
    await talk.getByText(say.more, { exact: true }).waitFor();
    await talk.getByText(say.theyType).waitFor({ state: 'detached' });
    await page.getByText(say.read).last().waitFor();
    await typedUntil(fieldOn(desk), thread.getByText(say.typing));
    await fieldOn(desk).fill(say.answer);
    await desk.keyboard.press('Control+Enter');
    await thread.getByText(say.answer, { exact: true }).waitFor();
    assert.equal(await thread.getByText(`agent-1, ${bank}`, { exact: true }).count(), 1);
    await talk.getByText(say.read).waitFor();
    await looked('answered');

    await desk.getByRole('button', { name: say.ask }).click();
    await thread.getByRole('button', { name: say.share }).click();
    await page.getByRole('dialog', { name: say.step }).getByRole('button', { name: say.use, exact: true }).click();
    await desk.getByRole('button', { name: say.show }).click();
    await desk.getByRole('button', { name: say.why }).click();
    await thread.getByText(say.looked('agent-1', bank), { exact: true }).waitFor();
    await talk.getByText(say.youLooked).waitFor();
    const line = (await person.conversation()).find(({ content }) => content.text === say.looked('agent-1', bank));
    assert.deepEqual([line?.author, line?.aside], ['tellerline', true], 'in small print, and not as the bank’s words');

    await desk.locator('#case h2').click();
    await desk.keyboard.press('p');
    await desk.getByRole('dialog').getByRole('button', { name: say.propose, exact: true }).click();
    await thread.getByRole('button', { name: say.freeze }).click();
    await thread.getByText(say.which).waitFor();
    await looked('proposed');
    await thread.getByRole('button', { name: say.card }).first().click();
    await person.cards(say.frozen).waitFor();
    await talk.getByText(say.confirmed).waitFor();
    assert.equal(await thread.getByRole('button', { name: say.freeze }).count(), 0, 'decided once');

    await desk.locator('#case h2').click();
    await desk.keyboard.press('p');
    await desk.getByRole('dialog').getByRole('combobox').first().selectOption('unfreeze');
    await desk.getByRole('dialog').getByRole('button', { name: say.propose, exact: true }).click();
    await thread.getByRole('button', { name: say.unfreeze }).click();
    const asks = page.locator('[data-seq]').filter({ hasText: say.which }).last();
    await asks.getByRole('button', { name: say.card }).first().click();
    await page.getByRole('dialog', { name: say.step }).getByRole('button', { name: say.use, exact: true }).click();
    await person.cards(say.thawed).waitFor();

    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: say.picture }).click();
    const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#c04020' } })
      .jpeg()
      .toBuffer();
    await (await chooser).setFiles({ name: 'fee.jpg', mimeType: 'image/jpeg', buffer: picture });
    await talk.getByText(say.theirPicture).waitFor();
    await talk.getByRole('button', { name: say.showIt }).click();
    await talk.getByRole('img').last().waitFor();

    const colleague = await staffAt(stage(), 'agent-2', { bank: bankId, locale: `${locale}-US`, colorScheme });
    await desk.locator('#case h2').click();
    await desk.keyboard.press('t');
    await desk.getByLabel(say.name).fill('agent-2');
    await desk.getByLabel(say.note).fill(say.noteText);
    await desk.getByRole('dialog').getByRole('button', { name: say.transfer, exact: true }).click();
    await openWaiting(colleague, waiting.number);
    await talkOn(colleague).getByText(say.noteText).waitFor();
    await talkOn(colleague).getByText(say.more, { exact: true }).waitFor();
    await thread.getByText(say.has('agent-2')).first().waitFor();
    await colleague.getByRole('button', { name: say.show }).click();
    await colleague.getByRole('button', { name: say.why }).click();
    await thread.getByText(say.looked('agent-2', bank), { exact: true }).waitFor();
    await talkOn(colleague).getByText(say.youLooked).waitFor();
    assert.equal(await talkOn(colleague).getByText(say.otherLooked).count(), 1, 'each look has its own name');

    await page.getByRole('button', { name: say.back }).last().click();
    await thread.getByText(say.left).waitFor();
    await thread
      .getByRole('button', { name: say.open(bank) })
      .last()
      .click();
    await page.getByText(say.line(bank), { exact: true }).waitFor();
    await thread.getByRole('button', { name: say.open(bank) }).waitFor({ state: 'detached' });

    await page.close();
    await fieldOn(colleague).fill(say.while);
    await colleague.keyboard.press('Control+Enter');
    await talkOn(colleague).getByText(say.while).waitFor();
    const again = await person.secondWindow();
    await again.thread.getByText(say.while).waitFor();
    const stored = placesOf(await again.entries());
    await until('all of it, once', async () => (await again.shownFromTheFirst()).length >= stored.length);
    assert.deepEqual(await again.shown(), stored, 'nothing lost, nothing twice');

    await colleague.locator('#case h2').click();
    await colleague.keyboard.press('e');
    await colleague.getByRole('dialog').getByRole('button', { name: say.close, exact: true }).click();
    await again.thread.getByText(say.closed('agent-2', bank)).first().waitFor();
    await again.button(say.five).click();
    await again.thread.getByText(say.thanks).waitFor();
    await assertAccessible(again.page, 'rated');
    await again.page.emulateMedia({ colorScheme });
    await shoot(again.page, `two-over-customer-${locale}`);
    await assertAccessible(colleague, 'closed');
    await colleague.emulateMedia({ colorScheme });
    await shoot(colleague, `two-over-desk-${locale}`);

    const supervisor = await staffAt(stage(), 'supervisor-1', { bank: bankId, locale: `${locale}-US`, colorScheme });
    await supervisor.locator('nav a[href="#live"]').click();
    await supervisor.getByText(say.rated, { exact: true }).waitFor();
    await supervisor.locator('canvas').waitFor();
    await assertAccessible(supervisor, 'live');
    await supervisor.emulateMedia({ colorScheme });
    await shoot(supervisor, `two-live-${locale}`);
  });
