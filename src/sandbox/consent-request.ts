import * as z from 'zod';

/** What FDX lets a recipient ask for. */
export const DATA_CLUSTERS = [
  'ACCOUNT_BASIC',
  'ACCOUNT_DETAILED',
  'ACCOUNT_PAYMENTS',
  'CUSTOMER_CONTACT',
  'CUSTOMER_PERSONAL',
  'INVESTMENTS',
  'STATEMENTS',
  'TRANSACTIONS',
  // Additions of ours (docs/card-control-api.md): what is no data, and is done for the customer.
  'CARD_CONTROL',
  'HOLD_ANSWERS',
] as const;
/** One of FDX's kinds of data, or of what may be done. */
export type DataCluster = (typeof DATA_CLUSTERS)[number];

/** A year: the longest that a consent may last, or look back (12 CFR 1033.421(b)(2)). */
const DAYS_MAX = 365;

const days = z.int().min(1).max(DAYS_MAX);

/**
 * The authorization detail `fdx_v1.0` (FDX consent, RFC 9396). `chat` is an addition of ours: the name
 * of what the data will be joined to, shown to the customer as the recipient gave it.
 */
const consentRequestSchema = z
  .strictObject({
    durationType: z.enum(['ONE_TIME', 'PERSISTENT', 'TIME_BOUND']),
    durationPeriod: days.optional(),
    lookbackPeriod: days.optional(),
    chat: z.string().trim().min(1).max(120).optional(),
    resources: z
      .array(
        z.strictObject({
          resourceType: z.enum(['ACCOUNT', 'CUSTOMER', 'DOCUMENT']),
          dataClusters: z.array(z.enum(DATA_CLUSTERS)).min(1),
        }),
      )
      .min(1),
  })
  .refine((request) => request.durationType !== 'TIME_BOUND' || request.durationPeriod !== undefined, {
    path: ['durationPeriod'],
    error: 'required when durationType is TIME_BOUND',
  });

/** What a recipient asks a customer for, in FDX's words. Periods are in days. */
export type ConsentRequest = z.infer<typeof consentRequestSchema>;

const authorizationDetailSchema = z.strictObject({
  type: z.literal('fdx_v1.0'),
  consentRequest: consentRequestSchema,
});

/** Reads one authorization detail; answers the request, or a sentence naming the first field that is wrong. */
export function readConsentRequest(detail: unknown): ConsentRequest | { readonly refused: string } {
  const read = authorizationDetailSchema.safeParse(detail);
  if (read.success) return read.data.consentRequest;
  const [issue] = read.error.issues;
  return { refused: `${issue?.path.join('.') || 'authorization_details'}: ${issue?.message ?? 'not readable'}` };
}

/** Every cluster asked for, each once, in FDX's order. */
export function clustersOf(request: ConsentRequest): readonly DataCluster[] {
  const asked = new Set(request.resources.flatMap((resource) => resource.dataClusters));
  return DATA_CLUSTERS.filter((cluster) => asked.has(cluster));
}

/** How many days the consent lasts. A one-time consent is good for the day it was given. */
export function durationDaysOf(request: ConsentRequest): number {
  if (request.durationType === 'ONE_TIME') return 1;
  return request.durationPeriod ?? DAYS_MAX;
}

/** How many days of history may be read; FDX leaves the default open, here it is 90 days. */
export function lookbackDaysOf(request: ConsentRequest): number {
  return request.lookbackPeriod ?? 90;
}
