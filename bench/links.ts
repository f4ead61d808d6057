import { randomFillSync } from 'node:crypto';
import {
  newId,
  systemClock,
  type AccountRef,
  type BankId,
  type ConsentId,
  type ConversationId,
  type CustomerId,
  type LinkId,
  type MessageId,
  type Random,
} from '#base';
import type { Database } from '#db';
import type { KeyProvider } from '#vault';
import { dataKey } from '../src/vault/cipher.ts';
import { operator } from '../src/vault/key-provider.ts';
import { createRoots, type Roots } from '../src/vault/roots.ts';
import { linkSealer } from '../src/vault/sealing.ts';
import { customerContext, linkContext } from '../src/vault/wrapped-keys.ts';
import { accountIdOf } from './made-events.ts';
import { copyIn, copyLine } from './copy.ts';

/** A link with whose it is. */
export interface BulkLink {
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly conversationId: ConversationId;
}

const chunk = 2000;
const connections = 3;
const dayMs = 86_400_000;
const uses = ['conversation', 'ledger'] as const;

/**
 * Makes `count` links to a bank as linking leaves them, each of a customer of its own with real keys, a
 * conversation, a consent to balances and transactions, tokens and one account, by COPY. What is sealed and not
 * read on an event's way, the tokens and the signed document of the consent, is filler.
 *
 * @param keep so many of the first ones are answered
 */
export async function makeLinksInBulk(
  database: Database,
  provider: KeyProvider,
  bank: BankId,
  { count, keep, made }: { count: number; keep: number; made?: (links: number) => void },
): Promise<BulkLink[]> {
  const random = pooledRandom();
  const roots = createRoots({ database, provider, clock: systemClock, random });
  const generations = await database.transaction(async (tx) => ({
    bank: await roots.current(tx, bank),
    operator: await roots.current(tx, operator),
  }));
  const kept: BulkLink[][] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    const client = await database.connect();
    try {
      while (next < count) {
        const first = next;
        next = Math.min(count, first + chunk);
        const links = Array.from({ length: next - first }, newLink);
        const rows = await rowsOf({ provider, roots, random, bank, generations }, links, first);
        await client.query('begin');
        for (const [into, lines] of rows) await copyIn(client, into, lines);
        await client.query('commit');
        if (first < keep) kept[first / chunk] = links;
        made?.(next);
      }
    } finally {
      await client.end();
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return kept.flat().slice(0, keep);
}

function newLink(): BulkLink {
  return {
    customerId: newId<CustomerId>(),
    linkId: newId<LinkId>(),
    conversationId: newId<ConversationId>(),
  };
}

interface Making {
  readonly provider: KeyProvider;
  readonly roots: Roots;
  readonly random: Random;
  readonly bank: BankId;
  readonly generations: { readonly bank: number; readonly operator: number };
}

const tables = {
  customers: 'customers (customer_id, locale, time_zone, created_at)',
  customerKeys: 'customer_keys (customer_id, use, root_generation, wrapped_key)',
  linkKeys: 'link_keys (link_id, customer_id, bank_id, epoch, root_generation, wrapped_key)',
  conversations: 'conversations (conversation_id, customer_id, created_at)',
  consents:
    'consents (consent_id, customer_id, link_id, bank_id, state, purposes, granted_at, expires_at, sealed_document)',
  links:
    'links (link_id, customer_id, bank_id, state, grant_index, sealed_tokens, sealed_grant, card_message_id, subscribed, created_at)',
  accounts: 'accounts (link_id, account_ref, bank_id, account_index, ordinal, sealed)',
} as const;

type Lines = Record<keyof typeof tables, string[]>;

/** Bytes of a link's sealed tokens and of its grant's id; the document, which stands apart from its row, is short. */
const sealedBytes = { tokens: 590, grant: 100, document: 200 };

/** The rows of some links, as COPY takes them, table by table. */
async function rowsOf(making: Making, links: readonly BulkLink[], first: number): Promise<[string, string][]> {
  const { roots, random, bank, generations } = making;
  const secrets = links.map(() => random.bytes(32));
  const linkKeys = await roots.wrap(
    bank,
    generations.bank,
    links.map(({ linkId }, n) => ({ context: linkContext(linkId, 1), secret: secrets[n] as Buffer })),
  );
  const customerKeys = await roots.wrap(
    operator,
    generations.operator,
    links.flatMap(({ customerId }) =>
      uses.map((use) => ({ context: customerContext(customerId, use), secret: random.bytes(32) })),
    ),
  );
  const lines: Lines = {
    customers: [],
    customerKeys: [],
    linkKeys: [],
    conversations: [],
    consents: [],
    links: [],
    accounts: [],
  };
  for (const [n, link] of links.entries()) {
    addKeys(lines, making, link, { link: linkKeys[n] as Buffer, customer: customerKeys.slice(2 * n, 2 * n + 2) });
    addLink(lines, making, link, { secret: secrets[n] as Buffer, accountId: accountIdOf(first + n) });
  }
  return Object.entries(tables).map(([table, into]) => [into, lines[table as keyof Lines].join('')]);
}

function addKeys(
  lines: Lines,
  { bank, generations }: Making,
  { customerId, linkId, conversationId }: BulkLink,
  keys: { readonly link: Buffer; readonly customer: readonly Buffer[] },
): void {
  const now = new Date();
  lines.customers.push(copyLine([customerId, 'en', 'America/New_York', now]));
  for (const [n, use] of uses.entries())
    lines.customerKeys.push(copyLine([customerId, use, generations.operator, keys.customer[n] as Buffer]));
  lines.linkKeys.push(copyLine([linkId, customerId, bank, 1, generations.bank, keys.link]));
  lines.conversations.push(copyLine([conversationId, customerId, now]));
}

function addLink(
  lines: Lines,
  { provider, random, bank }: Making,
  { customerId, linkId }: BulkLink,
  { secret, accountId }: { readonly secret: Buffer; readonly accountId: string },
): void {
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 300 * dayMs);
  const consent = [newId<ConsentId>(), customerId, linkId, bank, 'granted', ['balances', 'transactions']] as const;
  lines.consents.push(copyLine([...consent, now, expiresAt, random.bytes(sealedBytes.document)]));
  const link = [linkId, customerId, bank, 'linked', provider.index('grant', linkId)] as const;
  const [tokens, grant] = [random.bytes(sealedBytes.tokens), random.bytes(sealedBytes.grant)];
  lines.links.push(copyLine([...link, tokens, grant, newId<MessageId>(), true, now]));
  const sealer = linkSealer({ linkId, customerId, bankId: bank, epoch: 1, key: dataKey(secret) }, random);
  const index = provider.index('account', `${bank}|${accountId}`);
  const detail = { accountId, currency: 'USD', kind: 'checking', last4: '4417' };
  const sealed = sealer.sealState('accounts.detail', index.toString('hex'), detail);
  lines.accounts.push(copyLine([linkId, newId<AccountRef>(), bank, index, 0, sealed]));
}

/** The operating system's randomness, fetched in large pieces: a million keys ask for it often. */
function pooledRandom(): Random {
  const pool = Buffer.alloc(1 << 16);
  let used = pool.length;
  return {
    bytes: (count) => {
      if (used + count > pool.length) {
        randomFillSync(pool);
        used = 0;
      }
      used += count;
      return Buffer.from(pool.subarray(used - count, used));
    },
  };
}
