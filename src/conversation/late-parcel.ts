import { isTellerlineError, type CustomerId, type LinkId } from '#base';
import { gistOfParcel, type Locale, type ParcelCard } from '#contract';
import { taskActor } from '#vault';
import { namedIn } from './dispute-words.ts';
import { disputableFrom } from './disputing.ts';
import type { TalkParts } from './talk-parts.ts';
import type { Answer } from './turn.ts';

interface Known {
  readonly linkId: LinkId;
  readonly card: ParcelCard;
}

/**
 * "My package has not arrived": the parcel that is meant, as it stands; one that is still on its way before one that was
 * delivered, and of those the one that moved last. Undefined when nobody told of one. `isOfShop`: the words name a shop
 * of the customer's purchases, so that only its own parcel is meant.
 */
export async function parcelMeant(
  parts: Pick<TalkParts, 'linking' | 'vault' | 'clock'>,
  customerId: CustomerId,
  words: readonly string[],
  locale: Locale,
  isOfShop: boolean,
): Promise<Answer | undefined> {
  const links = await parts.linking.links(customerId);
  const shared = links.filter(({ purposes, unreadable }) => purposes.includes('shipping') && !unreadable);
  const all = (await Promise.all(shared.map(({ linkId }) => parcelsOf(parts, customerId, linkId)))).flat();
  const named = all.filter(({ card }) => namedIn(words, card.shop ?? '') > 0);
  const [first] = (named.length > 0 || isOfShop ? named : all).toSorted(inOrder);
  if (!first) return undefined;
  const { linkId, card } = first;
  return {
    content: { kind: 'card', card, text: gistOfParcel(card, locale) },
    derivedFrom: linkId,
    purpose: 'shipping',
  };
}

async function parcelsOf(
  { vault, clock }: Pick<TalkParts, 'vault' | 'clock'>,
  customerId: CustomerId,
  linkId: LinkId,
): Promise<readonly Known[]> {
  const actor = taskActor('answer', customerId);
  const use = { actor, purpose: 'shipping', linkId, fields: ['parcel'], reason: 'question-answered' } as const;
  try {
    const opened = await vault.gate.records(use, { kind: 'parcel', ...disputableFrom(clock.nowMs()) });
    return opened.use((records) =>
      records.flatMap(({ content }) => (content.kind === 'parcel' ? [{ linkId, card: content.parcel }] : [])),
    );
  } catch (error) {
    // What cannot be read now is not shown; what was asked about the purchase is answered all the same.
    const isExpected = ['link_ended', 'purpose_not_consented', 'key_service_unavailable'].some((code) =>
      isTellerlineError(error, code),
    );
    if (!isExpected) throw error;
    return [];
  }
}

const lastMoved = ({ card }: Known): number => Math.max(0, ...card.steps.map(({ at }) => (at ? Date.parse(at) : 0)));

const isOver = ({ card }: Known): boolean => card.state === 'delivered' || card.state === 'returned';

const inOrder = (one: Known, other: Known): number =>
  Number(isOver(one)) - Number(isOver(other)) || lastMoved(other) - lastMoved(one);
