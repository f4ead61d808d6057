import { TellerlineError } from '#base';
import type { LinkedCard } from '#controls';
import { findCustomer, type Act, type ControlAct } from '#customers';
import type { Transaction } from '#db';
import type { Audience } from '#delivery';
import type { StandingProposal } from '#desk';
import { changesOf } from './saying.ts';
import { whatOf } from './telling-cases.ts';
import type { Pressed } from './pressing.ts';
import type { TalkParts } from './talk-parts.ts';
import { ofNoBank, telling, type Ask } from './turn.ts';
import { customerMoney } from './vault-money.ts';
import { say } from './words.ts';

const invalid = (): TellerlineError =>
  new TellerlineError('act_invalid', 403, 'This button does not belong to this chat. Nothing was done.');

/**
 * What staff propose becomes, once its customer has pressed its button, the customer's own act on their card: looked
 * up at the bank before the transaction that carries it out. Undefined when no card was named and there are several:
 * then the customer is asked which, with a button for each.
 *
 * @throws TellerlineError `proposal_unknown`, `proposal_over`, `card_unknown`, and those of `Cards.list`
 */
export async function controlProposed(
  parts: TalkParts,
  act: Act,
  from: Pressed | undefined,
): Promise<ControlAct | undefined> {
  const { customerId, conversationId, linkId, proposal } = act;
  if (!linkId || !proposal) throw invalid();
  await parts.vault.askAhead({ linkIds: [linkId] });
  const wanted = await parts.database.transaction((tx) =>
    parts.desk.proposal(tx, { customerId, conversationId }, proposal),
  );
  const cards = await parts.controls.cards.list(customerId, linkId);
  const named = cards.filter(
    ({ card }) => card.actions.includes(wanted.action) && (wanted.cardLast4 ?? card.last4) === card.last4,
  );
  const [one] = named;
  if (!one) throw new TellerlineError('card_unknown', 404, 'No card is known here that this can be done to.');
  if (named.length === 1) return controlOf(wanted, one);
  await askWhich(parts, act, wanted, named, from);
  return undefined;
}

const controlOf = ({ action, limit }: StandingProposal, { cardRef, limitGeneration }: LinkedCard): ControlAct => ({
  cardRef,
  action,
  ...(limit && { limit: { ...limit, per: 'day' as const } }),
  ...(action === 'limit' && { limitGeneration }),
});

/** With "no" beside them they fill a list of ten, the longest that every messenger shows (WhatsApp: 10 rows). */
const cardsMax = 9;

/**
 * The proposal's own message asks which card is meant, with a button for each, so that one press decides it and what
 * ends the proposal ends these buttons too. A messenger that cannot change what it has shown says it anew.
 */
async function askWhich(
  parts: TalkParts,
  { customerId, conversationId, linkId, messageId, proposal, proof }: Act,
  wanted: StandingProposal,
  cards: readonly LinkedCard[],
  from: Pressed | undefined,
): Promise<void> {
  const link = (await customerMoney(parts, customerId).links()).find((one) => one.linkId === linkId);
  if (!link) throw invalid();
  const locale = (await findCustomer(parts.database, customerId))?.locale ?? 'en';
  const asks = cards.slice(0, cardsMax).map((one): Ask => {
    const label = say(locale, 'desk.propose.of', { last4: one.card.last4 });
    const control = controlOf(wanted, one);
    return { act: 'control', linkId: link.linkId, proposal, control, label, weight: 'plain', ...(proof && { proof }) };
  });
  const no: Ask = {
    act: 'no-proposal',
    linkId: link.linkId,
    proposal,
    label: say(locale, 'act.proposal.no'),
    weight: 'plain',
  };
  const what = whatOf(wanted, locale);
  const which = say(locale, 'desk.propose.which', { bank: link.bank.name, staff: wanted.by, what });
  const more = say(locale, 'desk.propose.more', { staff: wanted.by });
  const text = cards.length > cardsMax ? `${which} ${more}` : which;
  const words = telling(link, 'customer-chat', text, { asks: [...asks, no] });
  await parts.vault.askAhead({ customerId });
  await parts.database.transaction(async (tx) => {
    if (from && !(await from.once(tx))) return;
    const to = from?.identityId ?? 'browsers';
    const thread = { customerId, conversationId };
    // Ended meanwhile, it is not asked anew.
    await parts.desk.proposal(tx, thread, wanted.proposalId);
    const changes = changesOf(parts, thread, [words], { firstId: messageId, to });
    await parts.delivery.write(
      tx,
      changes.map((change) =>
        change.entry === 'message'
          ? // A program asks; the bank's own words are those of its staff.
            {
              ...thread,
              entry: 'edit',
              messageId,
              atMs: change.atMs,
              to,
              author: 'tellerline',
              body: change.body,
              worthSaying: true,
            }
          : change,
      ),
    );
  });
}

/**
 * What stands in place of a proposal's question once its customer has confirmed it. Undefined of any other act.
 *
 * @throws TellerlineError `card_unknown`
 */
export async function confirmedWords(parts: TalkParts, act: Act): Promise<string | undefined> {
  const { customerId, linkId, proposal, control } = act;
  if (act.act !== 'control' || !linkId || !proposal || !control) return undefined;
  const { action, cardRef, limit } = control;
  return parts.database.transaction(async (tx) => {
    const { last4 } = await parts.controls.cards.find(tx, linkId, cardRef);
    const locale = (await findCustomer(tx, customerId))?.locale ?? 'en';
    const what = whatOf({ action, cardLast4: last4, ...(limit && { limit }) }, locale);
    return say(locale, 'desk.propose.confirmed', { what });
  });
}

/** "No" to a proposal: it goes back to the case. @throws TellerlineError `proposal_unknown`, `proposal_over` */
export async function declineProposal(parts: TalkParts, tx: Transaction, act: Act, to: Audience): Promise<void> {
  const { customerId, conversationId, proposal } = act;
  if (!proposal) throw invalid();
  const thread = { customerId, conversationId };
  await parts.desk.settle(tx, thread, proposal, 'declined');
  const locale = (await findCustomer(tx, customerId))?.locale ?? 'en';
  const words = ofNoBank(say(locale, 'desk.declined'));
  await parts.delivery.write(tx, changesOf(parts, thread, [words], { to }));
}
