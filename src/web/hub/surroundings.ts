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

/** The browser's own. */
export const browserSurroundings: Surroundings = {
  nowMs: () => Date.now(),
  after: (ms, task) => {
    const timer = window.setTimeout(task, ms);
    return () => window.clearTimeout(timer);
  },
  random: () => Math.random(),
  newId,
  visible: () => document.visibilityState === 'visible',
};

/** A UUID of version 4; `crypto.randomUUID` exists only where the page came by https or from this machine. */
function newId(): string {
  if (crypto.randomUUID !== undefined) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
