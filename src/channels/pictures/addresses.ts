import { createHash } from 'node:crypto';
import {
  limits,
  secretName,
  TellerlineError,
  type Clock,
  type ConversationId,
  type CustomerId,
  type IdentityId,
  type MessageId,
  type Random,
} from '#base';
import { cardIssuer, markOf, type BankFace, type Message, type Purpose } from '#contract';
import { sql, type Database, type Queryable } from '#db';
import type { Delivery } from '#delivery';
import { canDraw, type Face, type Picture, type PictureRequest, type Theme } from './picture.ts';
import type { Pictures } from './drawers.ts';

/** For whom a picture is to be fetched: a message that goes to one channel identity in full. */
export interface PictureOf {
  readonly customerId: CustomerId;
  readonly identityId: IdentityId;
  readonly message: Message;
  readonly purpose: Purpose | null;
  /** Messengers do not say which their screens have; light, unless somebody knows better. */
  readonly theme?: Theme;
}

/** One-use addresses of pictures, and what is behind them. */
export interface PictureAddresses {
  /** The secret part of a fresh address, good once within `limits.pictureMinutesMax`; undefined: there is nothing to draw. */
  mint(of: PictureOf): Promise<string | undefined>;
  /** Whether the address is good; uses nothing up. @throws TellerlineError `picture_unknown`, `picture_gone` */
  look(token: string): Promise<void>;
  /**
   * Uses the address up and draws what the message says now, read through the gate for its channel identity, and
   * only if that is still to have it in full.
   *
   * @throws TellerlineError `picture_unknown` 404, `picture_gone` 410, `pictures_busy` 503, `picture_failed` 500; after the last two it may be asked for again
   */
  open(token: string, signal: AbortSignal): Promise<Picture>;
  /** Draws what is nobody's, to show how it would look. @throws TellerlineError `pictures_busy` 503, `picture_failed` 500 */
  drawExample(request: PictureRequest, signal: AbortSignal): Promise<Picture>;
  /** Forgets addresses that ran out. */
  tidy(nowMs: number): Promise<void>;
  /** Ends the threads that draw. */
  close(): Promise<void>;
}

/** What the addresses work with. */
export interface PictureAddressParts {
  readonly database: Database;
  /** Made later, with the messengers that are given pictures. */
  readonly delivery: () => Pick<Delivery, 'conversationOf' | 'destinations' | 'readFor'>;
  readonly pictures: Pictures;
  readonly faces: () => readonly BankFace[];
  readonly clock: Clock;
  readonly random: Random;
}

interface Row {
  readonly customerId: CustomerId;
  readonly identityId: IdentityId;
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly purpose: Purpose | null;
  readonly theme: Theme;
}

/** Makes the addresses over a database, delivery and drawers. */
export function createPictureAddresses(parts: PictureAddressParts): PictureAddresses {
  const { database, clock } = parts;
  return {
    mint: (of) => mint(parts, of),
    look: async (token) => {
      const [row] = await database.query<{ open: boolean }>(sql`
        select used_at is null and expires_at > ${new Date(clock.nowMs())} as open from picture_addresses
        where token_hash = ${hashOf(token)}`);
      if (!row) throw unknown();
      if (!row.open) throw gone();
    },
    open: async (token, signal) => {
      const row = await take(database, token, clock.nowMs());
      try {
        return await drawn(parts, row, signal);
      } catch (error) {
        // Nothing was shown: whoever asks again may have it.
        if (!(error instanceof TellerlineError) || error.code !== 'picture_gone')
          await database.execute(sql`update picture_addresses set used_at = null where token_hash = ${hashOf(token)}`);
        throw error;
      }
    },
    drawExample: (request, signal) => parts.pictures.drawPicture(request, signal),
    tidy: async (nowMs) => {
      await database.execute(sql`delete from picture_addresses where expires_at < ${new Date(nowMs)}`);
    },
    close: () => parts.pictures.close(),
  };
}

async function mint(parts: PictureAddressParts, of: PictureOf): Promise<string | undefined> {
  const { database, delivery, clock, random } = parts;
  const { content } = of.message;
  if (content.kind !== 'card' || !canDraw(content.card)) return undefined;
  const thread = await delivery().conversationOf(database, of.customerId);
  if (!thread) return undefined;
  parts.pictures.warm();
  const token = secretName(random);
  const expiresAt = new Date(clock.nowMs() + limits.pictureMinutesMax * 60_000);
  await database.execute(sql`
    insert into picture_addresses
      (token_hash, customer_id, identity_id, conversation_id, message_id, purpose, theme, expires_at)
    values (${hashOf(token)}, ${of.customerId}, ${of.identityId}, ${thread.conversationId}, ${of.message.id},
      ${of.purpose}, ${of.theme ?? 'light'}, ${expiresAt})`);
  return token;
}

/** Marks an address as used: of many who ask at once, one. */
async function take(db: Queryable, token: string, nowMs: number): Promise<Row> {
  const now = new Date(nowMs);
  const hash = hashOf(token);
  const [row] = await db.query<Row>(sql`
    update picture_addresses set used_at = ${now} where token_hash = ${hash} and used_at is null and expires_at > ${now}
    returning customer_id as "customerId", identity_id as "identityId", conversation_id as "conversationId",
      message_id as "messageId", purpose, theme`);
  if (row) return row;
  const [known] = await db.query(sql`select 1 from picture_addresses where token_hash = ${hash}`);
  throw known ? gone() : unknown();
}

async function drawn(parts: PictureAddressParts, row: Row, signal: AbortSignal): Promise<Picture> {
  const { customerId, identityId, conversationId, messageId, purpose, theme } = row;
  const destinations = await parts.delivery().destinations(parts.database, { customerId, conversationId });
  const destination = destinations.find((one) => one.identityId === identityId);
  const level = destination && ((purpose && destination.details[purpose]) ?? destination.detail);
  if (!destination || level !== 'full') throw gone();
  const to = { customerId, conversationId, identityId, channel: destination.channel, detail: level };
  const read = (await parts.delivery().readFor(to, [messageId])).get(messageId);
  if (!read || read.message.content.kind !== 'card' || !canDraw(read.message.content.card)) throw gone();
  const { card, text } = read.message.content;
  const { locale, timeZone } = read.manner;
  const nowMs = parts.clock.nowMs();
  const face = faceOf(cardIssuer(card), parts.faces());
  const paid = card.card === 'receipt' || card.card === 'parcel' ? card.purchase : undefined;
  const payer = paid && { payer: faceOf(paid, parts.faces()) };
  return parts.pictures.drawPicture(
    { card, face, ...payer, text, at: read.message.at, nowMs, locale, timeZone, theme },
    signal,
  );
}

/** The face of the bank in the directory; a shop or a carrier has its name and two letters. */
export function faceOf(issuer: ReturnType<typeof cardIssuer>, faces: readonly BankFace[]): Face {
  const known = 'bank' in issuer ? faces.find(({ id }) => id === issuer.bank) : undefined;
  const name = known?.name ?? ('name' in issuer ? issuer.name : issuer.bank);
  return { name, mark: known?.mark ?? markOf(name), accent: known?.accent ?? { light: '', dark: '' } };
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

const unknown = (): TellerlineError =>
  new TellerlineError('picture_unknown', 404, 'There is no picture at this address.');
const gone = (): TellerlineError =>
  new TellerlineError('picture_gone', 410, 'This picture was fetched before, or may no longer be shown.');
