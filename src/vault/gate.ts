import type { AccountRef, LinkId } from '#base';
import { TellerlineError } from '#base';
import type { Purpose } from '#contract';
import type { Transaction } from '#db';
import { requireActorMay, type Actor } from './actor.ts';
import { createDistilled } from './distilled.ts';
import { look, openCase, type SealedCasePart, type StaffSelection, type StaffUse } from './in-case.ts';
import { enterInLedger, type LedgerParts } from './ledger.ts';
import { readPage, type OpenedMessage, type SealedMessage, type ShownOn } from './page.ts';
import { Plaintext } from './plaintext.ts';
import type { OpenedRecord, RecordContent, RecordSelection } from './records.ts';
import type { DistilledPlace } from './sealing.ts';
import { distilledOf, recordsOfLinks } from './several-links.ts';
import { requirePurposeMay } from './uses.ts';
import { accessOf, enterAccess, openRecord, requireUse, selectRecords, withKeys, type RecordRow } from './using.ts';

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
   * refused for refuses all. A long reading is kept as `distilled` keeps what it makes, so that another question about
   * the same days need not open all of it again; each time it is read it is entered as a use of all of it.
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

/** Makes the gate. It alone, by the files of its uses, calls what opens a record or a message (`sealing.ts`). */
export function createGate(parts: LedgerParts): Gate {
  const { readers, keys, clock } = parts;
  const memory = createDistilled(parts);
  return {
    recordsOfLinks: (reads, span) => recordsOfLinks(parts, memory, reads, span),
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
