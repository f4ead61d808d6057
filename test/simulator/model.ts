import type { Operation } from '#db';
import type {
  ModelAccount,
  ModelConversation,
  ModelEntry,
  ModelLeaf,
  ModelMessage,
  ModelRecord,
  Row,
  Tables,
} from './tables.ts';

// What PostgreSQL does with the named operations of the event path, in memory. `storage.test.ts` holds both
// against each other; the simulator runs on this one.

type Columns = Readonly<Record<string, readonly unknown[]>>;

/** Takes back what an operation did. */
export type Undo = (work: () => void) => void;

type Carry = (tables: Tables, input: never, undo: Undo) => readonly object[];

const subjectKey = (linkId: unknown, subject: unknown): string =>
  `${String(linkId)}|${(subject as Buffer).toString('latin1')}`;

/** The rows of an operation whose parameters are columns. */
function rowsOf<Of extends Columns>(input: Of): { readonly [Name in keyof Of]: Of[Name][number] }[] {
  const names = Object.keys(input).filter((name) => Array.isArray(input[name]));
  const length = names[0] === undefined ? 0 : (input[names[0]]?.length ?? 0);
  return Array.from({ length }, (_, n) => Object.fromEntries(names.map((name) => [name, input[name]?.[n]])) as never);
}

function set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, undo: Undo): void {
  const [had, before] = [map.has(key), map.get(key)];
  map.set(key, value);
  undo(() => (had ? map.set(key, before as Value) : map.delete(key)));
}

function change<Of extends object>(row: Of, fields: Partial<Of>, undo: Undo): void {
  const before = { ...row };
  Object.assign(row, fields);
  undo(() => Object.assign(row, before));
}

function include<Key, Value>(map: Map<Key, Set<Value>>, key: Key, value: Value, undo: Undo): void {
  const members = map.get(key) ?? new Set();
  map.set(key, members.add(value));
  undo(() => members.delete(value));
}

function exclude<Key, Value>(map: Map<Key, Set<Value>>, key: Key, value: Value, undo: Undo): void {
  const members = map.get(key);
  if (members?.delete(value)) undo(() => members.add(value));
}

/** What PostgreSQL says of a row whose key stands already; the transaction is over. */
const alreadyThere = (what: string): Error =>
  Object.assign(new Error(`duplicate key value violates unique constraint of ${what}`), { code: '23505' });

/** What `= any(…)` makes of its array: who is named twice is found once. */
const each = <One>(named: readonly One[]): One[] => [...new Set(named)];

const byteOrder = (a: { linkId: string; subjectIndex: Buffer }, b: { linkId: string; subjectIndex: Buffer }): number =>
  a.linkId === b.linkId ? Buffer.compare(a.subjectIndex, b.subjectIndex) : a.linkId < b.linkId ? -1 : 1;

/** What each operation does, by its name. */
const operations: Readonly<Record<string, Carry>> = {
  'links.routes': (tables, { indexes, at }: { indexes: Buffer[]; at: Date }) =>
    each(indexes.map((index) => index.toString('latin1')))
      .flatMap((index) => tables.accounts.get(index) ?? [])
      .flatMap((account) => routeOf(tables, account, at)),

  'event-keys.enter': (tables, input: { sender: string; eventIds: string[]; hashes: Buffer[] }, undo) =>
    input.eventIds.flatMap((eventId, n) => {
      const key = `${input.sender}|${eventId}`;
      if (tables.eventKeys.has(key)) return [];
      set(tables.eventKeys, key, input.hashes[n] as Buffer, undo);
      return [{ eventId }];
    }),
  'event-keys.read': (tables, { sender, eventIds }: { sender: string; eventIds: string[] }) =>
    each(eventIds).flatMap((eventId) => {
      const contentHash = tables.eventKeys.get(`${sender}|${eventId}`);
      return contentHash ? [{ eventId, contentHash }] : [];
    }),

  'purchases.standing': (
    tables,
    input: { linkIds: string[]; subjects: Buffer[]; keys: Buffer[]; authorizations: boolean[] },
  ) =>
    input.linkIds.flatMap((linkId, n) => {
      const [subject, key, isAuthorization] = [input.subjects[n], input.keys[n], input.authorizations[n]];
      const own = isAuthorization ? undefined : tables.records.get(subjectKey(linkId, subject));
      const looksOn = own === undefined || (own.matchKey?.length ?? 0) > 16;
      const others = looksOn
        ? [...(tables.recordsOfLink.get(linkId) ?? [])].filter(
            ({ matchKey, stage }) =>
              matchKey !== null &&
              (matchKey.equals(subject as Buffer) ||
                (matchKey.equals(key as Buffer) && (stage === 1) !== isAuthorization)),
          )
        : [];
      return [...(own ? [own] : []), ...others].map(purchaseOf);
    }),
  'purchases.name': (
    tables,
    { linkIds, subjects, keys }: { linkIds: string[]; subjects: Buffer[]; keys: Buffer[] },
    undo,
  ) => {
    for (const [n, linkId] of linkIds.entries()) {
      const record = tables.records.get(subjectKey(linkId, subjects[n]));
      if (record) change(record, { matchKey: keys[n] }, undo);
    }
    return [];
  },

  'records.hold': (tables, { linkIds, subjects }: { linkIds: string[]; subjects: Buffer[] }) =>
    linkIds
      .flatMap((linkId, n) => {
        const record = tables.records.get(subjectKey(linkId, subjects[n]));
        return record ? [{ record, n: BigInt(n + 1) }] : [];
      })
      .toSorted((a, b) => byteOrder(a.record, b.record))
      .map(({ n, record: { recordId, kind, occurredAt, stage, revision, matchKey } }) => ({
        n,
        recordId,
        kind,
        occurredAt,
        stage,
        revision,
        matchKey,
      })),
  'records.insert': (tables, input: Columns, undo) =>
    rowsOf(input).flatMap((row) => {
      const key = subjectKey(row['linkIds'], row['subjects']);
      if (tables.records.has(key)) return [];
      const record = {
        linkId: row['linkIds'],
        recordId: row['recordIds'],
        accountRef: row['accountRefs'],
        bankId: row['bankIds'],
        kind: row['kinds'],
        subjectIndex: row['subjects'],
        localDate: row['localDates'],
        occurredAt: row['occurredAt'],
        stage: row['stages'],
        revision: 1,
        epoch: row['epochs'],
        sealed: row['sealed'],
        matchKey: row['matchKeys'],
      } as ModelRecord;
      const id = `${record.linkId}|${record.recordId}`;
      if (tables.recordsById.has(id)) throw alreadyThere('records');
      set(tables.records, key, record, undo);
      set(tables.recordsById, id, record, undo);
      include(tables.recordsOfLink, record.linkId, record, undo);
      return [{ recordId: record.recordId }];
    }),
  'records.update': (tables, input: Columns, undo) => {
    for (const row of rowsOf(input)) {
      const record = tables.recordsById.get(`${String(row['linkIds'])}|${String(row['recordIds'])}`);
      if (!record) continue;
      const fields = {
        localDate: row['localDates'],
        occurredAt: row['occurredAt'],
        stage: row['stages'],
        epoch: row['epochs'],
        sealed: row['sealed'],
        matchKey: row['matchKeys'],
      } as Partial<ModelRecord>;
      change(record, { ...fields, revision: record.revision + 1 }, undo);
    }
    return [];
  },

  'messages.showing': (tables, { recordIds }: { recordIds: string[] }) =>
    each(recordIds).flatMap((recordId) =>
      [...(tables.messagesOfRecord.get(recordId) ?? [])].map(({ messageId }) => ({ recordId, messageId })),
    ),
  'conversations.take': (tables, input: { conversationIds: string[]; counts: number[] }, undo) =>
    input.conversationIds.flatMap((conversationId, n) => {
      const conversation = tables.conversations.get(conversationId);
      if (!conversation) return [];
      change(conversation, { lastSeq: conversation.lastSeq + (input.counts[n] ?? 0) }, undo);
      return [{ conversationId, lastSeq: BigInt(conversation.lastSeq) }];
    }),
  'messages.insert': (tables, input: Columns, undo) =>
    rowsOf(input).flatMap((row) => {
      const message = {
        ...contentOf(row),
        conversationId: row['conversationIds'],
        messageId: row['messageIds'],
        revision: row['counts'],
        author: row['authors'],
        at: row['at'],
        clientId: row['clientIds'],
      } as ModelMessage;
      const key = `${message.conversationId}|${message.messageId}`;
      const isSaidAlready = (one: ModelMessage): boolean =>
        one.conversationId === message.conversationId && one.clientId === message.clientId;
      if (tables.messages.has(key)) throw alreadyThere('messages');
      if (message.clientId !== null && tables.messages.values().some(isSaidAlready)) throw alreadyThere('messages');
      set(tables.messages, key, message, undo);
      if (message.recordId !== null) include(tables.messagesOfRecord, message.recordId, message, undo);
      return [];
    }),
  'messages.update': (tables, input: Columns, undo) =>
    rowsOf(input).flatMap((row) => {
      const message = tables.messages.get(`${String(row['conversationIds'])}|${String(row['messageIds'])}`);
      if (!message) return [];
      if (message.recordId !== null) exclude(tables.messagesOfRecord, message.recordId, message, undo);
      change(message, { ...contentOf(row), revision: message.revision + Number(row['counts']) }, undo);
      if (message.recordId !== null) include(tables.messagesOfRecord, message.recordId, message, undo);
      // No run has a shop, so no message shows another record beside its own.
      return [{ messageId: message.messageId, revision: message.revision, at: message.at, isAccompanied: false }];
    }),
  // Nothing of a run asks for the public counts.
  'messages.sent': () => [],
  'entries.insert': (tables, input: Columns, undo) => {
    for (const row of rowsOf(input)) {
      const conversationId = row['conversationIds'] as string;
      const entries = tables.entries.get(conversationId) ?? [];
      const entry = {
        seq: Number(row['seqs']),
        entry: row['entries'],
        messageId: row['messageIds'],
        at: row['at'],
      } as ModelEntry;
      if (entries.some(({ seq }) => seq === entry.seq)) throw alreadyThere('entries');
      entries.push(entry);
      tables.entries.set(conversationId, entries);
      undo(() => entries.pop());
    }
    return [];
  },

  'log.append': (tables, leaf: ModelLeaf, undo) => {
    tables.lastLeafId += 1;
    set(tables.leaves, tables.lastLeafId, leaf, undo);
    return [{ leafId: BigInt(tables.lastLeafId) }];
  },
  'log.amend': (tables, { leafId, ...leaf }: ModelLeaf & { leafId: (number | bigint)[] }, undo) =>
    each(leafId.map(Number)).flatMap((id) => {
      if (!tables.leaves.has(id)) return [];
      set(tables.leaves, id, leaf, undo);
      return [{ leafId: BigInt(id) }];
    }),
  'ledger.insert': (tables, input: Columns & { readonly at: never }, undo) => {
    for (const row of rowsOf(input)) {
      const key = `${String(row['customerIds'])}|${String(row['entryIds'])}`;
      if (tables.ledger.has(key)) throw alreadyThere('ledger');
      set(tables.ledger, key, { ...row, at: input.at }, undo);
    }
    return [];
  },
  'intake.count': (tables, input: { sender: string; day: string; what: string[]; counts: number[] }, undo) => {
    for (const [n, what] of input.what.entries()) {
      const key = `${input.sender}|${input.day}|${what}`;
      set(tables.counts, key, (tables.counts.get(key) ?? 0) + (input.counts[n] ?? 0), undo);
    }
    return [];
  },
  // Transactions of the model run one after the other, and no bank withdraws in a run.
  'withdrawals.hold': () => [{ pg_advisory_xact_lock_shared: '' }],
  'withdrawals.in-force': () => [],

  'keys.hold': (tables, { linkIds }: { linkIds: string[] }) =>
    each(linkIds)
      .toSorted()
      .flatMap((linkId) => tables.keys.get(linkId) ?? [])
      .filter((key) => !key.closed)
      .map(({ linkId, customerId, bankId, epoch, generation, wrapped }) => ({
        linkId,
        customerId,
        bankId,
        epoch,
        generation,
        wrapped: wrapped && Buffer.from(wrapped),
      })),
  'consents.in-force': (tables, { linkIds, now }: { linkIds: string[]; now: Date }) =>
    each(linkIds).flatMap((linkId) => {
      const consent = tables.consents.get(linkId);
      return consent && consent.until > now ? [{ linkId, purposes: [...consent.purposes] }] : [];
    }),
  'ledger.keys': (tables, { customerIds }: { customerIds: string[] }) =>
    each(customerIds).flatMap((customerId) => {
      const key = tables.ledgerKeys.get(customerId);
      return key ? [{ customerId, generation: key.generation, wrapped: Buffer.from(key.wrapped) }] : [];
    }),
  'customers.read': (tables, { customerIds }: { customerIds: string[] }) =>
    each(customerIds).flatMap((customerId) => {
      const customer = tables.customers.get(customerId);
      return customer ? [{ customerId, ...customer }] : [];
    }),
  'conversations.of': (tables, { customerId }: { customerId: string }) => {
    const conversation = tables.conversationOf.get(customerId);
    return conversation ? [{ conversationId: conversation.conversationId, ...stateOf(conversation) }] : [];
  },
  'conversations.newer': (tables, input: { conversationIds: string[]; seqs: number[] }) =>
    input.conversationIds.flatMap((conversationId, n) =>
      (tables.conversations.get(conversationId)?.lastSeq ?? 0) > (input.seqs[n] ?? 0) ? [{ conversationId }] : [],
    ),
  'conversations.state': (tables, { conversationId }: { conversationId: string }) => {
    const conversation = tables.conversations.get(conversationId);
    return conversation ? [stateOf(conversation)] : [];
  },
  'entries.after': (tables, { conversationId, seq, limit }: { conversationId: string; seq: number; limit: number }) =>
    (tables.entries.get(conversationId) ?? [])
      .filter((entry) => entry.seq > seq)
      .toSorted((a, b) => a.seq - b.seq)
      .slice(0, limit)
      .map((entry) => rowOf(entry, tables.messages.get(`${conversationId}|${entry.messageId}`))),
  'messages.read': (tables, { conversationId, messageIds }: { conversationId: string; messageIds: string[] }) =>
    each(messageIds).flatMap((messageId) => {
      const message = tables.messages.get(`${conversationId}|${messageId}`);
      return message ? [rowOf({ seq: 0, entry: 'message', messageId }, message)] : [];
    }),
  'records.read': (tables, { linkIds, recordIds }: { linkIds: string[]; recordIds: string[] }) =>
    recordIds.flatMap((recordId, n) => {
      const record = tables.recordsById.get(`${linkIds[n] ?? ''}|${recordId}`);
      if (!record) return [];
      const { linkId, accountRef, subjectIndex, epoch, sealed } = record;
      return [{ linkId, recordId, accountRef, subjectIndex, epoch, sealed }];
    }),
};

const stateOf = ({ lastSeq }: ModelConversation): Row => ({ lastSeq: BigInt(lastSeq), readSeq: 0n });

/** Where an account's events go; nowhere when its link ends, or its key is closed or gone. */
function routeOf(tables: Tables, account: ModelAccount, at: Date): Row[] {
  const key = tables.keys.get(account.linkId);
  if (!key?.wrapped || key.closed || key.state === 'stopping' || key.state === 'stopped') return [];
  const consent = tables.consents.get(account.linkId);
  const ledgerKey = tables.ledgerKeys.get(key.customerId);
  return [
    {
      accountIndex: account.index,
      accountRef: account.accountRef,
      leftOut: account.leftOut,
      detail: account.detail,
      linkId: key.linkId,
      customerId: key.customerId,
      bankId: key.bankId,
      epoch: key.epoch,
      generation: key.generation,
      wrapped: Buffer.from(key.wrapped),
      purposes: consent && consent.until > at ? `{${consent.purposes.join()}}` : null,
      ledgerGeneration: ledgerKey?.generation ?? null,
      ledgerWrapped: ledgerKey ? Buffer.from(ledgerKey.wrapped) : null,
      conversationId: tables.conversationOf.get(key.customerId)?.conversationId ?? null,
      sealedHearing: account.hearing,
      sealedLow: account.low,
      sealedWatch: account.watch,
    },
  ];
}

/** A record as the rule of matching reads it. */
function purchaseOf({ linkId, subjectIndex, matchKey, sealed, stage, revision, occurredAt, epoch }: ModelRecord): Row {
  return { linkId, subjectIndex, matchKey, sealed, stage, revision, occurredAt, epoch };
}

/** An entry with its message, as a page reads them. */
function rowOf(entry: Omit<ModelEntry, 'at'>, message: ModelMessage | undefined): Row {
  const none = { revision: null, author: null, at: null, linkId: null, also: null, purpose: null };
  const { revision, author, at, linkId, also, purpose, recordId, clientId, epoch, sealed } = message ?? {
    ...none,
    recordId: null,
    clientId: null,
    epoch: null,
    sealed: null,
  };
  const { seq, messageId } = entry;
  return {
    seq: BigInt(seq),
    entry: entry.entry,
    messageId,
    revision,
    author,
    at,
    linkId,
    also,
    purpose,
    recordId,
    clientId,
    epoch,
    sealed,
    companionLinkId: null,
    companionRecordId: null,
    companionPurpose: null,
  };
}

function contentOf(row: Row): Partial<ModelMessage> {
  const also = row['also'] as string | null;
  return {
    linkId: row['linkIds'] as string | null,
    bankId: row['bankIds'] as string | null,
    also: also === null ? null : also.slice(1, -1).split(',').filter(Boolean),
    epoch: row['epochs'] as number | null,
    purpose: row['purposes'] as string | null,
    recordId: row['recordIds'] as string | null,
    sealed: row['sealed'] as Buffer | null,
  };
}

/** Carries an operation out. @throws Error for one that the model does not know */
export function carryOut<In, Out extends object>(
  tables: Tables,
  { name }: Operation<In, Out>,
  input: In,
  undo: Undo,
): Out[] {
  const carry = operations[name];
  if (!carry) throw new Error(`the model has no operation ${name}`);
  return carry(tables, input as never, undo) as Out[];
}

/** The names of all operations of the model. */
export const modelled: readonly string[] = Object.keys(operations);
