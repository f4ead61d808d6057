import { invariant, type LinkId } from '#base';
import type { Purchase } from '#contract';
import { operation, type Transaction } from '#db';
import { matchTold, stages, type Known, type Matched, type StandingPurchase, type ToldPurchase } from './matching.ts';
import { matchDays, merchantWords, type Compared } from './purchase-rule.ts';
import type { RecordContent, RecordDraft } from './records.ts';
import type { LinkSealer } from './sealing.ts';
import { hold } from './store.ts';

type BlindIndex = (domain: string, value: string) => Buffer;
type PurchaseContent = Extract<RecordContent, { kind: 'transaction' }>;

/** A draft that names the record it belongs to. */
export interface MatchedDraft {
  readonly draft: RecordDraft;
  readonly amountChanged: boolean;
}

const keyBytes = 16;
const dayMs = 86_400_000;

/**
 * Gives each draft of a purchase the subject of the record that it belongs to, found in one statement for all
 * of them. One statement more, when two ids met or an amount changes, locks those rows and sees that they are
 * still the same: two batches cannot give one authorization two postings. Drafts of anything else are answered
 * as they came.
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
  const answered = drafts.map((draft): MatchedDraft => ({ draft, amountChanged: false }));
  const matched = told.length === 0 ? [] : await matchStored(tx, sealers, told);
  for (const [n, place] of places.entries()) {
    const [draft, one] = [drafts[place], matched[n]];
    invariant(draft && one, 'each telling has a match');
    answered[place] = { draft: drafted(draft, one), amountChanged: one.amountChanged };
  }
  return answered;
}

function toldOf(index: BlindIndex, draft: RecordDraft, { bank, transaction }: PurchaseContent): ToldPurchase {
  const { linkId, accountRef, subjectIndex, stage, occurredAt } = draft;
  const { currency, direction } = transaction;
  const compared = comparedOf(transaction);
  const key = index('match', `${bank}|${accountRef}|${direction}|${currency}|${compared.words[0] ?? ''}`);
  return {
    linkId,
    subject: subjectIndex.toString('base64'),
    key: key.subarray(0, keyBytes).toString('base64'),
    stage,
    occurredAtMs: occurredAt.getTime(),
    occurredAt: transaction.occurredAt,
    compared,
  };
}

function comparedOf(transaction: Purchase): Compared {
  const { amount, currency, merchant, localDate } = transaction;
  return { amount, currency, words: merchantWords(transaction), category: merchant?.category ?? null, localDate };
}

/** Matches with what is stored, and holds the rows that a match depends on until the transaction ends. */
async function matchStored(
  tx: Transaction,
  sealers: ReadonlyMap<string, LinkSealer>,
  told: readonly ToldPurchase[],
): Promise<Matched[]> {
  for (;;) {
    const rows = new Map((await findRows(tx, told)).map((row) => [standingOf(sealers, row), row]));
    const matched = matchTold(told, [...rows.keys()]);
    const held = matched.flatMap(({ standing, paired, amountChanged }) =>
      paired || amountChanged ? (rows.get(standing) ?? []) : [],
    );
    // Another batch was first: what it left is read anew, and cannot change any more.
    if (!(await areHeld(tx, held))) continue;
    await nameSecondIds(
      tx,
      matched.filter((one) => one.paired && one.stage < one.standing.stage && rows.has(one.standing)),
    );
    return matched;
  }
}

interface Row {
  readonly linkId: LinkId;
  readonly subjectIndex: Buffer;
  readonly matchKey: Buffer | null;
  readonly sealed: Buffer;
  readonly stage: number;
  readonly revision: number;
  readonly occurredAt: Date;
  readonly epoch: number;
}

const bytesOf = (texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'base64'));

/** See `standing_purchases`, 0015_matching.sql. */
export const standingPurchases = operation<Row>()(
  'purchases.standing',
  { linkIds: 'uuid[]', subjects: 'bytea[]', keys: 'bytea[]', authorizations: 'bool[]' },
  `select link_id as "linkId", subject_index as "subjectIndex", match_key as "matchKey", sealed, stage, revision,
    occurred_at as "occurredAt", epoch
  from standing_purchases($linkIds, $subjects, $keys, $authorizations)`,
);

/** What stands under the ids told, and what is open under their keys. */
async function findRows(tx: Transaction, told: readonly ToldPurchase[]): Promise<Row[]> {
  const rows = await tx.run(standingPurchases, {
    linkIds: told.map((one) => one.linkId),
    subjects: bytesOf(told.map((one) => one.subject)),
    keys: bytesOf(told.map((one) => one.key)),
    authorizations: told.map((one) => one.stage === stages.authorized),
  });
  return [...new Map(rows.map((row) => [`${row.linkId}|${row.subjectIndex.toString('base64')}`, row])).values()];
}

/** Locks rows in the order in which they are written; false when one is no longer as it was read. */
async function areHeld(tx: Transaction, rows: readonly Row[]): Promise<boolean> {
  const distinct = [...new Set(rows)];
  if (distinct.length === 0) return true;
  const held = new Map((await hold(tx, distinct)).map((row) => [Number(row.n) - 1, row]));
  return distinct.every((row, n) => {
    const now = held.get(n);
    return now !== undefined && now.revision === row.revision && isSameKey(now.matchKey, row.matchKey);
  });
}

const isSameKey = (a: Buffer | null, b: Buffer | null): boolean => (a === null || b === null ? a === b : a.equals(b));

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

function open(sealer: LinkSealer | undefined, { subjectIndex, sealed, epoch }: Row): Known | undefined {
  if (sealer?.epoch !== epoch) return undefined;
  return sealer.openStanding<PurchaseContent>(subjectIndex, sealed).use(({ transaction, postedFirst }): Known => ({
    compared: comparedOf(transaction),
    before: transaction.before,
    partlyReversed: transaction.partlyReversed ?? false,
    postedFirst: postedFirst ?? false,
    usedAt: transaction.occurredAt,
  }));
}

/** The draft as it is stored: under the subject of its record, with what stands of the purchase. */
function drafted(draft: RecordDraft, matched: Matched): RecordDraft {
  const { standing, stage, known } = matched;
  const { content } = draft;
  invariant(content.kind === 'transaction', 'only a purchase is matched');
  const transaction = shown(content.transaction, matched);
  return {
    ...draft,
    subjectIndex: Buffer.from(standing.subject, 'base64'),
    stage,
    content: { ...content, transaction, ...(known.postedFirst && { postedFirst: true }) },
    matchKey: standing.matchKey === null ? null : Buffer.from(standing.matchKey, 'base64'),
  };
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

/** Gives records another key to be found by; each is named once. */
export const nameSecondId = operation<object>()(
  'purchases.name',
  { linkIds: 'uuid[]', subjects: 'bytea[]', keys: 'bytea[]' },
  `update records r set match_key = u.match_key
  from unnest($linkIds, $subjects, $keys) as u (link_id, subject_index, match_key)
  where r.link_id = u.link_id and r.subject_index = u.subject_index`,
);

/** An authorization that came after its posting changes nothing but that its id is known from now on. */
async function nameSecondIds(tx: Transaction, matched: readonly Matched[]): Promise<void> {
  if (matched.length === 0) return;
  const of = matched.map((one) => one.standing);
  await tx.run(nameSecondId, {
    linkIds: of.map((one) => one.linkId),
    subjects: bytesOf(of.map((one) => one.subject)),
    keys: bytesOf(of.map((one) => one.matchKey ?? '')),
  });
}
