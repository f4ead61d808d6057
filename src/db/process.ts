import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

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

/**
 * True when `pid` is a running PostgreSQL server of this data folder, by its command line: a container may
 * keep root from looking at another user's process more closely (its working folder), but not from that.
 */
export function servesFolder(pid: number, data: string): boolean {
  if (processMark(pid) === undefined) return false;
  try {
    const command = hasProc
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return /(^|\/)postgres /.test(command) && `${command.trim()} `.includes(` -D ${data} `);
  } catch {
    return false;
  }
}
