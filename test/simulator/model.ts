import type { Operation } from '#db';

// What PostgreSQL does with the named operations of the event path, in memory. The tests of this folder hold
// both against each other; the simulator runs on this one.

type Row = Readonly<Record<string, unknown>>;
type Columns = Readonly<Record<string, readonly unknown[]>>;

export interface ModelKey {
  readonly linkId: string;
  readonly customerId: string;
  readonly bankId: string;
  epoch: number;
  wrapped: Buffer | null;
  closed: boolean;
}

export interface ModelAccount {
  readonly linkId: string;
  readonly accountRef: string;
  readonly index: Buffer;
  readonly detail: Buffer;
  readonly leftOut: boolean;
}

export interface ModelRecord {
  readonly linkId: string;
  readonly recordId: string;
  readonly accountRef: string;
  readonly bankId: string;
  readonly kind: string;
  readonly subjectIndex: Buffer;
  localDate: string;
  occurredAt: Date;
  stage: number;
  revision: number;
  epoch: number;
  sealed: Buffer;
  matchKey: Buffer | null;
}

export interface ModelMessage {
  readonly conversationId: string;
  readonly messageId: string;
  readonly author: string;
  readonly at: Date;
  readonly clientId: string | null;
  revision: number;
  linkId: string | null;
  bankId: string | null;
  also: readonly string[] | null;
  epoch: number | null;
  purpose: string | null;
  recordId: string | null;
  sealed: Buffer | null;
}

export interface ModelEntry {
  readonly seq: number;
  readonly entry: string;
  readonly messageId: string;
  readonly at: Date;
}

export interface ModelConversation {
  readonly conversationId: string;
  readonly customerId: string;
  lastSeq: number;
  readonly entries: ModelEntry[];
}

/** The tables that the operations touch. */
export class Tables {
  readonly accounts = new Map<string, ModelAccount[]>();
  readonly keys = new Map<string, ModelKey>();
  /** By link: purposes and end. */
  readonly consents = new Map<string, { readonly purposes: readonly string[]; readonly until: Date }>();
  readonly ledgerKeys = new Map<string, Buffer>();
  readonly conversations = new Map<string, ModelConversation>();
  readonly conversationOf = new Map<string, ModelConversation>();
  readonly eventKeys = new Map<string, Buffer>();
  readonly records = new Map<string, ModelRecord>();
  readonly recordsById = new Map<string, ModelRecord>();
  readonly recordsOfLink = new Map<string, Set<ModelRecord>>();
  readonly messages = new Map<string, ModelMessage>();
  readonly messagesOfRecord = new Map<string, Set<ModelMessage>>();
  readonly ledger: Row[] = [];
  readonly leaves: { leaf: Buffer; commitments: Buffer }[] = [];
  readonly counts = new Map<string, number>();
}

/** Takes back what an operation did. */
export type Undo = (work: () => void) => void;

type Carry = (tables: Tables, input: never, undo: Undo) => Row[];

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

const byteOrder = (a: { linkId: string; subjectIndex: Buffer }, b: { linkId: string; subjectIndex: Buffer }): number =>
  a.linkId === b.linkId ? Buffer.compare(a.subjectIndex, b.subjectIndex) : a.linkId < b.linkId ? -1 : 1;

/** What each operation does, by its name. */
const operations: Readonly<Record<string, Carry>> = {
  'links.routes': (tables, { indexes, at }: { indexes: Buffer[]; at: Date }) =>
    indexes.flatMap((index) =>
      (tables.accounts.get(index.toString('latin1')) ?? []).flatMap((account) => {
        const key = tables.keys.get(account.linkId);
        if (!key?.wrapped || key.closed) return [];
        const consent = tables.consents.get(account.linkId);
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
            generation: null,
            wrapped: Buffer.from(key.wrapped),
            purposes: consent && consent.until > at ? `{${consent.purposes.join()}}` : null,
            ledgerGeneration: null,
            ledgerWrapped: tables.ledgerKeys.get(key.customerId) ?? null,
            conversationId: tables.conversationOf.get(key.customerId)?.conversationId ?? null,
            sealedHearing: null,
            sealedLow: null,
          },
        ];
      }),
    ),

  'event-keys.enter': (tables, input: { sender: string; eventIds: string[]; hashes: Buffer[] }, undo) =>
    input.eventIds.flatMap((eventId, n) => {
      const key = `${input.sender}|${eventId}`;
      if (tables.eventKeys.has(key)) return [];
      set(tables.eventKeys, key, input.hashes[n] as Buffer, undo);
      return [{ eventId }];
    }),
  'event-keys.read': (tables, { sender, eventIds }: { sender: string; eventIds: string[] }) =>
    eventIds.flatMap((eventId) => {
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
      return [...(own ? [own] : []), ...others].map((record) => ({ ...record }));
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
        return record ? [{ ...record, n: BigInt(n + 1) }] : [];
      })
      .toSorted(byteOrder),
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
      set(tables.records, key, record, undo);
      set(tables.recordsById, record.recordId, record, undo);
      include(tables.recordsOfLink, record.linkId, record, undo);
      return [{ recordId: record.recordId }];
    }),
  'records.update': (tables, input: Columns, undo) => {
    for (const row of rowsOf(input)) {
      const record = tables.recordsById.get(row['recordIds'] as string);
      if (!record || record.linkId !== row['linkIds']) continue;
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
    [...new Set(recordIds)].flatMap((recordId) =>
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
    rowsOf(input).map((row) => {
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
      if (tables.messages.has(key)) throw new Error('a message is inserted once');
      set(tables.messages, key, message, undo);
      if (message.recordId !== null) include(tables.messagesOfRecord, message.recordId, message, undo);
      return { messageId: message.messageId, revision: message.revision, at: message.at };
    }),
  'messages.update': (tables, input: Columns, undo) =>
    rowsOf(input).flatMap((row) => {
      const message = tables.messages.get(`${String(row['conversationIds'])}|${String(row['messageIds'])}`);
      if (!message) return [];
      change(message, { ...contentOf(row), revision: message.revision + Number(row['counts']) }, undo);
      return [{ messageId: message.messageId, revision: message.revision, at: message.at }];
    }),
  'messages.sent': () => [],
  'entries.insert': (tables, input: Columns, undo) => {
    for (const row of rowsOf(input)) {
      const conversation = tables.conversations.get(row['conversationIds'] as string);
      const entry = {
        seq: Number(row['seqs']),
        entry: row['entries'],
        messageId: row['messageIds'],
        at: row['at'],
      } as ModelEntry;
      if (!conversation || conversation.entries.some(({ seq }) => seq === entry.seq))
        throw new Error('an entry has a number of its own');
      conversation.entries.push(entry);
      undo(() => conversation.entries.pop());
    }
    return [];
  },

  'log.append': (tables, { leaf, commitments }: { leaf: Buffer; commitments: Buffer }, undo) => {
    tables.leaves.push({ leaf, commitments });
    undo(() => tables.leaves.pop());
    return [{ leafId: BigInt(tables.leaves.length) }];
  },
  'log.amend': (tables, input: { leafId: bigint[]; leaf: Buffer; commitments: Buffer }, undo) =>
    input.leafId.flatMap((leafId) => {
      const row = tables.leaves[Number(leafId) - 1];
      if (!row) return [];
      change(row, { leaf: input.leaf, commitments: input.commitments }, undo);
      return [{ leafId }];
    }),
  'ledger.insert': (tables, input: Columns, undo) => {
    for (const row of rowsOf(input)) {
      tables.ledger.push(row);
      undo(() => tables.ledger.pop());
    }
    return [];
  },
  'intake.count': (tables, input: { what: string[]; counts: number[] }, undo) => {
    for (const [n, what] of input.what.entries())
      set(tables.counts, what, (tables.counts.get(what) ?? 0) + (input.counts[n] ?? 0), undo);
    return [];
  },
  'withdrawals.hold': () => [],
  'withdrawals.in-force': () => [],

  'keys.hold': (tables, { linkIds }: { linkIds: string[] }) =>
    linkIds
      .toSorted()
      .flatMap((linkId) => tables.keys.get(linkId) ?? [])
      .filter((key) => !key.closed)
      .map(({ wrapped, ...key }) => ({ ...key, generation: null, wrapped: wrapped && Buffer.from(wrapped) })),
  'consents.in-force': (tables, { linkIds, now }: { linkIds: string[]; now: Date }) =>
    linkIds.flatMap((linkId) => {
      const consent = tables.consents.get(linkId);
      return consent && consent.until > now ? [{ linkId, purposes: consent.purposes }] : [];
    }),
  'ledger.keys': (tables, { customerIds }: { customerIds: string[] }) =>
    customerIds.flatMap((customerId) => {
      const wrapped = tables.ledgerKeys.get(customerId);
      return wrapped ? [{ customerId, generation: null, wrapped: Buffer.from(wrapped) }] : [];
    }),
  'customers.read': (_, { customerIds }: { customerIds: string[] }) =>
    customerIds.map((customerId) => ({ customerId, locale: 'en', timeZone: 'UTC', quiet: null, digestHour: null })),
  'conversations.of': (tables, { customerId }: { customerId: string }) => {
    const conversation = tables.conversationOf.get(customerId);
    return conversation ? [stateOf(conversation)] : [];
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
    (tables.conversations.get(conversationId)?.entries ?? [])
      .filter((entry) => entry.seq > seq)
      .toSorted((a, b) => a.seq - b.seq)
      .slice(0, limit)
      .map((entry) => rowOf(entry, tables.messages.get(`${conversationId}|${entry.messageId}`))),
  'messages.read': (tables, { conversationId, messageIds }: { conversationId: string; messageIds: string[] }) =>
    messageIds.flatMap((messageId) => {
      const message = tables.messages.get(`${conversationId}|${messageId}`);
      return message ? [rowOf({ seq: 0, entry: 'message', messageId }, message)] : [];
    }),
  'records.read': (tables, { recordIds }: { recordIds: string[] }) =>
    recordIds.flatMap((recordId) => {
      const record = tables.recordsById.get(recordId);
      return record ? [{ ...record }] : [];
    }),
};

const stateOf = ({ conversationId, lastSeq }: ModelConversation): Row => ({
  conversationId,
  lastSeq: BigInt(lastSeq),
  readSeq: 0n,
});

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
  };
}

function contentOf(row: Row): Partial<ModelMessage> {
  const also = row['also'] as string | null;
  return {
    linkId: row['linkIds'] as string | null,
    bankId: row['bankIds'] as string | null,
    also: also === null ? null : also.slice(1, -1).split(','),
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
  return carry(tables, input as never, undo) as unknown as Out[];
}
