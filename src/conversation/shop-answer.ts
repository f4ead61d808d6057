import type { LinkId } from '#base';
import { dateWords, gistOfParcel, type ParcelCard } from '#contract';
import { recogniseAll, trackingAddress, type TrackingNumber } from '#orders';
import type { Slots } from './frame.ts';
import { plain, telling, wayToLink, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** "Connect Northwind Books", "my code for Northwind Books": the way to its disclosure, or the code. */
export async function answerShop({ locale, timeZone, money }: Turn, slots: Slots): Promise<Answer[]> {
  const shops = money.shops();
  const meant = slots.bank === undefined ? shops : shops.filter(({ id }) => id === slots.bank);
  if (meant.length === 0) return [plain(locale, 'shop.none')];
  const [only] = meant;
  if (slots.bank === undefined || !only) {
    const waysOn = meant.map((shop) => wayToShop(locale, shop, shop.name));
    return [plain(locale, 'shop.which', {}, { waysOn })];
  }
  const linked = (await money.shopLinks()).find((link) => link.bank.id === only.id);
  if (!linked) {
    const way = wayToShop(locale, only, say(locale, 'way.shop'));
    return [plain(locale, 'shop.connect', { shop: only.name }, { waysOn: [way] })];
  }
  const code = await money.shopCode(linked.linkId);
  if (code === undefined) return [plain(locale, 'unreadable', { bank: only.name })];
  const date = dateWords(linked.expiresAt, locale, timeZone);
  return [telling(linked, null, say(locale, 'shop.code', { shop: only.name, code, date }))];
}

/** The text above says the rest: a button of Messenger or WhatsApp holds 20 characters. */
const wayToShop = (locale: Turn['locale'], shop: { readonly id: string; readonly name: string }, label: string) => ({
  ...wayToLink(locale, shop),
  label,
});

/** A tracking number that the customer typed: whose it is, and the parcel itself where a shop has told of it. */
export async function answerTrack(turn: Turn, { tracking = [] }: Slots): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const typed of tracking) {
    const [known, ...others] = recogniseAll(typed);
    if (!known) continue;
    const found = await turn.money.parcel(known.number);
    answers.push(found ? followed(turn, found) : unfollowed(turn, known, others));
  }
  return answers.length > 0 ? answers : [plain(turn.locale, 'unsure.nothing')];
}

function followed({ locale }: Turn, { linkId, card }: { linkId: LinkId; card: ParcelCard }): Answer {
  const content = { kind: 'card', card, text: gistOfParcel(card, locale) } as const;
  return { content, derivedFrom: linkId, purpose: 'shipping' };
}

function unfollowed({ locale }: Turn, known: TrackingNumber, others: readonly TrackingNumber[]): Answer {
  const names = [...new Set([known, ...others].map((one) => one.carrierName))];
  const last4 = known.number.slice(-4);
  const carrier = known.carrierName;
  const address = trackingAddress(known);
  const key = names.length > 1 ? 'track.either' : 'track.carrier';
  const who = say(locale, key, { carrier, last4, other: names[1] ?? '' });
  const where =
    address === undefined ? say(locale, 'track.ask', { carrier }) : say(locale, 'track.at', { carrier, address });
  return { content: { kind: 'text', text: `${who} ${where}` }, derivedFrom: null, purpose: null };
}
