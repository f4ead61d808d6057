import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of the kernel's clock a second, in which it counts processor time (`getconf CLK_TCK`). */
const ticksPerSecond = 100;
const watchEveryMs = 200;

/** Processor seconds that a process has used. */
export function cpuSeconds(pid: number): number {
  return (statOf(pid)?.own ?? 0) / ticksPerSecond;
}

/** Processor seconds of a process and of all its children, those that have ended included: a PostgreSQL. */
export function cpuSecondsOfFamily(pid: number): number {
  const parent = statOf(pid);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat?.parent === pid);
  const ticks = children.reduce((sum, stat) => sum + (stat?.own ?? 0), (parent?.own ?? 0) + (parent?.ended ?? 0));
  return ticks / ticksPerSecond;
}

/** A line of `/proc/<pid>/stat` (proc(5)): fields 4 ppid, 14 and 15 own time, 16 and 17 that of ended children. */
function statOf(pid: number): { parent: number; own: number; ended: number } | undefined {
  const line = readOf(`/proc/${pid}/stat`);
  if (line === undefined) return undefined;
  // The name stands in parentheses and may hold anything.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { parent: field(4), own: field(14) + field(15), ended: field(16) + field(17) };
}

/** What a process holds in memory, in MB (2^20 bytes): `VmRSS`. */
export function memoryMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readOf(`/proc/${pid}/status`) ?? '') ?? [];
  return Number(kilobytes) / 1024;
}

/** Watches a process's memory; the answer ends that and says the most it held, in MB. */
export function watchMemory(pid: number): () => number {
  let most = memoryMb(pid);
  const timer = setInterval(() => (most = Math.max(most, memoryMb(pid))), watchEveryMs);
  return () => {
    clearInterval(timer);
    return Math.max(most, memoryMb(pid));
  };
}

/** Undefined for a process that has ended. */
function readOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
