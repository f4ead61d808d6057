import { messenger } from '#channels/messenger';
import { whatsapp } from '#channels/whatsapp';
import type { ChannelKind } from '#delivery';

/** The messengers at which people write to us, besides the web. A new one is a line here. */
export const channelKinds: readonly ChannelKind[] = [messenger, whatsapp];
