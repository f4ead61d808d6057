import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock, systemRandom, type BankId, type Clock } from '#base';
import type { ConsentCard, DeletionReceipt, LedgerPage, Privacy, WithdrawalView } from '#contract';
import { sql } from '#db';
import { makeAuthority, noCertificates } from '#test/certificates';
import { returnKeys, runKeyService, withdrawKeys, type KeyService } from '#vault';
import { operatorOf } from './operator.ts';
import { testHub, type TestHub } from './hub.ts';
import { cardsOf, Visitor } from './visitor.ts';
import { until } from './until.ts';

// A bank that holds its own key withdraws it, and then its key service is gone: its customers stay free to leave.

describe('a bank that does not release its key', { skip: noCertificates }, () => {
  const base = mkdtempSync(join(tmpdir(), 'tellerline-outage-'));
  const folder = join(base, 'service');
  let aheadMs = 0;
  const clock: Clock = { nowMs: () => systemClock.nowMs(), monotonicMs: () => systemClock.monotonicMs() + aheadMs };
  let service: KeyService;
  let hub: TestHub;
  let ana: Visitor;
  let bea: Visitor;
  let carl: Visitor;
  let dora: Visitor;
  const leasesEnd = (): void => void (aheadMs += 31_000);

  before(async () => {
    const authority = makeAuthority();
    service = await runKeyService({
      folder,
      bank: 'citi' as BankId,
      host: '127.0.0.1',
      port: 0,
      tls: { ...authority.server, clientCa: authority.ca },
      clock: systemClock,
      random: systemRandom,
    });
    const certificates = join(base, 'keys/services/citi');
    for (const path of [join(base, 'keys'), join(base, 'keys/services'), certificates])
      mkdirSync(path, { mode: 0o700 });
    const files = { 'client.crt': authority.client.cert, 'client.key': authority.client.key, 'ca.crt': authority.ca };
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(certificates, name), content, { mode: 0o600 });
    const settings = { TELLERLINE_KEYS: join(base, 'keys'), TELLERLINE_KEY_SERVICES: `citi=${service.url}` };
    hub = await testHub({ clock, settings });
    ana = await Visitor.arrive(hub);
    bea = await Visitor.arrive(hub, 'es');
    carl = await Visitor.arrive(hub);
    dora = await Visitor.arrive(hub);
    await ana.link('citi', 'customer-1');
    await ana.link('us-bank', 'customer-1');
    await bea.link('citi', 'customer-2');
    await carl.link('citi', 'customer-3');
    await dora.link('citi', 'customer-4');
  });
  after(async () => {
    await hub.close();
    await service.close().catch(() => undefined);
    rmSync(base, { recursive: true, force: true });
  });

  const privacyOf = async (visitor: Visitor): Promise<Privacy> => {
    const { status, body } = await visitor.call<Privacy>('GET', '/api/privacy');
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const endOf = async (visitor: Visitor): Promise<ConsentCard['ended']> => {
    const cards = cardsOf(await visitor.conversation(), 'consent');
    return cards.findLast((card) => card.bank === 'citi' && card.state === 'revoked')?.ended;
  };

  test('that it has withdrawn its key leaves its link in the privacy centre, with its stop', async () => {
    withdrawKeys(folder, systemRandom);
    leasesEnd();
    const { links } = await privacyOf(ana);
    assert.deepEqual(
      links.map(({ bank, unreadable, purposes, accounts }) => [bank, unreadable, purposes.length, accounts.length > 0]),
      [
        ['citi', true, 2, false],
        ['us-bank', undefined, 2, true],
      ],
    );
    const said = (await ana.ask('what is my balance at Citi?')).at(-1)?.content;
    assert.match(said?.kind === 'text' ? said.text : '', /Citi holds the key/);
    returnKeys(folder);
    aheadMs += 2000;
    assert.equal((await privacyOf(ana)).links[0]?.unreadable, undefined, 'and it is read again when it is released');
  });

  test('a customer stops the link of a dead key service, and is told that the bank was not', async () => {
    await service.close();
    leasesEnd();
    const link = (await privacyOf(ana)).links.find(({ bank }) => bank === 'citi');
    assert.equal(link?.unreadable, true);
    const stopped = await ana.call<{ receipt: string }>('POST', `/api/links/${link.id}/stop`);
    assert.equal(stopped.status, 200, JSON.stringify(stopped.body));
    const left = await hub.db.database.query(
      sql`select from link_keys where link_id = ${link.id} and wrapped_key is not null`,
    );
    assert.equal(left.length, 0, 'its key is destroyed');
    assert.equal((await endOf(ana))?.bankUntold, true);
    const { links, ended } = await privacyOf(ana);
    assert.deepEqual([links.map(({ bank }) => bank), ended.map(({ told }) => told?.state)], [['us-bank'], ['untold']]);
    await until('the ledger', async () => {
      const page = (await ana.call<LedgerPage>('GET', '/api/ledger?limit=50')).body;
      return [...page.entries.map(({ record }) => record), ...page.waiting].some(
        (record) => record['type'] === 'untold' && record['bank'] === 'citi' && record['by'] === 'customer',
      );
    });
  });

  test('stops it in the chat', async () => {
    await carl.ask('stop citi');
    const pressed = await carl.press('stop-link');
    assert.equal(pressed.status, 200, JSON.stringify(pressed.body));
    assert.equal((await endOf(carl))?.bankUntold, true);
  });

  test('deletes the account', async () => {
    await bea.ask('borra mi cuenta');
    const pressed = await bea.press('delete-account');
    assert.equal(pressed.status, 200, JSON.stringify(pressed.body));
    const { receipt } = pressed.body as { receipt: DeletionReceipt };
    assert.deepEqual(
      receipt.banks.map(({ bank, bankConfirmed, bankUntold }) => [bank, bankConfirmed, bankUntold]),
      [['citi', false, true]],
    );
  });

  test('and the operator pulls the bank out, to the end', async () => {
    const operator = await operatorOf(hub);
    const begun = await fetch(`${hub.staffUrl}/api/console/banks/citi/withdraw`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: hub.staffUrl, ...operator },
      body: JSON.stringify({ name: 'Citi' }),
    });
    assert.equal(begun.status, 200, await begun.clone().text());
    const standing = await until('the withdrawal', async () => {
      const answer = await fetch(`${hub.staffUrl}/api/console`, { headers: operator });
      const { banks } = (await answer.json()) as {
        banks: { face: { id: string }; withdrawal: WithdrawalView | null }[];
      };
      const now = banks.find(({ face }) => face.id === 'citi')?.withdrawal;
      return now?.step === 'done' ? now : undefined;
    });
    assert.deepEqual([standing.links, standing.ended, standing.keys], [1, 1, 1]);
    const ended = await endOf(dora);
    assert.deepEqual([ended?.by, ended?.bankUntold, ended?.bankConfirmed], ['operator', true, false]);
  });
});
