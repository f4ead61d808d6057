import { limits } from '#base';

const dayMs = 86_400_000;

/** A span of local days, both included. */
export interface FetchWindow {
  readonly from: string;
  readonly to: string;
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/**
 * The window that is read next: from some days before the last one's end, for a posting changes what was read
 * before, to tomorrow, which has begun somewhere. The first one of a day goes back as far as what is only held
 * may take until it is posted. Never more than the look-back.
 *
 * @param readTo the day up to which everything was read, as `YYYY-MM-DD`; undefined before the first window
 */
export function fetchWindow(nowMs: number, readTo: string | undefined): FetchWindow {
  const through = Math.min(readTo === undefined ? nowMs : Date.parse(readTo), nowMs);
  const isFirstOfDay = readTo === undefined || readTo < dayOf(nowMs);
  const overlap = isFirstOfDay ? limits.fetchOverlapDaysFirst : limits.fetchOverlapDays;
  const from = Math.max(through - overlap * dayMs, nowMs - limits.lookbackDaysMax * dayMs);
  return { from: dayOf(from), to: dayOf(nowMs + dayMs) };
}

/** The day up to which everything is read when a window is: the day before its end, which was only beginning. */
export function readThrough(window: FetchWindow): string {
  return dayOf(Date.parse(window.to) - dayMs);
}

/** How soon a bank is asked again, in seconds: after something has happened, and after a long quiet. */
export interface FetchPace {
  readonly secondsMin: number;
  readonly secondsMax: number;
}

/**
 * How long after a fetch the next one is due, in milliseconds: soon after one that brought something, later with
 * each that did not; at a bank that tells by itself only to catch what it forgot.
 *
 * @param draw from 0 to 1, so that links that were made together are not fetched together
 */
export function nextFetchMs(
  news: 'push' | 'thin' | 'poll',
  { secondsMin, secondsMax }: FetchPace,
  quiet: number,
  draw: number,
): number | undefined {
  if (news === 'push') return undefined;
  const seconds = news === 'thin' ? secondsMax : Math.min(secondsMax, secondsMin * 2 ** Math.min(quiet, 20));
  return spread(seconds * 1000, draw);
}

/**
 * How long to wait after a failure, in milliseconds: never shorter than the bank asked for.
 *
 * @param retryAfterMs what the bank asked for; 0 when it did not say
 */
export function backOffMs(failures: number, retryAfterMs: number, draw: number): number {
  const own = Math.min(limits.fetchSecondsMax * 1000, 2_000 * 2 ** Math.min(failures, 20));
  const waited = Math.max(own, retryAfterMs);
  return Math.round(waited + waited * 0.2 * draw);
}

/** A tenth less to a tenth more. */
function spread(ms: number, draw: number): number {
  return Math.round(ms * (0.9 + 0.2 * draw));
}
