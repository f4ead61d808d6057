import type { Flow, MoneyIntent, Slots } from './frame.ts';
import { ordinals } from './period-words.ts';

/**
 * Phrases that say what is measured, and of which movements, in folded words, English and Spanish. Each is taken out of
 * the text where it is found, so that what no phrase and no slot explains stays behind and is doubted.
 */

/** What a phrase adds to a question. */
interface Cue {
  readonly pattern: RegExp;
  readonly intent?: MoneyIntent;
  readonly slots?: Slots;
  /** It speaks of what was answered before: "which ones", "how much was that". */
  readonly ofThose?: true;
  /** Needs to be asked for more nearly. */
  readonly missing?: 'interest' | 'food';
}

/** What the phrases of a text say together. */
export interface Measured {
  readonly intents: readonly MoneyIntent[];
  readonly slots: Slots;
  readonly ofThose: boolean;
  readonly missing?: 'interest' | 'food';
  readonly rest: string[];
}

const words = (pattern: string): RegExp => new RegExp(String.raw`(?<![^ ])(?:${pattern})(?![^ ])`);

/** Being at a merchant is buying there. */
const went = String.raw`(?:go|gone|went|been|be|visit|visited|shop|shopped|order|ordered|eat(?! out)|eaten(?! out)|ate(?! out))`;
const pay = String.raw`(?:salary|salaries|paychecks?|pay|wages?|payroll|sueldos?|salarios?|nominas?|quincenas?|paga)`;
const arrives = String.raw`(?:(?: (?:be|been|being|going to be|already|yet|paid|in|due|here|coming|come|came|arrive|arrives|arriving|arrived|land|landed|deposited|hit|next|last|supposed to)))*`;

const paydays: readonly Cue[] = [
  {
    pattern: words(
      String.raw`when (?:was|were|did|has) (?:my |the )?(?:last |latest |previous )?${pay}${arrives}|when did i (?:last )?get paid(?: last)?|when was i (?:last )?paid(?: last)?|when have i (?:last )?been paid(?: last)?|(?:has|did|was) my ${pay}${arrives}|(?:my |the )?last payday|cuando (?:me pagaron|cobre)(?: por ultima vez)?(?: (?:el|la|mi) ${pay})?|cuando (?:fue|llego|entro|cayo) (?:el |la |mi )?(?:ultim[oa] )?${pay}|(?:ya )?(?:llego|entro|cayo|me pagaron|me depositaron) (?:el |la |mi )?${pay}`,
    ),
    intent: 'payday',
    slots: { which: 'last' },
  },
  {
    pattern: words(
      String.raw`when (?:is|are|s|will|does|do|should) (?:my |the )?(?:next )?${pay}${arrives}|when (?:do|will|am|should) i (?:be |get |getting |going to get |going to be )*paid(?: next| again)?|(?:when (?:is|s) )?(?:my |the )?next (?:payday|${pay})(?: (?:date|day|deposit))?|when (?:is|s) payday|cuando (?:me (?:depositan|ingresan|abonan|depositaran|pagan|pagaran|van a pagar|toca cobrar)|cobro|cobrare|voy a cobrar)(?: (?:el|la|mi) ${pay})?(?: otra vez)?|cuando (?:llega|entra|cae|es|sera|llegara|entrara|recibo) (?:el |la |mi )?(?:proxim[oa] |siguiente )?(?:dia de )?${pay}|(?:cuando es )?(?:el |la |mi )?(?:proxim[oa]|siguiente) (?:(?:pago de |dia de )?${pay}|dia de pago)`,
    ),
    intent: 'payday',
    slots: { which: 'next' },
  },
];

/** "Second biggest", "la segunda compra más grande", "el tercer mayor gasto". */
function ranked(nth: number, english: string, spanish: string, short: string): string {
  const said = [...ordinals].filter(([, number]) => number === nth).map(([word]) => word);
  const noun = '(?:compra|gasto|cargo|transaccion|movimiento)';
  return String.raw`(?:the |my |la |el |mi )?(?:${said.join('|')}) (?:(?:${english})(?: ones?)?|(?:${noun} )?mas (?:${spanish})(?:es|[oae]s?)?|(?:${noun} )?${short})`;
}

const flow = (name: Flow, pattern: string, intent?: MoneyIntent): Cue => ({
  pattern: words(pattern),
  slots: { flow: name },
  ...(intent && { intent }),
});

const flows: readonly Cue[] = [
  flow(
    'card-payments',
    String.raw`(?:credit )?card payments?|payments? (?:to|towards?|for) (?:my |the )?(?:credit )?cards?|(?:pay|paid|pay off|paid off|pay down|paid down) (?:to |towards? |off )?(?:my |the )?(?:credit )?card(?: bill)?|pagos? (?:de|a|hechos a) (?:la|mi|las|mis) tarjetas?(?: de credito)?|(?:pague|he pagado) (?:a|de|para) (?:la|mi) tarjeta(?: de credito)?`,
  ),
  flow(
    'saved',
    String.raw`(?:transfers|transferred|moved|(?:did|have) i (?:transfer|move|put|pay|add)(?: (?:any|some|much|money|cash|anything))*) (?:in )?(?:in|into|to) (?:my )?savings(?: account)?|(?:did|have) i (?:save|saved)|i saved?|saved|(?:transferi|transferido|pase|puse|meti|transferencias) (?:a|en) (?:mis |mi cuenta de |la cuenta de )?ahorros?|ahorre|he ahorrado|ahorrado`,
  ),
  flow(
    'transfers',
    String.raw`(?:did|have) i (?:transfer|transferred)|my transfers|transfers|transferred|(?:mis )?transferencias|transferi|transferido`,
  ),
  flow(
    'interest',
    String.raw`(?:interest|interes|intereses)(?: (?:did|has|have|they|it|que))* (?:pay|paid|give|gave|me pago|me pagaron|me han pagado|me ha pagado)(?: (?:me|us|out))?(?<= (?:me|us|out|pago|pagaron|pagado))|(?:pay|paid|give|gave) (?:me|us) (?:in )?interest|me (?:pago|pagaron|han pagado|ha pagado) (?:de |en )?(?:interes|intereses)`,
  ),
  flow(
    'interest-charged',
    String.raw`(?:interest charges?|interest charged)|(?:did i |i |have i |was i |me )?(?:pay|paid|charged|pague|pagado|cobraron|cobrado) (?:in |of |for |on |de |en |por )?(?:interest|interes|intereses)|(?:interest|interes|intereses)(?: (?:did|have|was|i|have i|was i|did i|me|que|he))* (?:pay|paid|charged|pague|pagado|cobraron|cobrado)`,
  ),
  flow(
    'interest',
    String.raw`(?:did i |i |have i )?(?:earn|earned|get|got|receive|received|gane|ganado|recibi|recibido) (?:in |of |from |de |en |por )?(?:interest|interes|intereses)|(?:interest|interes|intereses)(?: (?:did|have|i|have i|did i|que|he))* (?:earn|earned|get|got|receive|received|gane|ganado|recibi|recibido)|interest income`,
  ),
  { pattern: words(String.raw`interest|interes|intereses`), slots: { flow: 'interest' }, missing: 'interest' },
  flow(
    'refunds',
    String.raw`(?:was i |were |did i get |i got |i was )?(?:refund|refunds|refunded|reembolso|reembolsos|devoluciones|devolucion|reembolsaron|devolvieron)|money back`,
  ),
  flow(
    'fees',
    String.raw`(?:bank |service |overdraft |late |annual )?fees?|service charges|comision|comisiones|cargos por servicio`,
  ),
  flow(
    'pay',
    String.raw`(?<=how much )(?:money )?(?:did|have|do) (?:i|we) (?:make|made|bring home|take home)|(?:(?:did|have|do|was) i |i )?(?:earn|earned|earning|get paid|got paid|getting paid|been paid)|was i paid|(?:my |the )?(?:last |latest )?(?:salary|salaries|paychecks?|wages?|payroll|earnings|income)|(?:mis |mi |el |la )?(?:ultim[oa] )?(?:sueldos?|salarios?|nominas?|(?<!primera |segunda )quincenas?|ingresos)|gane|he ganado|ganado|cobre|he cobrado|me pagaron`,
  ),
  flow(
    'in',
    String.raw`(?:money|cash) (?:coming|came|going) in|^(?:my )?money in|money in$|came in(?:to)?(?: (?:my|the) accounts?)?|went in(?:to)? (?:my|the) accounts?|(?:pay|paid|pays) (?:me|us)|(?:(?:did|have) i )?(?:get|got|gotten|receive|received) from|me (?:pago|ha pagado|deposito|ha depositado)|deposits|deposited|incoming money|depositos|depositado|entradas|dinero (?:que )?(?:entro|recibido)|(?:me )?(?:entro|entraron|depositaron)`,
  ),
];

const measures: readonly Cue[] = [
  {
    pattern: words(
      String.raw`which ones?(?! (?:was|is|were|are) (?:the|my) )(?: (?:are|were) (?:they|those|these))?|what (?:are|were) (?:they|those|these)|(?:show|list|see|view|give)(?: me)? (?:them|those|these)(?: all)?|which (?:are|were) (?:they|those|these)|(?:^cuales(?: (?:son|fueron)(?: esas| esos)?)?$)|muestramelas|muestramelos|muestralas|muestralos|ensenamelas|ensenamelos|(?:quiero )?ver(?:las|los)`,
    ),
    intent: 'recent',
    ofThose: true,
  },
  {
    pattern: words(String.raw`^(?:and |y )?(?:show me|list|muestrame|ensename|ver)(?: all| todas| todos)?$`),
    intent: 'recent',
    ofThose: true,
  },
  {
    pattern: words(
      String.raw`^(?:and )?(?:when|what|who|which one) was (?:that|it|this)$|^(?:y )?(?:cuando|que|cual|con quien) fue(?: eso| esa)?$`,
    ),
    intent: 'extreme',
    ofThose: true,
  },
  {
    pattern: words(
      String.raw`^(?:and |so )?(?:where|(?:at )?(?:which|what) (?:shop|store|merchant|place)) (?:was|were) (?:that|it|this|they|those)(?: at)?$|^(?:y )?(?:en )?(?:donde|que tienda|cual tienda) (?:fue|fueron|eran)(?: es[oa]s?| ell[oa]s)?$`,
    ),
    intent: 'whereUsed',
    ofThose: true,
  },
  {
    pattern: words(
      String.raw`^(?:and |y )?(?:how much |cuanto )?(?:is that |es )?(?:in total|the total|total|altogether|en total)$`,
    ),
    intent: 'spending',
    ofThose: true,
  },
  {
    pattern: words(
      String.raw`how many (?:was|is|were|are) (?:that|those|these|they|it)|cuant[oa]s (?:fueron|son|eran)(?: es[ao]s)?`,
    ),
    intent: 'count',
    ofThose: true,
  },
  {
    pattern: words(
      String.raw`how much (?:was|is|were|are|did) (?:that|those|these|they|it)(?: (?:all|come to|cost|in total|altogether))*|cuanto (?:fue|suma|suman|es|son|fueron)(?: eso| todo| todo eso| en total)?$`,
    ),
    intent: 'spending',
    ofThose: true,
  },
  {
    pattern: words(
      String.raw`(?:my |the )?(?:subscriptions?|recurring (?:payments|charges|bills|purchases|transactions|costs)|regular (?:payments|charges|bills))|(?:mis |las )?(?:suscripciones|suscripcion)|(?:mis |los )?(?:pagos|cargos|cobros|gastos) (?:recurrentes|fijos|que se repiten)`,
    ),
    intent: 'recurring',
  },
  {
    pattern: words(
      String.raw`(?:that |which |have |has |ha |han |que )*(?:went|gone|going|go) up(?: in price)?|(?:that |which |have |has )*increased(?: in price)?|(?:that |which |have |has )*(?:become |became |gotten |got )more expensive|price (?:increases?|hikes?|rises?)|(?:que )?(?:me )?(?:han )?(?:subieron|subio|subido|aumentaron|aumentado|encarecido)(?: de precio)?|(?:que son )?mas caras (?:que antes|ahora)`,
    ),
    slots: { changed: 'up' },
    intent: 'recurring',
  },
  {
    pattern: words(
      String.raw`(?:that |which |have |has )*(?:went|gone|going|go) down(?: in price)?|(?:that |which )*(?:got|became) cheaper|(?:que )?(?:han )?(?:bajaron|bajado)(?: de precio)?`,
    ),
    slots: { changed: 'down' },
    intent: 'recurring',
  },
  {
    pattern: words(
      String.raw`(?:(?:payments|bills|charges|purchases|subscriptions|money)? ?(?:is|are|s)? ?(?:coming up|upcoming|due|scheduled|vence|vencen|vencimientos)(?: (?:bills|payments|charges|subscriptions|cargos|pagos))?)|(?:what |which |how much )?(?:bills |subscriptions )?(?:will|am i going to|do i have to|must i) (?:be |i |have to )*(?:charged|pay)|(?:que )?(?:pagos|cargos|cobros|recibos|facturas) (?:vienen|viene|llegan|tengo|hay)|proximos (?:pagos|cargos|cobros|recibos)|me (?:cobran|cobraran|van a cobrar)|(?:tengo que|debo|hay que) pagar|(?:cuando )?(?:me )?toca pagar|when (?:is|s|are) (?:my |the )?next`,
    ),
    intent: 'due',
  },
  {
    pattern: words(
      String.raw`(?:what|which|how) (?:share|percent|percentage|proportion|fraction) (?:did|do|have) i (?:spend|spent)(?: on)?|(?:que|cual) (?:porcentaje|proporcion|parte) (?:gaste|gasto|he gastado)(?: en)?|(?:what |which )?(?:share|percent|percentage|proportion|fraction|part) of (?:all )?(?:my |the )?(?:total )?(?:spending|expenses|purchases|money)(?: (?:went|goes|go) (?:to|on|into))?|(?:que |cual )?(?:porcentaje|proporcion|parte) de (?:mis |mi |los |el )?(?:gastos|gasto|compras|dinero)(?: (?:fue|fueron|se fue|es|va))*`,
    ),
    intent: 'share',
  },
  {
    pattern: words(
      String.raw`(?:by|per|for each|which|what|top(?: \d+)?|cual|que|por) (?:is my |was my |are my )?(?:top |biggest |main )?(?:merchants?|stores?|shops?|retailers?|comercios?|tiendas?|negocios?)(?: (?:do|did|have) i (?:spend|spent)(?: the)? most(?: money)?(?: at| in)?| (?:gaste|gasto) mas)?|where (?:do|did|have) i (?:usually )?(?:spend|spent|shop|shopped|buy|bought|go|gone) (?:the )?most(?: (?:of my )?money)?|who (?:do|did|have) i (?:pay|paid) (?:the )?most|(?:en )?donde (?:gaste|gasto|he gastado) mas(?: dinero)?|(?:en que|que) (?:tiendas?|comercios?|negocios?) (?:gaste|gasto|he gastado) mas`,
    ),
    intent: 'breakdown',
    slots: { by: 'merchant' },
  },
  {
    pattern: words(
      String.raw`(?:in )?(?:which|what) month (?:did|do|have) (?:i|we) (?:spend|spent) (?:the )?(?:least|less)(?: (?:of my )?money)?(?: on| at| in)?|(?:en )?que mes (?:gaste|he gastado) menos(?: dinero)?|(?:which|what) (?:is|was) (?:my |the )?cheapest month`,
    ),
    intent: 'breakdown',
    slots: { by: 'month', which: 'smallest' },
  },
  {
    pattern: words(
      String.raw`(?:on |in )?(?:which|what) day (?:did|do|have) (?:i|we) (?:spend|spent) (?:the )?most(?: (?:of my )?money)?(?: on| at| in)?|(?:en )?que dia (?:gaste|he gastado) mas(?: dinero)?|(?:which|what) (?:is|was) (?:my |the )?most expensive day|cual fue (?:mi |el )?dia mas caro`,
    ),
    intent: 'breakdown',
    slots: { by: 'day' },
  },
  {
    pattern: words(
      String.raw`(?:in )?(?:which|what) month (?:did|do|have) (?:i|we) (?:spend|spent) (?:the )?most(?: (?:of my )?money)?(?: on| at| in)?|(?:en )?que mes (?:gaste|he gastado) mas(?: dinero)?|(?:which|what) (?:is|was) (?:my |the )?most expensive month|cual fue (?:mi |el )?mes mas caro`,
    ),
    intent: 'breakdown',
    slots: { by: 'month' },
  },
  {
    pattern: words(
      String.raw`(?:spending |expenses )?(?:by month|month by month|each month|every month|by the month|mes a mes|mes por mes|cada mes)|(?:gastos|compras|gaste) por mes`,
    ),
    intent: 'breakdown',
    slots: { by: 'month' },
  },
  {
    pattern: words(String.raw`(?:by|per|for each|por|en cada) (?:account|bank|cuenta|banco)`),
    intent: 'breakdown',
    slots: { by: 'account' },
  },
  {
    pattern: words(
      String.raw`(?:what|on what|in what|which things?) (?:do|did|have|am) i (?:spend|spent|spending) (?:the )?most(?: (?:of my )?money)?(?: on)?|(?:by|per|for each|which|what|top(?: \d+)?|biggest|main) (?:is my |was my |are my )?(?:top |biggest |main )?(?:spending |expense )?(?:category|categories)(?: (?:do|did|have) i (?:spend|spent)(?: the)? most(?: money)?(?: on| in)?)?|break (?:it|that|this|them|those) down|^(?:and )?on what$|^(?:y )?en que$|(?:spending |expense )?break ?down(?: of)?(?: (?:my|the))?(?: (?:spending|expenses|purchases))?|where (?:does|did|is|has) (?:all )?my money (?:go|going|gone)|(?:en )?que (?:es )?(?:en lo que )?(?:gaste|gasto|he gastado) mas(?: dinero)?|en lo que (?:mas )?(?:gaste|gasto)(?: mas)?|(?:por|que|cual|cuales) (?:categorias?)(?: (?:gaste|gasto) mas)?|desglose(?: de)?(?: mis)?(?: gastos)?|(?:a|en) (?:donde|que) se (?:me )?(?:va|fue|ha ido) (?:el dinero|la plata)|(?:a|en) (?:donde|que) se (?:va|fue|ha ido) (?:todo )?mi dinero`,
    ),
    intent: 'breakdown',
    slots: { by: 'category' },
  },
  {
    pattern: words(
      String.raw`(?:which|what)(?: one)? of my accounts (?:has|have|holds?) (?:the )?(?:most|highest|more)(?: money| balance)?(?: in it)?|(?:which|what) account (?:has|holds?) (?:the )?(?:most|highest|more)(?: money| balance)?(?: in it)?|(?:cual de mis cuentas|que cuenta) tiene (?:el )?(?:mas|mayor)(?: dinero| saldo)?`,
    ),
    intent: 'balance',
    slots: { which: 'biggest' },
  },
  {
    pattern: words(
      String.raw`(?:which|what)(?: one)? of my accounts (?:has|have|holds?) (?:the )?(?:least|lowest|less)(?: money| balance)?(?: in it)?|(?:which|what) account (?:has|holds?) (?:the )?(?:least|lowest|less)(?: money| balance)?(?: in it)?|(?:cual de mis cuentas|que cuenta) tiene (?:el )?(?:menos|menor)(?: dinero| saldo)?`,
    ),
    intent: 'balance',
    slots: { which: 'smallest' },
  },
  {
    pattern: words(
      String.raw`the least (?:money )?(?:that )?i (?:have |ve )?(?:ever )?(?:spent|paid)(?: (?:on|at|for)(?: an?)?(?: single| one)?)?|lo (?:menos|minimo) que (?:he )?(?:gaste|gastado|pague|pagado)(?: en(?: una?)?(?: sol[oa])?)?`,
    ),
    intent: 'extreme',
    slots: { which: 'smallest' },
  },
  {
    pattern: words(
      String.raw`the most (?:money )?(?:that )?i (?:have |ve )?(?:ever )?(?:spent|paid)(?: (?:on|at|for)(?: an?)?(?: single| one)?)?|lo (?:mas|maximo) que (?:he )?(?:gaste|gastado|pague|pagado)(?: en(?: una?)?(?: sol[oa])?)?`,
    ),
    intent: 'extreme',
    slots: { which: 'biggest' },
  },
  ...[2, 3, 4, 5].map((nth): Cue => ({
    pattern: words(
      ranked(nth, 'biggest|largest|highest|greatest|priciest|most expensive', 'car|grande|alt|costos', 'mayor'),
    ),
    intent: 'extreme',
    slots: { which: 'biggest', nth },
  })),
  ...[2, 3, 4, 5].map((nth): Cue => ({
    pattern: words(ranked(nth, 'smallest|lowest|cheapest|least expensive', 'barat|pequen|baj', 'menor')),
    intent: 'extreme',
    slots: { which: 'smallest', nth },
  })),
  {
    pattern: words(
      String.raw`(?:the |my )?(?:single )?(?:biggest|largest|highest|greatest|priciest|most expensive)(?: (?:one|ones))?|(?:the |my )?top(?= (?:purchases|charges|transactions|expenses))|(?:el |la |mi )?(?:mas (?:car[oa]s?|grandes?|alt[oa]s?|costos[oa]s?)|mayor|mayores)(?: de todas)?`,
    ),
    intent: 'extreme',
    slots: { which: 'biggest' },
  },
  {
    pattern: words(
      String.raw`(?:the |my )?(?:single )?(?:smallest|lowest|cheapest|least expensive)(?: (?:one|ones))?|(?:el |la |mi )?(?:mas (?:barat[oa]s?|pequen[oa]s?|baj[oa]s?)|menor|menores)(?: de todas)?`,
    ),
    intent: 'extreme',
    slots: { which: 'smallest' },
  },
  {
    pattern: words(
      String.raw`when (?:did|have|was|were) i (?:last|most recently)(?: ${went})?(?: to)?|(?:when was )?(?:the |my )?last time(?: that)?(?: i)?(?: (?:was|had|have))?(?: ${went})?(?: to)?|when was (?:my |the )(?:last|latest|most recent)|(?:cuando fue )?(?:la )?ultima vez(?: que)?(?: (?:fui|estuve))?|por ultima vez`,
    ),
    intent: 'extreme',
    slots: { which: 'last' },
  },
  {
    pattern: words(
      String.raw`when (?:did|have) i first(?: ${went})?(?: to)?|(?:when was )?(?:the |my )?(?:very )?first time(?: that)?(?: i)?(?: was)?(?: ${went})?(?: to)?|when was (?:my |the )first|(?:the |my )?first(?= (?:purchase|transaction|charge|coffee|time))|(?:cuando fue )?(?:la )?primera vez(?: que)?(?: (?:fui|estuve))?|por primera vez|(?:la |mi )?primera(?= compra)`,
    ),
    intent: 'extreme',
    slots: { which: 'first' },
  },
  {
    pattern: words(
      String.raw`when (?:did|have|was|were) i(?: ${went})?(?: to)?|cuando(?= (?:pague|compre|gaste|use|fui|saque|retire))(?: fui(?: a)?)?`,
    ),
    intent: 'extreme',
    slots: { which: 'last' },
  },
  {
    pattern: words(
      String.raw`how many times(?: (?:did|have) i ${went}(?: to)?)?|how often(?: (?:do|did|have) i ${went}(?: to)?)?|(?:the )?number of(?: times)?|cuantas veces(?: (?:fui|he ido|voy)(?: a)?)?|con que frecuencia(?: (?:voy|fui)(?: a)?)?|how many(?! (?:dollars|bucks|euros|days))|cuant[oa]s(?! (?:dolares|euros|dias))`,
    ),
    intent: 'count',
  },
  ...(
    [
      ['day', 'day|dia', 'daily|diari[oa]s?|diariamente'],
      ['week', 'week|semana', 'weekly|semanal(?:es)?|semanalmente'],
      ['month', 'month|mes', 'monthly|mensual(?:es)?|mensualmente'],
      ['purchase', 'purchase|transaction|visit|trip|ride|time|order|compra|visita|vez', 'por cada compra'],
    ] as const
  ).map(([per, unit, adverb]): Cue => ({
    pattern: words(
      String.raw`(?:on )?(?:average )?(?:per|each|every|por|cada${per === 'purchase' ? '' : '|an?|al|a la'}) (?:${unit})(?! (?:ago|before|of))(?: on average| en promedio)?|(?:average )?(?:${adverb})(?: average)?`,
    ),
    intent: 'average',
    slots: { per },
  })),
  {
    pattern: words(
      String.raw`(?:what(?: is| s)? )?(?:the |my |an )?(?:on )?(?:average|averages|avg|typical|typically)(?: (?:amount|size|spend|cost|price))?(?: of)?|(?:en |el |mi )?promedio(?: de)?`,
    ),
    intent: 'average',
  },
  {
    pattern: words(
      String.raw`average|avg|promedio|usually|normally|generally|normalmente|usualmente|generalmente|por lo general|(?<=(?:gasto|ticket|precio|importe) )medio`,
    ),
    intent: 'average',
  },
  // "Top grocery stores", when nothing nearer took the "top".
  {
    pattern: words(
      String.raw`(?:the |my )?top(?= (?:[a-z]+ ){0,2}(?:stores?|shops?|merchants?|retailers?|places|restaurants?|cafes?|spots|tiendas?|comercios?|restaurantes?)\b)`,
    ),
    intent: 'breakdown',
    slots: { by: 'merchant' },
  },
  {
    pattern: words(String.raw`(?:still )?(?:pending|on hold|held|not posted(?: yet)?)|pendientes?|retenid[oa]s?`),
    slots: { pending: true },
  },
  { pattern: words(String.raw`(?:on )?(?:food|comida|alimentos|meals)`), missing: 'food' },
];

const cues: readonly Cue[] = [...paydays, ...flows, ...measures];

/** Takes the phrases of measure and movement out of folded words. */
export function takeMeasures(folded: readonly string[]): Measured {
  let text = folded.join(' ');
  const intents = new Set<MoneyIntent>();
  const added: Slots[] = [];
  const says = (slot: 'flow' | 'which') => added.some((slots) => slots[slot] !== undefined);
  let ofThose = false;
  let missing: Cue['missing'];
  for (const cue of cues) {
    // A movement of one kind only: "interest earned" is not also pay.
    if (cue.slots?.flow !== undefined && (says('flow') || intents.has('payday'))) continue;
    if (cue.slots?.which !== undefined && says('which')) continue;
    const found = cue.pattern.exec(text);
    if (found === null) continue;
    text = `${text.slice(0, found.index)} | ${text.slice(found.index + found[0].length)}`.replaceAll(/ +/g, ' ').trim();
    if (cue.intent !== undefined) intents.add(cue.intent);
    added.push(cue.slots ?? {});
    ofThose ||= cue.ofThose === true;
    missing ??= cue.missing;
  }
  const rest = text.split(' ').filter((word) => word !== '' && word !== '|');
  // What was found first stands.
  const slots: Slots = Object.assign({}, ...added.toReversed());
  return { intents: [...intents], slots, ofThose, rest, ...(missing === undefined ? {} : { missing }) };
}

/** Every word that a phrase is made of: right as it is, never corrected. */
export const cueWords: readonly string[] = [
  ...new Set(cues.flatMap(({ pattern }) => pattern.source.match(/(?<![\\[])[a-z]{3,}/g) ?? [])),
];

/** Words of measures, which slips are forgiven for. */
export const measureWords: readonly string[] =
  `average promedio biggest largest highest smallest cheapest expensive subscriptions subscription suscripciones recurring
  pending pendientes salary paycheck payday salario sueldo nomina refunds refund reembolsos upcoming percentage porcentaje
  category categories categoria categorias merchants merchant comercios tiendas stores compare compared comparar transfers
  transferencias interest intereses income ingresos withdrawals abroad online breakdown desglose veces times often weekly
  monthly semanal mensual`.split(/\s+/);
