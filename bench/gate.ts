import { join } from 'node:path';
import { createLog, newId, systemClock, systemRandom } from '#base';
import type { AccountRef, BankId, ConsentId, CustomerId, LinkId } from '#base';
import { grantConsent } from '#consent';
import type { Database } from '#db';
import { createProofLog, readLogKey } from '#proof';
import { createVault, fileKeyProvider, taskActor, type RecordDraft, type Vault } from '#vault';
import { openPools } from '../src/app/pools.ts';
import { quantile, rowOf, type Row } from './measured.ts';
import { onOwnPostgres } from './own-postgres.ts';
import { shortSeconds, type Bench, type Part } from './part.ts';

const linkCount = 1000;
const purchasesPerLink = 12;
const atOnce = 14;
const log = createLog('error');
const span = { kind: 'transaction', from: '2026-11-01', to: '2026-11-30' } as const;
const use = { purpose: 'transactions', fields: ['transaction'] } as const;

interface Linked {
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly accountRef: AccountRef;
}

/**
 * How often the gate opens: each time the use is entered with its leaf and committed, then twelve purchases are
 * opened. And how fast uses of many customers are entered in batches, as events are.
 */
export const gate: Part = { name: 'gate', heading: 'Uses, through the gate', run: measure };

function measure({ options, progress }: Bench): Promise<Row[]> {
  const seconds = shortSeconds(options);
  return onOwnPostgres(async ({ database, folder, url }) => {
    const keys = join(folder, 'keys');
    const provider = fileKeyProvider(keys, systemRandom);
    const proof = createProofLog({ database, signer: readLogKey(keys, 'bench.example/log', systemRandom), log });
    const pools = await openPools({ databaseUrl: url, log }, database, provider);
    const { readers } = pools;
    const vault = createVault({ database, readers, provider, proof, clock: systemClock, random: systemRandom });
    const links: Linked[] = [];
    for (let n = 0; n < linkCount; n += 1) links.push(await linked(database, vault));
    await proof.sequencer.start();
    await open(vault, links, 1);
    const opened: { perSecond: number; ms: number[] }[] = [];
    const entered: number[] = [];
    for (let run = 1; run <= options.runs; run += 1) {
      progress(`run ${run} of ${options.runs}`);
      opened.push(await open(vault, links, seconds));
      entered.push(await enter(database, vault, links, seconds));
    }
    await proof.sequencer.stop();
    for (const one of [pools.web, pools.readers, pools.events]) await one.close();
    const of = `${purchasesPerLink} purchases each, ${atOnce} at once`;
    return [
      rowOf(
        `openings by the gate, ${of}`,
        '/s',
        opened.map((one) => one.perSecond),
      ),
      rowOf(
        'an opening, p50',
        'ms',
        opened.map((one) => quantile(one.ms, 0.5)),
      ),
      rowOf(
        'an opening, p99',
        'ms',
        opened.map((one) => quantile(one.ms, 0.99)),
      ),
      rowOf('uses entered in batches of 1,000 customers, 2 at once', '/s', entered),
    ];
  });
}

/** A customer's link with its purchases. */
async function linked(database: Database, vault: Vault): Promise<Linked> {
  const ids = { customerId: newId<CustomerId>(), linkId: newId<LinkId>(), accountRef: newId<AccountRef>() };
  const bankId = 'citi' as BankId;
  await database.transaction(async (tx) => {
    await vault.createCustomerKeys(tx, ids.customerId);
    await vault.createLinkKey(tx, { ...ids, bankId });
    await grantConsent(tx, {
      ...ids,
      bankId,
      consentId: newId<ConsentId>(),
      purposes: ['transactions'],
      grantedAt: new Date(),
      expiresAt: new Date(Date.now() + 86_400_000),
      sealedDocument: Buffer.alloc(0),
    });
    const sealers = await vault.linkSealers(tx, [ids.linkId]);
    const drafts = Array.from({ length: purchasesPerLink }, (_, day) => purchase(vault, ids, day + 1));
    await vault.storeRecords(tx, sealers, drafts, 'event');
  });
  return ids;
}

function purchase(vault: Vault, ids: Linked, day: number): RecordDraft {
  const localDate = `2026-11-${String(day).padStart(2, '0')}`;
  return {
    ...ids,
    subjectIndex: vault.index('transaction', `${ids.linkId}|${day}`),
    localDate,
    occurredAt: new Date(`${localDate}T12:00:00Z`),
    stage: 1,
    content: {
      kind: 'transaction',
      bank: 'citi',
      account: { kind: 'card', last4: '2291' },
      transaction: {
        id: `t${day}`,
        status: 'authorized',
        amount: '65.70',
        currency: 'USD',
        direction: 'debit',
        occurredAt: `${localDate}T12:00:00Z`,
        localDate,
        description: 'A merchant somewhere',
      },
    },
  };
}

async function open(
  vault: Vault,
  links: readonly Linked[],
  forSeconds: number,
): Promise<{ perSecond: number; ms: number[] }> {
  const ms: number[] = [];
  const began = performance.now();
  const until = began + forSeconds * 1000;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < until) {
      const one = links[(next += 1) % links.length] as Linked;
      const from = performance.now();
      const actor = taskActor('answer', one.customerId);
      const records = await vault.gate.records(
        { ...use, actor, linkId: one.linkId, reason: 'question-answered' },
        span,
      );
      records.use((some) => {
        if (some.length !== purchasesPerLink) throw new Error('not all purchases were opened');
      });
      ms.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { perSecond: ms.length / ((performance.now() - began) / 1000), ms };
}

async function enter(database: Database, vault: Vault, links: readonly Linked[], forSeconds: number): Promise<number> {
  const uses = links.map(({ customerId, linkId }) => {
    return { ...use, actor: taskActor('notify', customerId), linkId, reason: 'event-shown', records: 1 };
  });
  let entered = 0;
  const began = performance.now();
  const until = began + forSeconds * 1000;
  const worker = async (): Promise<void> => {
    while (performance.now() < until) {
      await database.transaction((tx) => vault.gate.enterWithin(tx, uses));
      entered += uses.length;
    }
  };
  await Promise.all([worker(), worker()]);
  return entered / ((performance.now() - began) / 1000);
}
