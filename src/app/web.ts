import { existsSync } from 'node:fs';

/** Present in a clone; an installed package brings the built pages in `dist/web` instead. */
const builder = new URL('../../tools/build-web.ts', import.meta.url);

/** Builds the pages anew when their sources have changed since the last time. */
export async function buildWeb(say: (step: string) => void): Promise<void> {
  if (!existsSync(builder)) return;
  const { buildWebIfStale } = (await import(builder.href)) as {
    buildWebIfStale: () => Promise<{ built: boolean; ms: number }>;
  };
  const { built } = await buildWebIfStale();
  if (built) say('Built the pages');
}
