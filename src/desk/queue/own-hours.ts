import { TellerlineError } from '#base';
import type { DeskHoursView } from '#contract';
import { sql } from '#db';
import type { DeskParts } from '../parts.ts';
import type { Staff } from '../staff-desk.ts';
import { hoursOf } from './hours.ts';
import { requireSupervisor } from './live.ts';

/** See `StaffDesk.hours`. */
export async function readHours({ database }: DeskParts, staff: Staff): Promise<DeskHoursView> {
  requireSupervisor(staff);
  const { days, closedDays: _holidays, ...hours } = await hoursOf(database, staff.bankId);
  return { ...hours, days: [...days] };
}

/** See `StaffDesk.setHours`. What was promised before stays as it was told. */
export async function setHours({ database }: DeskParts, staff: Staff, hours: DeskHoursView): Promise<DeskHoursView> {
  requireSupervisor(staff);
  const days = [...new Set(hours.days)].toSorted((one, other) => one - other);
  const { timeZone, opensMinute, closesMinute } = hours;
  if (!isZone(timeZone) || opensMinute >= closesMinute || days.length === 0)
    throw new TellerlineError(
      'hours_invalid',
      400,
      'Name a time zone such as America/Chicago, and close after opening.',
    );
  await database.execute(sql`insert into desk_hours (bank_id, time_zone, opens_minute, closes_minute, days)
    values (${staff.bankId}, ${timeZone}, ${opensMinute}, ${closesMinute}, ${days})
    on conflict (bank_id) do update set time_zone = excluded.time_zone, opens_minute = excluded.opens_minute,
      closes_minute = excluded.closes_minute, days = excluded.days`);
  return { timeZone, opensMinute, closesMinute, days };
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
