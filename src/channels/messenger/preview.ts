import { shownTemplate, shownTogether } from '#channels/meta';
import type { DrawnMessage, Locale } from '#contract';
import type { Channel } from '#delivery';
import type { MessengerBody } from './body.ts';
import { renderMessenger } from './render.ts';

/** What somebody would see of a message, taken out of the very bodies that would be sent. */
export const previewInMessenger: NonNullable<Channel['preview']> = (message, as) =>
  shownTogether(renderMessenger(message, as).map((body) => shownBy(body, as.locale)));

function shownBy({ message }: MessengerBody, locale: Locale): DrawnMessage {
  if ('template' in message) return shownTemplate(message.template, locale);
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
