import type { MessengerAttachment, MessengerButton, MessengerMessage } from './messenger-body.ts';
import type { PhoneCard, PhoneReceipt } from './phone-api.ts';
import { blank, numberButtons, type Press, type Shown } from './threads.ts';

/** A message as the person sees it, with the pictures that are still to be fetched. */
export interface MessengerShown {
  readonly shown: Shown;
  readonly presses: readonly Press[];
}

/** How the pictures of a message, by the addresses that it names, were kept. */
export type KeptPictures = ReadonlyMap<string, string>;

/** Addresses of pictures that the platform fetches before it takes the message. */
export function picturesOf(message: MessengerMessage): string[] {
  const { attachment } = message;
  if (!attachment) return [];
  if (attachment.type === 'image') return attachment.payload.url ? [attachment.payload.url] : [];
  if (attachment.type !== 'template') return [];
  const { payload } = attachment;
  switch (payload.template_type) {
    case 'generic':
    case 'receipt':
      return payload.elements.flatMap(({ image_url }) => image_url ?? []);
    case 'media':
      return payload.elements.flatMap(({ url }) => url ?? []);
    default:
      return [];
  }
}

/** What a message shows. `src` is where the telephone finds a picture that was kept. */
export function showMessenger(
  message: MessengerMessage,
  pictures: KeptPictures,
  src: (mediaId: string) => string,
): MessengerShown {
  const buttons = numberButtons();
  const place = (button: MessengerButton) => buttons.add(pressOf(button));
  const pictureAt = (url: string | undefined): { picture?: string } => {
    const kept = url === undefined ? undefined : pictures.get(url);
    return kept === undefined ? {} : { picture: src(kept) };
  };
  const parts = message.attachment ? attachmentParts(message.attachment, place, pictureAt) : {};
  const quickReplies = (message.quick_replies ?? []).map((reply) =>
    buttons.add(
      reply.content_type === 'text'
        ? { does: 'quick-reply', title: reply.title, payload: reply.payload }
        : { does: 'quick-reply', title: reply.content_type, payload: reply.payload ?? '' },
    ),
  );
  const text = message.text === undefined ? {} : { text: message.text };
  return { shown: { ...blank, ...text, ...parts, quickReplies }, presses: buttons.presses };
}

function attachmentParts(
  attachment: MessengerAttachment,
  place: (button: MessengerButton) => Shown['buttons'][number],
  pictureAt: (url: string | undefined) => { picture?: string },
): Partial<Shown> {
  if (attachment.type !== 'template') {
    const { picture } = pictureAt(attachment.payload.url);
    return picture === undefined ? { text: `[${attachment.type}]` } : { pictures: [{ src: picture }] };
  }
  const { payload } = attachment;
  switch (payload.template_type) {
    case 'button':
      return { text: payload.text, buttons: payload.buttons.map(place) };
    case 'generic':
      return {
        cards: payload.elements.map((element): PhoneCard => ({
          title: element.title,
          ...(element.subtitle !== undefined && { subtitle: element.subtitle }),
          ...pictureAt(element.image_url),
          buttons: (element.buttons ?? []).map(place),
        })),
      };
    case 'media':
      return {
        cards: payload.elements.map((element) => ({
          ...pictureAt(element.url),
          buttons: (element.buttons ?? []).map(place),
        })),
      };
    case 'receipt':
      return { receipt: receiptOf(payload) };
  }
}

type ReceiptPayload = Extract<
  Extract<MessengerAttachment, { type: 'template' }>['payload'],
  { template_type: 'receipt' }
>;

function receiptOf(payload: ReceiptPayload): PhoneReceipt {
  const price = (amount: number): string => `${amount.toFixed(2)} ${payload.currency}`;
  return {
    ...(payload.merchant_name !== undefined && { merchant: payload.merchant_name }),
    orderNumber: payload.order_number,
    total: price(payload.summary.total_cost),
    paymentMethod: payload.payment_method,
    rows: payload.elements.map(({ title, subtitle, price: amount }) => ({
      title,
      ...(subtitle !== undefined && { subtitle }),
      price: price(amount),
    })),
  };
}

function pressOf(button: MessengerButton): Press {
  switch (button.type) {
    case 'web_url':
      return { does: 'url', title: button.title, url: button.url };
    case 'postback':
      return { does: 'postback', title: button.title, payload: button.payload };
    case 'phone_number':
      return { does: 'call', title: button.title };
    case 'account_link':
      return { does: 'account-link', title: 'Log in', url: button.url };
    case 'account_unlink':
      return { does: 'account-unlink', title: 'Log out' };
  }
}
