import { chimeUnderTest } from './chime.ts';
import { messenger } from './messenger.ts';
import type { ChannelUnderTest } from './under-test.ts';
import { web } from './web.ts';
import { whatsapp } from './whatsapp.ts';

/**
 * Every messenger, by its name in `channel_identities`. A new one gets a line here. `chime` is made up: it holds that
 * a messenger takes a folder and a line, as docs/channels.md says.
 */
export const channels: Readonly<Record<string, () => Promise<ChannelUnderTest>>> = {
  chime: chimeUnderTest,
  messenger,
  web,
  whatsapp,
};
