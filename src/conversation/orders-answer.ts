import { gistOfParcel, gistOfReceipt, isCarrierId } from '#contract';
import { wordsOf } from './fold.ts';
import type { Slots } from './frame.ts';
import type { LinkOfCustomer, OfLink } from './money.ts';
import { plain, showing, telling, wayToLink, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** Parcels and receipts that shops and carriers have told of, when they are asked for: the cards as they stand. */

/** So many cards are one answer. */
const shownMax = 5;
const receiptsShown = 3;

/** "Where is my parcel": those that are on the way; where none is, the last one that came. */
export async function answerParcels(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale, money } = turn;
  const links = await sharing(turn, 'shipping', slots);
  if (links.length === 0) return [unshared(turn, 'parcels.unshared', slots)];
  const told = await money.parcels(links.map(({ linkId }) => linkId));
  const newest = told.toSorted((a, b) => lastSeen(b.card).localeCompare(lastSeen(a.card)));
  const under = newest.filter(({ card }) => card.state !== 'delivered' && card.state !== 'returned');
  const shown = under.length > 0 ? under.slice(0, shownMax) : newest.slice(0, 1);
  if (shown.length === 0) return [none(links, 'shipping', say(locale, 'parcels.none'))];
  const key = under.length > 0 ? 'parcels.on' : 'parcels.last';
  const cards = shown.flatMap(({ linkId, card }) => {
    const link = links.find((one) => one.linkId === linkId);
    return link ? [showing(link, 'shipping', card, gistOfParcel(card, locale))] : [];
  });
  return [none(links, 'shipping', say(locale, key, { count: under.length })), ...cards];
}

const lastSeen = (card: OfLink<'parcel'>['card']): string => card.steps.at(-1)?.at ?? '';

/** "Show my receipts", "the receipt from Halden & Row": the newest ones. */
export async function answerReceipts(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale, money } = turn;
  const links = await sharing(turn, 'receipts', slots);
  if (links.length === 0) return [unshared(turn, 'receipts.unshared', slots)];
  const told = await money.receipts(links.map(({ linkId }) => linkId));
  const wanted = wordsOf(slots.shop ?? '');
  const shown = told
    .filter(({ card }) => wanted.every((word) => wordsOf(card.shop).includes(word)))
    .toSorted((a, b) => (b.card.orderedAt ?? '').localeCompare(a.card.orderedAt ?? ''))
    .slice(0, slots.count ?? receiptsShown);
  if (shown.length === 0) {
    const text =
      slots.shop === undefined ? say(locale, 'receipts.none') : say(locale, 'receipts.none.of', { shop: slots.shop });
    return [none(links, 'receipts', text)];
  }
  const cards = shown.flatMap(({ linkId, card }) => {
    const link = links.find((one) => one.linkId === linkId);
    return link ? [showing(link, 'receipts', card, gistOfReceipt(card, locale))] : [];
  });
  return [none(links, 'receipts', say(locale, 'receipts.newest', { count: shown.length })), ...cards];
}

/** The shops and carriers, or the one that was named, whose data may be read for that. */
async function sharing(
  { money }: Turn,
  purpose: 'shipping' | 'receipts',
  { bank }: Slots,
): Promise<readonly LinkOfCustomer[]> {
  return (await money.shopLinks()).filter(
    (link) =>
      link.unreadable !== true &&
      link.purposes.includes(purpose) &&
      (bank === undefined || link.bank.id === bank) &&
      (purpose === 'shipping' || !isCarrierId(link.bank.id)),
  );
}

/** Nobody tells of it here; a shop that was named and is not connected can be. */
function unshared({ locale, money }: Turn, key: 'parcels.unshared' | 'receipts.unshared', { bank }: Slots): Answer {
  if (bank === undefined) return plain(locale, key);
  const shop = money.shops().find(({ id }) => id === bank);
  const name = (shop ?? money.banks().find(({ id }) => id === bank))?.name ?? '';
  const waysOn = shop ? [{ ...wayToLink(locale, shop), label: say(locale, 'way.shop') }] : [];
  return plain(locale, 'orders.unshared.of', { shop: name }, { waysOn });
}

/** Words that say what several links hold, and go with any of them. */
function none(links: readonly LinkOfCustomer[], purpose: 'shipping' | 'receipts', text: string): Answer {
  const [first, ...others] = links;
  if (!first) throw new TypeError('no link was read');
  const answer = telling(first, purpose, text);
  return others.length === 0 ? answer : { ...answer, alsoDerivedFrom: others.map(({ linkId }) => linkId) };
}
