export { createAddresses, type Addresses, type KnownAddress, type OpenAddress } from './addresses.ts';
export type {
  Address,
  Channel,
  DeadLetter,
  Doing,
  Evidence,
  FromPerson,
  FromPlatform,
  MediaFetched,
  MediaSource,
  PersonIds,
  PersonProfile,
  PreviewAs,
  Reading,
  TemplateSaid,
  Upkeep,
} from './channel.ts';
export type {
  ChannelKind,
  ChannelParts,
  ConfiguredChannel,
  Patience,
  Examination,
  Finding,
  SettingsSection,
  SetUpDone,
  SetUpParts,
  Told,
} from './channel-kind.ts';
export { cardWordsOf } from './card-texts.ts';
export type { Audience, Body, Change, Said, Thread, Written } from './change.ts';
export type { Accompanied } from './companions.ts';
export { createDelivery, type Delivery } from './delivery.ts';
export type { Manner } from './draw.ts';
export type { MessageOrigin } from './origin.ts';
export type { Outlet, Outlets } from './outlets.ts';
export type { Span } from './page.ts';
export type { Arrivals, Arrived, MetPerson, PictureTaken } from './receiving/arrivals.ts';
export { encodeAnew, pictureForBank } from './receiving/pictures.ts';
export type { HeldAtMessengers } from './receiving/held.ts';
export { countDeadLetters, replayDeadLetters, uuidOf, type DeadLetters } from './receiving/inbox.ts';
export { createReceiving, type DeliverySettles, type Receiving } from './receiving/receiving.ts';
export type { ViewOf, Views } from './views.ts';
export type { Destination, DestinationChoice, KeptDestination } from './sending/destinations.ts';
export type { Parts } from './sending/parts.ts';
export { readReference, referenceText, type CallReference } from './sending/reference.ts';
export type { Detail, Dispatch, Failed, Outcome, Sender, ToldFailed } from './sending/sender.ts';
export { windowOf, type Window } from './window.ts';
