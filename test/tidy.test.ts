import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

/** The order of the house: a folder imports only folders to its right. */
const house = [
  'app',
  'http',
  'sandbox',
  'channels',
  'banks',
  'intake',
  'notices',
  'conversation',
  'desk',
  'controls',
  'orders',
  'linking',
  'delivery',
  'vault',
  'consent',
  'proof',
  'customers',
  'contract',
  'db',
  'base',
];

/** Folders that may import less than the order allows. */
const narrower: Readonly<Record<string, readonly string[]>> = {
  web: ['contract'],
  sandbox: ['contract', 'db', 'base'],
};

const root = resolve(import.meta.dirname, '..');
process.chdir(root);

interface Source {
  path: string;
  /** Top folder below `src`, or undefined outside it. */
  folder: string | undefined;
  text: string;
  isTest: boolean;
}

const sources: Source[] = globSync(['src/**/*.{ts,tsx}', 'test/**/*.ts', 'tools/**/*.ts', 'bench/**/*.ts'], {
  exclude: ['bench/peers/node_modules/**'],
}).map((path) => ({
  path,
  folder: path.startsWith('src/') ? path.split('/')[1] : undefined,
  text: readFileSync(path, 'utf8'),
  // `x.fixture.ts` is what several tests of a folder share.
  isTest: /\.(test|fixture)\.tsx?$/.test(path),
}));

/** What a file imports, as written. */
function importsOf({ text }: Source): string[] {
  // A program inside a text in backticks, which a test starts, imports for itself.
  const found = text
    .replaceAll(/`[^`]*`/g, '``')
    .matchAll(/(?:^|\n)\s*(?:import|export)\b[^;'"`]*?from\s*'([^']+)'|\bimport\s*\(?\s*'([^']+)'/g);
  return [...found].map((match) => match[1] ?? match[2] ?? '');
}

/** The folder that a path below `src` lies in; each messenger's is a folder of its own. */
function folderAt(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('channels/') ? 2 : 1)
    .join('/');
}

/** Why this import breaks the folder rule, or undefined. */
function complaint(source: Source, name: string): string | undefined {
  if (source.folder === undefined) return undefined;
  if (name.startsWith('.')) {
    const target = relative('src', join(dirname(source.path), name));
    return folderAt(target) === folderAt(relative('src', source.path))
      ? undefined
      : 'leaves its folder by a path: use the #name';
  }
  if (!name.startsWith('#')) return undefined;
  const target = name.slice(1).split('/')[0] ?? '';
  if (target === 'test') return source.isTest ? undefined : 'imports test code';
  if (target === source.folder && source.folder === 'channels') return siblingComplaint(source, name);
  if (target === source.folder) return source.folder === 'web' ? undefined : 'imports its own folder by name: use ./';
  if (target === 'app') return 'imports app, which nothing may';
  const allowed = narrower[source.folder] ?? house.slice(house.indexOf(source.folder) + 1);
  return allowed.includes(target) ? undefined : `${source.folder} may not import ${target}`;
}

/** A messenger imports of another messenger's folder nothing but what both of Meta's share. */
function siblingComplaint({ path }: Source, name: string): string | undefined {
  const own = path.split('/')[2];
  if (name === `#channels/${own}`) return 'imports its own folder by name: use ./';
  return name === '#channels/meta' ? undefined : 'imports another messenger';
}

test('folders import only folders below them, by name', () => {
  const complaints = sources.flatMap((source) =>
    importsOf(source).flatMap((name) => {
      const reason = complaint(source, name);
      return reason === undefined ? [] : [`${source.path} imports ${name}: ${reason}`];
    }),
  );
  assert.deepEqual(complaints, []);
});

test('every folder has its place in the house', () => {
  const folders = new Set(sources.flatMap(({ folder }) => folder ?? []));
  assert.deepEqual(
    [...folders].filter((folder) => folder !== 'web' && !house.includes(folder)),
    [],
  );
  // A rule that sees no imports would pass for ever.
  assert.ok(sources.flatMap(importsOf).filter((name) => name === '#base').length > 10);
});

test('files are named for their subject', () => {
  const vague = /^(utils?|helpers?|manager|misc|common|shared|stuff)$/;
  const named = sources.filter(({ path }) =>
    basename(path)
      .toLowerCase()
      .split(/[-.]/)
      .some((word) => vague.test(word)),
  );
  assert.deepEqual(
    named.map(({ path }) => path),
    [],
  );
});

test('the lock files name no registry, so that an install asks the one that is configured', () => {
  for (const file of ['package-lock.json', 'bench/peers/package-lock.json'])
    assert.deepEqual(readFileSync(file, 'utf8').match(/"resolved": *"https?:[^"]*"/g) ?? [], [], file);
});

test('every table has one owner, and no other folder’s SQL names it', () => {
  const owners = tableOwners();
  const made = ['src/db/schema.txt', 'src/sandbox/schema.txt'].flatMap(tablesIn);
  assert.deepEqual(
    made.filter((table) => !owners.has(table)),
    [],
    'docs/ARCHITECTURE.md names an owner for every table',
  );
  assert.deepEqual(
    [...owners.keys()].filter((table) => !made.includes(table)),
    [],
    'and none that is not there',
  );

  const trespasses = sources
    .filter(({ folder, isTest }) => folder !== undefined && !isTest)
    .flatMap(({ path, folder, text }) =>
      tablesNamed(text, folder === 'sandbox' ? 'sandbox' : 'public').flatMap((table) => {
        const owner = owners.get(table);
        return owner === undefined || path.startsWith(`src/${owner}/`)
          ? []
          : [`${path} names ${table}, which ${owner} owns`];
      }),
    );
  assert.deepEqual(trespasses, []);
});

/** The table list of ARCHITECTURE.md: rows of Markdown such as "| `entries`, `messages` | `delivery` |". */
function tableOwners(): Map<string, string> {
  const rows = readFileSync('docs/ARCHITECTURE.md', 'utf8').matchAll(/^\| ((?:`[a-z_.]+`(?:, )?)+) \| `([a-z/]+)`/gm);
  const owners = new Map<string, string>();
  for (const [, tables = '', owner = ''] of rows) {
    for (const [, table = ''] of tables.matchAll(/`([a-z_.]+)`/g)) owners.set(table, owner);
  }
  return owners;
}

/** Tables of a committed schema; the hub's without their schema, which is `public`. */
function tablesIn(description: string): string[] {
  if (!existsSync(description)) return [];
  const names = [...readFileSync(description, 'utf8').matchAll(/^table (\S+)/gm)].map(([, name = '']) =>
    name.replace('public.', ''),
  );
  return names.filter((name) => !name.endsWith('migrations'));
}

/** Tables that the file's statements (text in backticks) name. */
function tablesNamed(text: string, schema: 'public' | 'sandbox'): string[] {
  const code = text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '');
  const statements = [...code.matchAll(/`[^`]*`/g)].map(([statement]) => statement).join('\n');
  const named = statements.matchAll(/\b(?:from|join|into|update|references)\s+(?:only\s+)?((?:[a-z_]+\.)?[a-z_]+)\b/gi);
  return [...named].map(([, name = '']) => {
    const plain = name.toLowerCase().replace('public.', '');
    return schema === 'sandbox' && !plain.includes('.') ? `sandbox.${plain}` : plain;
  });
}

test('the linter finds nothing', () => {
  const { status, stdout } = spawnSync(process.execPath, ['node_modules/oxlint/bin/oxlint', '--deny-warnings'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
});
