import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { BrowserContext, CDPSession, Locator, Page } from 'playwright-core';
import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import type { Channels, EmailState, Locale, PushState } from '#contract';
import { PushReceiver, PushService } from '../push-side.ts';
import { assertAccessible } from './axe.ts';
import type { Person } from './person.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

// Web push and e-mail, turned on in the privacy centre, in a real Chromium. Its push service cannot be reached from
// a test: the subscription is the test's own, and what the hub pushes there is handed to the service worker.

const service = new PushService();
const mails: string[] = [];
const mailServer = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData: (stream, _session, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      mails.push(Buffer.concat(chunks).toString());
      done();
    });
  },
});
let pushAddress = '';

const stage = setStage(async () => {
  pushAddress = await service.start();
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
  const { port } = mailServer.server.address() as AddressInfo;
  return { TELLERLINE_SMTP: `smtp://127.0.0.1:${port}`, TELLERLINE_MAIL_FROM: 'news@hub.example' };
});
after(() => {
  service.close();
  mailServer.close(() => undefined);
});

const names = {
  en: {
    notify: 'Notify me in this browser',
    refuses: 'This browser refuses notifications from here.',
    noService: 'notification service did not answer',
    stopNotifying: 'Stop notifying this browser',
    pointer: 'There is something new from your bank.',
    removed: 'Taken away.',
    byMail: 'Tell me by e-mail',
    address: 'E-mail address',
    send: 'Send the code',
    code: 'The code from the mail',
    confirm: 'Confirm',
    wrong: 'This is not the code that was sent.',
    confirmed: 'Confirmed.',
    removeAddress: 'Remove this address',
    card: /E-mail/,
  },
  es: {
    notify: 'Avisarme en este navegador',
    refuses: 'Este navegador rechaza las notificaciones de aquí.',
    noService: 'no respondió',
    stopNotifying: 'No avisar más en este navegador',
    pointer: 'Hay algo nuevo de tu banco.',
    removed: 'Quitado.',
    byMail: 'Avisarme por correo',
    address: 'Dirección de correo',
    send: 'Enviar el código',
    code: 'El código del correo',
    confirm: 'Confirmar',
    wrong: 'Este no es el código que se envió.',
    confirmed: 'Confirmada.',
    removeAddress: 'Quitar esta dirección',
    card: /Correo electrónico/,
  },
} as const satisfies Record<Locale, unknown>;

/** Gives a browser a subscription at the test's own service in place of its maker's, which is out of reach. */
async function subscribable(context: BrowserContext, name: string): Promise<PushReceiver> {
  const receiver = new PushReceiver();
  const subscription = receiver.subscription(`${pushAddress}${name}`);
  await context.addInitScript({
    content: `
      const given = ${JSON.stringify(subscription)};
      const made = {
        endpoint: given.endpoint,
        options: { applicationServerKey: new ArrayBuffer(0) },
        toJSON: () => given,
        unsubscribe: async () => localStorage.removeItem('subscribed') ?? true,
      };
      PushManager.prototype.getSubscription = async () => (localStorage.getItem('subscribed') ? made : null);
      PushManager.prototype.subscribe = async () => localStorage.setItem('subscribed', 'yes') ?? made;`,
  });
  return receiver;
}

async function centreOf(person: Person): Promise<{ page: Page; section: Locator }> {
  const { page } = person;
  await page.goto(`${stage().hub.url}/privacy`);
  const section = page.locator('section[aria-labelledby=told]');
  await section.getByRole('switch').first().waitFor();
  return { page, section };
}

const axe = (page: Page): Promise<void> => assertAccessible(page, 'where one is told', 'section[aria-labelledby=told]');

/** Hands pushes to the service worker, as the browser does when its service brings one. */
async function deliveryTo(session: CDPSession, origin: string): Promise<(data: string) => Promise<void>> {
  const registration = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ isDeleted, scopeURL }) => !isDeleted && scopeURL.startsWith(origin));
      if (own) resolve(own.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  const registrationId = await registration;
  return async (data) => {
    await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });
  };
}

/** What notifications the browser shows of the page's service worker. */
const shown = (page: Page): Promise<{ title: string; body: string; lang: string }[]> =>
  page.evaluate(`(async () => {
    const registration = await navigator.serviceWorker.ready;
    const notifications = await registration.getNotifications();
    return notifications.map(({ title, body, lang }) => ({ title, body, lang }));
  })()`);

/** Presses the notification; answers what is opened. Only a person's own press may open windows, so that is noted instead. */
async function pressed(context: BrowserContext): Promise<string[]> {
  const [worker] = context.serviceWorkers();
  assert.ok(worker);
  return worker.evaluate(`(async () => {
    const opened = [];
    clients.openWindow = async (address) => opened.push(address);
    const [notification] = await registration.getNotifications();
    dispatchEvent(new NotificationEvent('notificationclick', { notification }));
    while (opened.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    return opened;
  })()`);
}

for (const [locale, customer] of [
  ['en', 'customer-71'],
  ['es', 'customer-72'],
] as const) {
  const say = names[locale];
  test(`a browser is told what the pointer says and no more, from its switch to its notification (${locale})`, async () => {
    const person = await stage().person(locale);
    const context = person.page.context();
    const receiver = await subscribable(context, locale);
    await person.link('Citi', customer);
    const { page, section } = await centreOf(person);
    const toggle = section.getByRole('switch', { name: say.notify });
    assert.equal(await toggle.getAttribute('aria-checked'), 'false');
    await context.grantPermissions(['notifications'], { origin: stage().hub.url });
    await toggle.focus();
    await page.keyboard.press('Space');
    await section.getByRole('button', { name: /Chrome/ }).waitFor();
    assert.equal(await toggle.getAttribute('aria-checked'), 'true');
    await axe(page);
    service.pushed.length = 0;
    await stage().purchase('citi', customer);
    const [push] = await until('the push', async () => service.pushed.length > 0 && service.pushed);
    const notice = receiver.open(push?.body ?? Buffer.alloc(0));
    assert.deepEqual(notice, { text: say.pointer, locale });
    const session = await context.newCDPSession(page);
    const deliver = await deliveryTo(session, stage().hub.url);
    let deliveredAtMs = Number.NEGATIVE_INFINITY;
    const [notification] = await until('the notification', async () => {
      // Handed to a worker that is just being started it may be lost; one notice takes the place of the other.
      if (performance.now() - deliveredAtMs > 10_000) {
        deliveredAtMs = performance.now();
        await deliver(JSON.stringify(notice));
      }
      const standing = await shown(page);
      return standing.length > 0 && standing;
    });
    assert.deepEqual(notification, { title: say.pointer, body: '', lang: locale });
    assert.deepEqual(await pressed(context), ['/'], 'a press on it opens the chat');
    assert.deepEqual(await shown(page), [], 'and closes it');
    await page.reload();
    await section.getByRole('button', { name: /Chrome/ }).click();
    assert.equal(await toggle.getAttribute('aria-checked'), 'true');
    await section.getByRole('button', { name: say.stopNotifying }).click();
    await page.getByRole('dialog').getByRole('button', { name: say.stopNotifying }).click();
    await section.getByText(say.removed).waitFor();
    await until('the switch is off', async () => (await toggle.getAttribute('aria-checked')) === 'false');
    assert.deepEqual((await person.api<PushState>('push')).browsers, []);
    await toggle.click();
    await section.getByRole('button', { name: /Chrome/ }).waitFor();
    await toggle.click();
    await until('nothing is told', async () => (await person.api<PushState>('push')).browsers.length === 0);
  });

  test(`an address is told from when its code was entered until it is removed (${locale})`, async () => {
    const person = await stage().person(locale);
    stage().forgive(/422/);
    const { page, section } = await centreOf(person);
    await person.tabTo(section.getByRole('button', { name: say.byMail }));
    await page.keyboard.press('Enter');
    const address = section.getByRole('textbox', { name: say.address });
    await person.focusIsOn(address);
    await page.keyboard.type(`ana.${locale}@person.example`);
    await axe(page);
    mails.length = 0;
    await page.keyboard.press('Enter');
    const code = section.getByRole('textbox', { name: say.code });
    await person.focusIsOn(code);
    const [mail = ''] = await until('the mail', async () => mails.length > 0 && mails);
    const sent = /\b(\d{6}) (?:is|es) /.exec(mail)?.[1] ?? '';
    await code.fill(String((Number(sent) + 1) % 1_000_000).padStart(6, '0'));
    await code.press('Enter');
    await section.getByRole('alert').filter({ hasText: say.wrong }).waitFor();
    await axe(page);
    // As some mail programs copy it.
    await code.fill(` ${sent.slice(0, 3)} ${sent.slice(3)}`);
    await section.getByRole('button', { name: say.confirm, exact: true }).click();
    await section.getByText(say.confirmed).waitFor();
    assert.equal((await person.api<EmailState>('email')).address, `ana.${locale}@person.example`);
    const card = section.getByRole('button', { name: say.card, expanded: false }).first();
    assert.match((await card.textContent()) ?? '', /ana\.\w\w@person\.example/);
    await card.click();
    await section.getByRole('button', { name: say.removeAddress }).click();
    await page.getByRole('dialog').getByRole('button', { name: say.removeAddress }).click();
    await section.getByText(say.removed).waitFor();
    assert.deepEqual((await person.api<Channels>('channels')).channels, []);
  });

  test(`a browser that refuses, or has no service to be told through, says so and turns nothing on (${locale})`, async () => {
    const person = await stage().person(locale);
    const { page, section } = await centreOf(person);
    const context = page.context();
    await context.grantPermissions(['notifications'], { origin: stage().hub.url });
    await page.evaluate(
      `PushManager.prototype.subscribe = async () => {
        throw new DOMException('Registration failed', 'AbortError');
      };`,
    );
    await section.getByRole('switch', { name: say.notify }).click();
    await section.getByRole('alert').filter({ hasText: say.noService }).waitFor();
    assert.deepEqual((await person.api<PushState>('push')).browsers, []);
    // Nobody is there to say yes: this browser then says no for them, and remembers it.
    await context.clearPermissions();
    await section.getByRole('switch', { name: say.notify }).click();
    await section.getByText(say.refuses).waitFor();
    await page.reload();
    await section.getByText(say.refuses).waitFor();
    assert.ok(await section.getByRole('switch', { name: say.notify }).isDisabled());
    await axe(page);
  });
}
