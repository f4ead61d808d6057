import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';

const hasProc = existsSync('/proc/self/stat');

/**
 * What tells one process from a later one that was given the same number: the start time that the
 * operating system keeps. Undefined when no such process runs; one that has ended and only waits to be
 * collected by its parent (a zombie) does not run.
 */
export function processMark(pid: number): string | undefined {
  return hasProc ? markFromProc(pid) : markFromPs(pid);
}

function markFromProc(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the command in brackets and may hold spaces: count from behind the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}:${fields[19]}`;
}

function markFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    if (line === '' || line.startsWith('Z')) return undefined;
    return line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}

/** True when `pid` is a running process that works in `folder`, as a PostgreSQL server does in its data folder. */
export function worksIn(pid: number, folder: string): boolean {
  if (processMark(pid) === undefined) return false;
  try {
    if (hasProc) return readlinkSync(`/proc/${pid}/cwd`) === folder;
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('postgres') && command.includes(folder);
  } catch {
    return false;
  }
}
