import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { isLoopbackHost, TellerlineError } from '#base';
import type { MessengerSettings, WhatsAppSettings } from '#channels/meta';

/** The messengers of Meta, as an operator or the sandbox sets them up. */
export interface PlatformSettings {
  readonly messenger?: MessengerSettings;
  readonly whatsapp?: WhatsAppSettings;
}

const graph = 'https://graph.facebook.com/v26.0';
const id = z.string().regex(/^\d{1,32}$/);
const secret = z.string().min(1).max(1_000);
const name = z.string().trim().min(1).max(100);
const address = z.string().refine(isGraphAddress, 'must be https, or on this machine').default(graph);

/** A secret stands in the file itself, or in a file of its own that it names. */
const secretOf = <Name extends string>(field: Name) => ({
  [field]: secret.optional(),
  [`${field}File`]: z.string().optional(),
});

const app = {
  graph: address,
  appId: id,
  ...secretOf('appSecret'),
  ...secretOf('verifyToken'),
};
const page = z.strictObject({ pageId: id, name, ...secretOf('accessToken') });
const number = z.strictObject({
  phoneNumberId: id,
  businessAccountId: id,
  displayNumber: z.string().regex(/^\d{6,15}$/),
  name,
  ...secretOf('accessToken'),
});
const fileSchema = z.strictObject({
  messenger: z.strictObject({ ...app, pages: z.array(page).min(1) }).optional(),
  whatsapp: z.strictObject({ ...app, numbers: z.array(number).min(1) }).optional(),
});

/**
 * Reads the file that `TELLERLINE_CHANNELS` names: JSON, its form in docs/messenger.md and docs/whatsapp.md.
 *
 * @throws TellerlineError `channels_invalid`, naming the place in the file and never a value
 */
export function readChannelsFile(path: string): PlatformSettings {
  const parsed = fileSchema.safeParse(jsonIn(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(path, `${issue?.path.join('.') || 'The file'} is not as it must be: ${issue?.message ?? ''}.`);
  }
  const { messenger, whatsapp } = parsed.data;
  const read = (where: string, given: Readonly<Record<string, unknown>>, field: string): string =>
    secretIn(path, where, given, field);
  const appOf = (where: string, given: NonNullable<typeof messenger | typeof whatsapp>) => ({
    graph: given.graph,
    appId: given.appId,
    appSecret: read(where, given, 'appSecret'),
    verifyToken: read(where, given, 'verifyToken'),
  });
  return {
    ...(messenger && {
      messenger: {
        ...appOf('messenger', messenger),
        pages: messenger.pages.map((one, n) => ({
          pageId: one.pageId,
          name: one.name,
          accessToken: read(`messenger.pages.${n}`, one, 'accessToken'),
        })),
      },
    }),
    ...(whatsapp && {
      whatsapp: {
        ...appOf('whatsapp', whatsapp),
        numbers: whatsapp.numbers.map((one, n) => ({
          phoneNumberId: one.phoneNumberId,
          businessAccountId: one.businessAccountId,
          displayNumber: one.displayNumber,
          name: one.name,
          accessToken: read(`whatsapp.numbers.${n}`, one, 'accessToken'),
        })),
      },
    }),
  };
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (error) {
    const isThere = !(error instanceof Error && 'code' in error);
    throw refused(path, isThere ? 'It is not JSON.' : 'It cannot be read.', error);
  }
}

function secretIn(path: string, where: string, given: Readonly<Record<string, unknown>>, field: string): string {
  const { [field]: inline, [`${field}File`]: file } = given;
  if ((inline === undefined) === (file === undefined))
    throw refused(path, `${where} needs either ${field} or ${field}File.`);
  if (typeof inline === 'string') return inline;
  try {
    const text = readFileSync(resolve(dirname(path), String(file)), 'utf8').trim();
    if (text !== '') return text;
  } catch (error) {
    throw refused(path, `The file that ${where}.${field}File names cannot be read.`, error);
  }
  throw refused(path, `The file that ${where}.${field}File names is empty.`);
}

function isGraphAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, search, hash } = new URL(text);
  if (username !== '' || search !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}

function refused(path: string, why: string, cause?: unknown): TellerlineError {
  return new TellerlineError('channels_invalid', 500, `TELLERLINE_CHANNELS names ${path}. ${why}`, {}, { cause });
}
