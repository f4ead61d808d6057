/** What a browser gives and a test plays: time and chance. Nothing here outlives the page. */
export interface Surroundings {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
  /** Runs `task` once after `ms`; the answer calls it off. */
  after(ms: number, task: () => void): () => void;
  /** From 0 to below 1. */
  random(): number;
  newId(): string;
  /** True while somebody can see this page. */
  visible(): boolean;
}

/** The browser's own. The desk is served by https or from this machine, where `randomUUID` exists. */
export const browserSurroundings: Surroundings = {
  nowMs: () => Date.now(),
  after: (ms, task) => {
    const timer = window.setTimeout(task, ms);
    return () => window.clearTimeout(timer);
  },
  random: () => Math.random(),
  newId: () => crypto.randomUUID(),
  visible: () => document.visibilityState === 'visible',
};
