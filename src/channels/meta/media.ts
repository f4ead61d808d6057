import { isLoopbackHost, limits, outgoing, TellerlineError, type Fetch } from '#base';
import type { Channel, MediaFetched, MediaSource } from '#delivery';
import { fieldsOf, numberOf, textOf } from './fields.ts';
import { graphOf, type Graph } from './graph.ts';
import type { MetaApp } from './settings.ts';

/** Meta: where its messengers keep what people send. */
const mediaHosts = ['.fbcdn.net', '.fbsbx.com', '.whatsapp.net'];
/** Meta: what stands behind a media id of WhatsApp's is given to whoever brings the access token. */
const tokenHost = 'lookaside.fbsbx.com';
/** Meta: the first address may lead on to another of its hosts. */
const hopsMax = 3;
const fetchMsMax = 15_000;

/** Fetches what people sent. */
export type FetchMedia = NonNullable<Channel['media']>;

/**
 * Fetches pictures from Meta's own hosts and from nowhere else: an address in a body is only as good as the body, and
 * each address on the way is looked at anew. Nothing is read beyond `limits.pictureBytesMax`.
 *
 * @param accounts pages or numbers by id, each with its access token, which goes to Meta's API and to nobody else
 * @param through another than the platform's `fetch`, for a test
 */
export function mediaOf(
  app: Pick<MetaApp, 'graph' | 'appSecret'>,
  accounts: readonly { readonly account: string; readonly accessToken: string }[],
  through?: Fetch,
): FetchMedia {
  const graph = graphOf(app, through);
  const home = new URL(app.graph);
  return async (account, source) => {
    const accessToken = accounts.find((one) => one.account === account)?.accessToken;
    if (accessToken === undefined) return notThere;
    const address = await addressOf(graph, account, accessToken, source);
    if (typeof address !== 'string') return address;
    return download({ home, accessToken, through }, address);
  };
}

const notThere: MediaFetched = { fetched: false, why: 'not-there' };
const tooLarge: MediaFetched = { fetched: false, why: 'too-large' };

const unavailable = (reason: string): TellerlineError =>
  new TellerlineError('media_unavailable', 502, 'The picture cannot be fetched now.', { reason });

/** Messenger tells the address; WhatsApp an id, whose address is asked for now, as it is good for five minutes. */
async function addressOf(
  graph: Graph,
  account: string,
  accessToken: string,
  { mediaId, url }: MediaSource,
): Promise<string | MediaFetched> {
  if (mediaId === undefined) return url ?? notThere;
  // It becomes part of a path, so it must not be able to leave its place there.
  if (!/^[\w-]{1,200}$/.test(mediaId)) return notThere;
  const result = await graph.call({ method: 'GET', path: mediaId, query: { phone_number_id: account }, accessToken });
  if (result.got !== 'answer' || result.status >= 500) throw unavailable('graph');
  const told = fieldsOf(result.json);
  if ((numberOf(told?.['file_size']) ?? 0) > limits.pictureBytesMax) return tooLarge;
  // Meta forgets media after some weeks, and says so with an error.
  return textOf(told?.['url']) ?? notThere;
}

interface Way {
  readonly home: URL;
  readonly accessToken: string;
  readonly through: Fetch | undefined;
}

async function download(way: Way, first: string): Promise<MediaFetched> {
  const signal = AbortSignal.timeout(fetchMsMax);
  let address = first;
  for (let hop = 0; hop < hopsMax; hop += 1) {
    const url = allowedUrl(address, way.home);
    if (!url) return notThere;
    const call = outgoing('messenger', [url.origin], way.through);
    const isToken = url.origin === way.home.origin || url.hostname === tokenHost;
    const headers = isToken ? { authorization: `Bearer ${way.accessToken}` } : {};
    const response = await call(url.href, { headers, signal }).catch(() => {
      // Its own error may quote the address, which opens the picture.
      throw unavailable(signal.aborted ? 'timeout' : 'no-connection');
    });
    const next = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (next === null) return read(response);
    await response.body?.cancel();
    address = URL.parse(next, url)?.href ?? '';
  }
  return notThere;
}

/** An address of Meta's own, or of the API that is configured; on this machine alone without TLS. */
function allowedUrl(address: string, home: URL): URL | undefined {
  const url = URL.parse(address);
  if (!url || url.username !== '' || url.password !== '') return undefined;
  if (url.origin === home.origin) return home.protocol === 'https:' || isLoopbackHost(home.host) ? url : undefined;
  const isMeta = mediaHosts.some((host) => url.hostname.endsWith(host));
  return isMeta && url.protocol === 'https:' && url.port === '' ? url : undefined;
}

async function read(response: Response): Promise<MediaFetched> {
  const { status, body, headers } = response;
  const max = limits.pictureBytesMax;
  const isTooLarge = Number(headers.get('content-length') ?? 0) > max;
  if (status !== 200 || isTooLarge) {
    await body?.cancel();
    if (status === 200) return tooLarge;
    // Over, or taken away: asking again does not bring it back.
    if (status >= 400 && status < 500 && status !== 429) return notThere;
    throw unavailable(`http-${status}`);
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of body ?? []) {
      bytes += part.byteLength;
      // Leaving the loop cancels the rest.
      if (bytes > max) return tooLarge;
      parts.push(part);
    }
  } catch {
    throw unavailable('cut');
  }
  return { fetched: true, bytes: Buffer.concat(parts, bytes) };
}
