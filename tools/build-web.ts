import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, brotliCompressSync, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = join(root, 'dist/web');
const stampName = '.built-from';

/** What the screens are built from; a change of any of these makes the build stale. */
const sources = [
  'src/web',
  'src/contract',
  'tools/build-web.ts',
  'tools/web-pages.ts',
  'vite.config.ts',
  'package-lock.json',
];

/** Builds the screens into `dist/web` unless they are there already, built from exactly these sources. */
export async function buildWebIfStale(): Promise<{ readonly built: boolean; readonly ms: number }> {
  const start = performance.now();
  const stamp = await fingerprint();
  const built = (await lastStamp()) !== stamp;
  if (built) {
    await buildAside(stamp);
  }
  return { built, ms: Math.round(performance.now() - start) };
}

/** Builds beside the served folder and changes places with it, so that nobody meets half a build. */
async function buildAside(stamp: string): Promise<void> {
  const aside = `${outDir}.${process.pid}`;
  const { build } = await import('vite');
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn', build: { outDir: aside } });
  await compress(aside);
  await writeFile(join(aside, stampName), stamp);
  const old = `${aside}.old`;
  await renameIfThere(outDir, old);
  // Where another process was faster, its build is as good.
  if (!(await renameIfThere(aside, outDir))) await rm(aside, { recursive: true, force: true });
  await rm(old, { recursive: true, force: true });
}

async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Bytes of script, gzipped, that a page loads before it shows something: by page, each file once. */
export async function firstLoad(): Promise<Readonly<Record<'index.html' | 'link.html', number>>> {
  return { 'index.html': await scriptBytes('index.html'), 'link.html': await scriptBytes('link.html') };
}

async function scriptBytes(page: string): Promise<number> {
  const html = await readFile(join(outDir, page), 'utf8');
  const queue = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, file = '']) => file);
  // Texts are imported at run time; one language is always needed, the larger one counts.
  const languages = await Promise.all(
    (await namesIn('assets')).filter((name) => /^e[ns]-.*\.js$/.test(name)).map((name) => gzipped(`assets/${name}`)),
  );
  const seen = new Set<string>();
  let bytes = Math.max(0, ...languages);
  for (let file = queue.pop(); file; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    bytes += await gzipped(file);
    const code = await readFile(join(outDir, file), 'utf8');
    for (const [, name = ''] of code.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
      queue.push(`assets/${name}`);
  }
  return bytes;
}

async function gzipped(file: string): Promise<number> {
  return gzipSync(await readFile(join(outDir, file)), { level: 9 }).length;
}

/** Beside every text file its compressed forms, so that nothing is compressed while somebody waits. */
async function compress(folder: string): Promise<void> {
  for (const file of await filesIn(folder)) {
    if (!/\.(js|css|html|json|svg)$/.test(file)) continue;
    const content = await readFile(file);
    await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }));
    await writeFile(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
  }
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of await filesIn(join(root, source))) {
      if (file.endsWith('.test.ts')) continue;
      hash
        .update(file.slice(root.length))
        .update('\0')
        .update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

async function lastStamp(): Promise<string | undefined> {
  try {
    return await readFile(join(outDir, stampName), 'utf8');
  } catch {
    // Never built, or its folder was removed.
    return undefined;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(join(outDir, folder));
}

/** All files below a folder in a fixed order; a file is itself. */
async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return undefined;
      throw error;
    },
  );
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

if (import.meta.main) {
  const { built, ms } = await buildWebIfStale();
  const sizes = Object.entries(await firstLoad()).map(([page, bytes]) => `${page} ${(bytes / 1024).toFixed(1)} KB`);
  process.stdout.write(
    `web ${built ? 'built' : 'up to date'} in ${ms} ms; first load of script, gzip: ${sizes.join(', ')}\n`,
  );
}
