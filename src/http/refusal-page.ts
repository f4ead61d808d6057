import type { Locale } from '#contract';

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
    other: { title: 'That did not work', text: 'Nothing was linked. Go back to your chat and try again in a minute.' },
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
    other: {
      title: 'No ha funcionado',
      text: 'No se ha vinculado nada. Vuelve a tu chat e inténtalo dentro de un minuto.',
    },
  },
};

const back: Readonly<Record<Locale, string>> = { en: 'Back to the chat', es: 'Volver al chat' };
const details: Readonly<Record<Locale, string>> = { en: 'Details', es: 'Detalles' };

/** A whole page that says in plain words why an address was refused. `code` is one of ours, never outside text. */
export function refusalPage(code: string, acceptLanguage: string | undefined): string {
  const locale: Locale = /^\s*es\b/i.test(acceptLanguage ?? '') ? 'es' : 'en';
  const said = words[locale][code] ?? words[locale].other;
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${said.title}</title>
<link rel="stylesheet" href="/plain.css">
</head>
<body>
<main>
<h1>${said.title}</h1>
<p>${said.text}</p>
<p><a class="button" href="/">${back[locale]}</a></p>
<details><summary>${details[locale]}</summary><p><code>${code}</code></p></details>
</main>
</body>
</html>
`;
}
