import * as z from 'zod';

/** What a customer reads out to staff so that they find one link, and nothing else: `7F3A-91C2-04BE`. */
export const referenceSchema = z
  .string()
  .max(40)
  .transform((text) => text.replaceAll(/[\s-]/g, '').toLowerCase())
  .refine((text) => /^[0-9a-f]{12}$/.test(text), 'twelve digits and letters from A to F');

/** `POST /api/console/sign-in`: the operator's secret, or what the address of a start carries. */
export const operatorSignInSchema = z.object({ secret: z.string().min(1).max(200) });

/** `GET /api/console/links/{reference}`: as much of a link as tells staff that it is the one. */
export const supportLinkSchema = z.object({
  reference: z.string(),
  bank: z.string(),
  linkedAt: z.iso.datetime({ offset: true }),
});
/** As much of a link as tells staff that it is the one. */
export type SupportLink = z.infer<typeof supportLinkSchema>;
