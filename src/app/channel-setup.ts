import type { Clock, Log } from '#base';
import { messengerProfile } from '#channels/messenger';
import { codeOf, graphOf, syncTemplates, templateCatalogue, templatesKept, type TemplateDone } from '#channels/meta';
import { openDatabase, type Queryable } from '#db';
import { readChannelsFile, type PlatformSettings } from './channels-file.ts';
import { templatePlaces } from './channels.ts';
import type { Config } from './config.ts';
import { withHubDatabase } from './hub-database.ts';

/** What a command of the operator's is given. */
export interface SetupCommand {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/** What was done about one template, and where. */
export interface TemplateReport extends TemplateDone {
  readonly channel: string;
  readonly account: string;
}

/** Brings templates and profiles in step: what a page says before somebody writes, and beside their field. */
export async function setUpPlatforms(
  db: Queryable,
  settings: PlatformSettings,
  publicUrl: string,
  nowMs: number,
): Promise<{ readonly templates: readonly TemplateReport[]; readonly profiles: readonly ProfileReport[] }> {
  const profiles: ProfileReport[] = [];
  const { messenger } = settings;
  for (const { pageId, name, accessToken } of messenger?.pages ?? []) {
    const body = messengerProfile(publicUrl);
    const call = { method: 'POST', path: `${pageId}/messenger_profile`, accessToken, body } as const;
    const result = messenger && (await graphOf(messenger).call(call));
    const isDone = result?.got === 'answer' && result.answer.kind === 'done';
    const error =
      result?.got === 'answer' && result.answer.kind === 'error' ? codeOf(result.answer.error) : 'no answer';
    profiles.push({ name, done: isDone ? 'set' : 'failed', why: isDone ? undefined : error });
  }
  return { templates: await setUpTemplates(db, settings, publicUrl, nowMs), profiles };
}

/** What was done about a page's profile; `why`: a code. */
interface ProfileReport {
  readonly name: string;
  readonly done: 'set' | 'failed';
  readonly why: string | undefined;
}

async function setUpTemplates(
  db: Queryable,
  settings: PlatformSettings,
  publicUrl: string,
  nowMs: number,
): Promise<TemplateReport[]> {
  const catalogue = templateCatalogue(publicUrl);
  const reports: TemplateReport[] = [];
  for (const place of templatePlaces(settings)) {
    const { channel, account } = place;
    const done = await syncTemplates(db, place, catalogue, nowMs);
    reports.push(...done.map((one) => ({ channel, account, ...one })));
  }
  return reports;
}

/** `tellerline templates sync`. Answers whether everything is in step. */
export async function syncCommand({ config, log, clock, say }: SetupCommand): Promise<boolean> {
  const settings = settingsOf(config, say);
  if (!settings) return false;
  let isWell = true;
  await withDatabase(config, log, async (db) => {
    const { templates, profiles } = await setUpPlatforms(db, settings, addressOf(config), clock.nowMs());
    for (const { name, done, why } of profiles) say(`${name}  greeting, menu and questions  ${why ?? done}`);
    for (const one of templates) say(sentenceOf(one));
    isWell = [...templates, ...profiles].every(({ done }) => done !== 'failed');
  });
  return isWell;
}

/** `tellerline templates list`: how each stood when it was last heard of. */
export async function listCommand({ config, log, say }: SetupCommand): Promise<void> {
  await withDatabase(config, log, async (db) => {
    const kept = await templatesKept(db);
    if (kept.length === 0) say('No template was made yet. "tellerline templates sync" makes them.');
    for (const { channel, account, name, language, status } of kept)
      say(`${channel} ${account}  ${name} (${language})  ${status}`);
  });
}

const addressOf = ({ url, port }: Config): string => url ?? `http://localhost:${port}`;

const sentenceOf = ({ channel, account, name, language, done, status }: TemplateReport): string =>
  `${channel} ${account}  ${name} (${language})  ${done}: ${status}`;

function settingsOf(config: Config, say: (line: string) => void): PlatformSettings | undefined {
  if (config.channels !== undefined) return readChannelsFile(config.channels);
  say('TELLERLINE_CHANNELS names no file. The templates of the sandbox’s stand-ins are made at every start.');
  return undefined;
}

async function withDatabase(config: Config, log: Log, work: (db: Queryable) => Promise<void>): Promise<void> {
  await withHubDatabase(config, log, async (url) => {
    const database = openDatabase(url, { log, connectionsMax: 2 });
    try {
      await work(database);
    } finally {
      await database.close();
    }
  });
}
