import type { Locale } from '#contract';
import { escapeHtml, htmlPage, pageLocale } from './html-page.ts';

interface Words {
  readonly title: string;
  readonly text: string;
}

const words: Readonly<Record<Locale, Readonly<Record<string, Words>> & { readonly other: Words }>> = {
  en: {
    no_session: {
      title: 'Open the chat first',
      text: 'This address only works in the browser that began it. Nothing was linked. Open your chat and press “Link a bank” there.',
    },
    link_address_foreign: {
      title: 'This address belongs to another browser',
      text: 'Nothing was linked. If somebody sent you this address, do not sign in at your bank for it. To link a bank, begin in your own chat.',
    },
    link_address_over: {
      title: 'This address is no longer good',
      text: 'It was used, declined or is too old. Nothing was changed. Begin again in your chat.',
    },
    link_address_unknown: { title: 'There is no such address', text: 'Nothing was linked. Begin again in your chat.' },
    link_return_unknown: {
      title: 'This login was not begun here',
      text: 'Nothing was linked. Begin again in your chat.',
    },
    authorization_invalid: {
      title: 'The bank’s answer could not be trusted',
      text: 'Nothing was linked, and nothing was read. Begin again in your chat.',
    },
    bank_unreachable: {
      title: 'The bank did not answer',
      text: 'Nothing was linked and nothing was lost. Try again in a minute from your chat.',
    },
    bank_slow: {
      title: 'The bank took too long',
      text: 'Nothing was linked and nothing was lost. Try again in a minute from your chat.',
    },
    bank_rate_limited: {
      title: 'The bank asks us to wait',
      text: 'Nothing was linked and nothing was lost. Try again in a few minutes from your chat.',
    },
    bank_answer_unreadable: {
      title: 'The bank’s answer could not be read',
      text: 'Nothing was linked and nothing was lost. Try again later from your chat.',
    },
    bank_not_configured: {
      title: 'This bank is not set up here yet',
      text: 'Nothing was linked. The operator has to enter what the bank issued.',
    },
    bank_withdrawn: {
      title: 'This bank has ended its link to Tellerline',
      text: 'It did so for all its customers. Nothing was linked, and nothing was read.',
    },
    consent_unknown: {
      title: 'There is no such consent in this chat',
      text: 'It belongs to another chat, or was deleted with its account.',
    },
    bank_login_foreign: {
      title: 'This login is not the one that was linked',
      text: 'The bank says that it is somebody else. Nothing was changed. Sign in there with the login by which you linked it.',
    },
    chat_in_use: {
      title: 'This browser has a chat of its own',
      text: 'A bank was linked in it, so nothing was changed. Delete that chat first, or use another browser.',
    },
    session_scope: {
      title: 'This browser was let in for one linking',
      text: 'It may do nothing else here. Nothing was changed. Open your chat.',
    },
    authorization_declined: { title: 'You did not sign in', text: 'Nothing was changed.' },
    other: { title: 'That did not work', text: 'Go back to your chat and try again in a minute.' },
  },
  es: {
    no_session: {
      title: 'Abre antes el chat',
      text: 'Esta dirección solo vale en el navegador que la pidió. No se ha vinculado nada. Abre tu chat y pulsa allí «Vincular un banco».',
    },
    link_address_foreign: {
      title: 'Esta dirección es de otro navegador',
      text: 'No se ha vinculado nada. Si alguien te la envió, no entres en tu banco por ella. Para vincular un banco, empieza en tu propio chat.',
    },
    link_address_over: {
      title: 'Esta dirección ya no vale',
      text: 'Se usó, se rechazó o es demasiado antigua. No ha cambiado nada. Empieza de nuevo en tu chat.',
    },
    link_address_unknown: {
      title: 'Esta dirección no existe',
      text: 'No se ha vinculado nada. Empieza de nuevo en tu chat.',
    },
    link_return_unknown: {
      title: 'Este acceso no empezó aquí',
      text: 'No se ha vinculado nada. Empieza de nuevo en tu chat.',
    },
    authorization_invalid: {
      title: 'La respuesta del banco no era de fiar',
      text: 'No se ha vinculado ni leído nada. Empieza de nuevo en tu chat.',
    },
    bank_unreachable: {
      title: 'El banco no respondió',
      text: 'No se vinculó nada ni se perdió nada. Inténtalo dentro de un minuto desde tu chat.',
    },
    bank_slow: {
      title: 'El banco tardó demasiado',
      text: 'No se vinculó nada ni se perdió nada. Inténtalo dentro de un minuto desde tu chat.',
    },
    bank_rate_limited: {
      title: 'El banco pide que esperemos',
      text: 'No se vinculó nada ni se perdió nada. Inténtalo dentro de unos minutos desde tu chat.',
    },
    bank_answer_unreadable: {
      title: 'No se pudo leer la respuesta del banco',
      text: 'No se vinculó nada ni se perdió nada. Inténtalo más tarde desde tu chat.',
    },
    bank_not_configured: {
      title: 'Este banco aún no está preparado aquí',
      text: 'No se vinculó nada. El operador tiene que introducir lo que el banco le dio.',
    },
    bank_withdrawn: {
      title: 'Este banco ha terminado su vínculo con Tellerline',
      text: 'Lo ha hecho para todos sus clientes. No se ha vinculado ni leído nada.',
    },
    consent_unknown: {
      title: 'En este chat no existe ese permiso',
      text: 'Es de otro chat, o se borró con su cuenta.',
    },
    bank_login_foreign: {
      title: 'Este acceso no es el que se vinculó',
      text: 'El banco dice que es otra persona. No ha cambiado nada. Entra allí con el acceso con el que lo vinculaste.',
    },
    chat_in_use: {
      title: 'Este navegador tiene un chat propio',
      text: 'En él se vinculó un banco, así que no ha cambiado nada. Borra antes ese chat o usa otro navegador.',
    },
    session_scope: {
      title: 'Este navegador solo puede hacer un vínculo',
      text: 'Aquí no puede hacer nada más. No ha cambiado nada. Abre tu chat.',
    },
    authorization_declined: { title: 'No entraste', text: 'No ha cambiado nada.' },
    other: { title: 'No ha funcionado', text: 'Vuelve a tu chat e inténtalo dentro de un minuto.' },
  },
};

const back: Readonly<Record<Locale, string>> = { en: 'Back to the chat', es: 'Volver al chat' };
const details: Readonly<Record<Locale, string>> = { en: 'Details', es: 'Detalles' };

/** A whole page that says in plain words why an address was refused. `code` is one of ours, never outside text. */
export function refusalPage(code: string, acceptLanguage: string | undefined): string {
  const locale = pageLocale(acceptLanguage);
  const { title, text } = words[locale][code] ?? words[locale].other;
  const body = `<h1>${title}</h1>
<p>${text}</p>
<p><a class="button" href="/">${back[locale]}</a></p>
<details><summary>${details[locale]}</summary><p><code>${escapeHtml(code)}</code></p></details>`;
  return htmlPage({ locale, title, body });
}
