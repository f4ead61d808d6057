import { LEVELS, type ChannelPreview, type Channels, type Level, type Purpose, type ToldChannel } from '#contract';

/** What would stand in a channel at a level; undefined where nothing would. */
export function previewAt(
  { previews }: Pick<Channels, 'previews'>,
  { channel }: Pick<ToldChannel, 'channel'>,
  purpose: Purpose,
  level: Level,
): ChannelPreview | undefined {
  return previews.find((one) => one.channel === channel && one.purpose === purpose && one.detail === level);
}

/** Levels that differ there, from least to most: what reads as a pointer is one, whatever it is called. */
export function levelsOf(told: Pick<Channels, 'previews'>, channel: ToldChannel, purpose: Purpose): Level[] {
  const reads = (level: Level): string => JSON.stringify(previewAt(told, channel, purpose, level)?.parts ?? []);
  const differing = LEVELS.filter((one) => one === 'pointer' || one === 'off' || reads(one) !== reads('pointer'));
  return differing.toReversed();
}

/** The level that holds for a purpose, as one of those that differ. */
export function levelIn(told: Pick<Channels, 'previews'>, channel: ToldChannel, purpose: Purpose): Level {
  const level = channel.details[purpose] ?? channel.detail;
  return levelsOf(told, channel, purpose).includes(level) ? level : 'pointer';
}
