import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import * as z from 'zod';
import { BANKS, type BankEnvironment, type BankNews, type LiveBank } from '#banks';
import { isLoopbackHost } from '#base';
import type { Witness } from '#proof';
import { readWitnesses } from './witnesses.ts';

/** One setting: an environment variable, documented by the very definition that reads it. */
export interface Option<Value> {
  variable: string;
  /** Read in place of an unset or empty variable; undefined: the setting is then absent. */
  fallback: string | undefined;
  /** How the default is written in the documentation, when it is not `fallback` itself. */
  fallbackShown?: string;
  /** What a right value looks like; ends the sentence "must be …". */
  form: string;
  about: string;
  /** A secret's value is never printed, not even a wrong one. */
  secret?: true;
  schema: z.ZodType<Value, string>;
}

function option<Value>(definition: Option<Value>): Option<Value> {
  return definition;
}

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((number) => number <= 65_535);
const portForm = 'a port: a whole number from 0 to 65535, 0 for any free one';
const path = z.string().transform((text) => resolve(text));
const onOff = z.enum(['on', 'off']).transform((text) => text === 'on');
const environment = z.enum(['sandbox', 'live']);

const host = z.string().refine((name) => isIP(name) !== 0 || /^[a-zA-Z0-9.-]+$/.test(name));

/** Every setting, in the order in which the documentation shows them. */
export const options = {
  data: option({
    variable: 'TELLERLINE_DATA',
    fallback: './data',
    form: 'a path',
    about: 'The data folder: the embedded PostgreSQL and its password. One process at a time owns it.',
    schema: path,
  }),
  keys: option({
    variable: 'TELLERLINE_KEYS',
    fallback: undefined,
    fallbackShown: 'the data folder’s path with `.keys` behind it',
    form: 'a path outside the data folder',
    about:
      'The folder of the key files (mode 0600). Outside the data folder, so that a copy of the data is no copy of the keys. Without these keys the data cannot be read by anyone: keep a copy elsewhere.',
    schema: path,
  }),
  keyServices: option<Record<string, string>>({
    variable: 'TELLERLINE_KEY_SERVICES',
    fallback: '',
    fallbackShown: 'none: the operator holds every bank’s root key',
    form: 'banks and the https addresses of their key services, such as citi=https://keys.bank.example:8443, separated by commas',
    about:
      'Banks that hold their own root key. Our certificate there lies in the key folder as `services/<bank>/client.crt` and `client.key`, the authority that vouches for the service as `services/<bank>/ca.crt`. See [key-service.md](key-service.md).',
    schema: z
      .string()
      .transform(readKeyServices)
      .refine((value): value is Record<string, string> => value !== undefined),
  }),
  witnesses: option<Witness[]>({
    variable: 'TELLERLINE_WITNESSES',
    fallback: '',
    fallbackShown: 'none; with the sandbox its stand-in witness, which is independent of nobody',
    form: 'a file with one witness a line, or such lines separated by commas: a verifier key of Ed25519 cosignatures (type 4), a space, and the submission prefix, https or on this machine',
    about:
      'Witnesses of the proof log (C2SP tlog-witness), run by others: each signs only what continues the log that it has seen. They have to know this log’s key, which stands at `/log/key`. See [proof-log.md](proof-log.md).',
    schema: z
      .string()
      .transform(readWitnesses)
      .refine((value): value is Witness[] => value !== undefined),
  }),
  rootRotationHours: option({
    variable: 'TELLERLINE_ROOT_ROTATION_HOURS',
    fallback: '24',
    form: 'a whole number of hours from 1 to 720',
    about:
      'How often the root keys are renewed. What was erased can still be read in an older copy of the database, by whoever has the key folder too, until the next renewal: never for longer than this and a few minutes.',
    schema: z
      .string()
      .regex(/^\d{1,3}$/)
      .transform(Number)
      .refine((hours) => hours >= 1 && hours <= 720),
  }),
  databaseUrl: option({
    variable: 'DATABASE_URL',
    fallback: undefined,
    fallbackShown: 'the embedded PostgreSQL',
    form: 'an address such as postgres://user:password@host:5432/database',
    about:
      'A PostgreSQL of your own (15 or later). The user must own the database and may create roles (without that right there is no sandbox, and the listeners share its rights).',
    secret: true,
    schema: z.string().regex(/^postgres(ql)?:\/\/\S+$/),
  }),
  host: option({
    variable: 'TELLERLINE_HOST',
    fallback: '127.0.0.1',
    form: 'an IP address or a host name',
    about: 'Where the public listener binds. The sandbox always binds to 127.0.0.1: its control page has no sign-in.',
    schema: host,
  }),
  port: option({
    variable: 'TELLERLINE_PORT',
    fallback: '7070',
    form: portForm,
    about: 'The public listener: messenger, linking, events from banks.',
    schema: port,
  }),
  staffPort: option({
    variable: 'TELLERLINE_STAFF_PORT',
    fallback: '7071',
    form: portForm,
    about: 'The staff listener, apart from the public one so that it can stand on another network.',
    schema: port,
  }),
  staffHost: option({
    variable: 'TELLERLINE_STAFF_HOST',
    fallback: '127.0.0.1',
    form: 'an IP address or a host name',
    about: 'Where the staff listener binds: a network that customers do not reach.',
    schema: host,
  }),
  staffUrl: option({
    variable: 'TELLERLINE_STAFF_URL',
    fallback: undefined,
    fallbackShown: '`http://localhost:` and the staff port',
    form: 'an https address without a path, or an http one on this machine',
    about:
      'The address by which staff reach the staff listener: their bank’s identity provider sends them back there, to `/desk/return`.',
    schema: z
      .string()
      .refine(isPublicAddress)
      .transform((text) => new URL(text).origin),
  }),
  embedOrigins: option({
    variable: 'TELLERLINE_EMBED_ORIGINS',
    fallback: '',
    fallbackShown: 'none',
    form: 'origins separated by commas, such as https://www.bank.example',
    about:
      'Pages that may show the messenger in a frame (the widget). They must lie on the same site as the messenger: its cookie is not sent elsewhere.',
    schema: z
      .string()
      .transform((text) =>
        text
          .split(',')
          .map((origin) => origin.trim())
          .filter(Boolean),
      )
      .refine((origins) => origins.every((origin) => isPublicAddress(origin) && new URL(origin).origin === origin)),
  }),
  url: option({
    variable: 'TELLERLINE_URL',
    fallback: undefined,
    fallbackShown: '`http://localhost:` and the port',
    form: 'an https address without a path (http on a loopback host only), such as https://bank.example.com',
    about: 'The address under which browsers and banks reach the public listener.',
    schema: z
      .string()
      .refine(isPublicAddress)
      .transform((text) => new URL(text).origin),
  }),
  trustProxy: option<TrustProxy>({
    variable: 'TELLERLINE_TRUST_PROXY',
    fallback: 'off',
    form: '"off", or the addresses of the proxies (IP or CIDR, comma-separated)',
    about: 'Whose X-Forwarded-For and X-Forwarded-Proto are believed. Limits count callers by that address.',
    schema: z
      .string()
      .transform(readTrustProxy)
      .refine((value): value is TrustProxy => value !== undefined),
  }),
  sandbox: option({
    variable: 'TELLERLINE_SANDBOX',
    fallback: 'on',
    form: '"on" or "off"',
    about: 'Runs the stand-in banks beside the hub, to try everything out. Off in production.',
    schema: onOff,
  }),
  sandboxPort: option({
    variable: 'TELLERLINE_SANDBOX_PORT',
    fallback: '7080',
    form: portForm,
    about: 'The sandbox: the banks’ logins and APIs, and the page that drives them.',
    schema: port,
  }),
  sandboxKeyService: option<string | undefined>({
    variable: 'TELLERLINE_SANDBOX_KEY_SERVICE',
    fallback: 'off',
    form: '"off" or a bank’s id',
    about:
      'A sandbox bank that holds its own root key: its [key service](key-service.md) is started beside the hub as a process of its own. Needs the openssl command. Once used it stays on: what is sealed under the bank’s root opens with it alone.',
    schema: z
      .string()
      .refine((text) => text === 'off' || BANKS.some((bank) => bank.id === text))
      .transform((text) => (text === 'off' ? undefined : text)),
  }),
  shops: option({
    variable: 'TELLERLINE_SHOPS',
    fallback: undefined,
    fallbackShown: 'the sandbox’s stand-ins, while the sandbox runs; else none',
    form: 'the path of a JSON file',
    about: 'The shops and carriers that may send receipts and parcels, and how they sign: [orders.md](orders.md).',
    schema: path,
  }),
  channels: option({
    variable: 'TELLERLINE_CHANNELS',
    fallback: undefined,
    fallbackShown: 'the sandbox’s stand-ins, while the sandbox runs; else none',
    form: 'the path of a JSON file',
    about:
      'Facebook Messenger and WhatsApp: the app at Meta, its pages and numbers. Secrets stand in the file, or in files of their own that it names. See [messenger.md](messenger.md) and [whatsapp.md](whatsapp.md).',
    schema: path,
  }),
  banks: option<Environments>({
    variable: 'TELLERLINE_BANKS',
    fallback: 'sandbox',
    form: '"sandbox", "live", or banks one by one, such as citi=live,us-bank=sandbox',
    about: 'Whether the banks are the sandbox’s or the real ones. A bank that is not named is the sandbox’s.',
    schema: z
      .string()
      .transform(readEnvironments)
      .refine((value): value is Environments => value !== undefined),
  }),
  bankNews: option<News>({
    variable: 'TELLERLINE_BANK_NEWS',
    fallback: 'as-listed',
    form: '"as-listed", or banks one by one, such as citi=thin,us-bank=poll',
    about:
      'How a bank says what has happened: "push" sends it, "thin" only says that there is something to fetch, "poll" says nothing and is asked. A bank that is not named is as the directory lists it.',
    schema: z
      .string()
      .transform(readNews)
      .refine((value): value is News => value !== undefined),
  }),
  operatorName: option({
    variable: 'TELLERLINE_OPERATOR_NAME',
    fallback: 'Tellerline',
    form: 'one line of at most 100 characters',
    about: 'Who runs this Tellerline, as customers read it before they consent.',
    schema: z.string().trim().min(1).max(100),
  }),
  operatorContact: option({
    variable: 'TELLERLINE_OPERATOR_CONTACT',
    fallback: 'privacy@tellerline.example',
    form: 'one line of at most 200 characters',
    about: 'Where customers reach the operator: an e-mail address, a telephone number or a web address.',
    schema: z.string().trim().min(1).max(200),
  }),
  smtp: option({
    variable: 'TELLERLINE_SMTP',
    fallback: undefined,
    fallbackShown: 'none: no e-mail is sent',
    form: 'an address such as smtps://user:password@mail.example.com, or the path of a file that holds it',
    about:
      'The mail server that e-mail is handed to, for customers who want to be told by e-mail that there is something new: `smtps://` (port 465), or `smtp://` (587), which begins TLS where a password is given.',
    secret: true,
    schema: z
      .string()
      .transform(readMailServer)
      .refine((value): value is string => value !== undefined),
  }),
  mailFrom: option({
    variable: 'TELLERLINE_MAIL_FROM',
    fallback: 'tellerline@localhost',
    form: 'an e-mail address, without a name',
    about: 'Who these mails come from. The mail server must be allowed to send for it (SPF, DKIM).',
    schema: z.string().regex(/^[^\s@<>,;:"]+@[A-Za-z0-9.-]+$/),
  }),
  logLevel: option({
    variable: 'TELLERLINE_LOG_LEVEL',
    fallback: 'info',
    form: 'one of fatal, error, warn, info, debug, trace, silent',
    about:
      'How much is logged: JSON lines to the standard error output, or to `tellerline.log` in the data folder when that is a terminal. No level logs personal data, tokens or messages.',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  }),
};

/** What each live bank needs, for the documentation; read by `LiveBank` of the bank directory. */
export const liveSettings: Readonly<Record<keyof LiveBank, string>> = {
  issuer: 'Issuer of the bank’s authorization server, exactly as its metadata names it.',
  baseUrl: 'Where its FDX API begins, such as `https://api.example.com/fdx/v6`.',
  controlsUrl:
    'Where its card-control API begins ([card-control-api.md](card-control-api.md)); without it cards are not managed.',
  clientId: 'The client id that the bank issued.',
  keyFile: 'File with the private key whose public half the bank has: PEM or JWK; EC P-256, RSA or Ed25519.',
  eventKeys: 'Its event signing keys: the https address of a JWKS, or the JWKS itself as JSON.',
  telephone: 'The number that customers are told to call.',
  origins: 'Further origins of its endpoints, space-separated, when they are neither the issuer’s nor the API’s.',
  staffIssuer:
    'Issuer of its identity provider for staff ([desk.md](desk.md)); without it nobody of the bank signs in at the desk.',
  staffClientId: 'The client id that this identity provider issued. The key is the same.',
  staffClaims:
    'Where its ID token says who somebody is, when it is not as here: `name=name roles=roles teams=teams locales=locales`; a dot leads into an object.',
  staffRoles:
    'How it calls our roles, when it is not as here: `agent=agent supervisor=supervisor privacy-officer=privacy-officer`.',
};

type TrustProxy = false | string[];
type Environments = BankEnvironment | Record<string, BankEnvironment>;
type News = Record<string, BankNews>;

function isPublicAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, username } = new URL(text);
  if (pathname !== '/' || search || hash || username) return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}

/** The address itself, or what the file of that name holds. */
function readMailServer(text: string): string | undefined {
  const written = /^smtps?:/.test(text) || !existsSync(text) ? text : readFileSync(text, 'utf8').trim();
  return /^smtps?:\/\/\S+$/.test(written) && URL.canParse(written) ? written : undefined;
}

function readTrustProxy(text: string): TrustProxy | undefined {
  if (text === 'off') return false;
  const addresses = text.split(',').map((part) => part.trim());
  const valid = addresses.every((address) => {
    const [ip = '', bits, ...rest] = address.split('/');
    return isIP(ip) !== 0 && rest.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
  });
  return valid ? addresses : undefined;
}

function readKeyServices(text: string): Record<string, string> | undefined {
  const services: Record<string, string> = {};
  for (const part of text.split(',').filter(Boolean)) {
    const [id = '', address = '', ...rest] = part.split('=').map((word) => word.trim());
    const known = BANKS.some((bank) => bank.id === id) && rest.length === 0;
    if (!known || !isPublicAddress(address) || !address.startsWith('https:')) return undefined;
    services[id] = new URL(address).origin;
  }
  return services;
}

function readNews(text: string): News | undefined {
  const result: News = {};
  if (text === 'as-listed') return result;
  for (const part of text.split(',')) {
    const [id = '', value] = part.split('=').map((word) => word.trim());
    const parsed = z.enum(['push', 'thin', 'poll']).safeParse(value);
    if (!parsed.success || !BANKS.some((bank) => bank.id === id)) return undefined;
    result[id] = parsed.data;
  }
  return result;
}

function readEnvironments(text: string): Environments | undefined {
  const all = environment.safeParse(text);
  if (all.success) return all.data;
  const result: Record<string, BankEnvironment> = {};
  for (const part of text.split(',')) {
    const [id = '', value] = part.split('=').map((word) => word.trim());
    const parsed = environment.safeParse(value);
    if (!parsed.success || !BANKS.some((bank) => bank.id === id)) return undefined;
    result[id] = parsed.data;
  }
  return result;
}
