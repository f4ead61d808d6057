import type { Locale } from '#contract';
import { escapeHtml, htmlPage, pageLocale } from './html-page.ts';

interface Words {
  readonly title: string;
  readonly text: string;
}

const arrived: Readonly<Record<Locale, Words>> = {
  en: { title: 'You are signed in', text: 'Go to the desk' },
  es: { title: 'Sesión iniciada', text: 'Ir a la mesa de atención' },
};

/**
 * The page that a browser lands on after the identity provider. It goes on by itself: the session's cookie is sent
 * only from a page of ours, and a redirect would still count as the other site's.
 */
export function arrivedPage(acceptLanguage: string | undefined): string {
  const locale = pageLocale(acceptLanguage);
  const { title, text } = arrived[locale];
  const page = htmlPage({
    locale,
    title,
    body: `<h1>${title}</h1>\n<p><a class="button" href="/desk">${text}</a></p>`,
  });
  return page.replace('<title>', '<meta http-equiv="refresh" content="0;url=/desk">\n<title>');
}

const refused: Readonly<Record<Locale, Readonly<Record<string, Words>> & { readonly other: Words }>> = {
  en: {
    staff_sign_in_over: {
      title: 'This sign-in is over',
      text: 'It was used, took too long, or was begun in another browser. Nobody was signed in. Begin again at the desk.',
    },
    staff_sign_in_unavailable: {
      title: 'This bank does not sign in here',
      text: 'Its identity provider is not set up here. The operator can do so.',
    },
    staff_role_unknown: {
      title: 'You have no role at this desk',
      text: 'Your bank knows you, but has given you nothing to do here. Whoever looks after its identity provider can.',
    },
    staff_name_refused: {
      title: 'Your name cannot be shown to customers',
      text: 'Your bank gives it with characters other than Latin letters, figures and the signs between them. Whoever looks after its identity provider can change it.',
    },
    authorization_invalid: {
      title: 'The bank’s answer could not be trusted',
      text: 'Nobody was signed in. Begin again at the desk.',
    },
    authorization_declined: { title: 'You did not sign in', text: 'Nothing was changed.' },
    bank_not_configured: {
      title: 'This bank is not set up here yet',
      text: 'The operator has to enter what the bank issued.',
    },
    too_many_requests: {
      title: 'Too many sign-ins at once',
      text: 'They come from the address that your network has here. Try again in a minute.',
    },
    other: { title: 'That did not work', text: 'Nobody was signed in. Try again in a minute.' },
  },
  es: {
    staff_sign_in_over: {
      title: 'Este acceso ya no vale',
      text: 'Se usó, tardó demasiado o empezó en otro navegador. No ha entrado nadie. Empieza de nuevo en la mesa de atención.',
    },
    staff_sign_in_unavailable: {
      title: 'Este banco no entra por aquí',
      text: 'Su proveedor de identidad no está preparado aquí. El operador puede hacerlo.',
    },
    staff_role_unknown: {
      title: 'No tienes función en esta mesa',
      text: 'Tu banco te conoce, pero no te ha dado nada que hacer aquí. Puede hacerlo quien lleve su proveedor de identidad.',
    },
    staff_name_refused: {
      title: 'Tu nombre no se puede mostrar a los clientes',
      text: 'Tu banco lo da con caracteres que no son letras latinas, cifras o los signos que van entre ellas. Puede cambiarlo quien lleve su proveedor de identidad.',
    },
    authorization_invalid: {
      title: 'La respuesta del banco no era de fiar',
      text: 'No ha entrado nadie. Empieza de nuevo en la mesa de atención.',
    },
    authorization_declined: { title: 'No has entrado', text: 'No ha cambiado nada.' },
    bank_not_configured: {
      title: 'Este banco aún no está preparado aquí',
      text: 'El operador tiene que introducir lo que el banco le dio.',
    },
    too_many_requests: {
      title: 'Demasiados accesos a la vez',
      text: 'Vienen de la dirección que tu red tiene aquí. Inténtalo dentro de un minuto.',
    },
    other: { title: 'No ha funcionado', text: 'No ha entrado nadie. Inténtalo dentro de un minuto.' },
  },
};

const back: Readonly<Record<Locale, string>> = { en: 'Back to the desk', es: 'Volver a la mesa de atención' };
const details: Readonly<Record<Locale, string>> = { en: 'Details', es: 'Detalles' };

/** Why somebody was not signed in. `code` is one of ours, never outside text. */
export function signInRefusedPage(code: string, acceptLanguage: string | undefined): string {
  const locale = pageLocale(acceptLanguage);
  const { title, text } = refused[locale][code] ?? refused[locale].other;
  const body = `<h1>${title}</h1>
<p>${text}</p>
<p><a class="button" href="/desk">${back[locale]}</a></p>
<details><summary>${details[locale]}</summary><p><code>${escapeHtml(code)}</code></p></details>`;
  return htmlPage({ locale, title, body });
}
