import type { Clock, Log, Meter } from '#base';
import type { Email } from '#channels/email';
import type { PictureAddresses } from '#channels/pictures';
import type { Push } from '#channels/push';
import type { BankFace } from '#contract';
import type { ChannelChoices, Talk } from '#conversation';
import type { Controls } from '#controls';
import type { Following } from '#orders';
import type { SignIn } from '#customers';
import type { Database } from '#db';
import type { Desk, StaffSignIn } from '#desk';
import type { Channel, Delivery, Receiving } from '#delivery';
import type { Intake } from '#intake';
import type { Linking } from '#linking';
import type { ProofLog } from '#proof';
import type { Vault } from '#vault';
import type { Admission } from './admission.ts';
import type { Operator } from './operator.ts';

/** What the listeners call. */
export interface HttpParts {
  /** As a role that reads no keys and nothing sealed: `webRights`. */
  readonly database: Database;
  readonly vault: Vault;
  readonly proof: ProofLog;
  readonly delivery: Delivery;
  readonly linking: Linking;
  readonly intake: Intake;
  readonly receiving: Receiving;
  readonly talk: Talk;
  readonly controls: Controls;
  readonly desk: Desk;
  readonly following: Pick<Following, 'held' | 'tidy'>;
  readonly signIn: SignIn;
  /** Who of which bank's staff sits at a desk. */
  readonly staffSignIn: StaffSignIn;
  /** Who runs the hub, at the pages that concern every bank. */
  readonly operator: Operator;
  readonly pictures: PictureAddresses;
  readonly push: Push;
  readonly email: Email;
  readonly channelChoices: ChannelChoices;
  /** The messengers at which people write to us, besides the browsers. */
  readonly channels: readonly Pick<Channel, 'channel' | 'name' | 'hasWindow' | 'preview'>[];
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly admission: Admission;
  /** Everything that is counted, in Prometheus' text form. */
  readonly metrics: () => Promise<string>;
  readonly faces: () => readonly BankFace[];
  /** Our public keys as a client of the banks, for `/.well-known/jwks.json`. */
  readonly clientJwks: () => object;
  /** Our public origin, such as https://chat.example.com. */
  readonly publicUrl: () => string;
  /** The origin by which staff reach their listener, such as https://desk.example.com. */
  readonly staffUrl: () => string;
  /** Pages of the same site that may frame the messenger. */
  readonly embedOrigins: readonly string[];
  readonly trustProxy: false | string[];
}
