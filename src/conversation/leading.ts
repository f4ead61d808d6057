import type { BankId } from '#base';
import { findAccount } from './accounts.ts';
import { takeBanks } from './banks.ts';
import { withoutQuotes, wordsOf } from './fold.ts';
import { freshFrame, openLead, type Doubt, type Slots, type Understood, type UnderstandingContext } from './frame.ts';
import type { BankingIntent } from './intents/banking-intents.ts';
import { classify } from './intents/classify.ts';
import { LEADS, type LeadsTo } from './intents/leads.ts';
import { fillers, leadOns } from './lexicon.ts';

/** What may know of the customer: the banks that are linked come besides. */
type Context = Omit<UnderstandingContext, 'merchants'>;

/** Doubts that leave open whether it is something else that people ask a bank. */
const open: ReadonlySet<Doubt['reason']> = new Set([
  'nothing',
  'notYet',
  'words',
  'unknownShop',
  'card',
  'advice',
  'whichDay',
  'future',
  'twoQuestions',
]);
/** Of these a question about money is the likelier reading. */
const ofMoney: ReadonlySet<Doubt['reason']> = new Set([
  'words',
  'unknownShop',
  'advice',
  'whichDay',
  'future',
  'twoQuestions',
]);

/** So likely the verdict has to be where the text could be half a question about money, or is too short to say much. */
const plainlySure = 0.9;
const telling = 4;

/** A shop's parcel, which banks know nothing of. */
const ofParcel = /\b(?:packages?|parcels?|paquetes?|encomiendas?)\b/;

/** A figure is asked for: that is answered exactly, from the books, or not at all. */
const asksForFigure =
  /\b(?:how (?:much|many) (?:was|were|did|have|has|do i|is my|is in|money|are)|how (?:much|many) .*\b(?:do|did) i|total|average|sum of|biggest|smallest|largest|highest|lowest|balance (?:of|at|on)|last \d+|what did i (?:pay|spend)|cuant[oa]s? (?!tiempo|tarda|demora|dura|cuesta)|promedio|saldo de|(?:que|cuanto) (?:le )?pague)\b|^(?:show|list|compare|muestra(?:me)?|lista|compara)\b/;

/** Only done when they are asked for: said with a "not" they are not. */
const commands: ReadonlySet<BankingIntent> = new Set(['terminate_account', 'cancel_transfer']);
const negated = /\b(?:dont|do not|never|not|no|nunca|sin)\b/;

/**
 * What was left open goes to the classifier: surely one of the 77, it leads somewhere; else it stays as it was. Nothing
 * that the exact reading has understood comes here.
 *
 * @param linked the banks that are linked: of several, one must be meant, or is asked for
 */
export function leadFrom(
  text: string,
  understood: Understood,
  context: Context,
  linked: readonly BankId[],
): Understood {
  if (understood.intent !== 'unsure' || !open.has(understood.doubt.reason)) return understood;
  const own = withoutQuotes(text);
  const words = wordsOf(own);
  // Numbers and a single word say too little of anything.
  if (words.filter((word) => /^\p{L}{2,}$/u.test(word)).length < 2) return understood;
  const { intent, confidence, unsure } = classify(own, context.locale);
  const plain = words.join(' ');
  // What a shop has sent is no card of a bank's.
  if (ofParcel.test(plain)) return understood;
  if (unsure || (commands.has(intent) && negated.test(plain))) return understood;
  const isOfMoney = ofMoney.has(understood.doubt.reason);
  // A shop's name is open, and nothing else: that is what was meant.
  if (understood.doubt.reason === 'unknownShop' || (isOfMoney && asksForFigure.test(plain))) return understood;
  const goesOn = freshFrame(context) !== undefined && (leadOns.has(words[0] ?? '') || words.length < telling);
  const isDoubtful = isOfMoney || goesOn || words.length < telling || asksForFigure.test(plain);
  if (isDoubtful && confidence < plainlySure) return understood;
  const slots = { ...meantIn(words, context), ...controlOf(intent, plain), lead: { intent, confidence } };
  return withBank(slots, linked);
}

/** "Citi", said after it was asked which bank is meant. */
export function leadCompleted(text: string, context: Context): Understood | undefined {
  const before = openLead(context);
  if (before === undefined) return undefined;
  const words = wordsOf(text);
  const { named, rest } = takeBanks(words, context.banks);
  const [bank] = named;
  const byAccount = bank === undefined ? meantIn(words, context) : {};
  const left = bank === undefined ? findAccount(words, context.accounts).rest : rest;
  if (named.length > 1 || !left.every((word) => fillers.has(word) || leadOns.has(word))) return undefined;
  const meant = bank === undefined ? byAccount : { bank };
  return meant.bank === undefined ? undefined : { intent: 'lead', slots: { ...before.slots, ...meant } };
}

/** The bank that a text names, by itself or by one of its accounts. */
function meantIn(words: readonly string[], { banks, accounts }: Context): Pick<Slots, 'bank' | 'account'> {
  const { named, rest } = takeBanks(words, banks);
  const { account, onlyCard } = findAccount(rest, accounts);
  const [bank] = named;
  const meant = account === undefined || onlyCard ? {} : { account };
  if (bank !== undefined) return named.length === 1 ? { bank, ...meant } : {};
  if (account === undefined || onlyCard) return {};
  const of = accounts.filter(
    ({ kind, last4, nickname }) =>
      (account.last4 === undefined || account.last4 === last4) &&
      (account.nickname === undefined || account.nickname === nickname) &&
      (account.kind === undefined || account.kind === kind),
  );
  const [only, ...others] = new Set(of.map((one) => one.bank));
  return only === undefined || others.length > 0 ? {} : { bank: only as BankId, ...meant };
}

/** A stolen card is reported as what it is. */
function controlOf(intent: BankingIntent, plain: string): Pick<Slots, 'control'> {
  const to = LEADS[intent];
  if (to === 'freeze') return { control: { action: 'freeze' } };
  if (to !== 'lost') return {};
  const isStolen = /\b(?:stol\w*|steal\w*|rob\w*|theft|hurt\w*)\b/.test(plain);
  return { control: { action: isStolen ? 'report-stolen' : 'report-lost' } };
}

/** Where money or a card may be in other hands nobody is asked first which bank it is: all of them are shown. */
const atOnce: ReadonlySet<LeadsTo> = new Set(['notMine', 'twice', 'freeze', 'lost', 'pin', 'phone']);

function withBank(slots: Slots & Required<Pick<Slots, 'lead'>>, linked: readonly BankId[]): Understood {
  const [only, ...others] = linked;
  if (slots.bank !== undefined || only === undefined) return { intent: 'lead', slots };
  if (others.length === 0) return { intent: 'lead', slots: { ...slots, bank: only } };
  if (atOnce.has(LEADS[slots.lead.intent])) return { intent: 'lead', slots };
  return { intent: 'unsure', doubt: { reason: 'whichBank', slots } };
}
