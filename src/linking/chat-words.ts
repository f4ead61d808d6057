import { purposeWords, type Detail, type Locale, type Purpose } from '#contract';

/** What a messenger is called to a person, with the page or number that is written to. */
const messengers: Readonly<Partial<Record<string, string>>> = { messenger: 'Facebook Messenger', whatsapp: 'WhatsApp' };

/** Banks' pages take so much of a chat's name. */
const charactersMax = 120;

/** A chat by name, such as "Facebook Messenger, Example Bank Help": so it stands in the disclosure and on the bank's page. */
export function chatNamed(channel: string, name: string): string {
  return `${messengers[channel] ?? channel}, ${name}`.slice(0, charactersMax);
}

type Word = 'linked' | 'wrong' | 'wrongLast' | 'late' | 'lateShop' | 'foreign' | 'foreignShop' | 'failed';

const words: Readonly<Record<Locale, Readonly<Record<Word, string>>>> = {
  en: {
    linked: 'That is the code. {bank} is linked to this chat.',
    wrong: 'That is not the code. Look at it again in your browser; you have {left} more tries.',
    wrongLast: 'That is not the code. Look at it again in your browser; you have one more try.',
    late: 'That code is no longer good. Nothing was linked, and {bank} is told so. Begin again when you like.',
    foreign:
      'That code belongs to another chat, so nothing was linked, and the bank is told so. If somebody sent you the address or asked you for the code, they wanted to get at your bank. Nobody from Tellerline or from a bank asks for it.',
    lateShop: 'That code is no longer good, so {bank} sends nothing here. Begin again when you like.',
    foreignShop:
      'That code belongs to another chat, so nothing was connected. If somebody sent you the address or asked you for the code, they wanted to read what you order. Nobody from Tellerline, from a shop or from a carrier asks for it.',
    failed: '{bank} did not answer as it should, so nothing was linked. Begin again in a few minutes.',
  },
  es: {
    linked: 'Ese es el código. {bank} está vinculado a este chat.',
    wrong: 'Ese no es el código. Míralo otra vez en tu navegador; te quedan {left} intentos.',
    wrongLast: 'Ese no es el código. Míralo otra vez en tu navegador; te queda un intento.',
    late: 'Ese código ya no vale. No se vinculó nada y {bank} lo sabrá. Empieza de nuevo cuando quieras.',
    foreign:
      'Ese código es de otro chat, así que no se vinculó nada y el banco lo sabrá. Si alguien te envió la dirección o te pidió el código, quería llegar a tu banco. Nadie de Tellerline ni de un banco te lo pide.',
    lateShop: 'Ese código ya no vale, así que {bank} no envía nada aquí. Empieza de nuevo cuando quieras.',
    foreignShop:
      'Ese código es de otro chat, así que no se conectó nada. Si alguien te envió la dirección o te pidió el código, quería leer lo que pides. Nadie de Tellerline, de una tienda ni de un transportista te lo pide.',
    failed: '{bank} no respondió como debía, así que no se vinculó nada. Empieza de nuevo en unos minutos.',
  },
};

/** What is said in the chat to a code. `left`: how many tries there are yet; `shop`: it is of a shop or a carrier. */
export function codeWords(
  locale: Locale,
  said: 'linked' | 'wrong' | 'late' | 'foreign' | 'failed',
  values: { readonly bank?: string; readonly left?: number; readonly shop?: boolean } = {},
): string {
  const what = said === 'wrong' && values.left === 0 ? 'late' : said;
  const word: Word =
    what === 'wrong' && values.left === 1
      ? 'wrongLast'
      : values.shop && (what === 'late' || what === 'foreign')
        ? `${what}Shop`
        : what;
  return words[locale][word].replace('{bank}', () => values.bank ?? '').replace('{left}', String(values.left ?? 0));
}

const levels: Readonly<Record<Locale, Readonly<Record<Detail | 'off', string>>>> = {
  en: {
    full: 'Shown here in full: {what}.',
    masked: 'Shown here with the shop and a rounded amount alone: {what}.',
    pointer: 'Of {what} you only read here that there is something new; what it is opens in your browser.',
    off: 'Not told here: {what}.',
  },
  es: {
    full: 'Aquí se muestra completo: {what}.',
    masked: 'Aquí solo con el comercio y el importe redondeado: {what}.',
    pointer: 'De {what} aquí solo lees que hay algo nuevo; lo que es se abre en tu navegador.',
    off: 'Aquí no se avisa de: {what}.',
  },
};

/** How much of what is shared is told in a chat, each level with what is told at it. */
export function levelWords(
  locale: Locale,
  purposes: readonly Purpose[],
  levelOf: (purpose: Purpose) => Detail | 'off',
): string {
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const order: readonly (Detail | 'off')[] = ['full', 'masked', 'pointer', 'off'];
  return order
    .flatMap((level) => {
      const names = purposes.filter((purpose) => levelOf(purpose) === level);
      if (names.length === 0) return [];
      return levels[locale][level].replace('{what}', () => list.format(names.map((one) => purposeWords(one, locale))));
    })
    .join(' ');
}
