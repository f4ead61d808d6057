import type { BankId } from '#base';
import type { CardAction, CardLimit } from '#contract';
import { findAccount } from './accounts.ts';
import { takeBanks } from './banks.ts';
import { fold, withoutQuotes, wordsOf } from './fold.ts';
import type { AccountSlot, UnderstandingContext } from './frame.ts';
import { nearest } from './typos.ts';

/**
 * "Freeze my card", "me robaron la tarjeta", "limit card 2291 to $200 a day": recognised firmly, and only when the
 * whole text says nothing else. It leads to a question with a button; the words alone do nothing.
 */

/** What was said of cards. */
export type ControlWish = (
  | { readonly intent: 'card'; readonly control: ControlSlot }
  | { readonly intent: 'cards' }
  | { readonly intent: 'pin' }
  | { readonly intent: 'pinTyped' }
  | { readonly intent: 'statements' }
) & { readonly bank?: BankId; readonly account?: AccountSlot };

/** What is wished for a card; a limit without its amount is asked for. */
export interface ControlSlot {
  readonly action: CardAction;
  readonly limit?: CardLimit;
  /** A limit was named and no amount of it. */
  readonly howMuch?: true;
}

const list = (words: string): string[] => words.trim().split(/\s+/);

/** The words of each thing that can be meant. */
const meanings = {
  freeze:
    list(`freeze freezing frozen froze lock block pause suspend congela congelar congele congelen congelame congelala bloquea
    bloquear bloquee bloqueen bloqueo bloqueame bloqueala pausa pausar suspende suspender`),
  unfreeze:
    list(`unfreeze unfreezing unlock unblock unpause reactivate defrost thaw descongela descongelar descongele descongelala
    desbloquea desbloquear desbloquee desbloqueala reactiva reactivar`),
  lost: list('lost lose losing missing misplaced perdi perdida perdido perdio extravie extraviada extravio'),
  stolen: list('stolen stole steal robbed theft robaron robada robado robo robaran hurtaron hurtada hurto'),
  replace: list(`replace replacement replacing reissue reponer reposicion repon reemplaza reemplazar reemplazo sustituir
    sustituye xnewcardx`),
  limit: list('limit limits cap limite limites tope limita limitar'),
  remove: list('remove delete lift drop quita quitar elimina eliminar xoffx'),
  off: list(
    'disable deactivate forbid prohibit desactiva desactivar apaga apagar prohibe prohibir deshabilita deshabilitar xoffx',
  ),
  on: list('enable activate allow permit activa activar permite permitir habilita habilitar enciende encender xonx'),
  online: list('online xonlinex'),
  abroad: list(
    'abroad overseas international internationally foreign extranjero internacional internacionales xabroadx',
  ),
  pin: list('pin pins nip'),
  statement: list('statement statements extracto extractos xstatementx'),
  card: list('card cards tarjeta tarjetas debit credit debito credito wallet purse cartera monedero billetera plastic'),
  settings: list('settings controls manage administrar ajustes opciones controles gestionar'),
} as const;
type Meaning = keyof typeof meanings;

const meaningOf = new Map<string, Meaning[]>();
for (const [meaning, words] of Object.entries(meanings) as [Meaning, readonly string[]][])
  for (const word of words) meaningOf.set(word, [...(meaningOf.get(word) ?? []), meaning]);

const courtesies = new Set(
  list(`please pls plz now ok okay hey hi hello thanks thank you just can could would should do does will i id ive im we to how want wanna need
  like lets let my me mine the a an of from with for at on in is was were has have had been be got get it its this that right immediately already
  and your here help urgent urgently asap someone somebody think may might set put make change raise increase lower reduce new up by payments
  payment purchases purchase spending shopping transactions transaction spend buy use using used withdrawals back again temporarily moment
  account show see list what which where find download forgot forget forgotten reset last latest month monthly pdf send ending out
  all any both code number about until tell know dollars day daily per each every xamountx xdayx xmonthx xeachx
  report reported reporting reporta reportar denunciar denuncio porfa favor por quiero quisiera necesito puedes podrias puedo como se me mi mis el la los las lo le les de del con en que a al un una
  ya hola gracias ahora mismo mas aqui y tu te ha han sido esta esten estan fue creo alguien ayuda urgente pon poner ponme cambia cambiar sube
  subir aumenta aumentar baja bajar compras compra pagos pago gastos gasto operaciones otra vez momento temporalmente de nuevo cuenta
  muestra muestrame ver dame lista cuales cual donde olvide olvidado olvido ultimo ultimos mes mensual mandame envia terminada
  todas todos ambas codigo numero sobre hasta dolares dia diario diarios cada usar uso nueva`),
);
const negations = new Set(
  list(
    `not dont doesnt didnt wont cant cannot never no nor without isnt arent shouldnt wouldnt havent nunca jamas sin ni tampoco`,
  ),
);
/** Slips are forgiven in words that are long enough to be known by the rest of them. */
const forgivable: readonly string[] = [...meaningOf.keys()].filter((word) => word.length >= 4 && !word.startsWith('x'));

/** Phrases of several words, each as one. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:cant|can not|cannot|couldnt) (?:find|locate)\b|\b(?:dont|do not) know where\b|\bno (?:encuentro|hallo|se donde)\b/g,
    ' lost ',
  ],
  [
    /\b(?:on|over) the (?:internet|web)\b|\b(?:card not present|web)\b|\b(?:en|por) (?:linea|internet)\b|\b(?:en|por) la (?:web|red)\b/g,
    ' xonlinex ',
  ],
  [
    /\boutside (?:of )?(?:the )?(?:us|usa|country|united states)\b|\bin (?:other|foreign) countries\b|\b(?:fuera del pais|en otros paises|(?:en|al|del) extranjero)\b/g,
    ' xabroadx ',
  ],
  [
    /\b(?:a|another|new|replacement) (?:new )?(?:replacement )?(?:debit |credit )?card\b(?<=new .*card|another .*card|replacement .*card)/g,
    ' xnewcardx card ',
  ],
  [/\b(?:nueva tarjeta|tarjeta nueva|otra tarjeta)\b/g, ' xnewcardx tarjeta '],
  [/\bestados? de (?:mi )?cuentas?\b/g, ' xstatementx '],
  [/\b(?:per|a|each|every) day\b|\b(?:al|por|cada) dia\b|\bdiari[oa]s?\b|\bdaily\b/g, ' xdayx '],
  [
    /\b(?:per|a|each|every) month\b|\b(?:al|por|cada) mes\b|\bmensual(?:es)?\b|\bmonthly (?=spending|limit|cap)/g,
    ' xmonthx ',
  ],
  [/\b(?:per|a|each|every) (?:purchase|transaction|payment)\b|\bpor (?:compra|operacion|pago)\b/g, ' xeachx '],
  [/\b(?:turn|switch|shut|take)(?:ed)? (.*?)\boff\b/g, ' xoffx $1 '],
  [/\b(?:turn|switch)(?:ed)? (.*?)\bon\b/g, ' xonx $1 '],
  [/\bquita(?:r|me)? (?:el |mi )?(?=limite|tope)/g, ' remove '],
];
const amountPattern =
  /(?:us)?\$ ?([\d.,]*\d)(?: ?(?:dollars?|dolares|usd))?|\b([\d.,]*\d) ?(?:dollars?|dolares|usd|bucks)\b/g;
const wellWritten = /^(?:\d{1,6}|\d{1,3}(?:,\d{3}))(?:\.\d{2})?$/;

/** Reads a text for what is wished for a card; undefined when that is not all it says. */
export function wishForCard(
  text: string,
  { banks, accounts }: Pick<UnderstandingContext, 'banks' | 'accounts'>,
): ControlWish | undefined {
  const own = withoutQuotes(text);
  if (own.includes('…')) return undefined;
  if (isPinTyped(own, accounts)) return { intent: 'pinTyped' };
  const amounts: string[] = [];
  let folded = fold(own).replaceAll(amountPattern, (_, ...found: (string | undefined)[]) => {
    amounts.push(found[0] ?? found[1] ?? '');
    return ' xamountx ';
  });
  if (amounts.length > 1 || amounts.some((amount) => !wellWritten.test(amount))) return undefined;
  for (const [phrase, word] of phrases) folded = folded.replaceAll(phrase, word);
  const clauses = folded
    .split(/[.,;:!?¡¿\n]+/)
    .map(wordsOf)
    .filter((words) => !(words.length === 1 && words[0] === 'no'));
  const { named, rest } = takeBanks(clauses.flat(), banks);
  const found = findAccount(rest, accounts);
  const words = found.rest.map(forgivingSlips);
  if (named.length > 1 || words.some((word) => negations.has(word))) return undefined;
  const isOfCard = found.account?.kind === 'card' || found.account?.last4 !== undefined || has(words, 'card');
  const plain = fold(own);
  const [bank] = named;
  // "My card" is any card; the digits or a bank say which.
  const account = found.onlyCard ? undefined : found.account;
  const of = { ...(bank !== undefined && { bank }), ...(account && { account }) };
  if (isOfCard && words.length <= askedWordsMax && asksHowItIs.test(plain)) return { intent: 'cards', ...of };
  if (isOfANewCard(plain) || !words.every((word) => meaningOf.has(word) || courtesies.has(word))) return undefined;
  const wish = wishIn(words, isOfCard, amounts[0]?.replaceAll(',', ''));
  return wish && { ...wish, ...of };
}

/**
 * A card that came is activated, where a new one is or one more: nothing that stops one and lets it go again, and no
 * replacement of the one that is there.
 */
const isOfANewCard = (plain: string): boolean =>
  (/\b(?:activat(?:e|ed|ing|ion)|active|activar(?:la)?|activ[oa]|activada)\b/.test(plain) &&
    !/\b(?:online|internet|web|international|foreign|abroad|overseas|internacional(?:es)?|linea|extranjero)\b/.test(
      plain,
    )) ||
  /\b(?:where|when|has|donde|cuando)\b.*\b(?:new card|tarjeta nueva|nueva tarjeta)\b/.test(plain) ||
  /\b(?:another|una? otra) (?:\S+ )?(?:card|tarjeta)\b/.test(plain);

/** Such questions are short. */
const askedWordsMax = 8;
/** "Is my card frozen", "what is the limit on my card": how it stands is asked, and nothing is wished. */
const asksHowItIs = new RegExp(
  [
    String.raw`^\W*(?:(?:hi|hello|hey|hola|and|please) )*(?:is|are) (?:my|the|mi|either|any)\b.*\b(?:frozen|blocked|locked|active|activated|ok|okay|working|paused|suspended|expired)\W*$`,
    String.raw`^\W*(?:whats|what is|cual es|cuanto es) (?:my|the|el|mi) (?:daily |monthly |spending |credit |card )?(?:limit|status|state|limite|estado)(?: (?:on|of|for|de) (?:my|the|mi|la) (?:\S+ )?(?:cards?|tarjetas?))?\W*$`,
    String.raw`^\W*(?:mi|la|esta|estan) .*\b(?:congelad|bloquead|activ|activad)as?\W*$`,
    String.raw`^\W*(?:esta|estan) (?:congelad|bloquead|activ)as? (?:mi|mis)\b`,
    String.raw`^\W*(?:(?:the|my|check) )*(?:status|state|estado) (?:of|de) (?:my|mi|la) (?:\S+ )?(?:cards?|tarjetas?)\W*$`,
    String.raw`^\W*(?:my |the )?cards? status\W*$`,
  ].join('|'),
);

/** Whether folded words speak of something that can be done to a card, however it is put: it is shown how to say it. */
export function isAboutCard(words: readonly string[]): boolean {
  const of: readonly Meaning[] = ['freeze', 'unfreeze', 'lost', 'stolen', 'replace', 'limit', 'pin', 'statement'];
  const isSaid = of.some((meaning) => words.some((word) => meaningOf.get(word)?.includes(meaning)));
  return isSaid && words.some((word) => meaningOf.get(word)?.includes('card'));
}

const has = (words: readonly string[], meaning: Meaning): boolean =>
  words.some((word) => meaningOf.get(word)?.includes(meaning));

function wishIn(words: readonly string[], isOfCard: boolean, amount: string | undefined): ControlWish | undefined {
  const is = (meaning: Meaning): boolean => has(words, meaning);
  const card = (action: CardAction): ControlWish => ({ intent: 'card', control: { action } });
  // A card in wrong hands comes before whatever else was named with it.
  if (amount === undefined && isOfCard) {
    if (is('stolen')) return card('report-stolen');
    // "I lost the PIN of my card" is about the PIN; "my card and my PIN" about both.
    if (is('lost') && (!is('pin') || words.includes('and') || words.includes('y'))) return card('report-lost');
  }
  if (is('freeze') && isOfCard && (is('pin') || is('statement')))
    return card(isTakenOff(words) ? 'unfreeze' : 'freeze');
  if (is('pin')) return amount === undefined ? { intent: 'pin' } : undefined;
  if (is('statement')) return { intent: 'statements' };
  if (is('limit')) return limitIn(words, amount);
  if (amount !== undefined) return undefined;
  if (is('online') || is('abroad')) return switchIn(words);
  if (is('replace') && isOfCard) return card('replace');
  if (is('unfreeze')) return card('unfreeze');
  if (is('freeze')) return card(isTakenOff(words) ? 'unfreeze' : 'freeze');
  if (is('off') && isOfCard) return card('freeze');
  if (is('on') && isOfCard) return card('unfreeze');
  return isOfCard && is('settings') ? { intent: 'cards' } : undefined;
}

/** "Lift the freeze", "quitar el bloqueo", "turn off the freeze": the freeze itself is what goes. */
function isTakenOff(words: readonly string[]): boolean {
  if (words.some((word) => word !== 'xoffx' && has([word], 'remove'))) return true;
  // "Turn it off and freeze it" is no such wish: the freeze is a thing there, not what is done.
  const isThing = words.some(
    (word, at) => has([word], 'freeze') && /^(?:an?|the|this|that|el|este)$/.test(words[at - 1] ?? ''),
  );
  return isThing && has(words, 'off');
}

/** "Turn off online purchases", "permite compras en el extranjero". */
function switchIn(words: readonly string[]): ControlWish | undefined {
  const isOn = has(words, 'on') || has(words, 'unfreeze');
  const isOff = has(words, 'off') || has(words, 'freeze');
  const isOnline = has(words, 'online');
  if (isOn === isOff || isOnline === has(words, 'abroad')) return undefined;
  const what = isOnline ? 'online' : 'abroad';
  return { intent: 'card', control: { action: `${what}-${isOn ? 'on' : 'off'}` } };
}

function limitIn(words: readonly string[], amount: string | undefined): ControlWish | undefined {
  // No bank limits one way of paying alone: a limit on everything is not what was said.
  if (has(words, 'online') || has(words, 'abroad')) return undefined;
  if (has(words, 'remove')) return amount === undefined ? { intent: 'card', control: { action: 'limit' } } : undefined;
  if (amount === undefined) return { intent: 'card', control: { action: 'limit', howMuch: true } };
  const per = words.includes('xmonthx') ? 'month' : words.includes('xeachx') ? 'purchase' : 'day';
  return { intent: 'card', control: { action: 'limit', limit: { amount, currency: 'USD', per } } };
}

/**
 * A PIN has four to six digits; a code of a linking is said alone and has been looked for before. The last digits of
 * an account, and what "card" or "ending in" leads up to, are no PIN.
 */
function isPinTyped(text: string, accounts: UnderstandingContext['accounts']): boolean {
  const folded = fold(text)
    .replaceAll(cardDigits, ' ')
    .replaceAll(/\b\d{4}\b/g, (digits) => (accounts.some(({ last4 }) => last4 === digits) ? ' ' : digits));
  return (
    /\b(?:pin|nip)\b\D{0,24}\b\d{4,6}\b/.test(folded) ||
    /\b\d{4,6}\b\D{0,24}\b(?:pin|nip)\b/.test(folded) ||
    /^\s*(?!19|20)\d{4}\s*$/.test(folded)
  );
}

const cardDigits =
  /\b(?:card|tarjeta|account|cuenta)(?: (?:number|no|numero))?(?: (?:ending|ends|terminada|que termina|termina))?(?: (?:in|with|en|con))? \d{4}\b|\b(?:ending|ends|terminada|termina) (?:in |with |en |con )?\d{4}\b/g;

function forgivingSlips(word: string): string {
  // "At any store" is nothing stolen.
  if (meaningOf.has(word) || courtesies.has(word) || negations.has(word) || /^stores?$/.test(word)) return word;
  const near = nearest(word, forgivable);
  const meant = new Set(near.map((one) => String(meaningOf.get(one))));
  return meant.size === 1 ? (near[0] ?? word) : word;
}
