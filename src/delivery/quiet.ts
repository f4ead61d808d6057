import type { QuietHours } from '#contract';

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * Whether an instant lies in quiet hours, by the clock on the customer's wall: the first minute is in them, the
 * last is not. On the night when the clock is changed they are an hour longer or shorter.
 *
 * @param timeZone IANA name
 */
export function isQuietAt(quiet: QuietHours | null | undefined, timeZone: string, atMs: number): boolean {
  if (!quiet) return false;
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);
  const [now, from, to] = [hour * 60 + minute, minutesOf(quiet.from), minutesOf(quiet.to)];
  return from < to ? from <= now && now < to : from <= now || now < to;
}
