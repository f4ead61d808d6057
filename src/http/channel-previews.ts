import type { BankFace, Card, ChannelPreview, Content, Detail, Locale, Message, Purpose } from '#contract';
import { atDetail, DETAILS, gistOfBalance, gistOfTransaction, pointerWords, TOLD_PURPOSES } from '#contract';
import type { Channel, ShownThere } from '#delivery';

/** How and for whom previews are drawn. */
export interface PreviewsFor {
  readonly locale: Locale;
  readonly timeZone: string;
  readonly bank: BankFace;
  readonly publicUrl: string;
  readonly nowMs: number;
}

/**
 * What would stand in a messenger, by purpose and level: an example, drawn by what draws the messages themselves, so
 * that nothing else can come. Push and e-mail say at every level that there is something, and no more.
 *
 * @param draw how the messenger draws; undefined of what is none
 */
export function previewsOf(channel: string, draw: Channel['preview'], of: PreviewsFor): ChannelPreview[] {
  return TOLD_PURPOSES.flatMap((purpose) =>
    DETAILS.map((detail): ChannelPreview => ({ channel, purpose, detail, ...shown(draw, purpose, detail, of) })),
  );
}

function shown(draw: Channel['preview'], purpose: Purpose, detail: Detail, of: PreviewsFor): ShownThere {
  if (!draw) return { parts: [{ text: pointerWords(of.locale) }], buttons: [] };
  const { locale, timeZone, publicUrl, bank } = of;
  return draw(atDetail(exampleOf(purpose, of), true, detail, locale), {
    detail,
    locale,
    timeZone,
    purpose,
    viewAddress: detail === 'full' ? undefined : new URL('/v#', publicUrl).href,
    publicUrl,
    faces: [bank],
  });
}

function exampleOf(purpose: Purpose, of: PreviewsFor): Message {
  return {
    id: '00000000-0000-7000-8000-000000000000',
    revision: 1,
    author: 'bank',
    at: new Date(of.nowMs).toISOString(),
    content: contentOf(purpose === 'balances' ? balance(of) : purchase(of), of),
  };
}

function contentOf(card: Extract<Card, { card: 'balance' | 'transaction' }>, { bank, locale }: PreviewsFor): Content {
  const text = card.card === 'balance' ? gistOfBalance(card, bank.name, locale) : gistOfTransaction(card, locale);
  return { kind: 'card', card, text };
}

function balance({ bank, nowMs }: PreviewsFor): Extract<Card, { card: 'balance' }> {
  const asOf = new Date(nowMs).toISOString();
  return {
    card: 'balance',
    bank: bank.id,
    accounts: [
      {
        kind: 'checking',
        last4: '4417',
        balance: { current: '2383.42', available: '2318.42', currency: 'USD', asOf },
      },
    ],
  };
}

function purchase({ bank, nowMs, timeZone }: PreviewsFor): Extract<Card, { card: 'transaction' }> {
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs);
  return {
    card: 'transaction',
    bank: bank.id,
    account: { kind: 'card', last4: '2291' },
    transaction: {
      id: 'example',
      status: 'authorized',
      amount: '65.70',
      currency: 'USD',
      direction: 'debit',
      occurredAt: now.toString(),
      localDate: now.toZonedDateTimeISO(timeZone).toPlainDate().toString(),
      description: 'STROMAN & HUDSON WESTERVILLE OH',
      merchant: {
        name: 'Stroman & Hudson',
        category: '5541',
        address: { city: 'Westerville', region: 'OH', country: 'US' },
      },
      cardLast4: '2291',
    },
  };
}
