import type { Message, Purpose } from '#contract';

/** In which form a messenger takes a message now. There is no other: the tags for news are gone. */
export type Window =
  /** Anything: the person wrote within the last day. */
  | 'free'
  /** A person on the staff wrote the words, and the person wrote within the last week. */
  | 'human-agent'
  /** One of the messenger's approved templates, and nothing else. */
  | 'template';

const hourMs = 3_600_000;
/** Meta: the standard messaging window, WhatsApp's customer service window. */
const freeMs = 24 * hourMs;
/** Meta: HUMAN_AGENT. */
const humanAgentMs = 7 * 24 * hourMs;
/** Of a window that is nearly over nothing is expected: between our clock and the messenger's, and until the call is made. */
const safetyMs = 60_000;

/** What the window depends on. */
export interface WindowOf {
  /** When the person last wrote there, by our clock; undefined when they never did. */
  readonly heardAtMs: number | undefined;
  readonly nowMs: number;
  /** Who said it, and what for: words by staff are those of a bank in a case, and nothing that a program made. */
  readonly author: Message['author'];
  readonly purpose: Purpose | null;
  /** Of messengers that know it: WhatsApp does not. */
  readonly humanAgent: boolean;
}

/**
 * Decides in which form a message may be sent: the one place that does. HUMAN_AGENT is for words that a person on
 * the staff wrote and for nothing else, so it is decided by author and purpose and cannot be asked for.
 */
export function windowOf({ heardAtMs, nowMs, author, purpose, humanAgent }: WindowOf): Window {
  if (heardAtMs === undefined) return 'template';
  const sinceMs = nowMs - heardAtMs + safetyMs;
  if (sinceMs < freeMs) return 'free';
  const byStaff = author === 'bank' && purpose === 'customer-chat';
  return humanAgent && byStaff && sinceMs < humanAgentMs ? 'human-agent' : 'template';
}
