import * as z from 'zod';
import { localeSchema, type Locale } from './api.ts';

/** Web push and e-mail (`/api/push`, `/api/email`), by the session cookie. Both say only that there is something new. */

const base64url = z.string().regex(/^[A-Za-z0-9_-]+={0,2}$/);

/** What a browser's `PushSubscription` says of itself. */
export const pushSubscriptionSchema = z.object({
  endpoint: z.url().max(1024),
  keys: z.object({ p256dh: base64url.min(80).max(100), auth: base64url.min(16).max(32) }),
});
/** Where a browser is pushed to, and the keys under which. */
export type PushSubscription = z.infer<typeof pushSubscriptionSchema>;

/** `PUT /api/push` */
export const pushRequestSchema = z.object({
  subscription: pushSubscriptionSchema,
  /** Told only when a messenger may not be written to. */
  spare: z.boolean().default(false),
});

/** `DELETE /api/push` */
export const pushEndSchema = z.object({ endpoint: z.url().max(1024) });

/** `GET /api/push` */
export const pushStateSchema = z.object({
  /** The key for `pushManager.subscribe`. */
  publicKey: z.string(),
  /** The browsers that are told, in the order in which they were turned on. */
  browsers: z.array(
    z.object({
      /** The channel's, as in `GET /api/channels`. */
      id: z.uuid(),
      /** By which a browser knows itself. */
      endpoint: z.string(),
      /** '' when it did not say. */
      browser: z.string(),
      system: z.string(),
    }),
  ),
});
/** What a browser needs to be told, and which ones are. */
export type PushState = z.infer<typeof pushStateSchema>;

/** What a notification is given: the words that it shows, and their language. */
export interface PushNotice {
  readonly text: string;
  readonly locale: Locale;
}

/** `PUT /api/email`: a code goes to the address. */
export const emailRequestSchema = z.object({ address: z.string().trim().min(3).max(254) });

/** `POST /api/email`: the code that came. */
export const emailCodeSchema = z.object({
  code: z.string().regex(/^\d{6}$/),
  /** Told only when a messenger may not be written to. */
  spare: z.boolean().default(true),
});

/** `GET /api/email`, and the answer of a change. */
export const emailStateSchema = z.object({
  /** Whether this hub sends e-mail at all. */
  available: z.boolean(),
  /** The confirmed address, as its customer wrote it. */
  address: z.string().optional(),
  /** A code was sent and is still good. */
  asked: z.boolean(),
  locale: localeSchema,
});
/** Whether and where a customer is told by e-mail. */
export type EmailState = z.infer<typeof emailStateSchema>;
