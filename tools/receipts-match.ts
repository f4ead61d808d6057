/**
 * `npm run receipts:match -- purchases.jsonl receipts.jsonl` pairs receipts with the card purchases that paid them, and
 * prints each pair as a line of JSON: `purchase`, `receipt`, `score` (0 to 1) and `why`. Totals and lines that could
 * not be read go to stderr; ends with 1 when there were such lines, the others are matched all the same.
 * The rule: docs/matching.md.
 */
import { readFileSync } from 'node:fs';
import { matchReceipts, type PurchaseSide, type ReceiptSide } from '#orders';
import { readPurchase, readReceipt, UnreadableLine, usualOf } from './receipt-lines.ts';

const [purchasesFile, receiptsFile] = process.argv.slice(2);
if (purchasesFile === undefined || receiptsFile === undefined) {
  console.error('npm run receipts:match -- purchases.jsonl receipts.jsonl');
  process.exit(2);
}

let unreadable = 0;
const purchaseLines = linesOf(purchasesFile);
const receiptLines = linesOf(receiptsFile);
const usual = usualOf(
  purchaseLines.map(({ value }) => value),
  receiptLines.map(({ value }) => value),
);
const purchases = readAll(purchasesFile, purchaseLines, (line) => readPurchase(line, usual));
const receipts = readAll(receiptsFile, receiptLines, (line) => readReceipt(line, usual));
const own = ofKnownCustomers(purchases, receipts);

const startedMs = performance.now();
const pairs = matchReceipts(own.purchases, own.receipts);
const tookMs = Math.round(performance.now() - startedMs);
for (const { purchase, receipt, score, why } of pairs)
  process.stdout.write(`${JSON.stringify({ purchase, receipt, score: Number(score.toFixed(6)), why })}\n`);
const paired = new Set(pairs.map(({ receipt }) => receipt)).size;
console.error(
  JSON.stringify({
    totals: {
      purchases: purchases.length,
      receipts: receipts.length,
      pairs: pairs.length,
      receiptsPaired: paired,
      receiptsWithout: receipts.length - paired,
      unreadable,
      tookMs,
    },
  }),
);
if (unreadable > 0) process.exitCode = 1;

interface Line {
  readonly at: number;
  readonly value: unknown;
}

/** A file's lines; one that is an array of JSON counts as lines too. */
function linesOf(file: string): Line[] {
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  if (text.trimStart().startsWith('[')) {
    try {
      const all: unknown = JSON.parse(text);
      if (Array.isArray(all)) return all.map((value: unknown, n) => ({ at: n + 1, value }));
    } catch {
      // No array of JSON: read line by line, each naming what is wrong with it.
      return byLine(file, text);
    }
  }
  return byLine(file, text);
}

function byLine(file: string, text: string): Line[] {
  return text.split(/\r?\n/).flatMap((line, n): Line[] => {
    if (line.trim() === '') return [];
    try {
      return [{ at: n + 1, value: JSON.parse(line) as unknown }];
    } catch {
      complain(file, n + 1, 'it is no JSON');
      return [];
    }
  });
}

function complain(file: string, at: number, reason: string): void {
  unreadable += 1;
  console.error(`${file}:${at}: ${reason}`);
}

/** What each line says, the last of those under one id; what says too little is named and left out. */
function readAll<Side extends { readonly id: string }>(
  file: string,
  lines: readonly Line[],
  read: (line: unknown) => Side,
): Side[] {
  const all = new Map<string, Side>();
  for (const { at, value } of lines) {
    try {
      const side = read(value);
      all.set(side.id, side);
    } catch (error) {
      if (!(error instanceof UnreadableLine)) complain(file, at, 'its money or its date is out of bounds');
      else complain(file, at, error.message);
    }
  }
  return [...all.values()];
}

/** Whose a purchase is means something only where shops and banks call customers by the same names. */
function ofKnownCustomers(
  purchases: readonly PurchaseSide[],
  receipts: readonly ReceiptSide[],
): { purchases: PurchaseSide[]; receipts: ReceiptSide[] } {
  const known = new Set(purchases.flatMap(({ customer }) => customer ?? []));
  const said = receipts.flatMap(({ customer }) => customer ?? []);
  const isShared = said.filter((customer) => known.has(customer)).length * 2 >= said.length;
  const without = <Side extends { customer?: string }>({ customer, ...side }: Side) => side;
  if (isShared) return { purchases: [...purchases], receipts: [...receipts] };
  return { purchases: purchases.map(without), receipts: receipts.map(without) };
}
