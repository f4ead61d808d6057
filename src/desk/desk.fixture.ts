import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLog,
  newId,
  systemClock,
  systemRandom,
  systemTimers,
  type AccountRef,
  type BankId,
  type Clock,
  type ConsentId,
  type CustomerId,
  type LinkId,
  type MessageId,
} from '#base';
import { grantConsent } from '#consent';
import type { ChatField, Purpose } from '#contract';
import { createCustomer } from '#customers';
import { unscoped, type ScopedDatabase } from '#db';
import type { LinkDependents } from '#linking';
import { createDelivery, type Change, type Delivery, type Thread } from '#delivery';
import type { ProofLog } from '#proof';
import { testDatabase, type TestDatabase } from '#test/database';
import { createVault, type Vault } from '#vault';
import { fileKeyProvider } from '#vault';
import { createProofLog, readLogKey } from '#proof';
import { casesOfLinks } from './cases/of-links.ts';
import { createDesk, type Desk } from './desk.ts';
import type { DeskGiven } from './parts.ts';
import type { Opening } from './customer-desk.ts';
import type { Staff } from './staff-desk.ts';
import type { CaseTold, TellCustomer, ToldMessage } from './tell-customer.ts';

/** A desk over a real database, vault, proof log and delivery. Its clock stands until it is moved. */
export interface TestDesk {
  readonly desk: Desk;
  readonly db: TestDatabase;
  readonly vault: Vault;
  readonly delivery: Delivery;
  readonly proof: ProofLog;
  readonly clock: { nowMs(): number; moveMs(by: number): void };
  /** What the customer was told, beside what stands in their conversation: by name of the port's call. */
  readonly told: { readonly what: keyof TellCustomer; readonly caseId: string; readonly detail: unknown }[];
  /** A desk over the same database, as another process has it. `desks`: as what its staff read. */
  beside(desks?: ScopedDatabase): Desk;
  /** Everything that was logged, as text. */
  logged(): string;
  close(): Promise<void>;
}

/** A customer with a link. */
export interface LinkedCustomer {
  readonly thread: Thread;
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly accountRef: AccountRef;
}

/** A bank's agent for all teams and both languages, under a name; anything else by `of`. */
export function staffNamed(name: string, of: Partial<Staff> = {}): Staff {
  return {
    staffId: `staff-${of.bankId ?? 'citi'}-${name}`,
    bankId: 'citi' as BankId,
    name,
    role: 'agent',
    teams: ['fraud', 'cards', 'payments', 'accounts', 'general'],
    locales: ['en', 'es'],
    capacity: 100,
    ...of,
  };
}

/** Opens one. `desks`: as what staff read; the owner's role unless given. `db`: one that is there already. */
export async function testDesk(
  given: { readonly db?: TestDatabase; readonly desks?: ScopedDatabase } = {},
): Promise<TestDesk> {
  const db = given.db ?? (await testDatabase());
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-desk-keys-'));
  let lines = '';
  const log = createLog('info', { write: (line: string) => void (lines += line) });
  let nowMs = Date.parse('2026-11-20T17:00:00Z');
  const clock: Clock = { ...systemClock, nowMs: () => nowMs };
  const { database } = db;
  const common = { database, readers: unscoped(database), clock, random: systemRandom, log };
  const proof = createProofLog({ database, signer: readLogKey(folder, 'log.example/log', systemRandom), log });
  const vault = createVault({ ...common, provider: fileKeyProvider(join(folder, 'keys'), systemRandom), proof });
  const delivery = createDelivery({ ...common, vault, senders: [], timers: systemTimers });
  const told: TestDesk['told'] = [];
  const parts = {
    ...common,
    desks: given.desks ?? unscoped(database),
    vault,
    delivery,
    linking: { balances: () => Promise.resolve([]), accountsAtBank: () => Promise.resolve([]) },
    controls: {
      cards: { listEntered: () => Promise.resolve([]) },
      disputes: { ofLink: () => Promise.resolve([]) },
    },
    tell: tellByDelivery(delivery, clock, told),
    faces: () => [],
    lookMs: 50,
  } satisfies DeskGiven;
  const desk = createDesk(parts);
  return {
    desk,
    db,
    vault,
    delivery,
    proof,
    clock: { ...clock, moveMs: (by) => void (nowMs += by) },
    told,
    beside: (desks) => createDesk({ ...parts, ...(desks && { desks }) }),
    logged: () => lines,
    close: async () => {
      await desk.stop();
      await db.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The port to the customer, as plain messages: what it is told stands in a real conversation, in the same transaction. */
function tellByDelivery(delivery: Delivery, clock: Clock, told: TestDesk['told']): TellCustomer {
  const say = async (
    tx: Parameters<TellCustomer['claimed']>[0],
    { thread, linkId, caseId }: CaseTold,
    what: keyof TellCustomer,
    text: string,
    detail: unknown = text,
  ): Promise<ToldMessage | undefined> => {
    const messageId = newId<MessageId>();
    const change: Change = {
      ...thread,
      entry: 'message',
      messageId,
      author: what === 'saidByStaff' || what === 'sentPictureByStaff' ? 'bank' : 'tellerline',
      atMs: clock.nowMs(),
      body: { from: 'link', linkId, purpose: 'customer-chat', said: { content: { kind: 'text', text } } },
    };
    const [written] = await delivery.write(tx, [change]);
    tx.afterCommit(() => told.push({ what, caseId, detail }));
    return written && { messageId, seq: written.seq };
  };
  const quietly = async (...said: Parameters<typeof say>): Promise<void> => {
    await say(...said);
  };
  return {
    saidByStaff: (tx, of, { text }) => say(tx, of, 'saidByStaff', text),
    sentPictureByStaff: (tx, of, sent) => say(tx, of, 'sentPictureByStaff', 'a picture', sent),
    looked: (tx, of, look) => quietly(tx, of, 'looked', `${look.by} looked`, look),
    proposed: (tx, of, proposal) => say(tx, of, 'proposed', proposal.action, proposal),
    proposalOver: (tx, of, proposal) => quietly(tx, of, 'proposalOver', proposal.action, proposal),
    askedForField: (tx, of, asked) => say(tx, of, 'askedForField', asked.field, asked),
    askOver: (tx, of, messageId) => quietly(tx, of, 'askOver', messageId),
    claimed: (tx, of, by) => quietly(tx, of, 'claimed', by),
    calledBack: (tx, of, by) => quietly(tx, of, 'calledBack', by),
    late: (tx, of, missed) => quietly(tx, of, 'late', 'late', missed),
    passedOn: (tx, of) => quietly(tx, of, 'passedOn', of.team),
    returned: (tx, of, was) => quietly(tx, of, 'returned', `${was.by} left`, was),
    closed: (tx, of, by) => quietly(tx, of, 'closed', by),
    reopened: (tx, of, by) => quietly(tx, of, 'reopened', by),
    readByStaff: async (tx, { caseId }, messageId) => {
      tx.afterCommit(() => told.push({ what: 'readByStaff', caseId, detail: messageId }));
    },
    placesChanged: async (tx, places) => {
      for (const one of places) await say(tx, one, 'placesChanged', String(one.standing.place), one.standing.place);
    },
  };
}

/** A new customer with a link whose consent is to these purposes and fields. */
export async function linkedCustomer(
  { db, vault, delivery, clock }: Pick<TestDesk, 'db' | 'vault' | 'delivery' | 'clock'>,
  of: {
    readonly bank?: string;
    readonly purposes?: readonly Purpose[];
    readonly fields?: readonly ChatField[];
  } = {},
): Promise<LinkedCustomer> {
  const bankId = (of.bank ?? 'citi') as BankId;
  const ids = { linkId: newId<LinkId>(), customerId: newId<CustomerId>(), bankId };
  return db.database.transaction(async (tx) => {
    const nowMs = clock.nowMs();
    await createCustomer(tx, { customerId: ids.customerId, locale: 'en', timeZone: 'America/New_York' }, nowMs);
    await vault.createCustomerKeys(tx, ids.customerId);
    const thread = await delivery.createConversation(tx, ids.customerId, nowMs);
    await vault.createLinkKey(tx, ids);
    await grantConsent(tx, {
      ...ids,
      consentId: newId<ConsentId>(),
      purposes: of.purposes ?? ['transactions'],
      chatFields: of.fields ?? [],
      grantedAt: new Date(nowMs),
      expiresAt: new Date(nowMs + 300 * 86_400_000),
      sealedDocument: Buffer.alloc(0),
    });
    return { thread, linkId: ids.linkId, bankId, accountRef: newId<AccountRef>() };
  });
}

/** What the end of a link takes along of a desk's cases, as `app` wires it. */
export const dependentsOf = ({ clock, vault, desk }: Pick<TestDesk, 'clock' | 'vault' | 'desk'>): LinkDependents =>
  casesOfLinks({ clock, ledger: vault.ledger, changed: (row) => desk.ofLinkChanged(row) });

/** Opens a case for a customer by what a button would do. */
export function openCaseOf(
  { db, desk }: Pick<TestDesk, 'db' | 'desk'>,
  { thread, linkId }: LinkedCustomer,
  opening: Partial<Opening> = {},
): ReturnType<Desk['customers']['open']> {
  const asked = { topic: 'card_arrival', asked: 'where is my card', tried: [], locale: 'en' as const };
  return db.database.transaction((tx) => desk.customers.open(tx, thread, { ...asked, linkId, ...opening }));
}

/** What the customer types while they talk with staff: their own message, and the case's entry. */
export async function sayInTalk(
  { db, desk, delivery, clock }: Pick<TestDesk, 'db' | 'desk' | 'delivery' | 'clock'>,
  { thread }: LinkedCustomer,
  text: string,
): Promise<'to the case' | 'to tellerline'> {
  return db.database.transaction(async (tx) => {
    const talk = await desk.customers.talkIn(tx, thread);
    const messageId = newId<MessageId>();
    const body = { from: 'customer', said: { content: { kind: 'text', text } } } as const;
    const clientId = randomUUID();
    const change = {
      ...thread,
      entry: 'message',
      messageId,
      author: 'customer',
      atMs: clock.nowMs(),
      clientId,
      body,
    } as const;
    await delivery.write(tx, [change]);
    if (!talk) return 'to tellerline';
    await desk.customers.said(tx, talk, { text, messageId });
    return 'to the case';
  });
}
