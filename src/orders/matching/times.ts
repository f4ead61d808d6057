import type { Reason, When } from './matched.ts';

/**
 * How often a purchase and its receipt lie so far apart: an authorization comes within minutes of the order, a
 * capture with the goods, a posting days later. As a density an hour, to be weighed against how often any
 * purchase falls there.
 */

const hourMs = 3_600_000;
/** Beyond this no purchase is that of an order. */
export const daysApartMax = 45;

/** Spans within which a share of all pairs lies, two-sided and falling off: the hours, and how often. */
const spans: readonly { readonly hours: number; readonly share: number }[] = [
  { hours: 0.05, share: 0.5 },
  { hours: 1, share: 0.16 },
  { hours: 8, share: 0.12 },
  { hours: 40, share: 0.18 },
  { hours: 200, share: 0.04 },
];
/** A purchase comes after its order rather than before it. */
const shareAfter = 0.6;
/** Where only days are known: the share of the same day, of a day off, and what falls off from there. */
const ofSameDay = 0.66;
const ofOtherDays = { share: 0.34, days: 2 };

/** How far apart two are. */
export interface Apart {
  /** Chance an hour that a pair lies just so, 0 beyond all bounds. */
  readonly density: number;
  readonly days: number;
  readonly reason: Reason;
}

/** Weighs how far the purchase is from the order; one who knows but a day is compared by days. */
export function apartInTime(order: When, purchase: When): Apart {
  if (order.atMs !== undefined && purchase.atMs !== undefined) return ofHours((purchase.atMs - order.atMs) / hourMs);
  const [one, other] = [order.wallMs ?? order.atMs, purchase.wallMs ?? purchase.atMs];
  if (one === undefined || other === undefined) return ofDays(purchase.day - order.day);
  const byClock = ofHours((other - one) / hourMs);
  if (order.wallMs !== undefined && purchase.wallMs !== undefined) return byClock;
  // One of the two clocks may be another zone's: as good a guess as that it is not.
  const byDay = ofDays(Math.round((other - one) / hourMs / 24));
  const density = (byClock.density + byDay.density) / 2;
  return byClock.density > byDay.density ? { ...byClock, density } : { ...byDay, density };
}

function ofHours(hours: number): Apart {
  const far = Math.abs(hours);
  if (far > daysApartMax * 24) return { density: 0, days: far / 24, reason: 'within-weeks' };
  const falling = spans.reduce((sum, span) => sum + (span.share / span.hours) * Math.exp(-far / span.hours), 0);
  const density = falling * (hours >= 0 ? shareAfter : 1 - shareAfter);
  return { density, days: far / 24, reason: reasonOf(far) };
}

function ofDays(days: number): Apart {
  const far = Math.abs(days);
  if (far > daysApartMax) return { density: 0, days: far, reason: 'within-weeks' };
  if (far === 0) return { density: ofSameDay / 24, days: 0, reason: 'same-day' };
  const { share, days: scale } = ofOtherDays;
  const falling = (share / scale) * Math.exp(-(far - 1) / scale);
  return { density: (falling * (days > 0 ? shareAfter : 1 - shareAfter)) / 24, days: far, reason: reasonOf(far * 24) };
}

function reasonOf(hours: number): Reason {
  if (hours <= 0.25) return 'within-minutes';
  if (hours <= 12) return 'within-hours';
  return hours <= 24 * 6 ? 'within-days' : 'within-weeks';
}
