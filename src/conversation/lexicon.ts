import { accountWords } from './accounts.ts';
import { cueWords, measureWords } from './measures.ts';
import { timeWords } from './period-words.ts';
import { kindPhrases } from './spending-kinds.ts';
import { categoryPhrases } from './spending-words.ts';

/** Words that a text is understood by, folded, English and Spanish. */

const list = (words: string): string[] => words.trim().split(/\s+/);

/** Words by what they mean, for the intents. A word may stand under several. */
export const concepts = {
  balance: list('balance balances saldo saldos owe owed owing debo debemos deuda adeudo'),
  have: list(
    'have got left remaining available tengo tenemos queda quedan hay disponible disponibles money dinero plata funds fondos',
  ),
  spend: list(
    'spend spent spending spends spendings expense expenses gaste gasto gastos gastado gastar gastamos gastando gastaste gastaba gastabamos desembolse blow blew blown splurge splurged',
  ),
  /** They mean spending beside "how much", and a list when they tell of the past. */
  paying: list(
    'pay paid paying buy bought cost costs charged pague pago pagado pagamos compre comprado costo costado cobraron eche cargue tome tomado tomamos comi',
  ),
  where: list('where donde places lugares sitios'),
  use: list(
    'use used using usage shop shopped swiped usaron uso usado usada use usamos utilice utilizo utilizado utilizada utilizaron usaste',
  ),
  recent: list(
    'recent latest newest last ultimas ultimos ultima ultimo reciente recientes recently recientemente history historial',
  ),
  purchases: list('purchase purchases charge charges compra compras cargo cargos'),
  movements: list(
    'transaction transactions activity activities movement movements movimiento movimientos transacciones transaccion operaciones payment payments pagos actividad',
  ),
  help: list('help ayuda ayudame ayudar options opciones menu commands comandos'),
  link: list(
    'link linking connect connecting add vincular vincula vinculo conectar conecta agregar anadir agrega anade enlazar',
  ),
  linked: list('linked connected vinculado vinculados vinculada vinculadas conectado conectados conectada conectadas'),
  ownData: list('data information privacy datos informacion privacidad'),
  bankWord: list('bank banks banco bancos'),
  person: list(
    'person human agent representative staff somebody someone persona humano agente representante asesor asesora operador alguien telephone phone telefono',
  ),
  talk: list(
    'talk speak call calling reach contact real live support service customer number hablar llamar llamo contactar atencion cliente real numero',
  ),
  /** Beside "cash" they mean the same. */
  withdrawing: list('withdraw withdrew withdrawn took take retire retirado saque sacado cajero cajeros automatico atm'),
  /** What one purchase may be called. */
  ticket: list(
    'anything something everything fui estuve visite algo price prices precio precios cup cups taza tazas bill order orders visit visits trip trips ride rides ticket tickets cuenta visita visitas pedido pedidos',
  ),
  thanks: list('thanks thank thx ty gracias cheers appreciated'),
  greeting: list('hi hello hey hola buenas howdy'),
} as const;
/** What a word may mean. */
export type Concept = keyof typeof concepts;

/** What nobody can do here yet, or what no number of ours answers. */
export const notYet: ReadonlySet<string> = new Set(
  list(`transfer transferir transferencia transfiere send sent enviar envia zelle wire freeze frozen unfreeze congelar congela
  bloquear bloquea block lock unlock desbloquear dispute disputes disputar reclamar reclamo fraud fraude fraudulent stolen robada robado robaron
  lost perdi perdida limit limits limite limites rewards points puntos mortgage hipoteca loan loans prestamo interes budget
  presupuesto forecast predict pin password contrasena statement statements receipt receipts recibo recibos parcel package paquete envio
  deposit deposito   cheque cheques invest investments inversiones
  will tomorrow why cancel cancelar cancelled declined rechazada iban routing score credito exchange`),
);

/** Words that turn a question round; with one of them no number is given. */
export const turning: ReadonlySet<string> = new Set(
  list(`not dont didnt doesnt isnt wasnt hasnt havent never except excluding without but besides unless no nunca sin excepto menos salvo
  pero more less most least over under above below than before after until antes despues hasta mas menor mayor wrong mal incorrecto
  mal every each cada `),
);

/** Small words that change nothing. */
export const fillers: ReadonlySet<string> = new Set(
  list(`a an the my me mine i you your we our us please pls plz kindly can could would do does did done has had is are was were be been am
  being it its this that there to of on in at for from with by so far just now currently current right tell show give see look view get
  want need like know let lets what whats which hows how much many is total totals altogether sum amount amounts all any some out up overall hi hey
  ya hello ok okay yes thanks thank and or also im ive id ill made make list display s id one ones thing things bank account accounts
  going stand status quick quickly exactly about during went go using via hola gracias check many
  el la los las lo un una unos unas mi mis yo tu tus te su sus le les se nos nuestro nuestra de del al en con por para que cual cuales es
  son fue fueron era ha he hemos han ser sido estan estas este esto eso ese esa y o u favor quiero quisiera necesito puedo puedes podrias podria
  puede dime dame muestra muestrame muestreme ensena ensename mostrar ver mira saber ahora mismo actual actualmente todo toda todos todas suma
  importe durante sobre cuanto cuanta cuantos cuantas como cuando when hecho hice hicieron porfa gracias ahi aqui cuenta
  cuentas banco oye decir decirme dices digas estoy estamos ever across altogether combined anywhere somewhere together juntos juntas still sigue siguen hay tengo tiene have got money dinero plata sale esta estado ahorita llevo llevamos hubo habido yet tuve tuvimos alguna alguno algun q`),
);

/** They tell of something bought, so that "what did I buy yesterday" asks for a list. */
export const boughtWords: ReadonlySet<string> = new Set(list('buy bought paid pague pagado compre comprado'));

/** A question of its own that begins so goes on from the one before: "and where?" */
export const goingOn: ReadonlySet<string> = new Set(list('and y also tambien then entonces'));

/** Words that begin a follow-up and mean nothing themselves. */
export const leadOns: ReadonlySet<string> = new Set(
  list(
    'and what about how only just same for them those these ellos ellas esos esas y e que tal solo solamente unicamente lo mismo also tambien then entonces instead now ok okay so',
  ),
);

/** The concept of each word; a word of none is missing. */
const conceptOf: ReadonlyMap<string, string> = new Map(
  Object.entries(concepts).flatMap(([concept, words]) => words.map((word): [string, string] => [word, concept])),
);

/** Whether all these words say the same, so that it does not matter which was meant. */
export function sameConcept(words: readonly string[]): boolean {
  const [first = ''] = words;
  return conceptOf.has(first) && words.every((word) => conceptOf.get(word) === conceptOf.get(first));
}

/** Every word that slips are forgiven for. */
export const vocabulary: ReadonlySet<string> = new Set(
  [
    ...Object.values(concepts).flat(),
    ...timeWords,
    ...accountWords,
    ...categoryPhrases.flatMap(([phrase]) => phrase),
    ...kindPhrases.flatMap(([phrase]) => phrase),
    ...measureWords,
    'much',
    'cuanto',
    'cuanta',
    'cuantos',
    'total',
  ].filter((word) => word.length >= 4),
);

/** Words that are right as they are, though a slip away from another: they are never corrected. */
export const untouchable: ReadonlySet<string> = new Set([
  ...fillers,
  ...cueWords,
  ...notYet,
  ...turning,
  ...leadOns,
  ...Object.values(concepts).flat(),
  ...list(`mouth mouths shop shops step care cards cared there were here house hours food wood good spent spirit speed spending paint
  case caja casa cosa pasta paso pesado usted nada cada hora horas gasta gastan linked liked like likes ways days way bill pills
  mondays tuesdays wednesdays thursdays fridays saturdays sundays weekends daily weekly monthly yearly new nueva nuevo north south norte sur carolina
  change changes changed changing sending spanding topping topped issued issue linking adding added address active activate noticed notice
  ending lending showing payed meals meal disposable disposal transferred thought through credits bought brought cannot declined travelling double
  stop third second first fourth fifth quarter quarters trimestre trimestres
  coffin offer gift store stores stop stops stopped steps step ghost post past part party start state mart smart fast cash crash chase mail may mayor march mars match lunch
  visit visas home hope some come time times name pets gym gap salt said sad play plays paydays works work word`),
]);
