import type { BankHold, FraudAlertCard, HoldAnswer } from '#contract';
import type { AlertContent, AskedOfBank } from '#vault';
import type { BankAction } from './bank-action.ts';

/** What became of a held purchase: every change of an alert in one place, none of them a guess. */

/** An answer was given here, and goes to the bank. */
export function answered(content: AlertContent, answer: HoldAnswer, freezes: boolean, at: string): AlertContent {
  const card: FraudAlertCard = { ...content.card, answer, answeredAt: at };
  const freeze = freezes ? { freeze: 'wanted' as const } : {};
  return shown({ ...content, card, buttons: [], hold: { asked: 'sent' }, ...freeze }, at);
}

/** It was answered by words, which a button has to confirm. */
export function askedAgain(content: AlertContent): AlertContent {
  return content.card.state === 'open' ? { ...content, card: { ...content.card, state: 'asked-again' } } : content;
}

/** How far something stands that the bank was asked because of the alert. */
export function followed(content: AlertContent, { ask, state, settled }: BankAction, at: string): AlertContent {
  const asked: AskedOfBank = state === 'requested' ? 'sent' : state;
  switch (ask.kind) {
    case 'hold': {
      const told = settled?.hold;
      return shown({ ...content, hold: { asked, ...(told && { told }) } }, settled?.at ?? at);
    }
    case 'card':
      return shown({ ...content, freeze: asked }, settled?.at ?? at);
    case 'dispute': {
      const number = settled?.result === 'confirmed' ? settled.dispute?.disputeId : undefined;
      return number === undefined ? content : { ...content, card: { ...content.card, caseNumber: number } };
    }
    case 'evidence':
      return content;
  }
}

/** What the bank says of a purchase that nobody answered here: its time ran out, or it was answered at the bank. */
export function toldByBank(content: AlertContent, told: BankHold, at: string): AlertContent {
  return shown({ ...content, hold: { asked: content.hold?.asked ?? 'confirmed', told } }, at);
}

/** Some part does not work now: the bank's own telephone number is the sure way. */
export function degraded(content: AlertContent): AlertContent {
  return { ...content, card: { ...content.card, degraded: true } };
}

/** The bank answers again: nothing is said of a telephone while it is only asked. */
export function wellAgain(content: AlertContent): AlertContent {
  // Words may have answered it meanwhile, which a button has to confirm: nothing is on its way to the bank yet.
  if (content.card.state !== 'open' && content.card.state !== 'asked-again') return content;
  const { degraded: _before, ...card } = content.card;
  return { ...content, card };
}

/** The freezing that goes with an answer could not be asked for in time. */
export function freezeUnknown(content: AlertContent, at: string): AlertContent {
  return shown({ ...content, freeze: 'unknown' }, at);
}

/** The card could not be told from others of its account, so nothing was frozen. */
export function freezeLeft(content: AlertContent, at: string): AlertContent {
  return shown({ ...content, freeze: 'refused' }, at);
}

/** Whether the bank's own word has settled an alert, its freezing included. */
export function isOver({ card, freeze }: AlertContent): boolean {
  const isSettled = ['released', 'frozen', 'declined', 'expired'].includes(card.state);
  return isSettled && (freeze === undefined || freeze === 'confirmed' || freeze === 'refused');
}

/** The card as all that is known makes it. */
function shown(content: AlertContent, at: string): AlertContent {
  const { card } = content;
  const state = stateOf(content);
  const told = content.hold?.told;
  const { degraded: _before, settledAt: _settled, ...rest } = card;
  const isOpen = state === 'open' || state === 'asked-again' || state === 'sending' || state === 'unknown';
  // A freeze that was refused has to be made by telephone; what settles well needs none any more.
  const isDegraded = isOpen ? card.degraded === true || state === 'unknown' : content.freeze === 'refused';
  return {
    ...content,
    ...(!isOpen && { buttons: [] }),
    card: {
      ...rest,
      state,
      ...(told?.answer && { answer: told.answer }),
      ...(told?.retryUntil && state === 'released' && { retryUntil: told.retryUntil }),
      ...(!isOpen && { settledAt: card.settledAt ?? at }),
      ...(isDegraded && { degraded: true }),
    },
  };
}

function stateOf({ card, hold, freeze }: AlertContent): FraudAlertCard['state'] {
  const { answer, otherwise } = card;
  const told = hold?.told;
  const isFrozen = freeze === 'confirmed';
  if (told && told.state !== 'held') {
    // The bank's word: by whichever answer reached it first, or by none.
    if (told.answer === undefined && answer === undefined)
      return (told.state === 'released' ? 'release' : 'decline') === otherwise ? 'expired' : told.state;
    if (told.state === 'released') return 'released';
    if (isFrozen) return 'frozen';
    if (freeze === 'unknown') return 'unknown';
    return freeze === undefined || freeze === 'refused' ? 'declined' : 'sending';
  }
  if (answer === undefined) return card.state === 'asked-again' ? card.state : 'open';
  if (hold?.asked === 'sent') return freeze === 'unknown' ? 'unknown' : 'sending';
  // Unknown, or refused without a word on how the purchase stands.
  return 'unknown';
}
