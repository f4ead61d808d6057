import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parse } from '@formatjs/icu-messageformat-parser';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { trimAtlas, type Atlas } from './src/contract/trim-atlas.ts';
import { pages, webPages } from './tools/web-pages.ts';

const root = fileURLToPath(new URL('src/web', import.meta.url));
const outDir = fileURLToPath(new URL('dist/web', import.meta.url));

/**
 * Texts become their parsed form, so that no parser of ICU messages is sent to browsers. What cards say, which the
 * contract holds, comes in the same file as the chat's own words; what those of matters that go on say, with them.
 */
function words(): Plugin {
  return {
    name: 'tellerline:words',
    enforce: 'pre',
    async load(id) {
      if (!/\/words\/\w+\.json$/.test(id)) return null;
      const files = [id];
      const [, of, locale] = /\/web\/(words\/|cards\/words\/cards_)(\w+)\.json$/.exec(id) ?? [];
      const shared = of === 'words/' ? 'cards' : 'matters';
      if (of) files.push(fileURLToPath(new URL(`src/contract/words/${shared}.${locale}.json`, import.meta.url)));
      const texts: Record<string, string> = {};
      for (const file of files) Object.assign(texts, JSON.parse(await readFile(file, 'utf8')));
      const parsed = Object.entries(texts).map(([name, text]) => [name, parse(text, { requiresOtherClause: true })]);
      const json = JSON.stringify(Object.fromEntries(parsed), (key, value: unknown) =>
        key === 'location' ? undefined : value,
      );
      return { code: `export default ${json}`, moduleType: 'js' };
    },
  };
}

/** The atlases as files of their own, trimmed to what a map of card size can show, fetched with the first map. */
function atlases(): Plugin {
  const require = createRequire(import.meta.url);
  const name = 'virtual:atlas';
  return {
    name: 'tellerline:atlases',
    resolveId: (id) => (id === name ? `\0${name}` : null),
    async load(id) {
      if (id !== `\0${name}`) return null;
      const file = async (path: string, trim: (atlas: Atlas) => Atlas): Promise<string> => {
        const source = JSON.stringify(trim(JSON.parse(await readFile(require.resolve(path), 'utf8')) as Atlas));
        const hash = createHash('sha256').update(source).digest('base64url').slice(0, 8);
        const fileName = `assets/${path.split('/').at(-1)?.replace('.json', '')}-${hash}.json`;
        this.emitFile({ type: 'asset', fileName, source });
        return `/${fileName}`;
      };
      const states = await file('us-atlas/states-10m.json', (atlas) => atlas);
      const world = await file('world-atlas/countries-50m.json', (atlas) => trimAtlas(atlas, 0.05));
      return `export const statesAddress = ${JSON.stringify(states)};\nexport const worldAddress = ${JSON.stringify(world)};`;
    },
  };
}

/** Tells the service worker which files the messenger's shell is made of, and a version that changes with them. */
function shell(): Plugin {
  return {
    name: 'tellerline:shell',
    async generateBundle(_options, bundle) {
      const worker = bundle['service-worker.js'];
      if (worker?.type !== 'chunk') throw new Error('the build has no service worker');
      const files = Object.keys(bundle)
        .filter((name) => /^assets\/(?!link|m-|privacy|console|desk|view).*\.(js|css)$/.test(name))
        .toSorted();
      const fixed = await Promise.all(
        ['theme.js', 'icon.svg'].map((name) => readFile(`${root}/public/${name}`, 'utf8')),
      );
      const version = createHash('sha256')
        .update([...files, ...fixed].join('\n'))
        .digest('base64url')
        .slice(0, 12);
      const filled = {
        'tellerline-__VERSION__': `tellerline-${version}`,
        __SHELL__: JSON.stringify(files.map((name) => `/${name}`)),
      };
      for (const [place, text] of Object.entries(filled)) {
        // The minifier chooses the quotes.
        const quoted = new RegExp(`["'\`]${place}["'\`]`);
        if (!quoted.test(worker.code)) throw new Error(`the service worker has no place for ${place}`);
        worker.code = worker.code.replace(quoted, () => JSON.stringify(text));
      }
    },
  };
}

const preact = [
  ['react/jsx-runtime', 'preact/jsx-runtime'],
  ['react/jsx-dev-runtime', 'preact/jsx-runtime'],
  ['react-dom/client', 'preact/compat/client'],
  ['react-dom', 'preact/compat'],
  ['react', 'preact/compat'],
] as const;

export default defineConfig({
  root,
  publicDir: fileURLToPath(new URL('src/web/public', import.meta.url)),
  plugins: [pages(root), words(), atlases(), react(), shell()],
  resolve: {
    alias: [
      // One Preact and nothing else: every way into React ends there.
      ...preact.map(([from, to]) => ({ find: new RegExp(`^${from}$`), replacement: to })),
      { find: /^@formatjs\/icu-messageformat-parser$/, replacement: '@formatjs/icu-messageformat-parser/no-parser.js' },
    ],
  },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2023',
    // Inline data would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // The contract's schemas lean on server code that no screen uses and the build drops; only then it is worth a word.
      onLog: (level, log, handle) => {
        if (!log.message.includes('externalized for browser compatibility')) handle(level, log);
      },
      input: {
        ...Object.fromEntries(Object.keys(webPages).map((name) => [name, `${root}/${name}.html`])),
        embed: `${root}/embed/embed.ts`,
        'service-worker': `${root}/service-worker.ts`,
      },
      output: {
        entryFileNames: ({ name }) =>
          name === 'embed' || name === 'service-worker' ? `${name}.js` : 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        // What screens have in common is one piece: cut finer, by who uses what, it is a kilobyte more to load.
        codeSplitting: {
          groups: [
            {
              name: 'shared',
              tags: ['$initial'],
              minShareCount: 2,
              test: /\/src\/web\/(?:hub|kit|words)\/|\/node_modules\/(?:preact|@formatjs)\//,
            },
          ],
        },
      },
    },
  },
});
