import type { BankId } from '#base';
import type { Purpose } from '#contract';
import { findAccount } from './accounts.ts';
import { takeBanks } from './banks.ts';
import { withoutQuotes, wordsOf } from './fold.ts';
import type { AccountSlot, UnderstandingContext } from './frame.ts';
import { nearest } from './typos.ts';

/**
 * "Stop sharing purchases", "don't share my savings account": recognised firmly, like "stop", and only when the
 * whole text says nothing else. One turn alone turns it round: "don't stop sharing" is not meant.
 */

const list = (words: string): string[] => words.trim().split(/\s+/);

/** Words of the data of a purpose, as customers call it. */
const purposeWords: readonly (readonly [Purpose, ReadonlySet<string>])[] = [
  [
    'transactions',
    new Set(
      list(`purchase purchases transaction transactions charge charges spending expenses movements activity payments
      compra compras gasto gastos movimiento movimientos transaccion transacciones cargo cargos actividad`),
    ),
  ],
  ['balances', new Set(list('balance balances saldo saldos'))],
];

/** They turn sharing round; exactly one of them is meant. */
const turns = new Set(
  list(`stop stopping quit cease dont not never
  no deja dejar dejad dejen deje dejes dejar nunca tampoco parar paren pare`),
);
const sharing = new Set(
  list(`share sharing shared read reading look looking seeing
  compartir compartas comparta compartan compartiendo comparte leer leas lea lean leyendo veas vea vean mires mire miren`),
);
/** "I don't see my purchases" is a complaint; "I don't want you to see them" is a wish. */
const seeing = new Set(list('see'));
/** They take something out by themselves, each with the particle that it needs. */
const takingOut: readonly (readonly string[])[] = [
  ['unshare'],
  ['exclude'],
  ['turn', 'off'],
  ['switch', 'off'],
  ['leave', 'out'],
  ['take', 'out'],
  ['quita'],
  ['quitar'],
  ['apaga'],
  ['apagar'],
  ['desactiva'],
  ['desactivar'],
  ['excluye'],
  ['excluir'],
  ['deja', 'fuera'],
  ['dejar', 'fuera'],
];
const less = new Set(list('less menos'));
const accountsAtAll = new Set(list('account accounts cuenta cuentas'));
const courtesies = new Set(
  list(`please pls plz now ok okay hey hi hello thanks thank you just can could do will i id we to how want wanna need
  like lets let my the a an from of with for at on in ending and or any more anymore longer account accounts here tellerline them it
  immediately right away bank banks both me
  porfa favor por quiero quisiera necesito puedes podrias como se me mi mis el la los las lo le les de del con en que terminada
  al un una ya hola gracias ahora mismo mas aqui y e o u tu te cuenta cuentas banco bancos inmediatamente`),
);
/** Together with what an account or a bank is called these are all that may stand in such a text. */
const known: ReadonlySet<string> = new Set([
  ...purposeWords.flatMap(([, words]) => [...words]),
  ...turns,
  ...sharing,
  ...seeing,
  ...takingOut.flat(),
  ...less,
  ...courtesies,
]);
/** Slips are forgiven in the words that say what it is about, never in those that turn it round. */
const forgivenWords: readonly string[] = [...purposeWords.flatMap(([, words]) => [...words]), 'sharing', 'compartir'];

/** What is no longer to be shared; neither purposes nor an account means that it is asked which. */
export interface ShareLess {
  readonly intent: 'shareLess';
  readonly bank?: BankId;
  readonly purposes?: readonly Purpose[];
  readonly account?: AccountSlot;
}

/** Reads a text for the wish to share less; undefined when that is not all it says. */
export function wishToShareLess(
  text: string,
  { banks, accounts }: Pick<UnderstandingContext, 'banks' | 'accounts'>,
): ShareLess | undefined {
  const own = withoutQuotes(text);
  // What is quoted is somebody else's sentence.
  if (own.includes('…')) return undefined;
  const clauses = own.split(/[.,;:!?¡¿\n]+/).map(wordsOf);
  // "No, stop sharing it": a lone "no" answers something.
  const words = clauses.filter((clause) => !(clause.length === 1 && clause[0] === 'no')).flat();
  const { named, rest } = takeBanks(words, banks);
  const { account, rest: left } = findAccount(rest, accounts);
  const said = left.map(forgivingSlips);
  if (named.length > 1 || !said.every((word) => known.has(word)) || !takesBack(said)) return undefined;
  const purposes = purposeWords.flatMap(([purpose, names]) => (said.some((word) => names.has(word)) ? [purpose] : []));
  const vaguely = said.some((word) => less.has(word) || accountsAtAll.has(word));
  if (purposes.length === 0 && account === undefined && !vaguely) return undefined;
  const [bank] = named;
  const of = { intent: 'shareLess', ...(bank !== undefined && { bank }) } as const;
  // A purpose of one account alone cannot be given up, so which of the two is asked.
  if (purposes.length > 0 && account !== undefined) return of;
  return { ...of, ...(purposes.length > 0 && { purposes }), ...(account !== undefined && { account }) };
}

/** "Stop sharing", "no quiero que veas", "turn off", "share less": one way of saying it, once. */
function takesBack(words: readonly string[]): boolean {
  const out = takingOut.filter((one) => one.every((part, n) => words[words.indexOf(one[0] ?? '') + n] === part));
  // "Leave my savings account out": the particle may come later.
  const apart = takingOut.filter(([verb = '', particle]) => {
    if (particle === undefined || !/^(leave|turn|switch|take)$/.test(verb)) return false;
    return words.includes(verb) && words.includes(particle);
  });
  const verbs = new Set([...out, ...apart].map(([verb]) => verb));
  const turning = words.flatMap((word, at) => (turns.has(word) && !verbs.has(word) ? [at] : []));
  const seen = words.includes('want') && words.includes('you') ? seeing : new Set<string>();
  const shares = words.flatMap((word, at) => (sharing.has(word) || seen.has(word) ? [at] : []));
  if (verbs.size > 0) return verbs.size === 1 && turning.length === 0;
  if (words.some((word) => less.has(word)))
    return turning.length === 0 && words.some((word) => /^(shar|compart)/.test(word));
  const [turn = 0] = turning;
  return turning.length === 1 && shares.some((at) => at > turn);
}

function forgivingSlips(word: string): string {
  if (known.has(word)) return word;
  const near = nearest(word, forgivenWords);
  return near.length === 1 ? String(near[0]) : word;
}
