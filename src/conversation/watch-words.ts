import type { HearingChange } from '#contract';

/** "Tell me when my card is used abroad", "watch purchases over $200", "stop watching online": the customer's own watch. */

type Change = NonNullable<HearingChange['watch']>;
type Rule = keyof Change;

const begun = [
  /^(?:watch(?: out)?(?: for)?|keep an eye on|ask me about|check with me about|warn me about|(?:tell|notify|alert|warn|ask) me (?:when|if)) (.+)$/,
  /^(?:vigilame|vigila|preguntame (?:por|sobre)|(?:avisame|alertame|notificame|preguntame|dime) (?:cuando|si)) (.+)$/,
];
const ended = [
  /^(?:stop (?:watching|asking me about|keeping an eye on)|(?:dont|do not|no longer) watch)(?: (.+))?$/,
  /^(?:deja de (?:vigilar|preguntarme (?:por|sobre))|(?:ya )?no (?:vigiles|me preguntes (?:por|sobre)))(?: (.+))?$/,
];
const everything = /^(?:me|my|everything|all|all of it|mi|mis|todo|mis compras|my purchases)$/;

/** What stands before a condition and says nothing of its own: whose card, that it is used, that it is purchases. */
const leading =
  /^(?:(?:my|the|a|any|mi|mis|la|las|los|el|una|un|it|there is|there are|hay|haya|i|somebody|someone|alguien|se|me) )*(?:(?:card|tarjeta) )?(?:(?:is|gets|was|are|se) )?(?:(?:used|use|usa|usen|usada|buy|pay|spend|spends|compre|compra|pague|gaste|gasten|gasta) )?(?:for )?(?:(?:a |an |una |un |las |los )?(?:purchases?|charges?|payments?|compras?|cargos?|pagos?|gastos?) )?/;
/** "Online purchases". */
const trailing = / (?:purchases?|charges?|payments?|shopping)$/;
const conditions: readonly (readonly [Rule, RegExp])[] = [
  [
    'twoCountries',
    /^(?:in |en )?(?:two|2|dos) (?:different )?(?:countries|paises)(?: (?:distintos|diferentes))?(?: (?:with)?in (?:an|one|1) hour| at once| en (?:una|1) hora)?$/,
  ],
  [
    'abroad',
    /^(?:abroad|foreign|outside (?:of )?(?:the )?(?:us|country)|in (?:another|other|a foreign|foreign) countr(?:y|ies)|en el extranjero|fuera del pais|en otros? pais(?:es)?)$/,
  ],
  ['online', /^(?:online|(?:on|over) the internet|en linea|(?:por|en) internet)$/],
  [
    'over',
    /^(?:(?:of |de )?(?:over|above|more than|bigger than|larger than|mas de|mayores? (?:de|a|que)|superior(?:es)? a|por encima de)) xamountx$/,
  ],
  [
    'newMerchant',
    /^(?:(?:at|in|from|with|en) )?(?:(?:a|an|un|una) )?(?:new (?:merchants?|shops?|stores?|places?)|nuev[oa]s? (?:comercios?|tiendas?|lugar(?:es)?|sitios?)|(?:comercios?|tiendas?|lugar(?:es)?|sitios?) nuev[oa]s?|(?:places|shops|stores|merchants) (?:that )?(?:ive|i have|i) never (?:been|used|bought|paid)(?: at| to| from)?(?: before)?)$/,
  ],
];

/** Reads what a text says of the watch; `said`: its words, the amount as `xamountx`. Undefined when that is not all it says. */
export function watchIn(said: string, amount: string): HearingChange['watch'] {
  const end = ended.map((pattern) => pattern.exec(said)).find((one) => one !== null);
  if (end) {
    const [, what] = end;
    if (what === undefined || everything.test(what)) return null;
    return changeOf(what, () => null);
  }
  const what = begun.map((pattern) => pattern.exec(said)?.[1]).find((one) => one !== undefined);
  if (what === undefined) return undefined;
  return changeOf(what, (rule) => (rule === 'over' ? { amount, currency: 'USD' } : true), amount);
}

/** Every part of "purchases abroad and online" must be a condition. */
function changeOf(listed: string, to: (rule: Rule) => unknown, amount?: string): Change | undefined {
  const change: Partial<Record<Rule, unknown>> = {};
  for (const part of listed.split(/ (?:and|or|y|o|e|u) /)) {
    const told = part.replace(leading, '').replace(trailing, '');
    // "Stop watching purchases over $200" and "stop watching amounts" end the same.
    const isAmounts = amount === undefined && /^(?:amounts?|big amounts?|importes?|cantidades)$/.test(told);
    const rule = isAmounts ? 'over' : conditions.find(([, pattern]) => pattern.test(told))?.[0];
    if (rule === undefined || (rule === 'over' && amount === '')) return undefined;
    change[rule] = to(rule);
  }
  return change as Change;
}
