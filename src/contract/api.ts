import * as z from 'zod';
import { CONSENT_DAYS_MAX, MESSAGE_CHARACTERS_MAX } from './bounds.ts';
import { transactionCardSchema } from './cards.ts';
import { accountLabelSchema } from './purchase.ts';
import { DETAILS } from './detail.ts';
import { CHAT_FIELDS } from './chat-fields.ts';
import { purposeSchema } from './purposes.ts';

/** Bodies of the web messenger's own calls (`/api/…`), by the session cookie. */

const detailSchema = z.enum(DETAILS);
const instant = z.iso.datetime({ offset: true });
/** The languages that everything is written in. */
export const localeSchema = z.enum(['en', 'es']);
/** English or Spanish. */
export type Locale = z.infer<typeof localeSchema>;

/** A bank as screens show it: two letters, a name, an accent, and the number that customers call. */
export const bankFaceSchema = z.object({
  id: z.string(),
  name: z.string(),
  mark: z.string(),
  /** Light and dark accent, from the directory. */
  accent: z.object({ light: z.string(), dark: z.string() }),
  telephone: z.string(),
  /** A shop among them: it gives receipts and parcels, and can be called under no telephone of a bank’s. */
  kind: z.literal('shop').optional(),
});
/** A bank as screens show it. */
export type BankFace = z.infer<typeof bankFaceSchema>;

/** A link as the customer's own screens show it. */
export const linkFaceSchema = z.object({
  id: z.uuid(),
  bank: z.string(),
  state: z.enum(['linked', 'reconnect']),
  purposes: z.array(purposeSchema),
  /** What staff of the bank may see when one writes to them, beside `customer-chat`. */
  chatFields: z.array(z.enum(CHAT_FIELDS)).optional(),
  accounts: z.array(accountLabelSchema),
  expiresAt: instant,
  /** False while the look-back is being read. */
  historyRead: z.boolean(),
  /** True while the bank, which holds its own key, does not release it: its accounts are not named, and it can be stopped. */
  unreadable: z.boolean().optional(),
  /** Since when nothing could be read of a bank that has to be asked; missing while it can. */
  unreadSince: instant.optional(),
});
/** A link as the customer's own screens show it; a stopped one is not shown. */
export type LinkFace = z.infer<typeof linkFaceSchema>;

/** `POST /api/session`: opens a session, or takes up the one whose cookie came along. */
export const sessionRequestSchema = z.object({ locale: localeSchema, timeZone: z.string().min(1).max(64) });

/** `GET /api/me` and the answer of `POST /api/session`. */
export const meSchema = z.object({
  locale: localeSchema,
  timeZone: z.string(),
  banks: z.array(bankFaceSchema),
  links: z.array(linkFaceSchema),
  /** Where the conversation stood when this was answered. */
  lastSeq: z.int(),
  readSeq: z.int(),
  /** What the customer types goes to the staff of this bank; absent: to Tellerline. */
  talk: z.object({ case: z.uuid(), number: z.int(), bank: z.string(), staff: z.string().optional() }).optional(),
});
/** What a browser knows of its customer: how to speak, what can be linked, what is. */
export type Me = z.infer<typeof meSchema>;

/** `PUT /api/settings` */
export const settingsSchema = z.object({
  locale: localeSchema.optional(),
  timeZone: z.string().min(1).max(64).optional(),
});

/** `POST /api/messages`: safe to repeat; the same `clientId` is stored once. Answers 202 with its `seq`. */
export const sayRequestSchema = z.object({
  clientId: z.uuid(),
  text: z
    .string()
    .min(1)
    .max(MESSAGE_CHARACTERS_MAX)
    .refine((text) => text.isWellFormed(), 'whole characters'),
});
/** The number under which the message was stored. */
export const sayAnswerSchema = z.object({ seq: z.int() });

/** `POST /api/acts`: presses a button. */
export const actRequestSchema = z.object({ token: z.string().min(1).max(700) });
/** What happened, when it is not said in the conversation itself: the account's deletion ends the conversation. */
export const actAnswerSchema = z.object({ receipt: z.lazy(() => deletionReceiptSchema).optional() });

/** `POST /api/links`: a one-time address for one bank, bound to this browser session. */
export const linkRequestSchema = z.object({ bank: z.string() });
/** Path of the linking page, good once, for twenty minutes, in this browser. */
export const linkAnswerSchema = z.object({ address: z.string() });

/**
 * `GET /api/linking/{attempt}`: the disclosure, complete and in one language. The page shows exactly this
 * text and signs its hash, so what was agreed can be shown again word for word.
 */
export const disclosureSchema = z.object({
  attempt: z.string(),
  bank: bankFaceSchema,
  locale: localeSchema,
  /** Version of the wording, such as "2026-11-20". */
  version: z.string(),
  title: z.string(),
  lead: z.string(),
  purposes: z.array(
    z.object({
      purpose: purposeSchema,
      title: z.string(),
      note: z.string(),
      data: z.string(),
      available: z.boolean(),
      /** Of `customer-chat`: what staff may see when one writes to them, each ticked by itself. */
      fields: z
        .object({
          title: z.string(),
          note: z.string(),
          choices: z.array(
            z.object({
              field: z.enum(CHAT_FIELDS),
              title: z.string(),
              data: z.string(),
              /** Which other purpose has to be switched on for it, in words. */
              needs: z.string().optional(),
            }),
          ),
        })
        .optional(),
    }),
  ),
  previews: z.object({
    title: z.string(),
    note: z.string(),
    /** Of a bank; what a shop sends is shown in `lines` alone. */
    card: transactionCardSchema.optional(),
    lines: z.array(z.object({ purpose: purposeSchema, text: z.string(), when: z.string() })),
  }),
  /** Sections in the order to show: who, what is read, how long, how to stop, certification, contact. */
  sections: z.array(z.object({ id: z.string(), title: z.string(), items: z.array(z.string()) })),
  durations: z.array(z.object({ days: z.int(), label: z.string(), ends: z.string() })),
  /** `go`: the button that signs, where no bank’s login follows. */
  signature: z.object({ label: z.string(), note: z.string(), go: z.string().optional() }),
  /** Where another messenger's chat asked: how much of each purpose is shown there, with the very words of each level. */
  levels: z
    .object({
      title: z.string(),
      note: z.string(),
      choices: z.array(
        z.object({
          purpose: purposeSchema,
          title: z.string(),
          examples: z.array(z.object({ detail: detailSchema, label: z.string(), text: z.string() })),
        }),
      ),
    })
    .optional(),
  /** SHA-256 over the RFC 8785 form of all fields but this one and `attempt`, hex: the same text has the same hash. */
  hash: z.string(),
});
/** The text that is shown before a consent, whole, and what can be chosen in it. */
export type Disclosure = z.infer<typeof disclosureSchema>;

/** A name that a person can read: a letter at least, and nothing invisible. */
function isName(name: string): boolean {
  const visible = name.replaceAll(/[\u115F\u1160\u3164\uFFA0]/gu, '');
  return /\p{L}/u.test(visible) && name.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Co}]/u.test(name);
}

/** `POST /api/linking/{attempt}/sign`: answers where the bank's login is. */
export const signRequestSchema = z.object({
  hash: z.string(),
  purposes: z.array(purposeSchema).min(1),
  /** Beside `customer-chat`: what staff may see. */
  chatFields: z.array(z.enum(CHAT_FIELDS)).max(CHAT_FIELDS.length).optional(),
  durationDays: z.int().min(1).max(CONSENT_DAYS_MAX),
  /** Where another messenger's chat asked; a purpose that is not named is told by a pointer there. */
  details: z.partialRecord(purposeSchema, detailSchema).optional(),
  signature: z.string().trim().min(1).max(100).refine(isName, 'a name, with a letter that can be seen'),
});
/** Address of the bank's login, where the browser goes next. */
export const signAnswerSchema = z.object({ continueTo: z.string() });

/** `POST /api/linking/claim`: takes up the one-time address that a chat at another messenger was given. */
export const claimRequestSchema = z.object({ token: z.string().regex(/^[\w-]{43}$/) });

/** `shop`: it is a shop or a carrier, and no bank. */
const ofChat = { bank: z.string(), chat: z.string(), shop: z.boolean().optional() };
/** `GET /api/linking/{attempt}/standing`: a linking that a chat at another messenger asked for. */
export const linkingStandingSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('open'), ...ofChat }),
  /** The bank's login is done: `code` has to be said in that chat until then. */
  z.object({
    state: z.literal('confirming'),
    code: z.string(),
    until: instant,
    ...ofChat,
  }),
  z.object({ state: z.literal('storing'), ...ofChat }),
  /** `mayEnter`: this browser may open the chat, as the bank's login was that of its customer. */
  z.object({ state: z.literal('linked'), mayEnter: z.boolean(), ...ofChat }),
  z.object({
    state: z.literal('ended'),
    why: z.enum(['declined', 'late', 'wrong-code', 'foreign-chat', 'failed']),
    ...ofChat,
  }),
]);
/** Where such a linking stands. */
export type LinkingStanding = z.infer<typeof linkingStandingSchema>;

/** Every refusal has this body. */
export const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** Which event of a batch, counted from 0. */
  index: z.int().optional(),
  /** Which field, dotted: `events.3.transaction.amount`. */
  field: z.string().optional(),
  retryAfterSeconds: z.int().optional(),
});
/** A refusal: a stable code and a plain sentence, and where a batch or a form is wrong. */
export type Problem = z.infer<typeof problemSchema>;

/** What was erased, said at the end of a link or of an account. */
export const deletionReceiptSchema = z.object({
  /** The address of the signed receipt, on our own origin: see docs/proof-log.md. */
  receipt: z.string(),
  at: instant,
  scope: z.enum(['link', 'account']),
  /** `bankUntold`: the bank's own key service kept shut what tells it. */
  banks: z.array(
    z.object({
      bank: z.string(),
      records: z.int(),
      messages: z.int(),
      bankConfirmed: z.boolean(),
      bankUntold: z.boolean().optional(),
    }),
  ),
  identities: z.int(),
  keysDestroyed: z.int(),
});
/** What a deletion erased, in counts. */
export type DeletionReceipt = z.infer<typeof deletionReceiptSchema>;
