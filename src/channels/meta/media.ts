import { limits, outgoing, TellerlineError, type Fetch } from '#base';
import type { Channel, MediaFetched, MediaSource } from '#delivery';
import { fieldsOf } from './fields.ts';
import { wholeBody, type Graph } from './graph.ts';
import type { MetaApp } from './settings.ts';

/** Meta: what people send lies at these hosts and those below them, over https. */
const hosts = ['fbcdn.net', 'fbsbx.com', 'whatsapp.net'];
const fetchMsMax = 15_000;

/** What fetching media takes. */
export interface MediaParts {
  readonly app: Pick<MetaApp, 'graph'>;
  readonly graph: Graph;
  /** Of our page or number; undefined: it is none of ours. */
  readonly tokenOf: (account: string) => string | undefined;
  /** Another than the platform's `fetch`, for a test. */
  readonly through?: Fetch;
}

/**
 * Fetches what people sent: from Meta's own hosts, or from where the Graph API itself is, and from nowhere else,
 * whatever the address in the body says; no redirect is followed. Meta: by address at Messenger; at WhatsApp by id,
 * whose address takes the token and lives five minutes.
 */
export function metaMedia(parts: MediaParts): Required<Pick<Channel, 'media'>> {
  return {
    media: async (account, source) => {
      const found = await addressOf(parts, account, source);
      return found ? fetchFrom(parts, found) : { fetched: false, why: 'not-there' };
    },
  };
}

interface Found {
  readonly url: URL;
  readonly token?: string;
}

async function addressOf({ graph, tokenOf }: MediaParts, account: string, source: MediaSource): Promise<Found | undefined> {
  const { url: given, mediaId } = source;
  if (mediaId === undefined) {
    const url = given === undefined ? null : URL.parse(given);
    return url ? { url } : undefined;
  }
  const token = tokenOf(account);
  if (token === undefined || !/^\w{1,128}$/.test(mediaId)) return undefined;
  const result = await graph.call({ method: 'GET', path: mediaId, accessToken: token });
  if (result.got !== 'answer' || result.status >= 500) throw unavailable();
  const address = fieldsOf(result.json)?.['url'];
  const url = typeof address === 'string' ? URL.parse(address) : null;
  return url ? { url, token } : undefined;
}

/** Whether an address is Meta's, or the Graph API's own origin. */
function isAllowed(url: URL, { graph }: Pick<MetaApp, 'graph'>): boolean {
  if (url.origin === new URL(graph).origin) return true;
  if (url.protocol !== 'https:' || url.port !== '') return false;
  return hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
}

async function fetchFrom({ app, through }: MediaParts, { url, token }: Found): Promise<MediaFetched> {
  if (!isAllowed(url, app)) return { fetched: false, why: 'not-there' };
  const get = outgoing('messenger', [url.origin], through);
  url.username = '';
  url.password = '';
  const response = await get(url.href, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(fetchMsMax),
  });
  if (response.status >= 500 || response.status === 429) throw unavailable();
  if (response.status !== 200) return { fetched: false, why: 'not-there' };
  const bytes = await wholeBody(response, limits.pictureBytesMax);
  return bytes ? { fetched: true, bytes } : { fetched: false, why: 'too-large' };
}

function unavailable(): TellerlineError {
  return new TellerlineError('media_unavailable', 502, 'What was sent cannot be fetched now.');
}
