import type {
  BalanceCard,
  BankFace,
  ChannelPreview,
  Content,
  DrawnMessage,
  Locale,
  Message,
  TransactionCard,
} from '#contract';
import { atDetail, DETAILS, gistOfBalance, gistOfTransaction, pointerWords, TOLD_PURPOSES } from '#contract';
import { newsWords } from '#channels/email';
import type { PictureRequest } from '#channels/pictures';
import type { Channel, PreviewAs } from '#delivery';

/** How and for whom previews are drawn. */
export interface PreviewsFor {
  readonly locale: Locale;
  readonly timeZone: string;
  readonly bank: BankFace;
  readonly publicUrl: string;
  readonly nowMs: number;
}

/** What draws for a messenger. */
type Drawer = Pick<Channel, 'hasWindow' | 'preview'>;

/** What is told of in an example. */
export type ToldPurpose = (typeof TOLD_PURPOSES)[number];

/** Under what a bank told stands a reference of six signs: such as this one. */
const reference = '4F9A2C';

/**
 * What would stand in a channel, by purpose and level: an example, drawn by what draws the messages themselves, so
 * that nothing else can come. Web push and e-mail say at every level that there is something, and no more.
 *
 * @param messenger what draws it; undefined of what is none
 */
export function previewsOf(channel: string, messenger: Drawer | undefined, of: PreviewsFor): ChannelPreview[] {
  return TOLD_PURPOSES.flatMap((purpose) =>
    DETAILS.map((detail): ChannelPreview => {
      const now = drawn(messenger, { purpose, detail, window: 'free' }, of) ?? notice(channel, of.locale);
      const later = messenger?.hasWindow ? drawn(messenger, { purpose, detail, window: 'template' }, of) : undefined;
      return { channel, purpose, detail, ...now, ...(later && { later }) };
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

interface Form extends Pick<PreviewAs, 'detail' | 'window'> {
  readonly purpose: ToldPurpose;
}

/** Undefined of what draws nothing. */
function drawn(messenger: Drawer | undefined, form: Form, of: PreviewsFor): DrawnMessage | undefined {
  const { purpose, detail, window } = form;
  const { locale, timeZone, publicUrl, bank } = of;
  const isWhole = detail === 'full' && window === 'free';
  return messenger?.preview?.(atDetail(exampleOf(purpose, of), true, detail, locale), {
    ...form,
    locale,
    timeZone,
    viewAddress: isWhole ? undefined : `${publicUrl}/v#`,
    pictureAddress: isWhole ? `/api/channels/examples/${purpose}` : undefined,
    publicUrl,
    reference,
    faces: [bank],
  });
}

function notice(channel: string, locale: Locale): DrawnMessage {
  if (channel !== 'email') return { parts: [{ text: pointerWords(locale) }], buttons: [] };
  const { subject, text, open } = newsWords(locale);
  return { parts: [{ title: subject, text }], buttons: [open] };
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
