/** A row by its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** A customer, as `customers.read` answers them. */
export interface ModelCustomer {
  readonly locale: string;
  readonly timeZone: string;
  readonly quiet: { readonly from: string; readonly to: string } | null;
  readonly digestHour: number | null;
}

/** A key under a root; without a generation it stands under the provider's own. */
export interface ModelWrapped {
  readonly generation: number | null;
  readonly wrapped: Buffer;
}

/** A link with its key: what `links` and `link_keys` hold. */
export interface ModelKey {
  readonly linkId: string;
  readonly customerId: string;
  readonly bankId: string;
  /** Of the link. */
  readonly state: 'linked' | 'reconnect' | 'stopping' | 'stopped';
  readonly epoch: number;
  readonly generation: number | null;
  /** Null when it is destroyed. */
  readonly wrapped: Buffer | null;
  readonly closed: boolean;
}

/** An account of a link. */
export interface ModelAccount {
  readonly linkId: string;
  readonly accountRef: string;
  readonly index: Buffer;
  readonly detail: Buffer;
  readonly leftOut: boolean;
  /** What its customer wants to be told, and on which side of their limit it is; sealed. */
  readonly hearing: Buffer | null;
  readonly low: Buffer | null;
  readonly watch: Buffer | null;
}

/** A consent that is granted. */
export interface ModelConsent {
  readonly purposes: readonly string[];
  readonly until: Date;
}

/** A sealed record. */
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

/** A message as it stands. */
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

/** One entry of a conversation. */
export interface ModelEntry {
  readonly seq: number;
  readonly entry: string;
  readonly messageId: string;
  readonly at: Date;
}

/** A conversation; its entries stand in a table of their own. */
export interface ModelConversation {
  readonly conversationId: string;
  readonly customerId: string;
  lastSeq: number;
}

/** A leaf of the proof log before it has its place there. */
export interface ModelLeaf {
  readonly leaf: Buffer;
  readonly commitments: Buffer;
}

/** The tables that the operations touch. */
export class Tables {
  readonly customers = new Map<string, ModelCustomer>();
  /** By index, in Latin-1: an account that two customers share stands there twice. */
  readonly accounts = new Map<string, ModelAccount[]>();
  readonly keys = new Map<string, ModelKey>();
  /** By link. */
  readonly consents = new Map<string, ModelConsent>();
  /** By customer. */
  readonly ledgerKeys = new Map<string, ModelWrapped>();
  readonly conversations = new Map<string, ModelConversation>();
  /** By customer. */
  readonly conversationOf = new Map<string, ModelConversation>();
  /** By conversation, in the order in which they were entered. */
  readonly entries = new Map<string, ModelEntry[]>();
  /** Hashes by `sender|event`. */
  readonly eventKeys = new Map<string, Buffer>();
  /** By `link|subject`. */
  readonly records = new Map<string, ModelRecord>();
  /** By `link|record`. */
  readonly recordsById = new Map<string, ModelRecord>();
  readonly recordsOfLink = new Map<string, Set<ModelRecord>>();
  /** By `conversation|message`. */
  readonly messages = new Map<string, ModelMessage>();
  readonly messagesOfRecord = new Map<string, Set<ModelMessage>>();
  /** By `customer|entry`. */
  readonly ledger = new Map<string, Row>();
  readonly leaves = new Map<number, ModelLeaf>();
  /** The id given last. What is rolled back gives none back, as with any SEQUENCE of PostgreSQL. */
  lastLeafId = 0;
  /** By `sender|day|what`. */
  readonly counts = new Map<string, number>();
}
