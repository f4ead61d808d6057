import * as z from 'zod';
import { TellerlineError } from '#base';
import { publicKeyOf, type OrderSenders } from '#intake';
import { readSecret, readSetup } from './setup-file.ts';

const id = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/);
const name = z.string().trim().min(1).max(80);
const secret = z.string().min(8).max(1_000);
const secrets = z.array(secret).min(1).max(2);
/** Its key goes along, so plain HTTP never leaves this machine. */
const apiUrl = z
  .url()
  .regex(/^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])/)
  .transform((url) => url.replace(/\/+$/, ''));
const colour = z.string().regex(/^#[0-9a-f]{6}$/i);

/** Secrets stand in the file itself, or each in a file of its own that it names as `file:…`. */
const signing = z.array(z.string().min(8).max(2_000)).min(1).max(2);

const fileSchema = z.strictObject({
  shops: z
    .array(
      z.strictObject({
        id,
        name,
        contact: z.string().trim().max(120).optional(),
        mark: z.string().trim().min(1).max(2).optional(),
        accent: z.strictObject({ light: colour, dark: colour }).optional(),
        shopify: secrets.optional(),
        woocommerce: secrets.optional(),
        signing: signing.optional(),
      }),
    )
    .max(1_000)
    .default([]),
  carriers: z
    .array(
      z.strictObject({
        id,
        name,
        easypost: secrets.optional(),
        signing: signing.optional(),
        api: z.strictObject({ url: apiUrl.default('https://api.easypost.com/v2'), key: secret }).optional(),
      }),
    )
    .max(1_000)
    .default([]),
});

/**
 * Reads the file that `TELLERLINE_SHOPS` names: JSON, its form in docs/orders.md.
 *
 * @throws TellerlineError `shops_invalid`, naming the place in the file and never a value
 */
export function readShopsFile(path: string): OrderSenders {
  const parsed = fileSchema.safeParse(readSetup(path, refused));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(path, `${issue?.path.join('.') || 'The file'} is not as it must be: ${issue?.message ?? ''}.`);
  }
  const { shops, carriers } = parsed.data;
  const secretsOf = (values: readonly string[] | undefined): string[] | undefined =>
    values?.map((value) => secretIn(path, value));
  for (const ids of [shops, carriers].map((list) => list.map((one) => one.id)))
    if (new Set(ids).size < ids.length) throw refused(path, 'An id stands twice.');
  const all = {
    shops: shops.map((one) => ({
      ...one,
      shopify: secretsOf(one.shopify),
      woocommerce: secretsOf(one.woocommerce),
      signing: secretsOf(one.signing),
    })),
    carriers: carriers.map((one) => ({
      ...one,
      easypost: secretsOf(one.easypost),
      signing: secretsOf(one.signing),
      api: one.api && { ...one.api, key: secretIn(path, one.api.key) },
    })),
  };
  for (const { id: sender, signing: keys = [] } of [...all.shops, ...all.carriers])
    for (const key of keys) requireKey(path, sender, key);
  return all;
}

/** What is not a secret must be a public key; that it is none is found at the start, not at the first event. */
function requireKey(path: string, sender: string, key: string): void {
  if (key.startsWith('whsec_')) return;
  try {
    publicKeyOf(key);
  } catch (error) {
    throw refused(path, `A key in "signing" of ${sender} is neither whsec_… nor an Ed25519 public key.`, error);
  }
}

function secretIn(path: string, value: string): string {
  if (!value.startsWith('file:')) return value;
  return readSecret(path, value.slice('file:'.length), 'A file that holds a secret', refused);
}

function refused(path: string, why: string, cause?: unknown): TellerlineError {
  return new TellerlineError('shops_invalid', 500, `TELLERLINE_SHOPS names ${path}. ${why}`, {}, { cause });
}
