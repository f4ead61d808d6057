import type { Locale } from '#contract';

/** The words of a proof: here and not in the catalogue, as few visits come to them. `{label}`: what the button says. */
export const proofTexts: Readonly<
  Record<Locale, Readonly<Record<'title' | 'lead' | 'passkey' | 'atBank' | 'onlyBank' | 'after', string>>>
> = {
  en: {
    title: 'One more step',
    lead: '“{label}” lets more be done than before. So that nobody who holds this chat can do it, show that it is you.',
    passkey: 'Use a passkey',
    atBank: 'Or sign in at your bank',
    onlyBank: 'Sign in at your bank',
    after: 'Afterwards press the same button once more.',
  },
  es: {
    title: 'Un paso más',
    lead: '«{label}» permite más que antes. Para que no pueda hacerlo cualquiera que tenga este chat, demuestra que eres tú.',
    passkey: 'Usar una llave de acceso',
    atBank: 'O entra en tu banco',
    onlyBank: 'Entra en tu banco',
    after: 'Después pulsa otra vez el mismo botón.',
  },
};
