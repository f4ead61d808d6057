import type { BankId } from '#base';
import type { HearingChange, HearingConditions } from '#contract';
import { findAccount } from './accounts.ts';
import { takeBanks } from './banks.ts';
import { fold, withoutQuotes, wordsOf } from './fold.ts';
import type { AccountSlot, UnderstandingContext } from './frame.ts';
import { watchIn } from './watch-words.ts';

/**
 * "Only tell me about purchases over $50", "tell me everything", "what do you tell me about?": recognised only
 * when the whole text says nothing else, for a condition that was overheard would keep something quiet.
 */

/** What was said of what to be told; a bank or account when one was named. */
export type HearingWish = (
  | { readonly intent: 'hear'; readonly hearing: HearingChange }
  | { readonly intent: 'hearing' }
) & {
  readonly bank?: BankId;
  readonly account?: AccountSlot;
};

/** Stands for the amount while the words are compared. */
const placeholder = 'xamountx';
/** Dollars, in the way both languages write them here: 50, 49.99, 1,000. */
const amountPattern =
  /(?:us)?\$ ?([\d.,]*\d)(?: ?(?:dollars?|dolares|usd))?|\b([\d.,]*\d) ?(?:dollars?|dolares|usd|bucks)\b/g;
const wellWritten = /^(?:\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.\d{2})?$/;

const courtesies = /\b(please|pls|por favor|porfa|from now on|a partir de ahora|desde ahora|hi|hello|hola)\b/g;
const tell = '(?:tell|notify|alert|message|inform)';
const avisa = '(?:avisame|notificame|dime|cuentame|alertame|informame)';
const set = [
  new RegExp(`^(?:only|just) ${tell} me (?:about|of|for|when there are) (.+)$`),
  new RegExp(`^${tell} me (?:only|just) (?:about|of|for) (.+)$`),
  new RegExp(`^i (?:only|just) want to (?:hear|know|be told) (?:about|of) (.+)$`),
  new RegExp(`^(?:solo|solamente|unicamente) ${avisa} (?:de|sobre|por) (.+)$`),
  new RegExp(`^${avisa} (?:solo|solamente|unicamente) (?:de|sobre|por) (.+)$`),
  /^(?:solo|solamente|unicamente) quiero (?:saber|enterarme) de (.+)$/,
];
const everything = new RegExp(`^(?:${tell} me (?:about )?everything|${avisa} (?:de |sobre )?todo)$`);
const nothing =
  /^(?:(?:dont|do not) (?:tell|notify|alert|message) me (?:about )?(?:anything|(?:any )?purchases)|no me avises (?:de )?(?:nada|ninguna compra|mis compras))$/;
const asked =
  /^(?:(?:my |the |change (?:my |the )?)?(?:alerts?|notifications?) settings|(?:ajustes|opciones) de (?:mis |las )?(?:alertas|avisos|notificaciones)|what (?:do|will) you (?:tell|notify|alert) me (?:about|of)|(?:de|sobre) que me (?:avisas|notificas|informas))$/;

/** "when my balance falls below X": the account that may be named was taken out before. */
const low = [
  new RegExp(
    `^${tell} me (?:when|if) (?:my |the |there is |i have )?(?:balance |account |money )?(?:in )?(?:is |falls |drops |goes |gets )?(?:below|under|less than|lower than) ${placeholder}(?: left)?$`,
  ),
  new RegExp(
    `^${avisa} (?:cuando|si) (?:mi |el |la |me |haya |tenga |tengo )?(?:saldo |cuenta |dinero |queden? |quede )?(?:en )?(?:baje de|este por debajo de|caiga por debajo de|sea menor (?:a|de|que)|menos de) ${placeholder}$`,
  ),
];
const notLow =
  /^(?:(?:dont|do not) (?:tell|notify|alert|message) me (?:about |of )?(?:my )?(?:a )?low balances?|no more low balance (?:alerts|messages)|no me avises (?:del?|sobre el|cuando hay) saldo bajo)$/;

const purchases = '(?:(?:my |the |las |los |mis )?(?:purchases|charges|payments|compras|cargos|pagos|gastos) )?';
const conditions: readonly (readonly [RegExp, (amount: string) => HearingConditions])[] = [
  [
    new RegExp(
      `^${purchases}(?:over|above|of more than|more than|bigger than|larger than|de mas de|mas de|mayores (?:de|a|que)|superiores a|por encima de) ${placeholder}$`,
    ),
    (amount) => ({ over: { amount, currency: 'USD' } }),
  ],
  [
    new RegExp(
      `^(?:${purchases}(?:abroad|outside the (?:us|country)|in other countries|en el extranjero|fuera del pais|en otros paises)|foreign purchases)$`,
    ),
    () => ({ abroad: true }),
  ],
  [
    new RegExp(
      `^(?:${purchases}(?:online|on the internet|without my card|card not present|en linea|por internet|en internet|sin mi tarjeta)|online purchases)$`,
    ),
    () => ({ online: true }),
  ],
  [
    /^(?:money (?:that comes |coming )?in|(?:my )?(?:deposits|income)|(?:mis |los )?(?:ingresos|depositos|abonos)|(?:el )?dinero que (?:entra|recibo|llega))$/,
    () => ({ moneyIn: true }),
  ],
  [
    /^(?:(?:my |the )?(?:salary|paycheck|wages)(?: when it comes)?|(?:mi |el |la )?(?:sueldo|salario|nomina))$/,
    () => ({ salary: true }),
  ],
];

/** Reads a text for what to be told; undefined when that is not all it says. */
export function wishToHear(
  text: string,
  { banks, accounts }: Pick<UnderstandingContext, 'banks' | 'accounts'>,
): HearingWish | undefined {
  const own = withoutQuotes(text);
  if (own.includes('…')) return undefined;
  const amounts: string[] = [];
  const without = fold(own).replaceAll(amountPattern, (_, ...found: (string | undefined)[]) => {
    amounts.push(found[0] ?? found[1] ?? '');
    return ` ${placeholder} `;
  });
  if (amounts.length > 1 || amounts.some((amount) => !wellWritten.test(amount))) return undefined;
  const banked = takeBanks(wordsOf(without.replaceAll(courtesies, ' ')), banks);
  if (banked.named.length > 1) return undefined;
  const { account, onlyCard, rest } = findAccount(banked.rest, accounts);
  const [bank] = banked.named;
  const of = { ...(bank !== undefined && { bank }), ...(account !== undefined && { account }) };
  const ofBank = bank !== undefined ? { bank } : {};
  const isNamed = bank !== undefined || account !== undefined;
  const said = rest
    .join(' ')
    .replace(isNamed ? / (?:on|for|at|of|with|from|in|en|de|con)(?: my| the| mi| la)?$/ : /$^/, '');
  if (asked.test(said)) return { intent: 'hearing', ...of };
  if (everything.test(said)) return { intent: 'hear', hearing: { only: null }, ...of };
  if (nothing.test(said)) return { intent: 'hear', hearing: { only: {} }, ...of };
  if (notLow.test(said)) return { intent: 'hear', hearing: { low: null }, ...of };
  const [amount = ''] = amounts.map((one) => one.replaceAll(',', ''));
  if (amount !== '' && low.some((pattern) => pattern.test(said)))
    return { intent: 'hear', hearing: { low: { amount, currency: 'USD' } }, ...of };
  const watch = watchIn(said, amount);
  // "My card" is any card; its digits or a bank say which.
  if (watch !== undefined) return { intent: 'hear', hearing: { watch }, ...(onlyCard ? ofBank : of) };
  const listed = set.map((pattern) => pattern.exec(said)?.[1]).find((one) => one !== undefined);
  const only = listed === undefined ? undefined : conditionsIn(listed, amount);
  return only && { intent: 'hear', hearing: { only }, ...of };
}

/** Every part of "purchases over $50 and abroad" must be a condition. */
function conditionsIn(listed: string, amount: string): HearingConditions | undefined {
  const all: HearingConditions = {};
  for (const part of listed.split(/ (?:and|or|y|o) (?:about |de )?/)) {
    const found = conditions.find(([pattern]) => pattern.test(part));
    if (!found) return undefined;
    Object.assign(all, found[1](amount));
  }
  return all;
}
