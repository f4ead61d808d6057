import { CHAT_FIELDS, LOOK_REASONS, labelOf, type CaseEntry, type ChatField, type Look, type Looked } from '#contract';
import { TellerlineError, type LinkId } from '#base';
import type { Transaction } from '#db';
import type { OpenedRecord, RecordContent } from '#vault';
import type { DeskParts } from '../parts.ts';
import type { Staff } from '../staff-desk.ts';
import { toldOf, type LiveCase } from './case-row.ts';
import { lockVisible } from './claiming.ts';
import { addEntry, announce, sealerOf } from './entries.ts';
import { enterLook, lookedAt } from './looks.ts';
import { actorIn, visibleCase } from './reading.ts';

/** Staff see so many of the newest purchases, and no more. */
const purchasesMax = 5;
const from = '1900-01-01';
const to = '2999-12-31';

type LookedValue = Looked extends infer Each ? (Each extends { at: string } ? Omit<Each, 'at'> : never) : never;

/** A purchase by card; not what came in, nor what left an account in another way. */
const isPurchase = (content: RecordContent): boolean =>
  content.kind === 'transaction' &&
  content.transaction.direction === 'debit' &&
  (content.account.kind === 'card' || content.transaction.cardLast4 !== undefined);

/**
 * See `StaffDesk.look`. Budget, consent, ledger and log are one transaction, in which records are read as the role that
 * sees those of its bank alone; the case's own entry and the customer's message are a second one. Only after the COMMIT
 * of both is anything shown, or asked of the bank: a look that is cut short in between stands in the ledger, and showed
 * nothing.
 */
export async function lookAtField(parts: DeskParts, staff: Staff, caseId: string, look: Look): Promise<Looked> {
  const { field, reason } = look;
  if (!CHAT_FIELDS.includes(field) || !LOOK_REASONS.includes(reason))
    throw new TellerlineError('field_unknown', 404, 'There is no such field, or no such reason.');
  const { database, desks, vault, clock } = parts;
  const records = await desks.of(staff.bankId).transaction(async (tx) => {
    const row = await visibleCase(tx, staff, caseId);
    if (!(await lookedAt(tx, parts, staff, row.caseId)))
      throw new TellerlineError('case_not_opened', 409, 'Open the case first.');
    await enterLook(tx, parts, staff, row, field, reason);
    const use = { actor: actorIn(staff, row), linkId: row.linkId, fields: [field], reason: `staff-${reason}` };
    const selection = { kind: 'transaction', from, to, newest: purchasesMax, only: isPurchase } as const;
    return vault.gate.look(tx, use, field === 'purchases' ? selection : undefined);
  });
  const taken = await database.transaction(async (tx) => {
    const row = await lockVisible(tx, staff, caseId);
    const here = await readHere(tx, parts, row, field);
    const count = field === 'purchases' ? records.use((some) => some.length) : countOf(here);
    await enterLooked(tx, parts, staff, row, { ...look, count });
    return { row, here };
  });
  const at = new Date(clock.nowMs()).toISOString();
  const value = taken.here ?? (await readThere(parts, taken.row.linkId, field, records.use(purchasesOf)));
  return { ...value, at };
}

/** The customer sees it where they talk, and so does whoever reads the case. */
async function enterLooked(
  tx: Transaction,
  parts: DeskParts,
  { name }: Staff,
  row: LiveCase,
  look: Look & { readonly count: number },
): Promise<void> {
  await parts.tell.looked(tx, toldOf(row), { by: name, ...look });
  const sealer = await sealerOf(tx, parts, row.linkId);
  const said = { entry: 'looked', by: name, ...look } as const;
  const entry: CaseEntry = await addEntry(tx, sealer, row, { said }, parts.clock.nowMs());
  await announce(tx, parts, row, [entry]);
}

const countOf = (here: LookedValue | undefined): number => (here?.field === 'disputes' ? here.disputes.length : 0);

/** What is kept here and is no record. */
async function readHere(
  tx: Transaction,
  { controls }: DeskParts,
  { linkId }: LiveCase,
  field: ChatField,
): Promise<LookedValue | undefined> {
  if (field !== 'disputes') return undefined;
  const cards = await controls.disputes.ofLink(tx, linkId);
  const disputes = cards.map(({ caseNumber, state, purchase }) => ({
    ...(caseNumber !== undefined && { caseNumber }),
    state,
    purchase,
  }));
  return { field, disputes };
}

type Purchases = Extract<LookedValue, { field: 'purchases' }>['purchases'];

function purchasesOf(records: readonly OpenedRecord[]): Purchases {
  return records.flatMap(({ content }) =>
    content.kind === 'transaction' ? [{ account: content.account, purchase: content.transaction }] : [],
  );
}

/** What is asked of the bank, or stands in the link's accounts: after the use was committed. */
async function readThere(
  { linking, controls }: DeskParts,
  linkId: LinkId,
  field: ChatField,
  purchases: Purchases,
): Promise<LookedValue> {
  switch (field) {
    case 'accounts':
      return { field, accounts: (await linking.accountsAtBank(linkId)).map(labelOf) };
    case 'balances': {
      const held = await linking.balances(linkId);
      return { field, balances: held.map((one) => ({ account: labelOf(one), balance: one.balance })) };
    }
    case 'card': {
      const cards = await controls.cards.listEntered(linkId);
      const shown = cards.map(({ card }) => ({
        cardLast4: card.last4,
        state: card.state,
        abroad: card.abroad,
        online: card.online,
      }));
      return { field, cards: shown };
    }
    case 'purchases':
      return { field, purchases };
    case 'disputes':
      return { field, disputes: [] };
  }
}
