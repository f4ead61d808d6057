import { waitSpanOf } from '#contract';

/** A wait told so is held to be right when it is off by a quarter of what came true at most. */
const quarter = 0.25;
/** Under a minute nobody counts quarters: a few seconds are right. */
const shortSeconds = 60;
const shortOffSeconds = 15;

/** A wait as it is foreseen, in seconds: the number to tell, and between what it mostly lies. */
export interface ForeseenWait {
  readonly seconds: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** The same as it is told: the span in whole minutes, rounded away from the number, so that what is shown holds. */
export function asTold({ seconds, fromSeconds, toSeconds }: ForeseenWait): ForeseenWait {
  return { seconds: Math.round(seconds), ...waitSpanOf(fromSeconds, toSeconds) };
}

/** So many waits are to lie within the span that was told: four of five. */
export const spanShare = 0.8;

/** Whether a wait lay within the span that was told of it. */
export const wasWithin = ({ fromSeconds, toSeconds }: Omit<ForeseenWait, 'seconds'>, cameSeconds: number): boolean =>
  cameSeconds >= fromSeconds && cameSeconds <= toSeconds;

/** A wait as it was told once; without a span it was told before there were any. */
export interface ToldWait {
  readonly seconds: number;
  readonly fromSeconds: number | null;
  readonly toSeconds: number | null;
}

/** Whether a wait was what had been told of it: within its span; of a number alone, as `cameTrue`. */
export function cameWithin({ seconds, fromSeconds, toSeconds }: ToldWait, cameSeconds: number): boolean {
  return fromSeconds === null || toSeconds === null
    ? cameTrue(seconds, cameSeconds)
    : wasWithin({ fromSeconds, toSeconds }, cameSeconds);
}

/** Whether a number that was told is off by a quarter of what came at most, however short that was. */
export const inQuarter = (toldSeconds: number, cameSeconds: number): boolean =>
  Math.abs(toldSeconds - cameSeconds) <= quarter * cameSeconds;

/** Under a minute, or longer. */
export const lengthOf = (cameSeconds: number): 'short' | 'long' => (cameSeconds < shortSeconds ? 'short' : 'long');

/**
 * What to say of a wait drawn many times.
 *
 * @param longer - how much longer waits have come out of late than they were foreseen
 * @param wider - by how much spans were too narrow of late, as a logarithm; below 0 they were too wide
 */
export function foreseenOf(
  drawnWaits: readonly number[],
  { longer, wider }: { readonly longer: number; readonly wider: number },
): ForeseenWait {
  const waits = drawnWaits.toSorted((a, b) => a - b);
  // Of n draws the next one falls below the k-th in k of n + 1 cases: fewer draws make no narrower span.
  const at = (share: number): number =>
    waits[Math.min(waits.length - 1, Math.max(0, Math.round(share * (waits.length + 1)) - 1))] ?? 0;
  const outside = (1 - spanShare) / 2;
  const seconds = worthTelling(waits) * longer;
  return {
    seconds,
    fromSeconds: Math.min(seconds, at(outside) * longer * Math.exp(-wider)),
    toSeconds: Math.max(seconds, at(1 - outside) * longer * Math.exp(wider)),
  };
}

/** The same wait after some of it is over, or of somebody further back. */
export function movedWait(
  wait: ForeseenWait,
  by: { readonly times?: number; readonly lessSeconds?: number; readonly least: number },
): ForeseenWait {
  const moved = (seconds: number): number => Math.max(by.least, seconds * (by.times ?? 1) - (by.lessSeconds ?? 0));
  return { seconds: moved(wait.seconds), fromSeconds: moved(wait.fromSeconds), toSeconds: moved(wait.toSeconds) };
}

const offOf = (cameSeconds: number): number => (cameSeconds >= shortSeconds ? quarter * cameSeconds : shortOffSeconds);

/** Whether a number that was told came true: within a quarter, of a wait under a minute within 15 seconds. */
export function cameTrue(toldSeconds: number, cameSeconds: number): boolean {
  return Math.abs(toldSeconds - cameSeconds) <= offOf(cameSeconds);
}

/**
 * What to tell, in seconds, of a wait drawn many times: the number that comes true in the most draws. It lies below the
 * mean, which the few longest waits pull up, and above what would please.
 */
export function worthTelling(drawnWaits: readonly number[]): number {
  const waits = drawnWaits.toSorted((a, b) => a - b);
  // Which waits a number covers changes only where a wait comes in or falls out: the least and the most told of each.
  const scored = waits.flatMap((wait) =>
    [wait - offOf(wait), wait + offOf(wait)].map((told) => ({ told, right: covered(waits, told) })),
  );
  const most = Math.max(...scored.map(({ right }) => right));
  // Of all that are nearly as good the one in the middle: a best by chance lies anywhere, and draws are not the desk.
  const good = scored.filter(({ right }) => right >= most * 0.97).map(({ told }) => told);
  return good.length === 0 ? 0 : (Math.min(...good) + Math.max(...good)) / 2;
}

/** How many of these, in order, come true under a number. */
function covered(waits: readonly number[], told: number): number {
  let right = 0;
  for (const wait of waits) {
    if (wait > told * 1.4 + shortOffSeconds) break;
    if (cameTrue(told, wait)) right += 1;
  }
  return right;
}
