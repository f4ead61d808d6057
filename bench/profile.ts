import type { Profiler } from 'node:inspector';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How many µs of processor time each source file's own work took, what it calls outside of `src` included. */
export type Steps = Record<string, number>;

const src = pathToFileURL(join(import.meta.dirname, '..', 'src')).href;

/**
 * Sums a CPU profile by step: time is put down to the innermost file of `src` on the stack, so that the
 * cipher's, the parser's and the driver's time stands with whoever asked for it; what no file of ours asked
 * for stands by its package, or as Node's own.
 */
export function stepsOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Steps {
  const stepOf = new Map<number, string>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (node: Profiler.ProfileNode, inherited: string): void => {
    const step = stepNamed(node.callFrame, inherited);
    stepOf.set(node.id, step);
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child) visit(child, step);
    }
  };
  const [root] = nodes;
  if (root) visit(root, 'Node itself');
  const steps: Steps = {};
  for (const [n, id] of samples.entries()) {
    const step = stepOf.get(id) ?? 'Node itself';
    if (step !== 'idle') steps[step] = (steps[step] ?? 0) + Math.max(0, timeDeltas[n] ?? 0);
  }
  return steps;
}

function stepNamed({ functionName, url }: Profiler.ProfileNode['callFrame'], inherited: string): string {
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url.startsWith(src)) return `src${url.slice(src.length)}`;
  // Within a step, whatever it calls is its own.
  if (inherited.startsWith('src/')) return inherited;
  const [, name] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  return name === undefined ? inherited : `package ${name}`;
}
