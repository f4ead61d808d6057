import { newId, TellerlineError, type BankId, type CustomerId, type LinkId, type MessageId } from '#base';
import type { BankFace, Locale } from '#contract';
import { findCustomer, type Act } from '#customers';
import type { Transaction } from '#db';
import type { Delivery } from '#delivery';
import { recogniseAll, trackingNumbersIn, type Following, type FollowingTell } from '#orders';
import type { TalkParts } from './talk-parts.ts';
import type { Answer, Ask } from './turn.ts';
import { say } from './words.ts';

/** What is known of the parcels that a customer follows by their numbers. */
export interface CustomerParcels {
  /** The message that is being answered, in which the numbers stand. */
  readonly said: MessageId;
  /** The link under which a number is followed; undefined when it is not. */
  followed(trackingNumber: string): Promise<LinkId | undefined>;
}

/** One customer's, over the database. */
export function customerParcels(
  {
    database,
    following,
  }: { readonly database: TalkParts['database']; readonly following: Pick<Following, 'followed'> },
  { customerId, messageId }: { readonly customerId: CustomerId; readonly messageId: MessageId },
): CustomerParcels {
  return { said: messageId, followed: (number) => following.followed(database, customerId, number) };
}

/** The button that follows a number, the so-manieth of what the customer said; the number stays out of its token. */
export const followButton = (linkId: LinkId, parcel: NonNullable<Act['parcel']>, locale: Locale): Ask => ({
  act: 'follow-parcel',
  linkId,
  parcel,
  label: say(locale, 'act.follow'),
  weight: 'main',
});

/** The button that ends it. */
export const unfollowButton = (linkId: LinkId, parcel: NonNullable<Act['parcel']>, locale: Locale): Ask => ({
  act: 'unfollow-parcel',
  linkId,
  parcel,
  label: say(locale, 'act.unfollow'),
  weight: 'plain',
});

/** Carries out either button; answers what is said of it. */
export async function carryOutFollow(
  { delivery, following, faces }: Pick<TalkParts, 'delivery' | 'following' | 'faces'>,
  tx: Transaction,
  act: Act,
): Promise<Answer> {
  const { customerId, conversationId, linkId, parcel } = act;
  if (!linkId || !parcel) throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat.');
  const thread = { customerId, conversationId };
  const said = await delivery.ownMessage(tx, thread, parcel.said);
  const number = said?.content.kind === 'text' ? trackingNumbersIn(said.content.text)[parcel.at]?.number : undefined;
  if (number === undefined)
    throw new TellerlineError('parcel_unknown', 410, 'The message with that number is gone. Send the number again.');
  const locale = (await findCustomer(tx, customerId))?.locale ?? 'en';
  if (act.act === 'unfollow-parcel') {
    await following.unfollow(tx, thread, { linkId, trackingNumber: number });
    return told(linkId, say(locale, 'track.stopped', valuesOf(number, '')));
  }
  const bankId = parcel.carrier as BankId;
  await following.follow(tx, { customerId, linkId, bankId, trackingNumber: number });
  const source = nameOf(faces(), bankId);
  const asks = [unfollowButton(linkId, parcel, locale)];
  return { ...told(linkId, say(locale, 'track.following', valuesOf(number, source))), asks };
}

/** Says that a carrier does not follow a parcel after all. */
export function tellNotFollowed(parts: {
  readonly delivery: Pick<Delivery, 'threadsOf' | 'write'>;
  readonly faces: () => readonly BankFace[];
  readonly clock: TalkParts['clock'];
}): FollowingTell {
  return async (tx, { customerId, linkId, bankId, trackingNumber }, why) => {
    const { delivery } = parts;
    const customer = await findCustomer(tx, customerId);
    const thread = (await delivery.threadsOf(tx, [customerId])).get(customerId);
    if (!customer || !thread) return;
    const values = valuesOf(trackingNumber, nameOf(parts.faces(), bankId));
    const text = say(customer.locale, why === 'refused' ? 'track.refused' : 'track.unasked', values);
    const said = { content: { kind: 'text', text } } as const;
    const body = { from: 'link', linkId, purpose: 'shipping', said } as const;
    const change = { ...thread, entry: 'message', messageId: newId<MessageId>(), author: 'tellerline' } as const;
    await delivery.write(tx, [{ ...change, atMs: parts.clock.nowMs(), body }]);
  };
}

/** What the sentences name: whose number it is, its end, and who follows it. */
export function valuesOf(trackingNumber: string, source: string): { carrier: string; last4: string; source: string } {
  const carrier = recogniseAll(trackingNumber)[0]?.carrierName ?? source;
  return { carrier, last4: trackingNumber.slice(-4), source };
}

const nameOf = (faces: readonly BankFace[], id: string): string => faces.find((face) => face.id === id)?.name ?? '';

const told = (linkId: LinkId, text: string): Answer => ({
  content: { kind: 'text', text },
  derivedFrom: linkId,
  purpose: 'shipping',
});
