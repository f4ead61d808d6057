import type { BankId, CustomerId, LinkId } from '#base';
import { failPoint, TellerlineError } from '#base';
import { linksWithCases, purposesInForce } from '#consent';
import type { Purpose } from '#contract';
import { operation, type Transaction } from '#db';
import { messageEpoch, sealMessageOf, type CustomerSealer, type LinkSealer, type Vault } from '#vault';
import { countSent } from './advertising.ts';
import type { Change, Written } from './change.ts';

/**
 * Writes changes into their conversations, in the order given: messages, entries and the gapless
 * sequence numbers, taken under each conversation's row lock (a database SEQUENCE commits out of order).
 * Changes of a conversation or link that is gone are left out.
 */
export async function writeChanges(
  tx: Transaction,
  vault: Vault,
  changes: readonly Change[],
  sealers?: ReadonlyMap<LinkId, LinkSealer>,
): Promise<Written[]> {
  // With its links locked a caller has checked the purposes itself; anything else is checked here.
  const [linkSealers, allowed] = sealers
    ? [sealers, changes]
    : await Promise.all([vault.linkSealers(tx, linkIdsOf(changes)), stillAllowed(tx, changes)]);
  const [lastSeqs, ownSealers] = await Promise.all([takeSequence(tx, allowed), customerSealersOf(tx, vault, allowed)]);
  failPoint('sequence taken');
  const present = allowed.filter((change) => lastSeqs.has(change.conversationId));
  const rows = sealAll(present, linkSealers, ownSealers);
  const revised = await writeMessages(tx, rows);
  failPoint('messages written');
  const next = new Map(lastSeqs);
  for (const change of present) next.set(change.conversationId, (next.get(change.conversationId) ?? 0) - 1);
  // Each change of a message has a revision of its own; the last one of this call is what is stored.
  const ahead = countBy(rows.map((row) => row.change.messageId));
  const written = rows.map(({ change }): Written => {
    const { conversationId, messageId } = change;
    const seq = (next.get(conversationId) ?? 0) + 1;
    next.set(conversationId, seq);
    const after = (ahead.get(messageId) ?? 1) - 1;
    ahead.set(messageId, after);
    const { revision, at, isAccompanied } = revised.get(messageId) ?? { revision: 1, at: new Date(change.atMs) };
    const place = { change, seq, revision: revision - after, saidAtMs: at.getTime() };
    return isAccompanied ? { ...place, isAccompanied } : place;
  });
  writeEntries(tx, written);
  failPoint('entries written');
  countSent(
    tx,
    rows.map(({ bankId }, n) => ({ ...(written[n] as Written), bankId })),
  );
  return written;
}

interface Row {
  readonly change: Change;
  readonly linkId: LinkId | null;
  readonly bankId: BankId | null;
  readonly also: readonly LinkId[] | null;
  readonly epoch: number | null;
  readonly purpose: string | null;
  readonly recordId: string | null;
  readonly sealed: Buffer | null;
}

function linkIdsOf(changes: readonly Change[]): LinkId[] {
  const ids = new Set<LinkId>();
  for (const change of changes) {
    if (change.entry === 'removal' || change.body.from === 'customer') continue;
    ids.add(change.body.linkId);
    if (change.body.from === 'link') for (const linkId of change.body.also ?? []) ids.add(linkId);
  }
  return [...ids];
}

/** Leaves out what was read for a purpose that has been narrowed away meanwhile. */
async function stillAllowed(tx: Transaction, changes: readonly Change[]): Promise<readonly Change[]> {
  const purposeOf = (change: Change): Purpose | null =>
    change.entry === 'removal' || change.body.from === 'customer' ? null : change.body.purpose;
  const first = changes.find((change) => purposeOf(change) !== null);
  if (!first) return changes;
  const inForce = await purposesInForce(tx, linkIdsOf(changes), first.atMs);
  const isOfCase = changes.some((change) => purposeOf(change) === 'customer-chat');
  const withCases = isOfCase ? await linksWithCases(tx, linkIdsOf(changes)) : new Set<LinkId>();
  const isAllowed = (linkId: LinkId, purpose: Purpose): boolean =>
    inForce.get(linkId)?.has(purpose) === true || (purpose === 'customer-chat' && withCases.has(linkId));
  return changes.filter((change) => {
    const purpose = purposeOf(change);
    return purpose === null || linkIdsOf([change]).every((linkId) => isAllowed(linkId, purpose));
  });
}

/** Locks conversations in the order of their ids and takes that many numbers of each; answers the last one taken. A conversation is named once. */
export const takeNumbers = operation<{ conversationId: string; lastSeq: bigint }>()(
  'conversations.take',
  { conversationIds: 'uuid[]', counts: 'int4[]' },
  `with locked as (
    select c.conversation_id, w.n from unnest($conversationIds, $counts) as w (conversation_id, n)
    join conversations c using (conversation_id) order by c.conversation_id for update of c
  )
  update conversations c set last_seq = c.last_seq + locked.n
  from locked where c.conversation_id = locked.conversation_id
  returning c.conversation_id as "conversationId", c.last_seq as "lastSeq"`,
);

/** Moves every conversation's last number on by its count of changes; answers the new last numbers. */
async function takeSequence(tx: Transaction, changes: readonly Change[]): Promise<Map<string, number>> {
  const counts = countBy(changes.map((change) => change.conversationId));
  const rows = await tx.run(takeNumbers, { conversationIds: [...counts.keys()], counts: [...counts.values()] });
  return new Map(rows.map((row) => [row.conversationId, Number(row.lastSeq)]));
}

function sealAll(
  changes: readonly Change[],
  linkSealers: ReadonlyMap<LinkId, LinkSealer>,
  sealers: ReadonlyMap<CustomerId, CustomerSealer>,
): Row[] {
  const rows: Row[] = [];
  for (const change of changes) {
    if (change.entry === 'removal' || change.body.from === 'record') {
      rows.push(plainRow(change, linkSealers));
      continue;
    }
    const { body } = change;
    if (body.from === 'link') {
      const layers = [body.linkId, ...(body.also ?? [])].map((linkId) => linkSealers.get(linkId));
      const [sealer] = layers;
      if (!sealer || !layers.every((one) => one !== undefined))
        throw new TellerlineError('link_ended', 410, 'This link was stopped. Its data can no longer be read.');
      const sealed = sealMessageOf(layers, change.messageId, body.said);
      const also = body.also ?? null;
      rows.push({
        change,
        linkId: body.linkId,
        bankId: sealer.bankId,
        also,
        epoch: messageEpoch(layers),
        purpose: body.purpose,
        recordId: null,
        sealed,
      });
      continue;
    }
    const sealer = sealers.get(change.customerId);
    // Deleted since its conversation was locked: there is nobody to say it to.
    if (!sealer) throw new TellerlineError('key_gone', 410, 'This was deleted and can no longer be read.');
    const sealed = sealer.seal('messages.content', change.messageId, body.said);
    rows.push({ ...ofNoLink, change, sealed });
  }
  return rows;
}

/** Of whoever a change is sealed for; asked for once. */
function customerSealersOf(
  tx: Transaction,
  vault: Vault,
  changes: readonly Change[],
): Promise<Map<CustomerId, CustomerSealer>> {
  const own = changes.filter((change) => change.entry !== 'removal' && change.body.from === 'customer');
  const ids = [...new Set(own.map((change) => change.customerId))];
  return ids.length === 0 ? Promise.resolve(new Map()) : vault.customerSealers(tx, ids, 'conversation');
}

const ofNoLink = {
  linkId: null,
  bankId: null,
  also: null,
  epoch: null,
  purpose: null,
  recordId: null,
  sealed: null,
} as const;

/** A change without content of its own: a removal, or a message that shows a record. */
function plainRow(change: Change, linkSealers: ReadonlyMap<LinkId, LinkSealer>): Row {
  if (change.entry === 'removal' || change.body.from !== 'record') {
    return { ...ofNoLink, change };
  }
  const { linkId, purpose, recordId } = change.body;
  const sealer = linkSealers.get(linkId);
  if (!sealer) throw new TellerlineError('link_ended', 410, 'This link was stopped. Its data can no longer be read.');
  return { ...ofNoLink, change, linkId, bankId: sealer.bankId, epoch: sealer.epoch, purpose, recordId };
}

/** Inserts, replaces and deletes message rows; answers what became of those that are still there. */
async function writeMessages(tx: Transaction, rows: readonly Row[]): Promise<Map<string, Revised>> {
  const kept = rows.filter((row) => row.change.entry !== 'removal');
  const removed = rows.filter((row) => row.change.entry === 'removal');
  const revised = new Map<string, Revised>();
  // An edit in the same call as its message would touch the row twice in one statement.
  const [added = [], edited = []] = (['message', 'edit'] as const).map((entry) =>
    kept.filter((row) => row.change.entry === entry),
  );
  if (added.length > 0)
    for (const one of insertMessages(tx, lastOfEach(added), countsOf(added))) revised.set(one.messageId, one);
  if (edited.length > 0)
    for (const one of await updateMessages(tx, lastOfEach(edited), countsOf(edited))) revised.set(one.messageId, one);
  if (removed.length > 0) {
    await tx.run(removeMessages, {
      conversationIds: removed.map((row) => row.change.conversationId),
      messageIds: removed.map((row) => row.change.messageId),
    });
  }
  return revised;
}

const countsOf = (rows: readonly Row[]): Map<string, number> => countBy(rows.map((row) => row.change.messageId));

/** How often each id occurs. */
function countBy(ids: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** Of several edits of one message in one call the last one stands. */
function lastOfEach(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.change.messageId, row])).values()];
}

const removeMessages = operation<object>()(
  'messages.remove',
  { conversationIds: 'uuid[]', messageIds: 'uuid[]' },
  `delete from messages m using unnest($conversationIds, $messageIds) as w (conversation_id, message_id)
  where m.conversation_id = w.conversation_id and m.message_id = w.message_id`,
);

/** What an operation takes of a message that is there afterwards. */
const messageColumns = {
  conversationIds: 'uuid[]',
  messageIds: 'uuid[]',
  counts: 'int4[]',
  linkIds: 'uuid[]',
  bankIds: 'text[]',
  also: 'text[]',
  epochs: 'int4[]',
  purposes: 'text[]',
  recordIds: 'uuid[]',
  sealed: 'bytea[]',
} as const;

/** Enters messages that are new. */
export const insertMessage = operation<object>()(
  'messages.insert',
  { ...messageColumns, authors: 'text[]', at: 'timestamptz[]', clientIds: 'uuid[]' },
  `insert into messages (conversation_id, message_id, revision, author, at, link_id, bank_id, also_link_ids, epoch, purpose, record_id, client_id, sealed)
  select conversation_id, message_id, n, author, at, link_id, bank_id, also::uuid[], epoch, purpose, record_id, client_id, sealed
  from unnest($conversationIds, $messageIds, $counts, $authors, $at, $linkIds, $bankIds, $also, $epochs, $purposes, $recordIds, $clientIds, $sealed)
    as m (conversation_id, message_id, n, author, at, link_id, bank_id, also, epoch, purpose, record_id, client_id, sealed)`,
);

/** Replaces the content of messages, each named once, and raises their revisions; what is gone is missing from the answer. */
export const updateMessage = operation<Revised>()(
  'messages.update',
  messageColumns,
  `update messages m set revision = m.revision + u.n, link_id = u.link_id, bank_id = u.bank_id,
    also_link_ids = u.also::uuid[], epoch = u.epoch, purpose = u.purpose, record_id = u.record_id, sealed = u.sealed
  from unnest($conversationIds, $messageIds, $counts, $linkIds, $bankIds, $also, $epochs, $purposes, $recordIds, $sealed)
    as u (conversation_id, message_id, n, link_id, bank_id, also, epoch, purpose, record_id, sealed)
  where m.conversation_id = u.conversation_id and m.message_id = u.message_id
  returning m.message_id as "messageId", m.revision, m.at, m.companion_record_id is not null as "isAccompanied"`,
);

interface Revised {
  readonly messageId: string;
  readonly revision: number;
  /** When it was first said; a change does not move it. */
  readonly at: Date;
  /** It shows another record beside its own, which whoever changes it does not know. */
  readonly isAccompanied?: boolean;
}

function columnsOf(rows: readonly Row[], counts: ReadonlyMap<string, number>) {
  return {
    conversationIds: rows.map((row) => row.change.conversationId),
    messageIds: rows.map((row) => row.change.messageId),
    counts: rows.map((row) => counts.get(row.change.messageId) ?? 1),
    linkIds: rows.map((row) => row.linkId),
    bankIds: rows.map((row) => row.bankId),
    also: rows.map((row) => row.also && `{${row.also.join()}}`),
    epochs: rows.map((row) => row.epoch),
    purposes: rows.map((row) => row.purpose),
    recordIds: rows.map((row) => row.recordId),
    sealed: rows.map((row) => row.sealed),
  };
}

function insertMessages(tx: Transaction, rows: readonly Row[], counts: ReadonlyMap<string, number>): Revised[] {
  const changes = rows.map((row) => row.change);
  const columns = columnsOf(rows, counts);
  tx.send(insertMessage, {
    ...columns,
    authors: changes.map((change) => (change.entry === 'removal' ? '' : change.author)),
    at: changes.map((change) => new Date(change.atMs)),
    clientIds: changes.map((change) => (change.entry === 'message' ? (change.clientId ?? null) : null)),
  });
  return rows.map(({ change: { messageId, atMs } }, n) => ({
    messageId,
    revision: columns.counts[n] ?? 1,
    at: new Date(atMs),
  }));
}

function updateMessages(
  tx: Transaction,
  rows: readonly Row[],
  counts: ReadonlyMap<string, number>,
): Promise<Revised[]> {
  return tx.run(updateMessage, columnsOf(rows, counts));
}

/** Enters entries under numbers that were taken before. */
export const insertEntries = operation<object>()(
  'entries.insert',
  { conversationIds: 'uuid[]', seqs: 'int8[]', entries: 'text[]', messageIds: 'uuid[]', at: 'timestamptz[]' },
  `insert into entries (conversation_id, seq, entry, message_id, at)
  select * from unnest($conversationIds, $seqs, $entries, $messageIds, $at)`,
);

function writeEntries(tx: Transaction, written: readonly Written[]): void {
  tx.send(insertEntries, {
    conversationIds: written.map((one) => one.change.conversationId),
    seqs: written.map((one) => one.seq),
    entries: written.map((one) => one.change.entry),
    messageIds: written.map((one) => one.change.messageId),
    at: written.map((one) => new Date(one.change.atMs)),
  });
}
