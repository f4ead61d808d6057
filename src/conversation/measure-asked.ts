import type { MoneyIntent } from './frame.ts';
import { boughtWords, concepts, fillers, goingOn, type Concept } from './lexicon.ts';
import type { Read } from './reading.ts';

/** Which measure a text about money asks for. */

/** Whether a text has a word of a concept. */
export const has = (read: Read, concept: Concept): boolean => {
  const among: readonly string[] = concepts[concept];
  return read.words.some((word) => among.includes(word));
};

/** What one question may be asked with, without being two. */
const absorbs: Readonly<Partial<Record<MoneyIntent, readonly MoneyIntent[]>>> = {
  due: ['recurring', 'count'],
  recurring: ['count', 'extreme'],
  payday: ['extreme'],
  share: ['breakdown'],
};

/** Which questions a text asks. */
export function intentsIn(read: Read): MoneyIntent[] {
  if (read.compares) return [...new Set<MoneyIntent>([...read.measures, 'compare'])];
  if (read.measures.length > 0) {
    // What subscriptions come to is told by the month.
    if (read.measures.includes('recurring') && read.slots.per === 'month') return ['recurring'];
    const swallowed = new Set(read.measures.flatMap((measure) => absorbs[measure] ?? []));
    return read.measures.filter((measure) => !swallowed.has(measure));
  }
  const { words, slots } = read;
  const howMuch = words.some((word, at) => (word === 'how' && words[at + 1] === 'much') || /^cuant[oa]s?$/.test(word));
  const subject = hasSubject(read);
  const listed = has(read, 'movements') || has(read, 'purchases');
  const bought = words.some((word) => boughtWords.has(word));
  // "Was my card used abroad", "did I use my card in Lisbon".
  const usedThere = slots.place !== undefined && has(read, 'use') && asksIfUsed(words);
  if (slots.flow !== undefined || slots.pending === true) return ofMovements(read, howMuch, listed);
  if (has(read, 'where') && (has(read, 'use') || listed || has(read, 'spend') || bought)) {
    return has(read, 'balance') ? ['whereUsed', 'balance'] : ['whereUsed'];
  }
  if (usedThere) return ['whereUsed'];
  const isTotal = words.some((word) => ['total', 'sum', 'suma', 'altogether'].includes(word));
  if (isTotal && (slots.count ?? 1) > 1) return ['spending'];
  if ((slots.count ?? 1) > 1 && subject && !howMuch && !has(read, 'spend')) return ['recent'];
  // "How much was my last coffee" is about one of them.
  const single = read.slots.period === undefined && (slots.count ?? 1) === 1 && saysLast(read) && saysMyLast(words);
  if (howMuch && single && (subject || slots.count === 1)) return ['extreme'];
  // "How much is my internet bill" is one bill, not all of them.
  const isOneBill = slots.period === undefined && /\b(?:is|was|are) (?:my|the) (?:\w+ )*bill\b/.test(read.asked);
  if (howMuch && subject && isOneBill) return ['extreme'];
  const summed = howMuch && (has(read, 'paying') || subject || (listed && slots.count === undefined));
  const found: MoneyIntent[] = [];
  if (has(read, 'spend') || summed || (subject && asksWhatWasPaid(words))) found.push('spending');
  if (has(read, 'balance')) found.push('balance');
  const toldOf =
    (bought && (has(read, 'recent') || (slots.period ?? slots.place) !== undefined)) ||
    (asksWhatWasPaid(words) && slots.period !== undefined);
  const asked =
    (subject || (slots.amount ?? slots.place) !== undefined) &&
    asksWhether(words) &&
    !/\bgo (?:over|above|under|beyond)\b/.test(read.asked);
  if (found[0] !== 'spending' && (listed || toldOf || asked || asksForAny(read))) found.push('recent');
  // "my last coffee"
  if (found.length === 0 && subject && !howMuch && slots.period === undefined && saysLast(read)) found.push('extreme');
  const within = /\b(?:what is in|que hay en)\b/.test(words.join(' ')) && slots.period === undefined;
  if (found.length === 0 && !subject && slots.period === undefined && asksForAllAccounts(words)) return ['balance'];
  if (found.length > 0 || !(howMuch || within) || subject) return found;
  // "How much for a card" asks for a price.
  if (/\bhow much (?:for|is an?|are)\b/.test(words.join(' '))) return [];
  if (has(read, 'have')) return ['balance'];
  // "How much yesterday?"
  if (slots.account === undefined && slots.bank === undefined) return slots.period === undefined ? [] : ['spending'];
  // "How much at Citi last week" is what went out; a balance is of now.
  return [slots.period === undefined || slots.period.unit === 'day' ? 'balance' : 'spending'];
}

/** "total across my accounts", "total de mis cuentas". */
const asksForAllAccounts = (words: readonly string[]): boolean =>
  /\b(?:total|sum|altogether|everything) (?:(?:across|of|in|over|on) )?(?:all )?(?:of )?(?:my )?accounts\b|\btotal (?:de|en) (?:todas )?mis cuentas\b/.test(
    words.join(' '),
  );

const narrowing: ReadonlySet<string> = new Set(['only', 'just', 'solo', 'solamente', 'unicamente', 'and', 'y']);

/** Movements of one kind: a list when one is asked for, "my salary" is the last one, else their sum. */
function ofMovements(read: Read, howMuch: boolean, listed: boolean): MoneyIntent[] {
  const { words, slots } = read;
  const shown = words.some((word) =>
    /^(show|list|latest|recent|which|what|cuales|muestra|muestrame|ver|lista)$/.test(word),
  );
  const recent: readonly string[] = concepts.recent;
  const newest = read.left.some((word) => recent.includes(word));
  const single = words.some((word) => /^(salary|paycheck|pay|wage|sueldo|salario|nomina|quincena)$/.test(word));
  if (slots.flow === 'pay' && single && slots.period === undefined && slots.count === undefined) return ['extreme'];
  // "Only pending" narrows the question before.
  if (slots.flow === undefined && !howMuch && !listed && narrowing.has(words[0] ?? '')) return [];
  if (words.some((word) => ['total', 'sum', 'suma'].includes(word))) return ['spending'];
  if (!howMuch && (shown || (slots.pending === true && (listed || slots.flow === undefined)) || newest))
    return ['recent'];
  return ['spending'];
}

/** Whether a merchant, or a kind of spending, is named. */
export const hasSubject = ({ slots, doubt }: Read): boolean =>
  slots.merchant !== undefined ||
  slots.category !== undefined ||
  slots.kind !== undefined ||
  doubt?.reason === 'whichMerchant';

/** "what did I pay Delta", "qué le pagué a Delta". */
const asksWhatWasPaid = (words: readonly string[]): boolean =>
  /\bwhat (did|have) i (pay|paid)\b|\bque (le )?(pague|he pagado)\b/.test(words.join(' '));

/** "anything over $200": amounts are compared, and whatever fits is meant. */
const asksForAny = ({ words, slots: { amount } }: Read): boolean =>
  amount !== undefined &&
  (amount.open === true || amount.least !== amount.most) &&
  words.some((word) => ['anything', 'something', 'everything', 'things', 'algo', 'todo', 'cosas'].includes(word));

const saysMyLast = (words: readonly string[]): boolean =>
  /\b(?:my|the|mi|la|el) (?:last|latest|most recent|ultim[oa])\b/.test(words.join(' '));

const saysLast = ({ left }: Read): boolean =>
  left.some((word) => ['last', 'latest', 'ultimo', 'ultima'].includes(word));

/** "did I pay the rent", "ya pagué el alquiler": the payments themselves say it. */
const asksWhether = (words: readonly string[]): boolean =>
  /\b(did|have) i (already |ever |even )?(pay|paid|buy|bought|use|used|go|gone|been|visit|visited|shop|shopped|order|ordered|eat|eaten)\b|\b(ya|he) (pague|pagado|compre|comprado|ido|estado|usado)\b|^(pague|compre|fui|use|estuve)\b/.test(
    words.join(' '),
  );

/** "did I use my card", "was my card used", "usé mi tarjeta": whether, and where. */
const asksIfUsed = (words: readonly string[]): boolean =>
  /\b(?:did i|have i|was|were|has|been)\b.*\bused?\b|\b(?:use|usaste|usaron|se uso)\b.*\b(?:tarjeta|tarjetas)\b|\btarjeta\b.*\b(?:uso|usaron|usada)\b/.test(
    words.join(' '),
  );

/** Whether the text names what is measured: a purchase, spending, a movement. */
export function hasNoun(read: Read): boolean {
  const nouns: readonly Concept[] = ['spend', 'paying', 'purchases', 'movements', 'use', 'balance'];
  return nouns.some((concept) => has(read, concept));
}

/**
 * Whether the customer's own fees, refunds or transfers are asked for, rather than what they are like, how one comes by
 * them, or that one be made: those are no questions of ours.
 */
export function tellsOfMovements({ words, left, measures, slots }: Read, mayFollow: boolean): boolean {
  const text = words.join(' ');
  if (mayFollow && (words.length <= 3 || goingOn.has(words[0] ?? ''))) return true;
  const asksOfRules =
    /^(?:(?:hi|hello|hola|please|so|and|but) )*(?:can|could|do|does|will|would|should|is there|are there|is it|how (?:do|can|long|to|does)|why|how much (?:does|would|will|is) (?:it|you|the|this)|give me|get me|i (?:want|need|would|am|was|have not|did not)|pay|transfer|send|refund|cancel|move|put|puedo|podria|quiero|necesito|hay|como|por que|paga|transfiere|envia)(?: |$)/;
  const ofRules = /\b(?:is|are) (?:the |there |your |any |an? )*(?:fees?|charges?|interest|comision)/;
  if (measures.includes('payday')) return true;
  if (slots.pending === true && /^hay (?:algun )?(?:cargos?|compras?|pagos?|movimientos?) /.test(text)) return true;
  const ifPending =
    slots.pending === true &&
    /^(?:do i (?:still )?have|have i got|are there|is there|is anything|is something|anything|tengo|queda|quedan) /.test(
      text,
    ) &&
    !/\b(?:why|how|transfers?|top ups?|topup)\b/.test(text);
  if (ifPending) return true;
  if (asksOfRules.test(text) || ofRules.test(text)) return false;
  const howMuch = /\bhow much\b|\bcuant[oa]s?\b|\btotal\b/.test(text);
  if (howMuch || measures.length > 0 || slots.period !== undefined || slots.amount !== undefined) return true;
  if (slots.flow === 'pay' && /\b(?:my|mi|mis)\b/.test(text)) return true;
  const asked =
    /^(?:did|have|were|was i charged any|show|list|any|which|what (?:fees|refunds|transfers|deposits|were|are my|is still|is|s) |que hay|me (?:cobraron|devolvieron)|ya )/.test(
      text,
    );
  // "Pending purchases" are a list; "my payment is still pending" wants to know why.
  if (slots.pending === true)
    return (
      /\b(?:transactions|purchases|charges|payments|compras|cargos|movimientos|transacciones|pagos)\b/.test(text) ||
      /^what(?:s| is)? (?:still )?(?:pending|on hold|held)|^que (?:hay|esta|sigue) pendiente/.test(text)
    );
  return (
    (asked && !/\b(?:status|this|about)\b/.test(text)) || (words.length <= 4 && left.every((word) => fillers.has(word)))
  );
}
