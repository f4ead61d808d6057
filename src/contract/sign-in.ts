import * as z from 'zod';

/** Passkeys and sessions (`/api/…`), by the session cookie. */

const instant = z.iso.datetime({ offset: true });
const base64url = z
  .string()
  .regex(/^[\w-]+$/)
  .max(16_384);

/**
 * Acts that loosen something: each needs a passkey or the bank's login, given for this very act, for "a stolen
 * chat must not be able to say yes, it was me".
 */
export const looseningActs = [
  'add-passkey',
  'remove-passkey',
  'renew-consent',
  'widen-consent',
  'release-hold',
  'unfreeze-card',
  'raise-limit',
  'replace-card',
  'widen-card-use',
  'raise-detail',
] as const;
/** A loosening act's name. */
export type LooseningActName = (typeof looseningActs)[number];

/** What is to be proven: an act and what it is about, such as the id of a passkey or of a consent; '' for nothing more. */
export const looseningActSchema = z.object({ act: z.enum(looseningActs), subject: z.string().max(200) });
/** A loosening act with its subject. */
export type LooseningAct = z.infer<typeof looseningActSchema>;

/** A browser in coarse words, such as Firefox and Android; '' when it does not say. */
const browserKind = { browser: z.string(), system: z.string() };

/** One browser in which the customer is signed in. Times are no finer than the hour. */
export const sessionFaceSchema = z.object({
  id: z.uuid(),
  ...browserKind,
  startedAt: instant,
  lastSeenAt: instant,
  /** The one that asks. */
  current: z.boolean(),
});
/** One browser in which the customer is signed in. */
export type SessionFace = z.infer<typeof sessionFaceSchema>;
/** `GET /api/sessions` */
export const sessionsSchema = z.object({ sessions: z.array(sessionFaceSchema) });
/** `DELETE /api/sessions`: how many others were ended. */
export const sessionsEndedSchema = z.object({ ended: z.int() });

/** A passkey as its customer sees it: where and when it was made. */
export const passkeyFaceSchema = z.object({
  id: z.uuid(),
  ...browserKind,
  /** Kept in the maker's account too, and so on the customer's other devices. */
  backedUp: z.boolean(),
  addedAt: instant,
  usedAt: instant.nullable(),
});
/** A passkey as its customer sees it. */
export type PasskeyFace = z.infer<typeof passkeyFaceSchema>;
/** `GET /api/passkeys`, and the answer of `POST /api/passkeys`. */
export const passkeysSchema = z.object({
  passkeys: z.array(passkeyFaceSchema),
  /** What adding one takes now: nothing more, or a proof for `add-passkey` first. */
  adding: z.enum(['free', 'proof']),
  /** Linked banks whose login proves that it is the customer. */
  banks: z.array(z.string()),
});
/** The customer's passkeys, and what can be done with them. */
export type Passkeys = z.infer<typeof passkeysSchema>;

/** What the browser's passkey dialogue is opened with: `PublicKeyCredentialCreationOptionsJSON` or `…RequestOptionsJSON` of WebAuthn. */
export const passkeyOptionsSchema = z.record(z.string(), z.unknown());

const credential = { id: base64url, rawId: base64url, type: z.literal('public-key') };

/** A new passkey as the browser gives it (`RegistrationResponseJSON` of WebAuthn), as far as it is read. */
export const newPasskeySchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(32)).max(8).optional(),
  }),
});
/** A new passkey as the browser gives it. */
export type NewPasskey = z.infer<typeof newPasskeySchema>;

/** A passkey's signature (`AuthenticationResponseJSON` of WebAuthn), as far as it is read. */
export const passkeyAnswerSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.optional(),
  }),
});
/** A passkey's signature. */
export type PasskeyAnswer = z.infer<typeof passkeyAnswerSchema>;

/** `POST /api/proofs`: the act that is proven, and the signature over the challenge given for it. */
export const proofSchema = z.object({ ...looseningActSchema.shape, answer: passkeyAnswerSchema });
/** `POST /api/proofs/bank`: the same by the login at a linked bank. */
export const bankProofSchema = z.object({ ...looseningActSchema.shape, bank: z.string().max(64) });
/** `POST /api/bank-session`: signing in by the login at a bank that is linked. */
export const bankSessionSchema = z.object({
  bank: z.string().max(64),
  /** Where the browser goes on afterwards: the secure view that it came from. The chat when it is not said. */
  back: z.literal('view').optional(),
});
