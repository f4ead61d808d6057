import * as z from 'zod';
import { bankFaceSchema, linkFaceSchema, localeSchema } from './api.ts';
import { accountLabelSchema } from './purchase.ts';
import { CHAT_FIELDS } from './chat-fields.ts';
import { purposeSchema } from './purposes.ts';

/** Bodies of the privacy centre's own calls, by the session cookie. */

const instant = z.iso.datetime({ offset: true });

/** A link as the privacy centre shows it, with what can be switched off. */
export const sharedLinkSchema = linkFaceSchema.extend({
  accounts: z.array(accountLabelSchema.extend({ id: z.uuid() })),
  grantedAt: instant,
  /** A dispute is in hand at the bank: it goes on there when the link is stopped. */
  disputed: z.boolean().optional(),
  /** Where the signed copy of what was agreed is shown. */
  copy: z.string(),
});
/** A link as the privacy centre shows it. */
export type SharedLink = z.infer<typeof sharedLinkSchema>;

/** A link that has ended. */
export const endedLinkSchema = z.object({
  id: z.uuid(),
  bank: z.string(),
  endedAt: instant,
  by: z.enum(['customer', 'bank', 'staff', 'operator', 'expiry']),
  copy: z.string(),
  /**
   * Whether the bank has confirmed the end of its grant; absent when it was the bank that ended it, or long ago.
   * `untold`: the bank's own key service kept shut what tells it.
   */
  told: z
    .object({ state: z.enum(['open', 'confirmed', 'given-up', 'untold']), at: instant, attempts: z.int() })
    .optional(),
});
/** A link that has ended. */
export type EndedLink = z.infer<typeof endedLinkSchema>;

/** A signed receipt of a deletion, while it is kept. */
export const keptReceiptSchema = z.object({
  /** Where it is fetched, on our own origin; whoever holds the address can. */
  address: z.string(),
  at: instant,
  /** A whole link, what a smaller consent gave up, or everything of a bank that withdrew. */
  what: z.enum(['link', 'narrowed', 'bank']),
  /** Absent when it is of several banks. */
  bank: z.string().optional(),
  records: z.int(),
  messages: z.int(),
  /** Until when it is kept here. */
  until: instant,
});
/** A signed receipt of a deletion, while it is kept. */
export type KeptReceipt = z.infer<typeof keptReceiptSchema>;

/** `GET /api/privacy` */
export const privacySchema = z.object({
  locale: localeSchema,
  timeZone: z.string(),
  banks: z.array(bankFaceSchema),
  links: z.array(sharedLinkSchema),
  ended: z.array(endedLinkSchema),
  /** Newest first. */
  receipts: z.array(keptReceiptSchema),
});
/** What is shared now and what was: the privacy centre's first screen. */
export type Privacy = z.infer<typeof privacySchema>;

/** `POST /api/links/{link}/narrow`: what is no longer shared. What was given up before is no error. */
export const narrowRequestSchema = z
  .object({
    purposes: z.array(purposeSchema).max(7).default([]),
    accounts: z.array(z.uuid()).max(200).default([]),
    /** What staff may no longer see. */
    chatFields: z.array(z.enum(CHAT_FIELDS)).max(CHAT_FIELDS.length).default([]),
  })
  .refine(
    ({ purposes, accounts, chatFields }) => purposes.length + accounts.length + chatFields.length > 0,
    'a purpose, an account or a field',
  );

const base64 = z.string();

/** An entry of the customer's ledger with what proves it; docs/proof-log.md says how it is checked. */
export const ledgerEntrySchema = z.object({
  record: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()])),
  salt: base64,
  leaf: z.object({ index: z.int(), entries: z.int(), position: z.int(), path: z.array(base64) }),
  path: z.array(base64),
});
/** An entry of the customer's ledger with what proves it. */
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

/** `GET /api/ledger`: newest first. */
export const ledgerPageSchema = z.object({
  /** The log's public key, as `/log/key` shows it. */
  key: z.string(),
  /** The signed note that the proofs lead to. */
  checkpoint: z.string(),
  entries: z.array(ledgerEntrySchema),
  /** Newer records whose leaf no checkpoint covers yet; it will within a second. */
  waiting: z.array(ledgerEntrySchema.shape.record),
  /** `before` of the next page; absent when this was the last. */
  next: z.string().optional(),
});
/** `POST /api/links/{link}/stop` and `…/narrow`: where the signed deletion receipt is, for thirty days; absent when there was nothing left to delete. */
export const deletedAnswerSchema = z.object({ receipt: z.string().optional() });

/** `GET /api/ledger/weeks`: how many entries there are, and in each of the last weeks, oldest first. */
export const ledgerWeeksSchema = z.object({
  total: z.int(),
  weeks: z.array(z.object({ from: z.iso.date(), entries: z.int() })),
});

/** A page of a customer's ledger. */
export type LedgerPage = z.infer<typeof ledgerPageSchema>;
