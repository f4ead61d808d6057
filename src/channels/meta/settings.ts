import * as z from 'zod';
import { isLoopbackHost } from '#base';
import type { SettingsSection } from '#delivery';

/** What both messengers of Meta need to know of the operator's app there. */
export interface MetaApp {
  /** Where the Graph API is, with its version: `https://graph.facebook.com/v26.0`. */
  readonly graph: string;
  readonly appId: string;
  readonly appSecret: string;
  /** What the messenger names when it asks whether the webhook's address is ours. */
  readonly verifyToken: string;
}

const graph = 'https://graph.facebook.com/v26.0';
const secret = z.string().min(1).max(1_000);

/** An id of Meta's: digits. */
export const metaId = z.string().regex(/^\d{1,32}$/);
/** What people know a page or number by. */
export const accountName = z.string().trim().min(1).max(100);

/** A secret stands in the settings themselves, or in a file of its own that they name. */
export const secretFields = <Name extends string>(field: Name) => ({
  [field]: secret.optional(),
  [`${field}File`]: z.string().optional(),
});

/** The part of the settings that says of which app a messenger is. */
export const metaAppFields = {
  graph: z.string().refine(isGraphAddress, 'must be https, or on this machine').default(graph),
  appId: metaId,
  ...secretFields('appSecret'),
  ...secretFields('verifyToken'),
};

/** Reads the app out of settings that were checked. */
export function metaAppOf(
  section: SettingsSection,
  given: { readonly graph: string; readonly appId: string },
): MetaApp {
  return {
    graph: given.graph,
    appId: given.appId,
    appSecret: section.secret(given, 'appSecret'),
    verifyToken: section.secret(given, 'verifyToken'),
  };
}

function isGraphAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, search, hash } = new URL(text);
  if (username !== '' || search !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}
