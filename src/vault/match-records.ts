import { invariant, type LinkId } from '#base';
import type { Purchase } from '#contract';
import { sql, type Transaction } from '#db';
import { matchTold, stages, type Matched, type StandingPurchase, type ToldPurchase } from './matching.ts';
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
      from unnest(${[...links, ...links]}::uuid[], ${[...subjects, ...bytes(told.map((one) => one.key))]}::bytea[])
        as k (link_id, match_key)
      join records r on r.link_id = k.link_id and r.match_key = k.match_key
    )
    select r.link_id as "linkId", r.subject_index as "subjectIndex", r.match_key as "matchKey",
      r.match_sealed as "matchSealed", r.stage, r.occurred_at as "occurredAt", r.local_date::text as "localDate", r.epoch
    from found join records r on r.link_id = found.link_id and r.record_id = found.record_id
    order by r.link_id, r.subject_index for update of r`);
  return rows.map((row) => standingOf(sealers, row));
}

function standingOf(sealers: ReadonlyMap<string, LinkSealer>, row: Row): StandingPurchase {
  const { linkId, subjectIndex, matchKey, matchSealed, stage, occurredAt, localDate, epoch } = row;
  const sealer = sealers.get(linkId);
  const sealed =
    sealer && matchSealed && sealer.epoch === epoch
      ? sealer.openState<Sealed>('records.match', subjectIndex.toString('base64url'), matchSealed).use((value) => value)
      : undefined;
  const [amount, currency, words, category, before, partlyReversed, postedFirst, usedAt] = sealed ?? [];
  const isKnown = amount !== undefined && currency !== undefined && words !== undefined;
  return {
    linkId,
    subject: subjectIndex.toString('base64'),
    matchKey: matchKey?.toString('base64') ?? null,
    postedFirst: postedFirst ?? false,
    stage,
    occurredAtMs: occurredAt.getTime(),
    usedAt,
    compared: isKnown ? { amount, currency, words, category: category ?? null, localDate } : undefined,
    before: before ?? undefined,
    partlyReversed: partlyReversed ?? false,
  };
}

/** The draft as it is stored: under the subject of its record, with what stands of the purchase. */
function drafted(
  sealers: ReadonlyMap<string, LinkSealer>,
  draft: RecordDraft,
  matched: Matched,
  restate: boolean,
): RecordDraft {
  const { standing, stage, amount, before, partlyReversed } = matched;
  const { content } = draft;
  const sealer = sealers.get(draft.linkId);
  invariant(content.kind === 'transaction' && sealer, 'a purchase is matched under a link whose key is there');
  const subjectIndex = Buffer.from(standing.subject, 'base64');
  const { compared } = standing;
  const state: Sealed | undefined =
    restate && compared
      ? [
          amount,
          compared.currency,
          compared.words,
          compared.category,
          before ?? null,
          partlyReversed,
          standing.postedFirst,
          standing.usedAt ?? content.transaction.occurredAt,
        ]
      : undefined;
  const sealed = state ? sealer.sealState('records.match', subjectIndex.toString('base64url'), state) : null;
  return {
    ...draft,
    subjectIndex,
    stage,
    content: { ...content, transaction: shown(content.transaction, matched) },
    match: { key: standing.matchKey === null ? null : Buffer.from(standing.matchKey, 'base64'), sealed },
  };
}

/** The purchase as it is shown: when the card was used stays, whatever is told of it later. */
function shown(told: Purchase, { standing, stage, amount, before, partlyReversed }: Matched): Purchase {
  const status = stage === stages.authorized ? 'authorized' : stage === stages.posted ? 'posted' : 'reversed';
  const usedAt = standing.usedAt ?? told.occurredAt;
  const isLater = told.status === 'posted' && Date.parse(usedAt) < Date.parse(told.occurredAt);
  return {
    ...told,
    status,
    amount,
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
