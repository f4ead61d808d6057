import { invariant, type LinkId } from '#base';
import type { Purchase } from '#contract';
import { sql, type Transaction } from '#db';
import { matchTold, stages, type Known, type Matched, type StandingPurchase, type ToldPurchase } from './matching.ts';
import { matchDays, merchantWords } from './purchase-rule.ts';
import type { RecordContent, RecordDraft } from './records.ts';
import type { LinkSealer } from './sealing.ts';

type BlindIndex = (domain: string, value: string) => Buffer;
type PurchaseContent = Extract<RecordContent, { kind: 'transaction' }>;

/** A draft that names the record it belongs to. */
export interface MatchedDraft {
  readonly draft: RecordDraft;
  readonly amountChanged: boolean;
}

/** What is sealed in `match_sealed`, in this order, as it is written with every new purchase. */
type Sealed = readonly [
  amount: string,
  currency: string,
  words: readonly string[],
  category: string | null,
  before: string | null,
  partlyReversed: boolean,
  postedFirst: boolean,
  usedAt: string,
];

const keyBytes = 16;
const dayMs = 86_400_000;

/**
 * Gives each draft of a purchase the subject of the record that it belongs to, found in one statement for all
 * of them; that one opens `match_sealed` and no record. The rows stay locked, so that two batches cannot give
 * one authorization two postings. Drafts of anything else are answered as they came.
 */
export async function matchPurchases(
  tx: Transaction,
  index: BlindIndex,
  sealers: ReadonlyMap<string, LinkSealer>,
  drafts: readonly RecordDraft[],
  { origin, nowMs }: { readonly origin: 'event' | 'history'; readonly nowMs: number },
): Promise<MatchedDraft[]> {
  // Of a history the old part has no other half that is still to come.
  const since = origin === 'event' ? '' : new Date(nowMs - matchDays.ofHolds * dayMs).toISOString().slice(0, 10);
  const places: number[] = [];
  const told: ToldPurchase[] = [];
  for (const [place, draft] of drafts.entries()) {
    if (draft.content.kind !== 'transaction' || draft.localDate < since) continue;
    places.push(place);
    told.push(toldOf(index, draft, draft.content));
  }
  if (told.length === 0) return drafts.map((draft) => ({ draft, amountChanged: false }));

  const standing = await findStanding(tx, sealers, told);
  const stored = new Set(standing);
  const matched = matchTold(told, standing);
  await nameSecondIds(
    tx,
    matched.filter((one) => one.paired && one.stage < one.standing.stage && stored.has(one.standing)),
  );
  const answered = drafts.map((draft): MatchedDraft => ({ draft, amountChanged: false }));
  // Of several drafts of one record the last may be the one that is stored, so it says what an earlier one changed.
  const restated = new Set<StandingPurchase>();
  for (const [n, place] of places.entries()) {
    const [draft, one] = [drafts[place], matched[n]];
    invariant(draft && one, 'each telling has a match');
    if (one.restate) restated.add(one.standing);
    answered[place] = {
      draft: drafted(sealers, draft, one, restated.has(one.standing)),
      amountChanged: one.amountChanged,
    };
  }
  return answered;
}

function toldOf(index: BlindIndex, draft: RecordDraft, { bank, transaction }: PurchaseContent): ToldPurchase {
  const { linkId, accountRef, subjectIndex, stage, localDate, occurredAt } = draft;
  const { amount, currency, direction, merchant } = transaction;
  const words = merchantWords(transaction);
  const key = index('match', `${bank}|${accountRef}|${direction}|${currency}|${words[0] ?? ''}`);
  return {
    linkId,
    subject: subjectIndex.toString('base64'),
    key: key.subarray(0, keyBytes).toString('base64'),
    stage,
    occurredAtMs: occurredAt.getTime(),
    occurredAt: transaction.occurredAt,
    compared: { amount, currency, words, category: merchant?.category ?? null, localDate },
  };
}

interface Row {
  readonly linkId: LinkId;
  readonly subjectIndex: Buffer;
  readonly matchKey: Buffer | null;
  readonly matchSealed: Buffer | null;
  readonly stage: number;
  readonly occurredAt: Date;
  readonly localDate: string;
  readonly epoch: number;
}

/** What stands under the ids told, and what is open under their keys. Locked in the order in which it is written. */
async function findStanding(
  tx: Transaction,
  sealers: ReadonlyMap<string, LinkSealer>,
  told: readonly ToldPurchase[],
): Promise<StandingPurchase[]> {
  const bytes = (texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'base64'));
  const links = told.map((one) => one.linkId);
  const subjects = bytes(told.map((one) => one.subject));
  const rows = await tx.query<Row>(sql`
    with found as (
      select r.link_id, r.record_id from unnest(${links}::uuid[], ${subjects}::bytea[]) as s (link_id, subject_index)
      join records r on r.link_id = s.link_id and r.subject_index = s.subject_index
      union
      select r.link_id, r.record_id
      from unnest(${[...links, ...links]}::uuid[], ${[...subjects, ...bytes(told.map((one) => one.key))]}::bytea[],
        ${[...told.map(() => null), ...told.map((one) => one.stage === stages.authorized)]}::boolean[])
        as k (link_id, match_key, is_authorization)
      join records r on r.link_id = k.link_id and r.match_key = k.match_key
        and (r.stage = ${stages.authorized}) is distinct from k.is_authorization
    )
    select r.link_id as "linkId", r.subject_index as "subjectIndex", r.match_key as "matchKey",
      r.match_sealed as "matchSealed", r.stage, r.occurred_at as "occurredAt", r.local_date::text as "localDate", r.epoch
    from found join records r on r.link_id = found.link_id and r.record_id = found.record_id
    order by r.link_id, r.subject_index for update of r`);
  return rows.map((row) => standingOf(sealers, row));
}

function standingOf(sealers: ReadonlyMap<string, LinkSealer>, row: Row): StandingPurchase {
  const { linkId, subjectIndex, matchKey, stage, occurredAt } = row;
  let opened: { known: Known | undefined } | undefined;
  return {
    linkId,
    subject: subjectIndex.toString('base64'),
    matchKey: matchKey?.toString('base64') ?? null,
    stage,
    occurredAtMs: occurredAt.getTime(),
    known: () => (opened ??= { known: open(sealers.get(linkId), row) }).known,
  };
}

function open(sealer: LinkSealer | undefined, { subjectIndex, matchSealed, localDate, epoch }: Row): Known | undefined {
  if (!sealer || !matchSealed || sealer.epoch !== epoch) return undefined;
  const sealed = sealer.openState<Sealed>('records.match', subjectIndex.toString('base64url'), matchSealed);
  return sealed.use(([amount, currency, words, category, before, partlyReversed, postedFirst, usedAt]): Known => ({
    compared: { amount, currency, words, category, localDate },
    before: before ?? undefined,
    partlyReversed,
    postedFirst,
    usedAt,
  }));
}

/** The draft as it is stored: under the subject of its record, with what stands of the purchase. */
function drafted(
  sealers: ReadonlyMap<string, LinkSealer>,
  draft: RecordDraft,
  matched: Matched,
  restate: boolean,
): RecordDraft {
  const { standing, stage, known } = matched;
  const { content } = draft;
  const sealer = sealers.get(draft.linkId);
  invariant(content.kind === 'transaction' && sealer, 'a purchase is matched under a link whose key is there');
  const subjectIndex = Buffer.from(standing.subject, 'base64');
  const sealed = restate ? sealer.sealState('records.match', subjectIndex.toString('base64url'), stateOf(known)) : null;
  return {
    ...draft,
    subjectIndex,
    stage,
    content: { ...content, transaction: shown(content.transaction, matched) },
    match: { key: standing.matchKey === null ? null : Buffer.from(standing.matchKey, 'base64'), sealed },
  };
}

function stateOf({ compared, before, partlyReversed, postedFirst, usedAt }: Known): Sealed {
  const { amount, currency, words, category } = compared;
  return [amount, currency, words, category, before ?? null, partlyReversed, postedFirst, usedAt];
}

/** The purchase as it is shown: when the card was used stays, whatever is told of it later. */
function shown(told: Purchase, { stage, known }: Matched): Purchase {
  const { compared, before, partlyReversed, usedAt } = known;
  const status = stage === stages.authorized ? 'authorized' : stage === stages.posted ? 'posted' : 'reversed';
  const isLater = told.status === 'posted' && Date.parse(usedAt) < Date.parse(told.occurredAt);
  return {
    ...told,
    status,
    amount: compared.amount,
    occurredAt: usedAt,
    ...(isLater && { postedAt: told.occurredAt }),
    ...(before !== undefined && { before }),
    ...(partlyReversed && { partlyReversed }),
  };
}

/** An authorization that came after its posting changes nothing but that its id is known from now on. */
async function nameSecondIds(tx: Transaction, matched: readonly Matched[]): Promise<void> {
  if (matched.length === 0) return;
  const bytes = (texts: readonly (string | null)[]): Buffer[] => texts.map((text) => Buffer.from(text ?? '', 'base64'));
  const of = matched.map((one) => one.standing);
  await tx.execute(sql`
    update records r set match_key = u.match_key
    from unnest(${of.map((one) => one.linkId)}::uuid[], ${bytes(of.map((one) => one.subject))}::bytea[],
      ${bytes(of.map((one) => one.matchKey))}::bytea[]) as u (link_id, subject_index, match_key)
    where r.link_id = u.link_id and r.subject_index = u.subject_index`);
}
