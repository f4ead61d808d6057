import type { Locale } from '#contract';

/** Everything that the page with the telephone says. */
export interface PhoneWords {
  readonly title: string;
  readonly lead: string;
  readonly otherLanguage: string;
  readonly banks: string;
  readonly messenger: string;
  readonly person: string;
  readonly somebodyNew: string;
  readonly name: string;
  readonly add: string;
  readonly phone: string;
  readonly thread: string;
  readonly write: string;
  readonly message: string;
  readonly send: string;
  readonly begin: string;
  readonly menu: string;
  readonly back: string;
  readonly attach: string;
  readonly picture: string;
  readonly place: string;
  readonly voice: string;
  readonly windowOpen: string;
  readonly windowClosed: string;
  readonly time: string;
  readonly dayPasses: string;
  readonly newNumber: string;
  readonly recycled: string;
  readonly unreachable: string;
  readonly reachable: string;
  readonly readableTitle: string;
  readonly readableLead: string;
  readonly nothingYet: string;
  readonly answered: string;
  readonly opens: string;
  readonly typing: string;
  readonly empty: string;
  readonly gone: string;
  readonly reaction: string;
  readonly state: Readonly<Record<'sent' | 'delivered' | 'read' | 'failed', string>>;
}

/** In both languages. */
export const phoneWords: Readonly<Record<Locale, PhoneWords>> = {
  en: {
    title: 'A phone to try',
    lead: 'Chat with Tellerline as somebody with Messenger or WhatsApp. Both are stand-ins that keep the platforms’ rules. What they could read is listed beside the phone.',
    otherLanguage: 'Español',
    banks: 'The banks',
    messenger: 'Messenger',
    person: 'Whose phone',
    somebodyNew: 'Somebody new',
    name: 'Name',
    add: 'Give them a phone',
    phone: 'Phone',
    thread: 'Conversation',
    write: 'Write a message',
    message: 'Message',
    send: 'Send',
    begin: 'Get started',
    menu: 'Menu',
    back: 'Close',
    attach: 'Add',
    picture: 'Send a picture',
    place: 'Send a place',
    voice: 'Send a voice message',
    windowOpen: 'The business may write freely until {time}.',
    windowClosed: 'The business may send templates only: nothing was written here for a day.',
    time: 'What can happen',
    dayPasses: 'A day passes',
    newNumber: 'They get a new number or account',
    recycled: 'Somebody else gets their number',
    unreachable: 'They cannot be reached',
    reachable: 'They can be reached again',
    readableTitle: 'What the platform could read',
    readableLead: 'Every request that was sent for this person, newest first, as it was sent.',
    nothingYet: 'Nothing was sent to this person yet. What is sent will be listed here.',
    answered: 'answered {status}',
    opens: 'opens {url}',
    typing: 'is typing',
    empty: 'Write the first message, or press “Get started”.',
    gone: 'The sandbox does not answer. It is tried again.',
    reaction: 'Reaction: {emoji}',
    state: { sent: 'sent', delivered: 'delivered', read: 'read', failed: 'not delivered' },
  },
  es: {
    title: 'Un teléfono para probar',
    lead: 'Chatea con Tellerline como alguien que usa Messenger o WhatsApp. Los dos son imitaciones que siguen las reglas de las plataformas. Al lado está lo que ellas podrían leer.',
    otherLanguage: 'English',
    banks: 'Los bancos',
    messenger: 'Mensajería',
    person: 'De quién es el teléfono',
    somebodyNew: 'Alguien nuevo',
    name: 'Nombre',
    add: 'Darle un teléfono',
    phone: 'Teléfono',
    thread: 'Conversación',
    write: 'Escribe un mensaje',
    message: 'Mensaje',
    send: 'Enviar',
    begin: 'Empezar',
    menu: 'Menú',
    back: 'Cerrar',
    attach: 'Añadir',
    picture: 'Enviar una foto',
    place: 'Enviar un lugar',
    voice: 'Enviar un mensaje de voz',
    windowOpen: 'La empresa puede escribir libremente hasta el {time}.',
    windowClosed: 'La empresa solo puede enviar plantillas: aquí no se escribe nada desde hace un día.',
    time: 'Lo que puede pasar',
    dayPasses: 'Pasa un día',
    newNumber: 'Cambia de número o de cuenta',
    recycled: 'Otra persona recibe su número',
    unreachable: 'No se le puede escribir',
    reachable: 'Se le puede escribir de nuevo',
    readableTitle: 'Lo que la plataforma podría leer',
    readableLead: 'Cada petición que se envió para esta persona, la más nueva primero, tal como se envió.',
    nothingYet: 'Todavía no se envió nada a esta persona. Lo que se envíe aparecerá aquí.',
    answered: 'respuesta {status}',
    opens: 'abre {url}',
    typing: 'está escribiendo',
    empty: 'Escribe el primer mensaje o pulsa «Empezar».',
    gone: 'El sandbox no responde. Se intenta de nuevo.',
    reaction: 'Reacción: {emoji}',
    state: { sent: 'enviado', delivered: 'entregado', read: 'leído', failed: 'no entregado' },
  },
};
