import { limits, type BankId, type ConversationId } from '#base';
import type { CaseBrief, CaseEntry, DeskServerFrame } from '#contract';
import type { DeskOutlet, Staff } from './staff-desk.ts';

/** A case that a desk shows. */
export interface Shown {
  /** Up to which number it has its entries. */
  after: number;
  /** Until when its look holds. */
  readonly untilMs: number;
  readonly conversationId: ConversationId;
  /** Whoever sits here has the case, and it is what its customer talks in: their typing is shown there. */
  answers: boolean;
  /** While what it lacks is read as it opens: nobody else brings that too. */
  isOpening?: boolean;
  /** How far staff's words had come when that was looked for last, for what other processes heard. */
  marked?: string;
  /** While the customer is shown that somebody writes: ends that. */
  stopTyping?: (() => void) | undefined;
}

/** A desk that is connected, with the cases that it shows. */
export interface ConnectedDesk {
  readonly outlet: DeskOutlet;
  readonly shown: Map<string, Shown>;
}

/** A case as far as who may see it depends on it. */
export interface ShownCase extends Pick<CaseBrief, 'team' | 'state'> {
  readonly bankId: BankId;
  readonly caseId: string;
  readonly claimedBy: string | null;
  readonly isTalk: boolean;
}

/** Whether what this person types in a case is shown to its customer. */
export const answersIn = ({ staffId }: Staff, { claimedBy, isTalk, state }: ShownCase): boolean =>
  claimedBy === staffId && isTalk && state !== 'closed';

/** Which desks are open right now, in this process; and who is writing. In memory: a desk that comes back asks anew. */
export interface DeskOutlets {
  /** Connects; the answer disconnects. Of more desks than one may have, the oldest is ended. */
  connect(outlet: DeskOutlet): { readonly desk: ConnectedDesk; end(): void };
  ofBank(bankId: BankId): readonly ConnectedDesk[];
  banks(): readonly BankId[];
  /** Entries to whoever shows the case, or to one of them, as long as its look holds; a desk that lacks one before asks for it. */
  entries(of: ShownCase, entries: readonly CaseEntry[], nowMs: number, only?: ConnectedDesk): void;
  /**
   * Of those that show a case, whoever may not see it any more, or all when it is over: nothing more of it is sent to
   * them. Answers which.
   */
  shutOut(of: ShownCase): readonly ConnectedDesk[];
  /** A frame to whoever shows the case. */
  toShowing(bankId: BankId, caseId: string, frame: DeskServerFrame): void;
  /** A frame to all desks of one person, or to those of a session. */
  toStaff(staffId: string, frame: DeskServerFrame): void;
  toSession(sessionId: string, frame: DeskServerFrame): void;
  /** To those who lead, or watch over the use of data. */
  toLeads(bankId: BankId, frame: DeskServerFrame): void;
  /** Says to the others who show the case that somebody is writing there; `by` absent: the customer. */
  typing(bankId: BankId, caseId: string, by: string | undefined, on: boolean): void;
  typingIn(caseId: string): readonly string[];
  /** Whoever is connected, each person once. */
  here(bankId: BankId): readonly Staff[];
}

/** Whether somebody may see a case at all: their own, their teams'; a supervisor all of the bank. */
export function maySee(staff: Staff, of: Pick<CaseBrief, 'team'> & { readonly claimedBy?: string | null }): boolean {
  if (staff.role === 'privacy-officer') return false;
  return staff.role === 'supervisor' || staff.teams.includes(of.team) || of.claimedBy === staff.staffId;
}

/** Makes the list of desks, empty. */
export function createDeskOutlets(): DeskOutlets {
  const byBank = new Map<BankId, Set<ConnectedDesk>>();
  const writing = new Map<string, Set<string>>();
  const all = (): ConnectedDesk[] => [...byBank.values()].flatMap((desks) => [...desks]);
  const showing = (bankId: BankId, caseId: string): ConnectedDesk[] =>
    [...(byBank.get(bankId) ?? [])].filter((desk) => desk.shown.has(caseId));

  return {
    connect: (outlet) => {
      const { bankId, staffId } = outlet.staff;
      const desks = byBank.get(bankId) ?? new Set();
      const own = [...desks].filter((desk) => desk.outlet.staff.staffId === staffId);
      const oldest = own.length >= limits.desksPerStaffMax ? own[0] : undefined;
      if (oldest) {
        desks.delete(oldest);
        oldest.outlet.frame({ frame: 'ended' });
      }
      const desk: ConnectedDesk = { outlet, shown: new Map() };
      byBank.set(bankId, desks.add(desk));
      return {
        desk,
        end: () => {
          desks.delete(desk);
          if (desks.size === 0) byBank.delete(bankId);
        },
      };
    },
    ofBank: (bankId) => [...(byBank.get(bankId) ?? [])],
    banks: () => [...byBank.keys()],
    entries: (of, entries, nowMs, only) => {
      const { bankId, caseId } = of;
      for (const desk of only ? [only] : showing(bankId, caseId))
        if (maySee(desk.outlet.staff, of)) tellEntries(desk, caseId, entries, nowMs);
    },
    shutOut: (of) => {
      return shutOut(of, showing(of.bankId, of.caseId));
    },
    toShowing: (bankId, caseId, frame) => {
      for (const { outlet } of showing(bankId, caseId)) outlet.frame(frame);
    },
    toStaff: (staffId, frame) => {
      for (const { outlet } of all()) if (outlet.staff.staffId === staffId) outlet.frame(frame);
    },
    toSession: (sessionId, frame) => {
      for (const { outlet } of all()) if (outlet.sessionId === sessionId) outlet.frame(frame);
    },
    toLeads: (bankId, frame) => {
      for (const { outlet } of byBank.get(bankId) ?? []) if (outlet.staff.role !== 'agent') outlet.frame(frame);
    },
    typing: (bankId, caseId, by, on) => {
      if (by !== undefined) {
        const who = writing.get(caseId) ?? new Set();
        if (on) who.add(by);
        else who.delete(by);
        if (who.size === 0) writing.delete(caseId);
        else writing.set(caseId, who);
      }
      for (const { outlet } of showing(bankId, caseId))
        if (outlet.staff.name !== by) outlet.frame({ frame: 'typing', caseId, ...(by !== undefined && { by }), on });
    },
    typingIn: (caseId) => [...(writing.get(caseId) ?? [])],
    here: (bankId) => {
      const staff = [...(byBank.get(bankId) ?? [])].map(({ outlet }) => outlet.staff);
      return [...new Map(staff.map((one) => [one.staffId, one])).values()];
    },
  };
}

function shutOut(of: ShownCase, showing: readonly ConnectedDesk[]): ConnectedDesk[] {
  const out: ConnectedDesk[] = [];
  for (const desk of showing) {
    const { staff } = desk.outlet;
    const here = desk.shown.get(of.caseId);
    if (!here) continue;
    here.answers = answersIn(staff, of) && maySee(staff, of);
    if (!here.answers) here.stopTyping?.();
    if (of.state !== 'closed' && maySee(staff, of)) continue;
    desk.shown.delete(of.caseId);
    out.push(desk);
  }
  return out;
}

/** Entries to a desk whose look holds; one whose look has run out is told that, and shows the case no more. */
function tellEntries(
  { outlet, shown }: ConnectedDesk,
  caseId: string,
  entries: readonly CaseEntry[],
  nowMs: number,
): void {
  const open = shown.get(caseId);
  if (!open) return;
  if (open.untilMs <= nowMs) {
    shown.delete(caseId);
    return outlet.frame({ frame: 'look-over', caseId });
  }
  open.after = Math.max(open.after, ...entries.map(({ seq }) => seq));
  return outlet.frame({ frame: 'entries', caseId, entries: [...entries] });
}
