import type { Clock, Log, Random, RateLimit } from '#base';
import type { Controls } from '#controls';
import type { ActTokens } from '#customers';
import type { Database } from '#db';
import type { Delivery } from '#delivery';
import type { CustomerDesk } from '#desk';
import type { Following, Pairing } from '#orders';
import type { ChatWays } from './chat-ways.ts';
import type { PreparedTexts } from './lead-answer.ts';
import type { TalkCards } from './talk-card.ts';
import type { MoneySources } from './vault-money.ts';

/** What talking works with. */
export interface TalkParts extends MoneySources {
  readonly database: Database;
  readonly delivery: Delivery;
  /** What is done at banks for their customers. */
  readonly controls: Pick<
    Controls,
    'request' | 'cards' | 'statements' | 'alerts' | 'disputes' | 'casePictures' | 'goesOn'
  >;
  readonly acts: ActTokens;
  /** Parts a receipt from its purchase, and knows which belongs to one. */
  readonly pairing: Pick<Pairing, 'undo' | 'receiptsOf' | 'pairedAmong'>;
  /** The banks' staff, as their customers reach them. */
  readonly desk: CustomerDesk;
  /** The cards of talks with them. */
  readonly talkCards: TalkCards;
  /** Follows parcels by their numbers. */
  readonly following: Pick<Following, 'follow' | 'unfollow' | 'followed'>;
  /** The texts that banks have written, as they stand just now. */
  readonly prepared: PreparedTexts;
  /** How much one customer may say in a minute. */
  readonly messages: RateLimit;
  /** What a chat at a messenger leads to elsewhere. */
  readonly ways?: ChatWays;
  /** Our public origin. */
  readonly publicUrl: () => string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}
