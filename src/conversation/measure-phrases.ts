import { ordinals } from './period-words.ts';
import { phrase, type Cue } from './phrase.ts';

/** Being at a merchant is buying there. */
const went = String.raw`(?:go|gone|went|been|be|visit|visited|shop|shopped|order|ordered|eat(?! out)|eaten(?! out)|ate(?! out))`;
/** "Second biggest", "la segunda compra más grande", "el tercer mayor gasto". */
function ranked(nth: number, english: string, spanish: string, short: string): string {
  const said = [...ordinals].filter(([, number]) => number === nth).map(([word]) => word);
  const noun = '(?:compra|gasto|cargo|transaccion|movimiento)';
  return String.raw`(?:the |my |la |el |mi )?(?:${said.join('|')}) (?:(?:${english})(?: ones?)?|(?:${noun} )?mas (?:${spanish})(?:es|[oae]s?)?|(?:${noun} )?${short})`;
}

/** What is measured; the longest phrase stands first. */
export const measures: readonly Cue[] = [
  {
    pattern: phrase(
      String.raw`which ones?(?! (?:was|is|were|are) (?:the|my) )(?: (?:are|were) (?:they|those|these))?|what (?:are|were) (?:they|those|these)|(?:show|list|see|view|give)(?: me)? (?:them|those|these)(?: all)?|which (?:are|were) (?:they|those|these)|(?:^cuales(?: (?:son|fueron)(?: esas| esos)?)?$)|muestramelas|muestramelos|muestralas|muestralos|ensenamelas|ensenamelos|(?:quiero )?ver(?:las|los)`,
    ),
    intent: 'recent',
    ofThose: true,
  },
  {
    pattern: phrase(String.raw`^(?:and |y )?(?:show me|list|muestrame|ensename|ver)(?: all| todas| todos)?$`),
    intent: 'recent',
    ofThose: true,
  },
  {
    pattern: phrase(
      String.raw`^(?:and )?(?:when|what|who|which one) was (?:that|it|this)$|^(?:y )?(?:cuando|que|cual|con quien) fue(?: eso| esa)?$`,
    ),
    intent: 'extreme',
    ofThose: true,
  },
  {
    pattern: phrase(
      String.raw`^(?:and |so )?(?:where|(?:at )?(?:which|what) (?:shop|store|merchant|place)) (?:was|were) (?:that|it|this|they|those)(?: at)?$|^(?:y )?(?:en )?(?:donde|que tienda|cual tienda) (?:fue|fueron|eran)(?: es[oa]s?| ell[oa]s)?$`,
    ),
    intent: 'whereUsed',
    ofThose: true,
  },
  {
    pattern: phrase(
      String.raw`^(?:and |y )?(?:how much |cuanto )?(?:is that |es )?(?:in total|the total|total|altogether|en total)$`,
    ),
    intent: 'spending',
    ofThose: true,
  },
  {
    pattern: phrase(
      String.raw`how many (?:was|is|were|are) (?:that|those|these|they|it)|cuant[oa]s (?:fueron|son|eran)(?: es[ao]s)?`,
    ),
    intent: 'count',
    ofThose: true,
  },
  {
    pattern: phrase(
      String.raw`how much (?:was|is|were|are|did) (?:that|those|these|they|it)(?: (?:all|come to|cost|in total|altogether))*|cuanto (?:fue|suma|suman|es|son|fueron)(?: eso| todo| todo eso| en total)?$`,
    ),
    intent: 'spending',
    ofThose: true,
  },
  {
    pattern: phrase(
      String.raw`(?:my |the )?(?:subscriptions?|recurring (?:payments|charges|bills|purchases|transactions|costs)|regular (?:payments|charges|bills))|(?:mis |las )?(?:suscripciones|suscripcion)|(?:mis |los )?(?:pagos|cargos|cobros|gastos) (?:recurrentes|fijos|que se repiten)`,
    ),
    intent: 'recurring',
  },
  {
    pattern: phrase(
      String.raw`(?:that |which |have |has |ha |han |que )*(?:went|gone|going|go) up(?: in price)?|(?:that |which |have |has )*increased(?: in price)?|(?:that |which |have |has )*(?:become |became |gotten |got )more expensive|price (?:increases?|hikes?|rises?)|(?:que )?(?:me )?(?:han )?(?:subieron|subio|subido|aumentaron|aumentado|encarecido)(?: de precio)?|(?:que son )?mas caras (?:que antes|ahora)`,
    ),
    slots: { changed: 'up' },
    intent: 'recurring',
  },
  {
    pattern: phrase(
      String.raw`(?:that |which |have |has )*(?:went|gone|going|go) down(?: in price)?|(?:that |which )*(?:got|became) cheaper|(?:que )?(?:han )?(?:bajaron|bajado)(?: de precio)?`,
    ),
    slots: { changed: 'down' },
    intent: 'recurring',
  },
  {
    pattern: phrase(
      String.raw`(?:(?:payments|bills|charges|purchases|subscriptions|money)? ?(?:is|are|s)? ?(?:coming up|upcoming|due|scheduled|vence|vencen|vencimientos)(?: (?:bills|payments|charges|subscriptions|cargos|pagos))?)|(?:what |which |how much )?(?:bills |subscriptions )?(?:will|am i going to|do i have to|must i) (?:be |i |have to )*(?:charged|pay)|(?:que )?(?:pagos|cargos|cobros|recibos|facturas) (?:vienen|viene|llegan|tengo|hay)|proximos (?:pagos|cargos|cobros|recibos)|me (?:cobran|cobraran|van a cobrar)|(?:tengo que|debo|hay que) pagar|(?:cuando )?(?:me )?toca pagar|when (?:is|s|are) (?:my |the )?next|(?:what|which) (?:is|s) (?:my |the )?next(?= (?:bill|payment|charge))|(?:that )?(?:renew|renews|se renuevan?|renuevan)`,
    ),
    intent: 'due',
  },
  {
    pattern: phrase(
      String.raw`(?:what|which|how) (?:share|percent|percentage|proportion|fraction) (?:did|do|have) i (?:spend|spent)(?: on)?|(?:que|cual) (?:porcentaje|proporcion|parte) (?:gaste|gasto|he gastado)(?: en)?|(?:what |which )?(?:share|percent|percentage|proportion|fraction|part) of (?:all )?(?:my |the )?(?:total )?(?:spending|expenses|purchases|money)(?: (?:went|goes|go) (?:to|on|into))?|(?:que |cual )?(?:porcentaje|proporcion|parte) de (?:mis |mi |los |el )?(?:gastos|gasto|compras|dinero)(?: (?:fue|fueron|se fue|es|va))*`,
    ),
    intent: 'share',
  },
  {
    pattern: phrase(
      String.raw`(?:by|per|for each|which|what|top(?: \d+)?|cual|que|por) (?:is my |was my |are my )?(?:top |biggest |main )?(?:merchants?|stores?|shops?|retailers?|comercios?|tiendas?|negocios?)(?: (?:do|did|have) i (?:spend|spent)(?: the)? most(?: money)?(?: at| in)?| (?:gaste|gasto) mas)?|where (?:do|did|have) i (?:usually )?(?:spend|spent|shop|shopped|buy|bought|go|gone) (?:the )?most(?: (?:of my )?money)?|who (?:do|did|have) i (?:pay|paid) (?:the )?most|(?:en )?donde (?:gaste|gasto|he gastado) mas(?: dinero)?|(?:en que|que) (?:tiendas?|comercios?|negocios?) (?:gaste|gasto|he gastado) mas`,
    ),
    intent: 'breakdown',
    slots: { by: 'merchant' },
  },
  {
    pattern: phrase(
      String.raw`(?:in )?(?:which|what) month (?:did|do|have) (?:i|we) (?:spend|spent) (?:the )?(?:least|less)(?: (?:of my )?money)?(?: on| at| in)?|(?:en )?que mes (?:gaste|he gastado) menos(?: dinero)?|(?:which|what) (?:is|was) (?:my |the )?cheapest month`,
    ),
    intent: 'breakdown',
    slots: { by: 'month', which: 'smallest' },
  },
  {
    pattern: phrase(
      String.raw`(?:on |in )?(?:which|what) day (?:did|do|have) (?:i|we) (?:spend|spent) (?:the )?most(?: (?:of my )?money)?(?: on| at| in)?|(?:en )?que dia (?:gaste|he gastado) mas(?: dinero)?|(?:which|what) (?:is|was) (?:my |the )?most expensive day|cual fue (?:mi |el )?dia mas caro`,
    ),
    intent: 'breakdown',
    slots: { by: 'day' },
  },
  {
    pattern: phrase(
      String.raw`(?:in )?(?:which|what) month (?:did|do|have) (?:i|we) (?:spend|spent) (?:the )?most(?: (?:of my )?money)?(?: on| at| in)?|(?:en )?que mes (?:gaste|he gastado) mas(?: dinero)?|(?:which|what) (?:is|was) (?:my |the )?most expensive month|cual fue (?:mi |el )?mes mas caro`,
    ),
    intent: 'breakdown',
    slots: { by: 'month' },
  },
  {
    pattern: phrase(
      String.raw`(?:spending |expenses )?(?:by month|month by month|each month|every month|by the month|mes a mes|mes por mes|cada mes)|(?:gastos|compras|gaste) por mes`,
    ),
    intent: 'breakdown',
    slots: { by: 'month' },
  },
  {
    pattern: phrase(String.raw`(?:by|per|for each|por|en cada) (?:account|bank|cuenta|banco)`),
    intent: 'breakdown',
    slots: { by: 'account' },
  },
  {
    pattern: phrase(
      String.raw`(?:what|on what|in what|which things?) (?:do|did|have|am) i (?:spend|spent|spending) (?:the )?most(?: (?:of my )?money)?(?: on)?|(?:by|per|for each|which|what|top(?: \d+)?|biggest|main) (?:is my |was my |are my )?(?:top |biggest |main )?(?:spending |expense )?(?:category|categories)(?: (?:do|did|have) i (?:spend|spent)(?: the)? most(?: money)?(?: on| in)?)?|break (?:it|that|this|them|those) down|^(?:and )?on what$|^(?:y )?en que$|(?:spending |expense )?break ?down(?: of)?(?: (?:my|the))?(?: (?:spending|expenses|purchases))?|where (?:does|did|is|has) (?:all )?my money (?:go|going|gone)|(?:en )?que (?:es )?(?:en lo que )?(?:gaste|gasto|he gastado) mas(?: dinero)?|en lo que (?:mas )?(?:gaste|gasto)(?: mas)?|(?:por|que|cual|cuales) (?:categorias?)(?: (?:gaste|gasto) mas)?|desglose(?: de)?(?: mis)?(?: gastos)?|(?:a|en) (?:donde|que) se (?:me )?(?:va|fue|ha ido) (?:el dinero|la plata)|(?:a|en) (?:donde|que) se (?:va|fue|ha ido) (?:todo )?mi dinero`,
    ),
    intent: 'breakdown',
    slots: { by: 'category' },
  },
  {
    pattern: phrase(
      String.raw`(?:which|what)(?: one)? of my accounts (?:has|have|holds?) (?:the )?(?:most|highest|more)(?: money| balance)?(?: in it)?|(?:which|what) account (?:has|holds?) (?:the )?(?:most|highest|more)(?: money| balance)?(?: in it)?|(?:cual de mis cuentas|que cuenta) tiene (?:el )?(?:mas|mayor)(?: dinero| saldo)?`,
    ),
    intent: 'balance',
    slots: { which: 'biggest' },
  },
  {
    pattern: phrase(
      String.raw`(?:which|what)(?: one)? of my accounts (?:has|have|holds?) (?:the )?(?:least|lowest|less)(?: money| balance)?(?: in it)?|(?:which|what) account (?:has|holds?) (?:the )?(?:least|lowest|less)(?: money| balance)?(?: in it)?|(?:cual de mis cuentas|que cuenta) tiene (?:el )?(?:menos|menor)(?: dinero| saldo)?`,
    ),
    intent: 'balance',
    slots: { which: 'smallest' },
  },
  {
    pattern: phrase(
      String.raw`the least (?:money )?(?:that )?i (?:have |ve )?(?:ever )?(?:spent|paid)(?: (?:on|at|for)(?: an?)?(?: single| one)?)?|lo (?:menos|minimo) que (?:he )?(?:gaste|gastado|pague|pagado)(?: en(?: una?)?(?: sol[oa])?)?`,
    ),
    intent: 'extreme',
    slots: { which: 'smallest' },
  },
  {
    pattern: phrase(
      String.raw`the most (?:money )?(?:that )?i (?:have |ve )?(?:ever )?(?:spent|paid)(?: (?:on|at|for)(?: an?)?(?: single| one)?)?|lo (?:mas|maximo) que (?:he )?(?:gaste|gastado|pague|pagado)(?: en(?: una?)?(?: sol[oa])?)?`,
    ),
    intent: 'extreme',
    slots: { which: 'biggest' },
  },
  ...[2, 3, 4, 5].map((nth): Cue => ({
    pattern: phrase(
      ranked(nth, 'biggest|largest|highest|greatest|priciest|most expensive', 'car|grande|alt|costos', 'mayor'),
    ),
    intent: 'extreme',
    slots: { which: 'biggest', nth },
  })),
  ...[2, 3, 4, 5].map((nth): Cue => ({
    pattern: phrase(ranked(nth, 'smallest|lowest|cheapest|least expensive', 'barat|pequen|baj', 'menor')),
    intent: 'extreme',
    slots: { which: 'smallest', nth },
  })),
  {
    pattern: phrase(
      String.raw`(?:the |my )?(?:single )?(?:biggest|largest|highest|greatest|priciest|most expensive)(?: (?:one|ones))?|(?:the |my )?top(?= (?:purchases|charges|transactions|expenses))|(?:el |la |mi )?(?:mas (?:car[oa]s?|grandes?|alt[oa]s?|costos[oa]s?)|mayor|mayores)(?: de todas)?`,
    ),
    intent: 'extreme',
    slots: { which: 'biggest' },
  },
  {
    pattern: phrase(
      String.raw`(?:the |my )?(?:single )?(?:smallest|lowest|cheapest|least expensive)(?: (?:one|ones))?|(?:el |la |mi )?(?:mas (?:barat[oa]s?|pequen[oa]s?|baj[oa]s?)|menor|menores)(?: de todas)?`,
    ),
    intent: 'extreme',
    slots: { which: 'smallest' },
  },
  {
    pattern: phrase(
      String.raw`when (?:did|have|was|were) i (?:last|most recently)(?: ${went})?(?: to)?|(?:when was )?(?:the |my )?last time(?: that)?(?: i)?(?: (?:was|had|have))?(?: ${went})?(?: to)?|when was (?:my |the )(?:last|latest|most recent)|(?:cuando fue )?(?:la )?ultima vez(?: que)?(?: (?:fui|estuve))?|por ultima vez`,
    ),
    intent: 'extreme',
    slots: { which: 'last' },
  },
  {
    pattern: phrase(
      String.raw`when (?:did|have) i first(?: ${went})?(?: to)?|(?:when was )?(?:the |my )?(?:very )?first time(?: that)?(?: i)?(?: was)?(?: ${went})?(?: to)?|when was (?:my |the )first|(?:the |my )?first(?= (?:purchase|transaction|charge|coffee|time))|(?:cuando fue )?(?:la )?primera vez(?: que)?(?: (?:fui|estuve))?|por primera vez|(?:la |mi )?primera(?= compra)`,
    ),
    intent: 'extreme',
    slots: { which: 'first' },
  },
  {
    pattern: phrase(
      String.raw`when (?:did|have|was|were) i(?: ${went})?(?: to)?|cuando(?= (?:pague|compre|gaste|use|fui|saque|retire))(?: fui(?: a)?)?`,
    ),
    intent: 'extreme',
    slots: { which: 'last' },
  },
  {
    pattern: phrase(
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
    pattern: phrase(
      String.raw`(?:on )?(?:average )?(?:per|each|every|por|cada${per === 'purchase' ? '' : '|an?|al|a la'}) (?:${unit})(?! (?:ago|before|of))(?: on average| en promedio)?|(?:average )?(?:${adverb})(?: average)?`,
    ),
    intent: 'average',
    slots: { per },
  })),
  {
    pattern: phrase(
      String.raw`(?:what(?: is| s)? )?(?:the |my |an )?(?:on )?(?:average|averages|avg|typical|typically)(?: (?:amount|size|spend|cost|price))?(?: of)?|(?:en |el |mi )?promedio(?: de)?`,
    ),
    intent: 'average',
  },
  {
    pattern: phrase(
      String.raw`average|avg|mean(?= (?:purchase|amount|spend))|promedio|usually|normally|generally|normalmente|usualmente|generalmente|por lo general|(?<=(?:gasto|ticket|precio|importe) )medio`,
    ),
    intent: 'average',
  },
  {
    pattern: phrase(String.raw`(?:on average )?per(?= (?:[a-z]+ ){1,2}(?:visit|trip|bill|order|purchase|ride|meal))`),
    intent: 'average',
    slots: { per: 'purchase' },
  },
  {
    pattern: phrase(
      String.raw`(?:by|per|for each|each|por|en cada) (?:city|place|ciudad)(?=$| (?:in|this|last|for|during|since|over|between|from|on|este|el|la|en|de|desde) )|(?:in )?(?:which|what) (?:city|place) (?:did|do|have) i (?:spend|spent) (?:the )?most(?: (?:of my )?money)?(?: in| at)?|(?:en )?que ciudad (?:gaste|gasto|he gastado) mas(?: dinero)?`,
    ),
    intent: 'breakdown',
    slots: { by: 'city' },
  },
  {
    pattern: phrase(
      String.raw`(?:an? |the )?(?:charts?|graphs?|plots?|bar charts?|trends?)(?: (?:of|for|over))?|over time|(?:un |una |el |la )?(?:grafic[oa]s?|tendencia|evolucion)(?: (?:de|del))?`,
    ),
    intent: 'breakdown',
    slots: { by: 'month' },
  },
  // "Top grocery stores", when nothing nearer took the "top".
  {
    pattern: phrase(
      String.raw`(?:the |my )?top(?= (?:[a-z]+ ){0,2}(?:stores?|shops?|merchants?|retailers?|places|restaurants?|cafes?|spots|tiendas?|comercios?|restaurantes?)\b)`,
    ),
    intent: 'breakdown',
    slots: { by: 'merchant' },
  },
  {
    pattern: phrase(String.raw`(?:still )?(?:pending|on hold|held|not posted(?: yet)?)|pendientes?|retenid[oa]s?`),
    slots: { pending: true },
  },
  { pattern: phrase(String.raw`(?:on )?(?:food|comida|alimentos|meals)`), missing: 'food' },
];
