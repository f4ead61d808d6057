import type { BankFace, Locale, Message } from '#contract';

const labels: Readonly<Record<Locale, Readonly<Record<'reconnect' | 'link-bank', (bank: string) => string>>>> = {
  en: { reconnect: (bank) => `Sign in at ${bank} again`, 'link-bank': (bank) => `Link ${bank} again` },
  es: { reconnect: (bank) => `Volver a entrar en ${bank}`, 'link-bank': (bank) => `Vincular ${bank} de nuevo` },
};

const renewal: Readonly<Record<Locale, { label: string; tomorrow: string; days: string; afterwards: string }>> = {
  en: {
    label: 'Read it and renew',
    tomorrow: 'What you share from {bank} ends within a day, on {date}.',
    days: 'What you share from {bank} ends in less than {days} days, on {date}.',
    afterwards:
      'After that nothing is read any more and everything of it here is deleted. Renewing shows you the whole text again, and you sign it.',
  },
  es: {
    label: 'Leerlo y renovar',
    tomorrow: 'Lo que compartes de {bank} termina en menos de un día, el {date}.',
    days: 'Lo que compartes de {bank} termina en menos de {days} días, el {date}.',
    afterwards:
      'Después ya no se lee nada y se borra todo lo de ese banco aquí. Al renovar ves el texto entero otra vez y lo firmas.',
  },
};

/** What a reminder says, and the button that leads to the whole disclosure. */
export function reminderWords(
  bank: BankFace,
  end: { readonly days: number; readonly date: string },
  locale: Locale,
): { text: string; waysOn: NonNullable<Message['waysOn']> } {
  const { label, tomorrow, days, afterwards } = renewal[locale];
  const first = (end.days === 1 ? tomorrow : days)
    .replace('{bank}', bank.name)
    .replace('{days}', String(end.days))
    .replace('{date}', end.date);
  return { text: `${first} ${afterwards}`, waysOn: [{ way: 'link-bank', bank: bank.id, label }] };
}

/** The button under a message that leads back to a bank's linking page. */
export function wayBack(
  way: 'reconnect' | 'link-bank',
  bank: BankFace,
  locale: Locale,
): NonNullable<Message['waysOn']> {
  return [{ way, bank: bank.id, label: labels[locale][way](bank.name) }];
}

const code: Readonly<Record<Locale, string>> = {
  en: 'Your code for {shop} is {code}. Give it at the checkout: from then on {shop} knows this chat by it, and by nothing else. It is good at {shop} alone, and leads nowhere once you write “stop {shop}”.',
  es: 'Tu código para {shop} es {code}. Dalo al pagar: desde entonces {shop} conoce este chat por él, y por nada más. Solo vale en {shop}, y no lleva a ninguna parte en cuanto escribas «alto {shop}».',
};

const carrier: Readonly<Record<Locale, string>> = {
  en: '{shop} is connected. Send a tracking number here and press “Follow this parcel” under it. {shop} learns the number, and nothing of who you are. “stop {shop}” ends it.',
  es: '{shop} está conectado. Envía aquí un número de seguimiento y pulsa «Seguir este paquete» debajo. {shop} sabe el número, y nada de quién eres. «alto {shop}» lo termina.',
};

/** What a customer is told once a carrier is connected: it has no checkout to give a code at. */
export const carrierWords = (face: BankFace, locale: Locale): string => carrier[locale].replaceAll('{shop}', face.name);

/** What a customer is told of the code by which a shop knows them. */
export function shopCodeWords(shop: BankFace, word: string, locale: Locale): string {
  return code[locale].replaceAll('{shop}', shop.name).replace('{code}', word);
}
