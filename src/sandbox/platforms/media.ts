import { randomBytes } from 'node:crypto';
import { isLoopbackHost } from '#base';
import { sql } from '#db';
import { now, type SandboxContext } from '../context.ts';
import { GraphError, type GraphErrorName } from './graph-error.ts';
import type { PlatformName } from './phone-api.ts';

/** Meta: pictures by address up to 8 MB in Messenger; WhatsApp takes 5 MB. */
const PICTURE_BYTES_MAX: Readonly<Record<PlatformName, number>> = { messenger: 8_388_608, whatsapp: 5_242_880 };
const FETCH_MS_MAX = 5_000;
/** Pictures that are kept; the oldest go first. */
const KEPT_MAX = 500;
/** Looks at addresses in messages that are remembered to be shown. */
const PREVIEWS_MAX = 200;
const PREVIEWS_PER_MESSAGE_MAX = 10;

/** As the platforms name themselves when they fetch something. */
const agents: Readonly<Record<PlatformName, string>> = {
  messenger: 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  whatsapp: 'WhatsApp/2.26.3 A',
};

/** A picture with its kind. */
export interface MediaFile {
  readonly mimeType: string;
  readonly bytes: Buffer;
}

/** What a platform fetched to see where an address in a message leads. */
export interface Preview {
  readonly atMs: number;
  readonly platform: PlatformName;
  /** Without the fragment, which is never sent. */
  readonly url: string;
  /** Absent: not reached. */
  readonly status: number | undefined;
}

/** Pictures, and what the platforms fetch. */
export interface Media {
  keep(file: MediaFile): Promise<string>;
  read(id: string): Promise<MediaFile | undefined>;
  /**
   * Fetches a picture as the platform does: GET, by its own name, no redirect to elsewhere.
   *
   * @returns the id under which it is kept
   * @throws GraphError when it cannot be had, is no picture, or is too large
   */
  fetchPicture(platform: PlatformName, url: string): Promise<string>;
  /** Looks at every address in these texts, in the background, as both platforms do for their previews. */
  preview(platform: PlatformName, texts: readonly string[]): void;
  previews(): readonly Preview[];
  close(): Promise<void>;
}

/** Opens the pictures. Nothing is fetched but from this machine and from the hub. */
export function openMedia(context: SandboxContext): Media {
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();
  const previews: Preview[] = [];
  const mayBeFetched = (url: URL): boolean =>
    isLoopbackHost(url.host) || url.origin === URL.parse(context.hubUrl())?.origin;
  const get = (platform: PlatformName, url: URL): Promise<Response> => {
    const bare = new URL(url);
    bare.hash = '';
    return fetch(bare, {
      headers: { 'user-agent': agents[platform], accept: '*/*' },
      redirect: 'manual',
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(FETCH_MS_MAX)]),
    });
  };
  const look = async (platform: PlatformName, url: URL): Promise<void> => {
    const atMs = context.clock.nowMs();
    const status = await get(platform, url).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => undefined,
    );
    previews.unshift({ atMs, platform, url: `${url.origin}${url.pathname}${url.search}`, status });
    previews.length = Math.min(previews.length, PREVIEWS_MAX);
  };
  return {
    keep: (file) => keepFile(context, file),
    read: (id) => readFile(context, id),
    fetchPicture: async (platform, address) => {
      const unreachable: GraphErrorName = platform === 'messenger' ? 'pictureUnreachable' : 'mediaDownload';
      const url = URL.parse(address);
      if (!url || !mayBeFetched(url)) throw new GraphError(unreachable, 'The address cannot be reached from here.');
      const response = await get(platform, url).catch(() => undefined);
      if (response?.status !== 200) throw new GraphError(unreachable, `It answered ${response?.status ?? 'nothing'}.`);
      const bytes = Buffer.from(await response.arrayBuffer());
      if (bytes.length > PICTURE_BYTES_MAX[platform]) throw new GraphError('pictureTooLarge');
      const mimeType = pictureKind(bytes);
      if (!mimeType) throw new GraphError(unreachable, 'It is not a picture.');
      return keepFile(context, { mimeType, bytes });
    },
    preview: (platform, texts) => {
      for (const url of addressesIn(texts).slice(0, PREVIEWS_PER_MESSAGE_MAX)) {
        if (closing.signal.aborted || !mayBeFetched(url)) continue;
        const looking = look(platform, url).finally(() => underWay.delete(looking));
        underWay.add(looking);
      }
    },
    previews: () => previews,
    close: async () => {
      closing.abort();
      await Promise.all(underWay);
    },
  };
}

async function keepFile(context: SandboxContext, { mimeType, bytes }: MediaFile): Promise<string> {
  const id = randomBytes(18).toString('base64url');
  await context.database.execute(sql`
    insert into sandbox.platform_media (media_id, mime_type, bytes, created_at)
    values (${id}, ${mimeType}, ${bytes}, ${now(context)})`);
  await context.database.execute(sql`
    delete from sandbox.platform_media where media_id in (
      select media_id from sandbox.platform_media order by created_at desc offset ${KEPT_MAX})`);
  return id;
}

async function readFile(context: SandboxContext, id: string): Promise<MediaFile | undefined> {
  const [row] = await context.database.query<{ mime_type: string; bytes: Buffer }>(
    sql`select mime_type, bytes from sandbox.platform_media where media_id = ${id}`,
  );
  return row && { mimeType: row.mime_type, bytes: row.bytes };
}

/** The kind of a picture by its first bytes; undefined for anything else. */
export function pictureKind(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 12).toString('latin1');
  if (head.startsWith('\x89PNG\r\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('GIF8')) return 'image/gif';
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : undefined;
}

function addressesIn(texts: readonly string[]): URL[] {
  const found = texts.flatMap((text) => text.match(/https?:\/\/[^\s<>"']+/g) ?? []);
  return [...new Set(found)].flatMap((address) => URL.parse(address.replace(/[.,;:!?)\]]+$/, '')) ?? []);
}
