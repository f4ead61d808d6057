import type { Locale } from '#contract';

/** What stands on the console; the operator's own page, so its words are not sent to customers' browsers. */
const words = {
  en: {
    page: 'Pull a bank out',
    banks: 'Banks',
    linked: 'In use',
    running: 'Pulling out',
    out: 'Out',
    language: 'Español',
    title: 'Pull {bank} out',
    lead: 'One move ends every link to {bank} here. It cannot be taken back: each customer would have to link again. Nothing changes at {bank} itself.',
    titleRunning: 'Pulling {bank} out',
    leadRunning:
      'Nothing of {bank} can be read any more. The rest goes on by itself, whether this page is open or not.',
    titleOut: '{bank} is out',
    leadOut: 'Nothing of {bank} is kept here. New links and events of it are refused until you let it in again.',
    whatItDoes: 'What it will do',
    counted: 'Counted at {time}',
    links: 'links end, and their keys are destroyed',
    linksOne: 'link ends, and its key is destroyed',
    linksMore: 'Unreadable with the answer, and in every backup once the bank’s root key is destroyed',
    records: 'records are deleted',
    recordsOne: 'record is deleted',
    recordsMore: 'Purchases and balances',
    messages: 'messages are taken out of conversations',
    messagesOne: 'message is taken out of its conversation',
    messagesMore: 'Everything that was read from {bank}',
    customers: 'customers are told in their chat',
    customersOne: 'customer is told in their chat',
    customersMore: '“Tellerline has ended its link to {bank}, for all its customers.”',
    confirm: 'Write the bank’s name to confirm',
    confirmHint: 'It stands as “{bank}”. You get a signed receipt that can be checked without us.',
    nameDiffers: 'That is not its name. Write it as it stands here: {bank}.',
    pull: 'Pull {bank} out',
    letIn: 'Let {bank} in again',
    letInHint: 'Customers can link {bank} again, each by their own new consent.',
    whileItRuns: 'While it runs',
    unreadable: 'Nothing is readable',
    keys: 'Keys destroyed',
    root: 'Root key destroyed',
    ended: 'Links ended, customers told',
    of: '{done} of {all}',
    notYet: 'not yet',
    never: 'Has not begun.',
    receipt: 'Last receipt',
    noReceipt: 'None yet. The signed receipt will be here, with its place in the log.',
    receiptSays: 'Deleted. Keys: {keys}. Records: {records}. Messages: {messages}.',
    receiptLoad: 'Get the receipt',
    stopLink: 'Stop one link',
    stopLinkLead:
      'For a customer who asks staff to stop. The customer reads the reference out from the privacy centre; nothing of the customer is shown here.',
    reference: 'The link’s reference',
    referenceHint: 'Twelve digits and letters from A to F, such as 7F3A-91C2-04BE.',
    referenceUnknown: 'No link has this reference. It may have been stopped already.',
    referenceWrong: 'That is no reference: it has twelve digits and letters from A to F.',
    findLink: 'Find it',
    linkFound: '{bank}, {reference}',
    linkedOn:
      'Linked on {date}. Stopping it makes what was read from the bank unreadable at once and cannot be taken back.',
    stopIt: 'Stop this link to {bank}',
    linkStopped: '{bank}, {reference} is stopped',
    linkStoppedMore: 'The customer is told in the chat that staff did it on their word. {bank} is told as well.',
    stopNoAnswer: 'Tellerline did not answer. Try again.',
    signIn: 'Sign in as the operator',
    signInLead:
      'What concerns every customer of a bank is the operator’s alone. The address that a start prints opens this page once; the secret stands in the key folder, in the file operator.secret.',
    secret: 'The operator’s secret',
    signInNow: 'Sign in',
    signOut: 'Sign out',
    secretWrong:
      'That does not open it. An address works once and for an hour; the secret is the whole line of the file.',
    tooMany: 'Too many attempts. Try again in a minute.',
    stopRefused: 'Sign in as the operator, or at your bank’s desk, first.',
    waiting: 'Asking …',
    noAnswer: 'Tellerline did not answer. It is asked again.',
  },
  es: {
    page: 'Retirar un banco',
    banks: 'Bancos',
    linked: 'En uso',
    running: 'Retirando',
    out: 'Retirado',
    language: 'English',
    title: 'Retirar {bank}',
    lead: 'De una vez terminan aquí todos los vínculos con {bank}. No tiene vuelta atrás: cada cliente tendría que vincularlo de nuevo. En {bank} no cambia nada.',
    titleRunning: 'Retirando {bank}',
    leadRunning: 'Ya no se puede leer nada de {bank}. Lo demás sigue solo, esté abierta esta página o no.',
    titleOut: '{bank} está retirado',
    leadOut: 'Aquí no queda nada de {bank}. Sus vínculos y eventos nuevos se rechazan hasta que lo admitas otra vez.',
    whatItDoes: 'Lo que hará',
    counted: 'Contado a las {time}',
    links: 'vínculos terminan y sus claves se destruyen',
    linksOne: 'vínculo termina y su clave se destruye',
    linksMore: 'Ilegibles con la respuesta, y en toda copia en cuanto se destruye la clave raíz del banco',
    records: 'registros se borran',
    recordsOne: 'registro se borra',
    recordsMore: 'Compras y saldos',
    messages: 'mensajes salen de las conversaciones',
    messagesOne: 'mensaje sale de su conversación',
    messagesMore: 'Todo lo que se leyó de {bank}',
    customers: 'clientes lo leen en su chat',
    customersOne: 'cliente lo lee en su chat',
    customersMore: '«Tellerline ha terminado su vínculo con {bank}, para todos sus clientes.»',
    confirm: 'Escribe el nombre del banco para confirmar',
    confirmHint: 'Se escribe «{bank}». Recibes un justificante firmado que se comprueba sin nosotros.',
    nameDiffers: 'Ese no es su nombre. Escríbelo como está aquí: {bank}.',
    pull: 'Retirar {bank}',
    letIn: 'Admitir {bank} otra vez',
    letInHint: 'Los clientes podrán vincular {bank} de nuevo, cada uno con un consentimiento nuevo.',
    whileItRuns: 'Mientras se hace',
    unreadable: 'Nada se puede leer',
    keys: 'Claves destruidas',
    root: 'Clave raíz destruida',
    ended: 'Vínculos terminados, clientes avisados',
    of: '{done} de {all}',
    notYet: 'todavía no',
    never: 'No ha empezado.',
    receipt: 'Último justificante',
    noReceipt: 'Todavía ninguno. Aquí estará el justificante firmado, con su lugar en el registro.',
    receiptSays: 'Borrado. Claves: {keys}. Registros: {records}. Mensajes: {messages}.',
    receiptLoad: 'Descargar el justificante',
    stopLink: 'Terminar un vínculo',
    stopLinkLead:
      'Para un cliente que pide al personal que lo termine. El cliente lee la referencia en su centro de privacidad; aquí no se muestra nada del cliente.',
    reference: 'La referencia del vínculo',
    referenceHint: 'Doce cifras y letras de la A a la F, como 7F3A-91C2-04BE.',
    referenceUnknown: 'Ningún vínculo tiene esta referencia. Puede que ya se haya terminado.',
    referenceWrong: 'Eso no es una referencia: tiene doce cifras y letras de la A a la F.',
    findLink: 'Buscarlo',
    linkFound: '{bank}, {reference}',
    linkedOn:
      'Vinculado el {date}. Al terminarlo, lo que se leyó del banco queda ilegible de inmediato, y no tiene vuelta atrás.',
    stopIt: 'Terminar este vínculo con {bank}',
    linkStopped: '{bank}, {reference} está terminado',
    linkStoppedMore: 'El cliente lee en su chat que el personal lo hizo porque él lo pidió. También se avisa a {bank}.',
    stopNoAnswer: 'Tellerline no ha contestado. Inténtalo otra vez.',
    signIn: 'Entrar como operador',
    signInLead:
      'Lo que afecta a todos los clientes de un banco es solo del operador. La dirección que se muestra al arrancar abre esta página una vez; el secreto está en la carpeta de claves, en el archivo operator.secret.',
    secret: 'El secreto del operador',
    signInNow: 'Entrar',
    signOut: 'Salir',
    secretWrong:
      'Eso no la abre. Cada dirección sirve una vez y durante una hora; el secreto es la línea entera del archivo.',
    tooMany: 'Demasiados intentos. Inténtalo otra vez en un minuto.',
    stopRefused: 'Entra antes como operador, o en la mesa de atención de tu banco.',
    waiting: 'Preguntando …',
    noAnswer: 'Tellerline no ha contestado. Se le pregunta otra vez.',
  },
} as const satisfies Record<Locale, Record<string, string>>;

/** The name of one text of the console. */
export type ConsoleWord = keyof (typeof words)['en'];

/** Says a text in one language, with figures and times in its form. */
export interface ConsoleWords {
  readonly locale: Locale;
  say(word: ConsoleWord, values?: Readonly<Record<string, string>>): string;
  figure(count: number): string;
  time(instant: string | Date): string;
  date(instant: string): string;
}

/** The console's words in one language. */
export function consoleWords(locale: Locale): ConsoleWords {
  const region = `${locale}-US`;
  const figures = new Intl.NumberFormat(region);
  const dates = new Intl.DateTimeFormat(region, { dateStyle: 'long' });
  const times = new Intl.DateTimeFormat(region, { timeStyle: 'medium' });
  return {
    locale,
    say: (word, values = {}) => words[locale][word].replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''),
    figure: (count) => figures.format(count),
    time: (instant) => times.format(new Date(instant)),
    date: (instant) => dates.format(new Date(instant)),
  };
}
