import type { Locale } from '#contract';
import type { FaultKind } from './faults.ts';
import type { Outcome } from './settling.ts';

/** Everything that the trial page says. */
export interface TrialWords {
  readonly title: string;
  readonly lead: string;
  readonly otherLanguage: string;
  readonly controlApi: string;
  readonly phone: string;
  readonly shopPage: string;
  readonly bank: string;
  readonly customer: string;
  readonly show: string;
  readonly accounts: string;
  readonly account: Readonly<Record<'checking' | 'savings' | 'card', string>>;
  readonly available: (amount: string) => string;
  readonly held: (count: number) => string;
  readonly useCard: string;
  readonly place: string;
  readonly merchant: string;
  readonly amount: string;
  readonly from: string;
  readonly useCardNow: string;
  readonly blankId: string;
  readonly suspicious: string;
  readonly suspiciousNote: string;
  readonly suspect: string;
  readonly pending: string;
  readonly outcome: string;
  readonly outcomeKind: Readonly<Record<Outcome, string>>;
  readonly newIds: string;
  readonly settle: string;
  readonly salary: string;
  readonly payIn: string;
  readonly consents: string;
  readonly noConsents: string;
  readonly status: Readonly<Record<'ACTIVE' | 'EXPIRED' | 'REVOKED', string>>;
  readonly subscribed: string;
  /** Told with ids alone. */
  readonly notified: string;
  readonly notSubscribed: string;
  readonly loginBroken: string;
  readonly until: (date: string) => string;
  readonly revoke: string;
  readonly breakLogin: string;
  readonly faults: string;
  readonly whom: string;
  readonly onlyCustomer: (customer: string) => string;
  readonly wholeBank: string;
  readonly fault: string;
  readonly faultKind: Readonly<Record<FaultKind, string>>;
  readonly apply: string;
  readonly playFile: string;
  readonly playNote: string;
  readonly file: string;
  readonly play: string;
  readonly playing: string;
  /** Names in braces are filled in by the page's script, from the totals of the control API. */
  readonly played: string;
  readonly rejectedRow: string;
  readonly deliveries: string;
  readonly noDeliveries: string;
  readonly totals: (sent: number, queued: number, failed: number) => string;
  readonly deliveryState: Readonly<Record<'queued' | 'sent' | 'failed', string>>;
  readonly events: (count: number) => string;
  readonly attempts: (count: number) => string;
  readonly did: Readonly<
    Record<'purchase' | 'suspicious' | 'salary' | 'settle' | 'revoke' | 'fault' | 'card' | 'control-fault', string>
  >;
  readonly failed: (reason: string) => string;
}

const en: TrialWords = {
  title: 'Sandbox bank',
  lead: 'Four stand-in banks to try everything against. What you do here happens at the bank; the chat hears of it when the account is linked.',
  otherLanguage: 'Español',
  controlApi: 'Control API',
  phone: 'A phone to try',
  shopPage: 'A shop to try',
  bank: 'Bank',
  customer: 'Customer',
  show: 'Show',
  accounts: 'Accounts',
  account: { checking: 'Checking', savings: 'Savings', card: 'Credit card' },
  available: (amount) => `${amount} available`,
  held: (count) => `${count} not posted yet`,
  useCard: 'Use the card',
  place: 'Where',
  merchant: 'Another merchant (optional)',
  amount: 'Amount in dollars',
  from: 'Account',
  useCardNow: 'Use card',
  blankId: 'Tell it without an id while it is pending',
  suspicious: 'Suspicious purchase',
  suspiciousNote: 'The bank holds it and asks its customer: was this you?',
  suspect: 'Hold a purchase',
  pending: 'What is pending',
  outcome: 'What becomes of it',
  outcomeKind: {
    posted: 'posted as it is',
    tip: 'posted with a tip of 18%',
    part: '30% given back, the rest still pending',
    reversed: 'reversed',
  },
  newIds: 'Under other ids than before, as some banks do',
  settle: 'Do it',
  salary: 'Pay a salary in',
  payIn: 'Pay in',
  consents: 'Consents',
  noConsents: 'Nothing is linked yet. Link this bank in the messenger.',
  status: { ACTIVE: 'active', EXPIRED: 'expired', REVOKED: 'revoked' },
  subscribed: 'told of events',
  notified: 'told only that there is something new',
  notSubscribed: 'not told of events: it has to ask',
  loginBroken: 'login broken',
  until: (date) => `until ${date}`,
  revoke: 'Revoke at the bank',
  breakLogin: 'Break the login',
  faults: 'Trouble at the bank',
  whom: 'For',
  onlyCustomer: (customer) => `${customer} only`,
  wholeBank: 'the whole bank',
  fault: 'What',
  faultKind: {
    none: 'none, all is well',
    down: 'down (503)',
    slow: 'slow (20 seconds)',
    html: 'maintenance page instead of data',
    'rate-limit': 'too many requests (429)',
    'broken-login': 'broken login',
  },
  apply: 'Apply',
  playFile: 'Play a file',
  playNote: 'A CSV of card use, plain or gzip. Each card becomes a customer, from customer-1 on.',
  file: 'File',
  play: 'Play',
  playing: 'Playing the file …',
  played: 'Rows: {rows}. Booked: {accepted}. Rejected: {rejected}. Customers: {customers}. Sum: {sums}',
  rejectedRow: 'Line {line}: {reason}',
  deliveries: 'Deliveries',
  noDeliveries: 'No events were sent yet.',
  totals: (sent, queued, failed) => `${sent} sent, ${queued} waiting, ${failed} laid aside`,
  deliveryState: { queued: 'waiting', sent: 'sent', failed: 'laid aside' },
  events: (count) => (count === 1 ? '1 event' : `${count} events`),
  attempts: (count) => (count === 1 ? '1 attempt' : `${count} attempts`),
  did: {
    purchase: 'The card was used.',
    suspicious: 'The bank holds a purchase of $1,284.00 and asks.',
    salary: 'The salary was paid in.',
    settle: 'Done with what was pending.',
    revoke: 'The consent was revoked at the bank.',
    fault: 'Done.',
    card: 'Done. Whoever may hear of it is told.',
    'control-fault': 'Done.',
  },
  failed: (reason) => `That did not work: ${reason}`,
};

const es: TrialWords = {
  title: 'Banco de pruebas',
  lead: 'Cuatro bancos simulados para probarlo todo. Lo que haga aquí ocurre en el banco; el chat se entera si la cuenta está vinculada.',
  otherLanguage: 'English',
  controlApi: 'API de control (en inglés)',
  phone: 'Un teléfono para probar',
  shopPage: 'Una tienda para probar',
  bank: 'Banco',
  customer: 'Cliente',
  show: 'Mostrar',
  accounts: 'Cuentas',
  account: { checking: 'Cuenta corriente', savings: 'Cuenta de ahorros', card: 'Tarjeta de crédito' },
  available: (amount) => `${amount} disponibles`,
  held: (count) => `${count} sin asentar`,
  useCard: 'Usar la tarjeta',
  place: 'Dónde',
  merchant: 'Otro comercio (opcional)',
  amount: 'Importe en dólares',
  from: 'Cuenta',
  useCardNow: 'Usar la tarjeta',
  blankId: 'Avisar sin identificador mientras esté pendiente',
  suspicious: 'Compra sospechosa',
  suspiciousNote: 'El banco la retiene y pregunta a su cliente: ¿fue usted?',
  suspect: 'Retener una compra',
  pending: 'Lo pendiente',
  outcome: 'Qué pasa con ello',
  outcomeKind: {
    posted: 'se asienta tal cual',
    tip: 'se asienta con un 18 % de propina',
    part: 'se devuelve un 30 %; el resto sigue pendiente',
    reversed: 'se anula',
  },
  newIds: 'Con identificadores nuevos, como hacen algunos bancos',
  settle: 'Hacerlo',
  salary: 'Abonar una nómina',
  payIn: 'Abonar',
  consents: 'Consentimientos',
  noConsents: 'Todavía no hay nada vinculado. Vincule este banco en el chat.',
  status: { ACTIVE: 'vigente', EXPIRED: 'caducado', REVOKED: 'revocado' },
  subscribed: 'recibe avisos',
  notified: 'solo se le avisa de que hay algo nuevo',
  notSubscribed: 'no recibe avisos: tiene que preguntar',
  loginBroken: 'acceso roto',
  until: (date) => `hasta el ${date}`,
  revoke: 'Revocar en el banco',
  breakLogin: 'Romper el acceso',
  faults: 'Problemas en el banco',
  whom: 'Para',
  onlyCustomer: (customer) => `solo ${customer}`,
  wholeBank: 'todo el banco',
  fault: 'Cuál',
  faultKind: {
    none: 'ninguno, todo va bien',
    down: 'caído (503)',
    slow: 'lento (20 segundos)',
    html: 'página de mantenimiento en lugar de datos',
    'rate-limit': 'demasiadas peticiones (429)',
    'broken-login': 'acceso roto',
  },
  apply: 'Aplicar',
  playFile: 'Reproducir un archivo',
  playNote: 'Un CSV de uso de tarjetas, normal o gzip. Cada tarjeta pasa a ser un cliente, desde customer-1.',
  file: 'Archivo',
  play: 'Reproducir',
  playing: 'Reproduciendo el archivo …',
  played: 'Filas: {rows}. Asentadas: {accepted}. Rechazadas: {rejected}. Clientes: {customers}. Suma: {sums}',
  rejectedRow: 'Línea {line}: {reason}',
  deliveries: 'Entregas',
  noDeliveries: 'Todavía no se ha enviado ningún aviso.',
  totals: (sent, queued, failed) => `${sent} enviadas, ${queued} en espera, ${failed} apartadas`,
  deliveryState: { queued: 'en espera', sent: 'enviada', failed: 'apartada' },
  events: (count) => (count === 1 ? '1 aviso' : `${count} avisos`),
  attempts: (count) => (count === 1 ? '1 intento' : `${count} intentos`),
  did: {
    purchase: 'Se usó la tarjeta.',
    suspicious: 'El banco retiene una compra de 1284,00 dólares y pregunta.',
    salary: 'Se abonó la nómina.',
    settle: 'Hecho con lo pendiente.',
    revoke: 'El consentimiento se revocó en el banco.',
    fault: 'Hecho.',
    card: 'Hecho. Se avisa a quien puede saberlo.',
    'control-fault': 'Hecho.',
  },
  failed: (reason) => `No funcionó: ${reason}`,
};

/** The words of the trial page, by language. */
export const trialWords: Readonly<Record<Locale, TrialWords>> = { en, es };
