import { messenger } from './messenger.ts';
import type { ChannelUnderTest } from './under-test.ts';
import { web } from './web.ts';
import { whatsapp } from './whatsapp.ts';

/** Every messenger, by its name in `channel_identities`. A new one gets a line here. */
export const channels: Readonly<Record<string, () => Promise<ChannelUnderTest>>> = { messenger, web, whatsapp };
