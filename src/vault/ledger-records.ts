import type { CausedBy } from '#consent';
import type { BankId, CaseId, ConsentId, CustomerId, EntryId, IdentityId, LinkId } from '#base';
import type { LogRecord } from '#proof';

/** One use of a link's data. Entered by the gate alone. */
export interface AccessDraft {
  readonly type: 'access';
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly actor: string;
  /** A purpose, or `none` for messages about a link that need none. */
  readonly purpose: string;
  readonly fields: readonly string[];
  readonly reason: string;
  /** Records or messages that it opened; 0 when the bank was asked. */
  readonly records: number;
}

/** A change of a consent. */
export interface ConsentDraft {
  readonly type: 'consent';
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly consentId: ConsentId;
  readonly change: 'granted' | 'amended' | 'renewed' | 'expired' | 'revoked';
  readonly by: CausedBy;
  /** After the change: of an ended consent those that it had last. */
  readonly purposes: readonly string[];
  /** What staff may see; of a consent to `customer-chat` alone. */
  readonly chatFields?: readonly string[];
  readonly accounts: number;
  readonly until: Date;
}

/** What a customer allows a bank's staff in one case: its words, and the fields added for this talk. */
export interface CaseConsentDraft {
  readonly type: 'case-consent';
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly caseId: CaseId;
  readonly change: 'opened' | 'widened' | 'reopened' | 'closed';
  readonly by: CausedBy;
  /** After the change. */
  readonly fields: readonly string[];
}

/** What was deleted, in counts. When its window ends is added as it is entered. */
export interface DeletionDraft {
  readonly type: 'deletion';
  readonly customerId: CustomerId;
  /** Null when it is of the whole account, or of several links. */
  readonly linkId: LinkId | null;
  readonly bankId: BankId | null;
  readonly what: 'link' | 'narrowed' | 'account' | 'bank';
  readonly by: CausedBy;
  readonly keys: number;
  readonly records: number;
  readonly messages: number;
}

/** A link ended and its bank could not be told: what tells it stood under a key that the bank does not release. */
export interface UntoldDraft {
  readonly type: 'untold';
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly bankId: BankId;
  /** Who caused the end. */
  readonly by: CausedBy;
}

/** Messages read from a link that went to one channel identity. */
export interface DeliveryDraft {
  readonly type: 'delivery';
  readonly customerId: CustomerId;
  /** The messenger, such as `web`. */
  readonly channel: string;
  readonly identityId: IdentityId;
  readonly detail: 'full' | 'masked' | 'pointer';
  readonly messages: number;
  readonly reason: string;
}

/** What is entered in a customer's ledger beside the uses that the gate enters. */
export type LedgerDraft = ConsentDraft | CaseConsentDraft | DeletionDraft | DeliveryDraft | UntoldDraft;

/** When and as what a draft is entered. */
export interface Entering {
  readonly entryId: EntryId;
  readonly atMs: number;
  /** From a deletion until older copies of the database open nothing of it either. */
  readonly windowMs: number;
}

/** The record of a draft, exactly as the log commits to it; docs/proof-log.md lists the fields. A change needs a new `type`. */
export function recordOf(draft: AccessDraft | LedgerDraft, { entryId, atMs, windowMs }: Entering): LogRecord {
  const { type, customerId: customer } = draft;
  const head = { type, id: entryId, at: new Date(atMs).toISOString(), customer };
  switch (draft.type) {
    case 'access': {
      const { linkId: link, actor, purpose, fields, reason, records } = draft;
      return { ...head, link, actor, purpose, fields, reason, records };
    }
    case 'consent': {
      const { linkId: link, bankId: bank, consentId: consent, change, by, purposes, accounts, until } = draft;
      const seen = draft.chatFields && { chatFields: draft.chatFields };
      return { ...head, link, bank, consent, change, by, purposes, ...seen, accounts, until: until.toISOString() };
    }
    case 'case-consent': {
      const { linkId: link, bankId: bank, caseId, change, by, fields } = draft;
      return { ...head, link, bank, case: caseId, change, by, fields };
    }
    case 'deletion': {
      const { what, by, keys, records, messages } = draft;
      const of = { link: draft.linkId ?? '', bank: draft.bankId ?? '' };
      return { ...head, ...of, what, by, keys, records, messages, window: new Date(atMs + windowMs).toISOString() };
    }
    case 'untold':
      return { ...head, link: draft.linkId, bank: draft.bankId, by: draft.by };
    case 'delivery': {
      const { channel, identityId: identity, detail, messages, reason } = draft;
      return { ...head, channel, identity, detail, messages, reason };
    }
  }
}
