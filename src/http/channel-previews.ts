import type {
  BalanceCard,
  BankFace,
  ChannelPreview,
  Content,
  Detail,
  DrawnMessage,
  Locale,
  Message,
  TransactionCard,
} from '#contract';
import { atDetail, DETAILS, gistOfBalance, gistOfTransaction, pointerWords, TOLD_PURPOSES } from '#contract';
import { newsWords } from '#channels/email';
import { templateWords } from '#channels/meta';
import { renderMessenger } from '#channels/messenger';
import type { PictureRequest } from '#channels/pictures';
import { renderWhatsApp } from '#channels/whatsapp';

/** How and for whom previews are drawn. */
export interface PreviewsFor {
  readonly locale: Locale;
  readonly timeZone: string;
  readonly bank: BankFace;
  readonly publicUrl: string;
  readonly nowMs: number;
}

/** What is told of in an example. */
export type ToldPurpose = (typeof TOLD_PURPOSES)[number];

/** Under what a bank told stands a reference of six signs: such as this one. */
const reference = '4F9A2C';

/**
 * What would stand in a messenger, by purpose and level: an example, drawn by what draws the messages themselves, so
 * that nothing else can come. Web push and e-mail say at every level that there is something, and no more.
 */
export function previewsOf(channel: string, of: PreviewsFor): ChannelPreview[] {
  return TOLD_PURPOSES.flatMap((purpose) =>
    DETAILS.map((detail): ChannelPreview => {
      const later = drawn(channel, { purpose, detail, window: 'template' }, of);
      return {
        channel,
        purpose,
        detail,
        ...(drawn(channel, { purpose, detail, window: 'free' }, of) ?? notice(channel, of.locale)),
        ...(later && { later }),
      };
    }),
  );
}

/** The picture that stands with the example at `full`: as messengers get it, in light. */
export function examplePicture(purpose: ToldPurpose, of: PreviewsFor): PictureRequest {
  const card = cardOf(purpose, of);
  const { name, mark, accent } = of.bank;
  return {
    card,
    face: { name, mark, accent },
    text: contentOf(card, of).text,
    at: new Date(of.nowMs).toISOString(),
    nowMs: of.nowMs,
    locale: of.locale,
    timeZone: of.timeZone,
    theme: 'light',
  };
}

interface Form {
  readonly purpose: ToldPurpose;
  readonly detail: Detail;
  readonly window: 'free' | 'template';
}

/** Undefined of a channel that is no messenger. */
function drawn(channel: string, { purpose, detail, window }: Form, of: PreviewsFor): DrawnMessage | undefined {
  const message = atDetail(exampleOf(purpose, of), true, detail, of.locale);
  const isFree = window === 'free';
  const rendering = {
    detail,
    locale: of.locale,
    timeZone: of.timeZone,
    purpose,
    window,
    viewAddress: detail === 'full' && isFree ? undefined : `${of.publicUrl}/v#`,
    pictureAddress: detail === 'full' && isFree ? `/api/channels/examples/${purpose}` : undefined,
    publicUrl: of.publicUrl,
    reference,
    faces: [of.bank],
  } as const;
  if (channel === 'messenger')
    return together(renderMessenger(message, rendering).map((body) => ofMessenger(body, of)));
  if (channel === 'whatsapp') return together(renderWhatsApp(message, rendering).map((body) => ofWhatsApp(body, of)));
  return undefined;
}

function notice(channel: string, locale: Locale): DrawnMessage {
  if (channel !== 'email') return { parts: [{ text: pointerWords(locale) }], buttons: [] };
  const { subject, text, open } = newsWords(locale);
  return { parts: [{ title: subject, text }], buttons: [open] };
}

const together = (drawn: readonly DrawnMessage[]): DrawnMessage => ({
  parts: drawn.flatMap(({ parts }) => parts),
  buttons: drawn.flatMap(({ buttons }) => buttons),
});

function ofMessenger({ message }: ReturnType<typeof renderMessenger>[number], of: PreviewsFor): DrawnMessage {
  if ('template' in message) return ofTemplate(message.template, of);
  if ('text' in message) return { parts: [{ text: message.text }], buttons: [] };
  const { attachment } = message;
  if (attachment.type === 'image') return { parts: [{ picture: attachment.payload.url, text: '' }], buttons: [] };
  const { payload } = attachment;
  switch (payload.template_type) {
    case 'button':
      return { parts: [{ text: payload.text }], buttons: payload.buttons.map(({ title }) => title) };
    case 'generic':
      return {
        parts: payload.elements.map(({ title, subtitle = '', image_url: picture }) => ({
          ...(picture !== undefined && { picture }),
          title,
          text: subtitle,
        })),
        buttons: payload.elements.flatMap(({ buttons = [] }) => buttons.map(({ title }) => title)),
      };
    case 'receipt':
      return { parts: [], buttons: [] };
  }
}

function ofWhatsApp(body: ReturnType<typeof renderWhatsApp>[number], of: PreviewsFor): DrawnMessage {
  switch (body.type) {
    case 'text':
      return { parts: [{ text: body.text.body }], buttons: [] };
    case 'image':
      return { parts: [{ picture: body.image.link, text: body.image.caption ?? '' }], buttons: [] };
    case 'template':
      return ofTemplate(body.template, of);
    case 'interactive': {
      const { interactive } = body;
      const picture = 'header' in interactive ? interactive.header?.image.link : undefined;
      const part = {
        ...(picture !== undefined && { picture }),
        text: interactive.body.text,
        ...(interactive.footer && { footer: interactive.footer.text }),
      };
      return { parts: [part], buttons: pressableIn(interactive) };
    }
  }
}

type Interactive = Extract<ReturnType<typeof renderWhatsApp>[number], { type: 'interactive' }>['interactive'];

function pressableIn(interactive: Interactive): string[] {
  switch (interactive.type) {
    case 'button':
      return interactive.action.buttons.map(({ reply }) => reply.title);
    case 'cta_url':
      return [interactive.action.parameters.display_text];
    case 'list':
      return [interactive.action.button];
  }
}

type SentTemplate = Extract<ReturnType<typeof renderWhatsApp>[number], { type: 'template' }>['template'];

/** A template as the platform shows it: its approved words with what was sent for them. */
function ofTemplate({ name, components }: Pick<SentTemplate, 'name' | 'components'>, of: PreviewsFor): DrawnMessage {
  const values = components.flatMap(({ type, parameters }) => (type === 'body' ? parameters : []));
  const { text, button } = templateWords(
    name,
    of.locale,
    values.map((value) => value.text),
  );
  return { parts: [{ text }], buttons: [button] };
}

function exampleOf(purpose: ToldPurpose, of: PreviewsFor): Message {
  return {
    id: '00000000-0000-7000-8000-000000000000',
    revision: 1,
    author: 'bank',
    at: new Date(of.nowMs).toISOString(),
    content: contentOf(cardOf(purpose, of), of),
  };
}

type ExampleCard = BalanceCard | TransactionCard;

const cardOf = (purpose: ToldPurpose, of: PreviewsFor): ExampleCard =>
  purpose === 'balances' ? balance(of) : purchase(of);

function contentOf(card: ExampleCard, { bank, locale }: PreviewsFor): Content {
  const text = card.card === 'balance' ? gistOfBalance(card, bank.name, locale) : gistOfTransaction(card, locale);
  return { kind: 'card', card, text };
}

function balance({ bank, nowMs }: PreviewsFor): BalanceCard {
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

function purchase({ bank, nowMs, timeZone }: PreviewsFor): TransactionCard {
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
