import { systemTimers, TellerlineError, type Clock, type IdentityId, type Log } from '#base';
import { messengerCompose, messengerProfileOf, messengerSender, readMessenger } from '#channels/messenger';
import {
  answerHandshake,
  circuitsIn,
  graphOf,
  isApproved,
  mediaOf,
  verifySignature,
  type ComposeParts,
  type MetaApp,
  type MetaSender,
  type MetaSenderParts,
  type PersonAddress,
  type TemplatePlace,
  type Told,
} from '#channels/meta';
import { readWhatsApp, whatsappCompose, whatsAppProfile, whatsappSender } from '#channels/whatsapp';
import type { BankFace } from '#contract';
import type { Queryable } from '#db';
import type { Channel, Parts } from '#delivery';
import type { PlatformSettings } from './channels-file.ts';

/** What the messengers of Meta are put together from. */
export interface ChannelParts {
  readonly settings: PlatformSettings;
  readonly database: Queryable;
  /** Which parts of deliveries they have; delivery itself is made later, with the messengers. */
  readonly parts: () => Parts;
  /** Where a channel identity is met; undefined: nowhere any more. */
  readonly addressOf: (identityId: IdentityId) => Promise<PersonAddress | undefined>;
  /** A fresh one-time address of the secure view. */
  readonly mintView: (told: Told) => Promise<string>;
  /** A fresh one-use address of a card's picture; undefined when there is none to draw. */
  readonly mintPicture?: (told: Told) => Promise<string | undefined>;
  readonly publicUrl: () => string;
  readonly faces: () => readonly BankFace[];
  /** Another app has the thread with this person. */
  readonly threadAway?: (identityId: IdentityId) => Promise<void>;
  /** How many processes of this hub send; absent: this one alone. */
  readonly processes?: () => number;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience?: Patience;
}

/** How long is waited, where it is not as long as usual. */
export interface Patience {
  /** For an echo or a status, after a call of whose outcome nobody knows. */
  readonly settleMs?: number;
  /** Before one call finds out whether a page that is stopped works again. */
  readonly stoppedMs?: number;
}

/** The messengers of Meta that are set up. */
export interface Channels {
  readonly channels: readonly Channel[];
  /** Asks of each page and number whether its token lives; answers those from which nothing can be sent. */
  checkTokens(): Promise<{ readonly channel: string; readonly name: string; readonly why: string }[]>;
}

/** Puts the messengers together: what each verifies, reads and sends. */
export function createChannels(parts: ChannelParts): Channels {
  const { messenger, whatsapp } = parts.settings;
  const made = [
    ...(messenger ? [messengerOf(messenger, parts)] : []),
    ...(whatsapp ? [whatsappOf(whatsapp, parts)] : []),
  ];
  return {
    channels: made,
    checkTokens: async () => {
      const all = made.map(async ({ channel, checkTokens }) =>
        (await checkTokens()).map((one) => ({ channel, ...one })),
      );
      return (await Promise.all(all)).flat();
    },
  };
}

type MetaChannel = Channel & MetaSender;

function messengerOf(settings: NonNullable<PlatformSettings['messenger']>, parts: ChannelParts): MetaChannel {
  const accounts = settings.pages.map(({ pageId, name, accessToken }) => ({ account: pageId, name, accessToken }));
  const compose = messengerCompose(composeParts('messenger', (account) => account, parts));
  return {
    ...messengerSender({ ...senderParts('messenger', settings, parts), accounts, compose }),
    ...doorOf(settings),
    read: (raw) => readMessenger(raw, settings),
    profile: messengerProfileOf(graphOf(settings), accounts),
    media: mediaOf(settings, accounts),
    nameOf: (account) => accounts.find((one) => one.account === account)?.name,
  };
}

function whatsappOf(settings: NonNullable<PlatformSettings['whatsapp']>, parts: ChannelParts): MetaChannel {
  const { numbers } = settings;
  const accounts = numbers.map(({ phoneNumberId, name, accessToken }) => ({
    account: phoneNumberId,
    name,
    accessToken,
  }));
  // Templates belong to the business account that a number is of.
  const businessOf = (account: string): string =>
    numbers.find(({ phoneNumberId }) => phoneNumberId === account)?.businessAccountId ?? account;
  const compose = whatsappCompose(composeParts('whatsapp', businessOf, parts));
  return {
    ...whatsappSender({ ...senderParts('whatsapp', settings, parts), accounts, compose }),
    ...doorOf(settings),
    read: (raw) => readWhatsApp(raw),
    profile: whatsAppProfile,
    media: mediaOf(settings, accounts),
    nameOf: (account) => accounts.find((one) => one.account === account)?.name,
  };
}

const doorOf = ({ appSecret, verifyToken }: MetaApp): Pick<Channel, 'verify' | 'handshake'> => ({
  verify: (raw, headers) => verifySignature(raw, headers['x-hub-signature-256'], appSecret),
  handshake: (query) => answerHandshake(query, verifyToken),
});

function senderParts(
  channel: TemplatePlace['channel'],
  app: MetaApp,
  parts: ChannelParts,
): Omit<MetaSenderParts<never>, 'accounts' | 'compose'> {
  const { parts: kept, addressOf, threadAway, processes, clock, log, patience } = parts;
  return {
    graph: graphOf(app),
    addressOf,
    circuits: circuitsIn(parts.database, channel),
    ...(threadAway && { threadAway }),
    ...(processes && { processes }),
    parts: {
      begin: (begun) => kept().begin(begun),
      taken: (reference, platformId) => kept().taken(reference, platformId),
    },
    clock,
    timers: systemTimers,
    log,
    ...patience,
  };
}

function composeParts(
  channel: TemplatePlace['channel'],
  templatesOf: (account: string) => string,
  { database, mintView, mintPicture, publicUrl, faces, clock }: ChannelParts,
): ComposeParts {
  return {
    mintView,
    ...(mintPicture && { mintPicture }),
    isApproved: (account, template) => isApproved(database, { channel, account: templatesOf(account), ...template }),
    publicUrl,
    faces,
    clock,
  };
}

/** Where templates are kept in step: at each page, and once at each business account. */
export function templatePlaces({ messenger, whatsapp }: PlatformSettings): TemplatePlace[] {
  const pages = messenger?.pages.map(({ pageId, accessToken }): TemplatePlace => {
    return { channel: 'messenger', account: pageId, accessToken, graph: graphOf(messenger) };
  });
  const accounts = new Map(whatsapp?.numbers.map((one) => [one.businessAccountId, one.accessToken]));
  const businesses = [...accounts].map(([account, accessToken]): TemplatePlace => {
    if (!whatsapp) throw new TellerlineError('channels_invalid', 500, 'There is no WhatsApp.');
    return { channel: 'whatsapp', account, accessToken, graph: graphOf(whatsapp) };
  });
  return [...(pages ?? []), ...businesses];
}
