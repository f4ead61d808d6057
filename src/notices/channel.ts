/** What a messenger can do with a message that it has shown. */
export interface ChannelAbility {
  /** A message may change in place after it was shown. */
  readonly edits: boolean;
}

/** The messengers that there are. */
export const CHANNELS = { web: { edits: true } } as const satisfies Readonly<Record<string, ChannelAbility>>;
