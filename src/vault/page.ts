import type { IdentityId, LinkId, Log, RecordId } from '#base';
import { isTellerlineError, TellerlineError } from '#base';
import { linksWithCases, purposesInForce } from '#consent';
import type { Purpose } from '#contract';
import { operation, type Transaction } from '#db';
import { actorName, requireActorMay, type Actor } from './actor.ts';
import type { LinkKey } from './keys.ts';
import type { AccessDraft, DeliveryDraft } from './ledger-records.ts';
import { enterInLedger, type LedgerParts } from './ledger.ts';
import { Plaintext } from './plaintext.ts';
import type { RecordContent } from './records.ts';
import { messageEpoch, openMessageContent } from './sealing.ts';
import { requirePurposeMay } from './uses.ts';
import { openRecord, withKeys, type RecordRow } from './using.ts';

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

/** See `Gate.page`. */
export async function readPage(
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
