import { formatDecimal, parseMoney } from '#base';
import { apart, mayBePostingOf, mayBeReversalOf, type Compared } from './purchase-rule.ts';

/** How far a purchase has come, as it is stored. */
export const stages = { authorized: 1, posted: 2, reversed: 3 } as const;

/** A purchase as a bank tells of it now. */
export interface ToldPurchase {
  readonly linkId: string;
  /** The blind index of the bank's id for it. */
  readonly subject: string;
  /** The blind index by which its other half is found: one account, way, currency and first word of the merchant. */
  readonly key: string;
  readonly stage: number;
  readonly occurredAtMs: number;
  /** The same instant as the bank wrote it. */
  readonly occurredAt: string;
  readonly compared: Compared;
}

/** A purchase as it stands here. Owned by one call of `matchTold`, which moves it on with all that it is told. */
export interface StandingPurchase {
  readonly linkId: string;
  readonly subject: string;
  /** Its own key while the other half may come; then the second id's subject; null when it has none. */
  matchKey: string | null;
  stage: number;
  /** Of what was told last. */
  occurredAtMs: number;
  /** What its record says of it, opened when it is asked for; undefined when it may not be opened any more. */
  readonly known: () => Known | undefined;
  /** What it was moved on to; takes the place of `known`. */
  moved?: Known;
}

/** What is compared and shown of a purchase. */
export interface Known {
  readonly compared: Compared;
  /** The amount before it was changed last. */
  readonly before: string | undefined;
  /** A part was given back. */
  readonly partlyReversed: boolean;
  /** Its own id came with a posting or a reversal; a second id is that of its authorization. */
  readonly postedFirst: boolean;
  /** When the card was used, or what else was told of first, as the bank wrote it. */
  readonly usedAt: string;
}

/** Which purchase a telling belongs to, and what it makes of it. */
export interface Matched {
  readonly standing: StandingPurchase;
  /** What is compared and shown of it from now on. */
  readonly known: Known;
  /** To be stored with this stage, which may be less than was told: a reversal of a part leaves the rest standing. */
  readonly stage: number;
  /** Its amount is another than it was. */
  readonly amountChanged: boolean;
  /** It was found by the rule just now, under another id than its own. */
  readonly paired: boolean;
}

/**
 * Finds for each telling, in their order, the purchase that it belongs to: by the bank's id, else by the
 * rule; one posting to one authorization. What belongs to none begins one of its own.
 *
 * @param standing what is stored under the subjects and keys of those told; moved on in place
 */
export function matchTold(told: readonly ToldPurchase[], standing: readonly StandingPurchase[]): Matched[] {
  const known = new Standing(standing);
  return told.map((one): Matched => {
    const named = known.named(one);
    if (named && isSecondPosting(known, named, one)) return begin(known, one, named);
    const found = named ?? known.otherHalf(one);
    if (!found) return begin(known, one);
    if (isLeftOver(known, found, one)) return kept(found, one);
    const matched = moveOn(found, one, named === undefined);
    known.alias(found);
    return matched;
  });
}

/** What is known of a purchase now. */
export const knownOf = (standing: StandingPurchase): Known | undefined => standing.moved ?? standing.known();

/** It was posted or taken back under a second id. */
const isPostedAsSecond = (standing: StandingPurchase): boolean =>
  standing.stage > stages.authorized && standing.matchKey !== null && knownOf(standing)?.postedFirst !== true;

/**
 * The bank posts under one id what was posted here under the other: the two were no purchase and its
 * posting, and this one is a purchase of its own.
 */
function isSecondPosting(known: Standing, standing: StandingPurchase, told: ToldPurchase): boolean {
  if (told.stage !== stages.posted || known.isSwapped(standing)) return false;
  return standing.subject === told.subject ? isPostedAsSecond(standing) : knownOf(standing)?.postedFirst === true;
}

/** The bank takes an authorization off its list that was posted under a second id. */
function isLeftOver(known: Standing, standing: StandingPurchase, told: ToldPurchase): boolean {
  if (told.stage !== stages.reversed || standing.subject !== told.subject || known.isSwapped(standing)) return false;
  return standing.stage === stages.posted && isPostedAsSecond(standing);
}

/** What stands, by its ids and by its key. */
class Standing {
  readonly #bySubject = new Map<string, StandingPurchase>();
  readonly #bySecond = new Map<string, StandingPurchase>();
  readonly #byKey = new Map<string, StandingPurchase[]>();

  constructor(standing: readonly StandingPurchase[]) {
    for (const one of standing) this.add(one);
  }

  add(one: StandingPurchase): void {
    this.#bySubject.set(`${one.linkId}|${one.subject}`, one);
    if (one.matchKey === null) return;
    const key = `${one.linkId}|${one.matchKey}`;
    this.#bySecond.set(key, one);
    this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), one]);
  }

  /** It may have been given a second id. */
  alias(one: StandingPurchase): void {
    if (one.matchKey !== null) this.#bySecond.set(`${one.linkId}|${one.matchKey}`, one);
  }

  /** The purchase whose id this is; of two that have each other's id the one that it was given to. */
  named({ linkId, subject }: ToldPurchase): StandingPurchase | undefined {
    const own = this.#bySubject.get(`${linkId}|${subject}`);
    const second = this.#bySecond.get(`${linkId}|${subject}`);
    return own && !(second && this.isSwapped(own)) ? own : second;
  }

  /** Whether two purchases have each other's id as their second. */
  isSwapped({ linkId, subject, matchKey }: StandingPurchase): boolean {
    const other = matchKey === null ? undefined : this.#bySubject.get(`${linkId}|${matchKey}`);
    return other?.matchKey === subject;
  }

  /** The open purchase that this is the other half of: the nearest, of equals the earliest. */
  otherHalf(told: ToldPurchase): StandingPurchase | undefined {
    const open = (this.#byKey.get(`${told.linkId}|${told.key}`) ?? []).filter(
      (one) => one.matchKey === told.key && isOtherHalf(one, told),
    );
    return open.toSorted((one, other) => order(one, other, told))[0];
  }
}

function order(one: StandingPurchase, other: StandingPurchase, told: ToldPurchase): number {
  const [near = 0n, far = 0n] = [one, other].map((each) => farness(each, told));
  if (near !== far) return near < far ? -1 : 1;
  if (one.occurredAtMs !== other.occurredAtMs) return one.occurredAtMs - other.occurredAtMs;
  return one.subject < other.subject ? -1 : 1;
}

/**
 * How far two amounts are apart. A reversal takes back the whole of a purchase, else a part of one of which
 * nothing was given back yet: how large a part says nothing.
 */
function farness(standing: StandingPurchase, told: ToldPurchase): bigint {
  const known = knownOf(standing);
  const difference = known ? apart(known.compared, told.compared) : 0n;
  if (told.stage !== stages.reversed || difference === 0n) return difference;
  return known?.partlyReversed ? 2n : 1n;
}

function isOtherHalf(standing: StandingPurchase, told: ToldPurchase): boolean {
  const { stage, occurredAtMs } = standing;
  // Asked before anything is opened.
  if ((stage === stages.authorized) === (told.stage === stages.authorized)) return false;
  // An authorization that comes late is never one that was made after what was posted.
  if (told.stage === stages.authorized && told.occurredAtMs > occurredAtMs) return false;
  const compared = knownOf(standing)?.compared;
  if (!compared) return false;
  if (told.stage === stages.posted) return mayBePostingOf(compared, told.compared);
  if (told.stage === stages.reversed) return mayBeReversalOf(compared, told.compared);
  if (stage === stages.posted) return mayBePostingOf(told.compared, compared);
  return mayBeReversalOf(told.compared, compared) && apart(told.compared, compared) === 0n;
}

/** @param taken a purchase that has this id already, and was posted under another */
function begin(known: Standing, told: ToldPurchase, taken?: StandingPurchase): Matched {
  const { linkId, subject, key, stage, occurredAtMs } = told;
  // Whose own id is taken gets the other's, and each is found by its own as a second one.
  const isSwap = taken?.subject === subject;
  const standing: StandingPurchase = {
    linkId,
    subject: isSwap ? (taken.matchKey ?? subject) : subject,
    matchKey: isSwap ? subject : taken ? null : key,
    stage,
    occurredAtMs,
    known: () => firstKnown(told),
  };
  known.add(standing);
  return { standing, stage, known: firstKnown(told), amountChanged: false, paired: false };
}

/** What is known of a purchase by what was told of it first. */
function firstKnown({ stage, compared, occurredAt }: ToldPurchase): Known {
  const postedFirst = stage > stages.authorized;
  return { compared, before: undefined, partlyReversed: false, postedFirst, usedAt: occurredAt };
}

/** Told too late to change anything: stored with a stage by which it is kept out. */
function kept(standing: StandingPurchase, told: ToldPurchase, paired = false): Matched {
  const known = knownOf(standing) ?? firstKnown(told);
  const stage = Math.min(told.stage, stages.authorized);
  return { standing, stage, known, amountChanged: false, paired };
}

/** What a further telling makes of a purchase. */
function moveOn(standing: StandingPurchase, told: ToldPurchase, paired: boolean): Matched {
  if (told.stage < standing.stage) {
    if (paired) standing.matchKey = told.subject;
    return kept(standing, told, paired);
  }
  const was = knownOf(standing);
  const rest = was && restOf(standing, was.compared, told);
  // A reversal from before the posting is in the posted amount already: as one that comes too late it is kept out.
  if (rest !== undefined && standing.stage === stages.posted && told.occurredAtMs < standing.occurredAtMs)
    return kept(standing, told);

  const compared = rest === undefined ? told.compared : { ...told.compared, amount: rest };
  const isOther = was !== undefined && !isSameMoney(was.compared, compared);
  const known = was ? { ...(isOther ? changed(was, compared, rest) : was), compared } : firstKnown(told);
  const stage = rest === undefined ? told.stage : standing.stage;
  if (stage > stages.authorized && standing.stage === stages.authorized)
    standing.matchKey = paired ? told.subject : null;
  standing.stage = stage;
  standing.occurredAtMs = told.occurredAtMs;
  standing.moved = known;
  return { standing, stage, known, amountChanged: isOther, paired };
}

/** What an amount that changes leaves of what was known. */
function changed(was: Known, to: Compared, rest: string | undefined): Omit<Known, 'compared'> {
  const { postedFirst, usedAt, compared } = was;
  const isPart = rest !== undefined;
  const before = isPart && was.partlyReversed ? was.before : compared.amount;
  const isComparable = compared.currency === to.currency;
  return { postedFirst, usedAt, before: isComparable ? before : undefined, partlyReversed: isPart };
}

function isSameMoney(one: Compared, other: Compared): boolean {
  return one.currency === other.currency && apart(one, other) === 0n;
}

/** What is left of a purchase of which a part is reversed; undefined when it is no such reversal. */
function restOf(standing: StandingPurchase, was: Compared, { stage, compared }: ToldPurchase): string | undefined {
  if (stage !== stages.reversed || standing.stage === stages.reversed) return undefined;
  const { currency } = compared;
  if (was.currency !== currency) return undefined;
  const minor = parseMoney(was.amount, currency).minor - parseMoney(compared.amount, currency).minor;
  return minor > 0n ? formatDecimal({ minor, currency }) : undefined;
}
