import type { Team } from '#contract';

/**
 * What a bank's desk is like in the simulated week. The forecaster is told nothing of it: it learns from what happens.
 * Made up, and meant to be like a desk of forty: some 400 cases in a busy hour, mostly short, some very long.
 */

/** A kind of case: how often among a hundred, and how long (median seconds, spread of the logarithm) its answers take. */
export interface Kind {
  readonly topic: string;
  readonly weight: number;
  readonly first: readonly [medianSeconds: number, sigma: number];
  readonly next: readonly [medianSeconds: number, sigma: number];
}

export const kinds: readonly Kind[] = [
  { topic: 'lost_or_stolen_card', weight: 5, first: [170, 0.6], next: [80, 0.7] },
  { topic: 'compromised_card', weight: 3, first: [260, 0.7], next: [120, 0.7] },
  { topic: 'card_arrival', weight: 14, first: [90, 0.6], next: [50, 0.7] },
  { topic: 'pin_blocked', weight: 9, first: [110, 0.6], next: [60, 0.7] },
  { topic: 'dispute', weight: 8, first: [290, 0.8], next: [130, 0.8] },
  { topic: 'failed_transfer', weight: 15, first: [180, 0.8], next: [90, 0.8] },
  { topic: 'pending_top_up', weight: 10, first: [120, 0.7], next: [60, 0.7] },
  { topic: 'exchange_rate', weight: 6, first: [100, 0.6], next: [60, 0.6] },
  { topic: 'verify_my_identity', weight: 9, first: [210, 0.7], next: [110, 0.8] },
  { topic: 'edit_personal_details', weight: 8, first: [130, 0.6], next: [60, 0.7] },
  { topic: 'other', weight: 13, first: [150, 0.9], next: [80, 0.9] },
];

/** Cases of a busy hour, and each hour's share of it from eight to eight. */
export const busiestHour = 400;
export const shareByHour = [0.55, 0.8, 0.95, 1, 0.95, 0.85, 0.85, 0.9, 0.95, 0.95, 0.75, 0.55] as const;
/** What comes while nobody is there, as a share of a busy hour. */
export const shareAtNight = 0.05;
/** Monday to Sunday. */
export const shareByDay = [1.1, 1, 0.95, 0.95, 1, 0.6, 0.5] as const;

/** Hours in which far more comes of some teams. Day 0 is Monday. */
export interface Rush {
  readonly name: 'salary-day' | 'outage' | 'fraud-wave';
  readonly day: number;
  readonly from: number;
  readonly to: number;
  readonly teams: readonly Team[];
  readonly times: number;
  /** How much longer, or shorter, its cases take. */
  readonly lasts: number;
}

export const rushes: readonly Rush[] = [
  { name: 'outage', day: 1, from: 14, to: 15.5, teams: ['cards', 'payments'], times: 3, lasts: 0.75 },
  { name: 'salary-day', day: 3, from: 9, to: 13, teams: ['payments', 'accounts'], times: 1.8, lasts: 1 },
  { name: 'fraud-wave', day: 4, from: 16, to: 18, teams: ['fraud'], times: 8, lasts: 1.2 },
];

export const spanishShare = 0.18;
/** After an answer the customer comes back so often, after a median of so many seconds. */
export const back = { share: 0.5, medianSeconds: 80, sigma: 1 };
/** So many first answers are none: the case is passed on to another team. */
export const transferShare = 0.06;
/** How long somebody waits before they give up. */
export const patience = { medianSeconds: 50 * 60, sigma: 0.9 };
/** Between having room and the next case; now and then there is something to write down first. */
export const pause = { medianSeconds: 8, sigma: 0.6, longShare: 0.06, longSeconds: 75 };
/** Each further case at a time makes the others longer by so much. */
export const slowedByEach = 0.15;

/** A shift: how many people on a working day, and at the weekend. */
export interface Shift {
  readonly from: number;
  readonly to: number;
  readonly workday: number;
  readonly weekend: number;
}

export const shifts: readonly Shift[] = [
  { from: 8, to: 16, workday: 18, weekend: 10 },
  { from: 10, to: 18, workday: 8, weekend: 4 },
  { from: 12, to: 20, workday: 16, weekend: 9 },
];
/** So many do not come, and those who do come or leave a few minutes off. */
export const absentShare = 0.06;
export const offMinutes = 6;
/** In each shift, hours after its beginning, give or take `breakSpreadHours`: a meal, and two short ones. */
export const breakSpreadHours = 0.75;
export const breaks = [
  { after: 1.8, minutes: 12 },
  { after: 3.8, minutes: 35 },
  { after: 6.2, minutes: 12 },
] as const;

/** What people are trained for: which teams, and in what share of them. */
export const trained: readonly { readonly teams: readonly Team[]; readonly share: number }[] = [
  { teams: ['fraud', 'cards'], share: 0.3 },
  { teams: ['payments', 'accounts'], share: 0.25 },
  { teams: ['cards', 'payments', 'general'], share: 0.25 },
  { teams: ['accounts', 'general', 'payments'], share: 0.2 },
];
export const bilingualShare = 0.35;
export const capacityEach = [2, 2, 3] as const;
