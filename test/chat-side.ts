import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, systemRandom, type Clock, type CustomerId, type IdentityId } from '#base';
import type { Disclosure, LinkingStanding, Purpose } from '#contract';
import { enterIdentity } from '#customers';
import { sql } from '#db';
import type { HttpParts } from '#http';
import { readConfig } from '../src/app/config.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { ownPools } from '../src/app/pools.ts';
import { wire } from '../src/app/wire.ts';
import { testHub, type TestHub } from './hub.ts';
import type { Visitor } from './visitor.ts';

/** A hub with its parts in hand, as a messenger's webhook has them: nobody's browser is between. */
export interface HubInHand {
  readonly hub: TestHub;
  readonly parts: HttpParts;
  /** What the parts in hand logged. */
  readonly logged: () => string;
  close(): Promise<void>;
}

/** Starts a hub, and wires its parts once more over the same data. */
export async function hubInHand(clock: Clock): Promise<HubInHand> {
  const keys = mkdtempSync(join(tmpdir(), 'tellerline-chat-'));
  const settings = { TELLERLINE_KEYS: join(keys, 'keys') };
  const hub = await testHub({ clock, settings });
  const config = readConfig({ ...settings, TELLERLINE_DATA: join(keys, 'data'), TELLERLINE_URL: hub.url });
  let lines = '';
  const log = createLog('info', { write: (line: string) => void (lines += line) });
  const provider = openKeyProvider(config, systemRandom);
  const { db, orderSenders } = hub;
  const options = { config, databaseUrl: db.url, log, clock, orderSenders, sandboxUrl: () => hub.sandboxUrl };
  const parts = wire(options, { ...ownPools(hub.db.database), provider }, () => hub.url);
  return {
    hub,
    parts,
    logged: () => lines,
    close: async () => {
      // What the parts in hand have taken up goes on, and would be tried again without an end over a closed database.
      await parts.linking.jobs.stop();
      await hub.close();
      rmSync(keys, { recursive: true, force: true });
    },
  };
}

/** A person in a chat at a messenger who has never opened a browser. */
export interface ChatPerson {
  readonly customerId: CustomerId;
  readonly identityId: IdentityId;
}

/** A new customer by their first message at a messenger. */
export async function person({ parts, hub }: HubInHand, channel = 'messenger'): Promise<ChatPerson> {
  const kind = { browser: '', system: '' };
  const { session } = await parts.talk.begin({ locale: 'en', timeZone: 'America/New_York' }, kind);
  const { customerId } = session;
  const nowMs = parts.clock.nowMs();
  return hub.db.database.transaction(async (tx) => {
    await tx.execute(sql`delete from channel_identities where customer_id = ${customerId}`);
    const identityId = await enterIdentity(tx, customerId, channel, nowMs);
    await tx.execute(sql`
      insert into channel_addresses (identity_id, customer_id, channel, account, person_index, sealed, state, created_at)
      values (${identityId}, ${customerId}, ${channel}, 'page-1', ${randomBytes(32)}, ${randomBytes(32)}, 'in-use',
        ${new Date(nowMs)})`);
    const thread = (await parts.delivery.threadsOf(tx, [customerId])).get(customerId);
    assert.ok(thread);
    await parts.delivery.putDestination(tx, thread, { identityId, channel, detail: 'pointer' }, nowMs);
    return { customerId, identityId };
  });
}

/** Asks for a linking in a chat; answers the secret of its address. */
export async function ask({ parts }: HubInHand, who: ChatPerson, bank = 'citi'): Promise<string> {
  const address = await parts.linking.openFrom({ ...who, chatName: 'Example Help' }, bank);
  assert.match(address, /^\/m#[\w-]{43}$/);
  return address.slice(3);
}

/** A browser takes an address up; answers the attempt. */
export async function takeUp(browser: Visitor, token: string): Promise<string> {
  const claimed = await browser.call<{ address: string }>('POST', '/api/linking/claim', { token });
  assert.equal(claimed.status, 200, JSON.stringify(claimed.body));
  return claimed.body.address.replace('/link/', '');
}

/** Reads the disclosure and signs it; answers where the bank's login is. */
export async function sign(
  browser: Visitor,
  attempt: string,
  purposes: readonly Purpose[] = ['balances', 'transactions'],
  details?: Readonly<Partial<Record<Purpose, string>>>,
): Promise<URL> {
  const { body } = await browser.call<Disclosure>('GET', `/api/linking/${attempt}`);
  const signed = await browser.call<{ continueTo: string }>('POST', `/api/linking/${attempt}/sign`, {
    hash: body.hash,
    purposes,
    durationDays: 365,
    signature: 'A. Customer',
    ...(details && { details }),
  });
  assert.equal(signed.status, 200, JSON.stringify(signed.body));
  return new URL(signed.body.continueTo);
}

/** How the linking stands for a browser. */
export async function standing(browser: Visitor, attempt: string): Promise<LinkingStanding> {
  const { body, status } = await browser.call<LinkingStanding>('GET', `/api/linking/${attempt}/standing`);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** Walks from the address to the code; answers it. `details`: the purposes allowed, each with its level; two by themselves. */
export async function walkToCode(
  browser: Visitor,
  token: string,
  customer: string,
  details?: Readonly<Partial<Record<Purpose, string>>>,
): Promise<{ readonly attempt: string; readonly code: string }> {
  const attempt = await takeUp(browser, token);
  const purposes = details && (Object.keys(details) as Purpose[]);
  const returned = await browser.atTheBank(await sign(browser, attempt, purposes, details), customer);
  const end = await browser.open(returned);
  assert.equal(end.at.pathname, `/m/${attempt}`, end.page.slice(0, 300));
  const stands = await standing(browser, attempt);
  assert.equal(stands.state, 'confirming', JSON.stringify(stands));
  return { attempt, code: stands.state === 'confirming' ? stands.code : '' };
}
