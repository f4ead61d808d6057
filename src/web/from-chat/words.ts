import type { Locale } from '#contract';

/** What stands on the pages that link a bank for a chat at another messenger. */
const words = {
  en: {
    language: 'Español',
    page: 'Link a bank for your chat',
    title: 'Link a bank for your chat',
    lead: 'You pressed “Link a bank” in a chat. Here you read what is asked for, sign it, and sign in at your bank.',
    own: 'Go on only if you pressed it yourself, a moment ago. If somebody sent you this address, close the page: nothing has happened.',
    continue: 'Continue',
    incomplete: 'This address is not whole',
    incompleteText: 'Go back to your chat and press the button there again. Nothing was linked.',
    over: 'This address is no longer good',
    overText: 'It is good once and for twenty minutes. Nothing was linked. Press “Link a bank” in your chat again.',
    outside: 'Open this in your own browser',
    outsideText:
      'You are in a browser inside another app. It forgets you, and the app can see what happens in it. Your bank’s login belongs in your own browser.',
    outsideMenu: 'Open the menu of this page, with the three dots, and choose to open it in your browser.',
    outsideCopy: 'Or copy the address and paste it there. It is good once.',
    copy: 'Copy the address',
    copied: 'Copied',
    codeTitle: 'Say this code in your chat',
    codeLead: 'Write these six digits in {chat}. Until then nothing is linked and nothing is read.',
    codeUntil: 'Good until {time}',
    codeCopy: 'Copy the code',
    codeWarning:
      'Write it only in the chat that you came from. Nobody from Tellerline or from {bank} ever asks for it: whoever does wants to get at your bank.',
    codeWarningShop:
      'Write it only in the chat that you came from. Nobody from Tellerline or from {bank} ever asks for it: whoever does wants to read what you buy.',
    storing: 'Linking {bank}',
    linked: '{bank} is linked',
    linkedText: 'To {chat}, as you chose. You can go back there.',
    enter: 'Open the chat here too',
    enterText: 'You can open the chat in this browser too. It then shows everything, and you can add a passkey.',
    inUse: 'A bank is linked in a chat of this browser already, so it keeps that one. Go back to your messenger.',
    endedTitle: 'Nothing was linked',
    declined: 'You said no, and nothing is kept.',
    late: 'The code was not said in time. {bank} is told that the login came to nothing.',
    'wrong-code': 'The code was wrong too often. {bank} is told that the login came to nothing.',
    'foreign-chat':
      'The code was said in another chat than the one that asked. If somebody sent you the address, they wanted to get at your bank. {bank} is told that the login came to nothing.',
    lateShop: 'The code was not said in time, so {bank} sends nothing here.',
    'wrong-codeShop': 'The code was wrong too often, so {bank} sends nothing here.',
    'foreign-chatShop':
      'The code was said in another chat than the one that asked. If somebody sent you the address, they wanted to read what you order. {bank} sends nothing here.',
    failed: '{bank} did not answer as it should. Begin again in your chat in a few minutes.',
    problem: 'There was no answer. Nothing was lost; try again.',
    again: 'Try again',
  },
  es: {
    language: 'English',
    page: 'Vincular un banco a tu chat',
    title: 'Vincular un banco a tu chat',
    lead: 'Pulsaste «Vincular un banco» en un chat. Aquí lees lo que se pide, lo firmas y entras en tu banco.',
    own: 'Sigue solo si lo pulsaste tú, hace un momento. Si alguien te envió esta dirección, cierra la página: no ha pasado nada.',
    continue: 'Continuar',
    incomplete: 'Esta dirección no está entera',
    incompleteText: 'Vuelve a tu chat y pulsa allí el botón otra vez. No se ha vinculado nada.',
    over: 'Esta dirección ya no vale',
    overText:
      'Vale una vez y durante veinte minutos. No se ha vinculado nada. Pulsa «Vincular un banco» en tu chat otra vez.',
    outside: 'Ábrela en tu navegador',
    outsideText:
      'Estás en un navegador dentro de otra aplicación. No te recuerda, y la aplicación puede ver lo que pasa en él. Tu banco va mejor en tu propio navegador.',
    outsideMenu: 'Abre el menú de esta página, el de los tres puntos, y elige abrirla en tu navegador.',
    outsideCopy: 'O copia la dirección y pégala allí. Vale una sola vez.',
    copy: 'Copiar la dirección',
    copied: 'Copiada',
    codeTitle: 'Di este código en tu chat',
    codeLead: 'Escribe estas seis cifras en {chat}. Hasta entonces no se vincula ni se lee nada.',
    codeUntil: 'Vale hasta las {time}',
    codeCopy: 'Copiar el código',
    codeWarning:
      'Escríbelo solo en el chat del que vienes. Nadie de Tellerline ni de {bank} te lo pide: quien lo pida quiere llegar a tu banco.',
    codeWarningShop:
      'Escríbelo solo en el chat del que vienes. Nadie de Tellerline ni de {bank} te lo pide: quien lo pida quiere leer lo que compras.',
    storing: 'Vinculando {bank}',
    linked: '{bank} está vinculado',
    linkedText: 'A {chat}, como elegiste. Ya puedes volver allí.',
    enter: 'Abrir el chat aquí también',
    enterText:
      'También puedes abrir el chat en este navegador. Entonces lo muestra todo, y puedes añadir una llave de acceso.',
    inUse: 'En un chat de este navegador ya hay un banco vinculado, así que se queda con ese. Vuelve a tu mensajería.',
    endedTitle: 'No se ha vinculado nada',
    declined: 'Dijiste que no, y no se guarda nada.',
    late: 'El código no se dijo a tiempo. {bank} sabrá que el acceso quedó en nada.',
    'wrong-code': 'El código falló demasiadas veces. {bank} sabrá que el acceso quedó en nada.',
    'foreign-chat':
      'El código se dijo en otro chat que el que lo pidió. Si alguien te envió la dirección, quería llegar a tu banco. {bank} sabrá que el acceso quedó en nada.',
    lateShop: 'El código no se dijo a tiempo, así que {bank} no envía nada aquí.',
    'wrong-codeShop': 'El código falló demasiadas veces, así que {bank} no envía nada aquí.',
    'foreign-chatShop':
      'El código se dijo en otro chat que el que lo pidió. Si alguien te envió la dirección, quería leer lo que pides. {bank} no envía nada aquí.',
    failed: '{bank} no respondió como debía. Empieza de nuevo en tu chat dentro de unos minutos.',
    problem: 'No hubo respuesta. No se perdió nada; inténtalo otra vez.',
    again: 'Intentarlo otra vez',
  },
} as const satisfies Readonly<Record<Locale, Readonly<Record<string, string>>>>;

/** The name of one text. */
type FromChatWord = keyof (typeof words)['en'];

/** Says a text, with what it names. */
export type Say = (
  word: FromChatWord,
  values?: { readonly bank?: string; readonly chat?: string; readonly time?: string },
) => string;

/** The words of these pages in one language. */
export function fromChatWords(locale: Locale): Say {
  return (word, values = {}) =>
    words[locale][word]
      .replaceAll('{bank}', () => values.bank ?? '')
      .replaceAll('{chat}', () => values.chat ?? '')
      .replaceAll('{time}', () => values.time ?? '');
}
