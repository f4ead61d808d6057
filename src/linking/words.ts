import type { BankFace, Locale, Message } from '#contract';

const labels: Readonly<Record<Locale, Readonly<Record<'reconnect' | 'link-bank', (bank: string) => string>>>> = {
  en: { reconnect: (bank) => `Sign in at ${bank} again`, 'link-bank': (bank) => `Link ${bank} again` },
  es: { reconnect: (bank) => `Volver a entrar en ${bank}`, 'link-bank': (bank) => `Vincular ${bank} de nuevo` },
};

/** The button under a message that leads back to a bank's linking page. */
export function wayBack(
  way: 'reconnect' | 'link-bank',
  bank: BankFace,
  locale: Locale,
): NonNullable<Message['waysOn']> {
  return [{ way, bank: bank.id, label: labels[locale][way](bank.name) }];
}
