import { limits, TellerlineError, type BankId } from '#base';
import { TEAMS, type DeskSettings, type DeskSettingsView } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { DeskParts } from '../parts.ts';
import type { Staff } from '../staff-desk.ts';
import { peopleOf, setCapacities } from '../staff/people.ts';
import { canPromise, hoursOf } from './hours.ts';
import { requireSupervisor } from './live.ts';

/** One thing that a supervisor changed, as it is entered. */
type Change = Pick<DeskSettingsView['changes'][number], 'what' | 'about' | 'was' | 'became'>;

/** How many changes a supervisor is shown; all of them are kept for `deskChangeDaysKept`. */
const changesShown = 50;

/** See `StaffDesk.settings`. */
export async function readSettings({ database, clock }: DeskParts, staff: Staff): Promise<DeskSettingsView> {
  requireSupervisor(staff);
  return viewOf(database, staff.bankId, clock.nowMs());
}

async function viewOf(db: Queryable, bankId: BankId, nowMs: number): Promise<DeskSettingsView> {
  const { timeZone, week, closedDays, answerMinutes } = await hoursOf(db, bankId);
  const people = (await peopleOf(db, bankId, nowMs)).filter(({ role }) => role !== 'privacy-officer');
  const changes = await db.query<Change & { id: bigint; at: Date; by: string }>(sql`
    select change_id as id, at, by_name as by, what, about, was, became from desk_changes
    where bank_id = ${bankId} order by change_id desc limit ${changesShown}`);
  return {
    timeZone,
    week: week.map((day) => ({ ...day })),
    holidays: [...closedDays],
    answerMinutes: { ...answerMinutes },
    capacities: people.map(({ staffId, name, capacity }) => ({ staffId, name, capacity })),
    revision: Number(changes[0]?.id ?? 0),
    changes: changes.map(({ id: _, at, ...one }) => ({ ...one, at: at.toISOString() })),
  };
}

/** See `StaffDesk.setSettings`. What was promised before stays as it was told; places and waits are looked at anew. */
export async function saveSettings(
  { database, clock, moved }: DeskParts,
  staff: Staff,
  wanted: DeskSettings,
): Promise<DeskSettingsView> {
  requireSupervisor(staff);
  const { bankId } = staff;
  requireSense(wanted);
  return database.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`desk settings ${bankId}`}, 0))`);
    const nowMs = clock.nowMs();
    const was = await viewOf(tx, bankId, nowMs);
    if (was.revision !== wanted.revision)
      throw new TellerlineError(
        'settings_changed',
        409,
        'Somebody else has changed the settings meanwhile. Read them first.',
      );
    await keepHours(tx, bankId, wanted);
    const capacities = newCapacities(was, wanted);
    await setCapacities(tx, bankId, capacities);
    const at = new Date(nowMs);
    for (const { what, about, was: before, became } of [...changesOf(was, wanted), ...capacities.map(changeOf)])
      await tx.execute(sql`insert into desk_changes (bank_id, at, by_name, what, about, was, became)
        values (${bankId}, ${at}, ${staff.name}, ${what}, ${about}, ${before}, ${became})`);
    tx.afterCommit(() => moved(bankId, TEAMS));
    return viewOf(tx, bankId, nowMs);
  });
}

function requireSense({ timeZone, week, holidays, answerMinutes }: DeskSettings): void {
  const days = new Set(week.map(({ day }) => day));
  const isOneEach = days.size === week.length && new Set(holidays).size === holidays.length && week.length > 0;
  const isSense =
    isZone(timeZone) &&
    isOneEach &&
    week.every(({ opensMinute, closesMinute }) => opensMinute < closesMinute) &&
    TEAMS.every((team) => answerMinutes[team] >= 1);
  if (!isSense)
    throw new TellerlineError(
      'settings_invalid',
      400,
      'Name a time zone such as America/Chicago, open on one day at least, and close after opening.',
    );
  if (!canPromise({ timeZone, week, closedDays: holidays, answerMinutes }))
    throw new TellerlineError(
      'settings_unkeepable',
      400,
      'The desk is not open for long enough within a year to keep the longest of these promises.',
    );
}

async function keepHours(tx: Transaction, bankId: BankId, wanted: DeskSettings): Promise<void> {
  const { timeZone, week, holidays, answerMinutes } = wanted;
  await tx.execute(sql`insert into desk_hours (bank_id, time_zone) values (${bankId}, ${timeZone})
    on conflict (bank_id) do update set time_zone = excluded.time_zone`);
  await tx.execute(sql`delete from desk_days where bank_id = ${bankId}`);
  await tx.execute(sql`insert into desk_days (bank_id, weekday, opens_minute, closes_minute)
    select ${bankId}, w.* from unnest(${week.map(({ day }) => day)}::smallint[],
      ${week.map(({ opensMinute }) => opensMinute)}::smallint[], ${week.map(({ closesMinute }) => closesMinute)}::smallint[]) w`);
  await tx.execute(sql`delete from desk_holidays where bank_id = ${bankId}`);
  await tx.execute(sql`insert into desk_holidays (bank_id, day) select ${bankId}, unnest(${[...holidays]}::date[])`);
  await tx.execute(sql`delete from desk_promises where bank_id = ${bankId}`);
  // What is usual is not kept: it may be another with the next release.
  const own = TEAMS.filter((team) => answerMinutes[team] !== limits.answerMinutes[team]);
  await tx.execute(sql`insert into desk_promises (bank_id, team, minutes)
    select ${bankId}, p.* from unnest(${own}::text[], ${own.map((team) => answerMinutes[team])}::integer[]) p`);
}

/** A capacity that is another now; of whom. */
interface NewCapacity {
  readonly staffId: string;
  readonly name: string;
  readonly before: number;
  readonly capacity: number;
}

/** By their ids: a name may change at the bank's sign-in meanwhile. */
function newCapacities({ capacities }: DeskSettingsView, wanted: DeskSettings): NewCapacity[] {
  const known = new Map(capacities.map((one) => [one.staffId, one]));
  return wanted.capacities.flatMap(({ staffId, capacity }) => {
    const was = known.get(staffId);
    if (!was) throw new TellerlineError('staff_unknown', 404, 'There is nobody of that name at this desk.');
    return was.capacity === capacity ? [] : [{ staffId, name: was.name, before: was.capacity, capacity }];
  });
}

const changeOf = ({ name, before, capacity }: NewCapacity): Change => ({
  what: 'capacity',
  about: name,
  was: String(before),
  became: String(capacity),
});

/** "08:00–20:00", as a change says it; closed: nothing. */
function spanOf(week: DeskSettings['week'], day: number): string {
  const found = week.find((one) => one.day === day);
  const time = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  return found ? `${time(found.opensMinute)}–${time(found.closesMinute)}` : '';
}

/** All that is another in the second, one by one. */
function changesOf(was: DeskSettings, became: DeskSettings): Change[] {
  const changes: Change[] = [{ what: 'time-zone', about: '', was: was.timeZone, became: became.timeZone }];
  for (let day = 1; day <= 7; day += 1)
    changes.push({ what: 'day', about: String(day), was: spanOf(was.week, day), became: spanOf(became.week, day) });
  for (const day of [...new Set([...was.holidays, ...became.holidays])].toSorted()) {
    const standing = (all: readonly string[]): string => (all.includes(day) ? 'closed' : '');
    changes.push({ what: 'holiday', about: day, was: standing(was.holidays), became: standing(became.holidays) });
  }
  for (const team of TEAMS)
    changes.push({
      what: 'promise',
      about: team,
      was: String(was.answerMinutes[team]),
      became: String(became.answerMinutes[team]),
    });
  return changes.filter((one) => one.was !== one.became);
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
