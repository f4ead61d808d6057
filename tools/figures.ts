/**
 * `npm run figures`: measures what the README promises, on this machine: time to ready, a purchase's way from
 * the bank to the screen, and the weight of the first load. Writes `bench/results/main-job.json` and the
 * README's table, and prints both.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../test/browser/browser.ts';
import { Stage } from '../test/browser/stage.ts';
import { testHub } from '../test/hub.ts';
import { buildWebIfStale, firstLoad } from './build-web.ts';

const root = join(import.meta.dirname, '..');
const results = join(root, 'bench', 'results', 'main-job.json');
const startsMeasured = 3;
const purchasesMeasured = 1000;
interface Spread {
  median: number;
  min: number;
  max: number;
}

await buildWebIfStale();
const figures = {
  measuredAt: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} cores of ${cpus()[0]?.model.trim() ?? 'an unknown make'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`,
  node: process.version,
  readySeconds: await measureStarts(),
  purchaseToScreenMs: await measurePurchases(),
  firstLoadGzipBytes: (await firstLoad())['index.html'],
};
await mkdir(join(root, 'bench', 'results'), { recursive: true });
writeFileSync(results, `${JSON.stringify(figures, null, 2)}\n`);
const table = tableOf();
fillReadme(table);
console.log(`${table}\n\n${results}`);

/** Seconds from the start of the process until it says that it is ready, as a person counts them. */
async function measureStarts(): Promise<{ first: Spread; again: Spread }> {
  const first: number[] = [];
  const again: number[] = [];
  for (let n = 0; n < startsMeasured; n += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'tellerline-figures-'));
    try {
      first.push(await startOnce(join(folder, 'data')));
      again.push(await startOnce(join(folder, 'data')));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { first: spreadOf(first), again: spreadOf(again) };
}

async function startOnce(data: string): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, ['src/app/cli.ts', 'start'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      TELLERLINE_DATA: data,
      TELLERLINE_PORT: '0',
      TELLERLINE_STAFF_PORT: '0',
      TELLERLINE_SANDBOX_PORT: '0',
      TELLERLINE_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes('Tellerline is ready')) break;
  }
  const seconds = (performance.now() - began) / 1000;
  child.kill('SIGINT');
  await ended;
  if (!said.includes('Tellerline is ready')) throw new Error(`It did not become ready: ${said}`);
  return seconds;
}

/** Milliseconds from the call that makes the bank book a purchase until its card stands in the page. */
async function measurePurchases(): Promise<{ purchases: number; p50: number; p99: number; max: number }> {
  const stage = new Stage(await testHub(), await launchChromium());
  try {
    const person = await stage.person();
    await person.link('JPMorgan Chase', 'customer-1');
    const nextCard = await watchForCards(person.page);
    const waits: number[] = [];
    // One after the other, as a card is used: not a test under load.
    for (let n = 1; n <= purchasesMeasured; n += 1) {
      const amount = `${1000 + n}.01`;
      const card = nextCard(amount);
      const sentAt = performance.timeOrigin + performance.now();
      await stage.purchase('jpmorgan-chase', 'customer-1', { amount, id: `figures-${n}` });
      waits.push((await card) - sentAt);
    }
    return { purchases: waits.length, p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), max: quantile(waits, 1) };
  } finally {
    await stage.browser.close();
    await stage.hub.close();
  }
}

/**
 * Notes in the page the moment at which an amount above 1,000 dollars first stands in a card. The clock is
 * this machine's, in the page as here.
 */
async function watchForCards(page: Page): Promise<(amount: string) => Promise<number>> {
  const waiting = new Map<string, (atMs: number) => void>();
  await page.exposeBinding('tellOfCard', (_, amount: string, atMs: number) => {
    waiting.get(amount)?.(atMs);
    waiting.delete(amount);
  });
  await page.evaluate(`
    new MutationObserver((mutations) => {
      const now = performance.timeOrigin + performance.now();
      for (const { addedNodes } of mutations) {
        for (const node of addedNodes) {
          const [, thousands, rest] = /\\$([12]),(\\d{3}\\.01)/.exec(node.textContent ?? '') ?? [];
          if (thousands) tellOfCard(thousands + rest, now);
        }
      }
    }).observe(document.querySelector('main'), { childList: true, subtree: true });`);
  return (amount) =>
    new Promise((resolve, reject) => {
      waiting.set(amount, resolve);
      setTimeout(() => reject(new Error(`the card of $${amount} did not come`)), 30_000).unref();
    });
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN);
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.map((value) => Number(value.toFixed(2))).toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

function tableOf(): string {
  const { readySeconds, purchaseToScreenMs, firstLoadGzipBytes, machine, measuredAt, node } = figures;
  const seconds = ({ median, min, max }: Spread): string =>
    `${median.toFixed(1)} s (${min.toFixed(1)} to ${max.toFixed(1)}, ${startsMeasured} starts)`;
  const rows = [
    ['time to ready, first start on an empty data folder', seconds(readySeconds.first)],
    ['time to ready, later starts', seconds(readySeconds.again)],
    [
      `purchase at the bank to card on the screen, p50 over ${purchaseToScreenMs.purchases.toLocaleString('en')} purchases`,
      `${purchaseToScreenMs.p50} ms`,
    ],
    ['the same, p99', `${purchaseToScreenMs.p99} ms`],
    ['first load of script, gzip', `${(firstLoadGzipBytes / 1024).toFixed(1)} KB`],
  ];
  const lines = rows.map(([figure, measured]) => `| ${figure} | ${measured} |`);
  return `| figure | measured |\n| --- | --- |\n${lines.join('\n')}\n\nMeasured ${measuredAt} by \`npm run figures\`: ${machine}, Node ${node}; bank, hub, PostgreSQL and browser on that one machine.`;
}

/** Puts the table between the README's marks. */
function fillReadme(table: string): void {
  const readme = join(root, 'README.md');
  const text = readFileSync(readme, 'utf8');
  writeFileSync(readme, text.replace(/(<!-- figures[^>]*-->\n)[^]*?(\n<!-- \/figures -->)/, `$1${table}$2`));
}
