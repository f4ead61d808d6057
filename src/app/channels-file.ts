import { TellerlineError } from '#base';
import type { ChannelKind, ConfiguredChannel, SettingsSection } from '#delivery';
import { channelKinds } from './channels.ts';
import { readSecret, readSetup } from './setup-file.ts';

/** Messengers as somebody sets them up, a part each, by the names of their kinds. */
export type ChannelSettings = Readonly<Record<string, unknown>>;

/**
 * Reads the file that `TELLERLINE_CHANNELS` names: JSON, its form in docs/messenger.md and docs/whatsapp.md.
 *
 * @throws TellerlineError `channels_invalid`, naming the place in the file and never a value
 */
export function readChannelsFile(path: string, kinds = channelKinds): readonly ConfiguredChannel[] {
  const parsed = readSetup(path, refused);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw refused(path, 'It has to be an object with a part for each messenger.');
  return configureChannels({ ...parsed }, kinds, path);
}

/**
 * Reads settings, of the operator's file or of what the sandbox hands out, in the order of the kinds.
 *
 * @param path of the file that they are from
 * @throws TellerlineError `channels_invalid`
 */
export function configureChannels(
  settings: ChannelSettings,
  kinds: readonly ChannelKind[] = channelKinds,
  path = 'the sandbox’s settings',
): readonly ConfiguredChannel[] {
  const unknown = Object.keys(settings).find((name) => !kinds.some(({ channel }) => channel === name));
  if (unknown !== undefined)
    throw refused(path, `It names ${JSON.stringify(unknown)}, which is no messenger that is known here.`);
  return kinds
    .filter(({ channel }) => settings[channel] !== undefined)
    .map((kind) => kind.configure(sectionOf(path, kind.channel, settings[kind.channel])));
}

function sectionOf(path: string, channel: string, given: unknown): SettingsSection {
  return {
    checked: (form) => {
      const parsed = form.safeParse(given);
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      const place = [channel, ...(issue?.path ?? [])].join('.');
      throw refused(path, `${place} is not as it must be: ${issue?.message ?? ''}.`);
    },
    secret: (of, field, place = '') => secretIn(path, place === '' ? channel : `${channel}.${place}`, { ...of }, field),
  };
}

function secretIn(path: string, where: string, given: Readonly<Record<string, unknown>>, field: string): string {
  const { [field]: inline, [`${field}File`]: file } = given;
  if ((inline === undefined) === (file === undefined))
    throw refused(path, `${where} needs either ${field} or ${field}File.`);
  if (typeof inline === 'string') return inline;
  return readSecret(path, String(file), `The file that ${where}.${field}File names`, refused);
}

function refused(path: string, why: string, cause?: unknown): TellerlineError {
  return new TellerlineError('channels_invalid', 500, `TELLERLINE_CHANNELS names ${path}. ${why}`, {}, { cause });
}
