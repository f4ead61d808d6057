import type { AccountRef, IdentityId, LinkId, Log, RecordId } from '#base';
import { isTellerlineError, TellerlineError } from '#base';
import { linksWithCases, purposesInForce, requireCaseConsent, requireConsent } from '#consent';
import type { Purpose } from '#contract';
import { operation, sql, type Transaction } from '#db';
import { actorName, requireActorMay, type Actor, type StaffActor } from './actor.ts';
import { forgetKey } from './cipher.ts';
import { createDistilled } from './distilled.ts';
import type { LinkKey } from './keys.ts';
import type { AccessDraft, DeliveryDraft } from './ledger-records.ts';
import { enterInLedger, type LedgerParts } from './ledger.ts';
import { Plaintext } from './plaintext.ts';
import type { OpenedRecord, RecordContent, RecordSelection } from './records.ts';
import {
  messageEpoch,
  openCaseContent,
  openMessageContent,
  openRecordContent,
  type CasePlace,
  type DistilledPlace,
} from './sealing.ts';
import { distilledOf, recordsOfLinks } from './several-links.ts';
import { requirePurposeMay } from './uses.ts';
import { accessOf, openRecord, withKeys, type RecordRow, type TakeOut } from './using.ts';

/** One purpose-bound use of records, as it is entered before anything is opened. */
export interface AccessRequest {
  readonly actor: Actor;
  readonly purpose: Purpose;
  readonly linkId: LinkId;
  /** Which fields are used, in the contract's names. */
  readonly fields: readonly string[];
  /** Why, as a stable code: the ledger’s readers word it for people. */
  readonly reason: string;
}

/** What staff look at: the newest ones of those that are meant. What each is stands sealed, so it is told here. */
export interface StaffSelection extends RecordSelection {
  readonly newest: number;
  readonly only: (content: RecordContent) => boolean;
}

/** Among so many of the newest records those that are meant are looked for: months of an account in daily use. */
const soughtAmongMax = 500;

/** A message whose content derives from a link: sealed itself, or drawn from a record. */
export interface SealedMessage {
  readonly messageId: string;
  readonly linkId: LinkId;
  /** More links that it was read from: it is shown while all of them stand. */
  readonly also: readonly LinkId[];
  readonly purpose: Purpose | null;
  readonly recordId: RecordId | null;
  /** Of the keys that it was sealed under when it was read; see `messageEpoch`. */
  readonly epoch: number | null;
  readonly sealed: Buffer | null;
  /** Of one that shows a record: another record to show beside it, as long as its own link allows that. */
  readonly companion?: { readonly linkId: LinkId; readonly recordId: RecordId; readonly purpose: Purpose };
}

/** An opened message: its own content, or the record that it shows. */
export type OpenedMessage =
  | { readonly from: 'message'; readonly content: unknown }
  | { readonly from: 'record'; readonly content: RecordContent; readonly beside?: RecordContent };

/** Where what is opened goes. */
export interface ShownOn {
  readonly channel: string;
  readonly identityId: IdentityId;
  readonly detail: DeliveryDraft['detail'];
  /** Why, as a stable code. */
  readonly reason: string;
}

/** A use of one link's records, among those of several. */
export interface LinkReading {
  readonly use: AccessRequest;
  /** All accounts of the link when absent. */
  readonly accountRefs?: readonly AccountRef[];
}

/** Which records of several links. */
export type RecordSpan = Pick<RecordSelection, 'kind' | 'from' | 'to'>;

/** What is made of a link's records, under which name it is kept, and how. */
export interface Distilling<Made> {
  readonly place: DistilledPlace;
  readonly kind: RecordContent['kind'];
  /** Makes it, of what a use covers of the records; it must survive being written as JSON. */
  readonly distil: (records: readonly OpenedRecord[], linkId: LinkId) => Made;
}

/** Something of a case, still sealed. */
export interface SealedCasePart {
  readonly place: CasePlace;
  /** What it is bound to beside its column, link and epoch. */
  readonly row: string;
  readonly sealed: Buffer;
}

/** A use by staff in one case. */
export type StaffUse = Omit<AccessRequest, 'actor' | 'purpose'> & { readonly actor: StaffActor };

/**
 * The only door to sealed records: purpose, actor, link, fields and reason go in; the use is checked
 * against the consent and committed to the ledger and to the proof log; only then is anything
 * opened (P5, P7).
 */
export interface Gate {
  /**
   * Opens the records selected, newest first.
   *
   * @throws TellerlineError `purpose_not_consented`, `link_ended`, `use_outside_purpose`, `key_service_unavailable`
   */
  records(request: AccessRequest, selection: RecordSelection): Promise<Plaintext<readonly OpenedRecord[]>>;
  /**
   * The same of several links of one customer, each by a use of its own, in one transaction: what one of them is
   * refused for refuses all.
   *
   * @throws TellerlineError as `records` does
   */
  recordsOfLinks(
    reads: readonly LinkReading[],
    span: RecordSpan,
  ): Promise<Plaintext<ReadonlyMap<LinkId, readonly OpenedRecord[]>>>;
  /**
   * What `distil` makes of all records of a kind, for each link. It is made anew only when a record was added, changed
   * or taken away, or the consent or the key is another; see `distilled.ts`. Each time it is a use, checked and entered
   * like `recordsOfLinks`, of as many records as it was made of.
   *
   * @throws TellerlineError as `records` does
   */
  distilled<Made>(
    uses: readonly AccessRequest[],
    into: Distilling<Made>,
  ): Promise<Plaintext<ReadonlyMap<LinkId, Made>>>;
  /**
   * Enters a use of what is not stored here but asked of the bank for this one purpose, before it is asked.
   *
   * @throws TellerlineError `purpose_not_consented`, `link_ended`
   */
  enter(request: AccessRequest): Promise<void>;
  /**
   * Enters uses in a transaction that holds their links and has checked their purposes itself: what it
   * stores is shown from memory once it is committed. The uses are of one customer each. `atMs`: that of the
   * messages that show it, by which their customer finds the entry again.
   */
  enterWithin(
    tx: Transaction,
    uses: readonly (AccessRequest & { readonly records: number })[],
    atMs?: number,
  ): Promise<void>;
  /**
   * Opens parts of one case, in a transaction of the caller's that hands them on after its COMMIT alone: for staff as
   * long as the case's own consent is open, for the customer's own export. `entered: false`: another page of a look
   * that was entered within the hour; everything is checked all the same.
   *
   * @throws TellerlineError `case_closed`, `link_ended`, `key_service_unavailable`
   */
  openCase(
    tx: Transaction,
    use: Omit<AccessRequest, 'purpose'>,
    parts: readonly SealedCasePart[],
    entered?: boolean,
  ): Promise<Plaintext<readonly unknown[]>>;
  /**
   * Staff look at one field of the customer of a case that they have opened, in a transaction of the caller's: checked
   * and entered; of what is stored here the records are opened, anything else is asked of the bank after COMMIT.
   *
   * @throws TellerlineError `field_not_shared`, `case_closed`, `link_ended`
   */
  look(tx: Transaction, use: StaffUse, selection?: StaffSelection): Promise<Plaintext<readonly OpenedRecord[]>>;
  /**
   * Opens one page of a customer's own conversation: one access per link and purpose on it, and one
   * delivery of it all when it is shown somewhere. What is no longer consented to or no longer readable
   * is missing from the answer, and so is what stands under the key of a bank whose key service does not answer.
   *
   * @throws TellerlineError `resealed` when a message was sealed under another key after it was read: read it again
   */
  page(
    actor: Actor,
    messages: readonly SealedMessage[],
    shown?: ShownOn,
  ): Promise<Plaintext<ReadonlyMap<string, OpenedMessage>>>;
}

/** Makes the gate. It alone calls what opens a record or a message of a link (`sealing.ts`). */
export function createGate(parts: LedgerParts): Gate {
  const { readers, keys, clock } = parts;
  const memory = createDistilled(parts);
  return {
    recordsOfLinks: (reads, span) => recordsOfLinks(parts, reads, span),
    distilled: (uses, into) => distilledOf(parts, memory, uses, into),
    records: async (request, selection) => {
      await keys.ahead(parts.database, { linkIds: [request.linkId] });
      return withKeys(keys.ofLinks, async (take) => {
        const { key, rows, purposes } = await readers.of(request.actor.customerId).transaction(async (tx) => {
          requirePurposeMay(request.purpose, request.fields, selection.kind);
          const use = await requireUse(tx, take, request, clock.nowMs());
          const selected = await selectRecords(tx, request.linkId, selection);
          await enterAccess(tx, parts, request, selected.length);
          return { ...use, rows: selected };
        });
        const covered = (row: RecordRow): OpenedRecord => openRecord(key, row, request.fields, purposes);
        return new Plaintext(rows.filter((row) => row.epoch === key.epoch).map(covered));
      });
    },

    enter: async (request) => {
      await keys.ahead(parts.database, { linkIds: [request.linkId] });
      await withKeys(keys.ofLinks, (take) =>
        readers.of(request.actor.customerId).transaction(async (tx) => {
          await requireUse(tx, take, request, clock.nowMs());
          await enterAccess(tx, parts, request, 0);
        }),
      );
    },

    enterWithin: async (tx, uses, atMs) => {
      for (const { actor, purpose, fields } of uses) {
        if (actor.kind === 'staff')
          throw new TellerlineError('staff_not_allowed', 403, 'Staff may not use that.', { purpose });
        requirePurposeMay(purpose, fields);
        requireActorMay(actor, purpose, fields);
      }
      await enterInLedger(tx, parts, uses.map(accessOf), atMs);
    },

    openCase: (tx, use, sealed, entered = true) => openCase(tx, parts, use, sealed, entered),
    look: (tx, use, selection) => look(tx, parts, use, selection),

    page: (...of) => readPage(parts, ...of),
  };
}

async function readPage(
  parts: LedgerParts,
  actor: Actor,
  messages: readonly SealedMessage[],
  shown?: ShownOn,
): Promise<Plaintext<ReadonlyMap<string, OpenedMessage>>> {
  const { keys, readers, clock } = parts;
  const linkIds = linksNamed(messages);
  if (linkIds.length === 0) return new Plaintext(new Map());
  await keys.ahead(parts.database, { linkIds });
  return withKeys(keys.ofReadableLinks, async (take) => {
    const opened = await readers.of(actor.customerId).transaction(async (tx) => {
      const held = await take(tx, linkIds);
      const consented = await purposesInForce(tx, linkIds, clock.nowMs());
      // What was said in a case was allowed by the case itself.
      const isOfCase = messages.some(({ purpose }) => purpose === 'customer-chat');
      const withCases = isOfCase ? await linksWithCases(tx, linkIds) : new Set<LinkId>();
      const allowed = (linkId: LinkId, purpose: Purpose | null): boolean =>
        held.get(linkId)?.customerId === actor.customerId &&
        (purpose === null ||
          consented.get(linkId)?.has(purpose) === true ||
          (purpose === 'customer-chat' && withCases.has(linkId)));
      const readable = messages
        .filter(({ linkId, also, purpose }) => [linkId, ...also].every((one) => allowed(one, purpose)))
        .map((message) => withCompanion(message, allowed));
      const epochNow = ({ linkId, also }: SealedMessage): number =>
        messageEpoch([linkId, ...also].flatMap((one) => held.get(one) ?? []));
      if (readable.some((message) => message.sealed && message.epoch !== epochNow(message)))
        throw new TellerlineError('resealed', 503, 'This was changed while it was read. Try again.');
      const rows = await recordsById(tx, readable);
      await enterPage(tx, parts, actor, readable, shown);
      return { held, readable, rows, consented };
    });
    return new Plaintext(openPage(opened, parts.log));
  });
}

function linksNamed(messages: readonly SealedMessage[]): LinkId[] {
  const all = messages.flatMap(({ linkId, also, companion }) => [
    linkId,
    ...also,
    ...(companion ? [companion.linkId] : []),
  ]);
  return [...new Set(all)];
}

/** A message whose companion may not be read now is shown without it. */
function withCompanion(
  { companion, ...message }: SealedMessage,
  allowed: (linkId: LinkId, purpose: Purpose | null) => boolean,
): SealedMessage {
  return companion && allowed(companion.linkId, companion.purpose) ? { ...message, companion } : message;
}

/** The link's key, its row locked, and all that its owner consented to, when the use is covered by that. */
async function requireUse(
  tx: Transaction,
  take: TakeOut,
  { actor, linkId, purpose, fields }: AccessRequest,
  nowMs: number,
): Promise<{ key: LinkKey; purposes: ReadonlySet<Purpose> }> {
  requirePurposeMay(purpose, fields);
  requireActorMay(actor, purpose, fields);
  const held = (await take(tx, [linkId])).get(linkId);
  if (held?.customerId !== actor.customerId)
    throw new TellerlineError('link_ended', 410, 'This link was stopped. Its data can no longer be read.');
  if (actor.kind === 'staff') return { key: held, purposes: await requireStaff(tx, held, actor, fields, nowMs) };
  return { key: held, purposes: await requireConsent(tx, linkId, purpose, nowMs) };
}

/** Staff see a case of their own bank, as long as its own consent is open, and of the fields those that are ticked. */
async function requireStaff(
  tx: Transaction,
  held: LinkKey,
  { bankId, caseId, customerId }: StaffActor,
  fields: readonly string[],
  nowMs: number,
): Promise<ReadonlySet<Purpose>> {
  const { linkId } = held;
  // No word of another bank's customers: for its staff there is no such link.
  if (held.bankId !== bankId)
    throw new TellerlineError('link_ended', 410, 'This link was stopped. Its data can no longer be read.');
  return requireCaseConsent(tx, { caseId, customerId, linkId, bankId }, fields, nowMs);
}

/** Takes keys out for a transaction of the caller's, and overwrites them when it is over. */
function takeWithin({ keys }: LedgerParts, tx: Transaction): TakeOut {
  return async (_, linkIds) => {
    const held = await keys.ofLinks(tx, linkIds);
    tx.atEnd(() => {
      for (const { key } of held.values()) forgetKey(key);
    });
    return held;
  };
}

async function openCase(
  tx: Transaction,
  parts: LedgerParts,
  use: Parameters<Gate['openCase']>[1],
  sealed: readonly SealedCasePart[],
  entered: boolean,
): Promise<Plaintext<readonly unknown[]>> {
  const request: AccessRequest = { ...use, purpose: 'customer-chat' };
  const { actor, linkId } = request;
  let key: LinkKey | undefined;
  if (actor.kind === 'staff') ({ key } = await requireUse(tx, takeWithin(parts, tx), request, parts.clock.nowMs()));
  else {
    // One's own words: nobody's consent is asked for, and no task reads them.
    if (actor.kind === 'task')
      throw new TellerlineError('task_not_allowed', 403, 'This task may not use that.', { task: actor.task });
    key = (await takeWithin(parts, tx)(tx, [linkId])).get(linkId);
    if (key?.customerId !== actor.customerId)
      throw new TellerlineError('link_ended', 410, 'This link was stopped. Its data can no longer be read.');
  }
  if (entered) await enterAccess(tx, parts, request, sealed.length);
  const held = key;
  return new Plaintext(sealed.map((one) => openCaseContent(held, one.place, one.row, one.sealed)));
}

async function look(
  tx: Transaction,
  parts: LedgerParts,
  use: StaffUse,
  selection: StaffSelection | undefined,
): Promise<Plaintext<readonly OpenedRecord[]>> {
  const request: AccessRequest = { ...use, purpose: 'customer-chat' };
  requirePurposeMay(request.purpose, request.fields, selection?.kind);
  const { key, purposes } = await requireUse(tx, takeWithin(parts, tx), request, parts.clock.nowMs());
  const rows = selection ? await selectRecords(tx, request.linkId, { ...selection, newest: soughtAmongMax }) : [];
  const meant: RecordRow[] = [];
  for (const row of rows) {
    if (!selection || meant.length >= selection.newest) break;
    // What is not meant is dropped here, unseen by anybody.
    const isMeant = row.epoch === key.epoch && selection.only(openRecordContent(key, row.subjectIndex, row.sealed));
    if (isMeant) meant.push(row);
  }
  await enterAccess(tx, parts, request, meant.length);
  return new Plaintext(meant.map((row) => openRecord(key, row, request.fields, purposes)));
}

async function selectRecords(tx: Transaction, linkId: LinkId, selection: RecordSelection): Promise<RecordRow[]> {
  return tx.query<RecordRow>(sql`
    select link_id as "linkId", record_id as "recordId", account_ref as "accountRef",
      subject_index as "subjectIndex", epoch, sealed
    from records
    where link_id = ${linkId} and kind = ${selection.kind}
      and local_date between ${selection.from}::date and ${selection.to}::date
      and (${selection.accountRefs ? [...selection.accountRefs] : null}::uuid[] is null
        or account_ref = any(${selection.accountRefs ? [...selection.accountRefs] : null}::uuid[]))
      and (${selection.recordIds ? [...selection.recordIds] : null}::uuid[] is null
        or record_id = any(${selection.recordIds ? [...selection.recordIds] : null}::uuid[]))
    order by local_date desc, occurred_at desc, record_id limit ${selection.newest ?? null}`);
}

/** Records of links, still sealed; what is gone is missing. */
export const readRecords = operation<RecordRow>()(
  'records.read',
  { linkIds: 'uuid[]', recordIds: 'uuid[]' },
  `select r.link_id as "linkId", r.record_id as "recordId", r.account_ref as "accountRef",
    r.subject_index as "subjectIndex", r.epoch, r.sealed
  from unnest($linkIds, $recordIds) as w (link_id, record_id)
  join records r on w.link_id = r.link_id and w.record_id = r.record_id`,
);

async function recordsById(tx: Transaction, messages: readonly SealedMessage[]): Promise<Map<string, RecordRow>> {
  const own = messages.flatMap(({ linkId, recordId }) => (recordId ? [{ linkId, recordId }] : []));
  const wanted = [...own, ...messages.flatMap(({ companion }) => companion ?? [])];
  if (wanted.length === 0) return new Map();
  const rows = await tx.run(readRecords, {
    linkIds: wanted.map((one) => one.linkId),
    recordIds: wanted.map((one) => one.recordId),
  });
  return new Map(rows.map((row) => [row.recordId, row]));
}

interface PageToOpen {
  readonly held: ReadonlyMap<LinkId, LinkKey>;
  readonly readable: readonly SealedMessage[];
  readonly rows: ReadonlyMap<string, RecordRow>;
  readonly consented: ReadonlyMap<LinkId, ReadonlySet<Purpose>>;
}

/** Opens what can be opened: one message whose bytes were altered keeps nobody from the others. */
function openPage(page: PageToOpen, log: Log | undefined): Map<string, OpenedMessage> {
  const opened = new Map<string, OpenedMessage>();
  for (const message of page.readable) {
    try {
      const one = openOne(page, message);
      if (one) opened.set(message.messageId, one);
    } catch (error) {
      if (!isTellerlineError(error, 'sealed_unreadable')) throw error;
      log?.error(
        { alarm: 'message_unreadable', message: message.messageId },
        'a message does not open and is left out',
      );
    }
  }
  return opened;
}

function openOne(
  { held, rows, consented }: PageToOpen,
  { messageId, linkId, also, recordId, sealed, companion }: SealedMessage,
): OpenedMessage | undefined {
  const key = held.get(linkId);
  if (!key) return undefined;
  if (sealed) {
    const keys = [key, ...also.flatMap((one) => held.get(one) ?? [])];
    return { from: 'message', content: openMessageContent(keys, messageId, sealed) };
  }
  const shown = (of: LinkId, id: RecordId | null): RecordContent | undefined => {
    const [own, row] = [held.get(of), id ? rows.get(id) : undefined];
    if (!own || row?.epoch !== own.epoch) return undefined;
    return openRecord(own, row, ['message'], consented.get(of)).content;
  };
  const content = shown(linkId, recordId);
  if (!content) return undefined;
  const beside = companion && shown(companion.linkId, companion.recordId);
  return { from: 'record', content, ...(beside && { beside }) };
}

/** Enters a use, in the transaction that has checked it. */
async function enterAccess(
  tx: Transaction,
  parts: LedgerParts,
  request: AccessRequest,
  records: number,
): Promise<void> {
  await enterInLedger(tx, parts, [accessOf({ ...request, records })]);
}

/**
 * A page of history is one access per link and purpose on it, however many messages it shows; an answer that
 * was read from several links is a use of each.
 */
async function enterPage(
  tx: Transaction,
  parts: LedgerParts,
  actor: Actor,
  messages: readonly SealedMessage[],
  shown: ShownOn | undefined,
): Promise<void> {
  const { customerId } = actor;
  const reason = shown?.reason ?? 'conversation-shown';
  const ofLinks = messages.flatMap(({ linkId, also, purpose }) =>
    [linkId, ...also].map((one) => `${one}|${purpose ?? 'none'}`),
  );
  for (const { companion } of messages) if (companion) ofLinks.push(`${companion.linkId}|${companion.purpose}`);
  const groups = Map.groupBy(ofLinks, (group) => group);
  const uses = [...groups].map(([group, some]): AccessDraft => {
    const [linkId = '', purpose = ''] = group.split('|');
    requirePurposeMay(purpose, ['message']);
    requireActorMay(actor, purpose, ['message']);
    return {
      type: 'access',
      customerId,
      linkId: linkId as LinkId,
      purpose,
      actor: actorName(actor),
      fields: ['message'],
      reason,
      records: some.length,
    };
  });
  const delivery: DeliveryDraft[] =
    shown && messages.length > 0 ? [{ type: 'delivery', customerId, ...shown, messages: messages.length }] : [];
  await enterInLedger(tx, parts, [...uses, ...delivery]);
}
