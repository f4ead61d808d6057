import type { Locale } from '#contract';

/** What stands in a messenger of Meta besides what the conversation itself says. Written for 20 characters where it is a button. */
export interface MetaWords {
  /** On the button that leads to the secure view. */
  readonly open: string;
  readonly newAddress: string;
  /** Where there is no room for that button. */
  readonly writeShow: string;
  readonly privacy: string;
  /** Above more buttons than fit under a text. */
  readonly more: string;
  /** On the button that opens a list of choices. */
  readonly choose: string;
  readonly balance: string;
  readonly recent: string;
  readonly where: string;
  readonly greeting: string;
  readonly available: (money: string) => string;
  readonly current: (money: string) => string;
  readonly owed: (money: string) => string;
}

/** In both languages. */
export const metaWords: Readonly<Record<Locale, MetaWords>> = {
  en: {
    open: 'Open',
    newAddress: 'Send a new link',
    writeShow: 'Good for 10 minutes. For a new link, write “show”.',
    privacy: 'What is shared',
    more: 'You can also:',
    choose: 'Choose',
    balance: 'My balance',
    recent: 'Recent purchases',
    where: 'Where was my card?',
    greeting: 'Your bank, in this chat, once you allow it. You choose what is shared and stop it with one word.',
    available: (money) => `${money} available`,
    current: (money) => money,
    owed: (money) => `${money} owed`,
  },
  es: {
    open: 'Abrir',
    newAddress: 'Enviar otro enlace',
    writeShow: 'Sirve 10 minutos. Para otro enlace, escribe «muéstrame».',
    privacy: 'Lo que se comparte',
    more: 'También puedes:',
    choose: 'Elegir',
    balance: 'Mi saldo',
    recent: 'Últimas compras',
    where: '¿Dónde se usó?',
    greeting: 'Tu banco, en este chat, cuando tú lo permitas. Tú eliges qué se comparte y lo paras con una palabra.',
    available: (money) => `${money} disponibles`,
    current: (money) => money,
    owed: (money) => `${money} por pagar`,
  },
};
