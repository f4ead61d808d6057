import fc from 'fast-check';
import { sql, type Database, type Transaction } from '#db';
import {
  Tables,
  type ModelAccount,
  type ModelConsent,
  type ModelConversation,
  type ModelCustomer,
  type ModelKey,
  type ModelWrapped,
} from './tables.ts';

// What stands before an event comes, as signing up, linking and the privacy centre leave it: no operation of the
// event path enters it. It is made at random, and entered in PostgreSQL and in the model alike.

/** The id of the `n`th of a kind; few, so that operations meet each other's rows. */
export const idOf = (kind: keyof typeof kinds, n: number): string =>
  `${String(kinds[kind]).padStart(8, '0')}-0000-7000-8000-${String(n).padStart(12, '0')}`;

const kinds = {
  customer: 1,
  link: 2,
  conversation: 3,
  account: 4,
  record: 5,
  message: 6,
  entry: 7,
  client: 8,
  none: 9,
};

/** Bytes that say what they are. */
export const bytesOf = (what: number, n: number, length: number): Buffer => Buffer.alloc(length, what * 16 + n);

/** A moment of the run. */
export const momentOf = (n: number): Date => new Date(Date.UTC(2026, 10, 20, 12) + n * 86_400_000);

/** The index of the `n`th account of the bank. */
export const indexOf = (n: number): Buffer => bytesOf(1, n, 32);

/** How many of each there may be. */
export const customersMax = 3;
export const linksMax = 3;
export const accountsMax = 3;

/** One customer, with what is theirs. */
interface StandingCustomer {
  readonly customer: ModelCustomer;
  readonly hasConversation: boolean;
  readonly ledgerKey: ModelWrapped | null;
}

/** One link. */
interface StandingLink {
  readonly key: Omit<ModelKey, 'linkId' | 'bankId' | 'customerId'>;
  /** Whose it is, counted from one; not all of them are still there. */
  readonly customer: number;
  readonly consent: ModelConsent | null;
  readonly accounts: readonly (Pick<ModelAccount, 'leftOut' | 'hearing' | 'low' | 'watch'> | null)[];
}

/** Everything that stands. */
export interface Standing {
  readonly customers: readonly StandingCustomer[];
  readonly links: readonly StandingLink[];
}

const maybe = <Value>(value: Value): fc.Arbitrary<Value | null> => fc.constantFrom(value, null);
const generation = fc.constantFrom(null, 1, 2);

const customer: fc.Arbitrary<StandingCustomer> = fc.record({
  customer: fc
    .record({
      locale: fc.constantFrom('en', 'es'),
      timeZone: fc.constantFrom('UTC', 'America/New_York'),
      quiet: maybe({ from: '22:00', to: '07:30' }),
      digestHour: fc.constantFrom(null, 0, 8),
    })
    .map((one) => ({ ...one })),
  hasConversation: fc.constantFrom(true, true, true, false),
  ledgerKey: fc.option(fc.record({ generation, wrapped: fc.constant(bytesOf(2, 1, 40)) }), { freq: 4 }),
});

const link: fc.Arbitrary<StandingLink> = fc.record({
  key: fc.record({
    state: fc.constantFrom('linked', 'linked', 'linked', 'reconnect', 'stopping', 'stopped'),
    epoch: fc.integer({ min: 1, max: 3 }),
    generation,
    wrapped: fc.option(fc.constant(bytesOf(2, 2, 40)), { freq: 5 }),
    closed: fc.constantFrom(false, false, false, true),
  }),
  customer: fc.integer({ min: 1, max: customersMax }),
  consent: fc.option(
    fc.record({
      purposes: fc.subarray(['balances', 'transactions', 'fraud-alerts']),
      until: fc.integer({ min: 0, max: 3 }).map(momentOf),
    }),
    { freq: 4 },
  ),
  accounts: fc.array(
    fc.option(
      fc.record({
        leftOut: fc.boolean(),
        hearing: maybe(bytesOf(2, 3, 8)),
        low: maybe(bytesOf(2, 4, 8)),
        watch: maybe(bytesOf(2, 5, 9)),
      }),
      { freq: 2 },
    ),
    { minLength: accountsMax, maxLength: accountsMax },
  ),
});

/** Anything that may stand. */
export const standings: fc.Arbitrary<Standing> = fc.record({
  customers: fc.array(customer, { minLength: 1, maxLength: customersMax }),
  links: fc.array(link, { minLength: 1, maxLength: linksMax }),
});

const written = [
  'customers',
  'conversations',
  'customer_keys',
  'links',
  'link_keys',
  'consents',
  'accounts',
  'event_keys',
  'records',
  'messages',
  'messages_sent',
  'entries',
  'ledger',
  'log_leaves',
  'intake_counts',
];

/** Empties what operations write, and enters what stands. */
export async function enterStanding(db: Database, { customers, links }: Standing): Promise<void> {
  await db.transaction(async (tx) => {
    // Quicker than TRUNCATE, which makes a new file for every index.
    for (const table of written) await tx.execute({ text: `delete from ${table}`, values: [] });
    await tx.execute(sql`alter table log_leaves alter column leaf_id restart`);
    for (const [n, one] of customers.entries()) await enterCustomer(tx, n + 1, one);
    for (const [n, one] of links.entries()) await enterLink(tx, n + 1, one);
  });
}

async function enterCustomer(tx: Transaction, n: number, standing: StandingCustomer): Promise<void> {
  const { hasConversation, ledgerKey } = standing;
  const { locale, timeZone, quiet, digestHour } = standing.customer;
  const customerId = idOf('customer', n);
  const digestAt = digestHour === null ? null : momentOf(0);
  await tx.execute(sql`insert into customers (customer_id, locale, time_zone, created_at, quiet_from, quiet_to, digest_hour, digest_at)
    values (${customerId}, ${locale}, ${timeZone}, ${momentOf(0)}, ${quiet?.from ?? null}, ${quiet?.to ?? null}, ${digestHour}, ${digestAt})`);
  if (hasConversation)
    await tx.execute(sql`insert into conversations (conversation_id, customer_id, created_at)
      values (${idOf('conversation', n)}, ${customerId}, ${momentOf(0)})`);
  // The key of the conversation stands beside it, and is not what is asked for.
  await tx.execute(sql`insert into customer_keys (customer_id, use, wrapped_key)
    values (${customerId}, 'conversation', ${bytesOf(2, 5, 40)})`);
  if (ledgerKey)
    await tx.execute(sql`insert into customer_keys (customer_id, use, wrapped_key, root_generation)
      values (${customerId}, 'ledger', ${ledgerKey.wrapped}, ${ledgerKey.generation})`);
}

async function enterLink(
  tx: Transaction,
  n: number,
  { key, customer, consent, accounts }: StandingLink,
): Promise<void> {
  const { linkId, customerId, bankId } = linkOf(n, customer);
  await tx.execute(sql`insert into links (link_id, customer_id, bank_id, state, grant_index, card_message_id, created_at)
    values (${linkId}, ${customerId}, ${bankId}, ${key.state}, ${bytesOf(2, 6, 32)}, ${idOf('none', n)}, ${momentOf(0)})`);
  await tx.execute(sql`insert into link_keys (link_id, customer_id, bank_id, epoch, wrapped_key, root_generation, closed)
    values (${linkId}, ${customerId}, ${bankId}, ${key.epoch}, ${key.wrapped}, ${key.generation}, ${key.closed})`);
  // An older consent stands beside the one in force.
  const document = bytesOf(2, 7, 8);
  await tx.execute(sql`insert into consents (consent_id, customer_id, link_id, bank_id, state, purposes, granted_at, expires_at, ended_at, sealed_document)
    values (${idOf('none', n)}, ${customerId}, ${linkId}, ${bankId}, 'amended', ${['receipts']}, ${momentOf(-9)}, ${momentOf(99)}, ${momentOf(-1)}, ${document})`);
  if (consent)
    await tx.execute(sql`insert into consents (consent_id, customer_id, link_id, bank_id, state, purposes, granted_at, expires_at, sealed_document)
      values (${idOf('link', n)}, ${customerId}, ${linkId}, ${bankId}, 'granted', ${[...consent.purposes]}, ${momentOf(-1)}, ${consent.until}, ${document})`);
  for (const [at, account] of accounts.entries())
    if (account)
      await tx.execute(sql`insert into accounts (link_id, account_ref, account_index, ordinal, sealed, left_out, bank_id, sealed_hearing, sealed_low, sealed_watch)
        values (${linkId}, ${accountOf(n, at)}, ${indexOf(at)}, ${at}, ${detail}, ${account.leftOut}, ${bankId}, ${account.hearing}, ${account.low}, ${account.watch})`);
}

const detail = bytesOf(2, 8, 24);
const accountOf = (linkAt: number, at: number): string => idOf('account', linkAt * 10 + at);

/** Each link is one of another bank: a customer has one a bank. */
const linkOf = (n: number, customer: number): Pick<ModelKey, 'linkId' | 'customerId' | 'bankId'> => ({
  linkId: idOf('link', n),
  customerId: idOf('customer', customer),
  bankId: `bank-${n}`,
});

/** The model's tables with the same in them. */
export function tablesWith({ customers, links }: Standing): Tables {
  const tables = new Tables();
  for (const [at, { customer, hasConversation, ledgerKey }] of customers.entries()) {
    const customerId = idOf('customer', at + 1);
    const conversation: ModelConversation = { conversationId: idOf('conversation', at + 1), customerId, lastSeq: 0 };
    tables.customers.set(customerId, customer);
    if (hasConversation) {
      tables.conversations.set(conversation.conversationId, conversation);
      tables.conversationOf.set(customerId, conversation);
    }
    if (ledgerKey) tables.ledgerKeys.set(customerId, ledgerKey);
  }
  for (const [at, { key, customer, consent, accounts }] of links.entries()) {
    const { linkId, ...of } = linkOf(at + 1, customer);
    tables.keys.set(linkId, { ...key, ...of, linkId });
    if (consent) tables.consents.set(linkId, consent);
    for (const [n, account] of accounts.entries()) {
      if (!account) continue;
      const index = indexOf(n);
      const before = tables.accounts.get(index.toString('latin1')) ?? [];
      const standing = { ...account, linkId, accountRef: accountOf(at + 1, n), index, detail };
      tables.accounts.set(index.toString('latin1'), [...before, standing]);
    }
  }
  return tables;
}
