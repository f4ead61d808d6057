import type { Locale } from '#contract';
import type { CustomerExport } from './export-routes.ts';
import type { TableWords } from './export-tables.ts';
import { escapeHtml, htmlTable } from './html-page.ts';

const words = {
  en: {
    messengers: 'Where you are met at messengers',
    notifications: 'Where you are told that there is something new',
    channels: 'How much is told there',
    none: 'Nothing.',
    addresses: ['Messenger', 'Your name there', 'Our page or number', 'State', 'Since', 'You last wrote'],
    pictures: 'Pictures that you sent',
    picture: 'A picture that you sent',
    told: ['How', 'Where', 'Since'],
    email: 'E-mail',
    push: 'Notifications in a browser',
    states: { 'in-use': 'in use', retired: 'no longer used' },
    levels: ['Where', 'Balances', 'Purchases', 'Everything else', 'When it may not be written to'],
    level: {
      full: 'everything',
      masked: 'shop and about how much',
      pointer: 'only that there is something',
      off: 'nothing',
    },
    otherwise: { wait: 'wait', elsewhere: 'elsewhere', drop: 'left out' },
  },
  es: {
    messengers: 'Dónde estás en otras mensajerías',
    notifications: 'Dónde se te avisa de que hay algo nuevo',
    channels: 'Cuánto se dice allí',
    none: 'Nada.',
    addresses: ['Mensajería', 'Tu nombre allí', 'Nuestra página o número', 'Estado', 'Desde', 'Tu último mensaje'],
    pictures: 'Fotos que enviaste',
    picture: 'Una foto que enviaste',
    told: ['Cómo', 'Dónde', 'Desde'],
    email: 'Correo electrónico',
    push: 'Notificaciones en un navegador',
    states: { 'in-use': 'en uso', retired: 'ya no se usa' },
    levels: ['Dónde', 'Saldos', 'Compras', 'Todo lo demás', 'Cuando no se puede escribir allí'],
    level: {
      full: 'todo',
      masked: 'el comercio y cuánto, más o menos',
      pointer: 'solo que hay algo',
      off: 'nada',
    },
    otherwise: { wait: 'esperar', elsewhere: 'en otro sitio', drop: 'omitirlo' },
  },
} as const satisfies Record<Locale, unknown>;

function channelName(channel: string, { locale, messenger }: TableWords): string {
  const { email, push } = words[locale];
  const others = new Map([
    ['web-push', push],
    ['email', email],
  ]);
  return messenger(channel) ?? others.get(channel) ?? channel;
}

/** The page's part about other messengers, notifications, and how much stands in each. */
export function channelSections(
  { messengers, notifications, channels }: Pick<CustomerExport, 'messengers' | 'notifications' | 'channels'>,
  by: TableWords,
): string {
  const say = words[by.locale];
  return [
    `<h2>${say.messengers}</h2>`,
    messengerTables(messengers, say.messengers, by),
    `<h2>${say.notifications}</h2>`,
    notificationTable(notifications, say.notifications, by),
    `<h2>${say.channels}</h2>`,
    channelTable(channels, say.channels, by),
  ].join('\n');
}

/** Where the customer is met at messengers, and the pictures that they sent from there, which stand in the page itself. */
function messengerTables({ addresses, pictures }: CustomerExport['messengers'], name: string, by: TableWords): string {
  const say = words[by.locale];
  const rows = addresses.map(({ channel, person, account, state, since, heardAt }) => [
    channelName(channel, by),
    [person.id, person.number].filter((known) => known !== undefined).join(', '),
    account,
    say.states[state],
    by.when(since),
    heardAt === null ? '' : by.when(heardAt),
  ]);
  const table = rows.length === 0 ? `<p>${say.none}</p>` : htmlTable(name, say.addresses, rows, []);
  if (pictures.length === 0) return table;
  const shown = pictures.map(
    ({ at, type, base64 }) =>
      `<li>${escapeHtml(by.when(at))}<img src="data:${escapeHtml(type)};base64,${escapeHtml(base64)}" alt="${say.picture}"></li>`,
  );
  return `${table}\n<h3>${say.pictures}</h3>\n<ul>${shown.join('\n')}</ul>`;
}

/** Where the customer is told that there is something new: an e-mail address, and browsers. */
function notificationTable({ email, browsers }: CustomerExport['notifications'], name: string, by: TableWords): string {
  const say = words[by.locale];
  const rows = [
    ...(email === undefined ? [] : [[channelName('email', by), email, '']]),
    ...browsers.map(({ browser, system, endpoint, since }) => [
      channelName('web-push', by),
      [browser, system, new URL(endpoint).hostname].filter((known) => known !== '').join(', '),
      by.when(since),
    ]),
  ];
  return rows.length === 0 ? `<p>${say.none}</p>` : htmlTable(name, say.told, rows, []);
}

/** What the customer chose of each channel. */
function channelTable(channels: CustomerExport['channels'], name: string, by: TableWords): string {
  const say = words[by.locale];
  const rows = channels.map(({ channel, detail, details, otherwise }) => [
    channelName(channel, by),
    say.level[details.balances ?? detail],
    say.level[details.transactions ?? detail],
    say.level[detail],
    say.otherwise[otherwise],
  ]);
  return rows.length === 0 ? `<p>${say.none}</p>` : htmlTable(name, say.levels, rows, []);
}
