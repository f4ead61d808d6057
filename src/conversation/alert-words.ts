import { fold, withoutQuotes, wordsOf } from './fold.ts';
import { nearest } from './typos.ts';

/**
 * "Yes", "it was me", "no that wasnt me", "fui yo", "no fui yo": what a text answers to an alert. It leads to a
 * question with buttons; the words alone answer nothing, so what can be read in two ways shows both.
 */
export type SaidOfAlert = 'mine' | 'not-mine' | 'unsure';

const list = (words: string): string[] => words.trim().split(/\s+/);

const yes = new Set(
  list('yes yeah yep yup yea yess sure correct right affirmative true si sii sip claro correcto exacto cierto'),
);
const no = new Set(list('no nope nah noo negative negativo'));
const never = new Set(list('not wasnt isnt aint didnt dont never nunca tampoco havent werent'));
/** Who did it: the customer, in the first person. */
const own = new Set(
  list(`i make me mee mine im myself yo fui mio mia mi hice compre autorice reconozco conozco recognize recognise know made bought
  authorized authorised approve approved did`),
);
/** Words that say by themselves that it was somebody else. */
const foreign = new Set(
  list(
    'fraud fraudulent scam stranger unauthorized unauthorised fraude fraudulenta estafa desconocida desconocido ajena otra alguien someone else somebody',
  ),
);
const courtesies = new Set(
  list(`it its that this the was is were a my that's thats please thanks thank you really definitely of course at all
  purchase charge transaction payment one bank hi hello ok okay la el lo los las esa ese eso esta este esto compra cargo pago por supuesto que es era
  fue gracias hola favor de persona soy ha sido he para nada absolutely wasn never have hey there just it'll do card tarjeta`),
);
const known = [...yes, ...no, ...never, ...own, ...foreign].filter((word) => word.length >= 4);
const isKnown = (word: string): boolean => [yes, no, never, own, foreign, courtesies].some((words) => words.has(word));

/** Reads a text; undefined when it says anything else. */
export function saidOfAlert(text: string): SaidOfAlert | undefined {
  const said = withoutQuotes(text);
  if (said.includes('…') || said.length > 120) return undefined;
  const clauses = fold(said)
    .split(/[.,;:!?¡¿\n]+/)
    .map((clause) => wordsOf(clause).map((word) => (isKnown(word) ? word : (nearest(word, known)[0] ?? word))))
    .filter((words) => words.length > 0);
  if (clauses.length === 0 || !clauses.flat().every(isKnown)) return undefined;
  const answers = clauses.flatMap((words) => answerIn(words) ?? []);
  const [first] = answers;
  if (first === undefined) return undefined;
  return answers.every((one) => one === first) ? first : 'unsure';
}

/** What one clause says: "no" before "fui yo" turns it round, as "wasnt" does before "me". */
function answerIn(words: readonly string[]): SaidOfAlert | undefined {
  const has = (of: ReadonlySet<string>): boolean => words.some((word) => of.has(word));
  const isOwn = has(own);
  if (has(foreign)) return has(yes) || isOwn ? 'unsure' : 'not-mine';
  if (has(never)) return has(yes) ? 'unsure' : isOwn || has(no) ? 'not-mine' : undefined;
  if (has(no)) return has(yes) ? 'unsure' : noBefore(words, isOwn);
  if (has(yes)) return 'mine';
  return isOwn && words.length > 1
    ? 'mine'
    : words.length === 1 && has(new Set(['mine', 'mia', 'mio']))
      ? 'mine'
      : undefined;
}

/** "No it was me" may be a slip of "no, it was me" or of "it was not me": both are shown. "No fui yo" is plain. */
function noBefore(words: readonly string[], isOwn: boolean): SaidOfAlert {
  if (!isOwn) return 'not-mine';
  const after = words[words.findIndex((word) => no.has(word)) + 1] ?? '';
  const turnsRound = [
    'fui',
    'es',
    'era',
    'soy',
    'la',
    'lo',
    'yo',
    'hice',
    'reconozco',
    'compre',
    'autorice',
    'conozco',
    'he',
    'me',
    'i',
  ];
  return turnsRound.includes(after) || !['it', 'that', 'this'].includes(after) ? 'not-mine' : 'unsure';
}
