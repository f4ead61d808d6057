import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatDecimal, sumMoney, systemClock, TellerlineError, type Clock, type Money } from '#base';
import { readCardUse, type BadRow, type CardUse } from './card-use.ts';
import { progressBar } from './progress-bar.ts';

/** What to play, where and how fast. */
export interface PlayOptions {
  file: string;
  /** Id of the bank whose cards are used. */
  bank: string;
  /** Where the sandbox listens, without a slash at the end. */
  sandboxUrl: string;
  /** Purchases per second; as fast as the bank accepts them when absent. */
  speed?: number | undefined;
  /** Spreads the cards over this many customers; one customer per card when absent. */
  customers?: number | undefined;
  /** Moves all dates by the same time so that the last purchase happens now. */
  now?: boolean | undefined;
  /** What `now` and `speed` go by; the machine's own when absent. */
  clock?: Clock | undefined;
  /** For the bad rows and the totals. */
  output: { write(text: string): unknown };
  /** For the progress bar, which appears in a terminal only. */
  progress: { write(text: string): unknown; isTTY?: boolean; columns?: number };
}

/** What playing came to, to be checked against the file. */
export interface PlayTotals {
  /** Rows of the file without the header, the bad ones included. */
  rows: number;
  /** Rows that could not be read, and purchases that the bank refused. */
  rejected: number;
  /** Purchases that the bank booked. */
  accepted: number;
  /** Events that the bank queued for whoever is subscribed. */
  events: number;
  cards: number;
  customers: number;
  /** The first hundred of the rejected, in the order in which they were met. */
  rejectedRows: BadRow[];
  /** Of all rows that could be read, by currency, signed as in the file. */
  sums: Money[];
}

/** Requests under way at once. */
const inFlightMax = 4;
/** Purchases of one request. Small enough that the chat shows them as a stream, not as blocks. */
const batchMax = 50;
/** Purchases read from the file and not yet sent. */
const waitingMax = 2000;
/** Tries of one request while the bank is down or asks to slow down. Ids make a repeat harmless. */
const triesMax = 5;

/** Rejected rows that the totals hold; the output names all. */
const rejectedRowsMax = 100;

/** A purchase as the control API takes it, with the line that it stands on. */
interface Purchase {
  line: number;
  body: Record<string, unknown>;
}

interface Playing {
  options: PlayOptions;
  totals: PlayTotals;
  /** Purchases that wait, by customer, in the file's order. */
  waiting: Map<string, Purchase[]>;
  waitingCount: number;
  /** Customers with a request under way: the next one waits, which keeps each customer's order. */
  busy: Map<string, Promise<void>>;
  failure: Error | undefined;
}

/**
 * Plays a file of card use through the sandbox's control API as live purchases: each customer's in the
 * file's order, customers side by side. Bad rows are reported and left out. Each playing books anew.
 *
 * @throws TellerlineError `sandbox_unreachable`, `bank_unknown`, and those of `readCardUse`
 */
export async function playFile(options: PlayOptions): Promise<PlayTotals> {
  const { clock = systemClock } = options;
  const shiftMs = options.now ? await shiftToNow(options.file, clock) : 0;
  const run = randomBytes(4).toString('hex');
  const totals: PlayTotals = {
    rows: 0,
    rejected: 0,
    rejectedRows: [],
    accepted: 0,
    events: 0,
    cards: 0,
    customers: 0,
    sums: [],
  };
  const playing: Playing = {
    options,
    totals,
    waiting: new Map(),
    waitingCount: 0,
    busy: new Map(),
    failure: undefined,
  };
  const cards = new Map<string, string>();
  const bar = progressBar(options.progress, clock, statSync(options.file, { throwIfNoEntry: false })?.size ?? 0);
  const startedMs = clock.monotonicMs();

  try {
    for await (const row of readCardUse(options.file, bar.read)) {
      totals.rows += 1;
      if (!row.good) {
        reject(playing, row, bar.clear);
        continue;
      }
      add(totals, row.amount);
      const customer = customerOf(row.card, cards, options.customers);
      if (options.speed) await until(clock, startedMs + (totals.rows / options.speed) * 1000);
      enqueue(playing, customer, { line: row.line, body: purchaseOf(row, run, shiftMs) });
      pump(playing, bar.clear);
      while (playing.waitingCount >= waitingMax && playing.busy.size > 0) await Promise.race(playing.busy.values());
      if (playing.failure !== undefined) throw playing.failure;
      bar.show(totals.accepted);
    }
    while (playing.busy.size > 0) await Promise.race(playing.busy.values());
    if (playing.failure !== undefined) throw playing.failure;
  } finally {
    bar.clear();
  }
  totals.cards = cards.size;
  totals.customers = new Set(cards.values()).size;
  options.output.write(describeTotals(totals, options.bank));
  return totals;
}

async function until(clock: Clock, atMs: number): Promise<void> {
  const waitMs = atMs - clock.monotonicMs();
  if (waitMs > 0) await sleep(waitMs);
}

/** How far all dates of a file move for its last purchase to happen now. */
async function shiftToNow(file: string, clock: Clock): Promise<number> {
  let last: number | undefined;
  for await (const row of readCardUse(file)) {
    if (row.good) last = Math.max(last ?? -Infinity, row.occurredAt.epochMilliseconds);
  }
  return last === undefined ? 0 : clock.nowMs() - last;
}

/** Cards become customers in the order in which the file first shows them. */
function customerOf(card: string, cards: Map<string, string>, customersMax = Infinity): string {
  let customer = cards.get(card);
  if (customer === undefined) {
    customer = `customer-${(cards.size % customersMax) + 1}`;
    cards.set(card, customer);
  }
  return customer;
}

function purchaseOf(row: CardUse, run: string, shiftMs: number): Record<string, unknown> {
  const { amount, place } = row;
  const occurredAt = row.occurredAt.add({ milliseconds: shiftMs });
  const { location, ...address } = place ?? {};
  return {
    id: `play-${run}-${row.line}`,
    amount: formatDecimal(amount).replace('-', ''),
    currency: amount.currency,
    direction: amount.minor < 0n ? 'credit' : 'debit',
    occurredAt: occurredAt.toString(),
    // Moved to another time, it happens on that day of the customer's own calendar, which the bank knows.
    ...(shiftMs === 0 && { localDate: row.localDate.toString() }),
    online: row.online,
    merchant: { name: row.merchant, category: row.category, address: place && address, location },
  };
}

function add(totals: PlayTotals, amount: Money): void {
  const index = totals.sums.findIndex(({ currency }) => currency === amount.currency);
  if (index < 0) totals.sums.push(amount);
  else totals.sums[index] = sumMoney([totals.sums[index] ?? amount, amount], amount.currency);
}

function reject(playing: Playing, { line, reason }: BadRow, clear: () => void): void {
  const { totals } = playing;
  totals.rejected += 1;
  if (totals.rejectedRows.length < rejectedRowsMax) totals.rejectedRows.push({ line, reason });
  clear();
  playing.options.output.write(`line ${line}: ${reason}\n`);
}

function enqueue(playing: Playing, customer: string, purchase: Purchase): void {
  const queue = playing.waiting.get(customer);
  if (queue) queue.push(purchase);
  else playing.waiting.set(customer, [purchase]);
  playing.waitingCount += 1;
}

/** Starts as many requests as may be under way, at most one a customer. */
function pump(playing: Playing, clear: () => void): void {
  for (const [customer, queue] of playing.waiting) {
    if (playing.failure !== undefined || playing.busy.size >= inFlightMax) return;
    if (playing.busy.has(customer)) continue;
    const batch = queue.splice(0, batchMax);
    playing.waitingCount -= batch.length;
    // Taken out and put back at the end, so that every customer gets a turn.
    playing.waiting.delete(customer);
    if (queue.length > 0) playing.waiting.set(customer, queue);
    const sending = send(playing, customer, batch, clear)
      .catch((error: unknown) => {
        playing.failure ??= error instanceof Error ? error : new Error('a request failed', { cause: error });
      })
      .then(() => {
        playing.busy.delete(customer);
        pump(playing, clear);
      });
    playing.busy.set(customer, sending);
  }
}

/** Sends purchases of one customer; when the bank refuses them together, each by itself to find the bad one. */
async function send(playing: Playing, customer: string, batch: readonly Purchase[], clear: () => void): Promise<void> {
  const answer = await post(playing.options, { customer, purchases: batch.map(({ body }) => body) });
  if (answer.accepted !== undefined) {
    playing.totals.accepted += answer.accepted;
    playing.totals.events += answer.events ?? 0;
  } else if (batch.length > 1) {
    for (const purchase of batch) await send(playing, customer, [purchase], clear);
  } else {
    reject(playing, { line: batch[0]?.line ?? 0, reason: `the bank refused it: ${answer.message ?? ''}` }, clear);
  }
}

interface Answer {
  accepted?: number;
  events?: number;
  /** Why the purchases were refused. */
  message?: string;
}

async function post({ sandboxUrl, bank }: PlayOptions, body: unknown): Promise<Answer> {
  const address = `${sandboxUrl}/control/banks/${encodeURIComponent(bank)}/purchases`;
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  let cause: unknown;
  for (let attempt = 1; attempt <= triesMax; attempt += 1) {
    try {
      const response = await fetch(address, request);
      if (response.ok || isRefusal(response.status)) return (await response.json()) as Answer;
      if (response.status === 404) throw new TellerlineError('bank_unknown', 404, `The sandbox has no bank "${bank}".`);
    } catch (error) {
      if (error instanceof TellerlineError) throw error;
      cause = error;
    }
    if (attempt < triesMax) await sleep(50 * 2 ** attempt);
  }
  const sentence = `The sandbox at ${sandboxUrl} does not answer. Is "npm start" running?`;
  throw new TellerlineError('sandbox_unreachable', 503, sentence, {}, { cause });
}

/** The purchases themselves are at fault; trying again would not help. */
function isRefusal(status: number): boolean {
  return status === 400 || status === 409 || status === 422;
}

function describeTotals(totals: PlayTotals, bank: string): string {
  const rows: [string, string][] = [
    ['rows', count(totals.rows)],
    ['cards', `${count(totals.cards)}, as ${count(totals.customers)} customers of ${bank}`],
    ...totals.sums.map((sum): [string, string] => ['sum', `${sum.currency} ${formatDecimal(sum)}`]),
    ['rejected', count(totals.rejected)],
    ['accepted by the bank', `${count(totals.accepted)}, of which ${count(totals.events)} told as events`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(22)}${value}\n`).join('');
}

const count = (number: number): string => number.toLocaleString('en');
