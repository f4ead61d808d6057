import type { Flow, MoneyIntent } from './frame.ts';
import { phrase, type Cue } from './phrase.ts';

/** When pay comes, and which movements are meant where no purchases are. */

const pay = String.raw`(?:salary|salaries|paychecks?|pay|wages?|payroll|sueldos?|salarios?|nominas?|quincenas?|paga)`;
const arrives = String.raw`(?:(?: (?:be|been|being|going to be|already|yet|paid|in|due|here|coming|come|came|arrive|arrives|arriving|arrived|land|landed|deposited|hit|next|last|supposed to)))*`;

/** When one is paid. */
export const paydays: readonly Cue[] = [
  {
    pattern: phrase(
      String.raw`when (?:was|were|did|has) (?:my |the )?(?:last |latest |previous )?${pay}${arrives}|when did i (?:last )?get paid(?: last)?|when was i (?:last )?paid(?: last)?|when have i (?:last )?been paid(?: last)?|(?:has|did|was) my ${pay}${arrives}|(?:my |the )?last payday|cuando (?:me pagaron|cobre)(?: por ultima vez)?(?: (?:el|la|mi) ${pay})?|cuando (?:fue|llego|entro|cayo) (?:el |la |mi )?(?:ultim[oa] )?${pay}|(?:ya )?(?:llego|entro|cayo|me pagaron|me depositaron) (?:el |la |mi )?${pay}`,
    ),
    intent: 'payday',
    slots: { which: 'last' },
  },
  {
    pattern: phrase(
      String.raw`when (?:is|are|s|will|does|do|should) (?:my |the )?(?:next )?${pay}${arrives}|when (?:do|will|am|should) i (?:be |get |getting |going to get |going to be )*paid(?: next| again)?|(?:when (?:is|s) )?(?:my |the )?next (?:payday|${pay})(?: (?:date|day|deposit))?|when (?:is|s) payday|cuando (?:me (?:depositan|ingresan|abonan|depositaran|pagan|pagaran|van a pagar|toca cobrar)|cobro|cobrare|voy a cobrar)(?: (?:el|la|mi) ${pay})?(?: otra vez)?|cuando (?:llega|entra|cae|es|sera|llegara|entrara|recibo) (?:el |la |mi )?(?:proxim[oa] |siguiente )?(?:dia de )?${pay}|(?:cuando es )?(?:el |la |mi )?(?:proxim[oa]|siguiente) (?:(?:pago de |dia de )?${pay}|dia de pago)`,
    ),
    intent: 'payday',
    slots: { which: 'next' },
  },
];

const flow = (name: Flow, pattern: string, intent?: MoneyIntent): Cue => ({
  pattern: phrase(pattern),
  slots: { flow: name },
  ...(intent && { intent }),
});

/** Movements by their kind; the nearest phrase stands first. */
export const flows: readonly Cue[] = [
  flow(
    'card-payments',
    String.raw`(?:credit )?card payments?|payments? (?:to|towards?|for) (?:my |the )?(?:credit )?cards?|(?:pay|paid|pay off|paid off|pay down|paid down) (?:to |towards? |off )?(?:my |the )?(?:credit )?card(?: bill)?|pagos? (?:de|a|hechos a) (?:la|mi|las|mis) tarjetas?(?: de credito)?|(?:pague|he pagado) (?:a|de|para) (?:la|mi) tarjeta(?: de credito)?`,
  ),
  flow(
    'saved',
    String.raw`(?:transfers|transferred|moved|(?:did|have) i (?:transfer|move|put|pay|add)(?: (?:any|some|much|money|cash|anything))*) (?:in )?(?:in|into|to) (?:my )?savings(?: account)?|last transfer(?:red)? (?:money |cash )?(?:in)?to (?:my )?savings(?: account)?|(?:did|have) i (?:save|saved)|i saved?|saved|(?:transferi|transferido|pase|puse|meti|transferencias) (?:a|en) (?:mis |mi cuenta de |la cuenta de )?ahorros?|ahorre|he ahorrado|ahorrado`,
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
    String.raw`(?:did i |i |have i )?(?:earn|earned|get|got|receive|received|gane|ganado|recibi|recibido) (?:in |of |from |any |some |de |en |por )?(?:interest|interes|intereses)|(?:interest|interes|intereses)(?: (?:did|have|i|have i|did i|que|he))* (?:earn|earned|get|got|receive|received|gane|ganado|recibi|recibido)|interest income`,
  ),
  { pattern: phrase(String.raw`interest|interes|intereses`), slots: { flow: 'interest' }, missing: 'interest' },
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
