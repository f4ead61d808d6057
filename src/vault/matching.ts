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
  readonly compared: Compared;
}

/** A purchase as it stands here. Owned by one call of `matchTold`, which moves it on with all that it is told. */
export interface StandingPurchase {
  readonly linkId: string;
  readonly subject: string;
  /** Its own key while the other half may come; then the second id's subject; null when it never had one. */
  matchKey: string | null;
  stage: number;
  occurredAtMs: number;
  /** Unknown of what was stored before there was matching. */
  compared: Compared | undefined;
  /** The amount before it was changed last. */
  before: string | undefined;
  /** A part was given back. */
  partlyReversed: boolean;
}

/** Which purchase a telling belongs to, and what it makes of it. */
export interface Matched {
  readonly standing: StandingPurchase;
  /** To be stored with this stage, which may be less than was told: a reversal of a part leaves the rest standing. */
  readonly stage: number;
  readonly amount: string;
  readonly before: string | undefined;
  readonly partlyReversed: boolean;
  /** Its amount is another than it was. */
  readonly amountChanged: boolean;
  /** What is compared from now on is another than what is stored, if anything is. */
  readonly restate: boolean;
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
    const own = known.named(one);
    const other = own ? undefined : known.otherHalf(one);
    const found = own ?? other;
    if (!found) return begin(known, one);
    const matched = moveOn(found, one, other !== undefined);
    if (other) known.alias(one, other);
    return matched;
  });
}

/** What stands, by its ids and by its key. */
class Standing {
  readonly #byName = new Map<string, StandingPurchase>();
  readonly #byKey = new Map<string, StandingPurchase[]>();

  constructor(standing: readonly StandingPurchase[]) {
    for (const one of standing)
      if (one.matchKey !== null) this.#byName.set(`${one.linkId}|${one.matchKey}`, one);
    // A purchase whose own id it is goes before one that was told under it later.
    for (const one of standing) this.add(one);
  }

  add(one: StandingPurchase): void {
    this.#byName.set(`${one.linkId}|${one.subject}`, one);
    if (one.matchKey === null) return;
    const key = `${one.linkId}|${one.matchKey}`;
    this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), one]);
  }

  alias({ linkId, subject }: ToldPurchase, one: StandingPurchase): void {
    this.#byName.set(`${linkId}|${subject}`, one);
  }

  named({ linkId, subject }: ToldPurchase): StandingPurchase | undefined {
    return this.#byName.get(`${linkId}|${subject}`);
  }

  /** The open purchase that this is the other half of: the nearest in amount, of equals the earliest. */
  otherHalf(told: ToldPurchase): StandingPurchase | undefined {
    const open = (this.#byKey.get(`${told.linkId}|${told.key}`) ?? []).filter(
      (one) => one.matchKey === told.key && isOtherHalf(one, told),
    );
    return open.toSorted((one, other) => order(one, other, told))[0];
  }
}

function order(one: StandingPurchase, other: StandingPurchase, { compared }: ToldPurchase): number {
  const [near, far] = [one, other].map((each) => (each.compared ? apart(each.compared, compared) : 0n));
  if (near !== far) return (near ?? 0n) < (far ?? 0n) ? -1 : 1;
  if (one.occurredAtMs !== other.occurredAtMs) return one.occurredAtMs - other.occurredAtMs;
  return one.subject < other.subject ? -1 : 1;
}

function isOtherHalf({ stage, compared, occurredAtMs }: StandingPurchase, told: ToldPurchase): boolean {
  if (!compared) return false;
  switch (told.stage) {
    case stages.posted:
      return stage === stages.authorized && mayBePostingOf(compared, told.compared);
    case stages.reversed:
      return stage === stages.authorized && mayBeReversalOf(compared, told.compared);
    default:
      // An authorization that comes late: never one that was made after what was posted.
      if (told.occurredAtMs > occurredAtMs) return false;
      if (stage === stages.posted) return mayBePostingOf(told.compared, compared);
      return (
        stage === stages.reversed && mayBeReversalOf(told.compared, compared) && apart(told.compared, compared) === 0n
      );
  }
}

function begin(known: Standing, told: ToldPurchase): Matched {
  const { linkId, subject, key, stage, occurredAtMs, compared } = told;
  const standing: StandingPurchase = {
    linkId,
    subject,
    matchKey: key,
    stage,
    occurredAtMs,
    compared,
    before: undefined,
    partlyReversed: false,
  };
  known.add(standing);
  return { ...shownOf(standing, told), amountChanged: false, restate: true, paired: false };
}

/** What a further telling makes of a purchase. */
function moveOn(standing: StandingPurchase, told: ToldPurchase, paired: boolean): Matched {
  const was = standing.compared;
  const comes = { amountChanged: false, restate: false, paired };
  if (told.stage < standing.stage) {
    if (paired) standing.matchKey = told.subject;
    return { ...shownOf(standing, told), ...comes, stage: told.stage };
  }
  const rest = was && restOf(standing, was, told);
  // A reversal from before the posting is in the posted amount already: as one that comes too late it is kept out.
  if (rest !== undefined && standing.stage === stages.posted && told.occurredAtMs < standing.occurredAtMs)
    return { ...shownOf(standing, told), ...comes, stage: stages.authorized };

  const amount = rest ?? told.compared.amount;
  const isSameMoney = was?.currency === told.compared.currency;
  const isOther = was !== undefined && !(isSameMoney && apart(was, { ...told.compared, amount }) === 0n);
  if (rest !== undefined) {
    standing.before = standing.partlyReversed ? standing.before : was?.amount;
    standing.partlyReversed = true;
  } else if (isOther) {
    standing.before = isSameMoney ? was.amount : undefined;
    standing.partlyReversed = false;
  }
  const stage = rest === undefined ? told.stage : standing.stage;
  if (stage > stages.authorized && standing.stage === stages.authorized)
    standing.matchKey = paired ? told.subject : null;
  standing.stage = stage;
  standing.occurredAtMs = told.occurredAtMs;
  standing.compared = isOther || !was ? { ...told.compared, amount } : was;
  return { ...shownOf(standing, told), amountChanged: isOther, restate: isOther || !was, paired };
}

/** What is left of a purchase of which a part is reversed; undefined when it is no such reversal. */
function restOf(standing: StandingPurchase, was: Compared, { stage, compared }: ToldPurchase): string | undefined {
  if (stage !== stages.reversed || standing.stage === stages.reversed) return undefined;
  const { currency } = compared;
  if (was.currency !== currency) return undefined;
  const minor = parseMoney(was.amount, currency).minor - parseMoney(compared.amount, currency).minor;
  return minor > 0n ? formatDecimal({ minor, currency }) : undefined;
}

/** What is shown of a purchase as it stands now. */
function shownOf(
  standing: StandingPurchase,
  told: ToldPurchase,
): Pick<Matched, 'standing' | 'stage' | 'amount' | 'before' | 'partlyReversed'> {
  const { stage, compared, before, partlyReversed } = standing;
  return { standing, stage, amount: compared?.amount ?? told.compared.amount, before, partlyReversed };
}
