import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import type { EmailState } from '#contract';
import { sql } from '#db';
import { readAddress } from '../src/channels/email/address.ts';
import { mailTransport } from '../src/channels/email/transport.ts';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// Whoever confirmed an address is told there that there is something new, and never what. A real mail server of
// the test's own takes the mails.

interface Taken {
  readonly to: string[];
  readonly text: string;
}

const taken: Taken[] = [];
type Manner = 'takes' | 'busy' | 'unknown-person' | 'stands still' | 'drops after DATA';
let manner: Manner = 'takes';
const standing = new Set<Socket>();

const failure = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });
const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  onRcptTo: (_address, _session, done) => {
    if (manner === 'stands still') return;
    if (manner === 'busy') done(failure(451, 'try again later'));
    else if (manner === 'unknown-person') done(failure(550, 'no such person here'));
    else done();
  },
  onData: (stream, session, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (manner === 'drops after DATA') {
        for (const socket of standing) socket.destroy();
        return;
      }
      taken.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: plain(Buffer.concat(chunks)) });
      done();
    });
  },
});
server.server.on('connection', (socket: Socket) => {
  standing.add(socket);
  socket.once('close', () => standing.delete(socket));
});

/** A mail with its quoted-printable parts opened, near enough to search. */
function plain(raw: Buffer): string {
  return (
    raw
      .toString('latin1')
      .replaceAll(/=\r\n/g, '')
      // A long header is folded over lines.
      .replaceAll(/\r\n[ \t]/g, ' ')
      .replaceAll(/((?:=[0-9A-F]{2})+)/g, (escaped) => Buffer.from(escaped.replaceAll('=', ''), 'hex').toString())
  );
}

let hub: TestHub;
let url: string;
let ana: Visitor;
let bank: BankSigner;
let card: string;

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  hub = await testHub({ settings: { TELLERLINE_SMTP: url, TELLERLINE_MAIL_FROM: 'news@hub.example' } });
  ana = await Visitor.arrive(hub, 'es');
  await ana.link('citi', 'customer-1');
  bank = await BankSigner.of(hub, 'citi');
  card = await bank.accountId('customer-1', 'card');
});
after(async () => {
  await hub.close();
  for (const socket of standing) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});
beforeEach(() => {
  manner = 'takes';
  taken.length = 0;
});

const ask = (address: string, who = ana) => who.call<EmailState & { code?: string }>('PUT', '/api/email', { address });
const say = (code: string, who = ana) =>
  who.call<EmailState & { code?: string }>('POST', '/api/email', { code, spare: false });
const codeIn = (): string => /\b(\d{6}) /.exec(taken.at(-1)?.text.split('\r\n\r\n').slice(1).join() ?? '')?.[1] ?? '';
const buy = async (): Promise<void> => {
  const { status } = await bank.send([purchaseOn(card)]);
  assert.equal(status, 202);
};
const another = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

test('an address counts once its code was said, and not before', async () => {
  const asked = await ask('ana@person.example');
  assert.deepEqual([asked.status, asked.body.asked, asked.body.address], [200, true, undefined]);
  assert.deepEqual(taken.at(-1)?.to, ['ana@person.example']);
  assert.match(taken.at(-1)?.text ?? '', /es el código que confirma esta dirección/);
  const code = codeIn();
  const wrong = await say(another(code));
  assert.deepEqual([wrong.status, wrong.body.code], [422, 'email_code_wrong']);
  const right = await say(code);
  assert.deepEqual([right.status, right.body.address, right.body.asked], [200, 'ana@person.example', false]);
  assert.equal((await say(code)).status, 410);
  const exported = await ana.call<{ notifications: { email?: string } }>('GET', '/api/export.json');
  assert.equal(exported.body.notifications.email, 'ana@person.example', 'what is kept is taken along');
});

test('what is new is told there in the customer’s language, without a word of it, and with one press to stop', async () => {
  await buy();
  const [mail] = await until('the mail', async () => taken.length > 0 && taken);
  assert.ok(mail);
  assert.deepEqual(mail.to, ['ana@person.example']);
  assert.match(mail.text, /Hay algo nuevo de tu banco/);
  assert.match(mail.text, /^List-Unsubscribe: +<http:\/\/localhost:\d+\/email\/stop\/[\w-]{43}>$/m);
  assert.match(mail.text, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m);
  assert.match(mail.text, /^From: news@hub\.example$/m);
  assert.doesNotMatch(mail.text, /41\.37|\$|2291|Citi|Corner/);
});

test('a mail server that is busy is tried again', async () => {
  manner = 'busy';
  await buy();
  await until('an attempt', async () => {
    const [row] = await hub.db.database.query<{ code: string | null }>(
      sql`select code from deliveries where channel = 'email' order by seq desc limit 1`,
    );
    return row?.code === 'smtp_451';
  });
  manner = 'takes';
  await until('the mail', async () => taken.length === 1);
});

test('what became of a mail: later, never, or nobody knows', async () => {
  const transport = mailTransport({ url, from: 'news@hub.example' });
  const mail = { subject: 's', text: 't', html: '<p>t</p>' };
  const send = () => transport.send('ana@person.example', mail, 'id');
  assert.equal((await send()).outcome, 'sent');
  manner = 'busy';
  assert.deepEqual(await send(), { outcome: 'later', code: 'smtp_451', whole: false });
  manner = 'unknown-person';
  assert.deepEqual(await send(), { outcome: 'refused', code: 'smtp_550' });
  manner = 'drops after DATA';
  assert.equal((await send()).outcome, 'unknown');
  manner = 'takes';
  assert.equal((await send()).outcome, 'sent');
  const nowhere = mailTransport({ url: 'smtp://127.0.0.1:1', from: 'news@hub.example' });
  const { outcome } = await nowhere.send('ana@person.example', mail, 'id');
  assert.equal(outcome, 'later');
});

test('a server that stands still before it took the mail is given up, and the mail is sent later', async () => {
  const transport = mailTransport({ url, from: 'news@hub.example' });
  manner = 'stands still';
  const sent = await transport.send('ana@person.example', { subject: 's', text: 't', html: 't' }, 'id');
  assert.equal(sent.outcome, 'later');
});

test('an address is one mailbox: no second recipient, no header, no name', async () => {
  for (const written of [
    'a@b.example\r\nBcc: other@b.example',
    'a@b.example, other@b.example',
    'a@b.example;c@d.example',
    '"a b"@b.example',
    'Ana <a@b.example>',
    'a@b.example>',
    'a@[127.0.0.1]',
    'a@127.0.0.1',
    'a@localhost',
    '.a@b.example',
    'a..b@b.example',
    'a@-b.example',
    'а@b.example',
    'a@b.example\u0000',
    '@b.example',
  ]) {
    const { status, body } = await ask(written);
    assert.deepEqual([status, body.code], [422, 'email_malformed'], JSON.stringify(written));
  }
  assert.deepEqual(taken, []);
  assert.equal(readAddress("o'brien+bank@mail.person.example"), "o'brien+bank@mail.person.example");
});

test('a code is worth five tries, and is not to be guessed by two who try at once', async () => {
  const ben = await Visitor.arrive(hub);
  await ask('ben@person.example', ben);
  const code = codeIn();
  const tries = await Promise.all(Array.from({ length: 12 }, () => say(another(code), ben)));
  assert.equal(tries.filter(({ status }) => status === 422).length, 5);
  assert.equal((await say(code, ben)).status, 410);
});

test('codes are sent five times within the hour', async () => {
  const eve = await Visitor.arrive(hub);
  const answers = [];
  for (let n = 0; n < 7; n += 1) answers.push((await ask(`victim${n}@person.example`, eve)).status);
  assert.deepEqual(answers, [200, 200, 200, 200, 200, 429, 429]);
  assert.equal(taken.length, 5);
});

test('opening the address in a mail stops nothing; one press does, and it says nothing of whose it was', async () => {
  await buy();
  const [mail] = await until('the mail', async () => taken.length > 0 && taken);
  const [, stop = ''] = /List-Unsubscribe: +<([^>]+)>/.exec(mail?.text ?? '') ?? [];
  const page = await fetch(stop, { headers: { 'accept-language': 'es' } });
  assert.match(await page.text(), /<form method="post">/);
  assert.equal((await ana.call<EmailState>('GET', '/api/email')).body.address, 'ana@person.example');
  const form = { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) };
  assert.equal((await fetch(stop, form)).status, 200);
  assert.equal((await ana.call<EmailState>('GET', '/api/email')).body.address, undefined);
  assert.equal((await fetch(stop, form)).status, 200);
  assert.equal((await fetch(`${stop.slice(0, -4)}AAAA`, form)).status, 200);
  const before = taken.length;
  await buy();
  await until('nothing is open', async () => {
    const open = await hub.db.database.query(sql`select 1 from deliveries where channel = 'email'`);
    return open.length === 0;
  });
  assert.equal(taken.length, before);
});

test('addresses and codes stand nowhere in the clear, in the database or in the log', async () => {
  const rows = await hub.db.database.query<{ text: string }>(sql`
    select email_addresses::text as text from email_addresses union all select email_codes::text from email_codes`);
  assert.ok(rows.length > 0);
  const planted = Buffer.from('person.example').toString('hex');
  for (const { text } of rows) assert.ok(!text.includes(planted) && !text.includes('person.example'));
  assert.doesNotMatch(hub.logged(), /person\.example/);
});
