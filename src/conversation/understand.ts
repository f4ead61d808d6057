import { fold, wordsOf } from './fold.ts';
import { freshFrame, type Doubt, type KnownMerchant, type Understood, type UnderstandingContext } from './frame.ts';
import { turning, type Concept } from './lexicon.ts';
import { wishForCard, type ControlWish } from './control-words.ts';
import { has } from './measure-asked.ts';
import { aboutMoney, onlySays } from './money-question.ts';
import { matterWish, type MatterWish } from './order-words.ts';
import { wishToShareLess, type ShareLess } from './narrowing.ts';
import { readText, type Read } from './reading.ts';
import { orderWish, type OrderWish } from './shop-words.ts';
import { firmly, type Firm } from './stopping.ts';
import { wishToHear, type HearingWish } from './hearing-words.ts';
import { wishOfHours, type HoursWish } from './hours-words.ts';
import { wishToCheck } from './pasted.ts';
import { wishForPerson, type PersonWish } from './person-words.ts';
import { asksOfAShop, unknownName } from './unknown-shop.ts';

/** Doubts that no merchant's name can settle; every other may come of one that reads like a word of something else. */
const settled: ReadonlySet<Doubt['reason']> = new Set(['advice', 'future']);

/** Longer texts are letters, not questions; this also bounds the work that one text can make. */
const questionWordsMax = 60;

/**
 * Understands what a customer typed, in English or Spanish: the one door to understanding.
 *
 * A text is understood only when every telling word of it has a place in the answer; a wrong number is
 * worse than "I am not sure". Nothing is done here, and nothing that is understood acts by itself.
 *
 * @param text at most 2,000 characters, as typed
 */
export function understand(text: string, context: UnderstandingContext): Understood {
  const previous = freshFrame(context);
  const { shops = [] } = context;
  const firm = firmly(text, [...context.banks, ...shops], previous !== undefined);
  if (firm !== undefined) return asUnderstood(firm);
  // Somebody else's words are compared, however many there are, and nothing that they ask for is done.
  const pasted = wishToCheck(text, context.banks);
  if (pasted !== undefined) return { intent: 'check', slots: { pasted } };
  const person = wishForPerson(text, context.banks);
  if (person !== undefined) return asPerson(person);
  const order = orderWish(text, shops);
  if (order !== undefined) return asUnderstood(order);
  if (wordsOf(text).length > questionWordsMax) return unsure({ reason: 'nothing' });
  const matter = matterWish(text, { banks: context.banks, shops });
  if (matter !== undefined) return asUnderstood(matter);
  const wish =
    wishOfHours(text) ?? wishToHear(text, context) ?? wishToShareLess(text, context) ?? wishForCard(text, context);
  if (wish !== undefined) return asUnderstood(wish);
  if (asksForAdvice(text)) return unsure({ reason: 'advice' });
  const read = readText(text, context);
  if (read.doubt !== undefined && read.doubt.reason !== 'whichMerchant') return unsure(read.doubt);
  if (asksWhoSaw(read)) return { intent: 'whoSaw', slots: {} };
  return withUnknownShop(text, read, aboutMoney(read, previous)) ?? aboutUs(read) ?? unsure({ reason: 'nothing' });
}

/**
 * Understands with as little as possible: the customer's merchants are read from the vault only when the
 * text has words that nothing else explains.
 */
export async function understandWith(
  text: string,
  context: Omit<UnderstandingContext, 'merchants'>,
  merchants: () => Promise<readonly KnownMerchant[]>,
): Promise<Understood> {
  const first = understand(text, { ...context, merchants: [] });
  const unexplained = first.intent === 'unsure' && !settled.has(first.doubt.reason);
  return unexplained ? understand(text, { ...context, merchants: await merchants() }) : first;
}

const asPerson = ({ bank }: PersonWish): Understood => ({
  intent: 'talkToPerson',
  slots: bank === undefined ? {} : { bank },
});

const asUnderstood = ({
  intent,
  ...slots
}: Firm | MatterWish | ShareLess | HearingWish | HoursWish | ControlWish | OrderWish): Understood => ({
  intent,
  slots,
});

const unsure = (doubt: Doubt): Understood => ({ intent: 'unsure', doubt });

/** Where a shop's name alone is left open, that is what is said. */
function withUnknownShop(text: string, read: Read, understood: Understood | undefined): Understood | undefined {
  const isOpen = understood === undefined || (understood.intent === 'unsure' && understood.doubt.reason === 'words');
  const name = isOpen ? unknownName(text, read) : undefined;
  if (name === undefined) return understood;
  const partly = understood?.intent === 'unsure' ? understood.partly : undefined;
  const isAllThatIsOpen =
    understood === undefined ||
    (understood.intent === 'unsure' && understood.doubt.reason === 'words' && understood.doubt.words === fold(name));
  if (!isAllThatIsOpen || !asksOfAShop(read)) return understood;
  return { intent: 'unsure', doubt: { reason: 'unknownShop', name }, ...(partly && { partly }) };
}

/** "can I afford", "what will be left after rent": what may be, which no number of ours answers. */
function asksForAdvice(text: string): boolean {
  return /\b(?:afford|(?:have|has|be|got) enough|permitirme|me (?:alcanza|alcanzara)|left (?:over )?after|have left (?:over )?after|me (?:quedara|queda|sobra|sobrara) despues)\b/.test(
    wordsOf(text).join(' '),
  );
}

/**
 * "who has seen my data?", "what was done with my information", "who looked at my transactions", "privacidad". Of
 * anything else that has to do with data ("why do you need my information") we know nothing.
 */
function asksWhoSaw(read: Read): boolean {
  const text = read.asked;
  const seen =
    'see|sees|seen|saw|read|reads|looks?|looked|looking|use|used|uses|using|access|accessed|view|viewed|views|has|have|had|shared?|gets?|got|given|visto|vio|ve|ven|leyo|leido|leen|usado|uso|usa|usan|mirado|miro|tiene|tienen|accedido';
  const mine = String.raw`\b(?:my|our|mi|mis|nuestros)\b`;
  const ofData = has(read, 'ownData') && new RegExp(mine).test(text);
  const who = new RegExp(String.raw`^(?:\S+ ){0,4}(?:who|whos|whose|quien|quienes)\b.*\b(?:${seen})\b`).test(text);
  if (ofData && who) return true;
  const what =
    /\b(?:what|how|que|como)\b.*\b(?:happened|happens|happening|done|doing|do|did|used|hizo|hecho|hace|hacen|paso|usan|usa)\b.*\b(?:with|to|of|con|de|is|are|was|were|being|been|my|mi|mis)\b/;
  if (ofData && what.test(text) && !/\b(?:should|need|stole|stolen|someone|somebody|(?:do|can|could) i)\b/.test(text))
    return true;
  const records = /\b(?:transactions|purchases|payments|balances?|accounts?|compras|saldos?|cuentas?|movimientos)\b/;
  const looked =
    /^(?:\S+ ){0,3}(?:who|quien|quienes) (?:\S+ ){0,2}(?:see|seen|saw|looked|viewed|read|visto|vio|mirado|miro|leyo|leido)\b/;
  if (looked.test(text) && new RegExp(mine).test(text) && records.test(text)) return true;
  return has(read, 'ownData') && !/\b(?:who|what|quien|quienes|que)\b/.test(text) && onlySays(read, ['ownData']);
}

const smallTalk: readonly (readonly [Concept, 'help' | 'thanks' | 'greeting'])[] = [
  ['help', 'help'],
  ['thanks', 'thanks'],
  ['greeting', 'greeting'],
];

/** Everything that is not about money itself; one word that does not belong and it is not meant. */
function aboutUs(read: Read): Understood | undefined {
  const { words, slots } = read;
  if (asksWhatWeDo(words)) return { intent: 'help', slots: {} };
  if (words.some((word) => turning.has(word)) || slots.account !== undefined) return undefined;
  const bank = slots.bank === undefined ? {} : { bank: slots.bank };
  const says = (...allowed: Concept[]) => allowed.some((concept) => has(read, concept)) && onlySays(read, allowed);
  const asksWhich = words.some((word) => /^(which|what|que|cual|cuales)$/.test(word));
  if ((has(read, 'linked') || asksWhich) && says('linked', 'bankWord')) return { intent: 'links', slots: bank };
  // "Add money to my account" is no link; "connect my account" is.
  const connects =
    words.some((word) => /^(link|connect|vincul|conect|enlaz)/.test(word)) &&
    words.some((word) => /^(account|cuenta)s?$/.test(word));
  const linkable = slots.bank !== undefined || has(read, 'bankWord') || connects;
  if (has(read, 'link') && linkable && says('link', 'bankWord')) return { intent: 'linkBank', slots: bank };
  if (has(read, 'person') && says('person', 'talk', 'help', 'bankWord')) return { intent: 'talkToPerson', slots: bank };
  // "Help me get a refund" is about the refund.
  if (read.measures.length > 0 || slots.flow !== undefined || slots.pending !== undefined) return undefined;
  for (const [concept, intent] of smallTalk) {
    if (has(read, concept) && says(concept)) return { intent, slots: {} };
  }
  return undefined;
}

/** "what can you do", "how does this work", "que puedes hacer", "como funciona". */
function asksWhatWeDo(words: readonly string[]): boolean {
  return /^(what (can|do) (you|i) (do|ask)|how does (this|it) work|(que|como) (puedes|puedo|sabes) (hacer|preguntar)|como funciona( esto)?)( please| here| aqui)?$/.test(
    words.filter((word) => !['hi', 'hello', 'hola', 'so'].includes(word)).join(' '),
  );
}
