import { isTellerlineError } from '#base';
import type { BankFace, Locale } from '#contract';
import { findCustomer } from '#customers';
import type { MetPerson } from '#delivery';
import type { Linking } from '#linking';
import type { Database } from '#db';
import type { ChatWays } from './chat-ways.ts';
import { ofNoBank, plain, wayToLink, wayToReconnect, type Answer, type WayOn } from './turn.ts';
import { say } from './words.ts';

/** What linking from a messenger's chat works with. */
export interface ChatLinkingParts {
  readonly database: Database;
  readonly linking: Pick<Linking, 'openFrom' | 'confirm'>;
  readonly faces: () => readonly BankFace[];
  /** What people know a page or a number by. */
  readonly nameOf: (channel: string, account: string) => string;
  readonly publicUrl: () => string;
}

/** A bank is linked from a chat: the address by a button, and the code that comes back in that chat. */
export function chatLinking(parts: ChatLinkingParts): Required<Pick<ChatWays, 'open' | 'confirm'>> {
  return {
    open: async (who, way, bank) => {
      if (way !== 'link-bank' && way !== 'reconnect') return undefined;
      const locale = await localeOf(parts, who);
      const face = parts.faces().find(({ id }) => id === bank);
      return [face ? await address(parts, who, locale, way, face) : choice(parts, locale)];
    },
    confirm: async (who, said) => {
      const answered = await parts.linking.confirm(who.identityId, said);
      return answered && [ofNoBank(answered.said)];
    },
  };
}

async function localeOf({ database }: ChatLinkingParts, { customerId }: MetPerson): Promise<Locale> {
  return (await findCustomer(database, customerId))?.locale ?? 'en';
}

const banksOf = (faces: readonly BankFace[]): BankFace[] => faces.filter(({ kind }) => kind !== 'shop');

/** Every bank with its button. */
function choice({ faces }: ChatLinkingParts, locale: Locale): Answer {
  return plain(locale, 'chat.link.which', {}, { waysOn: banksOf(faces()).map((face) => wayToLink(locale, face)) });
}

/** The one-time address, behind a button of the message that brings it. */
async function address(
  parts: ChatLinkingParts,
  who: MetPerson,
  locale: Locale,
  way: 'link-bank' | 'reconnect',
  face: BankFace,
): Promise<Answer> {
  const { customerId, identityId, channel, account } = who;
  try {
    const chatName = parts.nameOf(channel, account);
    const path = await parts.linking.openFrom({ customerId, identityId, chatName }, face.id);
    const led: WayOn = way === 'reconnect' ? wayToReconnect(locale, face) : wayToLink(locale, face);
    const isShop = face.kind === 'shop';
    const label = isShop && way === 'link-bank' ? say(locale, 'way.shop') : led.label;
    const waysOn = [{ ...led, label, address: new URL(path, parts.publicUrl()).href }];
    return plain(locale, isShop ? 'chat.connect' : 'chat.link', { bank: face.name }, { waysOn });
  } catch (error) {
    if (isTellerlineError(error, 'link_attempts_too_many')) return plain(locale, 'chat.link.often');
    if (isTellerlineError(error, 'bank_withdrawn')) return plain(locale, 'chat.link.withdrawn', { bank: face.name });
    throw error;
  }
}
