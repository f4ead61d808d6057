import type { LinkId } from '#base';
import { dateWords, gistOfParcel, isCarrierId, type ParcelCard } from '#contract';
import { recogniseAll, trackingAddress, type TrackingNumber } from '#orders';
import { followButton, unfollowButton, valuesOf } from './following.ts';
import type { Slots } from './frame.ts';
import { ofNoBank, plain, telling, wayToLink, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** "Connect Northwind Books", "my code for Northwind Books": the way to its disclosure, or the code. */
export async function answerShop({ locale, timeZone, money }: Turn, slots: Slots): Promise<Answer[]> {
  const shops = money.shops();
  // A carrier is no shop to choose from; whoever names it means it.
  const meant = shops.filter(({ id }) => (slots.bank === undefined ? !isCarrierId(id) : id === slots.bank));
  if (meant.length === 0) return [plain(locale, 'shop.none')];
  const [only] = meant;
  if (slots.bank === undefined || !only) {
    const waysOn = meant.map((shop) => wayToShop(locale, shop, shop.name));
    return [plain(locale, 'shop.which', {}, { waysOn })];
  }
  const linked = (await money.shopLinks()).find((link) => link.bank.id === only.id);
  if (!linked) {
    const way = wayToShop(locale, only, say(locale, 'way.shop'));
    const connect = isCarrierId(only.id) ? 'carrier.connect' : 'shop.connect';
    return [plain(locale, connect, { shop: only.name }, { waysOn: [way] })];
  }
  if (isCarrierId(only.id)) return [telling(linked, null, say(locale, 'carrier.how', { shop: only.name }))];
  const code = await money.shopCode(linked.linkId);
  if (code === undefined) return [plain(locale, 'unreadable', { bank: only.name })];
  const date = dateWords(linked.expiresAt, locale, timeZone);
  // Shown as much as what it is for.
  const purpose = linked.purposes.includes('receipts') ? 'receipts' : 'shipping';
  return [telling(linked, purpose, say(locale, 'shop.code', { shop: only.name, code, date }))];
}

/** The text above says the rest: a button of Messenger or WhatsApp holds 20 characters. */
const wayToShop = (locale: Turn['locale'], shop: { readonly id: string; readonly name: string }, label: string) => ({
  ...wayToLink(locale, shop),
  label,
});

/** A tracking number that the customer typed: whose it is, and the parcel itself where a shop has told of it. */
export async function answerTrack(turn: Turn, { tracking = [] }: Slots): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const [at, typed] of tracking.entries()) {
    const [known, ...others] = recogniseAll(typed);
    if (!known) continue;
    const found = await turn.money.parcel(known.number);
    answers.push(found ? await standing(turn, found, known, at) : await offered(turn, known, others, at));
  }
  return answers.length > 0 ? answers : [plain(turn.locale, 'unsure.nothing')];
}

/** The parcel as it stands; one that is followed by its number can be let go. */
async function standing(
  { locale, parcels }: Turn,
  { linkId, card }: { linkId: LinkId; card: ParcelCard },
  { number }: TrackingNumber,
  at: number,
): Promise<Answer> {
  const content = { kind: 'card', card, text: gistOfParcel(card, locale) } as const;
  const followed = await parcels.followed(number);
  const asks = followed === linkId ? [unfollowButton(linkId, { said: parcels.said, at, carrier: '' }, locale)] : [];
  return { content, derivedFrom: linkId, purpose: 'shipping', ...(asks.length > 0 && { asks }) };
}

/** A number that nobody has told of: followed already, to be followed by a button, or only named. */
async function offered(
  turn: Turn,
  known: TrackingNumber,
  others: readonly TrackingNumber[],
  at: number,
): Promise<Answer> {
  const { locale, parcels, money } = turn;
  const carrier = money.shops().find(({ id }) => isCarrierId(id));
  if (!carrier) return named(turn, known, others);
  const link = (await money.shopLinks()).find((one) => one.bank.id === carrier.id && !one.unreadable);
  const values = valuesOf(known.number, carrier.name);
  if (!link) {
    const { content } = named(turn, known, others);
    const connect = say(locale, 'track.connect', values);
    const waysOn = [wayToShop(locale, carrier, say(locale, 'way.shop'))];
    return ofNoBank(`${content.text} ${connect}`, { waysOn });
  }
  const parcel = { said: parcels.said, at, carrier: carrier.id };
  if ((await parcels.followed(known.number)) !== undefined)
    return telling(link, 'shipping', say(locale, 'track.following', values), {
      asks: [unfollowButton(link.linkId, parcel, locale)],
    });
  return telling(link, 'shipping', `${whose(turn, known, others)} ${say(locale, 'track.follow', values)}`, {
    asks: [followButton(link.linkId, parcel, locale)],
  });
}

function whose({ locale }: Turn, known: TrackingNumber, others: readonly TrackingNumber[]): string {
  const names = [...new Set([known, ...others].map((one) => one.carrierName))];
  const key = names.length > 1 ? 'track.either' : 'track.carrier';
  return say(locale, key, { carrier: known.carrierName, last4: known.number.slice(-4), other: names[1] ?? '' });
}

function named(turn: Turn, known: TrackingNumber, others: readonly TrackingNumber[]): Answer {
  const { locale } = turn;
  const carrier = known.carrierName;
  const address = trackingAddress(known);
  const where =
    address === undefined ? say(locale, 'track.ask', { carrier }) : say(locale, 'track.at', { carrier, address });
  return ofNoBank(`${whose(turn, known, others)} ${where}`);
}
