import type { Channel, ShownThere } from '#delivery';
import type { MessengerBody } from './body.ts';
import { renderMessenger } from './render.ts';

/** What somebody would see of a message, taken out of the very bodies that would be sent. */
export const previewInMessenger: NonNullable<Channel['preview']> = (message, as) => {
  const shown = renderMessenger(message, { ...as, window: 'free' }).map(shownBy);
  return { parts: shown.flatMap(({ parts }) => parts), buttons: shown.flatMap(({ buttons }) => buttons) };
};

function shownBy({ message }: MessengerBody): ShownThere {
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
