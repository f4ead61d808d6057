import type { AccountRef, LinkId, MessageId, RecordId } from '#base';
import type {
  AccountLabel,
  Balance,
  BankHold,
  FraudAlertCard,
  HoldAnswer,
  ParcelCard,
  Purchase,
  ReceiptCard,
} from '#contract';

/** By which signature of its bank a record was told: it was verified before anything was read. */
export interface SignedBy {
  /** The RFC 7638 thumbprint of the bank's Ed25519 key, as it stands in the bank's key set. */
  readonly key: string;
  /** The `webhook-id` that was signed with it. */
  readonly webhook: string;
  /** When it was verified here, RFC 3339. */
  readonly at: string;
}

/** The sealed content of an event, or of fetched history; complete in itself, so that a card can be drawn from it alone. */
export type RecordContent =
  | {
      readonly kind: 'transaction';
      readonly bank: string;
      readonly account: AccountLabel;
      readonly transaction: Purchase;
      /** What the account held after it, when the bank said so. */
      readonly balance?: Balance | undefined;
      /** A posting or a reversal was told of it before its authorization. */
      readonly postedFirst?: true;
      /** Absent of what was fetched: that came over the bank's own API, and is signed by nobody. */
      readonly signed?: SignedBy;
    }
  | {
      readonly kind: 'balance';
      readonly bank: string;
      readonly account: AccountLabel;
      readonly balance: Balance;
      readonly signed?: SignedBy;
    }
  | {
      readonly kind: 'receipt';
      /** Id of the shop among those who give data: `shop-…`. */
      readonly bank: string;
      readonly receipt: ReceiptCard;
      readonly order: OrderDetail;
      readonly signed?: SignedBy;
    }
  | {
      readonly kind: 'parcel';
      readonly bank: string;
      readonly parcel: ParcelCard;
      readonly shipment: ShipmentDetail;
      readonly signed?: SignedBy;
    }
  | AlertContent;

/** How far something stands that a bank was asked because of an alert; `wanted`: it is not asked for yet. */
export type AskedOfBank = 'wanted' | 'sent' | 'unknown' | 'confirmed' | 'refused';

/** A purchase that a bank holds and asks about, and all that is known of what became of it. */
export interface AlertContent {
  readonly kind: 'alert';
  readonly bank: string;
  /** The bank's name, for words that are drawn where nobody knows the directory. */
  readonly bankName: string;
  readonly account: AccountLabel;
  /** The bank's own ids. */
  readonly accountId: string;
  readonly caseId: string;
  /** The message that shows it. */
  readonly messageId: MessageId;
  /** As it is shown. */
  readonly card: FraudAlertCard;
  /** The answers that can be given, each with the token of its button; none once one was given. */
  readonly buttons: readonly { readonly answer: HoldAnswer; readonly freezes: boolean; readonly token: string }[];
  /** The answer on its way to the bank, and how the bank says that the purchase stands. */
  readonly hold?: { readonly asked: AskedOfBank; readonly told?: BankHold };
  /** The freezing of the card that goes with "no". */
  readonly freeze?: AskedOfBank;
  readonly signed?: SignedBy;
}

/** What is known of an order beside what its card shows: by it the next telling is put together with this one. */
export interface OrderDetail {
  /** The shop's own id. */
  readonly id?: string;
  /** When the shop last changed what it tells. */
  readonly updatedAt?: string;
  readonly refunds: readonly { readonly id?: string; readonly amount: string; readonly at?: string }[];
  /** The subjects of the order's parcels, hex, in the order in which they were told. */
  readonly parcels: readonly string[];
  /** Of the card that was paid with. */
  readonly cardLast4?: string;
}

/** What is known of a parcel beside what its card shows. */
export interface ShipmentDetail {
  readonly trackingNumber?: string;
  /** The shop's own ids of what it sent, and of the order. */
  readonly id?: string;
  readonly orderId?: string;
  readonly items?: readonly string[];
}

/** A record to be stored. */
export interface RecordDraft {
  readonly linkId: LinkId;
  readonly accountRef: AccountRef;
  /** What it is about at the bank, as a blind index: a second draft about the same replaces the first. */
  readonly subjectIndex: Buffer;
  readonly localDate: string;
  readonly occurredAt: Date;
  /** How far the matter has come; a lower stage never replaces a higher one. */
  readonly stage: number;
  readonly content: RecordContent;
  /** By what the other half of a purchase finds it; written by `matchPurchases` alone. */
  readonly matchKey?: Buffer | null;
}

/** What became of a draft: `kept` means that a record at least as far along was there already. */
export interface StoredRecord {
  readonly recordId: RecordId;
  readonly revision: number;
  readonly outcome: 'created' | 'replaced' | 'kept';
}

/** What became of a draft, with what is now to be shown. */
export interface ToldRecord extends StoredRecord {
  /** What stands: of a purchase told before with the amount that it had, or of which a part was given back. */
  readonly content: RecordContent;
  /** A purchase that was told before now has another amount. */
  readonly amountChanged: boolean;
}

/** Which records to open. */
export interface RecordSelection {
  readonly kind: RecordContent['kind'];
  readonly accountRefs?: readonly AccountRef[];
  /** These alone. */
  readonly recordIds?: readonly RecordId[];
  /** Local dates, both included. */
  readonly from: string;
  readonly to: string;
  /** The newest ones alone, so many. */
  readonly newest?: number;
}

/** An opened record. */
export interface OpenedRecord {
  readonly recordId: RecordId;
  readonly accountRef: AccountRef;
  readonly content: RecordContent;
}
