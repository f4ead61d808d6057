import type { CaseBrief, CaseEntry, CaseView, ChatField, DeskLive, Inbox, Looked, StaffMe } from '#contract';
import { HubProblem } from '#web/hub';
import type { InboxView } from './hub.ts';

/** Why something was not done: the hub's code, and its sentence unless it did not answer. */
export interface Trouble {
  readonly code: string;
  readonly sentence?: string;
  /** Of the case that it is about, where another one may be open. */
  readonly number?: number;
}

/** Why it was not done. Anything but the hub's word, or its silence, is a fault of ours and goes on. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof HubProblem)) throw error;
  const { code, sentence } = error;
  return { code: code ?? 'no_answer', ...(sentence !== undefined && { sentence }) };
}

/** Words that are being written for one case: kept while this page lives, and nowhere else. */
export interface Draft {
  readonly answer: string;
  readonly note: string;
}

/** The case that this desk has open. */
export interface OpenedCase {
  readonly caseId: string;
  /** Absent until it is there. */
  readonly view?: CaseView;
  readonly entries: readonly CaseEntry[];
  /** Who is writing besides oneself: colleagues by name, and the customer. */
  readonly typing: readonly string[];
  readonly customerTyping: boolean;
  /** What was looked at; forgotten when the case is shut. */
  readonly looked: Readonly<Partial<Record<ChatField, Looked>>>;
  /** Fields that the customer was asked for. */
  readonly asked: readonly ChatField[];
  /** Why it could not be opened, or the last thing could not be done. */
  readonly trouble?: Trouble;
  readonly sending: boolean;
}

/** What is said aloud once. */
export interface Announcement {
  readonly number: number;
  readonly urgent: boolean;
  readonly what: 'customer-wrote' | 'fraud-waits' | 'sent' | 'colleague-answered' | 'late';
  /** Of the case. */
  readonly of: number;
}

/** Everything that the desk shows. */
export interface DeskState {
  readonly phase: 'opening' | 'signed-out' | 'open' | 'ended';
  readonly me?: StaffMe;
  readonly view: InboxView;
  readonly search: string;
  readonly cases: readonly CaseBrief[];
  readonly counts: Inbox['counts'];
  readonly next?: string;
  readonly loading: boolean;
  readonly opened?: OpenedCase;
  readonly offline: boolean;
  readonly live?: DeskLive;
  /** Who was stopped by the harvest budget last, and when; until it was read. */
  readonly harvest?: { readonly name: string; readonly at: string };
  readonly announcement?: Announcement;
  /** Why the last thing asked of the inbox was not done. */
  readonly trouble?: Trouble;
}

export const openingState: DeskState = {
  phase: 'opening',
  view: 'mine',
  search: '',
  cases: [],
  counts: { mine: 0, waiting: 0, all: 0 },
  loading: true,
  offline: false,
};

/** Whether a case belongs into a view of the inbox. */
export function belongs(brief: CaseBrief, view: InboxView, name: string): boolean {
  if ((brief.state === 'closed') !== (view === 'closed')) return false;
  if (view === 'mine') return brief.claimedBy === name;
  // What was promised and missed is up for anybody of the team, whoever has it.
  if (view === 'waiting')
    return brief.state === 'waiting' || (brief.late === true && brief.state === 'claimed' && brief.claimedBy !== name);
  return true;
}

/** The names, with this one as the last of them or without it. */
export function withName(names: readonly string[], name: string, on: boolean): string[] {
  const others = names.filter((one) => one !== name);
  return on ? [...others, name] : others;
}
