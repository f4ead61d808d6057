import fc from 'fast-check';
import type { Operation, Transaction } from '#db';
import { inForce } from '../../src/consent/consents.ts';
import { customersById } from '../../src/customers/customers.ts';
import { addSent } from '../../src/delivery/advertising.ts';
import { conversationOfCustomer, findNewer } from '../../src/delivery/conversations.ts';
import { showing } from '../../src/delivery/messages.ts';
import { entriesAfter, messagesById, readState } from '../../src/delivery/page.ts';
import { insertEntries, insertMessage, takeNumbers, updateMessage } from '../../src/delivery/write.ts';
import { addCounts } from '../../src/intake/counts.ts';
import { enterEventKeys, readEventKeys } from '../../src/intake/dedupe.ts';
import { eventRoutes } from '../../src/linking/routes.ts';
import { findWithdrawal, holdWithdrawals } from '../../src/linking/withdrawal.ts';
import { amendLeaf, insertLeaf } from '../../src/proof/append.ts';
import { readRecords } from '../../src/vault/page.ts';
import { holdKeys, readLedgerKeys } from '../../src/vault/keys.ts';
import { insertEntries as insertUses } from '../../src/vault/ledger.ts';
import { nameSecondId, standingPurchases } from '../../src/vault/match-records.ts';
import { holdRecords, insertRecords, updateRecords } from '../../src/vault/store.ts';
import { carryOut, type Undo } from './model.ts';
import { accountsMax, bytesOf, customersMax, idOf, indexOf, linksMax, momentOf } from './standing.ts';
import type { Tables } from './tables.ts';

/** One operation with what is handed to it. */
export interface Step {
  readonly name: string;
  [fc.toStringMethod](): string;
  inPostgres(tx: Transaction): Promise<object[]>;
  inModel(tables: Tables, undo: Undo): object[];
}

function step<In, Row extends object>(what: Operation<In, Row>, inputs: fc.Arbitrary<In>): fc.Arbitrary<Step> {
  return inputs.map((input) => ({
    name: what.name,
    // How fast-check writes it down when it finds a difference.
    [fc.toStringMethod]: () => `${what.name}(${fc.stringify(input)})`,
    inPostgres: (tx) => tx.run(what, input),
    inModel: (tables, undo) => carryOut(tables, what, input, undo),
  }));
}

/**
 * Rows of an operation that takes columns.
 *
 * @param distinct what no two rows have in common, where the callers see to that
 */
function columns<Of extends object>(
  row: fc.Arbitrary<Of>,
  names: readonly (keyof Of)[],
  distinct?: readonly (keyof Of)[],
): fc.Arbitrary<{ [Name in keyof Of]: Of[Name][] }> {
  const few = { maxLength: 5, size: 'max' } as const;
  const keyOf = (one: Of): string => distinct?.map((name) => String(one[name])).join('|') ?? '';
  const rows = distinct ? fc.uniqueArray(row, { ...few, selector: keyOf }) : fc.array(row, few);
  return rows.map(
    (some) =>
      Object.fromEntries(names.map((name) => [name, some.map((one) => one[name])])) as {
        [Name in keyof Of]: Of[Name][];
      },
  );
}

/** The same of columns that do not depend on each other. */
function table<Of extends object>(
  fields: { readonly [Name in keyof Of]: fc.Arbitrary<Of[Name]> },
  distinct?: readonly (keyof Of)[],
): fc.Arbitrary<{ [Name in keyof Of]: Of[Name][] }> {
  return columns(fc.record(fields) as fc.Arbitrary<Of>, Object.keys(fields) as (keyof Of)[], distinct);
}

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const some = <One>(one: fc.Arbitrary<One>): fc.Arbitrary<One[]> => fc.array(one, { maxLength: 5, size: 'max' });

// One more than there are, so that now and then the row is missing.
const customerId = upTo(customersMax + 1).map((n) => idOf('customer', n));
const linkId = upTo(linksMax + 1).map((n) => idOf('link', n));
const conversationId = upTo(customersMax + 1).map((n) => idOf('conversation', n));
const recordId = upTo(6).map((n) => idOf('record', n));
const messageId = upTo(8).map((n) => idOf('message', n));
const entryId = upTo(60).map((n) => idOf('entry', n));
const clientId = fc.option(upTo(20).map((n) => idOf('client', n)));
const subject = upTo(3).map((n) => bytesOf(3, n, 32));
const key = upTo(2).map((n) => bytesOf(4, n, 16));
/** None, a key that purchases alike have in common, or the subject that another is known by. */
const matchKey = fc.oneof(fc.constant(null), key, subject);
const index = fc.integer({ min: 0, max: accountsMax }).map(indexOf);
const moment = fc.integer({ min: 0, max: 4 }).map(momentOf);
const day = moment.map((at) => at.toISOString().slice(0, 10));
const stage = fc.integer({ min: 1, max: 3 });
const epoch = upTo(3);
const bankId = fc.constantFrom('bank-1', 'bank-2');
const sender = fc.constantFrom('bank:bank-1', 'bank:bank-2');
const eventId = fc.constantFrom('e1', 'e2', 'e3', 'E1', 'é');
const count = upTo(3);
const seq = upTo(90);
const sealed = upTo(9).map((n) => bytesOf(5, n, 12));
const leafId = fc.bigInt({ min: 1n, max: 12n });
const leaf = fc.record({
  leaf: upTo(9).map((n) => bytesOf(6, n, 37)),
  commitments: upTo(3).map((n) => bytesOf(7, n, 32 * n)),
});

/** What a message holds: a record that it shows, something said under a link's key, or under the customer's. */
interface Content {
  readonly linkIds: string | null;
  readonly bankIds: string | null;
  readonly also: string | null;
  readonly epochs: number | null;
  readonly purposes: string | null;
  readonly recordIds: string | null;
  readonly sealed: Buffer | null;
}

const ofLink = {
  linkIds: linkId,
  bankIds: bankId,
  epochs: epoch,
  purposes: fc.constantFrom('transactions', 'balances'),
};
const none = fc.constant(null);
const content: fc.Arbitrary<Content> = fc.oneof(
  fc.record({ ...ofLink, also: none, recordIds: recordId, sealed: none }),
  fc.record({
    ...ofLink,
    also: fc.option(fc.uniqueArray(linkId, { maxLength: 2 }).map((ids) => `{${ids.join()}}`)),
    recordIds: none,
    sealed,
  }),
  fc.record({ linkIds: none, bankIds: none, also: none, epochs: none, purposes: none, recordIds: none, sealed }),
);
const contentNames = ['linkIds', 'bankIds', 'also', 'epochs', 'purposes', 'recordIds', 'sealed'] as const;

const message = fc
  .tuple(content, fc.record({ conversationIds: conversationId, messageIds: messageId, counts: count }))
  .map(([one, of]) => ({ ...one, ...of }));
const messageNames = [...contentNames, 'conversationIds', 'messageIds', 'counts'] as const;
const newMessage = fc
  .tuple(
    message,
    fc.record({ authors: fc.constantFrom('customer', 'tellerline', 'bank'), at: moment, clientIds: clientId }),
  )
  .map(([one, of]) => ({ ...one, ...of }));

const change = {
  localDates: day,
  occurredAt: moment,
  stages: stage,
  epochs: epoch,
  sealed,
  matchKeys: matchKey,
};

/** What a batch of events writes. */
const ofIntake = [
  step(
    enterEventKeys,
    fc
      .tuple(table({ eventIds: eventId, hashes: sealed }), fc.record({ sender, now: moment }))
      .map(([rows, of]) => ({ ...of, ...rows })),
  ),
  step(readEventKeys, fc.record({ sender, eventIds: some(eventId) })),
  step(eventRoutes, fc.record({ indexes: some(index), at: moment })),
  step(holdWithdrawals, fc.record({ bankId })),
  step(findWithdrawal, fc.record({ bankId })),
  step(
    addCounts,
    fc
      .tuple(
        table({ what: fc.constantFrom('stored', 'duplicate', 'unlinked'), counts: count }, ['what']),
        fc.record({ sender, day, now: moment }),
      )
      .map(([rows, of]) => ({ ...of, ...rows })),
  ),
];

const ofRecords = [
  step(standingPurchases, table({ linkIds: linkId, subjects: subject, keys: key, authorizations: fc.boolean() })),
  step(nameSecondId, table({ linkIds: linkId, subjects: subject, keys: subject }, ['linkIds', 'subjects'])),
  step(
    insertRecords,
    table({
      ...change,
      linkIds: linkId,
      recordIds: recordId,
      accountRefs: upTo(3).map((n) => idOf('account', n)),
      bankIds: bankId,
      kinds: fc.constantFrom('transaction', 'balance'),
      subjects: subject,
    }),
  ),
  // Told apart by their places: what is asked for twice comes in any order.
  step(holdRecords, table({ linkIds: linkId, subjects: subject }, ['linkIds', 'subjects'])),
  step(updateRecords, table({ ...change, linkIds: linkId, recordIds: recordId }, ['linkIds', 'recordIds'])),
  step(readRecords, table({ linkIds: linkId, recordIds: recordId })),
];

const ofDelivery = [
  step(takeNumbers, table({ conversationIds: conversationId, counts: count }, ['conversationIds'])),
  step(insertMessage, columns(newMessage, [...messageNames, 'authors', 'at', 'clientIds'])),
  step(updateMessage, columns(message, messageNames, ['conversationIds', 'messageIds'])),
  step(showing, fc.record({ recordIds: some(recordId) })),
  step(addSent, table({ senders: bankId, months: fc.constant('2026-11-01'), sent: count })),
  step(
    insertEntries,
    table({
      conversationIds: conversationId,
      seqs: seq,
      entries: fc.constantFrom('message', 'edit', 'removal'),
      messageIds: messageId,
      at: moment,
    }),
  ),
  step(entriesAfter, fc.record({ conversationId, seq: upTo(30), limit: upTo(5) })),
  step(messagesById, fc.record({ conversationId, messageIds: some(messageId) })),
  step(conversationOfCustomer, fc.record({ customerId })),
  step(findNewer, table({ conversationIds: conversationId, seqs: upTo(4) })),
  step(readState, fc.record({ conversationId })),
];

const ofKeysAndProof = [
  step(holdKeys, fc.record({ linkIds: some(linkId) })),
  step(inForce, fc.record({ linkIds: some(linkId), now: moment })),
  step(readLedgerKeys, fc.record({ customerIds: some(customerId) })),
  step(customersById, fc.record({ customerIds: some(customerId) })),
  step(insertLeaf, leaf),
  step(
    amendLeaf,
    fc.tuple(leaf, some(leafId)).map(([one, ids]) => ({ ...one, leafId: ids })),
  ),
  step(
    insertUses,
    fc
      .tuple(
        table({ customerIds: customerId, entryIds: entryId, leafIds: leafId, positions: upTo(3), sealed }),
        fc.record({ at: moment }),
      )
      .map(([rows, of]) => ({ ...of, ...rows })),
  ),
];

/** Any operation with anything in it that its callers may hand over. */
export const steps: fc.Arbitrary<Step> = fc.oneof(...ofIntake, ...ofRecords, ...ofDelivery, ...ofKeysAndProof);
