import type { BankFace, Card, ChannelPreview, Content, Detail, Locale, Message, Purpose } from '#contract';
import { atDetail, DETAILS, gistOfBalance, gistOfTransaction, pointerWords, TOLD_PURPOSES } from '#contract';
import { renderMessenger } from '#channels/messenger';
import { renderWhatsApp } from '#channels/whatsapp';

/** How and for whom previews are drawn. */
export interface PreviewsFor {
  readonly locale: Locale;
  readonly timeZone: string;
  readonly bank: BankFace;
  readonly publicUrl: string;
  readonly nowMs: number;
}

type Drawn = Pick<ChannelPreview, 'parts' | 'buttons'>;

/**
 * What would stand in a messenger, by purpose and level: an example, drawn by what draws the messages themselves, so
 * that nothing else can come. Push and e-mail say at every level that there is something, and no more.
 */
export function previewsOf(channel: string, of: PreviewsFor): ChannelPreview[] {
  return TOLD_PURPOSES.flatMap((purpose) =>
    DETAILS.map((detail): ChannelPreview => ({ channel, purpose, detail, ...drawn(channel, purpose, detail, of) })),
  );
}

function drawn(channel: string, purpose: Purpose, detail: Detail, of: PreviewsFor): Drawn {
  const message = atDetail(exampleOf(purpose, of), true, detail, of.locale);
  const rendering = {
    detail,
    locale: of.locale,
    timeZone: of.timeZone,
    purpose,
    window: 'free',
    viewAddress: detail === 'full' ? undefined : new URL('/v#', of.publicUrl).href,
    publicUrl: of.publicUrl,
    faces: [of.bank],
  } as const;
  if (channel === 'messenger') return together(renderMessenger(message, rendering).map(ofMessenger));
  if (channel === 'whatsapp') return together(renderWhatsApp(message, rendering).map(ofWhatsApp));
  return { parts: [{ text: pointerWords(of.locale) }], buttons: [] };
}

const together = (drawn: readonly Drawn[]): Drawn => ({
  parts: drawn.flatMap(({ parts }) => parts),
  buttons: drawn.flatMap(({ buttons }) => buttons),
});

function ofMessenger(body: ReturnType<typeof renderMessenger>[number]): Drawn {
  const { message } = body;
  if ('text' in message) return { parts: [{ text: message.text }], buttons: [] };
  if (!('attachment' in message) || message.attachment.type !== 'template') return { parts: [], buttons: [] };
  const { payload } = message.attachment;
  if (payload.template_type === 'button') {
    return { parts: [{ text: payload.text }], buttons: payload.buttons.map(({ title }) => title) };
  }
  if (payload.template_type !== 'generic') return { parts: [], buttons: [] };
  return {
    parts: payload.elements.map(({ title, subtitle }) => ({ title, text: subtitle ?? '' })),
    buttons: payload.elements.flatMap(({ buttons = [] }) => buttons.map(({ title }) => title)),
  };
}

function ofWhatsApp(body: ReturnType<typeof renderWhatsApp>[number]): Drawn {
  if (body.type === 'text') return { parts: [{ text: body.text.body }], buttons: [] };
  if (body.type !== 'interactive') return { parts: [], buttons: [] };
  const { interactive } = body;
  const parts = [{ text: interactive.body.text }];
  if (interactive.type === 'button') {
    return { parts, buttons: interactive.action.buttons.map(({ reply }) => reply.title) };
  }
  if (interactive.type === 'cta_url') return { parts, buttons: [interactive.action.parameters.display_text] };
  return { parts, buttons: [interactive.action.button] };
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
