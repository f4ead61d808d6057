import { execFileSync } from 'node:child_process';
import { TellerlineError } from '#base';

/** How to start one of PostgreSQL's programs: the command before it, and the user. */
export interface RunAs {
  prefix: readonly string[];
  ids: { uid: number; gid: number } | undefined;
}

/** Started by an ordinary user: PostgreSQL runs as that user. */
const asOurselves: RunAs = { prefix: [], ids: undefined };

/**
 * PostgreSQL refuses to run as root, so as root its programs run as the user `postgres`, which is made
 * when missing.
 *
 * That user may be unable to reach them or the data, because the clone or the data folder lies beneath a
 * closed folder such as /root. Then the programs keep one of root's rights, to pass through folders
 * (CAP_DAC_READ_SEARCH, or CAP_DAC_OVERRIDE where a container withholds the first), and no other.
 *
 * @param program what has to be reachable and run
 * @param directory the data folder
 * @throws TellerlineError `postgres_user_missing` or `postgres_out_of_reach`
 */
export function chooseUser(program: string, directory: string): RunAs {
  if (process.getuid?.() !== 0) return asOurselves;
  const ids = postgresUser();
  const plain: RunAs = { prefix: [], ids };
  if (reaches(plain, program, directory)) return plain;
  for (const capability of ['dac_read_search', 'dac_override']) {
    const raised: RunAs = { prefix: setpriv(ids, capability), ids: undefined };
    if (reaches(raised, program, directory)) return raised;
  }
  throw new TellerlineError(
    'postgres_out_of_reach',
    500,
    `PostgreSQL runs as the user "postgres", who cannot reach ${program} and ${directory}. Open the folders above them (chmod a+x), move them, or start Tellerline as an ordinary user.`,
  );
}

/** The user that files of PostgreSQL must belong to, or undefined when it is ourselves. */
export function fileOwner(): { uid: number; gid: number } | undefined {
  return process.getuid?.() === 0 ? postgresUser() : undefined;
}

function setpriv({ uid, gid }: { uid: number; gid: number }, capability: string): string[] {
  return [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    // Without it access(2) judges by the user alone and leaves the kept right out of account.
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
    '--',
  ];
}

/** Asked as PostgreSQL's programs ask it of each other before they run: by access(2), through `test`. */
function reaches(runAs: RunAs, program: string, directory: string): boolean {
  return succeeds(runAs, ['test', '-x', program]) && succeeds(runAs, ['test', '-x', directory]);
}

function succeeds({ prefix, ids }: RunAs, command: readonly string[]): boolean {
  const [file = '', ...rest] = [...prefix, ...command];
  try {
    execFileSync(file, rest, { stdio: 'ignore', cwd: '/', ...ids });
    return true;
  } catch {
    return false;
  }
}

function postgresUser(): { uid: number; gid: number } {
  const found = lookUp();
  if (found !== undefined) return found;
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'], {
      stdio: 'ignore',
    });
  } catch (error) {
    throw userMissing(error);
  }
  const made = lookUp();
  if (made === undefined) throw userMissing(undefined);
  return made;
}

function lookUp(): { uid: number; gid: number } | undefined {
  const id = (option: string): number =>
    Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function userMissing(cause: unknown): TellerlineError {
  return new TellerlineError(
    'postgres_user_missing',
    500,
    'PostgreSQL refuses to run as root, and the user "postgres" could not be made. Make it (useradd --system postgres), or start Tellerline as an ordinary user.',
    {},
    { cause },
  );
}
