import { fold } from './fold.ts';
import { concepts, fillers, leadOns, notYet, turning, vocabulary } from './lexicon.ts';
import { ordinals } from './period-words.ts';
import type { Read } from './reading.ts';

/**
 * "What did I pay Delta", where nothing was ever paid to Delta: the name that a question about purchases stands or falls
 * with, and that none of the customer's own purchases goes by.
 */

const known: ReadonlySet<string> = new Set([
  ...fillers,
  ...leadOns,
  ...notYet,
  ...turning,
  ...vocabulary,
  ...Object.values(concepts).flat(),
]);
/** What leads up to the name of a shop. */
const leading: ReadonlySet<string> = new Set(
  'at to from with by on the pay paid buy en a al de con le pague pagado'.split(' '),
);
const nameWordsMax = 3;

/** Many days, and parts of one, are no names. */
const ofTime = /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days|weekends?|mornings?|evenings?|nights?|noon)$/;

/**
 * The words that nothing explains, where they stand together as a name would; undefined where they do not.
 *
 * @param text as it was typed, for how the name is written
 */
export function unknownName(text: string, { words, left, slots, doubt }: Read): string | undefined {
  if (slots.merchant !== undefined || doubt !== undefined) return undefined;
  const name = left.filter((word) => !known.has(word));
  const [first] = name;
  if (
    first === undefined ||
    name.length > nameWordsMax ||
    name.some((word) => !/^\p{L}{3,}$/u.test(word) || ofTime.test(word) || ordinals.has(word))
  )
    return undefined;
  const at = words.indexOf(first);
  const together = name.every((word, index) => words[at + index] === word);
  if (!together || !leading.has(words[at - 1] ?? '')) return undefined;
  const typed = text.match(/[\p{L}'’]+/gu)?.filter((word) => name.includes(fold(word))) ?? [];
  return typed.length === name.length ? typed.join(' ') : name.join(' ');
}

const asksOfPurchases =
  /^(?:(?:hey|hi|hello|hola|oye|so|and|y|please|do you know|(?:can|could) you (?:please )?(?:tell|show) me|tell me) )*(?:(?:how much|what) (?:money )?(?:did|have|do) (?:i|we) (?:\w+ )?(?:pay|paid|spend|spent|buy|bought|get)|how many times (?:did|have) i|how often (?:do|did|have) i|when did i (?:last )?(?:pay|buy|shop|go|eat|order|visit)|when was (?:the |my )?last (?:time i|payment|purchase|visit)|(?:did|have) i (?:already |ever )?(?:pay|paid|buy|bought|shop|shopped|go|gone|been|order|ordered|spend|spent) |(?:show|list|find)(?: me)? (?:all )?(?:my |the )?(?:purchases|charges)|(?:any |all |my )?purchases (?:at|from)|que (?:le )?(?:pague|he pagado|compre|he comprado)|cuanto (?:le )?(?:pague|gaste|he gastado|he pagado)|cuantas veces (?:fui|he ido|compre)|cuando (?:pague|fui|compre)|(?:ya |le )?(?:pague|compre|fui)\b)/;

/** Whether the text asks about purchases in words that leave only its name open. */
export const asksOfAShop = ({ asked }: Read): boolean => asksOfPurchases.test(asked);
