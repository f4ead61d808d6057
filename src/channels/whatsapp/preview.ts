import type { Channel, ShownThere } from '#delivery';
import type { WhatsAppBody } from './body.ts';
import { renderWhatsApp } from './render.ts';

/** What somebody would see of a message, taken out of the very bodies that would be sent. */
export const previewInWhatsApp: NonNullable<Channel['preview']> = (message, as) => {
  const shown = renderWhatsApp(message, { ...as, window: 'free' }).map(shownBy);
  return { parts: shown.flatMap(({ parts }) => parts), buttons: shown.flatMap(({ buttons }) => buttons) };
};

function shownBy(body: WhatsAppBody): ShownThere {
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
