import type { PreparedAnswer } from '#contract';

/** What staff say often, until a bank writes its own. `{customer}`, `{bank}`, `{case}` and `{staff}` are filled in. */
export const CANNED: readonly PreparedAnswer[] = [
  {
    key: 'greeting',
    kind: 'canned',
    title: 'Greeting',
    texts: {
      en: 'Hello, this is {staff} at {bank}. I have read what you wrote and am looking into it now.',
      es: 'Hola, soy {staff}, de {bank}. He leído lo que escribiste y lo estoy revisando.',
    },
  },
  {
    key: 'one-moment',
    kind: 'canned',
    title: 'One moment',
    texts: {
      en: 'One moment, please. I am checking this and will write here as soon as I know more. You do not need to wait in the chat.',
      es: 'Un momento, por favor. Lo estoy comprobando y te escribiré aquí en cuanto sepa más. No hace falta que esperes en el chat.',
    },
  },
  {
    key: 'which-purchase',
    kind: 'canned',
    title: 'Which purchase',
    texts: {
      en: 'Which purchase do you mean? The day, the shop and the amount are enough.',
      es: '¿A qué compra te refieres? Bastan el día, el comercio y el importe.',
    },
  },
  {
    key: 'pending-purchase',
    kind: 'canned',
    title: 'A purchase that is pending',
    texts: {
      en: 'This purchase is still pending: the shop has asked for the amount and not yet taken it. It is settled or given back, usually within seven days.',
      es: 'Esta compra sigue pendiente: el comercio ha pedido el importe y aún no lo ha cobrado. Se cobra o se devuelve, por lo general en siete días.',
    },
  },
  {
    key: 'freeze-first',
    kind: 'canned',
    title: 'Freeze the card first',
    texts: {
      en: 'To be safe I propose to freeze the card first. You will find a button here: nothing happens until you press it.',
      es: 'Para mayor seguridad, propongo congelar primero la tarjeta. Aquí verás un botón: no ocurre nada hasta que lo pulses.',
    },
  },
  {
    key: 'never-ask',
    kind: 'canned',
    title: 'What we never ask for',
    texts: {
      en: 'We never ask for your password, your PIN or a code that was sent to you, here or on the telephone. If somebody does, it is not us.',
      es: 'Nunca te pediremos tu contraseña, tu PIN ni un código que hayas recibido, ni aquí ni por teléfono. Si alguien lo hace, no somos nosotros.',
    },
  },
  {
    key: 'passed-on',
    kind: 'canned',
    title: 'Passed on to a colleague',
    texts: {
      en: 'I am passing this to a colleague who can decide it. They see everything you wrote here, so you need not repeat it.',
      es: 'Paso tu caso a un compañero que puede decidirlo. Verá todo lo que escribiste aquí, así que no tendrás que repetirlo.',
    },
  },
  {
    key: 'solved',
    kind: 'canned',
    title: 'Is it solved',
    texts: {
      en: 'Is this solved for you? If so I close case {case}. You can open another one at any time.',
      es: '¿Queda resuelto? Si es así, cierro el caso {case}. Puedes abrir otro cuando quieras.',
    },
  },
];
