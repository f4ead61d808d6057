import assert from 'node:assert/strict';
import { createReadStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { createGunzip } from 'node:zlib';
import { playFile, type PlayTotals } from '#sandbox';
import { anyId, dollars, placesOf, type Person } from './person.ts';
import { until } from '../until.ts';
import { setStage, type CustomerAtBank } from './stage.ts';

const stage = setStage();

const file = new URL('../../../shared/data/transactions/card-use-2024.csv.gz', import.meta.url);
/** Its first five days: enough to fill several pages of the conversation. */
const rows = 300;

test('a played file’s total is the chat’s and the bank’s, and reload shows each of its purchases once', async (t) => {
  if (!existsSync(file)) return t.skip(`${file.pathname} is not here: the test that plays it is left out.`);
  const person = await stage().person();
  await person.link('JPMorgan Chase', 'customer-1');
  const chatBefore = await spentThisWeek(person);
  const bankBefore = await debitsAtBank();
  const { length } = await person.entries();

  const { sums, accepted, merchantSum } = await play();
  const [sum] = sums;
  assert.equal(accepted, rows);
  await until('every purchase to arrive', async () => (await person.entries()).length === length + rows);

  const chat = await spentThisWeek(person);
  assert.equal(chat.cents - chatBefore.cents, sum?.minor);
  assert.equal(chat.purchases - chatBefore.purchases, rows);
  assert.equal((await debitsAtBank()) - bankBefore, sum?.minor);

  await person.say(`how much did I spend at ${merchant} in the last 7 days`);
  await person.cards(`at ${merchant}`).filter({ hasText: merchantSum }).waitFor();

  await person.page.reload();
  assert.deepEqual(await person.shownFromTheFirst(), placesOf(await person.entries()));
});

test('“where was my card used” shows each place on one map and in words', async () => {
  const person = await stage().person();
  await person.link('Citi', 'customer-2');
  for (const [city, region, lat, lon] of [
    ['Westerville', 'OH', 40.126, -82.929],
    ['Austin', 'TX', 30.2669, -97.7428],
    ['Denver', 'CO', 39.7405, -104.9872],
  ] as const) {
    const merchant = {
      name: `Shop in ${city}`,
      category: '5411',
      address: { city, region, country: 'US' },
      location: { lat, lon },
    };
    await stage().purchase('citi', 'customer-2', { amount: '3.21', merchant, online: false });
  }
  await person.cards('Shop in Denver').waitFor();
  await person.say('where was my card used today');
  const card = person.cards(/^(?=[^]*Shop in Westerville)(?=[^]*Shop in Austin)(?=[^]*Shop in Denver)/);
  const map = card.getByRole('img', { name: /^Map .*with a pin at/ });
  await map.waitFor();
  assert.match((await map.getAttribute('aria-label')) ?? '', /Westerville|Austin|Denver/);
});

test('what happens while the network is away arrives once, in order, and what was written then is said once', async () => {
  const person = await stage().person();
  await person.link('Wells Fargo', 'customer-2');
  await person.page.context().setOffline(true);
  await person.say('thank you');
  await person.thread.getByText('Kept, sent when you are back online').waitFor();
  for (const amount of ['7.01', '7.02', '7.03'])
    await stage().purchase('wells-fargo', 'customer-2', { amount, id: anyId() });
  await until('the hub to have them', async () => (await purchasesOf(person)).length === 3);
  assert.equal(await person.cards('$7.0').count(), 0, 'nothing gets through while it is away');

  await person.page.context().setOffline(false);
  await person.cards('$7.03').waitFor();
  await person.thread.getByText('You are welcome').waitFor();
  const cards = await person.cards('$7.0').allInnerTexts();
  const amounts = cards.map((text) => /\$7\.0\d/.exec(text)?.[0]);
  assert.deepEqual(amounts, (await purchasesOf(person)).map(dollars));
  const entries = await person.entries();
  assert.equal(
    entries.filter((entry) => entry.entry === 'message' && entry.message.content.text === 'thank you').length,
    1,
  );
  assert.deepEqual(await person.shownFromTheFirst(), placesOf(entries));
});

test('the hub’s restart loses and repeats nothing', async () => {
  const person = await stage().person();
  await person.link('U.S. Bank', 'customer-2');
  await stage().hub.restart();
  await stage().purchase('us-bank', 'customer-2', { amount: '8.88' });
  await person.cards('$8.88').waitFor();
  assert.deepEqual(await person.shownFromTheFirst(), placesOf(await person.entries()));
});

/** Amounts of the live purchases that the hub has, oldest first. */
async function purchasesOf(person: Person): Promise<string[]> {
  return (await person.conversation()).flatMap(({ content }) =>
    content.kind === 'card' && content.card.card === 'transaction' ? content.card.transaction.amount : [],
  );
}

/** Asks the chat, and reads from the newest card what was spent and in how many purchases. */
async function spentThisWeek(person: Person): Promise<{ cents: bigint; purchases: number }> {
  const cards = person.cards(/\d purchases?\./);
  const before = await cards.count();
  await person.say('how much did I spend in the last 7 days');
  await until('the answer', async () => (await cards.count()) > before);
  const text = await cards.last().innerText();
  const [, amount = ''] = /\$([\d,]+\.\d\d)/.exec(text) ?? [];
  const [, purchases = ''] = /([\d,]+) purchases?\./.exec(text) ?? [];
  return { cents: BigInt(amount.replaceAll(/[,.]/g, '')), purchases: Number(purchases.replaceAll(',', '')) };
}

async function debitsAtBank(): Promise<bigint> {
  const { accounts } = await stage().control<CustomerAtBank>('GET', 'jpmorgan-chase/customers/customer-1');
  const card = accounts.find(({ kind }) => kind === 'card');
  return BigInt((card?.transactions.debits ?? '').replace('.', ''));
}

const merchant = 'Bartoletti-Wunsch';

/** What the file's own lines say was spent at a merchant whose name has no comma, as a decimal. */
function sumAt(merchant: string, lines: readonly string[]): string {
  const cents = lines.flatMap((line) => {
    const [, amount] = new RegExp(`,(\\d+\\.\\d\\d),[01],${merchant},`).exec(line) ?? [];
    return amount === undefined ? [] : Number(amount.replace('.', ''));
  });
  return (cents.reduce((sum, amount) => sum + amount, 0) / 100).toFixed(2);
}

/** The file's header and its first rows. */
async function firstLines(): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface(createReadStream(file).pipe(createGunzip()))) {
    lines.push(line);
    if (lines.length > rows) break;
  }
  return lines;
}

/** Plays the first rows of the file as purchases of one customer, the last of them now. */
async function play(): Promise<PlayTotals & { merchantSum: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-play-'));
  try {
    const lines = await firstLines();
    const part = join(folder, 'part.csv');
    writeFileSync(part, `${lines.join('\n')}\n`);
    const totals = await playFile({
      file: part,
      bank: 'jpmorgan-chase',
      sandboxUrl: stage().hub.sandboxUrl,
      customers: 1,
      now: true,
      output: { write: () => true },
      progress: { write: () => true },
    });
    return { ...totals, merchantSum: dollars(sumAt(merchant, lines)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
