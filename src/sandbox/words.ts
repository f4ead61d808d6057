import type { Locale } from '#contract';
import type { DataCluster } from './consent-request.ts';

/** The language of a page: what the recipient asked for, else what the browser prefers, else English. */
export function localeOf(...wishes: readonly (string | undefined)[]): Locale {
  for (const wish of wishes) {
    const tags = (wish ?? '').split(/[\s,]+/).map((tag) => tag.split(';')[0]?.toLowerCase().slice(0, 2));
    const known = tags.find((tag): tag is Locale => tag === 'en' || tag === 'es');
    if (known) return known;
  }
  return 'en';
}

/** A date as the locale writes it: "November 20, 2026", "20 de noviembre de 2026". */
export function longDate(locale: Locale, instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat(locale === 'es' ? 'es-US' : 'en-US', { dateStyle: 'long', timeZone }).format(instant);
}

/** Everything that the bank's own pages say. */
export interface BankWords {
  readonly signInTitle: string;
  readonly signInLead: (recipient: string) => string;
  /** When nothing is to be allowed. */
  readonly identifyLead: (recipient: string) => string;
  readonly username: string;
  readonly password: string;
  readonly signIn: string;
  readonly wrongPassword: string;
  readonly sandboxHint: string;
  /** To the bank's own staff. */
  readonly staffLead: (bank: string) => string;
  readonly staffHint: string;
  readonly consentTitle: (recipient: string) => string;
  readonly consentLead: (recipient: string, bank: string) => string;
  readonly chatTitle: string;
  readonly chatNote: string;
  readonly dataTitle: string;
  readonly data: Readonly<Record<DataCluster, string>>;
  readonly periodTitle: string;
  readonly until: (date: string, days: number) => string;
  readonly once: string;
  readonly lookback: (days: number) => string;
  readonly notice: string;
  readonly accountsTitle: string;
  readonly account: Readonly<Record<'checking' | 'savings' | 'card', string>>;
  readonly ending: (last4: string) => string;
  readonly oneAccount: string;
  readonly allow: string;
  readonly cancel: string;
  readonly signedInAs: (username: string) => string;
  readonly refusedTitle: string;
  readonly refused: string;
  readonly details: string;
}

const en: BankWords = {
  signInTitle: 'Sign in',
  identifyLead: (recipient) => `Sign in to show ${recipient} that it is you. It sees no account by this.`,
  signInLead: (recipient) => `Sign in to choose what ${recipient} may see. Your password stays with us.`,
  username: 'Username',
  password: 'Password',
  signIn: 'Sign in',
  wrongPassword: 'That username and password do not match. Nothing was shared. Try again.',
  sandboxHint: 'This is a sandbox. Sign in as customer-1 with the password sandbox.',
  staffLead: (bank) => `For staff of ${bank}: sign in to answer customers at the desk. Customers sign in elsewhere.`,
  staffHint: 'This is a sandbox. Sign in as agent-1, agent-2, supervisor-1 or privacy-1 with the password sandbox.',
  consentTitle: (recipient) => `${recipient} asks to see your accounts`,
  consentLead: (recipient, bank) =>
    `If you allow it, ${bank} shares the following with ${recipient}, and nothing else.`,
  chatTitle: 'Where it goes',
  chatNote: 'Allow this only if it is your own chat.',
  dataTitle: 'What is shared',
  data: {
    ACCOUNT_BASIC: 'The name and last four digits of each account',
    ACCOUNT_DETAILED: 'Balances',
    ACCOUNT_PAYMENTS: 'Numbers that payments are sent to',
    CUSTOMER_CONTACT: 'Your name and address',
    CUSTOMER_PERSONAL: 'Your personal details',
    INVESTMENTS: 'Investments',
    STATEMENTS: 'Statements',
    TRANSACTIONS: 'Transactions: amount, merchant, time and place',
    CARD_CONTROL: 'What you do to your cards and with disputes: freeze, limits, replacement',
    HOLD_ANSWERS: 'Your answers to payments that are held',
  },
  periodTitle: 'For how long',
  until: (date, days) => `Until ${date} (${days} ${days === 1 ? 'day' : 'days'})`,
  once: 'Once, within one day',
  lookback: (days) => `With history of the last ${days} ${days === 1 ? 'day' : 'days'}`,
  notice: 'You can stop it at any time, there or here at the bank.',
  accountsTitle: 'Which accounts',
  account: { checking: 'Checking', savings: 'Savings', card: 'Credit card' },
  ending: (last4) => `ending in ${last4}`,
  oneAccount: 'Choose at least one account, or cancel.',
  allow: 'Allow',
  cancel: 'Cancel',
  signedInAs: (username) => `Signed in as ${username}`,
  refusedTitle: 'This page cannot be opened',
  refused: 'The request is not valid or has expired. Nothing was shared. Go back to the chat and start again.',
  details: 'Details',
};

const es: BankWords = {
  signInTitle: 'Iniciar sesión',
  identifyLead: (recipient) => `Inicie sesión para mostrar a ${recipient} que es usted. Con esto no ve ninguna cuenta.`,
  signInLead: (recipient) =>
    `Inicie sesión para elegir qué puede ver ${recipient}. Su contraseña se queda con nosotros.`,
  username: 'Usuario',
  password: 'Contraseña',
  signIn: 'Iniciar sesión',
  wrongPassword: 'El usuario y la contraseña no coinciden. No se compartió nada. Inténtelo de nuevo.',
  sandboxHint: 'Este es un banco de pruebas. Entre como customer-1 con la contraseña sandbox.',
  staffLead: (bank) =>
    `Para el personal de ${bank}: inicie sesión para atender a los clientes. Los clientes entran por otro sitio.`,
  staffHint:
    'Este es un banco de pruebas. Entre como agent-1, agent-2, supervisor-1 o privacy-1 con la contraseña sandbox.',
  consentTitle: (recipient) => `${recipient} pide ver sus cuentas`,
  consentLead: (recipient, bank) => `Si lo permite, ${bank} comparte con ${recipient} lo siguiente, y nada más.`,
  chatTitle: 'A dónde va',
  chatNote: 'Permítalo solo si es su propio chat.',
  dataTitle: 'Qué se comparte',
  data: {
    ACCOUNT_BASIC: 'El nombre y los últimos cuatro dígitos de cada cuenta',
    ACCOUNT_DETAILED: 'Los saldos',
    ACCOUNT_PAYMENTS: 'Los números a los que se envían pagos',
    CUSTOMER_CONTACT: 'Su nombre y su dirección',
    CUSTOMER_PERSONAL: 'Sus datos personales',
    INVESTMENTS: 'Las inversiones',
    STATEMENTS: 'Los estados de cuenta',
    TRANSACTIONS: 'Los movimientos: importe, comercio, hora y lugar',
    CARD_CONTROL: 'Lo que haga con sus tarjetas y reclamaciones: congelar, límites, reposición',
    HOLD_ANSWERS: 'Sus respuestas a pagos retenidos',
  },
  periodTitle: 'Por cuánto tiempo',
  until: (date, days) => `Hasta el ${date} (${days} ${days === 1 ? 'día' : 'días'})`,
  once: 'Una sola vez, en el plazo de un día',
  lookback: (days) => (days === 1 ? 'Con el historial del último día' : `Con el historial de los últimos ${days} días`),
  notice: 'Puede detenerlo cuando quiera, allí o aquí en el banco.',
  accountsTitle: 'Qué cuentas',
  account: { checking: 'Cuenta corriente', savings: 'Cuenta de ahorros', card: 'Tarjeta de crédito' },
  ending: (last4) => `terminada en ${last4}`,
  oneAccount: 'Elija al menos una cuenta, o cancele.',
  allow: 'Permitir',
  cancel: 'Cancelar',
  signedInAs: (username) => `Sesión iniciada como ${username}`,
  refusedTitle: 'Esta página no se puede abrir',
  refused: 'La solicitud no es válida o ha caducado. No se compartió nada. Vuelva al chat y empiece de nuevo.',
  details: 'Detalles',
};

/** The words of the banks' own pages, by language. */
export const bankWords: Readonly<Record<Locale, BankWords>> = { en, es };
