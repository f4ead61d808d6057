import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts, ready, runTellerline, type Run } from './run.ts';
import { cardsOf, readMessages, Visitor } from './visitor.ts';
import { until } from './until.ts';

// Promises P1 and P2 over the whole product: the process is killed while purchases pour in.

const kills = 6;

test('killed again and again while purchases pour in, it shows each of them exactly once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-kill-'));
  const [port = 0, staff = 0, sandbox = 0] = await freePorts(3);
  const start = async (): Promise<Run> => {
    const started = runTellerline(join(folder, 'data'), ['start'], {
      TELLERLINE_PORT: String(port),
      TELLERLINE_STAFF_PORT: String(staff),
      TELLERLINE_SANDBOX_PORT: String(sandbox),
      TELLERLINE_LOG_LEVEL: 'fatal',
    });
    await started.until(ready);
    return started;
  };
  let running = await start();
  try {
    const visitor = await Visitor.arrive({ url: `http://localhost:${port}` });
    await visitor.link('citi', 'customer-1');
    const booked = new Set<string>();
    const spent = new AbortController();
    /** Uses the card again and again; a purchase counts once the bank has said that it booked it. */
    const spending = (async () => {
      while (!spent.signal.aborted) {
        const ids = Array.from({ length: 5 }, () => randomUUID());
        const purchases = ids.map((id) => ({ id, amount: '1.00', merchant: { name: 'Kiosk' } }));
        const booking = await fetch(`http://localhost:${sandbox}/control/banks/citi/purchases`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ customer: 'customer-1', purchases }),
        }).catch(() => undefined);
        if (booking?.ok) for (const id of ids) booked.add(id);
        else await sleep(20);
      }
    })();
    for (let n = 0; n < kills; n += 1) {
      const before = booked.size;
      await until('purchases', async () => booked.size > before + 20 * n);
      running.process.kill('SIGKILL');
      await running.end();
      running = await start();
    }
    spent.abort();
    await spending;
    const shown = await until('all of them', async () => {
      const purchases = cardsOf(readMessages(await visitor.entries()), 'transaction').map(
        (card) => card.transaction.id,
      );
      return booked.isSubsetOf(new Set(purchases)) ? purchases : undefined;
    });
    assert.equal(new Set(shown).size, shown.length, 'none is shown twice');
    const entries = await visitor.entries();
    assert.deepEqual(
      entries.map((entry) => entry.seq),
      entries.map((_, n) => n + 1),
    );
    t.diagnostic(`${kills} kills, ${booked.size} purchases booked, ${shown.length} shown, 0 lost, 0 twice`);
  } finally {
    running.process.kill('SIGTERM');
    await running.end();
    rmSync(folder, { recursive: true, force: true });
  }
});
