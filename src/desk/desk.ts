import { limits, type BankId, type CustomerId, type IdentityId, type LinkId } from '#base';
import type { Locale } from '#contract';
import { sql } from '#db';
import { intentAnswer, editAnswer, readAnswers } from './answers/prepared.ts';
import { answer, askFor, closeByStaff, markSeen, note, proposeOnce, reopen, sendPicture } from './cases/answering.ts';
import { bankReplies, type BankReplies } from './cases/bank-replies.ts';
import { claim, release, transfer } from './cases/claiming.ts';
import type { CaseRow } from './cases/case-row.ts';
import { customerDesk } from './cases/customer-side.ts';
import { lookAtField } from './cases/field-looks.ts';
import { heldCases, type HeldCases } from './cases/held.ts';
import { customersLookedAt, readLooks } from './cases/looks.ts';
import { expireOldProposals } from './cases/proposals.ts';
import { entriesAfter, openForStaff, pictureForStaff } from './cases/reading.ts';
import type { CustomerDesk } from './customer-desk.ts';
import { answersIn, createDeskOutlets, type DeskOutlets, type Shown } from './outlets.ts';
import type { DeskGiven, DeskParts } from './parts.ts';
import { createCounts } from './queue/counts.ts';
import { readInbox } from './queue/inbox.ts';
import { createForecasts } from './queue/forecasts.ts';
import { readLive } from './queue/live.ts';
import { readSettings, saveSettings } from './queue/settings.ts';
import { tellPlaces } from './queue/places.ts';
import { catchUp, createCatchingUp } from './queue/catching-up.ts';
import { createTelling } from './queue/telling.ts';
import { readColleagues } from './staff/colleagues.ts';
import type { Staff, StaffDesk } from './staff-desk.ts';
import { createUpkeep } from './upkeep.ts';

/** Cases, their queue, and the staff who answer them. */
export interface Desk {
  /** What a bank's staff do. */
  readonly staff: StaffDesk;
  /** What the conversation does for its customer. */
  readonly customers: CustomerDesk;
  /** Which desks are open in this process; whoever ends a session tells them through this. */
  readonly outlets: Pick<DeskOutlets, 'toSession' | 'toStaff' | 'here'>;
  /** A link's end or narrowing has changed this case: desks are told. */
  ofLinkChanged(row: CaseRow): void;
  /** What a bank answers to a question of an intent; undefined: nothing prepared. */
  intentAnswer(bankId: BankId, intent: string, locale: Locale): Promise<string | undefined>;
  /** What a bank's own system answers in cases. */
  readonly bankReplies: BankReplies;
  /** All that is kept of a customer, by the links that stand; entered as their own use. */
  held(customerId: CustomerId, identityId: IdentityId, linkIds: readonly LinkId[]): Promise<HeldCases>;
  /** Forgets what has served its time, and ends proposals that nobody answered. */
  tidy(): Promise<void>;
  /** Puts back cases of staff who are gone, and tells of missed promises: what is due now. `start` does it again and again. */
  lookAfter(): Promise<void>;
  /** From now on desks are also told what other processes did. */
  start(): void;
  /** Waits for what is being told; nothing new is begun. */
  stop(): Promise<void>;
}

/** Makes the desk over its parts; nobody is connected yet. */
export function createDesk(given: DeskGiven): Desk {
  const outlets = createDeskOutlets();
  const counts = createCounts(given.desks, given.clock);
  const forecasts = createForecasts(given, outlets);
  const telling = createTelling(given, outlets, counts, forecasts, (...of) => tellPlaces(parts, ...of));
  const parts: DeskParts = {
    ...given,
    outlets,
    forecasts,
    changed: telling.changed,
    moved: telling.moved,
    isTold: telling.isTold,
    listed: telling.listed,
  };
  const catchingUp = createCatchingUp(parts);
  const upkeep = createUpkeep(parts);
  return {
    staff: staffDesk(parts, counts),
    customers: customerDesk(parts),
    outlets,
    ofLinkChanged: (row) => {
      parts.changed(row, { shares: true });
      parts.moved(row.bankId, [row.team]);
    },
    intentAnswer: (bankId, intent, locale) => intentAnswer(parts, bankId, intent, locale),
    bankReplies: bankReplies(parts),
    held: (customerId, identityId, linkIds) => heldCases(parts, customerId, identityId, linkIds),
    tidy: async () => {
      await expireOldProposals(parts);
      await forgetOld(parts);
    },
    lookAfter: () => upkeep.once(),
    start: () => {
      catchingUp.start();
      upkeep.start();
    },
    stop: async () => {
      await Promise.all([catchingUp.stop(), upkeep.stop()]);
      await telling.stop();
    },
  };
}

function staffDesk(parts: DeskParts, counts: Parameters<typeof readInbox>[1]): StaffDesk {
  /** A bank's key service is asked before a transaction holds anything: a dead one holds up nobody else. */
  const withKeys = async <Result>({ bankId }: Staff, work: () => Promise<Result>): Promise<Result> => {
    await parts.vault.askAhead({ bankId });
    return work();
  };
  return {
    me: (staff, until) => me(parts, staff, until),
    inbox: (staff, query) => readInbox(parts, counts, staff, query),
    open: (staff, ...of) => withKeys(staff, () => openForStaff(parts, staff, ...of)),
    entries: (staff, ...of) => withKeys(staff, async () => (await entriesAfter(parts, staff, ...of)).entries),
    claim: (staff, caseId) => withKeys(staff, () => claim(parts, staff, caseId)),
    release: (staff, caseId) => withKeys(staff, () => release(parts, staff, caseId)),
    colleagues: (staff) => readColleagues(parts, staff),
    transfer: (staff, ...of) => withKeys(staff, () => transfer(parts, staff, ...of)),
    close: (staff, ...of) => withKeys(staff, () => closeByStaff(parts, staff, ...of)),
    reopen: (staff, caseId) => withKeys(staff, () => reopen(parts, staff, caseId)),
    answer: (staff, ...said) => withKeys(staff, () => answer(parts, staff, ...said)),
    note: (staff, ...said) => withKeys(staff, () => note(parts, staff, ...said)),
    sendPicture: (staff, ...sent) => withKeys(staff, () => sendPicture(parts, staff, ...sent)),
    picture: (staff, ...of) => withKeys(staff, () => pictureForStaff(parts, staff, ...of)),
    look: (staff, ...at) => withKeys(staff, () => lookAtField(parts, staff, ...at)),
    askFor: (staff, ...asked) => withKeys(staff, () => askFor(parts, staff, ...asked)),
    propose: (staff, ...wanted) => withKeys(staff, () => proposeOnce(parts, staff, ...wanted)),
    typing: (staff, caseId, on) => typing(parts, staff, caseId, on),
    read: (staff, caseId, seq) => markSeen(parts, staff, caseId, seq),
    live: (staff) => readLive(parts, staff),
    looks: (staff) => readLooks(parts, staff),
    settings: (staff) => readSettings(parts, staff),
    setSettings: (staff, settings) => saveSettings(parts, staff, settings),
    answers: (staff) => readAnswers(parts, staff),
    editAnswer: (staff, one) => editAnswer(parts, staff, one),
    connect: (outlet) => connect(parts, outlet),
  };
}

async function me(parts: DeskParts, staff: Staff, until: Date): ReturnType<StaffDesk['me']> {
  const { bankId, name, role, teams, locales, capacity } = staff;
  const used = await parts.desks.of(bankId).transaction((tx) => customersLookedAt(tx, parts, staff));
  const face = parts.faces().find(({ id }) => id === bankId);
  return {
    name,
    role,
    bank: { id: bankId, name: face?.name ?? bankId },
    teams: [...teams],
    locales: [...locales],
    capacity,
    budget: { used, max: limits.staffCustomersPerHourMax },
    until: until.toISOString(),
  };
}

/** Shown to colleagues who have the case open; to its customer when it is who has it, in the talk of now. In memory. */
function typing(parts: DeskParts, staff: Staff, caseId: string, on: boolean): void {
  const desk = parts.outlets.ofBank(staff.bankId).find(({ outlet, shown }) => {
    return outlet.staff.staffId === staff.staffId && shown.has(caseId);
  });
  const shown = desk?.shown.get(caseId);
  // Who does not show the case is not writing in it.
  if (!shown) return;
  parts.outlets.typing(staff.bankId, caseId, staff.name, on);
  if (!on) shown.stopTyping?.();
  else if (shown.answers) {
    const { outlets } = parts.delivery;
    outlets.send(shown.conversationId, { frame: 'typing', on: true });
    shown.stopTyping = () => {
      outlets.send(shown.conversationId, { frame: 'typing', on: false });
      shown.stopTyping = undefined;
    };
  }
}

function connect(parts: DeskParts, outlet: Parameters<StaffDesk['connect']>[0]): ReturnType<StaffDesk['connect']> {
  const { desk, end } = parts.outlets.connect(outlet);
  const { staff } = outlet;
  // Whoever comes or goes changes how long others wait.
  parts.moved(staff.bankId, []);
  return {
    opened: async (caseId, after) => {
      const { untilMs, conversationId, row } = await entriesAfter(parts, staff, caseId, Number.MAX_SAFE_INTEGER);
      desk.shown.get(caseId)?.stopTyping?.();
      const shown: Shown = { after, untilMs, conversationId, answers: answersIn(staff, row), isOpening: true };
      desk.shown.set(caseId, shown);
      try {
        // Read once it is shown, so that nothing is missed in between; what comes twice is known by its number.
        const { entries } = await entriesAfter(parts, staff, caseId, after);
        if (entries.length > 0) parts.outlets.entries(row, entries, parts.clock.nowMs(), desk);
      } finally {
        shown.isOpening = false;
      }
      // What another process entered while it opened was passed over by the look that found it.
      await catchUp(parts, desk, caseId);
    },
    shut: (caseId) => {
      desk.shown.get(caseId)?.stopTyping?.();
      desk.shown.delete(caseId);
      parts.outlets.typing(staff.bankId, caseId, staff.name, false);
    },
    end: () => {
      for (const { stopTyping } of desk.shown.values()) stopTyping?.();
      for (const caseId of desk.shown.keys()) parts.outlets.typing(staff.bankId, caseId, staff.name, false);
      end();
      parts.moved(staff.bankId, []);
    },
  };
}

const dayMs = 86_400_000;

/** Closed cases with all that was said in them, looks, and what was told of waits. */
async function forgetOld({ database, clock }: DeskParts): Promise<void> {
  const nowMs = clock.nowMs();
  const cases = new Date(nowMs - limits.caseDaysKept * dayMs);
  await database.execute(sql`delete from cases where state = 'closed' and closed_at < ${cases}`);
  await database.execute(
    sql`delete from staff_looks where at < ${new Date(nowMs - limits.staffLookHoursKept * 3_600_000)}`,
  );
  await database.execute(sql`delete from desk_holds where ended_at < ${new Date(nowMs - limits.waitDaysKept * dayMs)}`);
  await database.execute(
    sql`delete from desk_changes where at < ${new Date(nowMs - limits.deskChangeDaysKept * dayMs)}`,
  );
  await database.execute(sql`delete from desk_waits where told_at < ${new Date(nowMs - limits.waitDaysKept * dayMs)}`);
}
