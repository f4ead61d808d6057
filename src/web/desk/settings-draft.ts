import type { DeskSettings, DeskSettingsView, Team } from '#contract';

/** The settings as they are being written. */
export type SettingsDraft = Omit<DeskSettings, 'capacities'> & {
  /** `isOther`: somebody has written it here. */
  readonly capacities: readonly (DeskSettingsView['capacities'][number] & { readonly isOther?: true })[];
};

/** What is sent of them: of whom nothing was written, nothing is. */
export function toSave({ capacities, ...rest }: SettingsDraft): DeskSettings {
  const written = capacities.filter(({ isOther }) => isOther === true);
  return { ...rest, capacities: written.map(({ staffId, capacity }) => ({ staffId, capacity })) };
}

/** The weekdays, Monday first, as ISO 8601 numbers them. */
export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;

/** The hours that a day gets which was closed before: the first open one's, else from nine to five. */
const usualDay = { opensMinute: 9 * 60, closesMinute: 17 * 60 };
const minutesOfDay = 24 * 60;

/** "08:30", as a field of time has it; the end of the day is its midnight. */
export function timeOf(minute: number): string {
  const of = minute % minutesOfDay;
  return `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(of % 60).padStart(2, '0')}`;
}

/** The minute of a field of time; undefined while it is not filled in. Midnight is the end of a day that closes then. */
export function minuteOf(time: string, closes: boolean): number | undefined {
  const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(time) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const minute = Number(hours) * 60 + Number(minutes);
  return closes && minute === 0 ? minutesOfDay : minute;
}

/** With a day open or closed. */
export function withDay(settings: SettingsDraft, day: number, open: boolean): SettingsDraft {
  const rest = settings.week.filter((one) => one.day !== day);
  const { opensMinute, closesMinute } = rest[0] ?? usualDay;
  const week = open ? [...rest, { day, opensMinute, closesMinute }] : rest;
  return { ...settings, week: week.toSorted((one, other) => one.day - other.day) };
}

/** With other hours of a day. */
export function withHours(
  settings: SettingsDraft,
  day: number,
  hours: { readonly opensMinute?: number; readonly closesMinute?: number },
): SettingsDraft {
  return { ...settings, week: settings.week.map((one) => (one.day === day ? { ...one, ...hours } : one)) };
}

/** With a holiday more, or less; in order. */
export function withHoliday(settings: SettingsDraft, day: string, closed: boolean): SettingsDraft {
  const rest = settings.holidays.filter((one) => one !== day);
  return { ...settings, holidays: closed ? [...rest, day].toSorted() : rest };
}

/** With another promise of a team. */
export function withPromise(settings: SettingsDraft, team: Team, minutes: number): SettingsDraft {
  return { ...settings, answerMinutes: { ...settings.answerMinutes, [team]: minutes } };
}

/** With another capacity of somebody. */
export function withCapacity(settings: SettingsDraft, staffId: string, capacity: number): SettingsDraft {
  const capacities = settings.capacities.map((one) =>
    one.staffId === staffId ? { ...one, capacity, isOther: true as const } : one,
  );
  return { ...settings, capacities };
}

/** What does not make sense yet; undefined: it can be saved. */
export function wrongIn({ week, answerMinutes, capacities }: SettingsDraft): 'week' | 'hours' | 'numbers' | undefined {
  const isCount = (count: number, most: number): boolean => Number.isInteger(count) && count >= 1 && count <= most;
  if (week.length === 0) return 'week';
  if (week.some(({ opensMinute, closesMinute }) => opensMinute >= closesMinute)) return 'hours';
  const isRight =
    Object.values(answerMinutes).every((minutes) => isCount(minutes, 10_080)) &&
    capacities.every(({ capacity }) => isCount(capacity, 50));
  return isRight ? undefined : 'numbers';
}
