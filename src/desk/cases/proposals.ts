import { limits, newId, TellerlineError, type MessageId, type ProposalId } from '#base';
import type { CaseEntry, Proposal } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { Thread } from '#delivery';
import type { LinkSealer } from '#vault';
import type { StandingProposal } from '../customer-desk.ts';
import type { DeskParts } from '../parts.ts';
import type { Staff } from '../staff-desk.ts';
import { isUuid, lockOwnCase, toldOf, type CaseRow, type LiveCase } from './case-row.ts';
import { addEntry, announce, sealerOf } from './entries.ts';

/** What staff propose, as it stands sealed. */
type Ask = Omit<Proposal, 'state'> & { readonly by: string };

interface Row {
  readonly proposalId: ProposalId;
  readonly caseId: string;
  readonly seq: bigint;
  readonly at: Date;
  readonly expiresAt: Date;
  readonly state: Proposal['state'];
  readonly messageId: MessageId | null;
  readonly sealed: Buffer;
}

const columns = `proposal_id as "proposalId", case_id as "caseId", seq, proposed_at as at, expires_at as "expiresAt",
  state, message_id as "messageId", sealed`;

/** A proposal that is over, with the message whose buttons go. */
type OverProposal = Proposal & { readonly messageId: MessageId };

/** Stores a proposal with its entry and its message: nothing is done to a card before the customer has confirmed it. */
export async function propose(
  tx: Transaction,
  parts: DeskParts,
  row: LiveCase,
  staff: Staff,
  wanted: Pick<Proposal, 'action' | 'cardLast4' | 'limit'>,
  clientId?: string,
): Promise<CaseEntry> {
  if (row.proposalsWaiting >= limits.proposalsWaitingMax)
    throw new TellerlineError('proposals_too_many', 429, 'Several proposals wait for the customer already.', {
      max: limits.proposalsWaitingMax,
    });
  const sealer = await sealerOf(tx, parts, row.linkId);
  const nowMs = parts.clock.nowMs();
  const proposalId = newId<ProposalId>();
  const { action, cardLast4, limit } = wanted;
  const proposal = {
    proposalId,
    action,
    ...(cardLast4 && { cardLast4 }),
    ...(limit && { limit }),
    state: 'waits' as const,
  };
  const said = { entry: 'proposed', by: staff.name, proposal } as const;
  const entry = await addEntry(tx, sealer, row, { said, ...(clientId !== undefined && { clientId }) }, nowMs);
  const told = await parts.tell.proposed(tx, toldOf(row), { ...proposal, by: staff.name });
  const { state, ...asked } = proposal;
  const ask: Ask = { ...asked, by: staff.name };
  await tx.execute(sql`insert into case_proposals
      (bank_id, case_id, proposal_id, link_id, seq, action, state, proposed_at, expires_at, message_id, sealed)
    values (${row.bankId}, ${row.caseId}, ${proposalId}, ${row.linkId}, ${entry.seq}, ${action}, ${state},
      ${new Date(nowMs)}, ${new Date(nowMs + limits.proposalMinutesMax * 60_000)}, ${told?.messageId ?? null},
      ${sealer.sealState('case_proposals.ask', proposalId, ask)})`);
  await tx.execute(sql`update cases set proposals_waiting = proposals_waiting + 1
    where bank_id = ${row.bankId} and case_id = ${row.caseId}`);
  await announce(tx, parts, row, [entry]);
  return entry;
}

/** How the proposals of a case stand. */
export async function proposalStates(
  db: Queryable,
  { bankId, caseId }: Pick<CaseRow, 'bankId' | 'caseId'>,
): Promise<Map<string, Proposal['state']>> {
  const rows = await db.query<Pick<Row, 'proposalId' | 'state'>>(sql`
    select proposal_id as "proposalId", state from case_proposals where bank_id = ${bankId} and case_id = ${caseId}`);
  return new Map(rows.map(({ proposalId, state }) => [proposalId, state]));
}

const proposalUnknown = (): TellerlineError =>
  new TellerlineError('proposal_unknown', 404, 'There is no such proposal here.');

async function lockProposal(
  tx: Transaction,
  parts: DeskParts,
  { customerId }: Thread,
  proposalId: string,
): Promise<{ row: LiveCase; sealer: LinkSealer; found: Row; ask: Ask }> {
  if (!isUuid(proposalId)) throw proposalUnknown();
  const [place] = await tx.query<{ caseId: string }>(sql`
    select case_id as "caseId" from case_proposals where proposal_id = ${proposalId}`);
  if (!place) throw proposalUnknown();
  const row = await lockOwnCase(tx, customerId, place.caseId);
  const sealer = await sealerOf(tx, parts, row.linkId);
  const [found] = await tx.query<Row>({
    text: `select ${columns} from case_proposals where bank_id = $1 and case_id = $2 and proposal_id = $3 for update`,
    values: [row.bankId, row.caseId, proposalId],
  });
  if (!found) throw proposalUnknown();
  const ask = sealer.openState<Ask>('case_proposals.ask', proposalId, found.sealed).use((one) => one);
  const isOver = found.state !== 'waits' || row.state === 'closed' || found.expiresAt.getTime() <= parts.clock.nowMs();
  if (isOver)
    throw new TellerlineError('proposal_over', 410, 'This proposal waits no more. Nothing was done.', {
      state: found.state,
    });
  return { row, sealer, found, ask };
}

/** See `CustomerDesk.proposal`. */
export async function waitingProposal(
  tx: Transaction,
  parts: DeskParts,
  thread: Thread,
  proposalId: string,
): Promise<StandingProposal> {
  const { row, ask, found } = await lockProposal(tx, parts, thread, proposalId);
  const { caseId, linkId, bankId } = row;
  return { ...ask, proposalId: found.proposalId, state: found.state, caseId, linkId, bankId };
}

/** See `CustomerDesk.settle`. */
export async function settleProposal(
  tx: Transaction,
  parts: DeskParts,
  thread: Thread,
  proposalId: string,
  became: 'confirmed' | 'declined',
): Promise<void> {
  const { row, found, ask } = await lockProposal(tx, parts, thread, proposalId);
  await tx.execute(sql`update case_proposals set state = ${became}
    where bank_id = ${row.bankId} and case_id = ${row.caseId} and proposal_id = ${proposalId}`);
  await tx.execute(sql`update cases set proposals_waiting = proposals_waiting - 1
    where bank_id = ${row.bankId} and case_id = ${row.caseId}`);
  await announce(tx, parts, row, [entryOf(found, { ...ask, state: became })]);
}

/** A proposal's entry, as it stands now: a desk knows it by its number. */
function entryOf({ seq, at }: Row, { by, ...proposal }: Ask & Pick<Proposal, 'state'>): CaseEntry {
  return { entry: 'proposed', seq: Number(seq), at: at.toISOString(), by, proposal };
}

/** What is over in a case: what its customer has a message of, and all of it as desks show it. */
interface Over {
  readonly told: readonly OverProposal[];
  readonly entries: readonly CaseEntry[];
}

/** Ends what still waits in a case: all of one that closes, or what is over by now. */
export async function expireProposals(
  tx: Transaction,
  parts: DeskParts,
  row: LiveCase,
  overAt: Date | null = null,
): Promise<Over> {
  const { text, values } = sql`update case_proposals set state = 'expired'
    where bank_id = ${row.bankId} and case_id = ${row.caseId} and state = 'waits'
      and (${overAt}::timestamptz is null or expires_at <= ${overAt}) returning`;
  const rows = await tx.query<Row>({ text: `${text} ${columns}`, values });
  if (rows.length === 0) return { told: [], entries: [] };
  // Where the bank's key service does not answer, the buttons stay and do nothing.
  const sealer = (await parts.vault.readableLinkSealers(tx, [row.linkId])).get(row.linkId);
  if (!sealer) return { told: [], entries: [] };
  const over = rows.map((one) => {
    const ask = sealer.openState<Ask>('case_proposals.ask', one.proposalId, one.sealed).use((opened) => opened);
    return { row: one, ask: { ...ask, state: 'expired' as const } };
  });
  return {
    told: over.flatMap(({ row: { messageId }, ask: { by: _, ...proposal } }) =>
      messageId === null ? [] : [{ ...proposal, messageId }],
    ),
    entries: over.map((one) => entryOf(one.row, one.ask)),
  };
}

const atOnce = 100;

/** Ends proposals whose time is over, each in a transaction of its own. */
export async function expireOldProposals(parts: DeskParts): Promise<void> {
  const { database, clock, tell } = parts;
  const now = new Date(clock.nowMs());
  const due = await database.query<{ customerId: Thread['customerId']; caseId: string }>(sql`
    select distinct c.customer_id as "customerId", c.case_id as "caseId" from case_proposals p
    join cases c on c.bank_id = p.bank_id and c.case_id = p.case_id
    where p.state = 'waits' and p.expires_at <= ${now} and c.customer_id is not null limit ${atOnce}`);
  for (const { customerId, caseId } of due) {
    await database.transaction(async (tx) => {
      const row = await lockOwnCase(tx, customerId, caseId);
      const { told, entries } = await expireProposals(tx, parts, row, now);
      for (const one of told) await tell.proposalOver(tx, toldOf(row), one);
      await tx.execute(sql`update cases set proposals_waiting = (select count(*) from case_proposals p
        where p.bank_id = ${row.bankId} and p.case_id = ${row.caseId} and p.state = 'waits')
        where bank_id = ${row.bankId} and case_id = ${row.caseId}`);
      await announce(tx, parts, row, entries);
    });
  }
}
