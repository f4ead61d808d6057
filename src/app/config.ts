import { sep } from 'node:path';
import { TellerlineError } from '#base';
import { BANKS, liveSettingName, type BankEnvironment, type LiveBank } from '#banks';
import { liveSettings, options, type Option } from './options.ts';

type Values = { [Key in keyof typeof options]: (typeof options)[Key] extends Option<infer Value> ? Value : never };

/** The settings, read and checked. `databaseUrl` holds a password: never log it. */
export interface Config extends Omit<Values, 'databaseUrl' | 'url' | 'staffUrl' | 'channels' | 'shops' | 'smtp'> {
  /** Absent: the embedded PostgreSQL. */
  databaseUrl?: string;
  /** Origin; absent: `http://localhost:` and the port that was bound. */
  url?: string;
  /** Origin of the staff listener; absent: `http://localhost:` and the port that was bound. */
  staffUrl?: string;
  /** Where mail is handed over; may hold a password. Absent: no e-mail is sent. */
  smtp?: string;
  /** The file of the messengers of Meta. */
  channels?: string;
  shops?: string;
  /** What the operator has set of each live bank, by bank id. */
  live: Record<string, LiveBank>;
  /** Variables that begin like ours and are none of ours: most likely misspelt. */
  unknown: string[];
}

/**
 * Reads the settings from environment variables.
 *
 * @throws TellerlineError `config_invalid`, naming the variable and what it must be; a secret is not quoted
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = <Value>(definition: Option<Value>): Value | undefined => readOption(definition, env);
  const required = <Value>(definition: Option<Value>): Value => {
    const value = read(definition);
    if (value === undefined) throw refused(`${definition.variable} must be ${definition.form}.`, definition.variable);
    return value;
  };
  const data = required(options.data);
  const databaseUrl = read(options.databaseUrl);
  const url = read(options.url);
  const staffUrl = read(options.staffUrl);
  const channels = read(options.channels);
  const shops = read(options.shops);
  const smtp = read(options.smtp);
  const config: Config = {
    data,
    keys: read(options.keys) ?? `${data}.keys`,
    keyServices: required(options.keyServices),
    witnesses: required(options.witnesses),
    rootRotationHours: required(options.rootRotationHours),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    host: required(options.host),
    port: required(options.port),
    staffPort: required(options.staffPort),
    ...(url === undefined ? {} : { url }),
    ...(staffUrl === undefined ? {} : { staffUrl }),
    ...(channels === undefined ? {} : { channels }),
    ...(shops === undefined ? {} : { shops }),
    staffHost: required(options.staffHost),
    embedOrigins: required(options.embedOrigins),
    trustProxy: required(options.trustProxy),
    sandbox: required(options.sandbox),
    sandboxPort: required(options.sandboxPort),
    sandboxKeyService: read(options.sandboxKeyService),
    banks: required(options.banks),
    bankNews: required(options.bankNews),
    ...(smtp === undefined ? {} : { smtp }),
    mailFrom: required(options.mailFrom),
    operatorName: required(options.operatorName),
    operatorContact: required(options.operatorContact),
    logLevel: required(options.logLevel),
    live: readLive(env),
    unknown: unknownVariables(env),
  };
  refuseContradictions(config);
  return config;
}

function readOption<Value>(
  { variable, fallback, form, secret, schema }: Option<Value>,
  env: Readonly<Record<string, string | undefined>>,
): Value | undefined {
  // Compose files pass variables that are not set as empty ones.
  const given = env[variable] || undefined;
  const text = given ?? fallback;
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  const quoted = secret ? '' : ` It is ${JSON.stringify(text)}.`;
  throw refused(`${variable} must be ${form}.${quoted}`, variable);
}

function readLive(env: Readonly<Record<string, string | undefined>>): Record<string, LiveBank> {
  const live: Record<string, LiveBank> = {};
  for (const { id } of BANKS) {
    const settings = liveKeys.map((key) => [key, env[liveSettingName(id, key)] || undefined]);
    live[id] = Object.fromEntries(settings.filter(([, value]) => value !== undefined)) as LiveBank;
  }
  return live;
}

const liveKeys = Object.keys(liveSettings) as (keyof LiveBank)[];

function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set(Object.values(options).map(({ variable }) => variable));
  for (const { id } of BANKS) for (const key of liveKeys) known.add(liveSettingName(id, key));
  return Object.keys(env).filter((name) => name.startsWith('TELLERLINE_') && !known.has(name));
}

function refuseContradictions(config: Config): void {
  const { data, keys, port: hub, staffPort, sandboxPort, sandbox, banks } = config;
  if (keys === data || keys.startsWith(data + sep)) {
    throw refused(`TELLERLINE_KEYS must be ${options.keys.form}. It is ${JSON.stringify(keys)}.`, 'TELLERLINE_KEYS');
  }
  const ports = [hub, staffPort, ...(sandbox ? [sandboxPort] : [])].filter((number) => number !== 0);
  if (new Set(ports).size < ports.length) {
    throw refused('TELLERLINE_PORT, TELLERLINE_STAFF_PORT and TELLERLINE_SANDBOX_PORT must differ.', 'TELLERLINE_PORT');
  }
  const environmentOf = (id: string): BankEnvironment => (typeof banks === 'string' ? banks : (banks[id] ?? 'sandbox'));
  if (!sandbox && BANKS.every(({ id }) => environmentOf(id) === 'sandbox')) {
    throw refused('TELLERLINE_SANDBOX=off leaves no bank: set TELLERLINE_BANKS to live as well.', 'TELLERLINE_BANKS');
  }
}

function refused(sentence: string, variable: string): TellerlineError {
  return new TellerlineError('config_invalid', 500, sentence, { variable });
}

/** The settings as a page of Markdown, from their own definitions: `docs/configuration.md`. */
export function describeConfig(): string {
  const rows = Object.values<Option<unknown>>(options).map(({ variable, fallback, fallbackShown, form, about }) => {
    const shown = fallbackShown ?? `\`${fallback}\``;
    return `| \`${variable}\` | ${shown} | ${about} Must be ${form}. |`;
  });
  const live = liveKeys.map(
    (key) => `| \`${liveSettingName('bank', key).replace('_BANK_BANK_', '_BANK_<BANK>_')}\` | ${liveSettings[key]} |`,
  );
  return [
    '# Configuration',
    '',
    'Tellerline is configured by environment variables. All have defaults: `npm start` needs none of them. A wrong value is refused at the start with a sentence that names the variable.',
    '',
    'This page is printed by `node src/app/cli.ts config` from the definitions in `src/app/config.ts`; a test compares the two.',
    '',
    '| Variable | Default | Meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '## A bank in its live environment',
    '',
    `What the bank issued when it took us on. \`<BANK>\` is the bank’s id in capitals with underscores: ${BANKS.map(({ id }) => `\`${id.replaceAll('-', '_').toUpperCase()}\``).join(', ')}.`,
    '',
    '| Variable | Meaning |',
    '| --- | --- |',
    ...live,
    '',
  ].join('\n');
}
