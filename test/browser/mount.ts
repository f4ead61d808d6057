import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = 'mount.js';
const style = 'mount.css';

/** A part of a page, built by itself, which a browser then finds on the hub's own origin under `address`. */
export interface Mount {
  readonly address: string;
  /** Lets a browser find it; its calls go to the hub. */
  into(context: BrowserContext, hubUrl: string): Promise<void>;
  remove(): Promise<void>;
}

/** Builds a fixture that mounts a part, `entry` below src/web, with the same settings as the pages. */
export async function buildMount(entry: string): Promise<Mount> {
  const { build, loadConfigFromFile } = await import('vite');
  const loaded = await loadConfigFromFile({ command: 'build', mode: 'production' }, join(root, 'vite.config.ts'));
  const config = loaded?.config;
  if (!config) throw new Error('vite has no configuration');
  const outDir = await mkdtemp(join(tmpdir(), 'tellerline-mount-'));
  // The service worker's list belongs to the whole build.
  const plugins = (config.plugins ?? []).filter(
    (plugin) => !(plugin && 'name' in plugin && plugin.name === 'tellerline:shell'),
  );
  await build({
    ...config,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins,
    build: {
      ...config.build,
      outDir,
      cssCodeSplit: false,
      rolldownOptions: {
        input: join(root, 'src/web', entry),
        output: { entryFileNames: script, chunkFileNames: '[name]-[hash].js', assetFileNames: style },
      },
    },
  });
  return {
    address: '/mount/',
    into: async (context, hubUrl) => {
      await context.route(`${hubUrl}/mount/**`, async (route) => {
        const name = new URL(route.request().url()).pathname.replace('/mount/', '');
        await (name === ''
          ? route.fulfill({ contentType: 'text/html', body: page })
          : route.fulfill({ path: join(outDir, name) }));
      });
    },
    remove: () => rm(outDir, { recursive: true, force: true }),
  };
}

const page = `<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>Mount</title>
<meta name="viewport" content="width=device-width, initial-scale=1" />
<link rel="stylesheet" href="/mount/${style}" /><script type="module" src="/mount/${script}"></script></head>
<body><div id="screen"></div></body></html>`;
